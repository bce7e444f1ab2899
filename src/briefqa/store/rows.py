"""Rows of several arrays, one after the other, that are not put together before they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]


class JoinedRows:
    """The rows of some arrays of one kind, in order; what lies on disk stays there until it is written.

    Attributes:
        parts: at least one; the shapes are equal but for the numbers of rows.
    """

    def __init__(self, parts: Sequence[npt.NDArray[Any]]) -> None:
        self.parts = parts
        self.dtype = parts[0].dtype
        self.shape = (sum(map(len, parts)), *parts[0].shape[1:])

    def __len__(self) -> int:
        return int(self.shape[0])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return np.concatenate(self.parts).astype(dtype or self.dtype, copy=False)


Rows = npt.NDArray[Any] | JoinedRows
# Rows, and where each span of them begins and the last one ends.
Spans = tuple[npt.NDArray[Any], Numbers]


def joined(old: npt.NDArray[Any], sources: Numbers, fresh: npt.NDArray[Any]) -> JoinedRows:
    """Rows of an old array, and fresh ones in the places that have none.

    Args:
        sources: int64 (rows,): of each row the old number; −1 for the next of the fresh ones.
    """
    singly = (np.arange(len(each) + 1) for each in (old, fresh))
    return joined_spans((old, next(singly)), sources, (fresh, next(singly)))[0]


def joined_spans(old: Spans, sources: Numbers, fresh: Spans) -> tuple[JoinedRows, Numbers]:
    """Likewise of spans of rows; and where they begin and the last one ends, int64 (spans + 1,)."""
    taken, parts, lengths = 0, [fresh[0][:0]], []
    for begin, end in runs(sources):
        rows, starts = fresh if sources[begin] < 0 else old
        first = taken if sources[begin] < 0 else int(sources[begin])
        taken += end - begin if sources[begin] < 0 else 0
        bounds = starts[first : first + end - begin + 1]
        parts.append(rows[bounds[0] : bounds[-1]])
        lengths.append(np.diff(bounds))
    return JoinedRows(parts), np.cumsum(np.concatenate([[0], *lengths]), dtype=np.int64)


def runs(sources: Numbers) -> Iterator[tuple[int, int]]:
    """`[begin, end)` of each run of numbers that follow each other, or of −1."""
    step = np.diff(sources)
    ends = np.flatnonzero(~((step == 1) & (sources[:-1] >= 0) | (step == 0) & (sources[:-1] < 0))) + 1
    bounds = [0, *ends.tolist(), len(sources)] if len(sources) else [0]
    return pairwise(bounds)


def save_rows(path: Path, rows: Rows) -> None:
    """What `numpy.save` writes of them, to be read by `numpy.load`."""
    if not isinstance(rows, JoinedRows):
        np.save(path, rows)
        return
    with path.open("wb") as file:
        head = {
            "descr": np.lib.format.dtype_to_descr(rows.dtype),
            "fortran_order": False,
            "shape": rows.shape,
        }
        np.lib.format.write_array_header_1_0(file, head)
        write_rows(file, rows)


def write_rows(file: Any, rows: Rows) -> None:
    """The bytes of the rows alone."""
    for part in rows.parts if isinstance(rows, JoinedRows) else [rows]:
        file.write(np.ascontiguousarray(part).data.cast("B") if part.size else b"")
