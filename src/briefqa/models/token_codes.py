"""Token states on disk: two bits a dimension, 32 bytes a token.

A fixed rotation spreads what a state says evenly over its dimensions, so that each of them is about normal
with the variance 1/WIDTH, and the four values that lose least of such numbers do for all (Max, Quantizing for
Minimum Distortion, 1960). Nothing is learned from an index: a state has the same code in each of them.
Products are the same between rotated vectors, so a question is rotated and codes are never rotated back.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

WIDTH = 128  # dimensions of a state
CODE = WIDTH // 4  # bytes of its code
# Of a number of variance 1: where the inner values end, and the values; the others are their negatives.
_EDGE, _INNER, _OUTER = 0.9816, 0.4528, 1.5104
# A cosine with the nearest of a sentence's tokens would be so much smaller than with the states themselves.
_WIDENED = 1.04
_AT_ONCE = 512  # rows that are unpacked and multiplied while they are in the processor's cache
_OUTER_BITS = np.uint64(0x5555555555555555)


def rotated(rows: npt.NDArray[Any]) -> Floats:
    """The rows, (n, WIDTH), in the rotation in which codes are: float32, of the same lengths and angles."""
    turned: Floats = rows.astype(np.float32) @ _rotation()
    return turned


def packed(rows: npt.NDArray[Any]) -> Codes:
    """The codes, uint8 (n, CODE), of unit rows (n, WIDTH) that are not rotated."""
    turned = rotated(rows) * np.float32(WIDTH**0.5)
    levels = (turned > 0) * np.uint8(2) + (abs(turned) > _EDGE) * np.uint8(1)
    of_byte = levels.reshape(-1, CODE, 4) << np.arange(0, 8, 2, dtype=np.uint8)
    codes: Codes = np.bitwise_or.reduce(of_byte, axis=2)
    return codes


def cosines(codes: Codes, question: Floats) -> Floats:
    """Nearly the cosines of what was packed with unit rows (q, WIDTH), not rotated: float32 (n, q), −1 to 1.

    0 of a row that was 0.
    """
    codes, turned = np.ascontiguousarray(codes), np.ascontiguousarray(rotated(question).T)
    found = np.empty((len(codes), len(question)), np.float32)
    room = np.zeros((_AT_ONCE, CODE, 4), np.float32)
    for at in range(0, len(codes), _AT_ONCE):
        part = codes[at : at + _AT_ONCE]
        np.take(_values(), part, axis=0, out=room[: len(part)], mode="clip")
        # Always of one shape: of fewer rows the product is rounded otherwise, and equal codes would differ.
        found[at : at + _AT_ONCE] = (room.reshape(-1, WIDTH) @ turned)[: len(part)]
    words = codes.view(np.uint64).T
    outer = sum(np.bitwise_count(word & _OUTER_BITS) for word in words)
    # No row of length 1 has a code of zeros: all of its rotated numbers would be small.
    found *= (_per_length()[outer] * np.logical_or.reduce(words))[:, None]
    return np.clip(found, -1, 1, out=found)


def unpacked(codes: Codes) -> Floats:
    """Rotated rows, float32 (n, WIDTH): the directions of those that were packed; nearly of length 1."""
    rows: Floats = np.take(_values(), codes, axis=0).reshape(-1, WIDTH)
    return rows


@lru_cache(maxsize=1)
def _values() -> Floats:
    """What a byte of a code says: float32 (256, 4)."""
    four = np.array([-_INNER, -_OUTER, _INNER, _OUTER]) / WIDTH**0.5
    levels = np.arange(2**8)[:, None] >> np.arange(0, 8, 2) & 3
    values: Floats = four[levels].astype(np.float32)
    return values


@lru_cache(maxsize=1)
def _per_length() -> Floats:
    """By how many outer values a code has, which tell its length: what its products are multiplied by."""
    outer = np.arange(WIDTH + 1)
    lengths = np.sqrt((outer * _OUTER**2 + (WIDTH - outer) * _INNER**2) / WIDTH)
    factors: Floats = (_WIDENED / lengths).astype(np.float32)
    return factors


@lru_cache(maxsize=1)
def _rotation() -> Floats:
    """A Hadamard matrix, float32 (WIDTH, WIDTH): each number comes into all of the rotated ones."""
    matrix = np.ones((1, 1))
    while len(matrix) < WIDTH:
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    rotation: Floats = (matrix / WIDTH**0.5).astype(np.float32)
    return rotation
