"""Where the tables of a document lie in its text, and what stands around a row of one.

A line of a table is a block of its own with its cells joined by ` | `; no cell holds a bar, so
the cells are found again in the text, and only what the text does not show is kept beside it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import groupby
from typing import Any, Protocol

from briefqa.reading.cells import is_value
from briefqa.reading.tables import join_headers

CELL_MARK = " | "
_LONGEST_LABEL = 60  # characters; a longer first cell of a row is a text itself
Span = tuple[int, int]


class Placed(Protocol):
    """Anything at `[start, end)` of a text."""

    @property
    def start(self) -> int:
        """Offset of its first character."""
        ...

    @property
    def end(self) -> int:
        """Offset after its last character."""
        ...


@dataclass(frozen=True, slots=True)
class TableSpan:
    """A table in a document.

    Attributes:
        first, last: its lines are `Document.blocks[first:last]`, header lines first.
        header: how many of them are header.
        columns: of its grid.
        caption, unit: `[start, end)` of what it is called and of its unit, or None.
        notes: the lines below it that explain it.
        places: for each line the columns in which its cells begin and the one after its last cell, blank
            ones at its end included; () where that is 0, 1, 2, …
        groups: (line, start, end): for lines that are called like another, `[start, end)` of the name of
            their group; by line.
    """

    first: int
    last: int
    header: int
    columns: int
    caption: Span | None = None
    unit: Span | None = None
    notes: tuple[Span, ...] = ()
    places: tuple[tuple[int, ...], ...] = ()
    groups: tuple[tuple[int, int, int], ...] = ()

    def group_of(self, block: int, text: str) -> str:
        """The name of the group of a line, by its block's number, in the document's text; "" without one."""
        at = bisect_left(self.groups, (block - self.first,))
        line, start, end = self.groups[at] if at < len(self.groups) else (-1, 0, 0)
        return text[start:end] if line == block - self.first else ""

    def to_json(self) -> list[Any]:
        """The fields in their order, as plain lists."""
        return [getattr(self, each.name) for each in fields(self)]

    @classmethod
    def from_json(cls, record: list[Any]) -> TableSpan:
        """What `to_json` gave, after a way through JSON; builds of format 10 know no groups."""
        first, last, header, columns, caption, unit, notes, places, *rest = record
        return cls(
            first, last, header, columns,
            (caption[0], caption[1]) if caption else None,
            (unit[0], unit[1]) if unit else None,
            tuple((start, end) for start, end in notes),
            tuple(tuple(line) for line in places),
            tuple((line, start, end) for line, start, end in (rest[0] if rest else ())),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A cell of a header line: its text, its first column from 0, and how many columns it covers."""

    text: str
    column: int
    columns: int

    @property
    def end(self) -> int:
        """The column after its last one."""
        return self.column + self.columns


