"""The named endpoints: what programs and agents call. Their JSON is that of the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import gradio as gr
from gradio.events import api as gradio_api

from briefqa.answering.jsonable import to_json
from briefqa.errors import InputError
from briefqa.index import Index
from briefqa.question.limits import check_count
from briefqa.ui.engine import MAX_K, Engine
from briefqa.ui.outside import told_outside

_CHARACTERS = 20_000  # of a document's text in one answer
T = TypeVar("T")


def add_endpoints(engine: Engine) -> None:
    """Give the app being built `/search`, `/ask` and `/get_document`."""
    for endpoint in (_search_of(engine), _ask_of(engine), _get_document_of(engine)):
        gradio_api(endpoint, api_name=endpoint.__name__, concurrency_limit=4)


def _search_of(engine: Engine) -> Callable[..., dict[str, Any]]:
    def search(question: str, k: int = 5, documents: list[str] | None = None) -> dict[str, Any]:
        """Find the passages of the indexed Chinese policy documents that best match a question.

        Returns passages whether or not they answer; use `ask` to learn whether they do. Every
        text is a verbatim slice of its document, with its offsets, page and section.

        Args:
            question: the question, in Chinese or English, at most 2,000 characters.
            k: how many passages to return, 1 to 50.
            documents: ids of the documents to search in; leave out to search all.
        """
        _note(engine, question)
        hits = _told(engine, lambda index: index.search(question, _bounded(k), documents=documents or None))
        return {"question": question, "hits": to_json(hits)}

    return search


def _ask_of(engine: Engine) -> Callable[..., dict[str, Any]]:
    def ask(
        question: str,
        k: int = 5,
        history: list[str] | None = None,
        documents: list[str] | None = None,
    ) -> dict[str, Any]:
        """Answer a question with verbatim quotes from the indexed Chinese policy documents.

        `found` is false when the documents do not answer; `reason` then says why, and `hits` are
        only the nearest passages. Quote `citations[].quote` exactly and give its `address`.

        Args:
            question: the question, in Chinese or English, at most 2,000 characters.
            k: how many passages to return with the answer, 1 to 50.
            history: the conversation's earlier questions, oldest first, for a follow-up.
            documents: ids of the documents to search in; leave out to search all.
        """
        _note(engine, question)
        answer = _told(
            engine,
            lambda index: index.ask(question, _bounded(k), history or (), documents=documents or None),
        )
        return dict(to_json(answer))

    return ask


def _get_document_of(engine: Engine) -> Callable[..., dict[str, Any]]:
    def get_document(document_id: str, start: int = 0, end: int = _CHARACTERS) -> dict[str, Any]:
        """Read a part of an indexed document: its text between two character offsets.

        Args:
            document_id: the id that citations and passages carry.
            start: offset of the first character.
            end: offset after the last character; at most 20,000 characters come back.
        """
        document, first, last = _told(
            engine, lambda index: (index.document(_named(document_id)), _offset(start), _offset(end))
        )
        low = min(max(first, 0), len(document.text))
        high = min(max(last, low), low + _CHARACTERS, len(document.text))
        return _described(document) | {"start": low, "end": high, "text": document.text[low:high]}

    return get_document


def _note(engine: Engine, question: object) -> None:
    if isinstance(question, str):  # JSON may give anything; what is no text is refused later
        engine.asked(question)


def _described(document: Any) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": document.title,
        "metadata": dict(document.metadata),
        "characters": len(document.text),
        "pages": len(document.page_starts),
    }


def _bounded(k: int) -> int:
    check_count(k)
    if not 1 <= k <= MAX_K:
        raise InputError(f"k is {k}; ask for 1 to {MAX_K} passages.")
    return k


def _offset(given: object) -> int:
    """An offset, which JSON may give as anything."""
    if type(given) is not int:
        raise InputError(f"The offset is {str(given)[:40]!r}; give a whole number.")
    return given


def _named(document_id: object) -> str:
    if not isinstance(document_id, str):
        raise InputError(f"The document's id is {str(document_id)[:40]!r}; give a text.")
    if not document_id:
        raise InputError("The document's id is empty; give one that a citation or a passage carries.")
    return document_id


def _told(engine: Engine, work: Callable[[Index], T]) -> T:
    """What `work` makes of the live build; any error reaches the caller as one sentence without paths."""
    try:
        with engine.using() as index:
            return work(index)
    except Exception as error:
        raise gr.Error(told_outside(error, engine.folder), print_exception=False) from error
