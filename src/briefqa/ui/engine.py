"""The index behind the page: always the live build, its model loaded in the background.

Threads share one engine. A question keeps the index that it began with; after a build, the next
question opens the new one, and an index that cannot be opened leaves the old one answering.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from briefqa.answering.answer import Answer
from briefqa.errors import BriefQAError, ServerError
from briefqa.index import Index, open_index, verify
from briefqa.reading.document import Document
from briefqa.retrieval.live import Live
from briefqa.store.documents import READ_AT_ONCE
from briefqa.ui.chat.examples import Example, example_questions
from briefqa.ui.documents.shelf import Shelf
from briefqa.ui.outside import kind_of, told_outside

MAX_K = 50  # passages a caller from outside may ask for
_EXAMPLES = 5
_TRIED = 30
_SAMPLED = 24  # documents that examples are made from
_SURE = 0.8  # confidence from which on an example is a good one
_BETWEEN_CHECKS = 6 * 3600.0  # seconds
_PAGE_FIRST = 4.0  # seconds that the model waits for the page at most


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a build cannot answer.

    Attributes:
        build: its id.
        kind: the text of the page that tells it; "" where there is none.
        detail: one English sentence, for who looks after the machine.
    """

    build: str = ""
    kind: str = ""
    detail: str = ""


