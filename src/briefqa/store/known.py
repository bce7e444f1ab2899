"""What has been embedded already: text → vector, so that no text is embedded twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from briefqa.models.late import WIDTH, Bytes, TokenIndex
from briefqa.splitting.units import Units
from briefqa.store.dense import DenseIndex, Vectors
from briefqa.store.fits import are_unit

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
    """What is known of the texts of a build; nothing of those whose vectors are none.

    Raises:
        ValueError: the parts do not fit each other.
    """
    vectors = dense.copied()
    if sentence_vectors.dtype != np.float16 or sentence_vectors.shape[1:] != vectors.shape[1:]:
        raise ValueError("the vectors of the sentences are none")
    if tokens.vectors.dtype != np.int8 or tokens.vectors.shape[1:] != (WIDTH,):
        raise ValueError("the tokens of the sentences are none")
    return KnownVectors(
        {
            units.searched_passage(number): vectors[number]
            for number in np.flatnonzero(are_unit(vectors)).tolist()
        },
        {
            units.searched_sentence(number): (sentence_vectors[number], tokens.of_sentence(number))
            for number in np.flatnonzero(are_unit(sentence_vectors)).tolist()
        },
        precision,
    )
