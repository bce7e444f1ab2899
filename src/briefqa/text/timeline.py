"""Which years a sentence speaks of.

A report of 2019 says "last year" and means 2018; only its title or date tells. A sentence that names no
year speaks of the year in the heading above it, else of its document's year.
A comparison with the year before names none: the document's standpoint tells whose results are compared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from briefqa.text.content import tagged
from briefqa.text.folding import fold
from briefqa.text.numbering import TO_TEN
from briefqa.text.quantities import years
from briefqa.text.stretches import PLAN_TIME, STOOD_AT, WRITTEN_YEAR

_RELATIVE = (
    (re.compile(r"[今本]年"), 0),
    (re.compile(r"去年|上一?年|过去的?一年|一年来|工作的?回顾$"), -1),
    (re.compile(r"前年"), -2),
    (re.compile(r"[明来]年|下一年"), 1),
)
# A sentence may compare its year with another, which it does not speak of.
_CALENDAR_YEAR = rf"{WRITTEN_YEAR}年"
_COMPARED = re.compile(
    rf"[比较]{_CALENDAR_YEAR}[^，。；！？]{{0,14}}?[增减降升涨高低多少翻扩缩]"
    rf"|[与和同以]{_CALENDAR_YEAR}(?:相比|比较|为基)"
    rf"|\b(?:than|compared (?:with|to)) (?:in )?(?:19|20)\d{{2}}\b"
    rf"|{_CALENDAR_YEAR}(?:的?(?:不变|可比)价|价格)"
)
_YEAR_BEFORE = r"(?:[去前]年|上一?年)(?:[末底]|同期)?"
_COMPARED_RELATIVE = re.compile(
    rf"[比较按占]{_YEAR_BEFORE}|[由从]{_YEAR_BEFORE}的?(?=\s*\d)|[与和同]{_YEAR_BEFORE}(?=相比|相当|比|(?:基本)?持平)"
)
_TOLD_CLAUSE = re.compile(r"\d[^，,；;]*[，,；;]")
# What no year is told without.
_TELLS_YEAR = re.compile(r"[年末]|(?:19|20)\d\d|回顾")
# What a report plans, not what came about.
_PLANNED = re.compile(
    r"目标|预[期计定]|[计规]划|指标|打算|准备|拟|力争|安排|将|(?:要|应当?)达到|争取|"
    r"\b(?:target|goal|plan|aim)",
    re.IGNORECASE,
)
# What goes on since a year says nothing of the year that is told next.
_SINCE = re.compile(rf"(?:{_CALENDAR_YEAR}|年)以来")
# Told of several years at once, by how many they are or by their mean; not how something stood at their end.
_SEVERAL_YEARS = re.compile(
    rf"(?:[{TO_TEN[1:]}]|(?<!\d)(?:[2-9]|1\d))个?年(?:[来间中里内]|期间|[^，。；]*累计)"
    rf"|{PLAN_TIME}|年均|均每年|\bon average\b"
)
# What is still to come is asked for with a verb of intention too; in a text these verbs tell less.
_TO_BE, _WHAT = ("要", "想"), frozenset("vnaildpb")  # before what is to be done, not how much it takes
_POLITE = frozenset("rv")  # of who asks: I want to know, may I ask
_INTENDED = re.compile(r"\b(?:expected|planned|were|was|is|are) to\b")
# Asked for is what came about, not what was planned.
_IN_FACT = r"实际(?![使利到])|最终|\b(?:actual|actually|in fact)\b"
_RESULT = re.compile(_IN_FACT, re.IGNORECASE)
_CAME_ABOUT = re.compile(rf"{_IN_FACT}|[现成]了", re.IGNORECASE)
_PLAN_OR_RESULT = re.compile(rf"的?(?:{_PLANNED.pattern})+|{_IN_FACT}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Standpoint:
    """When a document speaks.

    Attributes:
        year: what it calls this year.
        results: whose results it tells where it compares them with the year before: a work report those of
            the year that has ended, a bulletin those of its own.
    """

    year: int
    results: int


def asked_years(question: str) -> set[int]:
    """The years that a question is about; not one that it only compares with."""
    folded = fold(question)
    return years(_COMPARED.sub("", folded))


def _has_own_clause(before: str) -> bool:
    """Whether a figure is told in a clause before the one that names the year before."""
    return _TOLD_CLAUSE.search(before) is not None and not years(before)


@lru_cache(maxsize=4096)
def explicit_years(text: str, standpoint: Standpoint | None) -> frozenset[int]:
    """Years that a text speaks of, those told relative to its document's year included.

    A year that something is only compared with does not count; a result that is compared with the year
    before, and names no year, is of the year whose results the document tells.
    """
    folded = fold(text)
    if _TELLS_YEAR.search(folded) is None:
        return frozenset()
    folded = _COMPARED.sub("", folded)
    named = years(folded)
    if standpoint is not None:
        folded, compared = _COMPARED_RELATIVE.subn("", folded)
        relative = [(match, offset) for pattern, offset in _RELATIVE if (match := pattern.search(folded))]
        if any(offset < 0 and _has_own_clause(folded[: match.start()]) for match, offset in relative):
            named = named or {standpoint.results}
        named |= {standpoint.year + offset for _, offset in relative}
        if compared and not named and not is_planned(folded):
            named.add(standpoint.results)
    return frozenset(named)


def anchoring_years(text: str, standpoint: Standpoint | None) -> frozenset[int]:
    """The years of which the sentences after a text go on to speak."""
    return explicit_years(_SINCE.sub("", fold(text)), standpoint)


def is_of_several_years(text: str) -> bool:
    """Whether what a text tells is of several years together, a sum or a mean."""
    folded = fold(text)
    return _SEVERAL_YEARS.search(folded) is not None and STOOD_AT.search(folded) is None


def may_ask_for_plan(question: str) -> bool:
    """Whether a question has a verb of intention and says nothing of a plan: what is to be built?"""
    folded = fold(question)
    words = tagged(folded)
    intended = any(
        word.startswith(_TO_BE) and tag == "v" and following[:1] in _WHAT and before[:1] not in _POLITE
        for (_, before), (word, tag), (_, following) in zip(
            [("", "r"), *words], words, words[1:], strict=False
        )
    )
    return intended or _INTENDED.search(folded) is not None


def asks_what_came(question: str) -> bool:
    """Whether a question says that it is about what came about, not about a plan."""
    return _CAME_ABOUT.search(fold(question)) is not None


def tells_both(folded: str) -> bool:
    """Whether a folded sentence has a clause on what was planned and one on what came about."""
    clauses = re.split(r"[，,；;]", folded)
    return any(_RESULT.search(each) for each in clauses) and any(
        _PLANNED.search(each) and not _RESULT.search(each) for each in clauses
    )


def compares_with_year_before(text: str) -> bool:
    """Whether a text compares with the year before, without its number."""
    return _COMPARED_RELATIVE.search(fold(text)) is not None


def without_plan_or_result(question: str) -> str:
    """A question for a figure without what says that it is of a plan, or of what came about."""
    return _PLAN_OR_RESULT.sub("", question)


def is_planned(text: str) -> bool:
    """Whether a question or a sentence is about a target rather than a result."""
    return _PLANNED.search(fold(text)) is not None
