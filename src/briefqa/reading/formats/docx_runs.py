"""The running text of one DOCX paragraph: runs, formulas, symbols, boxes, fields, tracked changes.

Read as Word shows it with all changes accepted: inserted and moved-to text counts, deleted and
moved-from text does not, hidden text does not, struck text is left out and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from briefqa.reading.formats.docx_math import M, field_line, math_line
from briefqa.reading.formats.docx_numbers import W, value_of
from briefqa.reading.formats.docx_styles import Style
from briefqa.reading.formats.docx_symbols import is_symbol_font, symbol
from briefqa.reading.formats.scripts import lowered, raised

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
OBJECT = "\ufffc"  # stands in a sentence for a picture or a formula object, which hold no text
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_NOT_SHOWN = frozenset(W + name for name in ("pPr", "rPr", "del", "moveFrom", "sdtPr", "sdtEndPr", "rt"))


@dataclass(frozen=True, slots=True)
class RunText:
    """One piece of a paragraph's text; \\n is a line break and \\f a page break."""

    text: str
    size: float
    bold: bool
    place: str = ""  # superscript or subscript


@dataclass(slots=True)
class Left:
    """What was left out of one file."""

    struck: int = 0


@dataclass(slots=True)
class _Field:
    """A complex field that is open: its instruction so far, and whether its result has begun."""

    instruction: str = ""
    result: bool = False
    shown: bool = False


@dataclass(slots=True)
class _Runs:
    style: Style
    left: Left
    fields: list[_Field] = field(default_factory=list)

    def of(self, parent: Any) -> Iterator[RunText]:
        """The pieces below an element that is part of a paragraph."""
        for child in parent:
            tag = child.tag
            if not isinstance(tag, str) or tag in _NOT_SHOWN:
                continue
            if tag == W + "r":
                yield from self.run(child)
            elif tag in (M + "oMath", M + "oMathPara"):
                yield RunText(math_line(child), self.style.size, self.style.bold)
            elif tag == MC + "AlternateContent":
                yield from self.of(chosen(child))
            elif tag == W + "sdt":
                yield from self.control(child)
            else:
                yield from self.of(child)

    def control(self, element: Any) -> Iterator[RunText]:
        """A content control: its content, but no prompt such as "click here to enter text"."""
        properties, content = element.find(W + "sdtPr"), element.find(W + "sdtContent")
        if properties is not None and properties.find(W + "showingPlcHdr") is not None:
            return
        pieces = [] if content is None else list(self.of(content))
        box = None if properties is None else properties.find(_W14 + "checkbox")
        if box is not None and not "".join(piece.text for piece in pieces).strip():
            checked = box.find(_W14 + "checked")
            ticked = checked is not None and checked.get(_W14 + "val") in ("1", "true")
            pieces = [RunText("☑" if ticked else "☐", self.style.size, self.style.bold)]
        yield from pieces

    def run(self, run: Any) -> Iterator[RunText]:
        """One run, with what its properties say."""
        properties = run.find(W + "rPr")
        if is_on(properties, "vanish"):
            return
        text = "".join(self.characters(run, _font(properties)))
        if not text:
            return
        if (is_on(properties, "strike") or is_on(properties, "dstrike")) and text.strip():
            self.left.struck += 1
            return
        size = value_of(properties, "sz")
        bold = None if properties is None else properties.find(W + "b")
        yield RunText(
            text,
            float(size) / 2 if re.fullmatch(r"[0-9]{1,4}(\.[0-9]+)?", size) else self.style.size,
            self.style.bold if bold is None else is_on(properties, "b"),
            value_of(properties, "vertAlign").removeprefix("baseline"),
        )

    def characters(self, run: Any, font: str) -> Iterator[str]:
        """The characters of a run's children."""
        for child in run:
            tag = child.tag
            if tag == W + "t":
                yield _typed(child.text or "", font)
            elif tag in _FIXED:
                yield _FIXED[tag]
            elif tag == W + "br":
                yield "\f" if child.get(W + "type") == "page" else "\n"
            elif tag == W + "sym":
                code = child.get(W + "char", "")
                yield symbol(child.get(W + "font", font), int(code, 16) if _is_hex(code) else -1)
            elif tag in (W + "fldChar", W + "instrText"):
                yield from self.in_field(child)
            elif tag == W + "ruby":
                base = child.find(W + "rubyBase")
                yield "".join(piece.text for piece in self.of(() if base is None else base))
            elif tag == MC + "AlternateContent":
                yield from self.characters(chosen(child), font)
            elif tag == W + "object" or (tag == W + "drawing" and child.find(_WP + "inline") is not None):
                yield "" if _holds_text(child) else OBJECT
        if self.fields and self.fields[-1].result:
            self.fields[-1].shown = True

    def in_field(self, child: Any) -> Iterator[str]:
        """Fields show their result; boxes of forms and EQ fields have none and are worked out."""
        if child.tag == W + "instrText":
            if self.fields:
                self.fields[-1].instruction += child.text or ""
            return
        kind = child.get(W + "fldCharType")
        if kind == "begin":
            self.fields.append(_Field())
            box = child.find(f"{W}ffData/{W}checkBox")
            if box is not None:
                checked = (
                    is_on(box, "checked") if box.find(W + "checked") is not None else is_on(box, "default")
                )
                yield "☑" if checked else "☐"
        elif kind == "separate" and self.fields:
            self.fields[-1].result = True
        elif kind == "end" and self.fields:
            done = self.fields.pop()
            if not done.shown:
                yield field_line(done.instruction)


