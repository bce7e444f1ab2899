"""The document record: one text, normalised once when it is read, and where its parts lie in it.

Everything later is a `[start, end)` slice of `Document.text`, in Python characters.
This module owns the record only; `briefqa.reading.files` makes it from a file.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from briefqa.reading.table_spans import TableRow, TableSpan, row_at
from briefqa.text.folding import fold
from briefqa.text.lexicon import any_of
from briefqa.text.quantities import year_quantities
from briefqa.text.timeline import Standpoint

# Behind the kind of a document may stand in brackets what was made of it: a summary.
_DELIVERED = re.compile(rf"{any_of('titles.delivered')}(?:\([^()]*\))?$")


class BlockKind(StrEnum):
    """What a block of text is."""

    FRONT = "front"  # masthead, title, author, date: before the body
    BACK = "back"  # distribution list, editor, printed copies: after the body
    HEADING = "heading"  # a heading in a line of its own
    TEXT = "text"  # a paragraph or a list item
    ROW = "row"  # one row of a table, its cells joined by ` | `
    TABLE_HEADER = "table-header"  # a row of a table that says what its columns mean
    CAPTION = "caption"  # what a table or figure is called, and its line of units
    NOTE = "note"  # a foot- or endnote


@dataclass(frozen=True, slots=True)
class Block:
    """One logical paragraph; blocks are in order and only newlines lie between them."""

    start: int
    end: int
    kind: BlockKind


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: a block of its own, or the first sentence of a paragraph.

    `level` counts from 1, without gaps: the headings above it are those before it with a lower level.
    """

    start: int
    end: int
    level: int
    title: str  # as a section path shows it: without a closing 。 or blanks


@dataclass(frozen=True, slots=True)
class Field:
    """One piece of metadata and the place that says it: `text[start:end]` is the quote."""

    key: str  # title, author, issuer, issue, date, copies, recipients, …, else the printed label
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class YearPart:
    """One of several yearly texts that a file joins: from `start` on, up to the next part.

    `title` is printed there, or is the document's with the part's year where none is; `date` may be "".
    """

    start: int
    year: int
    title: str
    date: str


@lru_cache(maxsize=4096)  # asked of each passage
def _standpoint(year: int, title: str, date: str) -> Standpoint:
    later = any(each.value > year for each in year_quantities(fold(date)))
    looks_back = not later and _DELIVERED.search(fold(title)) is not None
    return Standpoint(year, year - 1 if looks_back else year)


@dataclass(frozen=True, slots=True)
class Document:
    """One source document.

    Attributes:
        id: path relative to the source root, POSIX form; the same on every machine.
        title: the printed title, else the file's name.
        text: the whole normalised text.
        sha256: digest of the source file's bytes, hexadecimal.
        metadata: key → value, see `Field.key`; the first field of each key.
        blocks: logical paragraphs, in order.
        headings: in order of `start`.
        parts: the texts of several years that the file joins, in order; empty for a document of one year.
        fields: metadata with its place in the text.
        page_starts: offset at which page 1, 2, … begins, first 0; empty when there are no pages.
        pages_inferred: the source shows no pages; they were inferred from lines cut in mid-sentence.
        tables: in order of their rows.
        ocr_pages: 1-based pages whose text was recognised from an image.
        names: further ids under which the same text was given.
        shares_title: another document of the index has the same title, so that 《title》 names neither.
        newest: the name of the newest edition in the index, "" when this is it or no other is known.
        repealed_by: the name of the document of the index that says it repeals this one, "" if none does.
        boxes: float32 (len(text), 4): left, top, right, bottom of each character as fractions of
            its page's width and height, y downward; NaN where a character has no place on the
            page. None when the source has no page images.
    """

    id: str
    title: str
    text: str
    sha256: str
    metadata: Mapping[str, str]
    blocks: tuple[Block, ...]
    headings: tuple[Heading, ...] = ()
    parts: tuple[YearPart, ...] = ()
    fields: tuple[Field, ...] = ()
    tables: tuple[TableSpan, ...] = ()
    page_starts: tuple[int, ...] = ()
    pages_inferred: bool = False
    ocr_pages: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    shares_title: bool = False
    newest: str = ""
    repealed_by: str = ""
    boxes: npt.NDArray[np.float32] | None = field(default=None, compare=False, repr=False)

    @property
    def year(self) -> int | None:
        """The year that it is of, as its title or else its date tells."""
        year = self.metadata.get("year", "")
        return int(year) if year.isdigit() else None

    def part_at(self, offset: int) -> YearPart | None:
        """The part that holds the character at `offset`; None in a document of one year."""
        last = bisect_right(self.parts, offset, key=lambda part: part.start)
        return self.parts[max(last - 1, 0)] if self.parts else None

    def year_at(self, offset: int) -> int | None:
        """The year that the text at `offset` is of."""
        part = self.part_at(offset)
        return self.year if part is None else part.year

    def standpoint_at(self, offset: int) -> Standpoint | None:
        """When the text at `offset` speaks; None when no year is told.

        A report that is delivered in the year of its title looks back on the year before; one issued later,
        and any other kind of document, tells what its own year brought.
        """
        year, part = self.year_at(offset), self.part_at(offset)
        if year is None:
            return None
        title, date = (part.title, part.date) if part else (self.title, self.metadata.get("date", ""))
        return _standpoint(year, title, date)

    def page_at(self, offset: int) -> int | None:
        """The 1-based page that holds the character at `offset`; None when there are no pages."""
        return bisect_right(self.page_starts, offset) or None

    def block_at(self, offset: int) -> int:
        """The index in `blocks` of the one that holds `offset`, or of the last one before it."""
        return max(bisect_right(self.blocks, offset, key=lambda block: block.start) - 1, 0)

    def row_context(self, offset: int) -> TableRow | None:
        """The row of a table at `offset`, with what its caption, header and unit say; None outside."""
        return row_at(self.text, self.blocks, self.tables, self.block_at(offset))

    def tables_between(self, first: int, last: int) -> tuple[TableSpan, ...]:
        """The tables with a line among `blocks[first:last]`."""
        low = bisect_right(self.tables, first, key=lambda table: table.last)
        high = bisect_left(self.tables, last, key=lambda table: table.first)
        return self.tables[low:high]

    def section_at(self, offset: int) -> tuple[Heading, ...]:
        """The headings above the character at `offset`, outermost first; a heading is above itself.

        Front and back matter stand in no section.
        """
        block = self.blocks[self.block_at(offset)] if self.blocks else None
        if block is not None and block.kind in (BlockKind.FRONT, BlockKind.BACK):
            return ()
        path: list[Heading] = []
        last = bisect_right(self.headings, offset, key=lambda heading: heading.start)
        for heading in map(self.headings.__getitem__, range(last - 1, -1, -1)):  # a slice would be a copy
            if not path or heading.level < path[0].level:
                path.insert(0, heading)
            if heading.level == 1:
                break
        return tuple(path)
