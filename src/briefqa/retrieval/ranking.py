"""Question → ranked passages: which answer best, and which sentence of each.

Five scores are added. The cosine of the passage finds what is meant in any language; the
covered share of the question's words (BM25 over its highest reachable value) finds names and
figures, and is near 0 for an English question; the cosine of the best sentence finds the one line
that answers inside a passage about something else; late interaction asks that each word of the
question be near some word of the passage, and of its nearest sentence. Then the question's
conditions (years, numbers, names) are held against the sentence that would be quoted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
import numpy.typing as npt

from briefqa.models.embedding import EmbeddedQuestion
from briefqa.models.reading import Reader
from briefqa.question.conditions import Check
from briefqa.question.parsing import Question
from briefqa.retrieval.candidates import Ranked, Scores, find_candidates
from briefqa.retrieval.first_step import first_scores
from briefqa.retrieval.printed import printed_articles, printed_matter
from briefqa.retrieval.printed_lists import LOOKED_AT, lists_below
from briefqa.retrieval.printed_sections import printed_sections
from briefqa.retrieval.quotes import with_quote
from briefqa.retrieval.reading import Alike, reread
from briefqa.retrieval.weights import CHECKED, MAX_PRINTED, PRINTED, QUOTED
from briefqa.splitting.passages import Passage, Sentence
from briefqa.store.searchable import Searchable


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that may answer, its best sentence, and why it was found.

    `score` is higher for better and only comparable within one question; `rank` counts from 1.
    `checks` tells for each year, number and name of the question whether the sentence keeps to it.
    `seen`: `[start, end)` in the document of what the reader took for evidence; () where nothing was read.
    """

    passage: Passage
    score: float
    rank: int
    sentence: Sentence
    scores: Scores
    checks: tuple[Check, ...]
    seen: tuple[tuple[int, int], ...] = ()


def rank(
    index: Searchable,
    question: Question,
    embedded: EmbeddedQuestion,
    allowed: npt.NDArray[np.bool_] | None = None,
    reader: Reader | None = None,
) -> list[Ranked]:
    """The best candidates for `question`, best first; ties in the order of the passages.

    Args:
        allowed: bool (passages,): the passages that may be found; None means all.
        reader: by which the leading passages are read; None ranks by likeness alone.
    """
    alike = rank_alike(index, question, embedded, allowed)
    printed = _printed(index, question, embedded, allowed, alike.ranked)
    if reader is not None and not printed:
        return reread(reader, index, question, alike)
    taken = {each.passage for each in printed}
    return sorted(printed, key=_order) + [each for each in alike.ranked if each.passage not in taken]


def rank_alike(
    index: Searchable,
    question: Question,
    embedded: EmbeddedQuestion,
    allowed: npt.NDArray[np.bool_] | None = None,
) -> Alike:
    """The candidates as likeness and conditions order them, before anything is read; see `rank`."""
    candidates, focus = find_candidates(index, question, embedded, allowed)
    leading = CHECKED if question.conditions else QUOTED
    rarities = index.lexical.rarities(focus.terms, question.translated)
    checked = [with_quote(index, each, question, rarities) for each in candidates[:leading]]
    # Those that were not checked count as the worst of those that were: they must not gain by it.
    worst = min((each.scores.conditions for each in checked), default=0.0)
    ranked = checked + [each.ranked(index.units, worst) for each in candidates[leading:]]
    return Alike(sorted(ranked, key=_order), {each.passage: each for each in candidates}, rarities)


def _printed(
    index: Searchable,
    question: Question,
    embedded: EmbeddedQuestion,
    allowed: npt.NDArray[np.bool_] | None,
    leading: Sequence[Ranked],
) -> list[Ranked]:
    """The fields, articles and lists that a question asks for by their names."""
    documents = None if allowed is None else _documents_of(index, allowed)
    named = list(islice(printed_spans(index, question, documents), MAX_PRINTED + 1))
    if not named:
        of_leading = {int(index.units.passages["document"][each.passage]) for each in leading[:LOOKED_AT]}
        named = list(islice(printed_sections(question, index, of_leading, documents), MAX_PRINTED + 1))
    placed = ((index.units.passage_at(each, start), (start, end)) for each, start, end in named)
    lists = ((each, (start, end)) for each, start, end in lists_below(question, index, leading[:LOOKED_AT]))
    found = (each for each in chain(placed, lists) if allowed is None or allowed[each[0]])
    spans = list(islice(found, MAX_PRINTED + 1))  # one too many: which document is meant is not said
    if not spans or len(spans) > MAX_PRINTED:
        return []
    first = first_scores(index, question, embedded, np.array([passage for passage, _ in spans]))
    return [
        Ranked(passage, span, Scores(alike, coverage, alike, 0.0, 0.0, printed=PRINTED))
        for (passage, span), alike, coverage in zip(
            spans, first.cosine.tolist(), first.coverage.tolist(), strict=True
        )
    ]


def printed_spans(
    index: Searchable, question: Question, documents: Sequence[int] | None
) -> Iterator[tuple[int, int, int]]:
    """(document number, start, end) of every printed article, else field, that is asked for."""
    found = False
    for span in printed_articles(question, index, documents):
        found = True
        yield span
    if question.about_document is not None and not found:
        yield from printed_matter(question.about_document, index, documents)


def _documents_of(index: Searchable, allowed: npt.NDArray[np.bool_]) -> list[int]:
    numbers: list[int] = np.unique(index.units.passages["document"][allowed]).tolist()
    return numbers


def hits(index: Searchable, ranked: Sequence[Ranked]) -> list[Hit]:
    """Records of ranked passages, numbered from 1."""
    return [
        Hit(
            passage=index.views.of(each.passage).passage,
            score=each.scores.total,
            rank=number,
            sentence=quoted_sentence(index, each),
            scores=each.scores,
            checks=each.checks,
            seen=each.reading.seen if each.reading else (),
        )
        for number, each in enumerate(ranked, start=1)
    ]


def quoted_sentence(index: Searchable, ranked: Ranked) -> Sentence:
    """What is quoted; a printed field may reach beyond its passage."""
    view, (start, end) = index.views.of(ranked.passage), ranked.sentence
    if view.passage.start <= start and end <= view.passage.end:
        return view.sentence(ranked.sentence)
    return index.units.sentence(ranked.passage, ranked.sentence)


def _order(ranked: Ranked) -> tuple[float, int]:
    return -ranked.scores.total, ranked.passage
