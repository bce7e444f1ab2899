"""What the page shows for a state: the engine's records turned into HTML by the other modules."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from briefqa.answering.answer import Answer
from briefqa.errors import BriefQAError
from briefqa.index import Index
from briefqa.reading.document import Document
from briefqa.ui.chat import cards, citing
from briefqa.ui.chat.turns import Turn
from briefqa.ui.documents.shelf import Shelf, version_of
from briefqa.ui.engine import Engine, document_in
from briefqa.ui.html import element, escape
from briefqa.ui.source import pageview, source
from briefqa.ui.source.pdfimage import PageImageError
from briefqa.ui.source.places import Place, find_place, found_again, span_of
from briefqa.ui.words import Language, say


def basis(engine: Engine, index: Index, language: Language) -> str:
    """What the answers come from, and whether the model is there."""
    shelf, count = engine.shelf_at_hand(index), f"{len(index.documents):,}"
    if shelf is None:
        words = say("basis_count", language, documents=count)
    else:
        words = say(
            _basis_of(shelf),
            language,
            documents=count,
            paged=f"{shelf.paged:,}",
            pages=f"{shelf.pages:,}",
            characters=f"{shelf.characters:,}",
        )
    trouble = engine.trouble
    if trouble is not None:
        status, kind = f"{say('cannot_answer', language)}{say(trouble.kind, language)}", "failed"
    elif engine.ready:
        status, kind = say("ready", language), "ready"
    else:
        status, kind = say("loading", language), "loading"
    told = element("p", escape(status), class_=f"status {kind}", role="status")
    detail = ""
    if trouble is not None:
        summary = element("summary", escape(say("details", language)))
        detail = element("details", summary + element("p", escape(trouble.detail), lang="en"), class_="facts")
    return element("p", escape(words), class_="faint basis") + told + detail


def _basis_of(shelf: Shelf) -> str:
    """Which words tell how large the documents are: only some of them may have pages."""
    if not shelf.pages:
        return "basis_no_pages"
    return "basis" if shelf.paged == len(shelf.entries) else "basis_some_pages"


def works_quoted(index: Index, answer: Answer) -> list[str]:
    """What an answer quotes, each as a reference."""
    documents = [document_in(index, each.document_id) for each in answer.citations]
    metadata = [each.metadata if each else {} for each in documents]
    return [citing.gbt7714(*each) for each in zip(answer.citations, metadata, strict=True)]


def drawn_card(index: Index, turn: Turn, language: Language) -> str:
    """The card of an answered question."""
    return drawn_cards(index, {"": turn}, language)[""]


def drawn_cards(index: Index, turns: Mapping[str, Turn], language: Language) -> dict[str, str]:
    """The cards of answered questions, by whatever names they have."""
    document_of, total = partial(document_in, index), len(index.documents)
    return {name: cards.card(each, language, document_of, total) for name, each in turns.items()}


def welcome_part(engine: Engine, index: Index, language: Language) -> str:
    """What stands there before the first question."""
    return cards.welcome(engine.examples(index.build_id), language)


def empty_source(engine: Engine, index: Index, language: Language) -> str:
    """The source panel before anything was opened."""
    shelf = engine.shelf_at_hand(index)
    entries = shelf.telling(source.LISTED) if shelf is not None else []
    return source.empty([(each.id, each.title) for each in entries], len(index.documents), language)


def open_source(
    engine: Engine, request: Mapping[str, Any], turn: Turn | None, language: Language
) -> dict[str, str]:
    """The source panel for what a button or a link asks for, and the version of the document it shows.

    `request` holds `doc`, `at` ("start-end"), and maybe `view` ("text" or "page") and `page`; it
    comes from outside, so whatever makes no sense in it is left aside. `turn` led there.
    """
    with engine.using() as index:
        try:
            document = index.document(str(request.get("doc", "")))
            original: Path | None = index.original(document.id)
        except BriefQAError:
            return {"html": source.gone(language), "version": ""}
        html = _opened(document, original, request, turn, language)
        return {"html": html, "version": version_of(document)}


def _opened(
    document: Document,
    original: Path | None,
    request: Mapping[str, Any],
    turn: Turn | None,
    language: Language,
) -> str:
    span = span_of(str(request.get("at", ""))) or (0, 0)
    place, trail = find_place(document.id, span, turn.answer if turn else None)
    question = turn.question if turn else ""
    note = say("not_an_answer", language) if turn and trail and not turn.answer.found else ""
    now = found_again(place, document.text)
    if now != place:  # the document was replaced after the answer
        note = say("quote_moved" if now else "quote_gone", language)
        place = now or Place(document.id)
    place = _within(place, len(document.text))
    images = pageview.has_page_images(document, original)
    if images and original is not None and request.get("view") != "text":
        number = _number(str(request.get("page", "")))
        with suppress(PageImageError):  # a page that cannot be drawn can still be read
            return pageview.page_view(
                document, original, place, language, trail=trail, question=question, note=note, page=number
            )
    return source.text_view(
        document, place, language, trail=trail, question=question, note=note, has_pages=images
    )


def _within(place: Place, length: int) -> Place:
    """A place that a link names may lie behind the end of a text."""

    def bounded(offset: int) -> int:
        return min(offset, length)

    return replace(
        place,
        start=bounded(place.start),
        end=bounded(place.end),
        passage_start=bounded(place.passage_start),
        passage_end=bounded(place.passage_end),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
