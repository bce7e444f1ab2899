"""Numerals → values: Roman ones, and Chinese ones digit by digit or composed: 10,000 and 2,000 are 12,000."""

from __future__ import annotations

from unicodedata import normalize

from briefqa.text.numbering import TO_TEN

# In folded text; a single letter may be any letter.
ROMAN = r"[ⅰ-ⅻ]|(?<![a-z0-9])[ivx]{2,4}(?![a-z0-9])"
_ROMAN = {each: float(n) for n, each in enumerate("i ii iii iv v vi vii viii ix x xi xii".split(), 1)}

_DIGITS = {character: value for value, character in enumerate(f"零{TO_TEN[:-1]}")} | {"〇": 0, "两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1_000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}


def numeral_value(written: str) -> float | None:
    """The value of a numeral in folded text; None when the characters do not make one."""
    if is_roman(written):
        return _ROMAN[normalize("NFKC", written)]
    whole, point, decimals = written.partition("点")
    if point and not (decimals and set(decimals) <= _DIGITS.keys()):
        return None
    value = _digits(whole) if set(whole) <= _DIGITS.keys() else _composed(whole)
    if value is None or not point:
        return value
    return float(f"{value:.0f}." + "".join(str(_DIGITS[digit]) for digit in decimals))


def is_roman(written: str) -> bool:
    """Whether a numeral, one to twelve, is written in letters."""
    return normalize("NFKC", written) in _ROMAN


def _digits(written: str) -> float | None:
    return float("".join(str(_DIGITS[digit]) for digit in written)) if written else None


def _composed(written: str) -> float | None:
    """Digits with units: each unit smaller than the one before it, but for a new group."""
    total = section = 0.0
    digit: int | None = None
    step = group = float("inf")
    for character in written:
        if character in _DIGITS:
            if digit:  # two digits in a row
                return None
            digit = _DIGITS[character]
        elif character in _STEPS:
            if _STEPS[character] >= step or not (digit or character == "十"):
                return None
            step = _STEPS[character]
            section, digit = section + (digit or 1) * step, None
        else:
            section += digit or 0
            if _GROUPS.get(character, group) >= group or not section:
                return None
            group = _GROUPS[character]
            total, section, digit, step = total + section * group, 0.0, None, float("inf")
    if group == _GROUPS["亿"] and section:  # its thousands stand behind, or are left out
        return None
    return total + section + (digit or 0) * _implied(written)


def _implied(written: str) -> float:
    """What a last digit counts: ten behind a hundred (a tenth of the unit before it), else one."""
    before = written[-2:-1]
    return max(({**_STEPS, **_GROUPS}).get(before, 1) // 10, 1)
