"""What has been embedded already: text → vector, so that no text is embedded twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from briefqa.models.late import Bytes, TokenIndex
from briefqa.splitting.units import Units
from briefqa.store.dense import DenseIndex, Vectors

Halves = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class KnownVectors:
    """Text → what a build embedded with the same model; of sentences the tokens too.

    `precision` is the one in which it did; "" when nothing is known.
    """

    passages: dict[str, Vectors]
    sentences: dict[str, tuple[Halves, Bytes]]
    precision: str = ""


def known_by_text(
    units: Units, dense: DenseIndex, sentence_vectors: Halves, tokens: TokenIndex, precision: str
) -> KnownVectors:
    """What is known of the texts of a build."""
    return KnownVectors(
        {units.searched_passage(number): vector for number, vector in enumerate(dense.copied())},
        {
            units.searched_sentence(number): (vector, tokens.of_sentence(number))
            for number, vector in enumerate(sentence_vectors)
        },
        precision,
    )
