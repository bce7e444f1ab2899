"""What has been embedded already: text → vector, so that no text is embedded twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from briefqa.models.late import TokenIndex
from briefqa.models.token_codes import Codes
from briefqa.splitting.marks import Marked, Marks, marks_of
from briefqa.store.dense import DenseIndex, Vectors
from briefqa.store.fits import at_most_unit
from briefqa.store.searchable import Halves


@dataclass(frozen=True, slots=True)
class KnownVectors:
    """What a build embedded with the same model, found by the marks of the texts.

    Attributes:
        marks: of its texts.
        dense: the vectors of the passages.
        sentences: float16 (sentences, dimension).
        tokens: of the sentences.
        precision: in which it did; "" when nothing is known.
    """

    marks: Marks
    dense: DenseIndex
    sentences: Halves
    tokens: TokenIndex
    precision: str = ""

    @classmethod
    def nothing(cls) -> KnownVectors:
        """Of no text."""
        none = np.empty((0, 1), np.float32)
        return cls(Marks.none(), DenseIndex.build(none), none.astype(np.float16), TokenIndex.of([]))

    @property
    def count(self) -> int:
        """How many texts have a vector."""
        return len(self.marks.passages) + len(self.marks.sentences)

    def of_passages(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those texts that are known."""
        numbers = _found(self.marks.passages, texts)
        vectors = self.dense.vectors()[_rows(numbers)]
        return {
            text: vector
            for text, vector, holds in zip(numbers, vectors, at_most_unit(vectors), strict=True)
            if holds
        }

    def of_sentences(self, texts: Sequence[str]) -> dict[str, tuple[Halves, Codes]]:
        """Likewise, with their tokens."""
        numbers = _found(self.marks.sentences, texts)
        vectors = self.sentences[_rows(numbers)]
        return {
            text: (vector, self.tokens.of_sentence(number))
            for (text, number), vector, holds in zip(
                numbers.items(), vectors, at_most_unit(vectors), strict=True
            )
            if holds
        }


def _rows(numbers: dict[str, int]) -> npt.NDArray[np.int64]:
    return np.fromiter(numbers.values(), np.int64, len(numbers))


def _found(marks: Marked, texts: Sequence[str]) -> dict[str, int]:
    """Text → the number of a known one, of those that are known."""
    wanted = marks_of(texts)
    ordered = np.append(np.sort(wanted), np.uint64(0))  # quicker than `numpy.isin`: few are wanted of many
    held = np.flatnonzero(ordered[np.searchsorted(ordered[:-1], marks)] == marks)
    numbers = dict(zip(marks[held].tolist(), held.tolist(), strict=True))
    return {text: numbers[mark] for text, mark in zip(texts, wanted.tolist(), strict=True) if mark in numbers}
