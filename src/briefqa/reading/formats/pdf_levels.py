"""Pieces of a table → its rows: by baselines, where no rule parts them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from briefqa.reading.cells import is_value
from briefqa.reading.formats.base import Boxes
from briefqa.reading.formats.lines import join_text
from briefqa.reading.formats.pdf_glyphs import Piece

_LEADING = 1.75  # font sizes between two lines of one cell
_FULL = 1.3  # font sizes at the right of a column in which nothing more would have fitted


@dataclass(slots=True, eq=False)
class Level:
    """Pieces of a table on one baseline, by the column that they begin in."""

    cells: dict[int, list[Piece]] = field(default_factory=dict)

    @property
    def baseline(self) -> float:
        """Of its first piece."""
        return next(iter(self.cells.values()))[0].baseline

    @property
    def foot(self) -> float:
        """The lowest baseline: a cell may have several lines."""
        return max(piece.baseline for pieces in self.cells.values() for piece in pieces)

    @property
    def head(self) -> float:
        """The highest baseline."""
        return min(piece.baseline for pieces in self.cells.values() for piece in pieces)

    @property
    def size(self) -> float:
        """The largest font size."""
        return max(piece.size for pieces in self.cells.values() for piece in pieces)

    def text(self, column: int) -> str:
        """What stands in a column."""
        return " ".join(piece.text for piece in self.cells.get(column, ()))


def levels(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces on one height each, from the top; each from the left."""
    found: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: p.baseline):
        last = found[-1][-1] if found else None
        if last is not None and abs(last.baseline - piece.baseline) <= 0.35 * min(piece.size, last.size):
            found[-1].append(piece)
        else:
            found.append([piece])
    return [sorted(line, key=lambda p: p.left) for line in found]


def shows_rows(lines: Sequence[Level], ruled: bool) -> bool:
    """Whether what stands between two rules is several rows, rather than the lines of one.

    Rows have a label and something beside it. Where rules part other rows of the table (`ruled`),
    only a column of figures shows that these are rows too.
    """
    first = min(column for line in lines for column in line.cells)
    labelled = sum(first in line.cells and len(line.cells) > 1 for line in lines)
    if not ruled:
        return labelled >= 2 and labelled >= 0.6 * len(lines)
    columns = {column for line in lines for column in line.cells} - {first}
    figures = any(_holds_figures(lines, c) and sum(c in line.cells for line in lines) >= 3 for c in columns)
    return figures and labelled >= 0.7 * len(lines)


def rows_of(lines: Sequence[Level], rights: Sequence[float], ends: Sequence[float] = ()) -> list[list[Level]]:
    """Which levels are one row: a figure opens a row, and text goes on where its cell was full.

    `rights` are the right edges of the columns; `ends`: where the longest texts of columns end that no lines
    part.
    """
    if len(lines) < 2:
        return [list(lines)]
    linked = [False] * len(lines)
    if ends:
        labels = [i for i, line in enumerate(lines) if i and line.cells.keys() == {0}]
        wrapped = len(labels) > 1 and all(_fills(lines[i - 1], {0}, ends) for i in labels)
        linked = [_is_linked(lines, i, ends) or (wrapped and i + 1 in labels) for i in range(len(lines))]
    figures = [c for c in range(1, len(rights)) if _holds_figures(lines, c)]
    anchors = [i for i, line in enumerate(lines) if any(is_value(line.text(c)) for c in figures)]
    if len(anchors) >= 2:
        return _around(lines, anchors, rights, linked)
    rows = [[lines[0]]]
    for i, line in enumerate(lines[1:]):
        if linked[i] or _goes_on(rows[-1], line, rights):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _is_linked(lines: Sequence[Level], i: int, ends: Sequence[float]) -> bool:
    """Whether a level is closer to the next one than rows are to each other, and goes on in it."""
    if i + 1 >= len(lines):
        return False
    line, below = lines[i : i + 2]
    gap = below.head - line.foot
    around = [lines[k + 1].head - lines[k].foot for k in (i - 1, i + 1) if 0 <= k < len(lines) - 1]
    shared = line.cells.keys() & below.cells.keys()
    near = gap <= _LEADING * line.size and gap < max(around, default=gap) - 0.1 * line.size
    both = len(line.cells) == len(below.cells) == len(ends) > 2
    return bool(shared) and near and not both and _fills(line, shared, ends)


