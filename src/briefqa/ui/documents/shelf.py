"""What lists tell of the documents: read once for each build, so that no page load reads them again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import PurePosixPath

from briefqa.reading.document import Document
from briefqa.ui.documents.dates import listed_date
from briefqa.ui.source.source import told_apart

# By the suffix of a file, the format that lists call it; whatever else is read is text.
_FORMATS = {
    ".pdf": "pdf",
    ".docx": "word",
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".markdown": "markdown",
}


class Grouping(StrEnum):
    """By what a list of documents can be divided."""

    FOLDER = "folder"
    YEAR = "year"
    ISSUER = "issuer"


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as lists show it.

    Attributes:
        id, names: of the document, and further names of the same text.
        title: with the id where another document has the same title.
        folder, year, issuer: "" where there is none, or none is stated.
        date: as `listed_date` gives it; "" when none is printed.
        pages, inferred: how many pages, 0 for none; whether they were inferred.
        characters: of its text.
        format: "pdf", "word", "html", "markdown" or "text", as in `format_…` of the page's words.
        version: tells the document from one that took its place.
        recognised, unread: how many pages were read from their image, and have no text at all.
    """

    id: str
    names: tuple[str, ...]
    title: str
    folder: str
    year: str
    issuer: str
    date: str
    pages: int
    inferred: bool
    characters: int
    format: str
    version: str
    recognised: int
    unread: int

    def group(self, by: Grouping) -> str:
        """The name of its group; "" for none."""
        return str(getattr(self, by.value))


def entry_of(document: Document) -> Entry:
    """What lists tell of a document."""
    folder = str(PurePosixPath(document.id).parent)
    return Entry(
        id=document.id,
        names=document.names,
        title=told_apart(document),
        folder="" if folder == "." else folder,
        year=year_of(document),
        issuer=document.metadata.get("issuer", ""),
        date=listed_date(document.metadata.get("date", "")),
        pages=len(document.page_starts),
        inferred=document.pages_inferred,
        characters=len(document.text),
        format=_FORMATS.get(PurePosixPath(document.id).suffix.lower(), "text"),
        version=version_of(document),
        recognised=len(document.ocr_pages),
        unread=_pages_without_text(document),
    )


def version_of(document: Document) -> str:
    """What tells a document from one that took its place under the same id."""
    return document.sha256[:16]


def _pages_without_text(document: Document) -> int:
    """How many of its pages are blank, or images that nobody could read; 0 where pages were inferred."""
    if document.pages_inferred:
        return 0
    between = pairwise((*document.page_starts, len(document.text)))
    return sum(not document.text[start:end].strip() for start, end in between)


def year_of(document: Document) -> str:
    """The year that a document is of: as its title says, its fields, or its file's name; else ""."""
    stated = document.metadata.get("year") or document.metadata.get("date", "")
    for text in (document.title, stated, document.id):
        if match := re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text):
            return match.group()
    return ""


class Shelf:
    """The entries of a build, and what is counted of them once for all who look at them.

    Attributes:
        entries: in the order of their ids.
        pages, characters: of all of them.
        paged: how many have pages.
        titles: by the id, and by the further names, of a document.
        groupings: by what most documents fall into several groups, some of them of several documents.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self.entries = tuple(map(entry_of, documents))
        self.pages = sum(each.pages for each in self.entries)
        self.paged = sum(each.pages > 0 for each in self.entries)
        self.characters = sum(each.characters for each in self.entries)
        self._by_name = {name: each for each in self.entries for name in (each.id, *each.names)}
        self.titles = {name: each.title for name, each in self._by_name.items()}
        self.groupings = tuple(by for by in Grouping if self._told_by(by))
        self._searched = [f"{each.title}\n{each.id}\n{each.issuer}".lower() for each in self.entries]

    def entry(self, document_id: str) -> Entry | None:
        """The entry of a document; None when there is none of that id."""
        return self._by_name.get(document_id)

    def found(self, wanted: str) -> list[Entry]:
        """The entries whose title, file name or issuer hold the words; all of them for ""."""
        words = wanted.strip().lower()
        return [each for each, text in zip(self.entries, self._searched, strict=True) if words in text]

    def telling(self, most: int) -> list[Entry]:
        """Some of the entries for a first look: the newest, then others, evenly."""
        newest = sorted(self.entries, key=lambda each: each.year, reverse=True)
        first, rest = newest[: most // 2], newest[most // 2 :]
        step = max(1, -(-len(rest) // (most - most // 2)))
        return first + rest[::step]

    def _told_by(self, by: Grouping) -> bool:
        placed = [each.group(by) for each in self.entries if each.group(by)]
        return 1 < len(set(placed)) < len(placed) and 2 * len(placed) > len(self.entries)


def groups(entries: Sequence[Entry], by: Grouping) -> dict[str, list[Entry]]:
    """The entries by their group; years newest first, those without a group last."""
    found: dict[str, list[Entry]] = {}
    for each in entries:
        found.setdefault(each.group(by), []).append(each)
    names = sorted(filter(None, found), reverse=by is Grouping.YEAR)
    return {name: found[name] for name in (*names, *([""] if "" in found else []))}
