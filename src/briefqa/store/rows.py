"""Rows of several arrays, one after the other, that are not put together before they are written."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]


class JoinedRows:
    """The rows of some arrays of one kind, in order; what lies on disk stays there until it is read.

    Attributes:
        parts: at least one; the shapes are equal but for the numbers of rows.
        files: of each part the file that holds its rows and no others, or None.
        bounds: int64 (parts + 1,): part p has the rows bounds[p]:bounds[p + 1].
    """

    def __init__(self, parts: Sequence[npt.NDArray[Any]], files: Sequence[Path | None] = ()) -> None:
        self.parts = parts
        self.files = files or (None,) * len(parts)
        self.dtype = parts[0].dtype
        self.bounds = np.cumsum([0, *map(len, parts)], dtype=np.int64)
        self.shape = (int(self.bounds[-1]), *parts[0].shape[1:])
        self._begins: list[int] = self.bounds[:-1].tolist()

    def __len__(self) -> int:
        return int(self.shape[0])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return np.concatenate(self.parts).astype(dtype or self.dtype, copy=False)

    def __getitem__(self, rows: int | slice | Numbers) -> npt.NDArray[Any]:
        """One row, those of a slice, or those of some numbers, none of them negative.

        Raises:
            IndexError: there is no such row.
            TypeError: a slice with a step, or what are no integers: an array would take them otherwise.
        """
        if isinstance(rows, slice):
            start, stop, step = rows.indices(len(self))
            if step != 1:
                raise TypeError("rows are taken one after the other")
            stop = max(start, stop)
            number = bisect_right(self._begins, start) - 1  # most slices lie in one part
            if stop <= self._begins[number] + len(self.parts[number]):
                return self.parts[number][start - self._begins[number] : stop - self._begins[number]]
            return np.concatenate(self.between(start, stop).parts)
        numbers = np.atleast_1d(rows)
        if len(numbers) and numbers.dtype.kind not in "iu":
            raise TypeError(f"numbers of rows are integers, not {numbers.dtype}")
        if len(numbers) and (numbers.min() < 0 or numbers.max() >= len(self)):
            raise IndexError(f"there are {len(self)} rows")
        order = np.argsort(numbers, kind="stable")  # quick where they ascend, as those of candidates do
        ascending = numbers[order].astype(np.int64)
        ends = np.searchsorted(ascending, self.bounds)
        found = np.empty((len(numbers), *self.shape[1:]), self.dtype)
        for number, (begin, end) in enumerate(pairwise(ends.tolist())):
            if begin < end:
                found[order[begin:end]] = self.parts[number][ascending[begin:end] - self.bounds[number]]
        return found[0] if np.ndim(rows) == 0 else found

    def between(self, start: int, stop: int) -> JoinedRows:
        """The rows `[start, stop)`, where they lie."""
        parts: list[npt.NDArray[Any]] = []
        files: list[Path | None] = []
        first, last = np.searchsorted(self.bounds, [start, stop], "right") - 1
        for number in range(int(first), min(int(last), len(self.parts) - 1) + 1):
            begin, end = self.bounds[number : number + 2].tolist()
            part = self.parts[number][max(start - begin, 0) : stop - begin]
            if len(part):
                parts.append(part)
                files.append(self.files[number] if len(part) == end - begin else None)
        return JoinedRows(parts or [self.parts[0][:0]], files)


Rows = npt.NDArray[Any] | JoinedRows
# Rows, and where each span of them begins and the last one ends.
Spans = tuple[Rows, Numbers]


def joined(old: Rows, sources: Numbers, fresh: npt.NDArray[Any]) -> JoinedRows:
    """Rows of an old array, and fresh ones in the places that have none.

    Args:
        sources: int64 (rows,): of each row the old number; −1 for the next of the fresh ones.
    """
    singly = (np.arange(len(each) + 1) for each in (old, fresh))
    return joined_spans((old, next(singly)), sources, (fresh, next(singly)))[0]


def joined_spans(old: Spans, sources: Numbers, fresh: Spans) -> tuple[JoinedRows, Numbers]:
    """Likewise of spans of rows; and where they begin and the last one ends, int64 (spans + 1,)."""
    taken, parts, lengths = 0, [fresh[0][:0]], []
    files: list[Path | None] = [None]
    for begin, end in runs(sources):
        rows, starts = fresh if sources[begin] < 0 else old
        first = taken if sources[begin] < 0 else int(sources[begin])
        taken += end - begin if sources[begin] < 0 else 0
        bounds = starts[first : first + end - begin + 1]
        found = rows_between(rows, int(bounds[0]), int(bounds[-1]))
        parts += found.parts
        files += found.files
        lengths.append(np.diff(bounds))
    return JoinedRows(parts, files), np.cumsum(np.concatenate([[0], *lengths]), dtype=np.int64)


def held_in(ascending: npt.NDArray[Any], numbers: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which of the numbers are among some that ascend, bool (numbers,)."""
    if not len(ascending):
        return np.zeros(len(numbers), dtype=bool)
    at = np.minimum(np.searchsorted(ascending, numbers), len(ascending) - 1)
    found: npt.NDArray[np.bool_] = ascending[at] == numbers
    return found


def runs(sources: Numbers) -> Iterator[tuple[int, int]]:
    """`[begin, end)` of each run of numbers that follow each other, or of −1."""
    step = np.diff(sources)
    ends = np.flatnonzero(~((step == 1) & (sources[:-1] >= 0) | (step == 0) & (sources[:-1] < 0))) + 1
    bounds = [0, *ends.tolist(), len(sources)] if len(sources) else [0]
    return pairwise(bounds)


def rows_between(rows: Rows, start: int, stop: int) -> JoinedRows:
    """The rows `[start, stop)`, where they lie."""
    return rows.between(start, stop) if isinstance(rows, JoinedRows) else JoinedRows([rows[start:stop]])


def save_rows(path: Path, rows: JoinedRows) -> None:
    """What `numpy.save` writes of them, to be read by `numpy.load`."""
    with path.open("xb") as file:
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
