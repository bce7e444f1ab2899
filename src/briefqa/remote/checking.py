"""Whether a build on a server is as it was written: files by their checksums, rows by the sum of all."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from briefqa.errors import IndexCorruptError
from briefqa.remote.ledger import Stored
from briefqa.remote.opened_remote import heading_of, opened_files
from briefqa.remote.pieces import ServerFiles
from briefqa.remote.server import NUMBERS, Kind, Row, Server
from briefqa.remote.upload import added_up
from briefqa.store.manifest import MANIFEST

_AT_ONCE = 1_000  # rows
_Rows = Callable[[Server, str, int], Iterator[Row]]


def damaged_parts(server: Server, stored: Stored) -> list[str]:
    """Names of the files and collections of a build that are missing or changed, sorted; reads all of it.

    Raises:
        IndexMismatchError: another version of briefqa wrote it.
        ServerError: the server was lost.
    """
    try:
        with tempfile.TemporaryDirectory() as room:
            files, _ = opened_files(server, stored, Path(room))
        sums = heading_of(server, stored).rows
    except IndexCorruptError:
        return [MANIFEST]
    read = {name: _read(files, name) for name in files.checksums}
    wrong = [name for name, (_, digest) in read.items() if digest != files.checksums[name]]
    most = sum(length for length, _ in read.values())  # a row says less than the files that it was made of
    for kind, rows in ((Kind.PASSAGES, _passages), (Kind.WORDS, _words)):
        told = sums.get(kind.value, (0, 0))
        if told[0] > most or told != _found(server, stored.collection(kind), kind, rows, told[0]):
            wrong.append(kind.value)
    return sorted(wrong)


def _read(files: ServerFiles, name: str) -> tuple[int, str]:
    """How many bytes of a file are there, and their digest."""
    digest, length = hashlib.sha256(), 0
    for data in files.written(name):
        digest.update(data)
        length += len(data)
    return length, digest.hexdigest()


def _found(server: Server, collection: str, kind: Kind, rows: _Rows, count: int) -> tuple[int, int]:
    """How many rows there are and what they add up to; (-1, 0) where they are none, or have no collection."""
    try:
        return added_up(rows(server, collection, count), kind)
    except (IndexCorruptError, ValueError, KeyError, TypeError, OverflowError):
        return -1, 0


def _passages(server: Server, collection: str, count: int) -> Iterator[Row]:
    fields = ["vector", "terms", "years", *NUMBERS[Kind.PASSAGES]]
    for at in range(0, count, _AT_ONCE):
        yield from server.rows(collection, range(at, min(at + _AT_ONCE, count)), fields).values()
    yield from server.where(collection, f"id < 0 or id >= {count}", fields)


def _words(server: Server, collection: str, count: int) -> Iterator[Row]:
    """By ranges of ids, which are spread evenly."""
    step = 2**63 // (count // _AT_ONCE + 1) + 1
    for low in range(0, 2**63, step):
        high = min(low + step, 2**63) - 1
        yield from server.where(collection, f"id >= {low} and id <= {high}", list(NUMBERS[Kind.WORDS]))
