"""What lines above a table say of it: its name, or only who filled it in, its number and its unit."""

from __future__ import annotations

import re

from briefqa.text.quantities import MEASURE, MULTIPLES

_LONGEST_HEAD = 60  # characters of a line that may name a table
_LONGEST_UNIT = 24
_LONGEST_VALUE = 12
# Bodies are units too: one that another word stands before is a measure only if it is a known one.
_UNIT = re.compile(
    r"[（(\[【]?\s*([\u4e00-\u9fff]{0,6})单\s*位\s*[:：]\s*"
    r"([^\s()（）\[\]【】。；;]+(?:\s*[、,，/]\s*[^\s()（）]+)*)"
)
_MEASURED = "计量"
_KNOWN = re.compile(rf"[{MULTIPLES}]*(?:{MEASURE})(?![\u4e00-\u9fff])|[{MULTIPLES}]+\b|%", re.I)
_FILLED_IN = re.compile(r"[\u4e00-\u9fff]{2,6}\s*(?:[（(][^）)]*[）)])?\s*[:：]")
_FORM_NUMBER = re.compile(r"\w{0,6}\d[-\d]*\s*表")
_ENDS_SENTENCE = re.compile(r"[。！？!?；;，,：:]$")


def unit_told(text: str) -> tuple[int, int, int] | None:
    """Where a line begins to tell the unit of a table, and `[start, end)` of the unit; None if nowhere."""
    for match in _UNIT.finditer(text):
        before, value = match.groups()
        if len(value) <= _LONGEST_VALUE and (before in ("", _MEASURED) or _KNOWN.match(value)):
            return match.start(), *match.span(2)
    return None


def is_unit_line(text: str) -> bool:
    """A line that tells the unit and nothing else."""
    told = unit_told(text)
    return told is not None and told[0] == 0 and len(text) <= _LONGEST_UNIT


def is_short_line(text: str) -> bool:
    """A line that may name a table: short, and no sentence."""
    return len(text) <= _LONGEST_HEAD and not _ENDS_SENTENCE.search(text) and "。" not in text


def names_table(text: str) -> bool:
    """Whether a short line is more than a form's number, its unit, or what is filled in above a table."""
    if is_unit_line(text) or _FORM_NUMBER.fullmatch(text):
        return False
    return not _FILLED_IN.match(text) or text.endswith("表")


def is_filled_in(text: str) -> bool:
    """Who filled a table in, with its unit; or a form's number."""
    return bool(_FORM_NUMBER.fullmatch(text)) or (unit_told(text) is not None and not names_table(text))
