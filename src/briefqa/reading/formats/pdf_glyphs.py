"""One PDF page → pieces of text with the place of every character, and its ruled lines.

Coordinates are points of the page as it is shown (rotation applied), x rightward, y downward.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, hypot, pi
from typing import Any

import numpy as np

from briefqa.reading.formats.base import Boxes
from briefqa.reading.formats.pdf_rules import Rules, drawings
from briefqa.reading.formats.pdf_small import Glyph, once, with_scripts
from briefqa.reading.formats.pdfium import raw

_GAP = 1.2  # font sizes between two characters of one piece
HYPHEN = "\x02"  # what pdfium gives for a hyphen at a line's end


@dataclass(slots=True, eq=False)
class Piece:
    """Characters next to each other in one line; `boxes` is (len(text), 4) in points."""

    text: str
    boxes: Boxes
    baseline: float
    size: float

    @property
    def left(self) -> float:
        """Left edge of the first character that shows."""
        return float(self.boxes[0, 0])

    @property
    def right(self) -> float:
        """Right edge of the last character."""
        return float(self.boxes[-1, 2])

    @property
    def top(self) -> float:
        """Upper edge."""
        return float(self.boxes[:, 1].min())

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return float(self.boxes[:, 3].max())


@dataclass(slots=True, eq=False)
class PageText:
    """What one page holds; `broken` counts characters without a usable meaning."""

    width: float
    height: float
    pieces: list[Piece]
    rules: Rules
    characters: int = 0
    broken: int = 0
    images: float = 0.0  # share of the page that images cover
    letters: int = 0  # drawn shapes that may be letters
    slanted: tuple[str, ...] = ()  # lines of text that were left out for not being level
    ocr: bool = False


def read_page(page: Any) -> PageText:
    """The text and rules of a page; the caller closes the page."""
    width, height = page.get_size()
    rules, images, letters = drawings(page, width, height, _Shown(page).box)
    textpage = page.get_textpage()
    try:
        read, angles, broken = _glyphs(textpage, _Shown(page))
    finally:
        textpage.close()
    glyphs, slanted = _upright(read, angles)
    pieces = _merged(_runs(with_scripts(once(glyphs)), rules), rules)
    return PageText(width, height, pieces, rules, len(angles), broken, images, letters, slanted)


class _Shown:
    """Points of the page's own space → points as shown."""

    def __init__(self, page: Any) -> None:
        self.left, self.bottom, self.right, self.top = page.get_cropbox()
        self.turn = page.get_rotation() % 360

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.turn == 0:
            return x - self.left, self.top - y
        x, y = x - self.left, y - self.bottom
        width, height = self.right - self.left, self.top - self.bottom
        if self.turn == 90:
            return y, x
        if self.turn == 180:
            return width - x, y
        return height - y, width - x

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        if self.turn == 0:  # nearly every page: a million glyphs come this way
            return left - self.left, self.top - top, right - self.left, self.top - bottom
        (ax, ay), (bx, by) = self.point(left, bottom), self.point(right, top)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _glyphs(textpage: Any, shown: _Shown) -> tuple[list[Glyph | None], list[float], int]:
    """Characters in the order of the file, None where a line ends; the angle of each; how many are broken."""
    handle = textpage.raw
    rect, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    glyphs: list[Glyph | None] = []
    angles: list[float] = []
    broken = high = 0
    parted = False
    for i in range(raw.FPDFText_CountChars(handle)):
        code = raw.FPDFText_GetUnicode(handle, i)
        if code in (10, 13):
            glyphs.append(None)
            continue
        if raw.FPDFText_IsGenerated(handle, i) == 1 and code == 32:
            parted = True  # it sees blanks in the spacing, between Chinese and Latin as well
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00
        high = 0
        char = _plain(chr(code)) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        broken += char == "\ufffd" or unicodedata.category(char) == "Co"
        raw.FPDFText_GetLooseCharBox(handle, i, rect)
        raw.FPDFText_GetCharOrigin(handle, i, x, y)
        box = shown.box(rect.left, rect.bottom, rect.right, rect.top)
        origin = shown.point(x.value, y.value)
        angle, size = shown.turn * pi / 180, raw.FPDFText_GetFontSize(handle, i)
        if raw.FPDFText_GetMatrix(handle, i, matrix):
            turned, tall = _set_by(matrix)
            angle, size = angle + turned, size * tall
        glyphs.append(Glyph(char, box, *origin, size if size > 0.5 else box[3] - box[1], parted))
        parted = False
        angles.append(angle)
    return glyphs, angles, broken


def _set_by(matrix: Any) -> tuple[float, float]:
    """How far a glyph's line is turned clockwise, and by what its height is multiplied.

    Both are of its baseline: letters that lean, as italics without a font of their own do, stand
    on a level one and are no taller for it.
    """
    along = hypot(matrix.a, matrix.b)
    if not along:
        return 0.0, hypot(matrix.c, matrix.d)
    return -atan2(matrix.b, matrix.a), abs(matrix.a * matrix.d - matrix.b * matrix.c) / along


def _plain(char: str) -> str:
    """Radicals that a font's table names instead of the character that they look like."""
    return unicodedata.normalize("NFKC", char) if "\u2e80" <= char <= "\u2fd5" else char


