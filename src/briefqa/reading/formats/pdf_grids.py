"""Rules of a page → grids: where the lines of a table are, and which cells they leave whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from briefqa.reading.formats.pdf_rules import Rules

NEAR = 3.0  # points by which two rules of one grid line may differ
_MOST_CELLS = 40_000  # a grid of more is a drawing


@dataclass(frozen=True, slots=True)
class Region:
    """A cell of a grid, which may go over several rows and columns of it."""

    row: int
    column: int
    rows: int
    columns: int


@dataclass(slots=True, eq=False)
class Grid:
    """The places of the vertical and horizontal lines of one table, and what is drawn of them."""

    xs: list[float]
    ys: list[float]
    flat: list[tuple[float, float, float]]
    upright: list[tuple[float, float, float]]

    def regions(self) -> list[Region]:
        """The cells: neighbours that no line parts are one."""
        height, width = len(self.ys) - 1, len(self.xs) - 1
        below = [_covered(self.ys[r + 1], self.xs, self.flat) for r in range(height)]
        sides = [_covered(self.xs[c + 1], self.ys, self.upright) for c in range(width)]
        beside = [[sides[c][r] for c in range(width)] for r in range(height)]
        taken: set[tuple[int, int]] = set()
        found: list[Region] = []
        for r in range(height):
            for c in range(width):
                if (r, c) in taken:
                    continue
                right, low = c, r
                while right + 1 < width and not beside[r][right] and (r, right + 1) not in taken:
                    right += 1
                while (
                    low + 1 < height
                    and not any(below[low][c : right + 1])
                    and self._whole(beside, low + 1, c, right)
                ):
                    low += 1
                taken.update((i, j) for i in range(r, low + 1) for j in range(c, right + 1))
                found.append(Region(r, c, low - r + 1, right - c + 1))
        return found

    def _whole(self, beside: Sequence[Sequence[bool]], row: int, first: int, last: int) -> bool:
        """No line stands inside `first..last` of a row, and the cell does not reach further."""
        return not any(beside[row][first:last]) and (last + 1 >= len(self.xs) - 1 or beside[row][last])


def _covered(at: float, edges: Sequence[float], lines: Sequence[tuple[float, float, float]]) -> list[bool]:
    """Between which neighbouring edges a line is drawn at this height (or this far from the left)."""
    there = [(low, high) for place, low, high in lines if abs(place - at) <= NEAR]
    middles = [(a + b) / 2 for a, b in pairwise(edges)]
    return [any(low <= middle <= high for low, high in there) for middle in middles]


def grids(rules: Rules) -> Iterator[Grid]:
    """Grids of at least two columns."""
    count = len(rules.horizontal)
    group = list(range(count + len(rules.vertical)))

    def find(i: int) -> int:
        while group[i] != i:
            group[i] = group[group[i]]
            i = group[i]
        return i

    for h, (y, left, right) in enumerate(rules.horizontal):
        for v, (x, top, bottom) in enumerate(rules.vertical):
            if left - NEAR <= x <= right + NEAR and top - NEAR <= y <= bottom + NEAR:
                group[find(h)] = find(count + v)
    members: dict[int, list[int]] = {}
    for i in range(len(group)):
        members.setdefault(find(i), []).append(i)
    for indexes in members.values():
        flat = [rules.horizontal[i] for i in indexes if i < count]
        upright = [rules.vertical[i - count] for i in indexes if i >= count]
        if flat and upright:
            ends = [e for _, left, right in flat for e in (left, right)]
            xs = _distinct([x for x, _, _ in upright] + [min(ends), max(ends)])
            ys = _distinct([y for y, _, _ in flat] + [e for _, top, bottom in upright for e in (top, bottom)])
            if len(xs) >= 3 and len(ys) >= 2 and len(xs) * len(ys) <= _MOST_CELLS:
                yield Grid(xs, ys, flat, upright)


def _distinct(values: Sequence[float]) -> list[float]:
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > NEAR:
            kept.append(value)
    return kept
