"""Headers of tables without cells drawn around them: which columns each stands over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from briefqa.reading.cells import is_value
from briefqa.reading.formats.pdf_bands import Cells
from briefqa.reading.formats.pdf_glyphs import Piece
from briefqa.reading.formats.pdf_seams import WholeRule, seams_between
from briefqa.reading.table_heads import is_filled_in
from briefqa.text.numbering import TO_TEN

Intervals = list[tuple[float, float]]  # from where to where each column reaches
_ABOVE = re.compile(rf"[（(]?\s*(?:计量)?单\s*位\s*[:：]|[（(【]?(?:续|附)?[图表]\s*[\d{TO_TEN}]")
_LONGEST_NAME = 20  # characters of a line that names a group of rows
_MOST = 0.6
_OFF = 0.25  # of a column, by which a header may be off the middle of those that it stands over
_PAD = 3.0  # points between a cell's border and its text
_FLUSH = 1.0  # points by which the ends of figures in one column differ when they stand at its edge


def columns_over(piece: Piece, columns: Intervals) -> list[int]:
    """The columns that a piece stands in or over."""
    return [k for k, (left, right) in enumerate(columns) if piece.left < right and piece.right > left]


def cell_borders(lines: Sequence[Cells], columns: Intervals, rules: Sequence[WholeRule]) -> list[float]:
    """Where the cells of each column begin and end: by the rules, else by how their text is aligned."""
    top, bottom = lines[0][0].baseline, lines[-1][0].baseline
    space = 3 * lines[0][0].size
    if seams := seams_between(columns, rules, top - space, bottom + space):
        return seams
    rows = [line for line in lines if len(line) == len(columns) and any(is_value(p.text) for p in line)]
    borders = [columns[0][0] - _PAD]
    for k, (a, b) in enumerate(pairwise(columns)):
        if _flush([-row[k].right for row in rows], [row[k].left for row in rows]):
            borders.append(min(a[1] + _PAD, b[0]))
        elif _flush([row[k + 1].left for row in rows], [row[k + 1].right for row in rows]):
            borders.append(max(b[0] - _PAD, a[1]))
        else:
            borders.append((a[1] + b[0]) / 2)
    last = columns[-1][1] + _PAD
    if not _flush([-row[-1].right for row in rows], [row[-1].left for row in rows]):
        last = max(last, columns[-1][0] + columns[-1][1] - borders[-1])  # as wide at its right as at its left
    return [*borders, last]


def _flush(ends: Sequence[float], others: Sequence[float]) -> bool:
    """Whether most texts begin together at one side, by its distance, and not at the other."""
    if len(ends) < 2:
        return False
    together = sum(end - min(ends) <= _FLUSH for end in ends)
    return together >= _MOST * len(ends) and max(others) - min(others) > 4 * _FLUSH


def names_rows(rows: Sequence[Cells], at: int, columns: Intervals) -> bool:
    """A short line between two rows, in the table's width and as near to them as they are to each other."""
    if not 0 < at < len(rows) - 1 or len(rows[at]) != 1 or len(rows[at][0].text) > _LONGEST_NAME:
        return False
    (name,) = rows[at]
    inside = name.left >= columns[0][0] - name.size and name.right <= columns[-1][1] + name.size
    above, below = (b[0].baseline - a[0].baseline for a, b in pairwise(rows[at - 1 : at + 2]))
    return inside and abs(above - below) < 0.5 * name.size and not says_of_table(rows[at])


def says_of_table(line: Cells) -> bool:
    """A line of a table's number, its unit or who filled it in."""
    return any(_ABOVE.match(piece.text) or is_filled_in(piece.text) for piece in line)


def leading_headers(lines: Sequence[Cells], columns: Intervals) -> int:
    """How many first lines can be headers of several columns: those above figures and full rows."""
    return next(
        (
            k
            for k, line in enumerate(lines)
            if len(line) >= len(columns) or any(is_value(piece.text) for piece in line)
        ),
        0,
    )


def header_spans(cells: Cells, borders: Sequence[float]) -> list[tuple[int, int]] | None:
    """Which columns each cell of a header row stands over: (first, last + 1); None where that is not clear.

    A header of several columns is printed over the middle of them, or at the left of the first. Neighbours
    leave no column out, but for those that have their header in the row below.
    """
    count = len(borders) - 1
    if len(cells) >= count or any(is_value(cell.text) for cell in cells):
        return None
    for end in range(count, len(cells), -1):
        for start in range(count):
            found = _tiled(cells, borders, start, end)
            # The first column is that of the rows' names; what is called alike is of as many columns.
            if found and (start or found[0][1] == 1) and _are_even(cells, found):
                return found
    starts = [next((k for k in range(count) if _is_flush(cell, borders[k])), count) for cell in cells]
    if count not in starts and all(a < b for a, b in pairwise(starts)):
        return [(k, k + 1) for k in starts]
    nearest = [_nearest_span(cell, borders) for cell in cells]
    spans = [span for span in nearest if span]
    apart = all(a[1] <= b[0] for a, b in pairwise(spans))
    return spans if apart and len(spans) == len(cells) else None


def _are_even(cells: Cells, spans: Sequence[tuple[int, int]]) -> bool:
    widths = {(cell.text, last - first) for cell, (first, last) in zip(cells, spans, strict=True)}
    return len(widths) == len({text for text, _ in widths})


def column_at(x: float, borders: Sequence[float]) -> int:
    """The column that is there on the page."""
    return next((k for k, border in enumerate(borders[1:-1]) if x < border), len(borders) - 2)


def _off(cell: Piece, borders: Sequence[float], first: int, last: int) -> float:
    return abs(borders[first] + borders[last] - cell.left - cell.right) / 2


def _is_over(cell: Piece, borders: Sequence[float], first: int, last: int) -> bool:
    """Whether a header stands over the middle of `columns[first:last]`, or at the left of that one column."""
    narrow = min(borders[first + 1] - borders[first], borders[last] - borders[last - 1])
    centred = _off(cell, borders, first, last) <= _OFF * narrow
    return centred or (last - first == 1 and _is_flush(cell, borders[first]))


def _is_flush(cell: Piece, border: float) -> bool:
    return 0 <= cell.left - border <= 2 * _PAD


def _nearest_span(cell: Piece, borders: Sequence[float]) -> tuple[int, int] | None:
    """The columns over whose middle a header stands best; None where it stands over that of none."""
    count = len(borders) - 1
    spans = [(first, last) for first in range(1, count) for last in range(first + 1, count + 1)]
    fitting = [span for span in [(0, 1), *spans] if _is_over(cell, borders, *span)]
    return min(
        fitting,
        key=lambda span: (round(_off(cell, borders, *span) / _PAD), span[1] - span[0]),
        default=None,
    )


def _tiled(cells: Cells, borders: Sequence[float], start: int, end: int) -> list[tuple[int, int]] | None:
    if not cells:
        return [] if start == end else None
    for stop in range(start + 1, end + 1):
        if _is_over(cells[0], borders, start, stop):
            rest = _tiled(cells[1:], borders, stop, end)
            if rest is not None:
                return [(start, stop), *rest]
    return None
