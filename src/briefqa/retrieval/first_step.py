"""The first step over all passages: by cosine and words, without a look at any sentence.

The sum of the first step is exact for every passage that can be among the best, and is computed for few: the
nearest passages are searched, of the question's years too; a passage that is not among them is no nearer than
the last of them, so that it takes words to come before those, and which words a passage has is known of all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from briefqa.models.embedding import EmbeddedQuestion
from briefqa.question.parsing import Question
from briefqa.retrieval.weights import CANDIDATES, FIRST_COSINE, FIRST_COVERAGE, FIRST_YEAR, lexical_evidence
from briefqa.store.dense import EXACT_UP_TO, NEAREST
from briefqa.store.rows import held_in
from briefqa.store.searchable import Searchable

_AT_ONCE = 1_000  # passages that may come before the best by their words: compared exactly, best first
_ROUNDING = 1e-6
Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class FirstScores:
    """Of some passages: their numbers, ascending, and float32 (passages,) each their cosine and coverage."""

    numbers: Numbers
    cosine: Floats
    coverage: Floats

    def at(self, places: Numbers) -> FirstScores:
        """Those at some ascending places among them."""
        return FirstScores(self.numbers[places], self.cosine[places], self.coverage[places])

    @property
    def alike(self) -> Floats:
        """What both add up to."""
        total: Floats = FIRST_COSINE * self.cosine + FIRST_COVERAGE * lexical_evidence(self.coverage)
        return total

    def leading(self, count: int) -> list[int]:
        """The numbers of the best by both, best first."""
        best: list[int] = self.numbers[np.argsort(-self.alike, kind="stable")[:count]].tolist()
        return best

    def with_others(self, others: FirstScores) -> FirstScores:
        """Together with others, none of which is among them."""
        joined = FirstScores(
            np.concatenate([self.numbers, others.numbers]),
            np.concatenate([self.cosine, others.cosine]),
            np.concatenate([self.coverage, others.coverage]),
        )
        return joined.at(np.argsort(joined.numbers, kind="stable"))


def best_at_first(
    index: Searchable,
    question: Question,
    embedded: EmbeddedQuestion,
    allowed: npt.NDArray[np.bool_] | None = None,
) -> FirstScores:
    """The `CANDIDATES` best passages by the first sum.

    Args:
        allowed: bool (passages,): the passages that may be found; None means all.
    """
    step = _FirstStep(index, question, embedded, allowed)
    found = step.near()
    while len(more := step.beyond(found)):
        found = found.with_others(step.scores(more))
    if len(found.numbers) <= CANDIDATES:
        return found
    return found.at(np.sort(np.argpartition(-step.totals(found), CANDIDATES - 1)[:CANDIDATES]))


def first_scores(
    index: Searchable, question: Question, embedded: EmbeddedQuestion, numbers: Numbers
) -> FirstScores:
    """The scores of some passages."""
    return _FirstStep(index, question, embedded, None).scores(numbers)


@dataclass(frozen=True, slots=True)
class _Group:
    """Passages that speak of as many years of the question as each other; None for all passages.

    `reach`: what the first sum of those that were not found can be at most, but for their words.
    """

    passages: Numbers | None
    reach: float


class _FirstStep:
    def __init__(
        self,
        index: Searchable,
        question: Question,
        embedded: EmbeddedQuestion,
        allowed: npt.NDArray[np.bool_] | None,
    ) -> None:
        self._dense = index.dense
        self._vector = embedded.vector
        self._coverage = index.lexical.coverage(question.terms, question.translated)
        self._allowed = allowed
        self._years = [self._only_allowed(_passages_of_year(index.years, year)) for year in question.years]
        self._groups: list[_Group] = []

    def near(self) -> FirstScores:
        """The nearest passages of all, and of those that speak of one year of the question, of two, …"""
        everywhere = None if self._allowed is None else np.flatnonzero(self._allowed)
        found = [self._nearest(everywhere, 0)]
        if self._years:
            dated, counts = np.unique(np.concatenate(self._years), return_counts=True)
            found += [self._nearest(dated[counts == years], years) for years in np.unique(counts).tolist()]
        numbers, places = np.unique(np.concatenate([each for each, _ in found]), return_index=True)
        cosines = np.concatenate([each for _, each in found])[places]
        return FirstScores(numbers, cosines, self._coverage[numbers])

    def _nearest(self, passages: Numbers | None, years: int) -> tuple[Numbers, Floats]:
        found, cosines = self._dense.search(self._vector, NEAREST, passages)
        if len(found) == NEAREST:
            reach = FIRST_COSINE * float(cosines[-1]) + FIRST_YEAR * years
            self._groups.append(_Group(passages if years else None, reach))
        return found, cosines

    def beyond(self, found: FirstScores) -> Numbers:
        """Passages that were not found and may be among the best by their words."""
        if not self._groups or len(found.numbers) > EXACT_UP_TO:
            return np.empty(0, np.int64)  # there are no others, or enough of them were looked at
        worst = float(np.partition(self.totals(found), -CANDIDATES)[-CANDIDATES])
        more = np.unique(np.concatenate([self._by_words(each, worst) for each in self._groups]))
        more = self._only_allowed(more[~held_in(found.numbers, more)])
        if len(more) > _AT_ONCE:
            more = more[np.argpartition(-self._coverage[more], _AT_ONCE)[:_AT_ONCE]]
        return more

    def _by_words(self, group: _Group, worst: float) -> Numbers:
        """The passages of a group whose words can take them beyond a first sum."""
        needed = (max(worst - group.reach, 0.0) / FIRST_COVERAGE) ** (1 / 1.5) - _ROUNDING
        if group.passages is None:
            return np.flatnonzero(self._coverage > needed)
        beyond: Numbers = group.passages[self._coverage[group.passages] > needed]
        return beyond

    def _only_allowed(self, passages: Numbers) -> Numbers:
        return passages if self._allowed is None else passages[self._allowed[passages]]

    def totals(self, found: FirstScores) -> Floats:
        """The first sums."""
        total = found.alike
        for passages in self._years:
            total[held_in(passages, found.numbers)] += FIRST_YEAR
        return total

    def scores(self, numbers: Numbers) -> FirstScores:
        return FirstScores(numbers, self._dense.cosines(self._vector, numbers), self._coverage[numbers])


def _passages_of_year(rows: npt.NDArray[np.void], year: int) -> Numbers:
    first, last = np.searchsorted(rows["year"], [year, year + 1])
    passages: Numbers = rows["passage"][first:last].astype(np.int64)
    return passages
