"""An HTML table → `Table`: rows, spans, header cells and the caption."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bs4 import BeautifulSoup, Tag

from briefqa.reading.cells import Cell
from briefqa.reading.formats.base import RawBlock
from briefqa.reading.formats.table_blocks import clean_cell, table_blocks
from briefqa.reading.tables import MAX_COLUMNS, MAX_SPAN, Table

_TABLE = re.compile(r"<table\b.*?</table\s*>", re.I | re.S)
_FENCE = re.compile(r"^[ ]{0,3}(`{3,}|~{3,})", re.M)


def html_table(table: Tag, text_of: Callable[[Tag], str]) -> Iterator[RawBlock]:
    """The blocks of a table; `text_of` gives the text of a cell or a caption in one line."""
    cells: list[Cell] = []
    taken: dict[int, int] = {}  # column → rows that a cell from above still covers it for
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    head = 0
    for number, row in enumerate(rows):
        column = 0
        for tag in row.find_all(("td", "th"), recursive=False):
            while taken.get(column, 0) > 0:
                column += 1
            if column >= MAX_COLUMNS:
                break
            wide = _span(tag, "colspan", MAX_COLUMNS - column, 1)
            high = _span(tag, "rowspan", MAX_SPAN, len(rows) - number)
            cells.append(Cell(number, column, clean_cell(text_of(tag)), high, wide, tag.name == "th"))
            for k in range(column, column + wide):
                taken[k] = high
            column += wide
        taken = {k: left - 1 for k, left in taken.items() if left > 1}
        head += number == head and row.find_parent("thead") is not None
    caption = table.find("caption", recursive=False)
    named = text_of(caption) if isinstance(caption, Tag) else ""
    if head == len(rows):
        head = 0
    return table_blocks(Table.of(cells, marked_rows=head, caption=named))


def _span(tag: Tag, name: str, most: int, all_left: int) -> int:
    """An attribute's count; 0 means all that are left."""
    said = re.match(r"\s*(\d{1,6})", str(tag.get(name) or "1"))
    count = int(said.group(1)) if said else 1
    return max(1, min(count or all_left, most))


def on_lines_of_their_own(source: str) -> str:
    """Markdown whose HTML tables each stand between blank lines and hold none.

    CommonMark ends an HTML block at a blank line, and begins none in the middle of a paragraph.
    """
    parts: list[str] = []
    fence = ""
    for piece in re.split(r"(?m)^(?=[ ]{0,3}(?:`{3,}|~{3,}))", source):
        match = _FENCE.match(piece)
        mark = match.group(1) if match else ""
        line, rest = piece.split("\n", 1) if mark and "\n" in piece else ("", piece)
        if fence:
            closes = mark.startswith(fence) and (line or piece).strip() == mark
            fence = "" if closes else fence
            opened = bool(fence)
        else:
            fence = mark
            opened = bool(mark)
        if line:
            line += "\n"
        parts.append(line + (rest if opened else _TABLE.sub(_apart, rest)))
    return "".join(parts)


def _apart(match: re.Match[str]) -> str:
    return "\n\n" + re.sub(r"\s*\n\s*", "\n", match.group()) + "\n\n"


def parsed(source: str) -> Tag:
    """A piece of HTML as an element."""
    soup = BeautifulSoup(source, "lxml")
    return soup.body or soup
