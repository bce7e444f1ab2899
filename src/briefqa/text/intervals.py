"""Stretches of numbers, as the tiers of fees and fines are written: from 31 to 100, under 50, 60 and more.

A question about 150 persons is answered by the tier of 101 to 200, in which no 150 stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, nextafter

from briefqa.text.quantities import Quantity

_DASH = re.compile(r"\s*(?:[—–~～\-]{1,2}|至|到)\s*")
_BRACKETS = r"(?:[(（]不?含[^()（）]{0,6}[)）])?"
_FROM = re.compile(rf"{_BRACKETS}及?以上")
_UP_TO = re.compile(rf"{_BRACKETS}及?以[下内]")
_BEFORE = re.compile(r"(?P<not>[不未]?)(?:(?P<over>超过?|[高大多]于)|(?P<under>[低小少]于)|满|(?<=不)足)\s*$")
_OWN = "以至到不及"  # a character after a number is read as its measure word, unless it goes on a stretch
_NEAR = 6  # characters before a number that are looked at
_CELL = re.compile(r"\s*(?:\||$)")


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers from `low` to `high`, both counted in, of one unit; "" only for a cell of a table."""

    low: float
    high: float
    unit: str

    def holds(self, value: float) -> bool:
        """Whether a number lies in it."""
        return self.low <= value <= self.high


def intervals(folded: str, found: Sequence[Quantity]) -> Iterator[Interval]:
    """The stretches in a folded text whose numbers are `found`, see `quantities`."""
    numbers = [_without_next_word(folded, each) for each in found]
    lows = [_low(folded, each) for each in numbers]
    highs = [_high(folded, each) for each in numbers]
    closed: set[int] = set()
    for at, (one, other) in enumerate(pairwise(numbers)):
        dashed = _DASH.fullmatch(folded, one.end, other.start) is not None
        low, high = (one.value, other.value) if dashed else (lows[at], highs[at + 1])
        near = dashed or other.start - one.end <= _NEAR
        if near and at not in closed and one.unit in ("", other.unit) and -inf < low < high < inf:
            closed |= {at, at + 1}
            if other.unit or _is_cell(folded, one.start, other.end):
                yield Interval(low, high, other.unit)
    for at, each in enumerate(numbers):
        if at not in closed and (lows[at] > -inf or highs[at] < inf):
            after = _FROM.match(folded, each.end) or _UP_TO.match(folded, each.end)
            if each.unit or _is_cell(folded, each.start, after.end() if after else each.end):
                yield Interval(lows[at], highs[at], each.unit)


def _low(folded: str, each: Quantity) -> float:
    """From which number on, where a text says so: over 5 begins after it, not under 5 with it."""
    said = _BEFORE.search(folded, max(each.start - _NEAR, 0), each.start)
    if said and not said["not"] and said["over"]:
        return nextafter(each.value, inf)
    full = said is not None and bool(said["not"]) == bool(said["under"]) and not said["over"]
    return each.value if full or _FROM.match(folded, each.end) else -inf


def _high(folded: str, each: Quantity) -> float:
    """Up to which number: under 5 and less than a full 5 end before it, not over 5 with it."""
    said = _BEFORE.search(folded, max(each.start - _NEAR, 0), each.start)
    if said and not said["over"] and bool(said["not"]) != bool(said["under"]):
        return nextafter(each.value, -inf)
    at_most = said is not None and said["not"] and said["over"]
    return each.value if at_most or _UP_TO.match(folded, each.end) else inf


def _is_cell(folded: str, start: int, end: int) -> bool:
    return _CELL.match(folded, end) is not None and folded[:start].rstrip()[-1:] in ("", "|")


def _without_next_word(folded: str, each: Quantity) -> Quantity:
    if each.unit and each.unit in _OWN and folded[each.end - 1] in _OWN:
        return Quantity(each.value, "", each.start, each.end - 1)
    return each
