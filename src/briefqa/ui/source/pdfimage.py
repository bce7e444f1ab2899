"""One page of a PDF as a WebP picture, drawn by a process of its own.

PDFium is not made for threads, and a build may be reading PDFs at the same time; a process also
keeps the page alive should a broken file crash it. Run as a script: PATH INDEX WIDTH → stdout.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

_SECONDS = 30  # a page takes about half of one


class PageImageError(Exception):
    """The page cannot be drawn."""


def draw(path: Path, index: int, width: int) -> bytes:
    """Page `index` (0-based), `width` pixels wide.

    Raises:
        PageImageError: the file is broken, or takes too long.
    """
    command = [sys.executable, "-I", __file__, str(path), str(index), str(width)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)
    except (subprocess.SubprocessError, OSError) as error:
        raise PageImageError(f"Page {index + 1} of {path.name!r} cannot be drawn ({error}).") from error
    return done.stdout


def _main(path: str, index: str, width: str) -> None:
    import pypdfium2

    open_document: Any = pypdfium2.PdfDocument
    page = open_document(path)[int(index)]
    picture = page.render(scale=int(width) / page.get_width()).to_pil()
    picture.convert("RGB").save(sys.stdout.buffer, "WEBP", quality=80, method=2)


if __name__ == "__main__":
    _main(*sys.argv[1:])
