"""Whether a build on a server is as it was written: files by their checksums, rows by the sum of all."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from briefqa.errors import IndexCorruptError, ServerError
from briefqa.remote.ledger import Stored
from briefqa.remote.opened_remote import heading_of, opened_files
from briefqa.remote.pieces import ServerFiles
from briefqa.remote.server import NUMBERS, Kind, Row, Server
from briefqa.remote.upload import added_up
from briefqa.store.manifest import MANIFEST

_AT_ONCE = 1_000  # rows


def damaged_parts(server: Server, stored: Stored) -> list[str]:
    """Names of the files and collections of a build that are missing or changed, sorted; reads all of it.

    Raises:
        IndexMismatchError: another version of briefqa wrote it.
        ServerError: the server was lost.
    """
    try:
        with tempfile.TemporaryDirectory() as room:
            files, _ = opened_files(server, stored, Path(room))
        sums = heading_of(server, stored)["rows"]
    except (IndexCorruptError, ValueError, KeyError, TypeError):
        return [MANIFEST]
    wrong = [name for name, checksum in files.checksums.items() if _digest(files, name) != checksum]
    for kind, rows in ((Kind.PASSAGES, _passages), (Kind.WORDS, _words)):
        count, total = sums[kind.value]
        try:
            found = added_up(rows(server, stored.collection(kind), int(count)), kind)
        except (ServerError, ValueError, KeyError, TypeError) as error:
            if isinstance(error, ServerError) and server.has(stored.collection(kind)):
                raise
            found = (-1, 0)
        if found != (count, total):
            wrong.append(kind.value)
    return sorted(wrong)


def _digest(files: ServerFiles, name: str) -> str:
    digest = hashlib.sha256()
    try:
        for data in files.written(name):
            digest.update(data)
    except ValueError:  # no base64
        return ""
    return digest.hexdigest()


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
