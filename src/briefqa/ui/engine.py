"""The index behind the page: always the live build, its model loaded in the background.

Threads share one engine. A question keeps the index that it began with; after a build, the next
question opens the new one, and an index that cannot be opened leaves the old one answering.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from briefqa.answering.answer import Answer
from briefqa.errors import BriefQAError
from briefqa.index import Index, open_index, verify
from briefqa.reading.document import Document
from briefqa.store.documents import READ_AT_ONCE
from briefqa.ui.chat.examples import Example, example_questions
from briefqa.ui.documents.shelf import Shelf
from briefqa.ui.outside import told_outside

MAX_K = 50  # passages a caller from outside may ask for
_EXAMPLES = 5
_TRIED = 30
_SAMPLED = 24  # documents that examples are made from
_SURE = 0.8  # confidence from which on an example is a good one
_BETWEEN_CHECKS = 6 * 3600.0  # seconds
_PAGE_FIRST = 4.0  # seconds that the model waits for the page at most


class Engine:
    """Opens `folder` at once (errors of `open_index`), the model later, by `start_loading`.

    `read_only`: nothing is written into the folder, users' verdicts included.
    """

    def __init__(self, folder: Path, read_only: bool = False) -> None:
        self.folder = folder
        self.read_only = read_only
        self._index = open_index(folder)
        self._opening = threading.Lock()
        self._settled = threading.Event()  # the model is loaded, or cannot be
        self._error = ""
        self._damage = ("", "")  # the build that is damaged, and how
        self._examples: dict[str, tuple[Example, ...]] = {}
        self._trying = threading.Lock()
        self._shelf: tuple[str, Shelf] | None = None
        self._shelving = threading.Lock()

    @property
    def index(self) -> Index:
        """The live build, opened anew when another one has become live."""
        with self._opening:
            if not self._index.is_current():
                try:
                    self._index = open_index(self.folder)
                except BriefQAError:
                    return self._index
            return self._index

    @property
    def ready(self) -> bool:
        """Whether questions are answered at once."""
        return self._settled.is_set() and not self.error

    @property
    def settled(self) -> bool:
        """Whether the model is loaded, or has failed to."""
        return self._settled.is_set()

    @property
    def error(self) -> str:
        """Why the model cannot be loaded, or what is damaged; "" when all is well."""
        build, damage = self._damage
        return self._error or (damage if build == self.index.build_id else "")

    def start_loading(self, served: Callable[[], bool]) -> None:
        """Load the model in a thread of its own, once the page is `served` (or soon after).

        It takes half a second of processor time, which the page shall have first.
        """
        threading.Thread(target=self._load, args=(served,), name="briefqa-model", daemon=True).start()

    def _load(self, served: Callable[[], bool]) -> None:
        latest = time.monotonic() + _PAGE_FIRST
        while not served() and time.monotonic() < latest:
            time.sleep(0.02)
        try:
            self.index.load_model()
        except Exception as error:  # told to every user; a dead thread would tell nobody
            self._error = told_outside(error, self.folder)
        self._settled.set()
        self.try_examples()
        while True:
            self._check_files()
            time.sleep(_BETWEEN_CHECKS)

    def _check_files(self) -> None:
        """Read the live build whole; damage that opening could not see is told while that build is live."""
        build, told = self.index.build_id, ""
        try:
            if damaged := verify(self.folder):
                told = f"The index is damaged ({damaged[0]!r}); "
                told += "go back with: briefqa rollback, or build it again."
        except BriefQAError as error:
            told = told_outside(error, self.folder)
        self._damage = build, told

    def ask(
        self, question: str, k: int, history: Sequence[str], documents: Sequence[str]
    ) -> tuple[Answer, str]:
        """The answer within `documents` (empty: all), and the id of the build that gave it.

        Raises:
            BriefQAError: as `Index.ask`.
        """
        index = self.index
        answer = index.ask(question, k, history, documents=documents or None)
        return answer, index.build_id

    def document_of(self, document_id: str) -> Document | None:
        """The document of the live build; None when it has none of that id."""
        index = self.index
        return index.document(document_id) if index.holds(document_id) else None

    def text_of(self, document_id: str) -> str:
        """The text of a document of the live build; "" when it has none of that id."""
        document = self.document_of(document_id)
        return document.text if document is not None else ""

    def held(self, documents: Sequence[str]) -> tuple[str, ...]:
        """Those of the ids that the live build holds."""
        return tuple(filter(self.index.holds, documents))

    @property
    def shelf(self) -> Shelf:
        """What lists tell of the live build's documents; read at the first call for each build."""
        index = self.index
        with self._shelving:
            if self._shelf is None or self._shelf[0] != index.build_id:
                self._shelf = index.build_id, Shelf(index.documents)
            return self._shelf[1]

    @property
    def shelf_at_hand(self) -> Shelf | None:
        """The same where that takes no time; else None, until it was read in the background."""
        index, shelf = self.index, self._shelf
        if shelf is not None and shelf[0] == index.build_id:
            return shelf[1]
        return self.shelf if len(index.documents) <= READ_AT_ONCE else None

    def examples(self) -> tuple[Example, ...]:
        """Questions that the live build answers well; none until they were tried."""
        return self._examples.get(self.index.build_id, ())

    @property
    def at_rest(self) -> bool:
        """Whether nothing is loaded, listed or tried any more, so that a page need not look again."""
        return self.settled and (not self.ready or self.index.build_id in self._examples)

    def try_examples(self) -> None:
        """List and try the live build in a thread of its own, unless that is done or under way."""
        if not self.at_rest and self.ready and self._trying.acquire(blocking=False):
            threading.Thread(target=self._try, name="briefqa-examples", daemon=True).start()

    def _try(self) -> None:
        index, good = self.index, []
        try:
            names = [each.id for each in self.shelf.telling(_SAMPLED)]
            documents = [index.document(each) for each in names if index.holds(each)]
            for example in example_questions(documents, several=len(index.documents) > 1)[:_TRIED]:
                if _answered_by(index.ask(example.question, 3), example):
                    good.append(example)
                if len(good) == _EXAMPLES:
                    break
        except Exception:  # no examples, then; questions of users tell what is wrong
            good = []
        finally:
            self._examples = {index.build_id: tuple(good)}
            self._trying.release()
            self.try_examples()  # of a build that became live meanwhile


def _answered_by(answer: Answer, example: Example) -> bool:
    """Whether the first quote is, with high confidence, from where the example was made."""
    if not answer.citations or answer.confidence < _SURE:
        return False
    best = answer.citations[0]
    same = best.document_id == example.document_id
    return same and best.start < example.end and example.start < best.end
