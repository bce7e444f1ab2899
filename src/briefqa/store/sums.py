"""Sums of the large files of a build, by which a change sees in a tenth of the time that all are as written.

sums.json    name → XXH3 of the file, 128 bits, hexadecimal; of a large index only

A change reads the live build whole, and SHA-256 of that took half of its time. XXH3 is no defence against
intent. Sums are no part of a build's id, and `briefqa verify` holds every file against its SHA-256 as ever.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import xxhash

from briefqa.errors import BriefQAError
from briefqa.store.manifest import digest_of, files_of, read_manifest

SUMS = "sums.json"
_LARGE = 2**20  # bytes; a smaller file is read for its digest as fast
_PIECE = 2**18  # bytes, which stay in the processor's cache
_MOST_BYTES = 2**24  # of the sums

Sums = Mapping[str, str]


def sum_of(path: str | Path) -> str:
    """The XXH3 of a file, 128 bits, hexadecimal.

    Raises:
        OSError: it cannot be read.
    """
    room, found = memoryview(bytearray(_PIECE)), xxhash.xxh3_128()
    with open(path, "rb") as file:
        while length := file.readinto(room):
            found.update(room[:length])
    return found.hexdigest()


def write_sums(folder: Path, linked: Mapping[str, str | None]) -> None:
    """Write the sums of the large files in a new build's folder, if it has any.

    Args:
        linked: of files that are links to those of an earlier build, the sum that it tells, or None: to take
            it of what is there now would make damage to it what was written.
    """
    large = [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.stat().st_size >= _LARGE
    ]
    sums = {name: linked[name] if name in linked else sum_of(folder / name) for name in large}
    if told := {name: each for name, each in sums.items() if each is not None}:
        (folder / SUMS).write_text(json.dumps(told), "utf-8")


def read_sums(build: Path) -> Sums:
    """The sums that a build tells of its files; none where they are not as they were written."""
    try:
        digest = files_of(read_manifest(build)).get(SUMS)
        if digest is None or os.lstat(build / SUMS).st_size > _MOST_BYTES:
            return {}
        data = (build / SUMS).read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            return {}
        told = json.loads(data)
        return {name: each for name, each in told.items() if isinstance(each, str)}
    except (BriefQAError, OSError, ValueError, AttributeError, RecursionError):
        return {}


class BySums:
    """Whether files of a build are as they were written: by their sums where it tells them, else by digests.

    Args:
        build: the build's folder.
        beside: a build whose files were read just now: what is the same file there is not read again.
    """

    def __init__(self, build: Path, beside: Path | None = None) -> None:
        self._build = build
        self._beside = beside

    def __call__(self, name: str, digest: str) -> bool:
        """Whether the file of that name is the one with the digest."""
        path = f"{self._build}/{name}"
        try:
            if self._read.get(_file(path)) == digest:
                return True
            told = self._sums.get(name)
            return digest_of(path) == digest if told is None else sum_of(path) == told
        except OSError:
            return False

    @cached_property
    def _sums(self) -> Sums:
        return read_sums(self._build)

    @cached_property
    def _read(self) -> dict[tuple[int, int], str]:
        if self._beside is None:
            return {}
        files = files_of(read_manifest(self._beside)).items()
        return {_file(f"{self._beside}/{name}"): digest for name, digest in files}


def _file(path: str) -> tuple[int, int]:
    """What tells a file, whatever its name."""
    status = os.lstat(path)
    return status.st_dev, status.st_ino
