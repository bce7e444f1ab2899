"""Small PDF files for tests, written by hand: text at given places, ruled lines, columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians, sin

WIDTH, HEIGHT = 595.0, 842.0  # A4 in points


@dataclass(frozen=True)
class Text:
    """`text` with its baseline's left end at (x, y), y downward from the page's top."""

    x: float
    y: float
    text: str
    size: float = 12.0
    lean: float = 0.0  # by which share of their height letters lean to the right, as in italics
    turn: float = 0.0  # degrees by which the line is turned counterclockwise


@dataclass(frozen=True)
class Rule:
    """A drawn line from (x0, y0) to (x1, y1), y downward."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True)
class Outline:
    """A character drawn as a filled shape whose lower left corner is (x, y), y downward."""

    x: float
    y: float
    size: float = 12.0


def make_pdf(pages: Sequence[Iterable[Text | Rule | Outline]], forms: int = 0) -> bytes:
    """A PDF whose Chinese font is named but not embedded; Latin letters are half as wide.

    `forms`: in how many, one in the other, the pages are drawn; the points of each are five times as large.
    """
    each = 2 + forms
    kids = " ".join(f"{5 + each * i} 0 R" for i in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
        b"/DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500] "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> "
        b"/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /ItalicAngle 0 "
        b"/FontBBox [-25 -254 1000 880] /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >> >>",
    ]
    for i, items in enumerate(pages):
        stream = "\n".join(_operator(item) for item in items).encode()
        used = [
            f"/Resources << /Font << /F 3 0 R >> /XObject << /X {7 + each * i + n} 0 R >> >>"
            for n in range(forms)
        ]
        used.append("/Resources << /Font << /F 3 0 R >> >>")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] "
            f"/Contents {6 + each * i} 0 R {used[0]} >>".encode()
        )
        scale = 0.2**forms
        drawn = b"q 5 0 0 5 0 0 cm /X Do Q"
        objects.append(_stream("", drawn if forms else stream))
        for n in range(forms):
            last = n + 1 == forms
            box = f"/Type /XObject /Subtype /Form /BBox [0 0 {WIDTH} {HEIGHT}] {used[n + 1]}"
            inner = f"q {scale} 0 0 {scale} 0 0 cm ".encode() + stream + b" Q"
            objects.append(_stream(box, inner if last else drawn))
    return _file(objects)


def _stream(entries: str, content: bytes) -> bytes:
    return f"<< {entries} /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"


def _operator(item: Text | Rule | Outline) -> str:
    if isinstance(item, Rule):
        return f"0.5 w {item.x0} {HEIGHT - item.y0} m {item.x1} {HEIGHT - item.y1} l S"
    if isinstance(item, Outline):
        corners = ((0, 0), (0.4, 0.1), (0.9, 0), (0.6, 0.3), (0.8, 0.8), (0.4, 0.5), (0.1, 0.8), (0.2, 0.4))
        points = [f"{item.x + item.size * x} {HEIGHT - item.y + item.size * y}" for x, y in corners]
        return f"{points[0]} m {' '.join(point + ' l' for point in points[1:])} f"
    code = item.text.encode("utf-16-be").hex()
    c, s = cos(radians(item.turn)), sin(radians(item.turn))
    matrix = f"{c:.5f} {s:.5f} {c * item.lean - s:.5f} {s * item.lean + c:.5f}"
    return f"BT /F {item.size} Tf {matrix} {item.x} {HEIGHT - item.y} Tm <{code}> Tj ET"


def _file(objects: Sequence[bytes]) -> bytes:
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def columns_of(text: str) -> int:
    """Half-width columns, as the font of `make_pdf` sets them."""
    return sum(1 if char.isascii() else 2 for char in text)


def typeset(
    paragraphs: Sequence[str],
    *,
    left: float = 80,
    top: float = 90,
    bottom: float = 760,
    chars: int = 30,
    size: float = 14.0,
    leading: float = 26.0,
    indent: int = 2,
    columns: Sequence[float] = (),
) -> list[list[Text]]:
    """Paragraphs set in lines of `chars` full-width characters; pages (and columns) as needed.

    `columns` are the left edges of the columns; without them there is one at `left`.
    """
    edges = list(columns) or [left]
    pages: list[list[Text]] = [[]]
    column, y = 0, top
    for paragraph in paragraphs:
        for k, line in enumerate(_lines(paragraph, chars, indent)):
            if y > bottom:
                column, y = column + 1, top
                if column == len(edges):
                    pages.append([])
                    column = 0
            x = edges[column] + (indent * size if k == 0 else 0)
            pages[-1].append(Text(x, y, line, size))
            y += leading
    return pages


def _lines(text: str, chars: int, indent: int) -> list[str]:
    lines, room = [""], 2 * (chars - indent)
    for word in re.findall(r"[!-~]+|.", text):  # Latin words stay whole
        if columns_of(lines[-1]) + columns_of(word) > room and word not in "，。、；：！？”）》":
            lines.append("")
            room = 2 * chars
        lines[-1] += word
    return lines
