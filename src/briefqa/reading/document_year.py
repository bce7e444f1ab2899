"""The year that a document is of, as a field with its place where it is printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from briefqa.reading.events import CN_DIGITS
from briefqa.reading.fields import PlacedField
from briefqa.reading.formats.base import RawBlock
from briefqa.text.folding import fold
from briefqa.text.numbering import DIGITS, chinese_number
from briefqa.text.quantities import years

_YEAR = re.compile(rf"(?:19|20)\d\d(?=\s*年|[-/.])|[一二][{CN_DIGITS}]{{3}}(?=年)")
# A year alone in its line, the mark of a note behind it perhaps.
YEAR_LINE = re.compile(
    rf"[（(]?\s*((?:19|20)\d\d|[一二][{CN_DIGITS}]{{3}}(?=年))\s*年?度?\s*[)）]?\s*(?:[\[［〔]\d+[\]］〕])?"
)
_NEAR_TITLE = 4  # blocks above or below it


def year_field(blocks: Sequence[RawBlock], fields: Sequence[PlacedField], front: range) -> list[PlacedField]:
    """The year that the title names, else a line of its own beside it; else that of what was done last.

    A bulletin of 2023 is issued in 2024. A law is of the year in which it was last amended, else adopted; any
    other document is of its date's. Of several years in a title (what was done in one,
    what is planned for the next) the date tells which is meant, else the first.
    """
    title, date = (next((each for each in fields if each.key == key), None) for key in ("title", "date"))
    titled, dated = ([] if each is None else list(_years_of(blocks, each)) for each in (title, date))
    of_date = {each.value for each in dated}
    found = sorted(titled, key=lambda each: each.value not in of_date)
    found = found or _beside(blocks, title, front) or _last_made(blocks, fields) or dated
    return found[:1]


def year_of_name(name: str) -> str:
    """The year that a file's name tells; "" where it tells none or several."""
    folded = fold(name)
    named = years(folded) | {int(each) for each in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", folded)}
    return str(named.pop()) if len(named) == 1 else ""


def _beside(blocks: Sequence[RawBlock], title: PlacedField | None, front: range) -> list[PlacedField]:
    """Lines near the title, or anywhere in the front of a document without one, that are a year alone."""
    near = front if title is None else range(title.block - _NEAR_TITLE, title.end_block + _NEAR_TITLE + 1)
    found = []
    for block in near:
        line = YEAR_LINE.fullmatch(blocks[block].text.translate(DIGITS)) if 0 <= block < len(blocks) else None
        if line:
            found.append(PlacedField("year", year_value(line[1]), block, line.start(1), block, line.end(1)))
    return found


def _last_made(blocks: Sequence[RawBlock], fields: Sequence[PlacedField]) -> list[PlacedField]:
    """The latest year in which it was amended, else adopted."""
    for key in ("amended", "adopted"):
        told = (each for field in fields if field.key == key for each in list(_years_of(blocks, field))[:1])
        if latest := _latest(told):
            return [latest]
    return []


def _latest(found: Iterable[PlacedField]) -> PlacedField | None:
    return max(found, key=lambda each: each.value, default=None)


def _years_of(blocks: Sequence[RawBlock], source: PlacedField) -> Iterator[PlacedField]:
    """The years in a field, in order."""
    for block in range(source.block, source.end_block + 1):
        text = blocks[block].text.translate(DIGITS)
        start = source.start if block == source.block else 0
        end = source.end + 1 if block == source.end_block else len(text)
        for match in _YEAR.finditer(text, start, end):
            yield PlacedField("year", year_value(match.group()), block, match.start(), block, match.end())


def year_value(shown: str) -> str:
    """A printed year in figures, from Chinese digits too."""
    shown = shown.replace("○", "〇")
    return shown if shown.isascii() else "".join(str(chinese_number(each)) for each in shown)
