"""Stretches of years: from one year to another, a school year, the time of a five-year plan.

What is told of a stretch is of its years together: neither one of them has it, nor has another stretch.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from briefqa.text.folding import fold
from briefqa.text.lexicon import any_of
from briefqa.text.numbering import NUMERALS, TO_TEN, chinese_number

YearStretch = tuple[int, int]
_ONES = f"〇零○{TO_TEN[:-1]}"
WRITTEN_YEAR = rf"(?:(?:19|20)\d{{2}}|[一二][〇零九○][{_ONES}]{{2}})"
_JOINED = r"\s*年?[末底]?\s*(?:[-—–~至到]+|\bto\b)\s*"
# The first to the fifth did not follow each other without a gap.
_FIRST_YEARS = (1953, 1958, 1966, 1971, 1976)
_PLAN = rf"[“‘「\"]?(?<![{TO_TEN}])(?P<plan>十[{TO_TEN[:-1]}]|[{TO_TEN}])五[”\"'」’]?\s*"
PLAN_TIME = rf"{_PLAN}(?:时期|期间)"
_PLAN_END = re.compile(rf"{_PLAN}期?末")
STRETCH = rf"(?<!\d){WRITTEN_YEAR}{_JOINED}{WRITTEN_YEAR}(?!\d)年?"
_STRETCH = re.compile(
    rf"(?<!\d)(?P<first>{WRITTEN_YEAR}){_JOINED}(?P<last>{WRITTEN_YEAR})(?!\d)年?|{PLAN_TIME}"
)
# How something stood at the end.
_FOR_EACH = re.compile(any_of("degrees.each"))
_YEAR = re.compile(WRITTEN_YEAR)
STOOD_AT = re.compile(rf"[到至]\s*(?:百分之)?[\d{NUMERALS}]|\bto \d")


@lru_cache(maxsize=4096)
def year_stretches(folded: str) -> tuple[tuple[YearStretch, int, int], ...]:
    """The stretches that a folded text names, first and last year, each with its place."""
    found = ((_years(match), *match.span()) for match in _STRETCH.finditer(folded))
    return tuple(each for each in found if each[0][0] < each[0][1])


@dataclass(frozen=True, slots=True)
class AskedStretch:
    """A stretch that a question is about; `by_name`: as the time of a plan."""

    years: YearStretch
    text: str
    by_name: bool


def asked_stretch(question: str) -> AskedStretch | None:
    """The one stretch that a question is about, for all of its years together.

    None where it names another year besides, asks for each of them.
    """
    folded = fold(question)
    found = year_stretches(folded)
    if len(found) != 1 or _FOR_EACH.search(folded) or _YEAR.search(without_stretches(folded)):
        return None
    years, start, end = found[0]
    return AskedStretch(years, question[start:end], not _YEAR.search(folded, start, end))


def plan_ends(folded: str) -> list[tuple[int, int, int]]:
    """The years in which five-year plans ended whose end a folded text names, each with its place."""
    return [(_plan(match["plan"])[1], *match.span()) for match in _PLAN_END.finditer(folded)]


def is_of_stretch(folded: str, year: int) -> bool:
    """Whether what a text tells of a year is told of a stretch that it is in, not of the year itself."""
    stretches = year_stretches(folded)
    inside = any(low <= year <= high for (low, high), _, _ in stretches)
    rest = without_stretches(folded)
    return inside and not _FOR_EACH.search(rest) and not STOOD_AT.search(rest)


def told_stretches(folded: str) -> str:
    """The stretches of a text for a reader, as they are written."""
    return "、".join(folded[start:end] for _, start, end in year_stretches(folded)[:2])


def without_stretches(folded: str) -> str:
    """A text with blanks where it names stretches."""
    for _, start, end in year_stretches(folded):
        folded = f"{folded[:start]}{' ' * (end - start)}{folded[end:]}"
    return folded


def _years(match: re.Match[str]) -> YearStretch:
    if match["plan"]:
        return _plan(match["plan"])
    return _year(match["first"]), _year(match["last"])


def _plan(number: str) -> YearStretch:
    nth = chinese_number(number)
    first = _FIRST_YEARS[nth - 1] if nth <= len(_FIRST_YEARS) else 1951 + 5 * nth
    return first, first + 4


def _year(written: str) -> int:
    return int(written) if written.isascii() else int("".join(str(chinese_number(each)) for each in written))
