"""Which passages may answer: the best of all by a first sum, then each with its sentences looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from briefqa.models.embedding import EmbeddedQuestion
from briefqa.models.late import row_ranges
from briefqa.question.conditions import Check
from briefqa.question.parsing import Question
from briefqa.retrieval.first_step import FirstScores, best_at_first
from briefqa.retrieval.focus import LEADING, Focus, focused
from briefqa.retrieval.weights import NO_BODY, lexical_evidence, ranking_weights
from briefqa.splitting.units import BODY, HEADING, Units
from briefqa.store.searchable import Searchable

HEADING_COSINE = -1.0  # of what never answers, however alike it is


@dataclass(frozen=True, slots=True)
class Scores:
    """Why a passage was found; each is higher for better.

    Attributes:
        cosine: of the question with the passage, −1 to 1.
        coverage: share of the question's weighted terms that the passage has, 0 to 1.
        sentence_cosine: of the question with the sentence of the passage that is nearest, −1 to 1.
        late: weighted mean, over the question's words, of the cosine with the nearest word of the
            passage, −1 to 1; 0 with a model without a token basis.
        late_sentence: likewise with the words of the one sentence that is nearest.
        conditions: what the question's conditions add when they are met, or take when they are not.
        read: what the reader's log-odds that the passage answers add; of one that was not read, the least
            that they add to one that was.
        printed: PRINTED when the question asks for a field of the front matter and this is it.
    """

    cosine: float
    coverage: float
    sentence_cosine: float
    late: float
    late_sentence: float
    conditions: float = 0.0
    read: float = 0.0
    printed: float = 0.0

    def with_conditions(self, conditions: float) -> Scores:
        """The scores with what the conditions add or take."""
        likeness = self.cosine, self.coverage, self.sentence_cosine, self.late, self.late_sentence
        return Scores(*likeness, conditions=conditions, read=self.read, printed=self.printed)

    @property
    def alike(self) -> float:
        """How alike question and passage are: the weighted sum of the five scores."""
        weights = ranking_weights()
        return (
            weights.cosine * self.cosine
            + weights.coverage * float(lexical_evidence(self.coverage))
            + weights.sentence * self.sentence_cosine
            + weights.late * self.late
            + weights.late_sentence * self.late_sentence
        )

    @property
    def total(self) -> float:
        """What hits are ranked by."""
        return self.alike + self.conditions + self.read + self.printed


@dataclass(frozen=True, slots=True)
class PassageReading:
    """What the reader makes of a passage; log-odds, higher is better.

    Attributes:
        answered: for each sentence, that what it was read with answers.
        evidence: for each sentence, that it is the evidence.
        seen: `[start, end)` in the document of what reads as evidence.
        by_itself: places of the sentences that were read with no other.
    """

    answered: tuple[float, ...]
    evidence: tuple[float, ...]
    seen: tuple[tuple[int, int], ...] = ()
    by_itself: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class SentenceReading:
    """What the reader makes of a passage and of the sentence to quote: log-odds, higher is better.

    Attributes:
        answered: that the passage answers.
        evidence: that the sentence is the evidence in it.
        alone: that the sentence answers, read with nothing but what stands above it.
        seen: `[start, end)` in the document of what of the passage reads as evidence.
        instead: by how much the sentence answers the question of a sibling better, see `liked_instead`; only
            of the sentence that comes first.
    """

    answered: float
    evidence: float
    alone: float
    seen: tuple[tuple[int, int], ...] = ()
    instead: float = 0.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A scored passage by its number, the span of its best sentence, the conditions' checks, its reading."""

    passage: int
    sentence: tuple[int, int]
    scores: Scores
    checks: tuple[Check, ...] = ()
    reading: SentenceReading | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
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

    def ranked(self, units: Units, conditions: float = 0.0) -> Ranked:
        """The candidate with its nearest sentence."""
        best = self.sentences.start + int(self.cosines.argmax())
        return Ranked(self.passage, units.span(best), self.scores.with_conditions(conditions))


def find_candidates(
    index: Searchable,
    question: Question,
    embedded: EmbeddedQuestion,
    allowed: npt.NDArray[np.bool_] | None = None,
) -> tuple[list[Candidate], Focus]:
    """The `CANDIDATES` best passages with their sentences' scores, best first; what they are held to.

    Args:
        allowed: bool (passages,): the passages that may be found; None means all.
    """
    first = best_at_first(index, question, embedded, allowed)
    meant = {each.id: each for each in (index.views.of(n).document for n in first.leading(LEADING))}
    focus = focused(question, embedded, meant.values())
    return _looked_at(index, focus.embedded, first) if len(first.numbers) else [], focus


def _looked_at(index: Searchable, embedded: EmbeddedQuestion, first: FirstScores) -> list[Candidate]:
    """Candidates of some passages, best first; all their sentences are scored at once."""
    units, weights, numbers = index.units, embedded.tokens.weights, first.numbers
    starts, lengths = units.sentence_spans(numbers)
    ends = np.cumsum(lengths)
    begins = ends - lengths
    rows = row_ranges(starts, lengths)
    cosines = index.sentence_vectors[rows].astype(np.float32) @ embedded.vector
    kinds = units.sentences["kind"][rows]
    with_body = np.repeat(np.logical_or.reduceat(kinds == BODY, begins), lengths)
    cosines = np.where(with_body, cosines, cosines - np.float32(NO_BODY))
    # A title or a heading is no answer, however alike it is; nor is a masthead beside a text.
    cosines[(kinds == HEADING) | (with_body & (kinds != BODY))] = HEADING_COSINE
    nearest = index.tokens.nearest(embedded.tokens, rows)
    of_sentence = weights @ nearest
    five = (
        first.cosine,
        first.coverage,
        np.maximum.reduceat(cosines, begins),
        weights @ np.maximum.reduceat(nearest, begins, axis=1),
        np.maximum.reduceat(of_sentence, begins),
    )
    scores = [Scores(*each) for each in zip(*(part.tolist() for part in five), strict=True)]
    found = [
        Candidate(
            number, range(start, start + end - begin), cosines[begin:end], of_sentence[begin:end], score
        )
        for number, start, begin, end, score in zip(
            numbers.tolist(), starts.tolist(), begins.tolist(), ends.tolist(), scores, strict=True
        )
    ]
    return sorted(found, key=lambda each: (-each.scores.total, each.passage))
