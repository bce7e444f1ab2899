"""Text recognition of page images: RapidOCR (models in its wheel) or Tesseract, where installed."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from briefqa.reading.formats.base import Boxes
from briefqa.reading.formats.lines import columns
from briefqa.reading.formats.pdf_glyphs import Piece

INSTALL_HINT = "安装文字识别：pip install 'briefqa[ocr]'，或安装 tesseract 及其中文数据 chi_sim"
DPI = 200  # the models are trained on characters of about 30 pixels: 10.5 pt at 200 dpi
_SETTINGS = {
    "Global.log_level": "error",
    "Global.text_score": 0.5,
    # The classifier of upside-down lines turns lines full of quotation marks round.
    "Global.use_cls": False,
}

Image = npt.NDArray[np.uint8]
# An engine turns an image (height, width, 3; RGB) into (text, left, top, right, bottom) in pixels.
Engine = Callable[[Image], list[tuple[str, float, float, float, float]]]


@cache
def find_engine() -> Engine | None:
    """RapidOCR when it is installed, else Tesseract with its Chinese data, else None."""
    return _rapidocr() or _tesseract()


def recognise(image: Image, engine: Engine, pixels: float = DPI / 72) -> list[Piece]:
    """The lines of a page image as pieces, in points of the page, of which each is so many `pixels`."""
    scale = 1 / pixels
    pieces = []
    for text, left, top, right, bottom in engine(image):
        text = text.strip()
        if text:
            boxes = spread(text, left * scale, top * scale, right * scale, bottom * scale)
            height = (bottom - top) * scale
            pieces.append(Piece(text, boxes, bottom * scale - 0.15 * height, 0.85 * height))
    return pieces


def spread(text: str, left: float, top: float, right: float, bottom: float) -> Boxes:
    """A line's box shared out among its characters by their usual widths."""
    widths = np.array([columns(char) or 1 for char in text], dtype=np.float64)
    edges = left + (right - left) * np.concatenate([[0.0], np.cumsum(widths)]) / widths.sum()
    boxes = np.empty((len(text), 4), dtype=np.float32)
    boxes[:, 0], boxes[:, 2] = edges[:-1], edges[1:]
    boxes[:, 1], boxes[:, 3] = top, bottom
    return boxes


def _rapidocr() -> Engine | None:
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # as `models.packaged`; read when the engine is imported
    try:
        from onnxruntime import disable_telemetry_events
        from rapidocr import RapidOCR  # heavy and optional
    except ImportError:
        return None
    disable_telemetry_events()
    engine: Any = RapidOCR(params=_SETTINGS)

    def run(image: Image) -> list[tuple[str, float, float, float, float]]:
        result = engine(image[:, :, ::-1])  # it expects BGR
        if result.boxes is None or result.txts is None:
            return []
        lines = []
        for quad, text in zip(result.boxes, result.txts, strict=True):
            xs, ys = [float(p[0]) for p in quad], [float(p[1]) for p in quad]
            lines.append((str(text), min(xs), min(ys), max(xs), max(ys)))
        return lines

    return run


def _tesseract() -> Engine | None:
    program = shutil.which("tesseract")
    if program is None:
        return None
    listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False)
    if "chi_sim" not in listed.stdout.split():
        return None

    def run(image: Image) -> list[tuple[str, float, float, float, float]]:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, "page.ppm")
            height, width = image.shape[:2]
            source.write_bytes(b"P6 %d %d 255\n" % (width, height) + image.tobytes())
            done = subprocess.run(
                [program, str(source), "-", "-l", "chi_sim", "--dpi", str(DPI), "tsv"],
                capture_output=True,
                check=False,
            )
        return _tesseract_lines(done.stdout.decode("utf-8", "replace"))

    return run


def _tesseract_lines(table: str) -> list[tuple[str, float, float, float, float]]:
    """Words of Tesseract's table gathered into lines; Chinese words join without a blank."""
    lines: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row.get("level") == "5" and (row.get("text") or "").strip():
            key = tuple(row[name] for name in ("block_num", "par_num", "line_num"))
            lines.setdefault(key, []).append(row)
    found = []
    for words in lines.values():
        lefts = [float(w["left"]) for w in words]
        tops = [float(w["top"]) for w in words]
        rights = [float(w["left"]) + float(w["width"]) for w in words]
        bottoms = [float(w["top"]) + float(w["height"]) for w in words]
        found.append((_joined([w["text"] for w in words]), min(lefts), min(tops), max(rights), max(bottoms)))
    return found


def _joined(words: Sequence[str]) -> str:
    text = ""
    for word in words:
        text += (" " if text and text[-1].isascii() and word[0].isascii() else "") + word
    return text
