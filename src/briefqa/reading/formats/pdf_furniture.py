"""Running headers, footers and page numbers: what stands at the edge of many pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from briefqa.reading.formats.pdf_glyphs import PageText, Piece

_REPEATED = 0.4  # share of the pages on which a running header or footer stands
_EDGE_LINES = 3  # lines from the top and bottom that can be one
_HAN = re.compile(r"[\u4e00-\u9fff]")
_FEWEST_HAN = 4  # characters of a running head that says something
_PAGE_NUMBER = re.compile(
    r"[\s\-—–·•~～]*(?:第\s*)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*页)?"
    r"(?:\s*[/／,，]?\s*(?:共\s*)?\d{1,4}\s*页?)?[\s\-—–·•~～]*",
    re.I,
)


def _masked(text: str) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s", "", text))


def _look(where: str, piece: Piece, page: PageText) -> tuple[str, str, int]:
    """What makes two lines one running line; a title in larger print is not one of them."""
    return where, _masked(piece.text), 0 if page.ocr else round(piece.size)


def _edges(page: PageText) -> list[tuple[str, Piece]]:
    """The pieces of the first and last lines of a page, which may be running ones."""
    levels = sorted({round(p.baseline) for p in page.pieces})
    rows: list[int] = []
    for level in levels:  # one line may hold pieces a point apart
        if not rows or level - rows[-1] > 4:
            rows.append(level)
    outer = rows[:_EDGE_LINES] + rows[-_EDGE_LINES:]
    return [
        (("top" if p.baseline < page.height / 2 else "bottom"), p)
        for p in page.pieces
        if any(0 <= round(p.baseline) - level <= 4 for level in outer)
    ]


def furniture(pages: Sequence[PageText]) -> list[set[int]]:
    """Ids of the pieces that are running headers, footers and page numbers."""
    edges = [_edges(page) for page in pages]
    seen: Counter[tuple[str, str, int]] = Counter()
    for page, page_edges in zip(pages, edges, strict=True):
        seen.update({_look(where, piece, page) for where, piece in page_edges})
    needed = max(2 if len(pages) < 5 else 3, _REPEATED * len(pages))
    # Chapter names change, but stand where on other pages running lines stand too.
    slots: Counter[int] = Counter()
    for page, page_edges in zip(pages, edges, strict=True):
        slots.update({_slot(p, page) for where, p in page_edges if seen[_look(where, p, page)] >= 2})
    drops: list[set[int]] = []
    body = body_size([page.pieces for page in pages])
    for page, page_edges in zip(pages, edges, strict=True):
        drop: set[int] = set()
        for where, piece in page_edges:
            y = piece.baseline / page.height
            times = seen[_look(where, piece, page)]
            repeated = times >= needed or (times >= 2 and slots[_slot(piece, page)] >= needed)
            repeated = repeated and not _is_body_line(piece, page, body)
            number = _PAGE_NUMBER.fullmatch(piece.text) and (y < 0.08 or y > 0.9)
            if (y < 0.14 or y > 0.86) and (repeated or number):
                drop.add(id(piece))
        drops.append(_outermost(page, drop))
    return drops


def running_head(pages: Sequence[PageText], running: Sequence[Collection[int]]) -> str:
    """The words that stand above most pages among the pieces that are left out; "" for none.

    They may be all that tells whose paper it is.
    """
    heads: Counter[str] = Counter()
    for page, drop in zip(pages, running, strict=True):
        words = [p for p in page.pieces if id(p) in drop and p.baseline < page.height / 2]
        words.sort(key=lambda piece: (round(piece.baseline), piece.left))
        text = " ".join(" ".join(piece.text for piece in words).split())
        if len(_HAN.findall(text)) >= _FEWEST_HAN:
            heads[text] += 1
    return heads.most_common(1)[0][0] if heads else ""


def _is_body_line(piece: Piece, page: PageText, body: float) -> bool:
    """Set like the text and close to it: a line that happens to come again, not a running one."""
    if len(piece.text) < 10 or abs(piece.size - body) > 0.08 * body:
        return False
    steps = sorted(abs(p.baseline - piece.baseline) for p in page.pieces)
    near = [step for step in steps if step > 0.6 * body]
    return bool(near) and near[0] < 2.2 * body


def body_size(pieces: Sequence[Sequence[Piece]]) -> float:
    """The font size that most characters have."""
    sizes: Counter[float] = Counter()
    for piece in (p for page in pieces for p in page):
        sizes[round(piece.size, 1)] += len(piece.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _slot(piece: Piece, page: PageText) -> int:
    return round(200 * piece.baseline / page.height)


def _outermost(page: PageText, drop: set[int]) -> set[int]:
    """Only what nothing else lies outside of: a text line is never between two running lines."""
    inner = [p.baseline for p in page.pieces if id(p) not in drop]
    if not inner:
        return drop
    first, last = min(inner), max(inner)
    return {id(p) for p in page.pieces if id(p) in drop and not first < p.baseline < last}