def _upright(
    glyphs: list[Glyph | None], angles: Sequence[float]
) -> tuple[list[Glyph | None], tuple[str, ...]]:
    """Without slanted text (watermarks), unless the whole page is slanted; and the lines left out."""
    level = [abs((angle + 0.1) % (2 * pi) - 0.1) < 0.1 for angle in angles]
    if all(level) or sum(level) * 2 < len(level):
        return glyphs, ()
    keep = iter(level)
    kept: list[Glyph | None] = []
    lines = [""]
    for glyph in glyphs:
        if glyph is None or next(keep):
            kept.append(glyph)
            lines += [""] * bool(lines[-1])
        else:
            lines[-1] += glyph.char
    return kept, tuple(line for line in lines if line)


def _runs(glyphs: Sequence[Glyph | None], rules: Rules) -> list[Piece]:
    """Characters that follow each other in the file and on the page."""
    runs: list[list[Glyph]] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if glyph is None:
            last = None
            continue
        if last is None or not _adjoin(last, glyph, rules):
            runs.append([])
        runs[-1].append(glyph)
        last = glyph
    return [piece for run in runs if (piece := _piece(run)) is not None]


def _adjoin(a: Glyph, b: Glyph, rules: Rules) -> bool:
    size = max(a.size, b.size)
    gap = b.box[0] - a.box[2]
    # A mark above the line (2.5 in PM2.5, a note's number) is smaller and a little off.
    if abs(a.y - b.y) > (0.5 if min(a.size, b.size) < 0.8 * size else 0.2) * size:
        return False
    return -0.6 * size <= gap <= _GAP * size and not (gap > 1 and rules.part(a.box[2], b.box[0], a.y))


def _piece(run: Sequence[Glyph]) -> Piece | None:
    """The run as text, with blanks where Latin words stand apart, without blanks at its ends."""
    chars: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    gaps = sorted(b.box[0] - a.box[2] for a, b in pairwise(run)) or [0.0]
    usual = gaps[len(gaps) // 2]  # justified lines are spaced out evenly
    for k, glyph in enumerate(run):
        spaced = not k or glyph.char.isspace() or chars[-1].isspace()
        if not spaced and _is_blank(run[k - 1], glyph, usual):
            chars.append(" ")
            boxes.append((run[k - 1].box[2], glyph.box[1], glyph.box[0], glyph.box[3]))
        chars.append(" " if glyph.char == "\xa0" else glyph.char)
        boxes.append(glyph.box)
    shown = [k for k, char in enumerate(chars) if not char.isspace()]
    if not shown:
        return None
    first, end = shown[0], shown[-1] + 1
    text = "".join(chars[first:end])
    sizes = sorted(g.size for g in run if not g.char.isspace())
    baselines = sorted(g.y for g in run if not g.char.isspace())
    return Piece(
        text,
        np.array(boxes[first:end], dtype=np.float32),
        baselines[len(baselines) // 2],
        sizes[len(sizes) // 2],
    )


def _is_blank(a: Glyph, b: Glyph, usual: float) -> bool:
    """Whether a blank stands between two glyphs; `usual` is the gap that most glyphs have."""
    gap = b.box[0] - a.box[2]
    if a.char.isascii() and b.char.isascii():
        return b.parted  # inside a run pdfium knows better, ligatures for example
    return gap - max(0.0, usual) > _blank_width(a.char, b.char) * b.size


def _blank_width(a: str, b: str) -> float:
    """The gap, in font sizes, that is a blank; programs set Chinese and Latin 1/4 apart themselves."""
    if a.isascii() and b.isascii():
        return 0.2
    return 0.5 if a.isascii() or b.isascii() else 0.22


def _merged(pieces: list[Piece], rules: Rules) -> list[Piece]:
    """Pieces of one line that the file gives apart, in order from the left."""
    merged: list[Piece] = []
    for piece in sorted(pieces, key=lambda p: (round(p.baseline), p.left)):
        for other in reversed(merged[-40:]):
            if joined := _joined(other, piece, rules):
                merged[merged.index(other)] = joined
                break
        else:
            merged.append(piece)
    return merged


def _joined(a: Piece, b: Piece, rules: Rules) -> Piece | None:
    size = max(a.size, b.size)
    off = 0.5 if min(a.size, b.size) < 0.8 * size else 0.2
    if abs(a.baseline - b.baseline) > off * size:  # first: most are of another line, and edges take longer
        return None
    if a.left > b.left:
        a, b = b, a
    gap = b.left - a.right
    if not -0.6 * size <= gap <= _GAP * size:
        return None
    if gap > 1 and rules.part(a.right, b.left, a.baseline):
        return None
    blank = gap > _blank_width(a.text[-1], b.text[0]) * size
    between = np.array([[a.right, b.boxes[0, 1], b.left, b.boxes[0, 3]]] if blank else [], dtype=np.float32)
    larger = a if len(a.text) >= len(b.text) else b
    return Piece(
        a.text + " " * blank + b.text,
        np.concatenate([a.boxes, between.reshape(-1, 4), b.boxes]),
        larger.baseline,
        larger.size,
    )
