"""A Word table → `Table`: grid, merged cells and header rows; frames are told from tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from briefqa.reading.cells import Cell, is_value
from briefqa.reading.document import BlockKind
from briefqa.reading.formats.base import RawBlock
from briefqa.reading.formats.docx_numbers import W, value_of
from briefqa.reading.formats.table_blocks import clean_cell, table_blocks
from briefqa.reading.tables import MAX_COLUMNS, Table

_WRAPPERS = {W + "sdt", W + "sdtContent", W + "ins", W + "customXml", W + "smartTag", W + "moveTo"}
_MANY = 3  # paragraphs of a cell that holds a column
_PAGE = 10  # paragraphs of a cell with a table that is a text of its own
_SHORT = 40  # characters of a paragraph that is one cell of a column
_OFF = ("0", "false", "off")


def docx_table(
    element: Any, blocks_of: Callable[[Any], Iterator[RawBlock]], on_crowded: Callable[[], None]
) -> Iterator[RawBlock]:
    """The blocks of a table; `blocks_of` gives those of a cell.

    `on_crowded` is called for each row whose cells hold columns that cannot be told apart into rows.
    A table of one column, or of nothing but tables, is a frame around the blocks of its cells. Tables in
    cells of any other one stand behind it.
    """
    rows = [row for row in _inside(element, W + "tr") if row.find(f"{W}trPr/{W}del") is None]
    if not any(_holds_data(row) for row in rows):
        for row in rows:
            for cell in _inside(row, W + "tc"):
                yield from blocks_of(cell)
        return
    yield from _rows(rows, blocks_of, on_crowded)


def _holds_data(row: Any) -> bool:
    """Whether a row has several cells and no table in them."""
    return sum(1 for _ in _inside(row, W + "tc")) > 1 and row.find(f".//{W}tbl") is None


@dataclass(frozen=True, slots=True)
class _WordCell:
    """A cell of a row: its place, whether it is merged downward or goes on from above, its paragraphs."""

    column: int
    wide: int
    merged: bool
    goes_on: bool
    paragraphs: tuple[str, ...]


def _rows(
    rows: list[Any], blocks_of: Callable[[Any], Iterator[RawBlock]], on_crowded: Callable[[], None]
) -> Iterator[RawBlock]:
    cells: list[Cell] = []
    open_cells: dict[int, int] = {}  # column → number in `cells` of the merged cell above
    breaks: list[int] = []
    behind: list[RawBlock] = []
    marked = 0
    for number, row in enumerate(rows):
        contents = [(cell, list(blocks_of(cell))) for cell in _inside(row, W + "tc")]
        found, pages, below = _word_cells(row, contents)
        if _is_frame(row, found):
            behind += [block for _, blocks in contents for block in blocks]
            continue
        behind += below
        if columns := _columns(found):
            cells += _split(columns, len(breaks))
            open_cells = {}
            breaks += [pages, *(0 for _ in columns[0].paragraphs[1:])]
            continue
        if _is_crowded(found):
            on_crowded()
        open_cells = _add_row(found, len(breaks), cells, open_cells)
        breaks.append(pages)
        marked += number == marked and _is_header(row.find(W + "trPr"))
    if marked >= len(rows):
        marked = 0
    yield from table_blocks(Table.of(cells, marked_rows=marked, breaks=breaks))
    yield from behind


def _word_cells(
    row: Any, contents: Sequence[tuple[Any, Sequence[RawBlock]]]
) -> tuple[list[_WordCell], int, list[RawBlock]]:
    """The cells of a row, the page breaks in it, and its notes and tables."""
    column = _number(value_of(row.find(W + "trPr"), "gridBefore"))
    cells: list[_WordCell] = []
    behind: list[RawBlock] = []
    pages = 0
    for element, blocks in contents:
        if column >= MAX_COLUMNS:
            break
        about = element.find(W + "tcPr")
        wide = min(max(1, _number(value_of(about, "gridSpan"))), MAX_COLUMNS - column)
        merge = None if about is None else about.find(W + "vMerge")
        goes_on = merge is not None and merge.get(W + "val") != "restart"
        own: list[RawBlock] = []
        for block in blocks:
            (behind if block.kind is BlockKind.NOTE or block.table is not None else own).append(block)
        pages = max(pages, sum(len(block.breaks) for block in own))
        texts = tuple(block.text for block in own if block.text)
        cells.append(_WordCell(column, wide, merge is not None, goes_on, texts))
        column += wide
    return cells, pages, behind


def _is_frame(row: Any, found: Sequence[_WordCell]) -> bool:
    """Whether a row is no data: tables with one text that names them, or among pages of text."""
    if row.find(f".//{W}tbl") is None or any(each.merged for each in found):
        return False
    counts = [len(each.paragraphs) for each in found if each.paragraphs]
    return len(counts) <= 1 or max(counts) >= _PAGE


def _add_row(
    found: Sequence[_WordCell], number: int, cells: list[Cell], open_cells: dict[int, int]
) -> dict[int, int]:
    """Adds the cells of one row; returns where those are that may go on below."""
    starts: dict[int, int] = {}
    for each in found:
        text = clean_cell(" ".join(each.paragraphs))
        if each.goes_on and not text and each.column in open_cells:
            at = open_cells[each.column]
            cells[at] = replace(cells[at], rows=number - cells[at].row + 1)
            starts[each.column] = at
        else:
            if each.merged:
                starts[each.column] = len(cells)
            cells.append(Cell(number, each.column, text, 1, each.wide))
    return starts


def _columns(found: Sequence[_WordCell]) -> list[_WordCell]:
    """The cells of a row that hold a column each, one paragraph a row; () for any other row.

    They have equally many short paragraphs, and those of one at least are figures. A cell over several
    columns may hold their figures side by side, parted by a tab.
    """
    told = [each for each in found if each.paragraphs]
    counts = {len(each.paragraphs) for each in told}
    if len(told) < 2 or len(counts) > 1 or counts == {1} or any(each.merged for each in found):
        return []
    if any(len(text) > _SHORT or re.search("[。；]", text) for each in told for text in each.paragraphs):
        return []
    parts = [part for each in told for part in _side_by_side(each)]
    figures = any(all(is_value(text) for text in part.paragraphs) for part in parts)
    return parts if figures else []


def _is_crowded(found: Sequence[_WordCell]) -> bool:
    """Whether several cells hold many short paragraphs, some of them figures."""
    many = [each for each in found if len(each.paragraphs) >= _MANY]
    texts = [text for each in many for text in each.paragraphs]
    figures = any(is_value(part) for text in texts for part in text.split())
    return len(many) > 1 and figures and all(len(text) <= _SHORT for text in texts)


def _side_by_side(cell: _WordCell) -> list[_WordCell]:
    lines = [text.split() for text in cell.paragraphs]
    if cell.wide < 2 or any(len(line) != cell.wide or not all(map(is_value, line)) for line in lines):
        return [cell]
    return [
        replace(cell, column=cell.column + k, wide=1, paragraphs=tuple(line[k] for line in lines))
        for k in range(cell.wide)
    ]


def _split(columns: Sequence[_WordCell], number: int) -> Iterator[Cell]:
    """The cells of columns as rows of their own, from row `number` on."""
    for each in columns:
        for k, text in enumerate(each.paragraphs):
            yield Cell(number + k, each.column, clean_cell(text), 1, each.wide)


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
