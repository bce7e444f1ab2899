"""Rows of tables in reading order → tables, also those that go over several pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from briefqa.reading.cells import Cell
from briefqa.reading.formats.base import RawBlock
from briefqa.reading.formats.pdf_tables import Row
from briefqa.reading.formats.table_blocks import table_blocks
from briefqa.reading.tables import Table

CONTINUED = re.compile(
    r"[（(]?续\s*表?\s*[\d.\-–]*[)）]?|附?表\s*[\d.\-–]+\s*[（(]续表?[)）].{0,40}|.{0,40}[（(]续表?[)）]"
)
_SHIFT = 15.0  # points by which the columns of one table differ from page to page


@dataclass(slots=True, eq=False)
class PlacedRow:
    """A row, the page that it is on, how many pages begin before it, and the page's size in points."""

    row: Row
    page: int
    breaks: int
    scale: tuple[float, float]


def goes_on(last: PlacedRow, following: PlacedRow) -> bool:
    """Whether two rows with nothing but a page's end between them are of one table."""
    if last.row.edges is following.row.edges:
        return True
    a, b = last.row.edges, following.row.edges
    if not 0 < following.page - last.page <= 1 or len(a) != len(b):
        return False
    return all(abs((x - a[0]) - (y - b[0])) <= _SHIFT for x, y in zip(a, b, strict=True)) or all(
        abs(x - y) <= 2 * _SHIFT for x, y in zip(a, b, strict=True)
    )


def run_blocks(run: Sequence[PlacedRow]) -> Iterator[RawBlock]:
    """The blocks of one table; header rows that a new page repeats stand once."""
    rows, repeated = _without_repeats(run)
    _carry_labels(rows)
    cells: list[Cell] = []
    open_cells: dict[int, int] = {}
    for number, placed in enumerate(rows):
        starts: dict[int, int] = {}
        for cell in placed.row.cells:
            at = open_cells.get(cell.column)
            if at is not None and cell.boxes is not None and cells[at].boxes is cell.boxes:
                cells[at] = replace(cells[at], rows=number - cells[at].row + 1)
            else:
                at = len(cells)
                cells.append(replace(cell, row=number))
            starts[cell.column] = at
        open_cells = starts
    table = Table.of(
        [_scaled(cell, rows[cell.row].scale) for cell in cells],
        marked_rows=repeated,
        breaks=[placed.breaks for placed in rows],
    )
    for block in table_blocks(table):
        line = table.stood[block.line] if table.stood else block.line
        yield replace(block, size=rows[line].row.size)


def _without_repeats(run: Sequence[PlacedRow]) -> tuple[list[PlacedRow], int]:
    """The rows without the header rows that later pages repeat, and how many rows those repeat."""
    first = [_texts(placed.row) for placed in run[:6]]
    kept: list[PlacedRow] = []
    repeated = 0
    i = 0
    while i < len(run):
        placed = run[i]
        count = 0
        if i and placed.page != run[i - 1].page:
            page_rows = 0
            while (
                page_rows < len(first)
                and i + page_rows < len(run)
                and (
                    run[i + page_rows].page == placed.page
                    and _texts(run[i + page_rows].row) == first[page_rows]
                )
            ):
                page_rows += 1
            count = page_rows
        if count and i + count < len(run):
            breaks = sum(each.breaks for each in run[i : i + count])
            repeated = max(repeated, count)
            i += count
            run[i].breaks += breaks
            continue
        kept.append(placed)
        i += 1
    return kept, repeated


def _texts(row: Row) -> list[str]:
    return [cell.text for cell in row.cells]


def _carry_labels(rows: Sequence[PlacedRow]) -> None:
    """A merged label that a page's end cut goes on in the rows without one on the next page."""
    label: Cell | None = None
    for before, above, placed in zip([None, None, *rows], [None, *rows], rows, strict=False):
        first = placed.row.cells[0]
        if first.column == 0 or above is None:
            label = None
        elif above.page != placed.page and before is not None and _merged_label(before.row, above.row):
            label = replace(above.row.cells[0], boxes=None)
        if label is not None:
            placed.row.cells.insert(0, label)


def _merged_label(row: Row, below: Row) -> bool:
    a, b = row.cells[0], below.cells[0]
    return a.column == b.column == 0 and a.boxes is not None and a.boxes is b.boxes


def _scaled(cell: Cell, scale: tuple[float, float]) -> Cell:
    """With boxes as fractions of the page."""
    if cell.boxes is None:
        return cell
    size = np.array([*scale, *scale], dtype=np.float32)
    return replace(cell, boxes=(cell.boxes / size).astype(np.float32))
