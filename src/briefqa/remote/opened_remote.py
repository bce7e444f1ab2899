"""An opened build on a server: its documents, and what a question sees of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from briefqa.errors import BriefQAError
from briefqa.models.embedding import EmbeddedQuestion
from briefqa.question.parsing import Question
from briefqa.reading.document import Document
from briefqa.remote.address import Address
from briefqa.remote.ledger import Ledger, Saying, Stored
from briefqa.remote.outage import outage_of
from briefqa.remote.pieces import HEADING, BuildHeading, ServerFiles, laid_out
from briefqa.remote.refusals import damaged
from briefqa.remote.server import Kind, Server
from briefqa.remote.window import QuestionWindow
from briefqa.retrieval.opened import Seen
from briefqa.store.build import opened_documents
from briefqa.store.manifest import MANIFEST, files_of, read_manifest
from briefqa.store.origins import ORIGINS
from briefqa.store.source_files import ORIGINALS


class RemoteBuild:
    """A build on a server, see `briefqa.retrieval.opened.OpenedBuild`.

    What does not grow with the passages is read by opening it: the manifest and the list of documents.

    Args:
        said: that it is being read; released with it.
    """

    def __init__(self, server: Server, stored: Stored, said: Saying) -> None:
        self._server, self._stored, self._said = server, stored, said
        self.build_id = stored.build_id
        self._room = tempfile.TemporaryDirectory(prefix="briefqa-", ignore_cleanup_errors=True)
        try:
            self._open(server, stored)
        except BaseException:
            self._room.cleanup()
            raise

    def _open(self, server: Server, stored: Stored) -> None:
        self.files, self.manifest = opened_files(server, stored, Path(self._room.name))
        corpus, self.documents = opened_documents(self.files, self.manifest)
        self.numbers = corpus.numbers()
        names = {name: f"{ORIGINALS}/{each}" for name, each in zip(corpus.ids, corpus.originals, strict=True)}
        self.originals: Mapping[str, Path] = _Originals(self.files, names, Path(self._room.name))
        self._window = QuestionWindow(server, stored, self.files, self.documents, self.manifest)

    def seen_by(
        self, question: Question, embedded: EmbeddedQuestion, documents: Sequence[int] | None
    ) -> Seen:
        """The passages that may be among the best for a question, with their arrays.

        Raises:
            ServerError: the server was lost.
            IndexCorruptError: what it gives does not fit.
        """
        with _whatever_is_stored(self._server):
            return self._window.of(question, embedded, documents)

    def passage_text(self, number: int) -> str:
        """The text of a passage by its number; raises as `seen_by`."""
        collection, fields = self._stored.collection(Kind.PASSAGES), ("document", "start", "stop")
        with _whatever_is_stored(self._server):
            row = self._server.rows(collection, [number], fields)[number]
            document: Document = self.documents[row["document"]]
            return document.text[row["start"] : row["stop"]]

    def is_current(self) -> bool:
        """Whether the alias of the index still names it."""
        try:
            return Ledger(self._server).is_live(self._stored)
        except BriefQAError:
            return False

    def release(self) -> None:
        """Let go of it; a second time does nothing."""
        self._said.release()
        self._server.close()
        self._room.cleanup()


class _Originals(Mapping[str, Path]):
    """The source files by the ids of their documents; each is fetched when it is asked for."""

    def __init__(self, files: ServerFiles, names: Mapping[str, str], room: Path) -> None:
        self._files, self._names, self._room = files, names, room

    def __getitem__(self, document_id: str) -> Path:
        name = self._names[document_id]
        path = self._room / name
        if not path.is_file():
            path.parent.mkdir(exist_ok=True)
            aside = path.with_name(f"{path.name}.new")
            aside.write_bytes(self._files.unchanged(name))
            aside.replace(path)
        return path

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def open_remote(address: Address) -> RemoteBuild:
    """Open the live build of an index on a server; nobody deletes it until it is released.

    Raises:
        IndexNotFoundError: there is no index of that name.
        IndexMismatchError: another version of briefqa wrote it, or something else did.
        IndexCorruptError: rows of it are missing, or changed.
        ServerError: the server cannot be reached, or could not some seconds ago, or refuses.
    """
    server = Server(address, outage_of(address.server))
    try:
        live, said = Ledger(server).read_live()
        try:
            with _whatever_is_stored(server):
                return RemoteBuild(server, live, said)
        except BaseException:
            said.release()
            raise
    except BaseException:
        server.close()
        raise


@contextmanager
def _whatever_is_stored(server: Server) -> Iterator[None]:
    """What is stored on a server can be of any kind, and fail anywhere: one sentence."""
    try:
        yield
    except BriefQAError:
        raise
    except Exception as error:
        raise damaged(server.address, error) from error


def opened_files(server: Server, stored: Stored, room: Path) -> tuple[ServerFiles, dict[str, Any]]:
    """The files of a build and its manifest, which is checked.

    Raises:
        IndexCorruptError: the heading or the manifest is missing, or is none.
        IndexMismatchError: another version of briefqa wrote it.
    """
    collection, heading = stored.collection(Kind.FILES), heading_of(server, stored)
    manifest_size = {MANIFEST: heading.manifest}
    data = ServerFiles(server, collection, stored.build_id, manifest_size, {}).whole(MANIFEST)
    folder = room / stored.build_id  # the manifest is held against the name of its folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).write_bytes(data)
    manifest = read_manifest(folder)
    sizes = laid_out(manifest, heading.manifest, heading.others)
    return ServerFiles(server, collection, stored.build_id, sizes, files_of(manifest)), manifest


def heading_of(server: Server, stored: Stored) -> BuildHeading:
    """What the heading of a build tells.

    Raises:
        IndexCorruptError: it is missing, or is none.
        IndexMismatchError: another version of briefqa wrote it.
    """
    rows = server.rows(stored.collection(Kind.FILES), [HEADING], ["data"])
    try:
        heading = BuildHeading.of_row(rows.get(HEADING, {}))
        if heading.others.keys() - {ORIGINS}:  # they are written beside the build under these names
            raise ValueError("its heading names files that are none of an index")
    except ValueError as error:
        raise damaged(server.address, error) from error
    return heading
