"""The year that a document is of, as a field with its place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefqa.reading.events import CN_DIGITS
from briefqa.reading.fields import PlacedField
from briefqa.reading.formats.base import RawBlock
from briefqa.text.numbering import DIGITS, chinese_number

_YEAR = re.compile(rf"(?:19|20)\d\d(?=\s*年|[-/.])|[一二][{CN_DIGITS}]{{3}}(?=年)")


def year_field(blocks: Sequence[RawBlock], fields: Sequence[PlacedField]) -> list[PlacedField]:
    """The year that the title names, else that of the date: a bulletin of 2023 is issued in 2024.

    Of several years in a title (2023年执行情况和2024年草案) the date tells which is meant, else the first.
    """
    titled, dated = (_years_of(blocks, fields, key) for key in ("title", "date"))
    of_date = {each.value for each in dated}
    found = sorted(titled, key=lambda each: each.value not in of_date) or dated
    return found[:1]


def _years_of(blocks: Sequence[RawBlock], fields: Sequence[PlacedField], key: str) -> list[PlacedField]:
    """The years in the first field of that key, in order."""
    source = next((each for each in fields if each.key == key), None)
    if source is None:
        return []
    found = []
    for block in range(source.block, source.end_block + 1):
        text = blocks[block].text.translate(DIGITS)
        start = source.start if block == source.block else 0
        end = source.end + 1 if block == source.end_block else len(text)
        for match in _YEAR.finditer(text, start, end):
            shown = match.group().replace("○", "〇")
            value = shown if shown.isascii() else "".join(str(chinese_number(each)) for each in shown)
            found.append(PlacedField("year", value, block, match.start(), block, match.end()))
    return found
