"""Pictures in a DOCX body: how many are large enough to hold text, which nobody has read."""

from __future__ import annotations

import re
from typing import Any

from briefqa.reading.formats.docx_numbers import W
from briefqa.reading.formats.docx_runs import MC

_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_V = "{urn:schemas-microsoft-com:vml}"
_EMU = 360_000  # English metric units in a centimetre
_LARGE = 25.0  # square centimetres: more than a seal or a logo
_SIDE = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*([\d.]{1,9})(pt|in|cm|mm|px)?")
_CENTIMETRES = {"pt": 0.0353, "in": 2.54, "cm": 1.0, "mm": 0.1, "px": 0.0265, None: 0.0265}


def count_pictures(body: Any) -> int:
    """Pictures, charts and diagrams above the size of a seal; formula objects whatever their size."""
    count = sum(1 for _ in body.iter(W + "object"))
    for drawing in body.iter(_WP + "inline", _WP + "anchor"):
        extent = drawing.find(_WP + "extent")
        if extent is None or _in_fallback(drawing) or next(drawing.iter(W + "txbxContent"), None) is not None:
            continue
        sides = [extent.get(name, "0") for name in ("cx", "cy")]
        if all(re.fullmatch(r"[0-9]{1,12}", side) for side in sides):
            count += int(sides[0]) * int(sides[1]) >= _LARGE * _EMU**2
    for image in body.iter(_V + "imagedata"):
        shape = image.getparent()
        if not _in_fallback(image) and next(image.iterancestors(W + "object"), None) is None:
            count += _area(shape.get("style", "")) >= _LARGE
    return count


def _area(style: str) -> float:
    sides = {name: float(number.strip(".") or 0) * _CENTIMETRES[unit or None]
             for name, number, unit in _SIDE.findall(style) if number.count(".") <= 1}  # fmt: skip
    return sides.get("width", 0.0) * sides.get("height", 0.0)


def _in_fallback(element: Any) -> bool:
    return next(element.iterancestors(MC + "Fallback"), None) is not None
