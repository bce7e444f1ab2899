"""Pages of pieces → lines in reading order: columns, tables, notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np

from briefqa.reading.formats.base import Boxes
from briefqa.reading.formats.pdf_furniture import body_size, furniture, running_head
from briefqa.reading.formats.pdf_glyphs import PageText, Piece
from briefqa.reading.formats.pdf_headers import Intervals
from briefqa.reading.formats.pdf_levels import levels
from briefqa.reading.formats.pdf_open import open_runs
from briefqa.reading.formats.pdf_open_rows import open_rows
from briefqa.reading.formats.pdf_rules import Rules
from briefqa.reading.formats.pdf_seams import parted_at_seams
from briefqa.reading.formats.pdf_tables import Row, ruled_tables

_LEVEL = 0.25  # share of lines that are by chance level with one of another column
_MOST_STEPS = 7_200  # in which a page is looked through from left to right, 2 points each at its widest
NOTE = re.compile(
    r"(?:[①-⑳]|[¹²³⁰-⁹]{1,3}|[\[〔［(（]\d{1,3}[\]〕］)）]|\*|注\s*[:：]|\d{1,3}(?=[^\d\s.、．,，%％年月日]))"
)


@dataclass(slots=True, eq=False)
class Line:
    """One printed line of one column; `boxes` in fractions of the page."""

    text: str
    boxes: Boxes
    left: float
    right: float
    baseline: float
    size: float
    page: int  # from 0
    column: tuple[int, int, int]  # (which, of how many, page width): lines that share margins
    kind: str = "line"  # line, row or note
    ocr: bool = False
    row: Row | None = None  # of a table, when the kind is row
    scale: tuple[float, float] = (1.0, 1.0)  # width and height of the page in points


def lines_in_order(pages: Sequence[PageText]) -> tuple[list[list[Line]], int, str]:
    """The lines of each page in reading order, how many running lines were left out, and the running head."""
    for page in pages:
        page.pieces = parted_at_seams(page.pieces, page.rules)
    tables = [ruled_tables(page.pieces, page.rules) for page in pages]
    open_tables = _in_open_tables([rest for _, rest in tables], pages)
    running = [
        drop & {id(p) for p in rest} - inside
        for drop, (_, rest), inside in zip(furniture(pages), tables, open_tables, strict=True)
    ]
    removed = 0
    kept: list[list[Piece]] = []
    for page, drop, (_, rest) in zip(pages, running, tables, strict=True):
        kept.append([p for p in page.pieces if id(p) not in drop])
        removed += len({round(p.baseline) for p in page.pieces if id(p) in drop})
        rest[:] = [p for p in rest if id(p) not in drop]
    gutters = _document_gutters([rest for _, rest in tables], pages)
    body = body_size(kept)
    ordered: list[list[Line]] = []
    columns: Intervals | None = None  # of the open table that the page before ends with
    for i, (page, (rows, rest), gutter) in enumerate(zip(pages, tables, gutters, strict=True)):
        edges = [float("-inf"), *gutter, float("inf")]
        printed, bare, columns = _printed_lines(rest, edges, page.rules, columns)
        ordered.append(_page_lines(i, page, [*rows, *bare], printed, edges, body))
    return ordered, removed, running_head(pages, running)


def _document_gutters(
    pieces: Sequence[Sequence[Piece]], pages: Sequence[PageText]
) -> list[tuple[float, ...]]:
    """For each page the x of the blank bands between its columns.

    The last page of a document may hold too few lines to show them; it takes those of the others.
    """
    found = [_gutters(p, page.width) for p, page in zip(pieces, pages, strict=True)]
    shown = Counter(tuple(round(x / 12) for x in g) for g in found if g)
    if not shown or sum(shown.values()) * 3 < len(pages):
        return found
    usual_key = shown.most_common(1)[0][0]
    usual = next(g for g in found if tuple(round(x / 12) for x in g) == usual_key)
    return [
        g or (usual if p and _crossing(p, usual[0]) <= 0.12 * len(p) + 1 and _fits(p, usual) else ())
        for g, p in zip(found, pieces, strict=True)
    ]


def _crossing(pieces: Sequence[Piece], x: float) -> int:
    return sum(p.left < x - 1 and p.right > x + 1 for p in pieces)


def _fits(pieces: Sequence[Piece], gutters: Sequence[float]) -> bool:
    return any(p.right <= gutters[0] for p in pieces)


def _gutters(pieces: Sequence[Piece], width: float) -> tuple[float, ...]:
    prose = [p for p in pieces if len(p.text) >= 2]
    if len(prose) < 16:
        return ()
    step = max(2.0, width / _MOST_STEPS)
    xs = np.arange(0.22 * width, 0.78 * width, step)
    left = np.array([p.left for p in prose])
    right = np.array([p.right for p in prose])
    crossing = ((left[:, None] < xs - 1) & (right[:, None] > xs + 1)).sum(axis=0)
    free = crossing <= 0.12 * len(prose)
    bands: list[float] = []
    start = None
    for k, is_free in enumerate([*free, False]):
        if is_free and start is None:
            start = k
        elif not is_free and start is not None:
            if step * (k - start) >= 6:
                low = int(crossing[start:k].min())
                best = [xs[j] for j in range(start, k) if crossing[j] == low]
                bands.append(float(median(best)))
            start = None
    for count in (2, 1):
        if len(bands) == count and (_are_columns(prose, bands) or _stand_apart(prose, bands)):
            return tuple(bands)
    return ()


def _are_columns(pieces: Sequence[Piece], gutters: Sequence[float]) -> bool:
    """Each column is filled with prose: long pieces that reach across it."""
    edges = [min(p.left for p in pieces), *gutters, max(p.right for p in pieces)]
    for low, high in pairwise(edges):
        column = [p for p in pieces if p.left >= low - 2 and p.right <= high + 2]
        if len(column) < 6:
            return False
        widths = [p.right - p.left for p in column]
        if median(widths) < 0.6 * (high - low) or median(len(p.text) for p in column) < 8:
            return False
    return True


def _stand_apart(pieces: Sequence[Piece], gutters: Sequence[float]) -> bool:
    """Nothing crosses from column to column, and their lines are not level, as those of a table's rows are.

    So folded sheets are printed, whose columns hold little or are ragged; two of them hold prose.
    """
    if any(_crossing(pieces, x) for x in gutters):
        return False
    at = np.searchsorted(gutters, [p.left for p in pieces])
    columns = [[p for p, c in zip(pieces, at, strict=True) if c == k] for k in range(len(gutters) + 1)]
    long = [len(c) >= 6 and median(len(p.text) for p in c) >= 8 for c in columns]
    if sum(long) < 2 or min(map(len, columns)) < 3:
        return False
    size = median(p.size for p in pieces)
    if any(min(p.left for p in b) - max(p.right for p in a) < 2 * size for a, b in pairwise(columns)):
        return False
    return _share_level([[p.baseline for p in c] for c in columns], 0.1 * size) < _LEVEL


def _share_level(columns: Sequence[Sequence[float]], apart: float) -> float:
    """The share of baselines that are level with one of another column.

    Each is compared with its neighbours among those only: a page may hold a hundred thousand pieces.
    """
    level = 0
    for k, column in enumerate(columns):
        y = np.array(column)
        others = np.sort(np.concatenate([each for j, each in enumerate(columns) if j != k]))
        after = np.searchsorted(others, y)
        below = others[np.minimum(after, len(others) - 1)]
        above = others[np.maximum(after - 1, 0)]
        level += int((np.minimum(np.abs(below - y), np.abs(y - above)) < apart).sum())
    return level / sum(map(len, columns))


def _page_lines(
    index: int,
    page: PageText,
    rows: Sequence[Row],
    printed: Sequence[Sequence[Piece]],
    edges: Sequence[float],
    body: float,
) -> list[Line]:
    """The lines and table rows of one page in reading order."""
    scale = np.array([page.width, page.height, page.width, page.height], dtype=np.float32)
    lines = [_row_line(row, scale, index) for row in rows]
    lines += [_line(pieces, scale, index, page.ocr) for pieces in printed]
    ordered = _in_columns(lines, edges, round(page.width))
    _mark_notes(ordered, page, body)
    return ordered


def _in_columns(lines: Sequence[Line], edges: Sequence[float], width: int) -> list[Line]:
    """Columns one after the other, between the lines that go over several of them."""
    count = len(edges) - 1
    columns: list[list[Line]] = [[] for _ in range(count)]
    spanning: list[Line] = []
    for line in sorted(lines, key=lambda line: line.baseline):
        at = [c for c in range(count) if line.left >= edges[c] - 4 and line.right <= edges[c + 1] + 4]
        line.column = (at[0], count, width) if at else (0, 1, width)
        (columns[at[0]] if at else spanning).append(line)
    ordered: list[Line] = []
    for bar in spanning:
        for column in columns:
            above = [line for line in column if line.baseline < bar.baseline]
            ordered += above
            del column[: len(above)]
        ordered.append(bar)
    return ordered + [line for column in columns for line in column]


def _row_line(row: Row, scale: Boxes, index: int) -> Line:
    size = (float(scale[0]), float(scale[1]))
    none = np.empty((0, 4), dtype=np.float32)
    column = (0, 1, 0)
    return Line(
        "", none, row.left, row.right, row.bottom, row.size, index, column, "row", row=row, scale=size
    )


def _printed_lines(
    pieces: Sequence[Piece], edges: Sequence[float], rules: Rules, before: Intervals | None
) -> tuple[list[list[Piece]], list[Row], Intervals | None]:
    """Pieces on one height in one column, from the top, and the rows of tables without cells.

    Also the columns of the table that the page ends with; `before` are those of the page before.
    """
    lines: list[list[Piece]] = []
    for low, high in pairwise(edges):
        inside = [p for p in pieces if p.left >= low - 4 and p.right <= high + 4]
        lines += levels(inside)
    placed = {id(p) for line in lines for p in line}
    lines += levels([p for p in pieces if id(p) not in placed])
    if len(edges) > 2:
        return lines, [], None
    rows: list[Row] = []
    printed: list[list[Piece]] = []
    last = 0
    columns: Intervals | None = None
    for start, end, columns in open_runs(lines, rules, before):
        printed += lines[last:start]
        rows += open_rows(lines[start:end], columns, rules)
        last = end
    return printed + lines[last:], rows, columns if last == len(lines) else None


def _in_open_tables(pieces: Sequence[Sequence[Piece]], pages: Sequence[PageText]) -> list[set[int]]:
    """For each page the pieces, by id, of tables without cells: no running line is taken from there."""
    found: list[set[int]] = []
    columns: Intervals | None = None
    for rest, page in zip(pieces, pages, strict=True):
        lines = levels(rest)
        runs = open_runs(lines, page.rules, columns)
        found.append({id(p) for start, end, _ in runs for line in lines[start:end] for p in line})
        at_foot = bool(runs) and runs[-1][1] >= len(lines) - 2  # but for a footer
        columns = runs[-1][2] if at_foot else None
    return found


def _line(pieces: Sequence[Piece], scale: Boxes, index: int, ocr: bool) -> Line:
    blank = np.full((1, 4), np.nan, dtype=np.float32)
    boxes: list[Boxes] = []
    for k, piece in enumerate(pieces):
        boxes += [blank, piece.boxes / scale] if k else [piece.boxes / scale]
    longest = max(pieces, key=lambda p: len(p.text))
    return Line(
        " ".join(p.text for p in pieces),
        np.concatenate(boxes).astype(np.float32),
        pieces[0].left,
        pieces[-1].right,
        longest.baseline,
        longest.size,
        index,
        (0, 1, 0),
        ocr=ocr,
    )


def _mark_notes(lines: Sequence[Line], page: PageText, body: float) -> None:
    """Small print at the foot of the page that a note's mark begins."""
    foot = []
    for line in sorted(lines, key=lambda line: -line.baseline):
        if line.kind != "line" or line.ocr or line.size > 0.9 * body or line.baseline < 0.5 * page.height:
            break
        foot.append(line)
    while foot and not NOTE.match(foot[-1].text):
        foot.pop()
    for line in foot:
        line.kind = "note"
