"""What a document may be called by, folded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from briefqa.reading.document import Document
from briefqa.text.folding import fold

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
