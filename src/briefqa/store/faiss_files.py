"""Whether a file is one that `dense` writes, told by its bytes before FAISS reads it.

FAISS opens an index of any kind: one may name other files of the machine, take memory without end, or rank
otherwise. The two kinds that are written have a fixed layout, so everything but the numbers in them is known
once their counts are, and the counts must fit the size of the file.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

_HEAD = struct.Struct("<4siqqq?i")  # kind, dimension, count, two that are unused, trained, metric
_UNUSED = 1 << 20
_INNER_PRODUCT = 0
_QUERY_BITS = 4
_FLAT, _CELLS = b"IxFI", b"Iwrq"
_MOST = 2**40  # bytes, and so vectors


def flat_head(count: int, dimension: int) -> bytes:
    """What stands before so many flat vectors in their file."""
    head = _HEAD.pack(_FLAT, dimension, count, _UNUSED, _UNUSED, True, _INNER_PRODUCT)
    return head + struct.pack("<Q", count * dimension)


def check_flat(path: Path) -> tuple[int, int]:
    """The count and dimension of the flat vectors in a file.

    Raises:
        ValueError: it holds anything else, more, or less.
    """
    with path.open("rb") as file:
        count, dimension = _flat_head(file)
        file.seek(4 * count * dimension, 1)
        _end(file, path)
    return count, dimension


def cells_tail(later: npt.NDArray[np.int64]) -> bytes:
    """What stands behind the cells in their file, where FAISS does not read: vectors that are in none."""
    return struct.pack("<Q", len(later)) + later.astype("<i8").tobytes()


def check_cells(path: Path, count: int, dimension: int) -> npt.NDArray[np.int64]:
    """The numbers of those of so many vectors that are in no cell, ascending.

    Raises:
        ValueError: the file holds anything but the cells of the others and those numbers.
    """
    with path.open("rb") as file:
        held, wide = _head(file, _CELLS)
        _require(held <= count and wide == dimension, "the cells are of other vectors")
        cells, _searched = _unpack(file, "<QQ")
        _require(_flat_head(file) == (cells, dimension), "the centres are of other cells")
        file.seek(4 * cells * dimension, 1)
        code = (dimension + 7) // 8 + 8  # bytes of a vector: a bit a number, and two factors
        ours = 0, 0, dimension, code, _INNER_PRODUCT, code, True, _QUERY_BITS, b"ilar", cells, code
        _require(_unpack(file, "<BQQQiQ?B4sQQ") == ours, "its codes or lists are others")
        sizes = _sizes(file, cells)
        _require(int(sizes.sum()) == held, "its lists are of other vectors")
        file.seek(held * (code + 8), 1)
        if held == count and file.tell() == path.stat().st_size:
            return np.empty(0, np.int64)
        _require(_unpack(file, "<Q") == (count - held,), "vectors are in no cell")
        later = np.frombuffer(file.read(8 * (count - held)), "<i8").astype(np.int64)
        _end(file, path)
    rises = len(later) == count - held and bool((np.diff(later, prepend=-1, append=count) > 0).all())
    _require(rises, "the vectors that are in no cell are none")
    return later


def _head(file: IO[bytes], kind: bytes) -> tuple[int, int]:
    """(count, dimension) of an index of that kind."""
    found, dimension, count, *rest = _unpack(file, _HEAD.format)
    _require(found == kind, f"its kind is {found!r}")
    _require(rest == [_UNUSED, _UNUSED, True, _INNER_PRODUCT], "its head is no head of ours")
    _require(0 < dimension < 2**16 and 0 <= count <= _MOST, f"it has {count} vectors of {dimension} numbers")
    return count, dimension


def _flat_head(file: IO[bytes]) -> tuple[int, int]:
    count, dimension = _head(file, _FLAT)
    _require(_unpack(file, "<Q") == (count * dimension,), "its table has another size")
    return count, dimension


def _sizes(file: IO[bytes], cells: int) -> npt.NDArray[np.int64]:
    """How many vectors each cell has that has any; FAISS writes them as all or as some."""
    kind, numbers = _unpack(file, "<4sQ")
    _require(kind in (b"full", b"sprs") and numbers <= 2 * cells, "its lists are others")
    found = np.frombuffer(file.read(8 * numbers), "<i8")
    _require(len(found) == numbers and (kind == b"sprs" or numbers == cells), "its lists are others")
    held = found if kind == b"full" else found[1::2]
    _require(bool(((held >= 0) & (held <= _MOST)).all()), "a list has no size")
    return held


def _unpack(file: IO[bytes], form: str) -> tuple[Any, ...]:
    size = struct.calcsize(form)
    data = file.read(size)
    _require(len(data) == size, "it is cut short")
    return struct.unpack(form, data)


def _end(file: IO[bytes], path: Path) -> None:
    _require(file.tell() == path.stat().st_size, "it has another size than it says")


def _require(holds: bool, wrong: str) -> None:
    if not holds:
        raise ValueError(f"vectors: {wrong}")
