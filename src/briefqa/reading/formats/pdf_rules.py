"""The straight lines drawn on a PDF page, how much of it images cover, and what else is drawn.

A line is a stroke, or a filled box so thin that it looks like one. A larger filled box is the
background of something and rules nothing: browsers print one behind every element.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any

from briefqa.reading.formats.pdfium import pdfium, raw

Box = tuple[float, float, float, float]
_MAX_PATHS = 4000  # drawn paths and images looked at on one page
_MAX_SEGMENTS = 4000  # of one path
_DEEPEST = 5  # forms within forms
_SIMPLE = 6  # segments of a single box or line
_RECTANGLE = (4, 5)  # segments of a filled one
_THIN = 3.0  # points
_LETTER = 72.0  # points; a larger shape is no character


@dataclass(slots=True, eq=False)
class Rules:
    """Drawn straight lines: horizontal (y, left, right) and vertical (x, top, bottom)."""

    horizontal: list[tuple[float, float, float]] = field(default_factory=list)
    vertical: list[tuple[float, float, float]] = field(default_factory=list)

    def part(self, left: float, right: float, y: float) -> bool:
        """A vertical line at height `y` stands between two characters."""
        low, high = min(left, right), max(left, right)
        return any(
            low - 1 <= x <= high + 1 and top - 1 <= y <= bottom + 1 for x, top, bottom in self.vertical
        )

    def add(self, box: Box, width: float, height: float, stroked: bool) -> None:
        """Take a drawn box in: a thin one is a line, a stroked one has four."""
        left, top, right, bottom = box
        if bottom - top <= _THIN and right - left >= 15:
            self.horizontal.append(((top + bottom) / 2, left, right))
        elif right - left <= _THIN and bottom - top >= 6:
            self.vertical.append(((left + right) / 2, top, bottom))
        elif stroked and 15 <= right - left < 0.97 * width and 8 <= bottom - top < 0.9 * height:
            self.horizontal += [(top, left, right), (bottom, left, right)]
            self.vertical += [(left, top, bottom), (right, top, bottom)]


def drawings(
    page: Any, width: float, height: float, shown: Callable[[float, float, float, float], Box]
) -> tuple[Rules, float, int]:
    """The rules of a page, the share of it that images cover, and how many shapes may be letters.

    `shown` turns a box upright.
    """
    rules, images, letters = Rules(), 0.0, 0
    kinds = [raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE]
    for item in islice(page.get_objects(kinds, max_depth=_DEEPEST), _MAX_PATHS):
        try:
            placed = _placing(item)
            box = shown(*placed.on_rect(*item.get_bounds()))
        except pdfium.PdfiumError:
            continue
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, top, right, bottom = box
            images += max(0.0, right - left) * max(0.0, bottom - top) / (width * height or 1)
            continue
        stroked, segments = _is_stroked(item), raw.FPDFPath_CountSegments(item.raw)
        small = _is_small(box)
        letters += small and (segments > _SIMPLE or not (stroked or segments in _RECTANGLE))
        if segments <= _SIMPLE or min(box[2] - box[0], box[3] - box[1]) <= _THIN:
            rules.add(box, width, height, stroked)
            continue
        for part in _parts(item, stroked):
            drawn = shown(*placed.on_rect(*part))
            letters += not small and not stroked and _is_small(drawn)  # a line of text in one path
            rules.add(drawn, width, height, stroked=False)
    return rules, min(images, 1.0), letters


def _placing(item: Any) -> Any:
    """The matrix that takes an object to the page: what is drawn in a form has the form's own points.

    A table that was put into a text as an object of another program is such a form.
    """
    placed, form = pdfium.PdfMatrix(), item.container
    while form is not None:
        placed, form = placed.multiply(form.get_matrix()), form.container
    return placed


def _is_small(box: Box) -> bool:
    """As large as a character can be, and no line."""
    width, height = box[2] - box[0], box[3] - box[1]
    return _THIN < max(width, height) <= _LETTER and min(width, height) > 0


def _is_stroked(item: Any) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(item.raw, fill, stroke):
        return True
    return bool(stroke.value) or not fill.value


def _parts(item: Any, stroked: bool) -> Iterator[Box]:
    """Of a path that draws many lines at once: each line of a stroke, the box of each filled part."""
    for points in _subpaths(item):
        if stroked:
            for (ax, ay), (bx, by) in pairwise(points):
                yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)
        elif points:
            xs, ys = [x for x, _ in points], [y for _, y in points]
            yield min(xs), min(ys), max(xs), max(ys)


def _subpaths(item: Any) -> Iterator[list[tuple[float, float]]]:
    """The corners of each part of a path, in points of what it is drawn in."""
    matrix = item.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for k in range(min(raw.FPDFPath_CountSegments(item.raw), _MAX_SEGMENTS)):
        segment = raw.FPDFPath_GetPathSegment(item.raw, k)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
            yield points
            points = []
        if raw.FPDFPathSegment_GetPoint(segment, x, y):
            points.append(matrix.on_point(x.value, y.value))
        if points and raw.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    yield points