def _fills(line: Level, columns: Collection[int], ends: Sequence[float]) -> bool:
    """Whether the texts of a level are as long as those of their columns get."""
    return all(
        c in line.cells and ends[c] - max(p.right for p in line.cells[c]) <= _FULL * line.size
        for c in columns
    )


def _holds_figures(lines: Sequence[Level], column: int) -> bool:
    texts = [text for line in lines if (text := line.text(column))]
    return len(texts) >= 2 and sum(map(is_value, texts)) >= 0.7 * len(texts)


def _around(
    lines: Sequence[Level], anchors: Sequence[int], rights: Sequence[float], linked: Sequence[bool]
) -> list[list[Level]]:
    """Each level with a figure opens a row; the others belong to one close by or are rows too."""
    owner: list[int] = []
    pitch = min((lines[b].baseline - lines[a].baseline for a, b in pairwise(anchors)), default=0.0)
    chained = _in_chains(anchors, linked)
    for i, line in enumerate(lines):
        if i in anchors or i in chained:
            owner.append(chained.get(i, i))
            continue
        above = max((a for a in anchors if a < i), default=None)
        below = min((a for a in anchors if a > i), default=None)
        up = line.baseline - lines[above].baseline if above is not None else float("inf")
        down = lines[below].baseline - line.baseline if below is not None else float("inf")
        near = min(up, down)
        leading = _LEADING * line.size
        if near > min(leading, 0.85 * pitch) and not _goes_on([lines[i - 1]] if i else [], line, rights):
            owner.append(i)
        elif abs(up - down) < 0.1 * line.size and above is not None:
            owner.append(above)
        else:
            owner.append(above if up < down and above is not None else below if below is not None else i)
    rows: dict[int, list[Level]] = {}
    for line, at in zip(lines, owner, strict=True):
        rows.setdefault(at, []).append(line)
    return [rows[at] for at in sorted(rows)]


def _in_chains(anchors: Sequence[int], linked: Sequence[bool]) -> dict[int, int]:
    """For the levels of each chain of linked ones around a single level with figures, that level."""
    found: dict[int, int] = {}
    start = 0
    for i, goes_on in enumerate(linked):
        if goes_on:
            continue
        within = [a for a in anchors if start <= a <= i]
        if len(within) == 1:
            found.update(dict.fromkeys(range(start, i + 1), within[0]))
        start = i + 1
    return found


def _goes_on(row: Sequence[Level], line: Level, rights: Sequence[float]) -> bool:
    """Whether each text of a level goes on a cell above that was filled to its edge."""
    if not row or len(line.cells) == len(rights) > 2:
        return False
    for column, pieces in line.cells.items():
        above = next((r.cells[column] for r in reversed(row) if column in r.cells), None)
        if above is None or rights[column] - above[-1].right > _FULL * pieces[0].size:
            return False
    return line.baseline - row[-1].baseline < 2.2 * line.size


def cell_of(pieces: Sequence[Piece]) -> tuple[str, Boxes]:
    """The lines of one cell, joined as running text, with the boxes of its characters."""
    text, boxes = "", [np.empty((0, 4), dtype=np.float32)]
    last: Piece | None = None
    for piece in (p for line in levels(pieces) for p in line):
        same_line = last is not None and abs(last.baseline - piece.baseline) < 0.4 * piece.size
        glue = " " if same_line else join_text(text, piece.text)
        boxes += [np.full((len(glue), 4), np.nan, dtype=np.float32), piece.boxes]
        text += glue + piece.text
        last = piece
    return text.replace("|", "｜"), np.concatenate(boxes)
