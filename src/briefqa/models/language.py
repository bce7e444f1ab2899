"""The language of a text, taken out of its vector.

The direction is the mean, over parallel questions, of the step from a Chinese question to the same one in
English. With it taken out of every vector, an English question finds Chinese text by what it means: on
XQuAD, English questions to Chinese passages, the right passage comes first .035 more often, and nothing
else changes. For the packaged model it is data; for another one it is computed once, by the build.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

_PARALLEL_QUESTIONS = files("briefqa") / "data" / "parallel_questions.tsv"
_DIRECTION = files("briefqa") / "data" / "language_direction.npz"


def parallel_questions() -> str:
    """Chinese and English questions of one meaning, a pair a line, a tab between."""
    return _PARALLEL_QUESTIONS.read_text("utf-8")


def language_direction(embed: Callable[[Sequence[str]], Vectors]) -> Vectors:
    """The unit vector from Chinese to English, float32 (dimension,), by a model's unit rows of questions."""
    pairs = [line.split("\t") for line in parallel_questions().splitlines()]
    chinese, english = (embed([pair[side] for pair in pairs]) for side in (0, 1))
    direction: Vectors = unit_rows((english - chinese).mean(axis=0, keepdims=True))[0]
    return direction


def without_language(vectors: Vectors, direction: Vectors) -> Vectors:
    """Unit rows, float32 (texts, dimension), without what lies along the direction."""
    # einsum, not a matrix product: a row of BLAS depends in its last bit on how many rows there are.
    along = np.einsum("ij,j->i", vectors, direction)
    return unit_rows(vectors - np.outer(along, direction))


def unit_rows(rows: npt.NDArray[np.floating]) -> Vectors:
    """The rows at length 1, float32; a row of zeros stays one."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = (rows / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit


@lru_cache(maxsize=1)
def packaged_direction() -> Vectors:
    """The packaged model's direction; made by benchmarks/fit/fit_packaged_model.py."""
    with _DIRECTION.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        direction: Vectors = stored["direction"]
    return direction
