"""What the page's script asks of the server: one function a question, JSON in, JSON out.

The browser keeps conversations and sends with each call what it needs, so the server keeps nothing
about its visitors and may be restarted at any time. What comes in comes from outside.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from briefqa.answering.jsonable import to_json
from briefqa.errors import BriefQAError
from briefqa.index import MAX_QUESTION
from briefqa.ui import page
from briefqa.ui.chat.courtesy import is_courtesy, without_greetings
from briefqa.ui.chat.export import Writer, to_csv, to_markdown, to_xlsx
from briefqa.ui.chat.feedback import record
from briefqa.ui.chat.turns import Turn, turn_from
from briefqa.ui.chat.worddoc import to_docx
from briefqa.ui.documents.changing import Library
from briefqa.ui.documents.choosing import choices
from briefqa.ui.engine import Engine, document_in
from briefqa.ui.outside import PageError, told_to_visitor
from briefqa.ui.words import Language, language_from, say

Data = dict[str, Any]
Call = Callable[[Data], Awaitable[Data]]

HITS = 5  # passages that come with an answer
_OPENING = ThreadPoolExecutor(4, "briefqa-source")
_LOOK = 0.1  # seconds between two looks at whether the model is there
_WRITERS: dict[str, Writer] = {"docx": to_docx, "markdown": to_markdown, "csv": to_csv, "xlsx": to_xlsx}


class Calls:
    """The functions behind one page."""

    def __init__(self, engine: Engine, library: Library) -> None:
        self.engine = engine
        self.library = library

    @property
    def functions(self) -> list[Callable[[Any], Awaitable[Data]]]:
        """The functions by the names that the script calls them."""
        calls: tuple[Call, ...] = (
            *(self.page_parts, self.ask_question, self.draw_turns, self.open_place, self.keep_rating),
            *(self.find_documents, self.write_export),
            *(self.library_parts, self.list_documents, self.change_documents, self.follow_job),
        )
        return [_told(each, self.engine.folder) for each in calls]

    async def page_parts(self, data: Data) -> Data:
        """What the page shows whatever was asked; again after the documents have changed."""
        return await asyncio.to_thread(self._page_parts, data)

    def _page_parts(self, data: Data) -> Data:
        engine, language = self.engine, language_from(data.get("language"))
        with engine.using() as index:
            engine.try_examples()
            return {
                "basis": page.basis(engine, index, language),
                "welcome": page.welcome_part(engine, index, language),
                "source": page.empty_source(engine, index, language),
                "total": len(index.documents),
                "running": self.library.jobs.running,
                "build": index.build_id,
                "settled": engine.at_rest,
                "limit": MAX_QUESTION,
                "read_only": engine.read_only,
            }

    async def library_parts(self, data: Data) -> Data:
        """The documents tab."""
        visitor, language = _visitor(data), language_from(data.get("language"))
        return await asyncio.to_thread(self.library.shown, visitor, language)

    async def ask_question(self, data: Data) -> Data:
        """The answer to `question` after `history`, within `documents`; waits for the model."""
        question, history = str(data.get("question", "")), _texts(data.get("history"))
        language, chosen = language_from(data.get("language")), _texts(data.get("documents"))
        while not self.engine.settled:
            await asyncio.sleep(_LOOK)
        return await asyncio.to_thread(self._answered, question, history, chosen, language)

    def _answered(
        self, question: str, history: tuple[str, ...], chosen: tuple[str, ...], language: Language
    ) -> Data:
        self.engine.asked(question)
        with self.engine.using() as index:
            documents = tuple(filter(index.holds, chosen))
            if chosen and not documents:
                raise PageError(say("scope_gone", language, count=len(chosen)))
            answer = index.ask(question, HITS, without_greetings(history), documents=documents or None)
            gone = len(chosen) - len(documents)
            turn = Turn(question, answer, index.build_id, documents, gone)
            card, references = page.drawn_card(index, turn, language), page.works_quoted(index, answer)
        kept = {"documents": list(documents), "gone": gone, "courtesy": is_courtesy(answer)}
        kept["references"] = references  # for paper, which waits for no server
        return {"answer": to_json(answer), "build": turn.build, "html": card} | kept

    async def find_documents(self, data: Data) -> Data:
        """The documents to choose from that hold the words `wanted`, and the titles of those `chosen`."""
        wanted, by = str(data.get("wanted", "")), str(data.get("by", ""))
        chosen = _texts(data.get("chosen"))
        return await asyncio.to_thread(lambda: choices(self.engine.shelf, wanted, by, chosen))

    async def draw_turns(self, data: Data) -> Data:
        """The cards of kept `turns`, by their ids; those that are none any more are left out."""
        return await asyncio.to_thread(self._draw_turns, data)

    def _draw_turns(self, data: Data) -> Data:
        language = language_from(data.get("language"))
        given = {str(each.get("id")): turn_from(each) for each in _records(data.get("turns"))}
        turns = {name: turn for name, turn in given.items() if turn is not None}
        with self.engine.using() as index:
            return {"html": page.drawn_cards(index, turns, language)}

    async def open_place(self, data: Data) -> Data:
        """The source panel for a place that a button or a link names."""
        language = language_from(data.get("language"))
        turn = turn_from(data.get("turn"))
        # Pages are drawn two at a time: who waits for that must not keep questions waiting.
        work = partial(page.open_source, self.engine, data, turn, language)
        return await asyncio.get_running_loop().run_in_executor(_OPENING, work)

    async def keep_rating(self, data: Data) -> Data:
        """Keep what a user says of an answer; `turn` has it already."""
        turn = turn_from(data.get("turn"))
        language = language_from(data.get("language"))
        if self.engine.read_only:
            raise PageError(say("read_only", language))
        if turn is None:
            return {}
        return await asyncio.to_thread(self._rated, turn, str(data.get("quote", "")), language)

    def _rated(self, turn: Turn, quote: str, language: Language) -> Data:
        with self.engine.using() as index:

            def text_of(document_id: str) -> str:
                document = document_in(index, document_id)
                return document.text if document is not None else ""

            record(self.engine.folder, turn, turn.rating, quote, text_of=text_of)
            return {"html": page.drawn_card(index, turn, language)}

    async def write_export(self, data: Data) -> Data:
        """The answered ones of `turns` as a file of a `kind`, in base64; its links lead to the `page`."""
        language = language_from(data.get("language"))
        given = filter(None, map(turn_from, _records(data.get("turns"))))
        turns = [each for each in given if not is_courtesy(each.answer)]
        if not turns:
            raise PageError(say("nothing_to_export", language))
        write = _WRITERS.get(str(data.get("kind")), to_markdown)
        page_address = _address(data.get("page"))

        def written() -> bytes:
            with self.engine.using() as index:
                return write(turns, index, language, page_address)

        return {"content": base64.b64encode(await asyncio.to_thread(written)).decode()}

    async def list_documents(self, data: Data) -> Data:
        """The rows of the documents that hold the words `wanted`, sorted `by` a column, maybe `down`."""
        wanted, by, down = str(data.get("wanted", "")), str(data.get("by", "")), data.get("down") is True
        language = language_from(data.get("language"))
        return await asyncio.to_thread(self.library.listed, wanted, by, down, language)

    async def change_documents(self, data: Data) -> Data:
        """Have the documents changed, a change cancelled, or a report dismissed."""
        language, visitor = language_from(data.get("language")), _visitor(data)
        await asyncio.to_thread(self.library.change, str(data.get("what")), data, visitor, language)
        told = await asyncio.to_thread(self.library.told, visitor, language)
        return {"job": told, "running": self.library.jobs.running}

    async def follow_job(self, data: Data) -> Data:
        """The changes under way, at once or when there is more than had been `seen`."""
        language, seen = language_from(data.get("language")), data.get("seen")
        return await self.library.followed(_visitor(data), language, seen if isinstance(seen, int) else None)


def _visitor(data: Data) -> str:
    """The browser's name for itself, which tells the owner of a job from others."""
    return str(data.get("visitor", ""))[:64]


def _address(value: object) -> str:
    """The address of the page as its browser knows it, without what follows a ?; "" when it is none."""
    parts = urlsplit(str(value)[:2000])
    return f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.scheme in ("http", "https") else ""


def _records(value: object) -> list[Data]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _told(call: Call, folder: Path) -> Callable[[Any], Awaitable[Data]]:
    """`call` as Gradio can serve it; our own errors reach the page as one sentence."""

    async def told(data: Any) -> Data:
        try:
            return await call(data if isinstance(data, dict) else {})
        except BriefQAError as error:
            language = language_from(data.get("language") if isinstance(data, dict) else None)
            return {"error": told_to_visitor(error, folder, language)}

    told.__name__ = call.__name__
    return told
