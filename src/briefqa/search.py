"""Question → hits: which passages answer best, and which sentence of each.

Three scores are added (weights below). The cosine of the passage finds what is meant in any
language; the covered share of the question's words (BM25 over its highest reachable value)
finds names and figures, and is near 0 for an English question; the cosine of the best sentence
finds the one line that answers inside a passage about something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from briefqa.dense import DenseIndex, Vectors
from briefqa.lexical import LexicalIndex
from briefqa.passages import Passage, Sentence
from briefqa.tokens import terms
from briefqa.units import HEADING, Units

WEIGHTS = {"cosine": 7.0, "coverage": 8.0, "sentence_cosine": 13.0}
# Passages, best first by the two passage scores, whose sentences are looked at.
CANDIDATES = 50
FIRST_COSINE = 10.0


@dataclass(frozen=True, slots=True)
class Scores:
    """Why a passage was found; each is higher for better.

    Attributes:
        cosine: of the question with the passage, −1 to 1 (the packaged model: about .75 to .95).
        coverage: share of the question's weighted terms that the passage has, 0 to 1.
        sentence_cosine: of the question with the passage's best sentence, −1 to 1.
    """

    cosine: float
    coverage: float
    sentence_cosine: float

    @property
    def total(self) -> float:
        """The weighted sum that hits are ranked by."""
        return (
            WEIGHTS["cosine"] * self.cosine
            + WEIGHTS["coverage"] * lexical_evidence(self.coverage)
            + WEIGHTS["sentence_cosine"] * self.sentence_cosine
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that may answer, its best sentence, and why it was found.

    `score` is higher for better and only comparable within one question; `rank` counts from 1.
    """

    passage: Passage
    score: float
    rank: int
    sentence: Sentence
    scores: Scores


@dataclass(frozen=True, slots=True)
class Searchable:
    """The opened arrays of a build that ranking reads.

    `sentence_vectors` is float16 (sentences, dimension), on disk until rows of it are read.
    """

    units: Units
    dense: DenseIndex
    lexical: LexicalIndex
    sentence_vectors: npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A scored passage by its number, and its best sentence by its number."""

    passage: int
    sentence: int
    scores: Scores


def lexical_evidence(coverage: npt.NDArray[np.float32] | float) -> Any:
    """Coverage made convex, 0 to 1: one shared year or name alone says little."""
    return coverage**1.5


def rank(
    index: Searchable,
    question: str,
    vector: Vectors,
    allowed: npt.NDArray[np.bool_] | None = None,
) -> list[Ranked]:
    """The candidates for `question`, best first; ties in the order of the passages.

    Args:
        vector: the question's embedding, float32 (dimension,).
        allowed: bool (passages,): the passages that may be found; None means all.
    """
    coverage = index.lexical.coverage(terms(question))
    cosine = index.dense.vectors() @ vector
    # The sentence cosine is not known yet; the passage cosine takes a part of its weight.
    first = FIRST_COSINE * cosine + WEIGHTS["coverage"] * lexical_evidence(coverage)
    numbers = np.arange(len(first)) if allowed is None else np.flatnonzero(allowed)
    if len(numbers) > CANDIDATES:
        best = np.argpartition(-first[numbers], CANDIDATES - 1)[:CANDIDATES]
        numbers = np.sort(numbers[best])
    ranked = [
        _scored(index, int(number), vector, float(cosine[number]), float(coverage[number]))
        for number in numbers
    ]
    return sorted(ranked, key=lambda each: (-each.scores.total, each.passage))


def _scored(index: Searchable, passage: int, vector: Vectors, cosine: float, coverage: float) -> Ranked:
    sentences = index.units.sentences_of(passage)
    kinds = index.units.sentences["kind"][sentences.start : sentences.stop]
    cosines = index.sentence_vectors[sentences.start : sentences.stop].astype(np.float32) @ vector
    # A heading never stands for its text, unless the passage has nothing else.
    eligible = cosines - 2 * ((kinds == HEADING) & (kinds != HEADING).any())
    best = int(eligible.argmax())
    return Ranked(passage, sentences.start + best, Scores(cosine, coverage, float(cosines[best])))


def hits(index: Searchable, ranked: Sequence[Ranked]) -> list[Hit]:
    """Records of ranked passages, numbered from 1."""
    return [
        Hit(
            passage=index.units.passage(each.passage),
            score=each.scores.total,
            rank=number,
            sentence=index.units.sentence(each.sentence),
            scores=each.scores,
        )
        for number, each in enumerate(ranked, start=1)
    ]
