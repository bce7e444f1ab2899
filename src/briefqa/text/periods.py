"""Parts of a year as stretches of months: halves, quarters, months, from one month to another."""

from __future__ import annotations

import re

from briefqa.text.numbering import TO_TEN

_MONTH = r"(?:1[0-2]|[1-9])"
PART_OF_YEAR = re.compile(
    rf"(?P<half>[上下])半年|(?:第?(?P<quarter>[{TO_TEN[:4]}1-4])|前(?P<quarters>[{TO_TEN[1:3]}]))季度|(?P<whole>全年)"
    rf"|(?<!\d)(?:(?P<low>{_MONTH})\s*月?\s*[-—–~至到]\s*)?(?P<high>{_MONTH})月份?(?!\s*\d{{1,2}}(?!\d))"
)
Months = tuple[int, int]


def parts_of_year(folded: str) -> list[Months]:
    """First and last month, 1 to 12, of each part of a year that a folded text names; no month of a date."""
    return [_months(match) for match in PART_OF_YEAR.finditer(folded)]


def _months(match: re.Match[str]) -> Months:
    if match["half"]:
        return (1, 6) if match["half"] == "上" else (7, 12)
    if quarter := match["quarter"]:
        last = 3 * (int(quarter) if quarter.isdigit() else TO_TEN.index(quarter) + 1)
        return last - 2, last
    if quarters := match["quarters"]:
        return 1, 3 * (TO_TEN.index(quarters) + 1)
    if match["whole"]:
        return 1, 12
    high = int(match["high"])
    return int(match["low"] or high), high
