"""An opened build: its documents, its search, its answers.

Opening reads no model, so that a list of documents is there at once; the model is loaded by the
first question, or ahead of it by `load_model`. An opened index stays on its build, whatever is
built, removed or rolled back meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from briefqa.answering.answer import Answer, found_answer, missing, quotable, refusal
from briefqa.answering.confidence import FOUND_FROM, RULED_OUT, likelihood, quoted_likelihoods
from briefqa.answering.standing import notes
from briefqa.answering.table_answers import read_tables
from briefqa.errors import InputError
from briefqa.models.embedding import EmbeddedQuestion, Embedder, open_embedder
from briefqa.models.reading import open_reader
from briefqa.question.followups import complete
from briefqa.question.limits import MAX_QUESTION as MAX_QUESTION
from briefqa.question.limits import check_count, checked_history, checked_question
from briefqa.question.parsing import Question, parse_question
from briefqa.reading.document import Document
from briefqa.remote.address import address_of, room_of
from briefqa.retrieval.candidates import Ranked
from briefqa.retrieval.live import Live
from briefqa.retrieval.opened import OpenedBuild, Seen, open_local
from briefqa.retrieval.ranking import Hit, hits, rank
from briefqa.store.builds import current_build, go_back
from briefqa.store.checking import wrong_files
from briefqa.store.durable import storage
from briefqa.store.manifest import built_with, shown_facts
from briefqa.store.vectors import require_model
from briefqa.text.short_years import with_whole_years

LOOKED_AT = 10  # hits among which a second quote is looked for


class Index:
    """A build that answers questions; threads may share it. Made by `open_index`.

    Attributes:
        folder: the index's folder.
        build_id: id of the opened build.
        documents: in the order of their ids.
    """

    def __init__(self, folder: Path, build: OpenedBuild) -> None:
        self.folder, self._build = folder, build
        self.build_id = build.build_id
        self._embedder: Embedder | None = None
        self._loading = threading.Lock()

    @property
    def documents(self) -> Sequence[Document]:
        """The documents, in the order of their ids; each is read when it is asked for."""
        return self._build.documents

    @property
    def info(self) -> dict[str, Any]:
        """What the manifest says: format, model, settings, counts, precision, how the nearest are found."""
        return {"build_id": self.build_id} | shown_facts(self._build.manifest)

    def document(self, document_id: str) -> Document:
        """The document of that id, or the one that has the same text.

        Raises:
            InputError: there is none.
        """
        return self.documents[self._number(document_id)]

    def holds(self, document_id: str) -> bool:
        """Whether there is a document of that id; reads none."""
        return document_id in self._build.numbers

    def original(self, document_id: str) -> Path:
        """The stored copy of the source file of a document, or of a further name of one.

        Raises:
            InputError: the index holds no such file.
        """
        self.document(document_id)
        return self._build.originals[document_id]

    @property
    def ready(self) -> bool:
        """Whether the model is loaded, so that a question is answered at once."""
        return self._embedder is not None

    def is_current(self) -> bool:
        """Whether this is still the live build of its folder."""
        return self._build.is_current()

    def load_model(self) -> None:
        """Load the model that the index was built with and check that it is the same.

        Raises:
            ModelUnavailableError: it cannot be loaded.
            IndexMismatchError: it gives other vectors than those in the index.
        """
        self._model()
        open_reader()

    def _model(self) -> Embedder:
        with self._loading:
            if self._embedder is None:
                expected = built_with(self._build.manifest)
                embedder = open_embedder(expected.name, self._build.manifest.get("direction", ()))
                require_model(expected, embedder)
                self._embedder = embedder
            return self._embedder

    def search(self, question: str, k: int = 5, *, documents: Sequence[str] | None = None) -> list[Hit]:
        """The k best passages, best first, whether or not they answer.

        Args:
            question: at most 2,000 characters, in any language that the model knows.
            k: at least 1; fewer hits come back when the index holds fewer passages.
            documents: ids to search in; None searches all.

        Raises:
            InputError: the question is empty or too long, k < 1, or an id is unknown.
        """
        check_count(k)
        seen, ranked, _ = self._ranked(_parsed(checked_question(question)), documents)
        return hits(seen.parts, ranked[:k])

    def ranking(self, question: str, *, documents: Sequence[str] | None = None) -> list[Ranked]:
        """All candidates for the question with their scores, best first; see `search`."""
        seen, ranked, _ = self._ranked(_parsed(checked_question(question)), documents)
        return [replace(each, passage=seen.number(each.passage)) for each in ranked]

    def _ranked(
        self, question: Question, documents: Sequence[str] | None
    ) -> tuple[Seen, list[Ranked], EmbeddedQuestion]:
        searched = self._searched(documents)
        embedded = self._model().embed_question(question.text)
        seen = self._build.seen_by(question, embedded, searched)
        return seen, rank(seen.parts, question, embedded, seen.allowed, open_reader()), embedded

    def passage_text(self, number: int) -> str:
        """The text of a passage by the number that `ranking` gives."""
        return self._build.passage_text(number)

    def ask(
        self,
        question: str,
        k: int = 5,
        history: Sequence[str] = (),
        *,
        documents: Sequence[str] | None = None,
    ) -> Answer:
        """The answer in the documents' own words, or an honest "not found".

        Args:
            question: at most 2,000 characters.
            k: number of hits that come with the answer.
            history: the conversation's earlier questions, oldest first, for follow-ups.
            documents: ids to search in; None searches all.

        Raises:
            InputError: as for `search`.
        """
        check_count(k)
        question = checked_question(question)
        asked = checked_history(history)
        searched = checked_question(complete(question, asked, self._model().embed_queries))
        parsed = parse_question(searched)
        seen, ranked, embedded = self._ranked(parsed, documents)
        found = hits(seen.parts, ranked[: max(k, LOOKED_AT)])
        tables = read_tables(parsed, found, self.document)
        probability = tables.at_least(likelihood(searched, embedded, ranked, seen.parts))
        if probability < FOUND_FROM or tables.refused:
            refused = min(probability, RULED_OUT)  # however sure the row is
            return refusal(question, searched, tables.hits[:k], refused, parsed.is_english)
        chosen = tables.quoted or quotable(parsed, found, self.document)
        quoted = [(hit, self.document(hit.passage.document_id)) for hit in chosen]
        lacking = missing(parsed, chosen)
        reason = notes(lacking, [document for _, document in quoted], parsed.is_english)
        if lacking:  # half an answer, as its reason says
            probability = max(probability / 2, FOUND_FROM)
        sure = [probability] * len(chosen)
        if not tables.quoted:
            sure[1:] = quoted_likelihoods(chosen[1:], searched, embedded, ranked, found, seen.parts)
        answer = found_answer(question, parsed, quoted, tables.hits[:k], sure, reason, tables.cells)
        return replace(answer, missing=lacking)

    def _searched(self, documents: Sequence[str] | None) -> list[int] | None:
        if documents is None:
            return None
        if not documents:
            raise InputError("The list of documents to search in is empty; name one, or leave it out.")
        return [self._number(str(each)) for each in documents]

    def _number(self, document_id: str) -> int:
        if document_id not in self._build.numbers:
            raise InputError(
                f"The index holds no document {document_id!r}; it holds {len(self.documents)}, "
                f"see: briefqa info --index {self.folder}"
            )
        return self._build.numbers[document_id]

    def close(self) -> None:
        """Let go of the index; searching it afterwards is an error of the caller."""
        self._embedder = None
        self._build.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _parsed(question: str) -> Question:
    return parse_question(with_whole_years(question))


def open_index(index_dir: str | Path = "index") -> Index:
    """Open the live build of an index; nobody deletes it until the index is closed, or is no more.

    Raises:
        IndexNotFoundError: the folder holds no index.
        IndexMismatchError: another version of briefqa wrote it.
        IndexCorruptError: files are missing, changed, or cannot be read.
        StorageError: the disk refuses to be read.
    """
    if (address := address_of(index_dir)) is not None:
        from briefqa.remote.opened_remote import open_remote

        return Index(room_of(address), open_remote(address))
    return Index(Path(index_dir), open_local(Path(index_dir)))


_kept: dict[str, Live[Index]] = {}
_keeping = threading.Lock()


@contextmanager
def _live(index_dir: str | Path) -> Iterator[Index]:
    """The live build of a folder, kept open for the next call."""
    place = str(address_of(index_dir) or Path(index_dir).resolve())
    live = _kept.get(place)
    if live is None:
        now = Live(lambda: open_index(place))  # one that hangs keeps no other folder waiting
        with _keeping:
            live = _kept.setdefault(place, now)
        if live is not now:  # two opened it at once
            now.opened.close()
    live.follow()
    with live.in_use() as index:
        yield index


def search(question: str, k: int = 5, index_dir: str | Path = "index") -> list[Hit]:
    """`Index.search` in one line; the index stays open for the next call."""
    with _live(index_dir) as index:
        return index.search(question, k)


def ask(question: str, k: int = 5, index_dir: str | Path = "index") -> Answer:
    """`Index.ask` in one line; the index stays open for the next call."""
    with _live(index_dir) as index:
        return index.ask(question, k)


def rollback(index_dir: str | Path = "index") -> str:
    """Make the build before the live one live again; a second call undoes the first.

    Returns: the id of the build that is live now.

    Raises:
        IndexNotFoundError: there is no earlier build.
    """
    if (address := address_of(index_dir)) is not None:
        from briefqa.remote.changing import roll_back

        return roll_back(address)
    return go_back(Path(index_dir))


def verify(index_dir: str | Path = "index") -> list[str]:
    """Names of the live build's files that are missing, changed, or not its own; see `wrong_files`."""
    if (address := address_of(index_dir)) is not None:
        from briefqa.remote.changing import damaged_remote

        return damaged_remote(address)
    with storage(folder := Path(index_dir)):
        return wrong_files(current_build(folder))
