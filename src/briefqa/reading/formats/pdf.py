"""PDF: text with the place of every character; pages that are images go to text recognition."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from briefqa.errors import DocumentError
from briefqa.reading.formats import ocr
from briefqa.reading.formats.author_names import is_author_name
from briefqa.reading.formats.base import Extract, OnPage, without_foreign_title
from briefqa.reading.formats.left_out import CHECK
from briefqa.reading.formats.pdf_glyphs import PageText, read_page
from briefqa.reading.formats.pdf_layout import lines_in_order
from briefqa.reading.formats.pdf_paragraphs import paragraphs
from briefqa.reading.formats.pdf_scripts import foreign_letters
from briefqa.reading.formats.pdfium import pdfium, raw
from briefqa.reading.formats.text import check_length, read_bytes

_FEW_CHARACTERS = 10  # below it a page with an image wants recognition
_STAMPED = 100  # below it one whose image covers most of it: a scan with a stamp or a page number
_MOST_OF_PAGE = 0.6
_DRAWN = 30  # shapes on a page without text that are letters rather than a picture's parts
_PAGE_DRAWN = 300  # of those on a page with a stamp or a page number
_SLANTED = 4  # letters of slanted text that are worth telling of; fewer are marks of a drawing
_BROKEN_SHARE = 0.05  # characters without a meaning above which the text layer is broken
_MOST_PIXELS = 40_000_000  # of an image to recognise: A2 at its full resolution, 160 MB
_LOCK = Lock()  # pdfium is not thread-safe


def read_pdf(path: Path, on_page: OnPage | None = None) -> Extract:
    """A PDF file; `on_page` is called after each page."""
    if path.stat().st_size == 0:
        read_bytes(path)  # raises with the usual sentence
    pages: list[PageText] = []
    with _LOCK, _opened(path) as document:
        for i in range(len(document)):
            pages.append(_page(document, i, path))
            if on_page is not None:
                on_page(i + 1, len(document))
        properties = _properties(document)
    lines, removed, head = lines_in_order(pages)
    blocks = paragraphs(lines)
    properties = without_foreign_title(properties, blocks, path.stem)
    if head:
        properties["running_head"] = head
    check_length("".join(block.text for block in blocks), path)
    empty = tuple(i for i, page in enumerate(pages, 1) if not page.pieces)
    suspect = tuple(i for i, page in enumerate(pages, 1) if not page.ocr and _is_broken(page))
    slanted, watermarks = _slanted(pages)
    images = [i for i, page in enumerate(pages, 1) if not page.ocr and _is_picture(page)]
    return Extract(
        tuple(blocks),
        properties=properties,
        paged=True,
        ocr_pages=tuple(i for i, page in enumerate(pages, 1) if page.ocr and page.pieces),
        removed_lines=removed + watermarks,
        empty_pages=empty,
        suspect_pages=suspect,
        warnings=tuple(_warnings(images, slanted, suspect)),
    )


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            message = f"{path.name} is protected with a password; save it without one and try again."
        else:
            message = f"{path.name} is no PDF file or is damaged ({_reason(error)}); export it again as PDF."
        raise DocumentError(path, message) from error
    try:
        if len(document) == 0:
            raise DocumentError(path, f"{path.name} has no pages; export it again as PDF.")
        yield document
    finally:
        document.close()


def _page(document: Any, index: int, path: Path) -> PageText:
    try:
        page = document[index]
    except pdfium.PdfiumError as error:
        raise DocumentError(
            path, f"Page {index + 1} of {path.name} is damaged ({_reason(error)}); export it again as PDF."
        ) from error
    try:
        text = read_page(page)
        wanted = _is_picture(text) or _is_broken(text)
        engine = ocr.find_engine() if wanted else None
        if engine is not None:
            scale = min(
                ocr.DPI / 72, math.sqrt(_MOST_PIXELS / max(page.get_width() * page.get_height(), 1.0))
            )
            image = page.render(scale=scale).to_numpy()[:, :, :3]
            pieces = ocr.recognise(np.ascontiguousarray(image[:, :, ::-1]), engine, scale)
            if pieces:
                text.pieces, text.ocr = pieces, True
        return text
    finally:
        page.close()


def _reason(error: Exception) -> str:
    return str(error).rstrip(".")


def _is_picture(page: PageText) -> bool:
    """The page's text is in its image, or drawn as the outlines of letters, but for a few characters."""
    if page.characters < _FEW_CHARACTERS:
        return page.images > 0.1 or page.letters >= _DRAWN
    covered = page.images > _MOST_OF_PAGE or page.letters >= _PAGE_DRAWN
    return page.characters < _STAMPED and covered


def _is_broken(page: PageText) -> bool:
    """The text layer names characters that no font's table explains."""
    foreign = sum(foreign_letters(piece.text) for piece in page.pieces)
    if page.characters and page.broken + foreign > _BROKEN_SHARE * page.characters:
        return True
    return sum(piece.text.count("(cid:") for piece in page.pieces) >= 3


def _properties(document: Any) -> dict[str, str]:
    kept = document.get_metadata_dict(skip_empty=True)
    found = {"title": kept.get("Title", "").strip(), "author": kept.get("Author", "").strip()}
    if found["title"].lower() in {"untitled", "anonymous", "unspecified", "python-docx"}:
        found["title"] = ""
    if not is_author_name(found["author"]):
        found["author"] = ""
    return {key: value for key, value in found.items() if value}


def _slanted(pages: Sequence[PageText]) -> tuple[list[int], int]:
    """Pages with slanted text of their own, and how many lines of it stand on several: watermarks."""
    seen = Counter(line for page in pages for line in set(page.slanted))
    own = [
        i
        for i, page in enumerate(pages, 1)
        if sum(char.isalpha() for line in page.slanted if seen[line] == 1 for char in line) >= _SLANTED
    ]
    return own, sum(seen[line] > 1 for page in pages for line in page.slanted)


def _warnings(images: Sequence[int], slanted: Sequence[int], suspect: Sequence[int]) -> Iterator[str]:
    remedy = f"{ocr.INSTALL_HINT}，再重新建立索引。"
    for pages, what, advice in ((images, "文字是图片", remedy), (slanted, "斜排文字", CHECK)):
        if pages:
            yield f"第 {_listed(pages)} 页的{what}，未收入；{advice}"
    if suspect:
        yield f"第 {_listed(suspect)} 页的文字可能是乱码；{remedy}"


def _listed(pages: Sequence[int]) -> str:
    """[1, 2, 3, 7] → 1–3、7."""
    spans: list[list[int]] = []
    for page in pages:
        if spans and page == spans[-1][-1] + 1:
            spans[-1][1:] = [page]
        else:
            spans.append([page])
    return "、".join("–".join(map(str, span)) for span in spans)