@dataclass(frozen=True, slots=True)
class RowCell:
    """`text` is at `[start, end)` of the document; `header` is what stands above it, or "".

    It covers `columns` columns of its table from `column`, counted from 0.
    """

    header: str
    text: str
    start: int
    end: int
    column: int
    columns: int

    def part(self, start: int, end: int) -> RowCell:
        """The cell with what of its text lies in `[start, end)`."""
        low = min(max(self.start, start), self.end)
        high = max(low, min(self.end, end))
        return replace(self, text=self.text[low - self.start : high - self.start], start=low, end=high)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table with all that a reader needs to understand it.

    Attributes:
        caption, unit: of the table, or "".
        headers: the header lines from the top; a cell that spans lines stands in each of them.
        cells: from the left, empty ones included; the first is the row's label.
        start, end: the row's place in the document.
        is_header: a header line itself; its cells have no headers then.
        group: what tells it from rows that are called alike, or "".
    """

    caption: str
    unit: str
    headers: tuple[tuple[HeaderCell, ...], ...]
    cells: tuple[RowCell, ...]
    start: int
    end: int
    is_header: bool = False
    group: str = ""

    def part(self, start: int, end: int) -> TableRow:
        """The row with its label and what lies in `[start, end)`: cells may hold paragraphs."""
        if start <= self.start and self.end <= end:
            return self
        cells = [
            cell if number == 0 and len(cell.text) <= _LONGEST_LABEL else cell.part(start, end)
            for number, cell in enumerate(self.cells)
            if number == 0 or (cell.start < end and start < cell.end)
        ]
        return replace(self, cells=tuple(cells))

    @property
    def told(self) -> str:
        """The row as one text: caption, unit, group, then each cell with its header."""
        pairs = [f"{c.header}：{c.text}" if c.header else c.text for c in self.cells if c.text]
        return " ".join(filter(None, (self.head, self.group, "，".join(pairs))))

    @property
    def is_pair(self) -> bool:
        """Whether it is a label and its value, in a table without headers: a field of a form."""
        return not self.headers and len(self.cells) == 2

    @property
    def labels(self) -> int:
        """How many leading cells name the row: those before its first figure, or the first alone."""
        figure = next((number for number, cell in enumerate(self.cells) if number and is_value(cell.text)), 1)
        return min(figure, len(self.cells))

    def headers_of(self, cell: RowCell) -> list[str]:
        """What stands above a cell, outermost first, nothing twice in a row."""
        above = (each for line in self.headers for each in line if each.column <= cell.column < each.end)
        return [text for text, _ in groupby(each.text for each in above if each.text)]

    @property
    def head(self) -> str:
        """Caption and unit."""
        return self.caption + (f"（单位：{self.unit}）" if self.unit else "")


def table_at(tables: Sequence[TableSpan], block: int) -> TableSpan | None:
    """The table that a block, by its number, is a line of."""
    at = bisect_right(tables, block, key=lambda table: table.first) - 1
    return tables[at] if at >= 0 and block < tables[at].last else None


def row_at(text: str, blocks: Sequence[Placed], tables: Sequence[TableSpan], block: int) -> TableRow | None:
    """The row that a block is, with its context; None for a block outside all tables."""
    table = table_at(tables, block)
    if table is None:
        return None
    line = block - table.first
    caption = text[slice(*table.caption)] if table.caption else ""
    unit = text[slice(*table.unit)] if table.unit else ""
    is_header = line < table.header
    lines = () if is_header else range(table.header)
    shown = [_header_line(text, blocks, table, number) for number in lines]
    cells = _cells(text, blocks, table, line)
    # One cell alone names a group of rows, or holds a row that fits no columns: no header is its own.
    told = [] if len(cells) == 1 and table.columns > 1 else shown
    heads = [{column: cell.text for cell in row for column in range(cell.column, cell.end)} for row in told]
    end = blocks[block].end
    is_form = not table.header and table.columns == 2
    if len(cells) > 1 or (is_form and cells[-1][1] == 1):  # the blank ones at the end, which are not printed
        cells += [(column, column + 1, (end, end)) for column in range(cells[-1][1], table.columns)]
    return TableRow(
        caption,
        unit,
        tuple(line for line in shown if line),
        tuple(
            RowCell(
                join_headers(head.get(column, "") for head in heads),
                text[start:stop], start, stop, column, after - column,
            )
            for column, after, (start, stop) in cells
        ),
        blocks[block].start,
        end,
        is_header,
        table.group_of(block, text),
    )  # fmt: skip


def _header_line(text: str, blocks: Sequence[Placed], table: TableSpan, line: int) -> tuple[HeaderCell, ...]:
    """A header line; () for a caption over the whole width."""
    cells = _cells(text, blocks, table, line)
    if len(cells) == 1 and table.columns > 1:
        return ()
    return tuple(HeaderCell(text[start:end], column, stop - column) for column, stop, (start, end) in cells)


def _cells(text: str, blocks: Sequence[Placed], table: TableSpan, line: int) -> list[tuple[int, int, Span]]:
    """(column, column after it, [start, end)) of the cells of a line."""
    block = blocks[table.first + line]
    spans = cell_spans(text, block.start, block.end)
    places = table.places[line] if line < len(table.places) else ()
    if not places:
        return [(number, number + 1, span) for number, span in enumerate(spans)]
    stops = (*places[1:], max(table.columns, places[-1] + 1))  # older builds tell no end of the last cell
    return [(column, stop, span) for column, stop, span in zip(places, stops, spans, strict=False)]


def cell_spans(text: str, start: int, end: int) -> list[Span]:
    """The places of the cells of the table line at `[start, end)`; empty ones have no length."""
    spans: list[Span] = []
    if text.startswith("| ", start):  # an empty first cell: the line has no blank before it
        spans.append((start, start))
        start += 2
        while text.startswith(" | ", start):
            spans.append((start, start))
            start += 3
    while (at := text.find(CELL_MARK, start, end)) >= 0:
        spans.append((start, at))
        start = at + len(CELL_MARK)
    spans.append((start, end))
    return spans


def split_cells(line: str) -> list[str]:
    """The texts of the cells of a table's line."""
    return [line[start:end] for start, end in cell_spans(line, 0, len(line))]
