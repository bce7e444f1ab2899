"""Lines of a table without cells drawn around them → its rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from briefqa.reading.cells import is_value
from briefqa.reading.formats.pdf_bands import Band, Cells, bands, cells_of
from briefqa.reading.formats.pdf_glyphs import Piece
from briefqa.reading.formats.pdf_headers import (
    Intervals,
    cell_borders,
    column_at,
    columns_over,
    header_spans,
    leading_headers,
    names_rows,
)
from briefqa.reading.formats.pdf_levels import Level, rows_of
from briefqa.reading.formats.pdf_rules import Rules
from briefqa.reading.formats.pdf_seams import whole_rules
from briefqa.reading.formats.pdf_tables import Row, row_of_levels

_Placed = tuple[Level, dict[int, int]]  # what stands in each column, and over how many columns
_TIGHT = 0.88  # of the distance of rows, below which two lines are of one header
_WIDE = 0.6  # font sizes of a blank that can part two cells


def open_rows(lines: Sequence[Cells], columns: Intervals, rules: Rules) -> list[Row]:
    """The rows of a table without cells drawn around them."""
    edges = (columns[0][0], *((a[1] + b[0]) / 2 for a, b in pairwise(columns)), columns[-1][1])
    whole = whole_rules(rules)
    rows = bands(lines, whole)
    borders = cell_borders([row.cells for row in rows], columns, whole)
    rows = _with_whole_headers(rows, lines, borders)
    cells = [row.cells for row in rows]
    headers = leading_headers(cells, columns)
    placed: list[_Placed] = []
    for number, row in enumerate(rows):
        own = lines[row.first : row.last]
        joined = any(len(_parted(piece, columns)) > 1 for line in own for piece in line)
        spans = None if joined or number >= headers else header_spans(row.cells, borders)
        if spans:
            placed.append(_placed_header(row.cells, own, spans))
        elif _is_centred(row.cells, columns) and names_rows(cells, number, columns):
            placed.append((Level({0: list(own[0])}), {0: len(columns)}))
        else:
            placed.append(_placed(own, columns, borders))
    # A row that fills every column goes on nothing: without rules no edge tells which cells were full.
    rights = [*(b[0] - 6.0 for b in columns[1:]), columns[-1][1]]
    ends = [
        max([p.right for level, width in placed if width.get(k) == 1 for p in level.cells[k]], default=right)
        for k, (_, right) in enumerate(columns)
    ]
    widths = {id(level): width for level, width in placed}
    levels = [level for level, _ in placed]
    groups = [[level] for level in levels[:headers]] + rows_of(levels[headers:], rights, ends)
    made = []
    for group in groups:
        merged: dict[int, int] = {}
        for level in group:
            for column, wide in widths[id(level)].items():
                merged[column] = max(wide, merged.get(column, 1))
        made.append(row_of_levels(group, merged, edges))
    return made


def _with_whole_headers(rows: Sequence[Band], lines: Sequence[Cells], borders: Sequence[float]) -> list[Band]:
    """The rows, the lines of a wrapped header as one: they are closer than rows, and below each other."""
    figures = [any(is_value(piece.text) for piece in row.cells) for row in rows]
    count = figures.index(True) if True in figures else 0
    gaps = [lines[b.first][0].baseline - lines[a.last - 1][0].baseline for a, b in pairwise(rows[count:])]
    found = list(rows[:count])
    for upper, lower in reversed(list(pairwise(rows[:count]))):
        gap = lines[lower.first][0].baseline - lines[upper.last - 1][0].baseline
        if gaps and gap < _TIGHT * min(gaps) and _wraps(upper.cells, lower.cells, borders):
            at = found.index(upper)
            last = found.pop(at + 1).last
            found[at] = Band(upper.first, last, cells_of(lines[upper.first : last]))
    return [*found, *rows[count:]]


def _wraps(upper: Cells, lower: Cells, borders: Sequence[float]) -> bool:
    """Whether each cell of the shorter of two header lines stands above or below one of the other."""
    if any(last - first > 1 for first, last in header_spans(upper, borders) or ()):
        return False
    few, many = sorted((upper, lower), key=len)
    found = [[k for k, b in enumerate(many) if a.left < b.right and b.left < a.right] for a in few]
    return all(len(each) == 1 for each in found) and len({k for each in found for k in each}) == len(few)


def _placed_header(cells: Cells, lines: Sequence[Cells], spans: Sequence[tuple[int, int]]) -> _Placed:
    level = Level()
    for cell, (first, _) in zip(cells, spans, strict=True):
        level.cells[first] = [p for line in lines for p in line if cell.left <= p.left <= cell.right]
    return level, {first: end - first for first, end in spans}


def _placed(lines: Sequence[Cells], columns: Intervals, borders: Sequence[float]) -> _Placed:
    """The cells of a row by column, and how many columns each goes over."""
    level = Level()
    width: dict[int, int] = {}
    parts = [part for line in lines for piece in line for part in _parted(piece, columns)]
    for number, part in enumerate(parts):
        full = len(lines) == 1 and len(parts) == len(columns)
        over = [number] if full else columns_over(part, columns)
        column = over[0] if over else column_at((part.left + part.right) / 2, borders)
        level.cells.setdefault(column, []).append(part)
        width[column] = max(len(over), width.get(column, 1))
    return level, width


def _is_centred(cells: Cells, columns: Intervals) -> bool:
    """Whether the only text of a line stands in the middle of the table."""
    off = (cells[0].left + cells[0].right - columns[0][0] - columns[-1][1]) / 2
    return len(cells) == 1 and cells[0].left > columns[0][1] and abs(off) < 2 * cells[0].size


def _parted(piece: Piece, columns: Intervals) -> list[Piece]:
    """A piece over several columns, cut where its blanks are as wide as those between cells."""
    if len(columns_over(piece, columns)) < 2:
        return [piece]
    wide = piece.boxes[:, 2] - piece.boxes[:, 0] >= _WIDE * piece.size
    parts: list[Piece] = []
    start = 0
    for at, char in enumerate([*piece.text, " "]):
        if at == len(piece.text) or (char.isspace() and wide[at]):
            if piece.text[start:at].strip():
                parts.append(Piece(piece.text[start:at], piece.boxes[start:at], piece.baseline, piece.size))
            start = at + 1
    return parts if any(len(part.text) > 1 for part in parts) else [piece]  # else a word set apart
