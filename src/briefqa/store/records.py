"""Many small texts in one file, each with a digest of itself, on disk until one is asked for.

    records            for each one 8 bytes of BLAKE2, then UTF-8
    records_starts.npy int64 (records + 1,): where each begins

A large index is not read whole when it is opened, so that damage is found where it is read.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Container, Iterable, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from briefqa.store.files import BuildFiles, FolderFiles
from briefqa.store.links import Links
from briefqa.store.rows import Rows, joined_spans
from briefqa.store.segments import joined_parts, save_raw_segments, segment_name, segment_names

_SEAL = 8  # bytes


class SealedRecords:
    """Records by their numbers.

    Attributes:
        content: uint8 (bytes,): all of them; of a large index in parts.
        starts: int64 (records + 1,): record r is content[starts[r]:starts[r + 1]].
    """

    def __init__(self, content: Rows, starts: npt.NDArray[np.int64]) -> None:
        self.content = content
        self.starts = starts

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> str:
        """One record.

        Raises:
            ValueError: it is not as it was written.
        """
        sealed = self.content[self.starts[number] : self.starts[number + 1]].tobytes()
        record = sealed[_SEAL:]
        if _seal(record) != sealed[:_SEAL]:
            raise ValueError(f"record {number} was changed")
        return record.decode()

    @classmethod
    def of(cls, records: Iterable[str]) -> SealedRecords:
        """Records in memory."""
        sealed = [_sealed(each) for each in records]
        starts = np.cumsum([0, *map(len, sealed)], dtype=np.int64)
        return cls(np.frombuffer(b"".join(sealed), np.uint8), starts)

    def grown(self, sources: npt.NDArray[np.int64], fresh: SealedRecords) -> SealedRecords:
        """Some of these records and fresh ones, seals and all, to be written; see `rows.joined`."""
        content, starts = joined_spans((self.content, self.starts), sources, (fresh.content, fresh.starts))
        return SealedRecords(content, starts)

    @staticmethod
    def save(folder: Path, name: str, records: Iterable[str], begins: Sequence[int] = ()) -> None:
        """Write records into files of `folder` whose names begin with `name`.

        Args:
            begins: the records with which the second part begins, and further ones, see `segments`.
        """
        starts, each = array("q", [0]), iter(records)
        for number, end in enumerate([*begins, None], 1):
            with (folder / segment_name(name, number)).open("xb") as file:
                for record in islice(each, None if end is None else end - len(starts) + 1):
                    starts.append(starts[-1] + file.write(_sealed(record)))
        np.save(folder / f"{name}_starts.npy", np.array(starts, np.int64))

    def copy(self, folder: Path, name: str, begins: Sequence[int], links: Links) -> None:
        """Write these records likewise, as they are; parts of an earlier build that stay are linked."""
        ends = self.starts[[0, *begins, len(self)]].tolist()
        save_raw_segments(folder, name, self.content, ends, links)
        np.save(folder / f"{name}_starts.npy", self.starts)

    @classmethod
    def load(cls, files: BuildFiles, name: str) -> SealedRecords:
        """Open what `save` wrote as one part."""
        return cls(files.raw(name), files.array(f"{name}_starts.npy"))

    @classmethod
    def load_parts(cls, folder: Path, name: str, names: Container[str]) -> SealedRecords:
        """Open what `save` wrote; `names`: of all files of the build."""
        files, parts = FolderFiles(folder), segment_names(name, names)
        content = joined_parts([files.raw(each) for each in parts], [folder / each for each in parts])
        return cls(content, files.array(f"{name}_starts.npy"))


def _sealed(text: str) -> bytes:
    record = text.encode()
    return _seal(record) + record


def _seal(record: bytes) -> bytes:
    return hashlib.blake2b(record, digest_size=_SEAL).digest()
