"""How the files of a build are read, wherever they lie: in a folder of this machine, or on a server."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from briefqa.store.vocabulary import mapped

Range = tuple[str, int, int]  # the name of a file, [start, end) in bytes


class BuildFiles(Protocol):
    """The files of a build by the names that its manifest gives them."""

    @property
    def build_id(self) -> str:
        """The id of the build."""

    def whole(self, name: str) -> bytes:
        """All bytes of a file."""

    def part(self, name: str, start: int, end: int) -> bytes:
        """The bytes `[start, end)` of a file."""

    def array(self, name: str) -> npt.NDArray[Any]:
        """A file that `numpy.save` wrote; rows of it are read when they are asked for."""

    def fetch(self, ranges: Sequence[Range]) -> None:
        """Have some ranges at hand that are asked for one by one next."""

    def raw(self, name: str) -> npt.NDArray[np.uint8]:
        """The bytes of a file, uint8 (bytes,)."""


class FolderFiles:
    """The files of a build in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.build_id = folder.name

    def whole(self, name: str) -> bytes:
        """All bytes of a file."""
        with open(f"{self._folder}/{name}", "rb") as file:
            return file.read()

    def part(self, name: str, start: int, end: int) -> bytes:
        """The bytes `[start, end)` of a file."""
        with (self._folder / name).open("rb") as file:
            file.seek(start)
            return file.read(end - start)

    def array(self, name: str) -> npt.NDArray[Any]:
        """A file that `numpy.save` wrote; it stays on disk until parts of it are read."""
        return mapped(self._folder / name)

    def raw(self, name: str) -> npt.NDArray[np.uint8]:
        """The bytes of a file; they stay on disk until parts of them are read."""
        empty = not (self._folder / name).stat().st_size
        return np.empty(0, np.uint8) if empty else np.asarray(np.memmap(self._folder / name, np.uint8, "r"))

    def fetch(self, ranges: Sequence[Range]) -> None:
        """Nothing: they are at hand."""
