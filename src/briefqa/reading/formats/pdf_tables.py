"""Tables of a page: ruled ones from their drawn lines, others from pieces in columns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from briefqa.reading.cells import Cell, is_value
from briefqa.reading.formats.pdf_glyphs import Piece
from briefqa.reading.formats.pdf_grids import NEAR, Grid, Region, grids
from briefqa.reading.formats.pdf_levels import Level, cell_of, levels, rows_of, shows_rows
from briefqa.reading.formats.pdf_rules import Rules

_LONGEST_PIECE = 400  # characters; no cell of a table holds such a line
_LEVEL = 0.25  # of a row's height, within which a figure is in its middle


@dataclass(slots=True, eq=False)
class Row:
    """One row of a table on one page; the `row` of its cells is always 0.

    `edges` are the left edges of the table's columns and its right edge, in points; rows with the
    same `edges` object are of one table.
    """

    cells: list[Cell]
    edges: tuple[float, ...]
    top: float
    left: float
    right: float
    bottom: float
    size: float


def ruled_tables(pieces: Sequence[Piece], rules: Rules) -> tuple[list[Row], list[Piece]]:
    """Rows of the tables that lines are drawn around, and the pieces outside them."""
    rows: list[Row] = []
    rest = list(pieces)
    for grid in grids(rules):
        xs, ys = grid.xs, grid.ys
        inside = [
            p
            for p in rest
            if xs[0] - NEAR <= (p.left + p.right) / 2 <= xs[-1] + NEAR
            and ys[0] - NEAR <= (p.top + p.bottom) / 2 <= ys[-1] + NEAR
        ]
        if len(inside) < 2 or any(len(p.text) > _LONGEST_PIECE for p in inside):
            continue
        found = _grid_rows(inside, grid)
        if found:
            rows += found
            taken = {id(p) for p in inside}
            rest = [p for p in rest if id(p) not in taken]
    return rows, rest


def _grid_rows(pieces: Sequence[Piece], grid: Grid) -> list[Row]:
    """The rows of a grid; none where text stands in one of its columns only: that is a frame."""
    regions = grid.regions()
    owner = {
        (r, c): region
        for region in regions
        for r in range(region.row, region.row + region.rows)
        for c in range(region.column, region.column + region.columns)
    }
    held: dict[Region, list[Piece]] = {}
    for piece in pieces:
        row = _slot(grid.ys, (piece.top + piece.bottom) / 2)
        column = _slot(grid.xs, piece.left + min(1.0, (piece.right - piece.left) / 2) + 1)
        held.setdefault(owner[row, column], []).append(piece)
    _to_own_rows(held, grid)
    columns = sorted({region.column for region in held})
    if len(columns) < 2:
        return []
    edges = tuple(grid.xs)
    bands = [[region for region in held if region.row == r] for r in range(len(grid.ys) - 1)]
    ruled = sum(map(bool, bands)) >= 3
    rows: list[tuple[int, Row]] = []
    for number, band in enumerate(bands):
        plain = [region for region in band if region.rows == 1]
        rows += [(number, row) for row in _band_rows(plain, held, edges, ruled)]
    for region in held:
        if region.rows > 1:
            _carry(region, held[region], rows, edges)
    return [row for _, row in sorted(rows, key=lambda pair: (pair[0], pair[1].bottom))]


def _to_own_rows(held: dict[Region, list[Piece]], grid: Grid) -> None:
    """Part a tall cell that holds a column of figures, one in the middle of each of several rows.

    No lines are drawn in it, but the figures are not one text: each belongs to its own row.
    """
    for region in [each for each in held if each.rows > 1 and each.columns == 1 and len(held[each]) >= 3]:
        found: dict[int, Piece] = {}
        for piece in held[region]:
            middle = (piece.top + piece.bottom) / 2
            row = _slot(grid.ys, middle)
            top, bottom = grid.ys[row : row + 2]
            if is_value(piece.text) and abs(middle - (top + bottom) / 2) < _LEVEL * (bottom - top):
                found[row] = piece
        if len(found) == len(held[region]):
            del held[region]
            held.update({Region(row, region.column, 1, 1): [piece] for row, piece in found.items()})


def _carry(
    region: Region, pieces: Sequence[Piece], rows: list[tuple[int, Row]], edges: tuple[float, ...]
) -> None:
    """Put a cell that spans rows into each of them."""
    text, boxes = cell_of(pieces)
    cell = Cell(0, region.column, text, 1, region.columns, boxes=boxes)
    spanned = [row for at, row in rows if region.row <= at < region.row + region.rows]
    if not spanned:
        rows.append((region.row, row_of([cell], pieces, edges)))
    for row in spanned:
        row.cells = sorted([*row.cells, cell], key=lambda each: each.column)


def _slot(edges: Sequence[float], value: float) -> int:
    return min(max(bisect_right(edges, value) - 1, 0), len(edges) - 2)


def _band_rows(
    band: Sequence[Region], held: dict[Region, list[Piece]], edges: tuple[float, ...], ruled: bool
) -> list[Row]:
    """The rows between two horizontal lines: one, or as many as its baselines show."""
    if not band:
        return []
    column_of = {id(p): region.column for region in band for p in held[region]}
    lines = []
    for line in levels([p for region in band for p in held[region]]):
        level = Level()
        for piece in line:
            level.cells.setdefault(column_of[id(piece)], []).append(piece)
        lines.append(level)
    width = {region.column: region.columns for region in band}
    rights = [edges[c + width.get(c, 1)] for c in range(len(edges) - 1)]
    groups = rows_of(lines, rights) if shows_rows(lines, ruled) else [lines]
    return [row_of_levels(group, width, edges) for group in groups]


def row_of_levels(group: Sequence[Level], width: dict[int, int], edges: tuple[float, ...]) -> Row:
    """The row that some levels are; `width` tells how many columns a cell spans."""
    cells: dict[int, list[Piece]] = {}
    for level in group:
        for column, pieces in level.cells.items():
            cells.setdefault(column, []).extend(pieces)
    made = []
    for column in sorted(cells):
        text, boxes = cell_of(cells[column])
        made.append(Cell(0, column, text, 1, width.get(column, 1), boxes=boxes))
    return row_of(made, [p for found in cells.values() for p in found], edges)


def row_of(cells: list[Cell], pieces: Sequence[Piece], edges: tuple[float, ...]) -> Row:
    """A row of cells on the page, where its pieces are."""
    return Row(
        cells,
        edges,
        min(p.top for p in pieces),
        min(p.left for p in pieces),
        max(p.right for p in pieces),
        max(p.bottom for p in pieces),
        median(p.size for p in pieces),
    )