class Engine:
    """Opens `folder` at once (errors of `open_index`), the model later, by `start_loading`.

    `read_only`: nothing is written into the folder, users' verdicts included.

    Attributes:
        changes: how often the model, the examples or the damage have become something else.
        asked: is told each question that somebody asks or searches for; nobody is, unless it was wanted.
    """

    def __init__(self, folder: Path, read_only: bool = False) -> None:
        self.folder = folder
        self.read_only = read_only
        self.changes = 0
        self.asked: Callable[[str], None] = lambda question: None
        self._live = Live(lambda: open_index(folder))
        self._counting = threading.Lock()
        self._settled = threading.Event()  # the model is loaded, or cannot be
        self._failed = Trouble()  # the build whose model cannot be loaded
        self._damage = Trouble()  # the build that is damaged
        self._examples: tuple[str, tuple[Example, ...]] = "", ()  # a build's, as far as they were tried
        self._tried = ""  # the build of which all were
        self._trying = threading.Lock()
        self._shelf: tuple[str, Shelf] | None = None
        self._shelving = threading.Lock()

    @contextmanager
    def using(self) -> Iterator[Index]:
        """The live build, opened anew when another one has become live; it stays open meanwhile.

        This may read the disk, or ask a server: not for the thread that serves everybody.
        """
        self.follow()
        with self._live.in_use() as index:
            yield index

    def follow(self) -> None:
        """Open the live build where that is another one; one that cannot be opened changes nothing."""
        with suppress(BriefQAError):
            self._live.follow()

    @property
    def build_id(self) -> str:
        """The build that is open now, which takes no look at the disk."""
        return self._live.opened.build_id

    @property
    def ready(self) -> bool:
        """Whether questions are answered at once."""
        return self._settled.is_set() and self.trouble is None

    @property
    def settled(self) -> bool:
        """Whether the model is loaded, or has failed to."""
        return self._settled.is_set()

    @property
    def trouble(self) -> Trouble | None:
        """Why the live build's model cannot be loaded, or what of it is damaged; None when all is well."""
        build = self.build_id
        return next(
            (each for each in (self._failed, self._damage) if each.kind and each.build == build), None
        )

    @property
    def error(self) -> str:
        """The detail of the trouble, for who looks after the machine; "" when all is well."""
        trouble = self.trouble  # asked for once: another build may go live in between
        return trouble.detail if trouble else ""

    def start_loading(self, served: Callable[[], bool]) -> None:
        """Load the model in a thread of its own, once the page is `served` (or soon after).

        It takes half a second of processor time, which the page shall have first.
        """
        threading.Thread(target=self._load, args=(served,), name="briefqa-model", daemon=True).start()

    def _load(self, served: Callable[[], bool]) -> None:
        latest = time.monotonic() + _PAGE_FIRST
        while not served() and time.monotonic() < latest:
            time.sleep(0.02)
        self._load_model()
        self._settled.set()
        self._changed()
        self.try_examples()
        while True:
            self._check_files()
            time.sleep(_BETWEEN_CHECKS)

    def _load_model(self) -> None:
        build = self.build_id
        try:
            with self.using() as index:
                build = index.build_id
                index.load_model()
        except Exception as error:  # told to every user; a dead thread would tell nobody
            self._failed = Trouble(build, "error_model", told_outside(error, self.folder))

    def _check_files(self) -> None:
        """Read the live build whole; damage that opening could not see is told while that build is live."""
        self.follow()
        build, found = self.build_id, Trouble()
        try:
            if damaged := verify(self.folder):
                told = f"The index is damaged ({damaged[0]!r}); "
                told += "go back with: briefqa rollback, or build it again."
                found = Trouble(build, "error_damaged", told)
        except ServerError:  # it is told by each question, as long as that is so
            return
        except BriefQAError as error:
            found = Trouble(build, kind_of(error), told_outside(error, self.folder))
        self._damage = found
        self._changed()

    def _changed(self) -> None:
        with self._counting:
            self.changes += 1

    def document_of(self, document_id: str) -> Document | None:
        """The document of the live build; None when it has none of that id."""
        with self.using() as index:
            return document_in(index, document_id)

    @property
    def shelf(self) -> Shelf:
        """What lists tell of the live build's documents; read at the first call for each build."""
        with self.using() as index:
            return self._shelf_of(index)

    def _shelf_of(self, index: Index) -> Shelf:
        with self._shelving:
            if self._shelf is None or self._shelf[0] != index.build_id:
                self._shelf = index.build_id, Shelf(index.documents)
            return self._shelf[1]

    def shelf_at_hand(self, index: Index) -> Shelf | None:
        """What lists tell of a build, where that takes no time; else None, until it was read elsewhere."""
        shelf = self._shelf
        if shelf is not None and shelf[0] == index.build_id:
            return shelf[1]
        return self._shelf_of(index) if len(index.documents) <= READ_AT_ONCE else None

    def examples(self, build: str) -> tuple[Example, ...]:
        """Questions that the build of that id answers well; the first ones while others are still tried."""
        of, examples = self._examples
        return examples if of == build else ()

    @property
    def at_rest(self) -> bool:
        """Whether nothing is loaded, listed or tried any more, so that a page need not look again."""
        return self.settled and (not self.ready or self.build_id == self._tried)

    def try_examples(self) -> None:
        """List and try the live build in a thread of its own, unless that is done or under way."""
        if not self.at_rest and self.ready and self._trying.acquire(blocking=False):
            threading.Thread(target=self._try, name="briefqa-examples", daemon=True).start()

    def _try(self) -> None:
        self._load_model()  # another build may name another one
        build = self.build_id
        with (
            suppress(Exception),
            self.using() as index,
        ):  # no more, then; questions tell what is wrong
            build = index.build_id
            for good in self._good_examples(index):  # each is offered at once: trying all takes seconds
                self._examples = build, (*self.examples(build), good)
                self._changed()
        self._tried = build  # so that none is tried for ever
        self._changed()
        self._trying.release()
        self.try_examples()  # of a build that became live meanwhile

    def _good_examples(self, index: Index) -> Iterator[Example]:
        names = [each.id for each in self._shelf_of(index).telling(_SAMPLED)]
        documents = [index.document(each) for each in names if index.holds(each)]
        made = example_questions(documents, several=len(index.documents) > 1)[:_TRIED]
        good = (each for each in made if _answered_by(index.ask(each.question, 3), each, index))
        return islice(good, _EXAMPLES)


def document_in(index: Index, document_id: str) -> Document | None:
    """The document of that id; None when the index has none."""
    return index.document(document_id) if index.holds(document_id) else None


def _answered_by(answer: Answer, example: Example, index: Index) -> bool:
    """Whether the first quote is, with high confidence, what the example was made from, or a copy of it."""
    if not answer.citations or answer.confidence < _SURE:
        return False
    best = answer.citations[0]
    if best.document_id == example.document_id:
        return best.start < example.end and example.start < best.end
    return best.quote in index.document(example.document_id).text[example.start : example.end]
