"""A Word table → `Table`: grid, merged cells and header rows; frames are told from tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from briefqa.reading.document import BlockKind
from briefqa.reading.formats.base import RawBlock
from briefqa.reading.formats.docx_numbers import W, value_of
from briefqa.reading.formats.table_blocks import clean_cell, table_blocks
from briefqa.reading.tables import MAX_COLUMNS, Cell, Table

_WRAPPERS = {W + "sdt", W + "sdtContent", W + "ins", W + "customXml", W + "smartTag", W + "moveTo"}
_OFF = ("0", "false", "off")


def docx_table(element: Any, blocks_of: Callable[[Any], Iterator[RawBlock]]) -> Iterator[RawBlock]:
    """The blocks of a table; `blocks_of` gives those of a cell.

    A table of one column, or with tables inside it, is a frame around the blocks of its cells.
    """
    rows = [row for row in _inside(element, W + "tr") if row.find(f"{W}trPr/{W}del") is None]
    frame = all(sum(1 for _ in _inside(row, W + "tc")) <= 1 for row in rows)
    if frame or any(cell.find(f".//{W}tbl") is not None for row in rows for cell in _inside(row, W + "tc")):
        for row in rows:
            for cell in _inside(row, W + "tc"):
                yield from blocks_of(cell)
        return
    yield from _rows(rows, blocks_of)


def _rows(rows: list[Any], blocks_of: Callable[[Any], Iterator[RawBlock]]) -> Iterator[RawBlock]:
    cells: list[Cell] = []
    open_cells: dict[int, int] = {}  # column → number in `cells` of the merged cell above
    breaks: list[int] = []
    notes: list[RawBlock] = []
    marked = 0
    for number, row in enumerate(rows):
        properties = row.find(W + "trPr")
        column = _number(value_of(properties, "gridBefore"))
        starts: dict[int, int] = {}
        pages = 0
        for element in _inside(row, W + "tc"):
            if column >= MAX_COLUMNS:
                break
            about = element.find(W + "tcPr")
            wide = min(max(1, _number(value_of(about, "gridSpan"))), MAX_COLUMNS - column)
            merge = None if about is None else about.find(W + "vMerge")
            goes_on = merge is not None and merge.get(W + "val") != "restart"
            found = list(blocks_of(element))
            pages = max(pages, sum(len(block.breaks) for block in found))
            text = clean_cell(" ".join(b.text for b in found if b.text and b.kind is not BlockKind.NOTE))
            notes += [block for block in found if block.kind is BlockKind.NOTE]
            if goes_on and not text and column in open_cells:
                at = open_cells[column]
                cells[at] = replace(cells[at], rows=number - cells[at].row + 1)
                starts[column] = at
            else:
                if merge is not None:
                    starts[column] = len(cells)
                cells.append(Cell(number, column, text, 1, wide))
            column += wide
        open_cells = starts
        breaks.append(pages)
        marked += number == marked and _is_header(properties)
    if marked >= len(rows):
        marked = 0
    yield from table_blocks(Table.of(cells, marked_rows=marked, breaks=breaks))
    yield from notes


def _is_header(properties: Any) -> bool:
    mark = None if properties is None else properties.find(W + "tblHeader")
    return mark is not None and mark.get(W + "val") not in _OFF


def _inside(element: Any, tag: str) -> Iterator[Any]:
    """The rows of a table or the cells of a row, also those in content controls and insertions."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _inside(child, tag)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
