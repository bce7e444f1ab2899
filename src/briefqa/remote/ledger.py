"""Which builds an index on a server has, which is live, who reads them and who changes it.

    NAME                       alias: the files of the live build
    NAME_before                alias: those of the build before it, for `rollback`
    NAME_writer                alias: whoever changes the index; a server gives an alias to one only
    NAME_<build>_<n>_files     and _passages, _words: the collections of a build, never changed once written
    NAME_readers               collection: until when somebody reads a build, or changes the index

A build is written, checked, and then named by the alias in one step. Who reads or writes says so every
minute; who has said nothing for ten is taken for dead.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from briefqa.errors import BriefQAError, IndexBusyError, IndexMismatchError, IndexNotFoundError
from briefqa.remote.pieces import HEADING
from briefqa.remote.server import Kind, Server

_SAID_EVERY = 60.0  # seconds
_BELIEVED_FOR = 600  # seconds
_TRIES = 10


@dataclass(frozen=True, slots=True)
class Stored:
    """A build on a server: its id, and which copy of it: one that is written again lies beside the other."""

    index: str
    build_id: str
    copy: int

    def collection(self, kind: Kind) -> str:
        """The name of one of its collections."""
        return f"{self.index}_{self.build_id}_{self.copy}_{kind.value}"


class Ledger:
    """The builds of an index on a server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.name = server.address.name
        self._readers = f"{self.name}_{Kind.READERS.value}"
        self._own = ""  # what the writer's alias names while this one holds the right to change
        self._of_build = re.compile(rf"{self.name}_([0-9a-f]{{16}})_([0-9]+)_files")

    def live(self) -> Stored:
        """The live build.

        Raises:
            IndexNotFoundError: there is no index of that name.
            IndexMismatchError: what has that name is none.
        """
        found = self._pointed(self.name)
        if found is None:
            self.require_ours()
            raise IndexNotFoundError(
                f"There is no index {str(self.server.address)!r}; "
                f"make one with: briefqa build FOLDER --index {self.server.address}"
            )
        return found

    def is_live(self, build: Stored) -> bool:
        """Whether it is the live build."""
        return self._pointed(self.name) == build

    def read_live(self) -> tuple[Stored, Saying]:
        """The live build, and that it is being read, so that nobody deletes it.

        Raises:
            IndexNotFoundError, IndexMismatchError: as `live`.
            IndexBusyError: it changes all the time.
        """
        for _ in range(_TRIES):
            live = self.live()
            said = self.saying(live.collection(Kind.FILES))
            if self.is_live(live):  # who takes its place from now on sees that it is read
                return live, said
            said.release()
        raise IndexBusyError(f"The index {str(self.server.address)!r} changes all the time; try again later.")

    def require_ours(self) -> None:
        """Raise IndexMismatchError when something has the name of the index and is none."""
        if self.server.named(self.name) is None and self.server.has(self.name):
            raise self._not_ours(self.name)

    def _pointed(self, alias: str) -> Stored | None:
        collection = self.server.named(alias)
        if collection is None:
            return None
        found = self._of_build.fullmatch(collection)
        if found is None:
            raise self._not_ours(collection)
        return Stored(self.name, found[1], int(found[2]))

    def _not_ours(self, collection: str) -> IndexMismatchError:
        return IndexMismatchError(
            f"{str(self.server.address)!r} names the collection {collection!r}, which briefqa did not make; "
            "give the index another name."
        )

    def before(self) -> Stored | None:
        """The build before the live one; the only other whole one where a change was cut short."""
        live, found = self.live(), self._pointed(f"{self.name}_before")
        if found is not None and found != live:
            return found
        others = [each for each in self.whole() if each != live]
        return others[0] if len(others) == 1 else None

    def all(self) -> list[Stored]:
        """All builds, those that were cut short among them."""
        found = map(self._of_build.fullmatch, self.server.collections())
        return [Stored(self.name, each[1], int(each[2])) for each in found if each]

    def whole(self) -> list[Stored]:
        """The builds that were written to their end."""
        return [each for each in self.all() if self.is_whole(each)]

    def is_whole(self, build: Stored) -> bool:
        """Whether a build was written to its end."""
        return bool(self.server.rows(build.collection(Kind.FILES), [HEADING], []))

    def switch(self, build: Stored) -> None:
        """Make a build the live one and remember the one that was.

        Raises:
            IndexBusyError: another process has taken over the right to change the index.
        """
        self._require_right()
        live = self._pointed(self.name)
        if live is not None and live != build:
            self.server.point(f"{self.name}_before", live.collection(Kind.FILES))
        self.server.point(self.name, build.collection(Kind.FILES))

    def prune(self) -> None:
        """Delete all builds but the live one, the one before it, and those that are being read."""
        keep = {self.live(), self.before()}
        read = self._said()
        for build in self.all():
            if build not in keep and build.collection(Kind.FILES) not in read:
                self.discard(build)

    def discard(self, build: Stored) -> None:
        """Delete a build, its heading first, so that no half of it is ever found."""
        held = set(self.server.collections())
        for kind in (Kind.FILES, Kind.PASSAGES, Kind.WORDS):
            if build.collection(kind) in held:
                self.server.drop(build.collection(kind))

    def saying(self, what: str) -> Saying:
        """Say that a collection is being read, or that somebody writes, until it is released."""
        if not self.server.has(self._readers):
            self.server.make(self._readers, Kind.READERS)
            self.server.finish(self._readers)
        return Saying(self.server, self._readers, what)

    def _said(self) -> set[str]:
        """What is being read, and who writes."""
        if not self.server.has(self._readers):
            return set()
        now = _now()
        rows = self.server.where(self._readers, "id >= 0", ["until", "data"])
        self._forget([int(row["id"]) for row in rows if row["until"] < now])
        return {str(row["data"]) for row in rows if row["until"] >= now}

    def _forget(self, ids: list[int]) -> None:
        if ids:
            self.server.forget(self._readers, ids)

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the right to change the index; one process of all machines at a time.

        Raises:
            IndexBusyError: another one holds it.
        """
        self.require_ours()
        alias, own = self._writer, f"{self.name}_writer_{secrets.token_hex(8)}"
        said: Saying | None = None
        try:
            self.server.make(own, Kind.WORDS)
            said = self.saying(own)
            if not self.server.take(alias, own) and not self._take_over(alias, own):
                raise IndexBusyError(
                    f"Another process is changing the index {str(self.server.address)!r}; try again when it "
                    f"is done, or in {_BELIEVED_FOR // 60} minutes if it was killed."
                )
            self._own = own
            self._require_right()  # two that took over at once: the last one has it
            yield
        finally:
            self._own = ""
            with contextlib.suppress(BriefQAError):  # it may be gone
                if self.server.named(alias) == own:
                    self.server.free(alias)
                self.server.drop(own)
                if said is not None:
                    said.release()

    @property
    def _writer(self) -> str:
        return f"{self.name}_writer"

    def _require_right(self) -> None:
        """Raise IndexBusyError unless this process still holds the right to change the index.

        One that said nothing for long, asleep or without its server, may have lost it.
        """
        if self.server.named(self._writer) != self._own:
            raise IndexBusyError(
                f"Another process has begun to change the index {str(self.server.address)!r} meanwhile; "
                "this change was not made. Try again when it is done."
            )

    def _take_over(self, alias: str, own: str) -> bool:
        """Take the right from one that has not said anything for long."""
        holder = self.server.named(alias)
        if holder is not None and holder in self._said():
            return False
        self.server.free(alias)
        if holder is not None:
            self.server.drop(holder)
        return self.server.take(alias, own)


class Saying:
    """Says every minute that something is in use, until it is released or is no more."""

    def __init__(self, server: Server, collection: str, what: str) -> None:
        self._server, self._collection, self._what = server, collection, what
        self._id = secrets.randbits(62)
        self._released = threading.Event()
        self._say()
        # Not by itself: a build that nobody holds any more shall not be held by its own thread.
        say = weakref.WeakMethod(self._say)
        threading.Thread(target=_keep_saying, args=(say, self._released), daemon=True).start()

    def _say(self) -> None:
        until = _now() + _BELIEVED_FOR
        row = {"id": self._id, "until": until, "data": self._what}
        self._server.insert(self._collection, [row], replace=True)

    def release(self) -> None:
        """Say no more; a second time does nothing."""
        if not self._released.is_set():
            self._released.set()
            with contextlib.suppress(BriefQAError):
                self._server.forget(self._collection, [self._id])


def _now() -> int:
    return int(time.time())


def _keep_saying(reference: weakref.WeakMethod[Callable[[], None]], released: threading.Event) -> None:
    while not released.wait(_SAID_EVERY):
        say = reference()
        if say is None:
            return
        with contextlib.suppress(BriefQAError):
            say()
        del say
