"""What lines above a table say of it: its name, or only who filled it in, its number and its unit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from briefqa.text.lexicon import any_of
from briefqa.text.quantities import MEASURE, MULTIPLES

_LONGEST_HEAD = 60  # characters of a line that may name a table
_LONGEST_UNIT = 24
_LONGEST_VALUE = 12
_LONGEST_WORD = 6  # characters before the word for a unit that say of what; more are a name that ran into it
_UNIT = re.compile(
    r"单\s{0,4}位\s{0,4}[:：]\s{0,4}([^\s()（）\[\]【】。；;]+(?:\s{0,4}[、,，/]\s{0,4}[^\s()（）]+)*)"
)
_WORDS_BEFORE = re.compile(r"[\u4e00-\u9fff]*$")
_OPENS = "（([【 \u3000"
_MEASURED = "计量"
# Bodies are units too: one that another word stands before is a measure only if it looks like one.
_MEASURE = re.compile(
    rf"(?:[{MULTIPLES}]*(?:{MEASURE})){{1,2}}(?![\u4e00-\u9fff])|[{MULTIPLES}]+(?![\u4e00-\u9fff])"
    rf"|.{{0,4}}{any_of('measures.money')}$|.*[/%％A-Za-zμ°]",
    re.I,
)
_FILLED_IN = re.compile(r"[\u4e00-\u9fff]{2,6}\s{0,4}(?:[（(][^）)]{0,40}[）)])?\s{0,4}[:：]")
_FORM_NUMBER = re.compile(r"\w{0,6}\d[-\d]{0,9}\s{0,4}表")
_ENDS_SENTENCE = re.compile(r"[。！？!?；;，,：:]$")


@dataclass(frozen=True, slots=True)
class UnitTold:
    """Where a line tells the unit of a table: from `begin` on, the unit itself at `[start, end)`.

    `measured`: it looks like a measure, whatever stands before it.
    """

    begin: int
    start: int
    end: int
    measured: bool


def unit_told(text: str) -> UnitTold | None:
    """What a line tells of the unit; None if nothing."""
    for match in _UNIT.finditer(text):
        value = match[1]
        measured = _MEASURE.match(value) is not None
        before = _WORDS_BEFORE.search(text, max(match.start() - _LONGEST_WORD - 1, 0), match.start())
        word = before[0] if before else ""
        ran_into = len(word) > _LONGEST_WORD or "表" in word
        if len(value) <= _LONGEST_VALUE and (measured or not word or word.endswith(_MEASURED)):
            begin = match.start() if ran_into else match.start() - len(word)
            return UnitTold(len(text[:begin].rstrip(_OPENS)), *match.span(1), measured)
    return None


def is_unit_line(text: str) -> bool:
    """A line that tells the unit and nothing else."""
    told = unit_told(text) if len(text) <= _LONGEST_UNIT else None
    return told is not None and told.begin == 0


def is_short_line(text: str) -> bool:
    """A line that may name a table: short, and no sentence."""
    return len(text) <= _LONGEST_HEAD and not _ENDS_SENTENCE.search(text) and "。" not in text


def names_table(text: str) -> bool:
    """Whether a short line is more than a form's number, its unit, or what is filled in above a table."""
    if is_unit_line(text) or _FORM_NUMBER.fullmatch(text):
        return False
    return not _FILLED_IN.match(text) or text.endswith("表")


def is_filled_in(text: str) -> bool:
    """A short line on who filled a table in, with its unit; or a form's number."""
    if not is_short_line(text):
        return False
    return bool(_FORM_NUMBER.fullmatch(text)) or (unit_told(text) is not None and not names_table(text))
