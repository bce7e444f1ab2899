"""Tables of a page: ruled ones from their drawn lines, others from pieces in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from briefqa.reading.formats.base import Boxes
from briefqa.reading.formats.lines import join_text
from briefqa.reading.formats.pdf_glyphs import Piece, Rules

_NEAR = 3.0  # points by which two rules of one grid line may differ
CELL_MARK = " | "


@dataclass(slots=True, eq=False)
class Row:
    """One row of a table: cells joined by ` | `, with the boxes of its characters."""

    text: str
    boxes: Boxes
    top: float
    left: float
    right: float
    bottom: float
    size: float


def ruled_tables(pieces: Sequence[Piece], rules: Rules) -> tuple[list[Row], list[Piece]]:
    """Rows of the tables that lines are drawn around, and the pieces outside them."""
    rows: list[Row] = []
    rest = list(pieces)
    for xs, ys in _grids(rules):
        inside = [
            p
            for p in rest
            if xs[0] - _NEAR <= (p.left + p.right) / 2 <= xs[-1] + _NEAR
            and ys[0] - _NEAR <= (p.top + p.bottom) / 2 <= ys[-1] + _NEAR
        ]
        if len(inside) < 2 or any(len(p.text) > 400 for p in inside):
            continue
        rows += _grid_rows(inside, xs, ys)
        taken = {id(p) for p in inside}
        rest = [p for p in rest if id(p) not in taken]
    return rows, rest


def _grids(rules: Rules) -> list[tuple[list[float], list[float]]]:
    """Grids of at least two columns: the places of their vertical and horizontal lines."""
    count = len(rules.horizontal)
    group = list(range(count + len(rules.vertical)))

    def find(i: int) -> int:
        while group[i] != i:
            group[i] = group[group[i]]
            i = group[i]
        return i

    for h, (y, left, right) in enumerate(rules.horizontal):
        for v, (x, top, bottom) in enumerate(rules.vertical):
            if left - _NEAR <= x <= right + _NEAR and top - _NEAR <= y <= bottom + _NEAR:
                group[find(h)] = find(count + v)
    members: dict[int, list[int]] = {}
    for i in range(len(group)):
        members.setdefault(find(i), []).append(i)
    grids = []
    for indexes in members.values():
        flat = [rules.horizontal[i] for i in indexes if i < count]
        upright = [rules.vertical[i - count] for i in indexes if i >= count]
        if not flat or not upright:
            continue
        ends = [e for _, left, right in flat for e in (left, right)]
        xs = _distinct([x for x, _, _ in upright] + [min(ends), max(ends)])
        ys = _distinct([y for y, _, _ in flat] + [e for _, top, bottom in upright for e in (top, bottom)])
        if len(xs) >= 3 and len(ys) >= 2:
            grids.append((xs, ys))
    return grids


def _distinct(values: Sequence[float]) -> list[float]:
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > _NEAR:
            kept.append(value)
    return kept


def _grid_rows(pieces: Sequence[Piece], xs: Sequence[float], ys: Sequence[float]) -> list[Row]:
    cells: dict[tuple[int, int], list[Piece]] = {}
    for piece in pieces:
        row = sum(y <= (piece.top + piece.bottom) / 2 for y in ys)
        # A heading over several columns belongs to the first of them.
        inside = [sum(x <= c + 1 for x in xs) for c in (piece.left, (piece.left + piece.right) / 2)]
        cells.setdefault((row, inside[0] or inside[1]), []).append(piece)
    rows = []
    for r in sorted({row for row, _ in cells}):
        texts, boxes = [], []
        for column in sorted(c for row, c in cells if row == r):
            text, box = _cell(cells[r, column])
            texts.append(text)
            boxes.append(box)
        inner = [piece for (row, _), cell in cells.items() if row == r for piece in cell]
        rows.append(_row(texts, boxes, inner))
    return rows


def _row(texts: Sequence[str], boxes: Sequence[Boxes], pieces: Sequence[Piece]) -> Row:
    mark = np.full((len(CELL_MARK), 4), np.nan, dtype=np.float32)
    parts: list[Boxes] = []
    for k, box in enumerate(boxes):
        parts += [mark, box] if k else [box]
    return Row(
        CELL_MARK.join(texts),
        np.concatenate(parts),
        min(p.top for p in pieces),
        min(p.left for p in pieces),
        max(p.right for p in pieces),
        max(p.bottom for p in pieces),
        sorted(p.size for p in pieces)[len(pieces) // 2],
    )


def _cell(pieces: Sequence[Piece]) -> tuple[str, Boxes]:
    """The lines of one cell, joined as running text."""
    text, boxes = "", np.empty((0, 4), dtype=np.float32)
    last: Piece | None = None
    for piece in sorted(pieces, key=lambda p: (round(p.baseline / 2), p.left)):
        same_line = last is not None and abs(last.baseline - piece.baseline) < 0.4 * piece.size
        glue = " " if same_line else join_text(text, piece.text)
        blank = np.full((len(glue), 4), np.nan, dtype=np.float32)
        text += glue + piece.text
        boxes = np.concatenate([boxes, blank, piece.boxes])
        last = piece
    return text, boxes


def open_tables(rows: Sequence[Sequence[Piece]]) -> list[bool]:
    """Which lines, each given as its pieces from the left, are rows of a table without rules.

    A table is two lines of three columns, or three of two, below each other with the columns at
    the same places.
    """
    marks = [False] * len(rows)
    start = 0
    while start < len(rows):
        end = start + 1
        while end < len(rows) and _aligned(rows[end - 1], rows[end]):
            end += 1
        if len(rows[start]) >= 2 and end - start >= (2 if len(rows[start]) >= 3 else 3):
            marks[start:end] = [True] * (end - start)
        start = end
    return marks


def _aligned(a: Sequence[Piece], b: Sequence[Piece]) -> bool:
    if len(a) < 2 or len(a) != len(b):
        return False
    size = max(p.size for p in (*a, *b))
    if b[0].baseline - a[0].baseline > 3.5 * size:
        return False

    def near(p: Piece, q: Piece) -> bool:
        middle = abs(p.left + p.right - q.left - q.right) / 2
        return min(abs(p.left - q.left), abs(p.right - q.right), middle) <= 0.8 * size

    return all(near(p, q) for p, q in zip(a, b, strict=True))


def open_row(pieces: Sequence[Piece]) -> Row:
    """A row of a table without rules."""
    return _row([p.text for p in pieces], [p.boxes for p in pieces], pieces)
