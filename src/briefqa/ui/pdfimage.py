"""One page of a PDF → picture."""

from __future__ import annotations

import threading
from pathlib import Path

import pypdfium2
from PIL import Image

_one_at_a_time = threading.Lock()  # PDFium is not made for threads


def render(path: Path, index: int, width: int) -> Image.Image:
    """Page `index` (0-based), `width` pixels wide."""
    with _one_at_a_time:
        document = pypdfium2.PdfDocument(path.read_bytes())
        try:
            page = document[index]
            picture: Image.Image = page.render(scale=width / page.get_width()).to_pil()
            return picture.convert("RGB")
        finally:
            document.close()
