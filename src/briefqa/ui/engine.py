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
from briefqa.index import Index, open_index
from briefqa.ui.chat.examples import Example, example_questions
from briefqa.ui.outside import told_outside

MAX_K = 50  # passages a caller from outside may ask for
_EXAMPLES = 6
_TRIED = 24
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
        self._examples: dict[str, tuple[Example, ...]] = {}

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
        return self._settled.is_set() and not self._error

    @property
    def settled(self) -> bool:
        """Whether the model is loaded, or has failed to."""
        return self._settled.is_set()

    @property
    def error(self) -> str:
        """Why the model cannot be loaded; "" when all is well."""
        return self._error

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

    def ask(
        self, question: str, k: int, history: Sequence[str], documents: Sequence[str]
    ) -> tuple[Answer, str]:
        """The answer and the id of the build that gave it; ids that are gone are not searched.

        Raises:
            BriefQAError: as `Index.ask`.
        """
        index = self.index
        held = {document.id for document in index.documents}
        chosen = [each for each in documents if each in held]
        answer = index.ask(question, k, history, documents=chosen or None)
        return answer, index.build_id

    def text_of(self, document_id: str) -> str:
        """The text of a document of the live build; "" when it has none of that id."""
        try:
            return self.index.document(document_id).text
        except BriefQAError:
            return ""

    def examples(self) -> tuple[Example, ...]:
        """Questions made from the live build's text; see `verify_examples`."""
        index = self.index
        return self._examples.get(index.build_id) or example_questions(index.documents)[:_EXAMPLES]

    def verify_examples(self) -> None:
        """Keep those examples that are answered by the sentences they were made from.

        Takes as long as some ten questions; without a model it changes nothing.
        """
        index = self.index
        if not self.ready or index.build_id in self._examples:
            return
        good: list[Example] = []
        for example in example_questions(index.documents)[:_TRIED]:
            answer = index.ask(example.question, 3)
            if any(each.start < example.end and example.start < each.end for each in answer.citations):
                good.append(example)
            if len(good) == _EXAMPLES:
                break
        self._examples = {index.build_id: tuple(good)}
