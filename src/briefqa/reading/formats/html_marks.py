"""Inline marks of a web page that a walk over its text would lose: ², struck text, formulas, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bs4 import Tag
from bs4.element import NavigableString

from briefqa.errors import DocumentError
from briefqa.reading.formats.formulas import latex_line
from briefqa.reading.formats.html_drawings import settle_drawings
from briefqa.reading.formats.left_out import pictures_left_out, struck_left_out
from briefqa.reading.formats.scripts import lowered, raised
from briefqa.reading.formats.web.lines import BLOCKS
from briefqa.text.numbering import number_of

_MOST_TAGS = 300_000  # a page of a thousand screens has fewer
_LONGEST_SMALL = 40  # characters of a superscript; a longer one is a paragraph in small print
_SMALLEST_SIDE = 100  # pixels of a picture that can hold text
_LINE_THROUGH = re.compile(r"text-decoration(?:-line)?\s*:[^;]*\bline-through\b", re.I)
_MARK = re.compile(r"[，。；：！？!?:;,]")
_DECORATION = re.compile(r"logo|icon|qr_?code|ewm|weixin|wechat|share|banner|avatar|loading|blank", re.I)


def check_tags(text: str, path: Path) -> None:
    """DocumentError when a page holds so many tags that parsing it would take minutes."""
    if text.count("<") > _MOST_TAGS:
        raise DocumentError(
            path, f"{path.name} holds more than {_MOST_TAGS:,} HTML tags; split it into smaller pages."
        )


def settle_marks(page: Tag) -> int:
    """Writes small characters and formulas as text, takes struck text out; returns how much of it."""
    struck = 0
    for tag in page.find_all(("rt", "rp")):  # how a character is read aloud
        tag.decompose()
    for tag in page.find_all(_is_struck):
        struck += bool(tag.get_text(strip=True)) and not tag.decomposed
        tag.decompose()
    for formula in page.find_all("math"):
        source = formula.find("annotation", encoding=re.compile("tex", re.I))
        if isinstance(source, Tag):
            formula.replace_with(NavigableString(latex_line(source.get_text())))
    settle_drawings(page)
    _join_terms(page)
    for tag in page.find_all(("sup", "sub")):
        if tag.find(True) is None and len(text := tag.get_text()) <= _LONGEST_SMALL:
            tag.replace_with(NavigableString((raised if tag.name == "sup" else lowered)(text)))
    return struck


def _join_terms(page: Tag) -> None:
    """Writes a term and what it is told to be as one paragraph; a question and a numbered line stay apart."""
    for term in page.find_all("dt"):
        told, text = term.find_next_sibling(), term.get_text().strip()
        if told is None or told.name != "dd" or told.find([*BLOCKS, "br", "a"]) or term.find([*BLOCKS, "br"]):
            continue
        names = text and not number_of(text) and (text[-1] in ":：" or not _MARK.search(text))
        if names and told.get_text(strip=True):
            term.append(NavigableString("" if text[-1] in ":：" else "："))
            term.extend(list(told.contents))
            told.decompose()
            term.name = "dd"


def _is_struck(tag: Tag) -> bool:
    return tag.name in ("del", "s", "strike") or _LINE_THROUGH.search(str(tag.get("style") or "")) is not None


def mark_warnings(images: Iterable[Tag], struck: int) -> Iterator[str]:
    """Sentences for the user about what the article holds that was not read."""
    pictures = sum(_may_hold_text(image) for image in images)
    yield from pictures_left_out(pictures, "张图片")
    yield from struck_left_out(struck)


def _may_hold_text(image: Tag) -> bool:
    sides = [str(image.get(name) or "") for name in ("width", "height")]
    small = any(re.match(r"[0-9]{1,4}(?:px)?$", s) and int(s[:-2] if s.endswith("px") else s) < _SMALLEST_SIDE
                for s in sides)  # fmt: skip
    named = " ".join(map(str, (image.get("src") or "", image.get("class") or "", image.get("id") or "")))
    return not small and not _DECORATION.search(named)
