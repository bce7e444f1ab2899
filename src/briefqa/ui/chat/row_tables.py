"""Quoted rows as a small table: which cells, spanning what. How it is written is the caller's.

Only columns that the quoted rows have are shown; every text is the document's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from briefqa.answering.answer import Citation
from briefqa.reading.table_spans import HeaderCell, TableRow
from briefqa.ui.html import element, escape
from briefqa.ui.words import Language, say


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell of the small table at `row` and `column`, both from 0, with what it spans.

    `is_label`: it names its row; `is_asked`: it holds what the question asks for.
    """

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    is_label: bool = False
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class RowTable:
    """The rows of a citation with the header lines above them; `width` in columns.

    `caption`: of the table, with the group that its rows belong to where others are called alike.
    """

    caption: str
    unit: str
    width: int
    head: tuple[tuple[ShownCell, ...], ...]
    body: tuple[tuple[ShownCell, ...], ...]


def row_table(citation: Citation) -> RowTable | None:
    """The small table of a citation; None when it quotes no rows."""
    rows = citation.rows
    if not rows:
        return None
    columns = sorted(
        {n for row in rows for cell in row.cells for n in range(cell.column, cell.column + cell.columns)}
    )
    places = {column: place for place, column in enumerate(columns)}
    head = _head(rows[0].headers, columns)
    body = tuple(
        tuple(_body_cells(row, len(head) + number, places, citation.cell)) for number, row in enumerate(rows)
    )
    groups = dict.fromkeys(row.group for row in rows)
    named = (rows[0].caption, *(groups if len(groups) == 1 else ()))
    return RowTable(" · ".join(filter(None, named)), rows[0].unit, len(columns), head, body)


def _body_cells(
    row: TableRow, line: int, places: dict[int, int], asked: tuple[int, int] | None
) -> Iterator[ShownCell]:
    for number, cell in enumerate(row.cells):
        is_asked = asked == (cell.start, cell.end) and bool(cell.text)
        yield ShownCell(cell.text, line, places[cell.column], 1, cell.columns, number < row.labels, is_asked)


def _head(lines: Sequence[Sequence[HeaderCell]], columns: Sequence[int]) -> tuple[tuple[ShownCell, ...], ...]:
    """The header lines over the shown columns; a cell that stands in several lines spans them."""
    grid = [
        [next((each for each in line if each.column <= n < each.end), None) for n in columns]
        for line in lines
    ]
    shown: list[tuple[ShownCell, ...]] = []
    above: list[HeaderCell | None] = [None] * len(columns)
    for number, line in enumerate(grid):
        cells, place = [], 0
        for cell, group in groupby(line):
            width = len(list(group))
            if cell is None or cell != above[place]:
                rows = 1
                while cell is not None and number + rows < len(grid) and grid[number + rows][place] == cell:
                    rows += 1
                cells.append(ShownCell(cell.text if cell else "", number, place, rows, width))
            place += width
        shown.append(tuple(cells))
        above = line
    return tuple(shown)


def drawn_table(table: RowTable, language: Language, name: str) -> str:
    """As HTML, scrolling inside its own box; `name` tells what it is where it has no caption."""
    head = "".join(element("tr", "".join(map(_head_cell, line))) for line in table.head)
    body = "".join(element("tr", "".join(map(_body_cell, line))) for line in table.body)
    unit = (
        element("span", escape(say("unit", language, unit=table.unit)), class_="unit") if table.unit else ""
    )
    named = escape(table.caption) + (" " if table.caption and unit else "") + unit
    caption = (
        element("caption", named) if named else element("caption", escape(name), class_="visually-hidden")
    )
    inner = caption + (element("thead", head) if head else "") + element("tbody", body)
    # A box that scrolls must be reached by the keyboard.
    box = {"class_": "row-table", "tabindex": 0, "role": "region", "aria_label": table.caption or name}
    scrolled = element("div", element("table", inner), lang="zh", **box)
    return element("div", scrolled, class_="table-frame")


def _head_cell(cell: ShownCell) -> str:
    spans = {
        "rowspan": cell.rows if cell.rows > 1 else None,
        "colspan": cell.columns if cell.columns > 1 else None,
    }
    if not cell.text:
        return element("td", "", **spans)
    return element("th", escape(cell.text), scope="colgroup" if cell.columns > 1 else "col", **spans)


def _body_cell(cell: ShownCell) -> str:
    span = cell.columns if cell.columns > 1 else None
    text = element("mark", escape(cell.text)) if cell.is_asked else escape(cell.text)
    if cell.is_label:
        return element("th", text, scope="row", colspan=span)
    return element("td", text, class_="asked-cell" if cell.is_asked else None, colspan=span)


def flat_rows(table: RowTable, citation: Citation) -> tuple[list[str], list[list[str]]]:
    """For formats without spans: one header line with stacked headers joined, and the rows' cells."""
    by_place: dict[int, str] = {}
    for row, line in zip(citation.rows, table.body, strict=True):
        for cell, shown in zip(row.cells, line, strict=True):
            by_place.setdefault(shown.column, cell.header)
    header = [by_place.get(place, "") for place in range(table.width)]
    body = []
    for line in table.body:
        texts = {cell.column: cell.text for cell in line}
        body.append([texts.get(place, "") for place in range(table.width)])
    return header, body
