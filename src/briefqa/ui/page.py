"""What the page shows for a state: the engine's records turned into HTML by the other modules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from briefqa.errors import BriefQAError
from briefqa.ui.chat import cards
from briefqa.ui.chat.turns import Turn
from briefqa.ui.engine import Engine
from briefqa.ui.html import button, element, escape
from briefqa.ui.source import pageview, source
from briefqa.ui.source.pdfimage import PageImageError
from briefqa.ui.source.places import find_place, span_of
from briefqa.ui.words import Language, say


def head(engine: Engine, language: Language) -> str:
    """Name, what the answers come from, and whether the model is there."""
    documents = engine.index.documents
    pages = sum(len(document.page_starts) for document in documents)
    basis = say(
        "basis" if pages else "basis_no_pages",
        language,
        documents=f"{len(documents):,}",
        pages=f"{pages:,}",
        characters=f"{sum(len(document.text) for document in documents):,}",
        build=engine.index.build_id[:8],
    )
    if engine.error:
        status, kind = say("model_failed", language, error=engine.error), "failed"
    elif engine.ready:
        status, kind = say("ready", language), "ready"
    else:
        status, kind = say("loading", language), "loading"
    return element(
        "div",
        element("h1", escape(say("name", language)))
        + element("p", escape(basis), class_="faint basis")
        + element("p", escape(status), class_=f"status {kind}", role="status"),
        class_="brand",
    )


def theme_button(language: Language) -> str:
    """The switch between light and dark, which the page's script works."""
    return button("◐", "theme", title=say("switch_theme", language), class_="quiet")


def talk(engine: Engine, turns: Sequence[Turn], language: Language) -> str:
    """The conversation; empty before the first question."""
    index = engine.index
    known = {document.id: document for document in index.documents}

    def metadata_of(document_id: str) -> Mapping[str, str]:
        return known[document_id].metadata if document_id in known else {}

    def title_of(document_id: str) -> str:
        return known[document_id].title if document_id in known else document_id

    return cards.conversation(
        turns,
        language,
        metadata_of,
        title_of=title_of,
        waiting_model=not engine.ready,
    )


def welcome_part(engine: Engine, language: Language) -> str:
    """What stands there before the first question."""
    return cards.welcome(engine.examples(), language)


def empty_source(engine: Engine, language: Language) -> str:
    """The source panel before anything was opened."""
    return source.empty(engine.index.documents, language)


def open_source(engine: Engine, request: Mapping[str, str], turns: Sequence[Turn], language: Language) -> str:
    """The source panel for what a button or a link asks for.

    `request` holds `doc`, `at` ("start-end"), and maybe `turn`, `view` ("text" or "page") and
    `page`; it comes from outside, so whatever makes no sense in it is left aside.
    """
    index = engine.index
    try:
        document = index.document(request.get("doc", ""))
        original: Path | None = index.original(document.id)
    except BriefQAError:
        return source.gone(language)
    low, high = span_of(request.get("at", "")) or (0, 0)
    span = min(low, len(document.text)), min(high, len(document.text))
    turn = _number(request.get("turn"))
    place, trail = find_place(document.id, span, turn, turns)
    question = turns[turn].question if turn is not None and turn < len(turns) else ""
    images = pageview.has_page_images(document, original)
    if images and original is not None and request.get("view") != "text":
        number = _number(request.get("page"))
        with suppress(PageImageError):  # a page that cannot be drawn can still be read
            return pageview.page_view(
                document, original, place, language, trail=trail, question=question, page=number
            )
    return source.text_view(document, place, language, trail=trail, question=question, has_pages=images)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else None


def editing_notice(number: int, language: Language) -> str:
    """Says which question is being edited; its button calls that off."""
    words = escape(say("editing", language, number=number + 1))
    return element(
        "p", f"{words} {button(say('cancel', language), 'cancel', class_='quiet')}", class_="editing"
    )
