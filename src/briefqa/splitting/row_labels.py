"""Which row of a table a question names: a label counts only whole.

第30社区 is not the row of 第4社区, though that row holds the number 30 too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from briefqa.reading.tables import is_value
from briefqa.text.folding import fold

_NUMBER = re.compile(r"\d+(?:\.\d+)?|[〇零一二三四五六七八九十百千]+")
_ORDINAL = re.compile(r"\d+(?:[.,]\d+)?[.、．]?")  # 序号
_DIGITS = frozenset("0123456789〇零一二三四五六七八九十百千")
_PREFIX = re.compile(
    r"(?:其中|其它|其他|#|\d{1,2}\s*[、.．]|[（(]?[一二三四五六七八九十]{1,3}[）)]?\s*[、.．])\s*[:：]?\s*"
)
_SUFFIX = re.compile(r"\s*[（(\[【][^）)\]】]*[）)\]】]$")


@dataclass(frozen=True, slots=True)
class RowMatch:
    """How a question names a row.

    Attributes:
        whole: labels of the row that the question holds whole.
        labels: labels that the row has: the cells before its first figure.
        other: the question names a row that differs from this one in a number only.
    """

    whole: int
    labels: int
    other: bool


def row_matches(question: str, cells: Sequence[str]) -> RowMatch:
    """How `question` names the row with these cells, from the left.

    The labels are the cells before the first figure; a running number in front is none. White
    space, width, case and script do not matter, nor what a label says in brackets at its end.
    """
    asked = _folded(question)
    labels: list[str] = []
    for cell in filter(None, cells):
        if labels and is_value(cell):
            break
        if not _ORDINAL.fullmatch(cell):
            labels.append(cell)
    whole = sum(label_in(asked, label) for label in labels)
    other = any(_names_other(asked, label) for label in labels)
    return RowMatch(whole, len(labels), other)


def label_in(question: str, label: str) -> bool:
    """Whether the label stands in the question, and not as a part of a longer number or Latin word."""
    asked, folded = _folded(question), _folded(label)
    forms = {folded, _bare(folded)} - {""}
    return any(_whole(asked, form) for form in forms)


def _folded(text: str) -> str:
    return re.sub(r"\s+", "", fold(text))


def _bare(label: str) -> str:
    stripped = _PREFIX.sub("", label, count=1) if _PREFIX.match(label) else label
    return _SUFFIX.sub("", stripped)


def _whole(asked: str, form: str) -> bool:
    at = asked.find(form)
    while at >= 0:
        end = at + len(form)
        before, after = asked[at - 1 : at], asked[end : end + 1]
        if not _same_word(before, form[0]) and not _same_word(form[-1], after):
            return True
        at = asked.find(form, at + 1)
    return False


def _same_word(left: str, right: str) -> bool:
    """Two characters next to each other that are of one number or one Latin word."""
    if left in _DIGITS and right in _DIGITS and left and right:
        return True
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()


def _names_other(asked: str, label: str) -> bool:
    """The label with another number in its place stands in the question, and itself does not."""
    form = _bare(_folded(label))
    parts = _NUMBER.split(form)
    if len(parts) < 2 or not any(parts) or _whole(asked, form):
        return False
    # Without words around it, any number of the question would be another row.
    pattern = _NUMBER.pattern.join(f"{re.escape(part)}" for part in parts)
    return len("".join(parts)) >= 2 and re.search(pattern, asked) is not None
