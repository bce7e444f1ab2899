"""The files of a build as rows of a collection: each is cut into pieces, and read by those that are wanted.

A row is a piece, in base64, for a server keeps no bytes. Row 0 is the heading: it tells how long the manifest
is, and is written last, so that a collection without it is no whole build. The manifest tells the rest.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from briefqa.errors import IndexCorruptError, IndexMismatchError
from briefqa.remote.refusals import damaged
from briefqa.remote.server import Row, Server
from briefqa.store.files import Range
from briefqa.store.manifest import MANIFEST

PIECE = 16_384  # bytes
HEAD = 1_024  # bytes at the begin of an array in which its heading lies
HEADING = 0  # the id of the row
LAYOUT = 1  # counts up when old collections cannot be read any more
_KEPT = 4_096  # pieces; 64 MB
_AT_ONCE = 512  # pieces of a file that is read whole
_MOST_BYTES = 2**30  # that are asked for together: a server may name any size


class ServerFiles:
    """The files of a build in a collection, see `briefqa.store.files.BuildFiles`.

    Args:
        build_id: the id of the build.
        sizes: name → bytes, in the order in which they lie there.
        checksums: name → SHA-256, of those that have one.
    """

    def __init__(
        self,
        server: Server,
        collection: str,
        build_id: str,
        sizes: Mapping[str, int],
        checksums: Mapping[str, str],
    ) -> None:
        self.build_id, self.checksums = build_id, dict(checksums)
        self._server, self._collection = server, collection
        self.sizes = dict(sizes)
        self._first = first_pieces(sizes)
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, name: str) -> bool:
        return name in self.sizes

    def whole(self, name: str) -> bytes:
        """All bytes of a file."""
        return self.part(name, 0, self.sizes[name])

    def unchanged(self, name: str) -> bytes:
        """All bytes of a file, held against its checksum.

        Raises:
            IndexCorruptError: it was changed.
        """
        data = self.whole(name)
        if hashlib.sha256(data).hexdigest() != self.checksums.get(name):
            raise self.damaged(ValueError(f"{name!r} was changed"))
        return data

    def part(self, name: str, start: int, end: int) -> bytes:
        """The bytes `[start, end)` of a file."""
        return self.parts([(name, start, end)])[0]

    def array(self, name: str) -> npt.NDArray[Any]:
        """A file that `numpy.save` wrote; of a table slices are read when they are asked for."""
        rows = ServerRows(self, name)
        return cast("npt.NDArray[Any]", rows if len(rows.shape) > 1 else rows[0 : rows.shape[0]])

    def raw(self, name: str) -> npt.NDArray[np.uint8]:
        """The bytes of a file; slices of them are read when they are asked for."""
        return cast("npt.NDArray[np.uint8]", ServerBytes(self, name))

    def written(self, name: str) -> Iterator[bytes]:
        """The bytes of a file one after the other, for it may be large, up to what is missing or none."""
        size, first = self.sizes[name], self._first[name]
        for start in range(0, size, _AT_ONCE * PIECE):
            ids = range(first + start // PIECE, first + -(-min(start + _AT_ONCE * PIECE, size) // PIECE))
            rows = self._server.rows(self._collection, ids, ["data"])
            for each in ids:
                try:
                    yield _piece(rows[each])
                except (KeyError, ValueError):
                    return

    def fetch(self, ranges: Sequence[Range]) -> None:
        """Have some ranges at hand, if they are not large, that are asked for one by one next."""
        if sum(end - start for _, start, end in ranges) < _KEPT * PIECE // 2:
            self.parts(ranges)

    def parts(self, ranges: Sequence[Range]) -> list[bytes]:
        """The bytes `[start, end)` of files, asked for together.

        Raises:
            IndexCorruptError: a piece is missing, or is none; or so much is never asked for.
        """
        try:
            return self._parts(ranges)
        except ValueError as error:
            raise self.damaged(error) from error

    def damaged(self, error: Exception) -> IndexCorruptError:
        """The sentence about what does not fit."""
        return damaged(self._server.address, error)

    def _parts(self, ranges: Sequence[Range]) -> list[bytes]:
        if (wanted := sum(end - start for _, start, end in ranges)) > _MOST_BYTES:
            raise ValueError(f"{wanted:,} bytes of its files were to be read at once")
        ids = [list(self._ids(*each)) for each in ranges]
        pieces = self._pieces({each for of_range in ids for each in of_range})
        found = []
        for (name, start, end), of_range in zip(ranges, ids, strict=True):
            begin = start % PIECE
            part = b"".join(pieces[each] for each in of_range)[begin : begin + end - start]
            if len(part) != end - start:
                raise ValueError(f"{name!r} is shorter than it should be")
            found.append(part)
        return found

    def _ids(self, name: str, start: int, end: int) -> range:
        if not 0 <= start <= end <= self.sizes[name]:
            raise ValueError(f"{name!r} has no bytes {start} to {end}")
        first = self._first[name]
        return range(first + start // PIECE, first + -(-end // PIECE)) if end > start else range(0)

    def _pieces(self, ids: set[int]) -> dict[int, bytes]:
        with self._lock:
            held = {each: self._kept[each] for each in ids if each in self._kept}
            for each in held:
                self._kept.move_to_end(each)
        missing = ids - held.keys()
        rows = self._server.rows(self._collection, missing, ["data"]) if missing else {}
        if len(rows) < len(missing):
            raise ValueError(f"{len(missing) - len(rows)} pieces of its files are missing")
        fetched = {each: _piece(row) for each, row in rows.items()}
        with self._lock:
            self._kept |= fetched
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return held | fetched


class ServerBytes:
    """The bytes of a file on a server, read by slices."""

    def __init__(self, files: ServerFiles, name: str) -> None:
        self._files, self._name = files, name

    def __len__(self) -> int:
        return self._files.sizes[self._name]

    def __getitem__(self, places: slice) -> npt.NDArray[np.uint8]:
        start, stop, _ = places.indices(len(self))
        return np.frombuffer(self._files.part(self._name, start, max(start, stop)), np.uint8)


class ServerRows:
    """An array that `numpy.save` wrote into a file on a server, read by rows."""

    def __init__(self, files: ServerFiles, name: str) -> None:
        self._files, self._name = files, name
        heading = BytesIO(files.part(name, 0, min(files.sizes[name], HEAD)))
        version = np.lib.format.read_magic(heading)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else None
        if read is None:
            raise ValueError(f"{name!r} is no array of the kind that is written")
        shape, fortran, self.dtype = read(heading)
        if fortran or self.dtype.hasobject or not shape:
            raise ValueError(f"{name!r} is no array of the kind that is written")
        self.shape = tuple(shape)
        self._begin = heading.tell()
        self._row = int(self.dtype.itemsize * np.prod(shape[1:], dtype=np.int64))

    def range(self, start: int, end: int) -> Range:
        """Where the rows `[start, end)` lie."""
        return self._name, self._begin + start * self._row, self._begin + end * self._row

    def __getitem__(self, rows: slice) -> npt.NDArray[Any]:
        start, stop, _ = rows.indices(self.shape[0])
        return self.of([self._files.part(*self.range(start, max(start, stop)))])

    def of(self, data: Sequence[bytes]) -> npt.NDArray[Any]:
        """The rows that were read from ranges, one after the other."""
        return np.frombuffer(b"".join(data), self.dtype).reshape(-1, *self.shape[1:])


def first_pieces(sizes: Mapping[str, int]) -> dict[str, int]:
    """The id of the first piece of each file."""
    first, found = HEADING + 1, {}
    for name, size in sizes.items():
        found[name] = first
        first += -(-size // PIECE)
    return found


def laid_out(manifest: Mapping[str, Any], manifest_size: int, others: Mapping[str, int]) -> dict[str, int]:
    """Name → size of all files in the order in which their pieces lie."""
    return {MANIFEST: manifest_size, **others, **dict(sorted(manifest["sizes"].items()))}


def piece_rows(path: Path, first: int) -> Iterator[Row]:
    """The pieces of a file as rows."""
    with path.open("rb") as file:
        number = first
        while data := file.read(PIECE):
            yield {"id": number, "data": base64.b64encode(data).decode("ascii")}
            number += 1


def _piece(row: Row) -> bytes:
    data = base64.b64decode(row["data"], validate=True)
    if not 0 < len(data) <= PIECE:
        raise ValueError(f"a piece of its files has {len(data):,} bytes")
    return data


@dataclass(frozen=True, slots=True)
class BuildHeading:
    """What the row tells that makes a collection of files a whole build.

    Attributes:
        manifest: bytes of the manifest.
        others: name → bytes of the files that lie beside the build.
        rows: kind of collection → how many rows it has, and what they add up to.
    """

    manifest: int
    others: Mapping[str, int]
    rows: Mapping[str, tuple[int, int]]

    def to_row(self) -> Row:
        """The row."""
        rows = {kind: list(each) for kind, each in self.rows.items()}
        told = {"layout": LAYOUT, "manifest": self.manifest, "others": dict(self.others), "rows": rows}
        return {"id": HEADING, "data": json.dumps(told)}

    @classmethod
    def of_row(cls, row: Row) -> BuildHeading:
        """What `to_row` gave.

        Raises:
            ValueError: it is none.
            IndexMismatchError: another version of briefqa wrote it.
        """
        try:
            told = json.loads(row["data"])
            layout, size, others, rows = (told[name] for name in ("layout", "manifest", "others", "rows"))
            sums = {kind: (number, total) for kind, (number, total) in rows.items()}
            numbers = [layout, size, *others.values(), *(each for both in sums.values() for each in both)]
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise ValueError("its heading is none") from error
        if not all(type(each) is int and each >= 0 for each in numbers):
            raise ValueError("a number in its heading is none")
        if layout != LAYOUT:
            raise IndexMismatchError(
                f"The index lies on its server in layout {layout}, this version of briefqa reads layout "
                f"{LAYOUT}; build it again with: briefqa build FOLDER"
            )
        return cls(size, others, sums)
