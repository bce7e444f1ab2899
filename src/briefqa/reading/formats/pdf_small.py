"""Glyphs of one PDF page put right: doubles of overprinting, raised and lowered characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from briefqa.reading.formats.scripts import lowered, raised

_SAME_PLACE = 0.12  # font sizes between two prints of one glyph; the narrowest letter is .22 wide
_SMALL = 0.88  # of its neighbour's size, below which a glyph can be a superscript
_LONGEST = 8  # characters of a super- or subscript
_MAX_PAIRS = 4_000_000  # pairs of glyphs compared on one page


@dataclass(slots=True, eq=False)
class Glyph:
    """One character: its box, the left end and height of its baseline, in points of the page."""

    char: str
    box: tuple[float, float, float, float]
    x: float
    y: float  # baseline
    size: float
    parted: bool  # pdfium sees a blank before it


def once(glyphs: list[Glyph | None]) -> list[Glyph | None]:
    """Without the second print of a glyph at the same place, by which bold is imitated."""
    real = [glyph for glyph in glyphs if glyph is not None and not glyph.char.isspace()]
    if len(real) < 2:
        return glyphs
    code = np.array([ord(glyph.char) for glyph in real])
    x, y, size = np.array([(glyph.x, glyph.y, glyph.size) for glyph in real]).T
    doubles: set[int] = set()
    for shift in (0.0, 0.5):  # two grids, so that no pair is parted by a border of both
        level = np.floor(y / 2 + shift)
        order = np.lexsort((x, level, code))
        near = (
            (np.diff(code[order]) == 0)
            & (np.abs(np.diff(y[order])) <= _SAME_PLACE * size[order][1:])
            & (np.abs(np.diff(x[order])) <= _SAME_PLACE * size[order][1:])
        )
        for at in np.flatnonzero(near):
            doubles.add(int(max(order[at], order[at + 1])))  # the later one in the file
    if not doubles:
        return glyphs
    dropped = {id(real[i]) for i in doubles}
    return [glyph for glyph in glyphs if glyph is None or id(glyph) not in dropped]


def with_scripts(glyphs: list[Glyph | None]) -> list[Glyph | None]:
    """Raised and lowered characters written as such, beside the character that they belong to."""
    real = [glyph for glyph in glyphs if glyph is not None and not glyph.char.isspace()]
    largest = max((glyph.size for glyph in real), default=0.0)
    small = [glyph for glyph in real if glyph.size < _SMALL * largest]
    if not small or len(small) * len(real) > _MAX_PAIRS:
        return glyphs
    groups = _groups(_beside_larger(small, real, largest), real)
    if not groups:
        return glyphs
    moved = {id(glyph) for group in groups for glyph in group.glyphs}
    placed: dict[tuple[int, bool], list[Glyph]] = {}
    for group in groups:
        placed.setdefault((id(group.base), group.before), []).extend(group.written())
    done: list[Glyph | None] = []
    for glyph in glyphs:
        if glyph is None or id(glyph) not in moved:
            done += placed.get((id(glyph), True), ())
            done.append(glyph)
            done += placed.get((id(glyph), False), ())
    return done


def _beside_larger(small: Sequence[Glyph], real: Sequence[Glyph], largest: float) -> list[Glyph]:
    """The small glyphs with larger ones a little above or below: most small print has none."""
    least = min(glyph.size for glyph in small) / _SMALL
    heights = np.unique([glyph.y for glyph in real if glyph.size >= least])
    y = np.array([glyph.y for glyph in small])

    def within(distance: float) -> npt.NDArray[np.intp]:
        return np.searchsorted(heights, y + distance, "right") - np.searchsorted(heights, y - distance)

    return [small[int(i)] for i in np.flatnonzero(within(0.75 * largest) > within(0.5))]


@dataclass(slots=True, eq=False)
class _Group:
    """Small glyphs that belong to one base; `before`: a note's mark stands before its text."""

    glyphs: list[Glyph]
    base: Glyph
    before: bool

    def written(self) -> list[Glyph]:
        """On the base's line and in its size, so that they are read as part of it."""
        text = "".join(glyph.char for glyph in self.glyphs)
        made = raised(text) if self.glyphs[0].y < self.base.y else lowered(text)
        extra = max(0, len(made) - len(text))
        boxes = [self.glyphs[0].box] * extra + [glyph.box for glyph in self.glyphs]
        return [
            Glyph(char, box, box[0], self.base.y, self.base.size, False)
            for char, box in zip(made, boxes, strict=False)
        ]


def _groups(small: Sequence[Glyph], real: Sequence[Glyph]) -> list[_Group]:
    of = _Arrays(real)
    groups: list[_Group] = []
    for glyph in sorted(small, key=lambda g: (round(g.y), g.box[0])):
        last = groups[-1] if groups else None
        if last is not None and _follows(last.glyphs[-1], glyph):
            last.glyphs.append(glyph)
            continue
        at = of.base(glyph, before=False)
        if at is not None:
            groups.append(_Group([glyph], real[at], False))
        elif (at := of.base(glyph, before=True)) is not None:
            groups.append(_Group([glyph], real[at], True))
    return [group for group in groups if len(group.glyphs) <= _LONGEST]


def _follows(a: Glyph, b: Glyph) -> bool:
    return (
        abs(a.y - b.y) < 0.1 * a.size
        and abs(a.size - b.size) < 1
        and -0.3 <= (b.box[0] - a.box[2]) / a.size < 0.4
    )


class _Arrays:
    """The glyphs of a page, to be asked for neighbours."""

    def __init__(self, real: Sequence[Glyph]) -> None:
        boxes = np.array([glyph.box for glyph in real])
        self.left: npt.NDArray[np.floating] = boxes[:, 0]
        self.right: npt.NDArray[np.floating] = boxes[:, 2]
        self.y = np.array([glyph.y for glyph in real])
        self.size = np.array([glyph.size for glyph in real])

    def base(self, glyph: Glyph, before: bool) -> int | None:
        """The larger glyph right before (or after) a small one that stands off its baseline."""
        off = (self.y - glyph.y) / self.size
        gap = (self.left - glyph.box[2] if before else glyph.box[0] - self.right) / self.size
        fits = (
            (glyph.size < _SMALL * self.size)
            & (((off >= 0.2) & (off <= 0.75)) | ((off <= -0.1) & (off >= -0.45) & (not before)))
            & (gap > -0.5)  # a font that is not embedded is shown in another, whose letters may be wider
            & (gap < 0.35)
        )
        found = np.flatnonzero(fits)
        return int(found[np.argmin(np.abs(gap[found]))]) if len(found) else None
