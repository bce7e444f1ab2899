"""One page of a PDF as a WebP picture, drawn by a process of its own.

PDFium is not made for threads, and a build may be reading PDFs at the same time; a process also
keeps the page alive should a broken file crash it. Run as a script: PATH INDEX WIDTH → stdout.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from math import sqrt
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

_SECONDS = 30  # a page takes about half of one
_HIGHEST = 8_000  # pixels; WebP ends at 16,383
_MOST_PIXELS = 12_000_000  # 48 MB while it is drawn: three pages of A3 one below the other
_MEMORY = 2 * 2**30  # bytes of address space that the drawing process may take
_DRAWING = BoundedSemaphore(2)  # processes at once, whoever asks


class PageImageError(Exception):
    """The page cannot be drawn."""


def draw(path: Path, index: int, width: int) -> bytes:
    """Page `index` (0-based), `width` pixels wide.

    Raises:
        PageImageError: the file is broken, or takes too long.
    """
    command = [sys.executable, "-I", __file__, str(path), str(index), str(width)]
    try:
        with _DRAWING:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)
    except (subprocess.SubprocessError, OSError) as error:
        raise PageImageError(f"Page {index + 1} of {path.name!r} cannot be drawn ({error}).") from error
    return done.stdout


def bounded_scale(page_width: float, page_height: float, width: int) -> float:
    """Pixels a point for a picture `width` pixels wide, or fewer where it would be too high or too large.

    Args:
        page_width, page_height: points, > 0.
        width: pixels.
    """
    largest = sqrt(_MOST_PIXELS / page_width / page_height)
    return min(width / page_width, _HIGHEST / page_height, largest)


def _bound_memory() -> None:
    with suppress(ImportError, OSError, ValueError):  # not on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _main(path: str, index: str, width: str) -> None:
    _bound_memory()
    import pypdfium2

    open_document: Any = pypdfium2.PdfDocument
    page = open_document(path)[int(index)]
    scale = bounded_scale(max(page.get_width(), 1e-3), max(page.get_height(), 1e-3), int(width))
    picture = page.render(scale=scale).to_pil()
    picture.convert("RGB").save(sys.stdout.buffer, "WEBP", quality=80, method=2)


if __name__ == "__main__":
    _main(*sys.argv[1:])
