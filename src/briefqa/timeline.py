"""Which years a sentence speaks of.

A report of 2019 says 去年 and means 2018; only its title or date tells. A sentence that names no
year speaks of the year in the heading above it (一、2018年工作回顾), else of its document's year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from briefqa.documents import Document
from briefqa.folding import fold
from briefqa.quantities import years

_RELATIVE = (
    (re.compile(r"今年|本年"), 0),
    (re.compile(r"去年|上年|上一年|过去一年|过去的一年|一年来"), -1),
    (re.compile(r"前年"), -2),
    (re.compile(r"明年|下一年|来年"), 1),
)
_FIVE_YEAR_PLAN = re.compile(
    r"(?<![\u4e00-\u9fff\d])[“\"]?(?P<plan>十?[一二三四五六七八九]?)五[”\"]?(?:时期|规划|计划|期间|末)"
)
_DIGITS = {"": 0, **{character: value for value, character in enumerate("一二三四五六七八九", start=1)}}


def document_year(document: Document) -> int | None:
    """The year that the document was issued in, as its title or date tells."""
    year = document.metadata.get("year", "")
    return int(year) if year.isdigit() else None


def explicit_years(text: str, reference: int | None) -> set[int]:
    """Years that a text names, those told relative to `reference` (the document's year) included."""
    folded = fold(text)
    named = years(folded)
    for match in _FIVE_YEAR_PLAN.finditer(folded):
        named |= _plan_years(match.group("plan"))
    if reference is not None:
        for pattern, offset in _RELATIVE:
            if pattern.search(folded):
                named.add(reference + offset)
    return named


def passage_years(text: str, headings: Iterable[str], document: Document) -> set[int]:
    """The years that a passage speaks of: named in it, else in a heading above it, else the document's."""
    reference = document_year(document)
    named = explicit_years(text, reference)
    for heading in headings:
        named |= explicit_years(heading, reference)
    if not named and reference is not None:
        named = {reference}
    return named


def _plan_years(plan: str) -> set[int]:
    """The n-th five-year plan, 十三五 (plan 十三) = 2016-2020; the first one began in 1953."""
    number = (10 if plan.startswith("十") else 0) + _DIGITS[plan.removeprefix("十")]
    if number < 6:
        return set()  # the first five were not counted in even steps
    start = 1981 + 5 * (number - 6)
    return set(range(start, start + 5))
