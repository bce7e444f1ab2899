"""Dates of documents in one form, for lists: 2024年6月3日, 二〇二四年六月三日 and 2024/6/3 → 2024-06-03."""

from __future__ import annotations

import re
from datetime import date
from email.utils import parsedate

from briefqa.reading.events import CN_DIGITS
from briefqa.text.folding import fold
from briefqa.text.numbering import chinese_number

_NUMBER = rf"(\d{{1,2}}|[{CN_DIGITS}]{{1,3}})(?!\d)"
_DATE = re.compile(
    rf"(?<!\d)(\d{{4}}|[{CN_DIGITS}]{{4}})\s*(?:年|[-/.](?=\d))"
    rf"(?:\s*{_NUMBER}\s*(?:月|[-/.](?=\d)|$)(?:\s*{_NUMBER})?)?"
)


def listed_date(printed: str) -> str:
    """Year, month and day as far as they are printed, as ISO 8601 writes them; what is no date stays."""
    found = _DATE.search(fold(printed).replace("○", "〇"))
    if found:
        year, *rest = [chinese_number(each) for each in found.groups() if each]
    elif english := parsedate(printed) or parsedate(f"{printed} 00:00"):  # 3 June 2024
        year, *rest = english[:3]
    else:
        return printed
    try:
        date(year, *[*rest, 1, 1][:2])
    except (ValueError, OverflowError):
        return printed
    return "-".join([f"{year:04}", *(f"{each:02}" for each in rest)])