_FIXED = {
    W + "tab": " ",
    W + "noBreakHyphen": "-",
    W + "cr": "\n",
    W + "lastRenderedPageBreak": "\f",
}


def paragraph_runs(paragraph: Any, style: Style, left: Left) -> list[RunText]:
    """The pieces of a paragraph in order, small characters written as such."""
    pieces: list[RunText] = []
    for place, group in groupby(_Runs(style, left).of(paragraph), key=lambda piece: piece.place):
        if place in ("superscript", "subscript"):
            small = list(group)
            text = "".join(piece.text for piece in small)
            pieces.append(replace(small[0], text=(raised if place == "superscript" else lowered)(text)))
        else:
            pieces.extend(group)
    return pieces


def chosen(alternatives: Any) -> Any:
    """The content that present programs show, of the two that Word stores for old ones."""
    choice = alternatives.find(MC + "Choice")
    fallback = alternatives.find(MC + "Fallback")
    found = fallback if choice is None else choice
    return () if found is None else found


def is_on(properties: Any, name: str) -> bool:
    """Whether a property is there and not switched off."""
    found = None if properties is None else properties.find(W + name)
    return found is not None and found.get(W + "val", "1") not in ("0", "false", "off", "none")


def mark_is_deleted(properties: Any) -> bool:
    """Whether the end of a paragraph was deleted, so that it goes on in the next one."""
    run = None if properties is None else properties.find(W + "rPr")
    return run is not None and (run.find(W + "del") is not None or run.find(W + "moveFrom") is not None)


def _font(properties: Any) -> str:
    fonts = None if properties is None else properties.find(W + "rFonts")
    return "" if fonts is None else fonts.get(W + "ascii", fonts.get(W + "hAnsi", ""))


def _typed(text: str, font: str) -> str:
    """Text as its font shows it: þ in Wingdings is ☑."""
    if not is_symbol_font(font):
        return text
    return "".join(symbol(font, ord(c)) if ord(c) < 0x100 or 0xF000 <= ord(c) <= 0xF0FF else c for c in text)


def _is_hex(code: str) -> bool:
    return re.fullmatch(r"[0-9A-Fa-f]{1,6}", code) is not None


def _holds_text(element: Any) -> bool:
    return next(element.iter(W + "txbxContent"), None) is not None


def plain_text(pieces: Iterable[RunText]) -> str:
    """The text of pieces, without marks for pictures at its ends."""
    return "".join(piece.text for piece in pieces).strip(OBJECT)
