"""Question → ranked passages: which answer best, and which sentence of each.

Four scores are added. The cosine of the passage finds what is meant in any language; the
covered share of the question's words (BM25 over its highest reachable value) finds names and
figures, and is near 0 for an English question; the cosine of the best sentence finds the one line
that answers inside a passage about something else; late interaction asks that each word of the
question be near some word of the passage. Then the question's conditions (years, numbers, names)
are held against the sentence that would be quoted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from briefqa.models.embedding import EmbeddedQuestion
from briefqa.models.threads import one_blas_thread
from briefqa.question.conditions import Check, ConditionKind, Surroundings, Verdict
from briefqa.question.frontmatter_questions import printed_fields
from briefqa.question.parsing import Question
from briefqa.splitting.passages import Passage, Sentence
from briefqa.splitting.units import BODY, Units
from briefqa.store.lexical import share
from briefqa.store.searchable import Searchable
from briefqa.text.tokens import terms

# Learned on public question sets; benchmarks/ holds the script and the figures.
COSINE, COVERAGE, SENTENCE, LATE = 7.0, 8.0, 13.0, 7.0
# Similarity sees most names already, so that they only break ties; it does not see years.
_NAME_VERDICTS = {
    Verdict.MET: 0.1,
    Verdict.CONTEXT: 0.05,
    Verdict.NEARBY: 0.0,
    Verdict.ABSENT: 0.0,
    Verdict.CONFLICT: -0.1,
}
_YEAR_VERDICTS = {
    Verdict.MET: 0.8,
    Verdict.CONTEXT: 0.4,
    Verdict.NEARBY: 0.0,
    Verdict.ABSENT: -0.8,
    Verdict.CONFLICT: -1.5,
}
# Only the choice of the sentence matters here: the one with the figure that is asked for.
_FIGURE_VERDICTS = dict.fromkeys(Verdict, -0.5) | {Verdict.MET: 0.5, Verdict.CONTEXT: 0.0}
# 第七条 is asked for by its number, which no similarity sees.
_ARTICLE_VERDICTS = _YEAR_VERDICTS | {Verdict.MET: 3.0, Verdict.CONTEXT: 0.0}
VERDICTS = dict.fromkeys(ConditionKind, _NAME_VERDICTS) | {
    ConditionKind.YEAR: _YEAR_VERDICTS,
    ConditionKind.DOCUMENT_YEAR: _YEAR_VERDICTS,
    ConditionKind.ARTICLE: _ARTICLE_VERDICTS,
    ConditionKind.FIGURE: _FIGURE_VERDICTS,
}
# First step, over all passages: no sentence has been looked at yet, so the passage's cosine takes
# a part of its weight, and a passage that speaks of a year of the question gets a lead.
FIRST_COSINE, FIRST_YEAR = 10.0, 1.5
PRINTED = 10.0  # a printed field that is asked for leads, whatever else is similar
CANDIDATES = 80
MAX_PRINTED = 3  # documents that one question about a document may be answered from
NO_BODY = 0.08  # off the cosine where a passage has only headings or front matter
CHECKED = 30  # candidates whose sentences are held against the question's conditions
QUOTED = 10  # candidates whose sentence to quote is chosen when there are no conditions
QUOTABLE = 4  # sentences of a passage, by cosine, among which it is chosen
QUOTE_COSINE, QUOTE_COVER, QUOTE_LATE = 10.0, 3.0, 10.0


@dataclass(frozen=True, slots=True)
class Scores:
    """Why a passage was found; each is higher for better.

    Attributes:
        cosine: of the question with the passage, −1 to 1.
        coverage: share of the question's weighted terms that the passage has, 0 to 1.
        sentence_cosine: of the question with the sentence of the passage that is nearest, −1 to 1.
        late: weighted mean, over the question's words, of the cosine with the nearest word of the
            passage, −1 to 1; 0 with a model without a token basis.
        conditions: what the question's conditions add when they are met, or take when they are not.
        printed: PRINTED when the question asks for a field of the front matter and this is it.
    """

    cosine: float
    coverage: float
    sentence_cosine: float
    late: float
    conditions: float = 0.0
    printed: float = 0.0

    @property
    def alike(self) -> float:
        """How alike question and passage are: the weighted sum of the four scores."""
        lexical = COVERAGE * float(lexical_evidence(self.coverage))
        return COSINE * self.cosine + lexical + SENTENCE * self.sentence_cosine + LATE * self.late

    @property
    def total(self) -> float:
        """What hits are ranked by."""
        return self.alike + self.conditions + self.printed


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that may answer, its best sentence, and why it was found.

    `score` is higher for better and only comparable within one question; `rank` counts from 1.
    `checks` tells for each year, number and name of the question whether the sentence keeps to it.
    """

    passage: Passage
    score: float
    rank: int
    sentence: Sentence
    scores: Scores
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A scored passage by its number, the span of its best sentence, and the conditions' checks."""

    passage: int
    sentence: tuple[int, int]
    scores: Scores
    checks: tuple[Check, ...] = ()


