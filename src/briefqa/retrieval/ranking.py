"""Question → ranked passages: which answer best, and which sentence of each.

Five scores are added. The cosine of the passage finds what is meant in any language; the
covered share of the question's words (BM25 over its highest reachable value) finds names and
figures, and is near 0 for an English question; the cosine of the best sentence finds the one line
that answers inside a passage about something else; late interaction asks that each word of the
question be near some word of the passage, and of its nearest sentence. Then the question's
conditions (years, numbers, names) are held against the sentence that would be quoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from briefqa.models.embedding import EmbeddedQuestion
from briefqa.models.reading import Reader
from briefqa.question.conditions import Check
from briefqa.question.frontmatter_questions import printed_fields
from briefqa.question.parsing import Question
from briefqa.retrieval.articles import printed_articles
from briefqa.retrieval.candidates import Ranked, Scores, find_candidates
from briefqa.retrieval.first_step import scores_of
from briefqa.retrieval.quotes import with_quote
from briefqa.retrieval.reading import reread
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
    candidates = find_candidates(index, question, embedded, allowed)
    leading = CHECKED if question.conditions else QUOTED
    rarities = index.lexical.rarities(question.terms)
    checked = [with_quote(index, each, question, rarities) for each in candidates[:leading]]
    # Those that were not checked count as the worst of those that were: they must not gain by it.
    worst = min((each.scores.conditions for each in checked), default=0.0)
    unchecked = [each.ranked(index.units) for each in candidates[leading:]]
    ranked = checked + [replace(each, scores=replace(each.scores, conditions=worst)) for each in unchecked]
    ranked.sort(key=_order)
    printed = _printed(index, question, embedded, allowed)
    if reader is not None and not printed:
        by_passage = {each.passage: each for each in candidates}
        ranked = reread(reader, index, question, ranked, by_passage, rarities)
    taken = {each.passage for each in printed}
    return sorted(printed, key=_order) + [each for each in ranked if each.passage not in taken]


def _printed(
    index: Searchable,
    question: Question,
    embedded: EmbeddedQuestion,
    allowed: npt.NDArray[np.bool_] | None,
) -> list[Ranked]:
    """The fields and articles that a question asks for by their names."""
    spans = [
        (passage, (start, end))
        for document, start, end in _printed_spans(index, question)
        for passage in (index.units.passage_at(document, start),)
        if allowed is None or allowed[passage]
    ]
    if not spans or len(spans) > MAX_PRINTED:
        return []  # which document is meant is not said
    first = scores_of(index, question, embedded, np.array([passage for passage, _ in spans]))
    return [
        Ranked(passage, span, Scores(alike, coverage, alike, 0.0, 0.0, printed=PRINTED))
        for (passage, span), alike, coverage in zip(
            spans, first.cosine.tolist(), first.coverage.tolist(), strict=True
        )
    ]


def _printed_spans(index: Searchable, question: Question) -> list[tuple[int, int, int]]:
    """(document number, start, end) of every printed field and article that is asked for."""
    documents = index.units.documents
    spans = printed_articles(question, documents)
    if question.about_document is not None and not spans:
        fields = printed_fields(question.about_document, documents)
        spans = [(document, field.start, field.end) for document, field in fields]
    return spans


def hits(index: Searchable, ranked: Sequence[Ranked]) -> list[Hit]:
    """Records of ranked passages, numbered from 1."""
    return [
        Hit(
            passage=index.views.of(each.passage).passage,
            score=each.scores.total,
            rank=number,
            sentence=index.units.sentence(each.passage, each.sentence),
            scores=each.scores,
            checks=each.checks,
            seen=each.reading.seen if each.reading else (),
        )
        for number, each in enumerate(ranked, start=1)
    ]


def _order(ranked: Ranked) -> tuple[float, int]:
    return -ranked.scores.total, ranked.passage
