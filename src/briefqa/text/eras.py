"""Years told from the beginning of an era, as calendar years."""

from __future__ import annotations

import re

from briefqa.text.numbering import NUMERALS, chinese_number

_YEAR_BEFORE = {"民国": 1911, "光绪": 1874, "宣统": 1908}  # the first of their years
_YEAR = re.compile(rf"({'|'.join(_YEAR_BEFORE)})\s*(元|[{NUMERALS}]{{1,3}}|\d{{1,2}})\s*年")


def era_years(folded: str) -> list[tuple[int, int, int]]:
    """The calendar years of a folded text that are told so, each with its place."""
    return [(_YEAR_BEFORE[match[1]] + _nth(match[2]), *match.span()) for match in _YEAR.finditer(folded)]


def _nth(written: str) -> int:
    return chinese_number(written) or 1
