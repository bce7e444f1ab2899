"""Lines of a page → what stands side by side: the cells of a row may have more lines than one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from briefqa.reading.cells import is_value
from briefqa.reading.formats.pdf_glyphs import Piece
from briefqa.reading.formats.pdf_levels import Level, shows_rows
from briefqa.reading.formats.pdf_seams import WholeRule

Cells = Sequence[Piece]  # of a row from the left, one piece each
_OVERLAP = 0.96  # font sizes between baselines, below which two lines stand partly side by side
_LEADING = 1.3  # of half a line's height at most, when a cell of two lines stands beside one of one
_EVEN = 0.12  # font sizes by which a line may be off the middle of two
_RULED_ROWS = 4  # rows between rules of one length that show a table ruled row by row


@dataclass(slots=True, eq=False)
class Band:
    """Lines that may be one row: `lines[first:last]`, and its cells from the left, one piece each."""

    first: int
    last: int
    cells: Cells


def bands(lines: Sequence[Cells], rules: Sequence[WholeRule]) -> list[Band]:
    """The lines of a page, those of one row together where its form alone shows it.

    Either rules part each row from the next, or its cells are set in the middle of their height: then the
    lines of a cell of two stand half a line above and below a cell of one, as no lines of a text do.
    """
    found: list[Band] = []
    ruled = dict(_between_rules(lines, rules)) if len(rules) > _RULED_ROWS else {}
    at = 0
    while at < len(lines):
        ends = [ruled[at]] if at in ruled else _side_by_side(lines, at)
        for end in ends:
            together = lines[at:end]
            found.append(Band(at, end, together[0] if end - at == 1 else cells_of(together)))
            at = end
    return found


def _between_rules(lines: Sequence[Cells], rules: Sequence[WholeRule]) -> Iterator[tuple[int, int]]:
    """First and last + 1 line of rows that rules above and below part from the others."""
    tables: dict[tuple[int, int], list[WholeRule]] = defaultdict(list)
    for rule in rules:
        tables[rule.ends].append(rule)
    for same in tables.values():
        rows: list[tuple[int, int]] = []
        for top, bottom in pairwise(same):
            inside = [k for k, line in enumerate(lines) if top.y < line[0].baseline <= bottom.y]
            within = all(top.left - 1 <= p.left < p.right <= top.right + 1 for k in inside for p in lines[k])
            if inside and within and any(len(lines[k]) > 1 for k in inside):
                rows.append((inside[0], inside[-1] + 1))
            elif inside:
                yield from _as_rows(lines, rows)
                rows = []
        yield from _as_rows(lines, rows)


def _as_rows(lines: Sequence[Cells], rows: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    if len(rows) >= _RULED_ROWS:
        yield from (row for row in rows if not _holds_rows(lines[slice(*row)]))


def _holds_rows(lines: Sequence[Cells]) -> bool:
    if len(lines) < 2:
        return False
    columns = [(cell.left, cell.right) for cell in cells_of(lines)]
    placed = []
    for line in lines:
        level = Level()
        for piece in line:
            column = next(k for k, (left, right) in enumerate(columns) if left <= piece.left <= right)
            level.cells.setdefault(column, []).append(piece)
        placed.append(level)
    return shows_rows(placed, ruled=True)


def _side_by_side(lines: Sequence[Cells], first: int) -> list[int]:
    """Where the row that begins with a line ends; two places where header rows have a cell in common."""
    last = first + 1
    while last < len(lines) and _beside(lines[last - 1], lines[last]):
        last += 1
    if last - first == 1 and last + 1 < len(lines) and _stands_between(*lines[first : first + 3]):
        last = first + 3
    chain = lines[first:last]
    if len(chain) > 2 and not _is_mirrored(chain):
        words = not any(is_value(piece.text) for line in chain for piece in line)
        return [last - 1, last] if len(chain) == 3 and _apart(*chain) and words else [first + 1]
    return [last] if len(chain) > 2 else [first + 1]


def _beside(upper: Cells, lower: Cells) -> bool:
    gap = _gap(upper, lower)
    return gap < _OVERLAP * lower[0].size and gap < _OVERLAP * _size(upper, lower)


def _stands_between(upper: Cells, line: Cells, lower: Cells) -> bool:
    """Whether a line stands beside the middle of the two around it, set with more space between lines."""
    above, below = _gap(upper, line), _gap(line, lower)
    if above > _LEADING * line[0].size:  # as most are: no more needs to be looked at
        return False
    size = _size(upper, line, lower)
    if abs(above - below) > _EVEN * size or above > _LEADING * size:
        return False
    figures = any(is_value(piece.text) for piece in line)
    stacked = len(upper) < len(lower) > 2 and not any(is_value(piece.text) for piece in lower)
    return _apart(upper, line, lower) and (stacked or (figures and _is_mirrored((upper, line, lower))))


def _apart(upper: Cells, line: Cells, lower: Cells) -> bool:
    return not any(_overlapping(piece, each) for piece in line for each in (*upper, *lower))


def _is_mirrored(chain: Sequence[Cells]) -> bool:
    """Whether the lines around the middle one hold the same cells, each in the middle of its height.

    Not where they are figures: those are two rows, and what stands between them is of both.
    """
    return all(
        len(upper) == len(lower)
        and all(
            _overlapping(a, b) and (a is b or not (is_value(a.text) and is_value(b.text)))
            for a, b in zip(upper, lower, strict=True)
        )
        for upper, lower in zip(chain, reversed(chain), strict=True)
    )


def _gap(a: Cells, b: Cells) -> float:
    return b[0].baseline - a[0].baseline


def _size(*lines: Cells) -> float:
    return min(piece.size for line in lines for piece in line)


def _overlapping(a: Piece, b: Piece) -> bool:
    return a.left < b.right and b.left < a.right


def cells_of(lines: Sequence[Cells]) -> list[Piece]:
    """The pieces of some lines, those below each other as one."""
    groups: list[list[Piece]] = []
    right = float("-inf")
    for piece in sorted((p for line in lines for p in line), key=lambda p: p.left):
        if piece.left < right:
            groups[-1].append(piece)
        else:
            groups.append([piece])
        right = max(right, piece.right)
    return [_whole(sorted(group, key=lambda p: p.baseline)) for group in groups]


def _whole(pieces: Cells) -> Piece:
    if len(pieces) == 1:
        return pieces[0]
    text = "".join(piece.text for piece in pieces)
    sides = [(p.left, p.top, p.right, p.bottom) for p in pieces]
    low, high = np.min(sides, axis=0), np.max(sides, axis=0)
    box = np.array([low[0], low[1], high[2], high[3]], dtype=np.float32)
    middle = sum(piece.baseline for piece in pieces) / len(pieces)
    return Piece(text, np.tile(box, (len(text), 1)), middle, max(piece.size for piece in pieces))
