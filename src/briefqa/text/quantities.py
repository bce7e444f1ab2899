"""Numbers and years as values, however written.

For matching only; what is shown is never rewritten. All functions read folded text
(`briefqa.text.folding.fold`) and give offsets into it, which are offsets into the original.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from briefqa.text.eras import era_years
from briefqa.text.lexicon import any_of, words_of
from briefqa.text.numbering import TO_TEN
from briefqa.text.numerals import numeral_value
from briefqa.text.stretches import plan_ends

YEAR = "年"
PERCENT = "%"

_SCALES = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8, "万亿": 1e12, "兆": 1e12}
_ENGLISH_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_DIGITS = f"〇零{TO_TEN[:-1]}"
_NUMERALS = _DIGITS + "两十百千"
MULTIPLES = "十百千万亿"
# A single numeral counts only before a measure word, because words begin with numerals; a composed one
# is a number whatever comes after it.
_PIECE = "个"  # also before what counts time
MEASURE = (
    f"(?:{_PIECE}{any_of('measures.time')}|"
    f"{any_of('measures.things', 'measures.time', 'measures.money', 'measures.size', 'measures.share')})"
)
_COMPOSED = re.compile(rf"[{_DIGITS}两].*[{MULTIPLES}]|[{MULTIPLES}].*[{_DIGITS}两]")

_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
# Those that are commonly written so; 5/6 may as well be a day of May or the fifth of six pages.
_FRACTION = r"(?<![\d/.(第-])(?:1/[2-9]|1/10|2/[35]|3/[45]|4/5)(?![\d/.月日页])"
_QUANTITY = re.compile(
    rf"百分之(?P<cn_percent>[{_NUMERALS}点]+|{_ARABIC})"
    rf"|(?P<fraction>{_FRACTION})"
    rf"|(?:(?P<over>\d+)亿(?=\d{{1,4}}(?:\.\d+)?万))?(?P<arabic>{_ARABIC})\s*(?P<scale>万亿|[{MULTIPLES}兆]|thousand|million|billion|trillion)?\s*"
    rf"(?P<unit>{MEASURE}|percent|[%\u4e00-\u9fff])?"
    rf"|(?<![{_NUMERALS}几数])(?:(?P<parts>[{_NUMERALS}万]+)分之(?P<share>[{_NUMERALS}]+)"
    rf"|(?P<chinese>[{_NUMERALS}]{{1,12}}(?:[万亿][{_NUMERALS}]{{1,12}}){{0,2}}(?:点[{_DIGITS}]{{1,6}})?)[多余]?"
    rf"(?P<cn_scale>万亿|[万亿])?[多余]?(?P<cn_unit>{MEASURE})?)"
)
_TIMES = frozenset(words_of("measures.time"))
_SHARES = frozenset(("%", "percent", *words_of("measures.share")))
_SAME = dict(pair.split(":") for pair in words_of("measures.same"))
# Also behind the number of an item (1.2025), which is no whole part of it.
_BARE_YEAR = re.compile(
    r"(?m)(?:(?<![\d.])|(?:(?<=^\d\.)|(?<=^\d\d\.))(?=\d{4}年))(?:19|20)\d{2}"
    r"(?!\d|[.,]\d|\s*[万亿千百元个家人%公吨亩米斤名倍户所座件次辆台套])"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in folded text: `value` in units of `unit` (%, … or "" where none is told)."""

    value: float
    unit: str
    start: int
    end: int


@lru_cache(maxsize=4096)  # one question reads the same passages for each of their sentences
def quantities(folded: str) -> tuple[Quantity, ...]:
    """All numbers of a folded text, in order; years too."""
    return tuple(found for match in _QUANTITY.finditer(folded) if (found := _quantity(match)))


def years(folded: str) -> set[int]:
    """The calendar years that a folded text names; 2021-2025 names both ends."""
    return {int(each.value) for each in year_quantities(folded)}


def year_quantities(folded: str) -> list[Quantity]:
    """The calendar years of a folded text with their places; some may overlap.

    From 1900 to 2099, or told from the beginning of an era, or as the end of a five-year plan.
    """
    numbers = quantities(folded) if YEAR in folded else ()
    written = [each for each in numbers if each.unit == YEAR and 1900 <= each.value < 2100]
    told = [(int(match.group()), *match.span()) for match in _BARE_YEAR.finditer(folded)]
    told += (era_years(folded) if YEAR in folded else []) + plan_ends(folded)
    return written + [Quantity(float(year), YEAR, start, end) for year, start, end in told]


def number_terms(folded: str) -> list[str]:
    """Terms under which written-out and scaled numbers find each other.

    Numbers that are plain digits already are terms by themselves and are not repeated here.
    """
    return [
        f"{each.value:.12g}" if each.value < 1e11 else f"{each.value:.0f}"
        for each in quantities(folded)
        if not folded[each.start].isdigit() or not _is_plain(folded[each.start : each.end])
    ]


def _is_plain(written: str) -> bool:
    return not any(scale in written for scale in _SCALES) and not any(
        scale in written for scale in _ENGLISH_SCALES
    )


def _quantity(match: re.Match[str]) -> Quantity | None:
    start, end = match.span()
    if written := match.group("cn_percent"):
        value = _arabic(written) if written[0].isdigit() else numeral_value(written)
        return None if value is None else Quantity(value, PERCENT, start, end)
    if written := match.group("fraction"):
        above, below = map(int, written.split("/"))
        return Quantity(100 * above / below, PERCENT, start, end)
    if written := match.group("arabic"):
        scale = match.group("scale") or ""
        factor = _SCALES.get(scale) or _ENGLISH_SCALES.get(scale, 1.0)
        value = _arabic(written) * factor + _arabic(match.group("over") or "0") * _SCALES["亿"]
        return Quantity(value, unit_of(match.group("unit")), start, end)
    if parts := match.group("parts"):
        whole = _SCALES.get(parts) or numeral_value(parts)
        part = numeral_value(match.group("share"))
        return Quantity(100 * part / whole, PERCENT, start, end) if whole and part is not None else None
    return _chinese_quantity(match)


def _chinese_quantity(match: re.Match[str]) -> Quantity | None:
    written, scale = match.group("chinese"), match.group("cn_scale") or ""
    unit = unit_of(match.group("cn_unit"))
    value = None
    if unit or scale or _COMPOSED.search(written):
        value = numeral_value(written + scale)  # of two scales the first may stand inside
        if value is None and (part := numeral_value(written)) is not None:
            value = part * _SCALES.get(scale, 1.0)
    if value is None or (value == 1 and unit == _PIECE):  # an article
        return None
    return Quantity(value, unit, *match.span())


def unit_of(written: str | None) -> str:
    """A unit in the form in which units are compared: percent → %; "" for none."""
    if written in _SHARES:
        return PERCENT
    return _SAME.get(written or "", written or "")


def is_of_time(unit: str) -> bool:
    """Whether a unit counts time."""
    return unit.removeprefix(_PIECE) in _TIMES


def _arabic(written: str) -> float:
    return float(written.replace(",", ""))
