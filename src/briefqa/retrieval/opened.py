"""What an index needs of a build that it has opened, wherever the build lies, and one on this machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from briefqa.errors import BriefQAError, IndexCorruptError
from briefqa.models.embedding import EmbeddedQuestion
from briefqa.question.parsing import Question
from briefqa.reading.document import Document
from briefqa.store.build import Build
from briefqa.store.builds import current_build
from briefqa.store.durable import storage
from briefqa.store.leases import Lease
from briefqa.store.manifest import MANIFEST, require_files
from briefqa.store.searchable import Searchable


@dataclass(frozen=True, slots=True)
class Seen:
    """What of a build a question is answered from: all of it, or those passages that may be among the best.

    Attributes:
        parts: the passages and their arrays.
        allowed: bool (passages of `parts`,): those that may be found; None means all.
        numbers: int64 (passages of `parts`,): their numbers in the build, ascending; None for all of it.
    """

    parts: Searchable
    allowed: npt.NDArray[np.bool_] | None = None
    numbers: npt.NDArray[np.int64] | None = None

    def number(self, passage: int) -> int:
        """The number in the build of a passage of `parts`."""
        return passage if self.numbers is None else int(self.numbers[passage])


class OpenedBuild(Protocol):
    """A build that stays as it was opened, until it is released."""

    @property
    def build_id(self) -> str:
        """Its id."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What it is and how it was made."""

    @property
    def documents(self) -> Sequence[Document]:
        """The distinct documents, in the order of their ids; each is read when it is asked for."""

    @property
    def numbers(self) -> Mapping[str, int]:
        """Id → number of its text among the distinct documents."""

    @property
    def originals(self) -> Mapping[str, Path]:
        """Id → stored copy of its source file."""

    def seen_by(
        self, question: Question, embedded: EmbeddedQuestion, documents: Sequence[int] | None
    ) -> Seen:
        """What a question is answered from; `documents`: numbers of those to search in, None means all."""

    def passage_text(self, number: int) -> str:
        """The text of a passage by its number in the build."""

    def is_current(self) -> bool:
        """Whether it is still the live build of its index."""

    def release(self) -> None:
        """Let go of it; a second time does nothing."""


class LocalBuild:
    """An opened build in a folder of this machine.

    Args:
        folder: the index's folder.
        build: the build.
        lease: keeps it from being deleted.
    """

    def __init__(self, folder: Path, build: Build, lease: Lease) -> None:
        self._folder, self._lease = folder, lease
        self.build_id = build.folder.name
        self.manifest, self.originals, self.numbers = build.manifest, build.originals, build.numbers
        self.searchable = build.searchable

    @property
    def documents(self) -> Sequence[Document]:
        """The distinct documents, in the order of their ids; each is read when it is asked for."""
        return self.searchable.units.documents

    def seen_by(
        self, question: Question, embedded: EmbeddedQuestion, documents: Sequence[int] | None
    ) -> Seen:
        """All of the build, whatever the question is."""
        if documents is None:
            return Seen(self.searchable)
        return Seen(self.searchable, np.isin(self.searchable.units.passages["document"], documents))

    def passage_text(self, number: int) -> str:
        """The text of a passage by its number."""
        return self.searchable.units.passage_text(number)

    def is_current(self) -> bool:
        """Whether CURRENT names it."""
        try:
            return current_build(self._folder).name == self.build_id
        except BriefQAError:
            return False

    def release(self) -> None:
        """Let go of it; a second time does nothing."""
        self._lease.release()


def open_local(folder: Path) -> LocalBuild:
    """Open the live build of an index on this machine.

    Raises:
        IndexNotFoundError, IndexMismatchError, IndexCorruptError, StorageError: as `open_index`.
    """
    while True:
        live = current_build(folder)
        try:
            return _opened(folder, live)
        except BriefQAError:
            if current_build(folder) == live:
                raise  # else it was replaced and deleted meanwhile


def _opened(folder: Path, live: Path) -> LocalBuild:
    with storage(folder):
        lease = Lease(live / MANIFEST)
        require_files(live)
    try:
        return LocalBuild(folder, Build.open(live), lease)
    except Exception as error:  # a hostile file can fail in any way
        if isinstance(error, BriefQAError):
            raise
        raise IndexCorruptError(
            f"Build {live.name!r} of the index in {str(folder)!r} cannot be read ({error}); "
            f"go back with: briefqa rollback --index {folder}, or build it again."
        ) from error
