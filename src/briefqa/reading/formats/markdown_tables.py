"""Tables of Markdown whose rows hold more cells than their header row.

CommonMark drops such cells, and those that stay stand below the wrong headings. Here none is lost, and a
heading is claimed only where the rows themselves show which columns it spans.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as read_table

from briefqa.reading.cells import Cell, is_value
from briefqa.reading.formats.table_blocks import clean_cell
from briefqa.reading.tables import MAX_COLUMNS, Table

_BAR = re.compile(r"(?<!\\)\|")
_HEADS, _LATER = "、", " ｜ "  # between headings, and between cells, that have no columns


def table_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The parser's rule for tables; `meta["extra"]` of a row's token holds the cells it would drop."""
    known = len(state.tokens)
    found = read_table(state, start, end, silent)
    columns = 0
    for token in state.tokens[known:] if found else ():
        columns += token.type == "th_open"
        if token.type == "tr_open" and token.map and columns:
            line = token.map[0]
            written = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()
            cells = _BAR.split(written.removeprefix("|"))
            if not cells[-1].strip():
                cells.pop()
            extra = [cell.strip().replace("\\|", "|") for cell in cells[columns:]]
            if any(extra):
                kept = extra[: MAX_COLUMNS - 1]
                token.meta["extra"] = [*kept, *filter(None, [" ".join(extra[MAX_COLUMNS - 1 :])])]
    return found


def is_wide(cells: Sequence[Cell]) -> bool:
    """Whether a row below the first one has more cells than it."""
    lines = _lines(cells)
    return any(len(line) > len(lines[0]) for line in lines[1:])


def wide_table(cells: Sequence[Cell]) -> Table:
    """The table of cells whose first row, the headings, is narrower than others.

    A heading spans several columns where the row below repeats the same names for each of them. Else the
    headings become a caption, or, where they fit most rows, the wider rows become lines without columns.
    """
    lines = _lines(cells)
    heads, body = lines[0], lines[1:]
    width = max(map(len, body))
    if spanned := _spanned(heads, body[0]):
        return Table.of([*spanned, *(cell for line in body for cell in line)], marked_rows=2)
    wider = sum(len(line) > len(heads) for line in body)
    if wider * 2 < len(body):
        rows = [line if len(line) <= len(heads) else [_whole(line, len(heads), _LATER)] for line in body]
        return Table.of([*heads, *(cell for line in rows for cell in line)], marked_rows=1)
    caption = _whole(heads, width, _HEADS)
    if not caption.text:
        return Table.of([replace(cell, row=cell.row - 1) for line in body for cell in line])
    told = Table.of([caption, *(cell for line in body for cell in line)])
    return told if told.header_rows else replace(told, header_rows=1)


def _lines(cells: Sequence[Cell]) -> list[list[Cell]]:
    lines: list[list[Cell]] = [[] for _ in range(max(cell.row for cell in cells) + 1)]
    for cell in cells:
        lines[cell.row].append(cell)
    return lines


def _spanned(heads: Sequence[Cell], below: Sequence[Cell]) -> list[Cell] | None:
    """The headings over the columns that they span; None where the row below does not show it."""
    for labels in (1, 0):  # columns of labels on the left, each below a heading of its own
        over, names = heads[labels:], [cell.text for cell in below[labels:]]
        each, rest = divmod(len(names), len(over)) if over else (0, 1)
        period = names[:each]
        told = len(set(period)) == each > 1 and all(name and not is_value(name) for name in period)
        if told and not rest and names == period * len(over):
            first = [replace(cell, rows=1) for cell in heads[:labels]]
            wide = [replace(cell, column=labels + k * each, columns=each) for k, cell in enumerate(over)]
            return [*first, *wide]
    return None


def _whole(line: Sequence[Cell], width: int, mark: str) -> Cell:
    text = clean_cell(mark.join(cell.text for cell in line if cell.text))
    return Cell(line[0].row, 0, text, 1, width)
