"""How alike words are in meaning: which words of a question a new one stands in for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from briefqa.text.lexicon import words_of

Vectors = npt.NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]
"""Texts → float32 (texts, dimension), rows of unit length; the same function for the same model."""

_GENERAL = 0.41  # distance; the parts that any topic has lie at .32 to .45, topics at .39 to .47


def likeness(new: str, others: Sequence[str], embed: Embed) -> list[float]:
    """The cosine of `new` with each of the others, about the centre of common words.

    Without the centre all words are alike (.82 to .95), and short common ones are most like any word.
    """
    centre = _centre(embed)
    rows = embed([new, *others]) - centre
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return [float(each) for each in rows[1:] @ rows[0]]


def is_general(words: str, embed: Embed) -> bool:
    """Whether words lie near the centre of common words: who is responsible, not the river chief system."""
    return float(np.linalg.norm(embed([words])[0] - _centre(embed))) < _GENERAL


@lru_cache(maxsize=4)
def _centre(embed: Embed) -> Vectors:
    mean: Vectors = embed(words_of("followups.common")).mean(axis=0, dtype=np.float32)
    return mean
