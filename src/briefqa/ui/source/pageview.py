"""The page images of a PDF with the quoted sentence boxed, over as many pages as it takes.

Images are part of the page's own data: no route serves files, and nothing is fetched.
"""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from briefqa.reading.document import Document, Heading
from briefqa.ui.html import attributes, button, element, escape
from briefqa.ui.source.pdfimage import draw
from briefqa.ui.source.places import Place, Trail, link
from briefqa.ui.source.source import header, outline, place_data
from briefqa.ui.words import Language, say

_WIDTH = 1100  # pixels of a page image: sharp on a phone and in half a wide window
_KEPT = 24  # page images
_SIZE_AT, _SIZE = 26, 0x3FFF  # bytes before a WebP's two sizes, which are their lower 14 bits
_MOST_PAGES = 6  # drawn for one place; its ends come from outside


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in fractions of its width and height, y downward."""

    left: float
    top: float
    right: float
    bottom: float


def has_page_images(document: Document, original: Path | None) -> bool:
    """Whether the document can be shown as pages."""
    return (
        document.boxes is not None
        and bool(document.page_starts)
        and original is not None
        and original.suffix.lower() == ".pdf"
        and original.is_file()
    )


def page_view(
    document: Document,
    original: Path,
    place: Place,
    language: Language,
    *,
    trail: Trail | None = None,
    question: str = "",
    note: str = "",
    page: int | None = None,
) -> str:
    """The pages that hold the place, or page number `page`, as images with marked lines."""
    if page is None:
        first = document.page_at(place.start) or 1
        last = document.page_at(max(place.end - 1, place.start)) or first
        last = min(last, first + _MOST_PAGES - 1)
    else:
        first = last = min(max(page, 1), len(document.page_starts))
    switch = button(say("view_text", language), "open", class_="quiet", view="text", **place_data(place))
    tools = (
        outline(document, language, lambda heading: _to_heading(document, heading)) + switch + _zoom(language)
    )
    head = header(document, place, language, trail=trail, question=question, note=note, tools=tools)
    turning = _turning(document, place, first, last, language)
    pages = [_page(document, original, place, number, language) for number in range(first, last + 1)]
    quote = ""
    if place.end > place.start:
        said = element("q", escape(document.text[place.start : place.end]))
        quote = element("p", f"{escape(say('quoted_here', language))}：{said}", class_="page-quote")
    inner = head + quote + turning + "".join(pages) + turning
    return element("div", inner, class_="source-open source-pages", data_link=link(place, question))


def _turning(document: Document, place: Place, first: int, last: int, language: Language) -> str:
    steps = []
    if first > 1:
        steps.append(_to_page(place, first - 1, "page_previous", language))
    if last < len(document.page_starts):
        steps.append(_to_page(place, last + 1, "page_next", language))
    steps.insert(min(first - 1, 1), _page_field(place, first, len(document.page_starts), language))
    return element("p", "".join(steps), class_="turning")


def _page_field(place: Place, page: int, last: int, language: Language) -> str:
    """Where a page can be asked for by its number."""
    label = say("page_field", language, last=last)
    data = {f"data_{name}": value for name, value in place_data(place).items()}
    values = attributes(
        type="number", min=1, max=last, value=page, class_="page-field", aria_label=label, **data
    )
    return element("label", f"<input{values}> {escape(f'/ {last}')}")


def _to_heading(document: Document, heading: Heading) -> str:
    place = Place(document.id, heading.start, heading.start)
    return button(heading.title, "open", view="page", **place_data(place))


def _zoom(language: Language) -> str:
    return button("−", "zoom", title=say("zoom_out", language), class_="quiet", by=-1) + button(
        "＋", "zoom", title=say("zoom_in", language), class_="quiet", by=1
    )


def _to_page(place: Place, page: int, key: str, language: Language) -> str:
    return button(say(key, language), "open", class_="quiet", view="page", page=page, **place_data(place))


def _page(document: Document, original: Path, place: Place, number: int, language: Language) -> str:
    image = _image(original, document.sha256, number - 1)
    name = say("page_image", language, title=document.title, number=number)
    source = "data:image/webp;base64," + base64.b64encode(image).decode()
    picture = f'<img src="{source}" alt="{escape(name)}"{attributes(**_size(image))}>'
    boxes = [
        *((box, "passage") for box in boxes_on(document, place.passage_start, place.start, number)),
        *((box, "sentence") for box in boxes_on(document, place.start, place.end, number)),
        *((box, "passage") for box in boxes_on(document, place.end, place.passage_end, number)),
        *((box, "cell") for box in (boxes_on(document, *place.cell, number) if place.cell else ())),
    ]
    caption = element("figcaption", escape(say("page", language, number=number)))
    sheet = element("div", picture + "".join(_drawn(box, kind) for box, kind in boxes), class_="sheet")
    return element("figure", caption + sheet, data_page=number)


def _size(webp: bytes) -> dict[str, int]:
    """Width and height in pixels: they keep the picture's place before the browser has read it."""
    width, height = struct.unpack_from("<HH", webp, _SIZE_AT)
    return {"width": width & _SIZE, "height": height & _SIZE}


def _drawn(box: Box, kind: str) -> str:
    style = (
        f"left:{box.left:.3%};top:{box.top:.3%};"
        f"width:{box.right - box.left:.3%};height:{box.bottom - box.top:.3%}"
    )
    return f'<span class="box {kind}" style="{style}"></span>'


def boxes_on(document: Document, start: int, end: int, page: int) -> list[Box]:
    """The lines of `[start, end)` that lie on a page (1-based), one box each."""
    if document.boxes is None:
        return []
    low = max(start, document.page_starts[page - 1])
    high = min(end, document.page_starts[page] if page < len(document.page_starts) else len(document.text))
    if low >= high:
        return []
    boxes = np.asarray(document.boxes[low:high])
    return _lines(boxes[~np.isnan(boxes).any(axis=1)])


def _lines(characters: npt.NDArray[np.float32]) -> list[Box]:
    """Characters in reading order, (n, 4), joined into a box for each line."""
    lines: list[Box] = []
    for left, top, right, bottom in characters.tolist():
        last = lines[-1] if lines else None
        # The same line: they share most of their height, and reading does not jump back to the left.
        shared = min(bottom, last.bottom) - max(top, last.top) if last else 0.0
        if last and shared > (bottom - top) / 2 and left >= last.left - 0.01:
            lines[-1] = Box(last.left, min(last.top, top), max(last.right, right), max(last.bottom, bottom))
        else:
            lines.append(Box(left, top, right, bottom))
    return lines


@lru_cache(maxsize=_KEPT)
def _image(original: Path, sha256: str, index: int) -> bytes:
    """Page `index` (0-based) as WebP; `sha256` tells files apart that took the same path."""
    del sha256
    return draw(original, index, _WIDTH)
