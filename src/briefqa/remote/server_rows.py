"""Arrays of a build on a server that lie in several files."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy.typing as npt

from briefqa.remote.pieces import HEAD, ServerFiles, ServerRows
from briefqa.store.files import Range
from briefqa.store.segments import require_one_kind, segment_names


class ServerSegments:
    """The rows of an array that lies in several files on a server, read by rows of one document each.

    Raises:
        ValueError: its parts are not of one kind.
    """

    def __init__(self, files: ServerFiles, name: str) -> None:
        names = segment_names(name, files.sizes)
        files.fetch([(each, 0, min(files.sizes[each], HEAD)) for each in names])
        self._parts = [ServerRows(files, each) for each in names]
        require_one_kind(name, self._parts)
        self._begins = [0, *accumulate(part.shape[0] for part in self._parts)]

    def range(self, start: int, end: int) -> Range:
        """Where the rows `[start, end)` lie, which are of one document."""
        number = min(bisect_right(self._begins, start), len(self._parts)) - 1
        begin = self._begins[number]
        return self._parts[number].range(start - begin, end - begin)

    def of(self, data: Sequence[bytes]) -> npt.NDArray[Any]:
        """The rows that were read from ranges, one after the other."""
        return self._parts[0].of(data)


def raw_range(files: ServerFiles, names: Sequence[str], start: int, end: int) -> Range:
    """Where the bytes `[start, end)` lie of files that follow each other; they are in one of them."""
    for name in names[:-1]:
        if start < files.sizes[name]:
            return name, start, end
        start, end = start - files.sizes[name], end - files.sizes[name]
    return names[-1], start, end
