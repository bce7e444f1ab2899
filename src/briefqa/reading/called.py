"""What a document may be called by, folded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from briefqa.reading.bodies import place_of
from briefqa.reading.document import Document
from briefqa.text.folding import fold, has_han

_NEW = 0.4  # share of a name's neighbouring characters that a title must leave untold
_OTHERS = ("author", "issuer", "doc_number", "issue", "total_issue", "date")


@dataclass(frozen=True, slots=True)
class Called:
    """The names of a document: `titles` are title, series, subtitle and the name of its file; `text` has
    those and what else it is told by, a line each."""

    titles: tuple[str, ...]
    text: str


def called(document: Document) -> Called:
    """What the document may be called by."""
    told = document.metadata
    titles = (document.title, *(told.get(key, "") for key in ("series", "subtitle")))
    folded = tuple(fold(title) for title in (*titles, PurePosixPath(document.id).stem) if title)
    others = "\n".join([*(told.get(key, "") for key in _OTHERS), f"{told.get('year', '')}年"])
    return Called(folded, "\n".join((*folded, fold(others))))


def untitled_names(document: Document) -> Iterator[str]:
    """The name of its file and the head of its pages, where they say in Chinese what its title does not.

    A plan that is titled "plan" is told from others by them alone.
    """
    told = _pairs(document.title)
    for name in (PurePosixPath(document.id).stem, document.metadata.get("running_head", "")):
        pairs = _pairs(name)
        if has_han(name) and len(pairs - told) > _NEW * len(pairs):
            told |= pairs
            yield name


def untitled_place(document: Document, title: str) -> str:
    """The place of those who issue it, where its title names none."""
    told = document.metadata
    issuers = (told.get(key, "") for key in ("issuer", "source", "site_place"))
    place = next(filter(None, map(place_of, issuers)), "")
    return "" if title.startswith(place) or _pairs(place) & _pairs(title) else place


def _pairs(name: str) -> set[str]:
    folded = "".join(filter(str.isalnum, fold(name)))
    return {folded[at : at + 2] for at in range(len(folded) - 1)}
