"""What of a question asks, apart from what only says which document is meant.

Who asks a collection names the law, the town or the year's report that is meant. So does now and then one of
its sentences, which is no answer for that: what a document's title or name tells already counts little where
its sentences are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from briefqa.models.embedding import EmbeddedQuestion
from briefqa.question.parsing import Question
from briefqa.reading.called import called
from briefqa.reading.document import Document
from briefqa.reading.table_spans import Span
from briefqa.text.folding import fold
from briefqa.text.names import Name
from briefqa.text.tokens import terms

LEADING = 10  # passages whose documents may be meant
_LONGEST_COMMON = 5  # characters that question and title share now and then; a longer run names the document
_TOLD_WEIGHT = 0.1  # of words that the title tells, as of those that only ask


@dataclass(frozen=True, slots=True)
class Focus:
    """A question for comparing the sentences of a document.

    Attributes:
        embedded: its tokens with little weight on what titles tell.
        terms: distinct terms without those, sorted.
    """

    embedded: EmbeddedQuestion
    terms: tuple[str, ...]


def focused(question: Question, embedded: EmbeddedQuestion, documents: Iterable[Document]) -> Focus:
    """The question without what the titles, names or issuers of some documents tell."""
    whole = Focus(embedded, question.terms)
    told = sorted({span for each in documents for span in told_by(question, each)})
    spans, weights = embedded.tokens.spans, embedded.tokens.weights
    if not told or not len(weights):
        return whole
    inside = np.zeros(len(weights), dtype=bool)
    left = question.text
    for start, end in told:
        inside |= (spans[:, 0] < end) & (spans[:, 1] > start)
        left = left[:start] + " " * (end - start) + left[end:]
    if not len(weights[~inside]) or weights[~inside].max() < weights.max():
        return whole  # what is left only asks
    weights = np.where(inside, weights * np.float32(_TOLD_WEIGHT), weights)
    tokens = replace(embedded.tokens, weights=weights / weights.sum())
    return Focus(replace(embedded, tokens=tokens), tuple(sorted(set(terms(left)))))


def told_by(question: Question, document: Document) -> Iterator[Span]:
    """`[start, end)` of the question's names that a document bears, and of longer runs that they share."""
    shown = called(document).text, document.metadata.get("running_head", "")
    frame, asked = fold("\n".join(shown)), fold(question.text)
    for slot in question.slots:
        if isinstance(slot.value, Name) and fold(slot.text) in frame:
            yield slot.start, slot.end
    start = 0
    while start < len(asked):
        end = start + _LONGEST_COMMON + 1
        if end > len(asked) or asked[start:end] not in frame:
            start += 1
            continue
        while end < len(asked) and asked[start : end + 1] in frame:
            end += 1
        yield start, end
        start = end
