"""Stretches of numbers, as the tiers of fees and fines are written: from 31 to 100, under 50, 60 and more.

A question about 150 persons is answered by the tier of 101 to 200, in which no 150 stands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from math import inf, nextafter

from briefqa.text.quantities import Quantity, quantities

_TO = "至到"
_DASH = re.compile(rf"\s*(?:[—–~～\-]{{1,2}}|[{_TO}])\s*")
# Whether a bound is counted in; what is left out with it is the number itself, and not a tax.
_BRACKET = re.compile(r"[(（](?P<out>不)?含(?P<what>[^()（）]{0,10})[)）]")
_FROM = re.compile("及?以上")
_UP_TO = re.compile("及?以[下内]|之内")
_BEFORE = re.compile(
    r"(?P<not>[不未]?)(?:(?P<over>超过?|[高大多]于)|(?P<under>[低小少]于)|满|至少|(?<=不)足)\s*$"
)
_OWN = f"以不及{_TO}"  # a character after a number is read as its measure word, unless it goes on a stretch
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
    folded, found, left_out = _without_brackets(folded, found)
    numbers = [_without_next_word(folded, each) for each in found]
    out = [_is_left_out(folded, each, left_out) for each in numbers]
    lows = [_low(folded, each, without) for each, without in zip(numbers, out, strict=True)]
    highs = [_high(folded, each, without) for each, without in zip(numbers, out, strict=True)]
    closed: set[int] = set()
    for at, (one, other) in enumerate(pairwise(numbers)):
        dashed = _DASH.fullmatch(folded, one.end, other.start) is not None
        low, high = lows[at], highs[at + 1]
        if dashed:
            low = nextafter(one.value, inf) if out[at] else one.value
            high = nextafter(other.value, -inf) if out[at + 1] else other.value
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


def _without_brackets(
    folded: str, found: Sequence[Quantity]
) -> tuple[str, Sequence[Quantity], frozenset[int]]:
    """The text and its numbers without brackets that say whether a bound is counted in.

    Also where in that text a bound was said not to be: what stood in brackets parts no stretch.
    """
    brackets = list(_BRACKET.finditer(folded))
    if not brackets:
        return folded, found, frozenset()
    starts = [bracket.start() for bracket in brackets]
    gone = list(accumulate((len(bracket[0]) for bracket in brackets), initial=0))
    numbers = []
    for each in found:
        before = bisect_right(starts, each.start)
        if not before or each.start >= brackets[before - 1].end():
            numbers.append(replace(each, start=each.start - gone[before], end=each.end - gone[before]))
    left_out = frozenset(
        start - length
        for bracket, start, length in zip(brackets, starts, gone, strict=False)
        if bracket["out"]
        and (not bracket["what"] or bracket["what"][0] == "本" or quantities(bracket["what"]))
    )
    return _BRACKET.sub("", folded), numbers, left_out


def _is_left_out(folded: str, each: Quantity, left_out: frozenset[int]) -> bool:
    """Whether brackets behind a number, or behind what it bounds, left it out."""
    after = _FROM.match(folded, each.end) or _UP_TO.match(folded, each.end)
    return each.end in left_out or (after is not None and after.end() in left_out)


def _low(folded: str, each: Quantity, without: bool) -> float:
    """From which number on, where a text says so: over 5 begins after it, not under 5 with it."""
    said = _BEFORE.search(folded, max(each.start - _NEAR, 0), each.start)
    if said and not said["not"] and said["over"]:
        return nextafter(each.value, inf)
    full = said is not None and bool(said["not"]) == bool(said["under"]) and not said["over"]
    if not full and not _FROM.match(folded, each.end):
        return -inf
    return nextafter(each.value, inf) if without else each.value


def _high(folded: str, each: Quantity, without: bool) -> float:
    """Up to which number: under 5 and less than a full 5 end before it, not over 5 with it."""
    said = _BEFORE.search(folded, max(each.start - _NEAR, 0), each.start)
    if said and not said["over"] and bool(said["not"]) != bool(said["under"]):
        return nextafter(each.value, -inf)
    at_most = said is not None and said["not"] and said["over"]
    if not at_most and not _UP_TO.match(folded, each.end):
        return inf
    return nextafter(each.value, -inf) if without else each.value


def _is_cell(folded: str, start: int, end: int) -> bool:
    return _CELL.match(folded, end) is not None and folded[:start].rstrip()[-1:] in ("", "|")


def _without_next_word(folded: str, each: Quantity) -> Quantity:
    if each.unit and each.unit in _OWN and folded[each.end - 1] in _OWN:
        return Quantity(each.value, "", each.start, each.end - 1)
    return each