def lexical_evidence(coverage: npt.NDArray[np.float32] | float) -> Any:
    """Coverage made convex, 0 to 1: one shared year or name alone says little."""
    return coverage**1.5


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A passage whose sentences have been looked at; the arrays have one element for each of them.

    Attributes:
        passage: its number.
        sentences: their numbers.
        cosines: of the question, float32; headings and mastheads never stand for text.
        late: weighted mean cosine of the question's words with the nearest word of the sentence, float32.
    """

    passage: int
    sentences: range
    cosines: npt.NDArray[np.float32]
    late: npt.NDArray[np.float32]
    scores: Scores

    def ranked(self, units: Units) -> Ranked:
        best = self.sentences.start + int(self.cosines.argmax())
        return Ranked(self.passage, units.span(best), self.scores)


@one_blas_thread
def rank(
    index: Searchable,
    question: Question,
    embedded: EmbeddedQuestion,
    allowed: npt.NDArray[np.bool_] | None = None,
) -> list[Ranked]:
    """The best candidates for `question`, best first; ties in the order of the passages.

    Args:
        allowed: bool (passages,): the passages that may be found; None means all.
    """
    cosine = index.dense.vectors() @ embedded.vector
    coverage = index.lexical.coverage(question.terms)
    first = FIRST_COSINE * cosine + COVERAGE * lexical_evidence(coverage)
    for year in question.years:
        first[_passages_of_year(index.years, year)] += FIRST_YEAR
    numbers = np.arange(len(first)) if allowed is None else np.flatnonzero(allowed)
    if len(numbers) > CANDIDATES:
        best = np.argpartition(-first[numbers], CANDIDATES - 1)[:CANDIDATES]
        numbers = np.sort(numbers[best])
    candidates = [
        _candidate(index, embedded, int(number), float(cosine[number]), float(coverage[number]))
        for number in numbers
    ]
    candidates.sort(key=lambda each: (-each.scores.total, each.passage))
    leading = CHECKED if question.conditions else QUOTED
    rarities = index.lexical.rarities(question.terms)
    checked = [_with_quote(index, each, question, rarities) for each in candidates[:leading]]
    # Those that were not checked count as the worst of those that were: they must not gain by it.
    worst = min((each.scores.conditions for each in checked), default=0.0)
    unchecked = [each.ranked(index.units) for each in candidates[leading:]]
    ranked = checked + [replace(each, scores=replace(each.scores, conditions=worst)) for each in unchecked]
    return sorted(_with_printed_fields(index, ranked, question, cosine, coverage, allowed), key=_order)


def _with_printed_fields(
    index: Searchable,
    ranked: list[Ranked],
    question: Question,
    cosine: npt.NDArray[np.float32],
    coverage: npt.NDArray[np.float32],
    allowed: npt.NDArray[np.bool_] | None,
) -> list[Ranked]:
    """The candidates, and for a question about a document itself the passages that print the answer."""
    if question.about_document is None:
        return ranked
    found = printed_fields(question.about_document, index.units.documents)
    printed = []
    for document, field in found:
        passage = index.units.passage_at(document, field.start)
        if allowed is None or allowed[passage]:
            alike = float(cosine[passage])
            scores = Scores(alike, float(coverage[passage]), alike, 0.0, printed=PRINTED)
            printed.append(Ranked(passage, (field.start, field.end), scores))
    if len(printed) > MAX_PRINTED:  # which document is meant is not said
        return ranked
    taken = {each.passage for each in printed}
    return printed + [each for each in ranked if each.passage not in taken]


def hits(index: Searchable, ranked: Sequence[Ranked]) -> list[Hit]:
    """Records of ranked passages, numbered from 1."""
    return [
        Hit(
            passage=index.units.passage(each.passage),
            score=each.scores.total,
            rank=number,
            sentence=index.units.sentence(each.passage, each.sentence),
            scores=each.scores,
            checks=each.checks,
        )
        for number, each in enumerate(ranked, start=1)
    ]


def _order(ranked: Ranked) -> tuple[float, int]:
    return -ranked.scores.total, ranked.passage


def _passages_of_year(rows: npt.NDArray[np.void], year: int) -> npt.NDArray[Any]:
    bounds = np.searchsorted(rows["year"], [year, year + 1])
    passages: npt.NDArray[Any] = rows["passage"][bounds[0] : bounds[1]]
    return passages


def _candidate(
    index: Searchable, embedded: EmbeddedQuestion, passage: int, cosine: float, coverage: float
) -> _Candidate:
    numbers = index.units.sentences_of(passage)
    cosines = index.sentence_vectors[numbers.start : numbers.stop].astype(np.float32) @ embedded.vector
    nearest = index.tokens.nearest(embedded.tokens, numbers)
    weights = embedded.tokens.weights
    apart = index.units.sentences["kind"][numbers.start : numbers.stop] != BODY
    if apart.all():
        cosines -= NO_BODY
    else:
        cosines[apart] = -1.0
    late = float(weights @ nearest.max(axis=1)) if len(weights) else 0.0
    scores = Scores(cosine, coverage, float(cosines.max()), late)
    return _Candidate(passage, numbers, cosines, weights @ nearest, scores)


def _with_quote(
    index: Searchable, candidate: _Candidate, question: Question, rarities: Mapping[str, float]
) -> Ranked:
    """The candidate with the sentence to quote: meaning, words and the question's conditions count."""
    passage = index.units.passage(candidate.passage)
    document = index.units.document(candidate.passage)
    best, best_value = candidate.ranked(index.units), -np.inf
    for place in np.argsort(-candidate.cosines, kind="stable")[:QUOTABLE]:
        number = candidate.sentences.start + int(place)
        text = index.units.sentence_text(number)
        where = Surroundings(text, passage.text, passage.section, document)
        checks = tuple(condition.check(where) for condition in question.conditions)
        conditions = sum(VERDICTS[each.kind][each.verdict] for each in checks)
        cover = share(rarities, terms(text))
        value = (
            QUOTE_COSINE * float(candidate.cosines[place])
            + QUOTE_COVER * lexical_evidence(cover)
            + QUOTE_LATE * float(candidate.late[place])
            + conditions
        )
        if value > best_value:
            scores = replace(candidate.scores, conditions=conditions)
            best, best_value = Ranked(candidate.passage, index.units.span(number), scores, checks), value
    return best
