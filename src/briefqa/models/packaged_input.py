"""Texts → what goes into the packaged transformer: tokens, and the sums of word, position and type rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from briefqa.models.unigram import Tokens, Unigram
from briefqa.models.weights import WeightsFile, open_weights

Rows = npt.NDArray[np.float32]


class PackagedInput:
    """The packaged weights, vocabulary and embedding rows; threads may share it.

    Raises:
        ModelUnavailableError: the weights are missing or not the pinned ones.
    """

    def __init__(self) -> None:
        self.weights: WeightsFile = open_weights()
        self.dimension = self.weights.shape.hidden
        words = self.weights.vocabulary()
        self._unigram = Unigram(words.pieces, words.scores, words.unknown)
        places = self.weights.floats("emb.pos").reshape(-1, self.dimension)
        self._places = places + self.weights.floats("emb.type")[: self.dimension]

    def tokens(self, text: str, most: int) -> Tokens:
        """See `Unigram.tokens`."""
        return self._unigram.tokens(text, most)

    def embedded(self, ids: Sequence[int]) -> Rows:
        """Float32 (1, tokens, dimension): one text's tokens before the first norm."""
        words = self.weights.rows("emb.word", np.array(ids), self.dimension)
        return (words + self._places[: len(words)])[None]


@lru_cache(maxsize=1)
def packaged_input() -> PackagedInput:
    """The one that embedder and reader share: the vocabulary takes 60 MB."""
    return PackagedInput()
