"""Which yearly texts are joined in one file, and where each of them begins.

A file that holds the bulletins of several years repeats its title with another year, or, where only the
texts were joined, a line with nothing but a date, a first sentence that begins with another year, and the
first section's heading again. Numbers that start again alone prove nothing: attachments do it too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from briefqa.reading.document import BlockKind
from briefqa.reading.document_year import YEAR_LINE, year_value
from briefqa.reading.editions import series_of
from briefqa.reading.events import DATE
from briefqa.reading.fields import plain
from briefqa.reading.formats.base import RawBlock
from briefqa.text.folding import fold
from briefqa.text.numbering import number_of
from briefqa.text.quantities import year_quantities, years

_SHORTEST = 4  # characters that a title must keep without its year to be told from others
_LIKE_TITLE = 0.75  # of the file's title (a collection of bulletins) that a part's title (a bulletin) must be
_SENTENCE = re.compile(r".{9,}[。！？；]")
_LABEL = 30  # characters of a heading or a label
_NEAR = 8  # blocks after a part's title within which its text begins


@dataclass(frozen=True, slots=True)
class FoundPart:
    """Blocks from `block` on are of `year`; `block` to `end_block` are its title, `date` when it was issued.

    `printed`: those blocks are the title itself, not merely the line at which the part begins.
    """

    block: int
    end_block: int
    year: int
    title: str
    date: str
    printed: bool


def find_parts(
    blocks: Sequence[RawBlock], body: range, title: str, year: int | None, titled: tuple[int, int] | None
) -> tuple[FoundPart, ...]:
    """The parts of a file that is titled `title` in blocks `titled` (first, last) and is of `year`.

    Empty when the whole file is of one year; else the first part is the one that the title governs.
    """
    found = _titled(blocks, body, title)
    first, last = titled or (0, 0)
    parts: list[FoundPart] = []
    if year is not None:
        untitled = _untitled(blocks, body, title, year)
        if untitled and year not in years(fold(title)):  # it is the date's, which is a year late
            year = next(filter(None, map(_told_year, blocks[: body.start + 1])), year)
        parts = [FoundPart(first, last, year, title, _date_below(blocks, last), titled is not None)]
        found = sorted([*found, *untitled], key=lambda part: part.block)
    for part in found:
        if part.block > last and (not parts or part.year != parts[-1].year):
            parts.append(part)
    return tuple(parts) if len(parts) > 1 else ()


def _titled(blocks: Sequence[RawBlock], body: range, title: str) -> list[FoundPart]:
    """Lines that are the title with another year; lines of a list of titles stand below each other."""
    series = series_of(title)
    letters = set(series)
    found = []
    for i in body:
        text = blocks[i].text
        if blocks[i].kind is not BlockKind.TEXT or len(text) > len(title) + 10 or text.startswith("《"):
            continue
        if len(letters.intersection(fold(text))) < _LIKE_TITLE * len(letters):
            continue  # most lines, at once
        own = series_of(text)
        alike = series.startswith(own) and len(own) >= max(_SHORTEST, _LIKE_TITLE * len(series))
        told = _year_of_title(blocks, i) if alike else None
        if told:
            year, end = told
            found.append(FoundPart(i, end, year, text, _date_below(blocks, end), True))
    listed = {each.block for a, b in pairwise(found) if b.block == a.end_block + 1 for each in (a, b)}
    return [part for part in found if part.block not in listed and _text_follows(blocks, part.end_block)]


def _year_of_title(blocks: Sequence[RawBlock], i: int) -> tuple[int, int] | None:
    """The one year that a title names, else that of a line of its own below; and the title's last block."""
    named = years(fold(blocks[i].text))
    if named:
        return (named.pop(), i) if len(named) == 1 else None
    for k in range(i + 1, min(i + 3, len(blocks))):
        if match := YEAR_LINE.fullmatch(plain(blocks[k].text)):
            return int(year_value(match[1])), k
    return None


def _untitled(blocks: Sequence[RawBlock], body: range, title: str, year: int) -> list[FoundPart]:
    """Lines that are only a date, where another year opens the text and the first heading comes again."""
    opening = next((i for i in body if _opens_sections(blocks[i])), body.stop)
    found = []
    for i in range(opening + 1, body.stop - 1):
        if not DATE.fullmatch(plain(blocks[i].text).strip("() \u3000")):
            continue
        text = next((k for k in (i + 1, i + 2) if k in body and _SENTENCE.match(blocks[k].text)), i)
        own = _opening_year(blocks[text].text) if text > i else None
        if own and any(_comes_again(blocks[opening], each) for each in blocks[text + 1 : text + 1 + _NEAR]):
            found.append(FoundPart(i, i, own, _with_year(title, year, own), blocks[i].text, False))
    return found


def _opening_year(text: str) -> int | None:
    """The year that a text begins with."""
    return next((int(each.value) for each in year_quantities(fold(text[:_LABEL])) if not each.start), None)


def _told_year(block: RawBlock) -> int | None:
    """The year that a sentence begins with; None for a line that is none."""
    return _opening_year(block.text) if _SENTENCE.match(block.text) else None


def _opens_sections(block: RawBlock) -> bool:
    number = number_of(block.text) if block.kind is BlockKind.TEXT and len(block.text) <= _LABEL else None
    return bool(block.level) or (number is not None and number.value == 1)


def _comes_again(opening: RawBlock, block: RawBlock) -> bool:
    return _opens_sections(block) and _squeezed(block.text) == _squeezed(opening.text)


def _with_year(title: str, year: int, own: int) -> str:
    """The title as it would be printed above the part of another year."""
    told = [each for each in year_quantities(fold(title)) if each.value == year]
    for each in sorted({(each.start, each.start + 4) for each in told}, reverse=True):
        if title[slice(*each)] == str(year):
            title = f"{title[: each[0]]}{own}{title[each[1] :]}"
    return title


def _text_follows(blocks: Sequence[RawBlock], i: int) -> bool:
    after = blocks[i + 1 : i + 1 + _NEAR]
    return any(_SENTENCE.match(block.text) for block in after)


def _date_below(blocks: Sequence[RawBlock], i: int) -> str:
    """The date in the short lines right below a title; "" when none stands there."""
    for block in blocks[i + 1 : i + 4]:
        if len(block.text) > 2 * _LABEL or number_of(block.text):
            break
        if match := DATE.search(plain(block.text)):
            return block.text[slice(*match.span())]
    return ""


def _squeezed(text: str) -> str:
    return "".join(fold(text).split())
