"""Numbered headings of Chinese documents: 1.1, ①, or in Chinese numerals.

This module says what a line's number is; whether the line is a heading is for
`briefqa.reading.headings`, which sees the whole sequence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

DIGITS = str.maketrans("０１２３４５６７８９．（）⼀⼆⼋⼗", "0123456789.()一二八十")  # keeps every offset
TO_TEN = "一二三四五六七八九十"
NUMERALS = f"〇零{TO_TEN}百"
_VALUES = {c: i for i, c in enumerate(TO_TEN[:-1], 1)} | {"〇": 0, "零": 0}
ORDINAL = "第"  # what numbers of parts of a document begin with
ATTACHED = "附[件表录]"  # what an attachment is called, with its number or alone
# Pages set wide and recognised ones have blanks between the characters.
_NTH = rf"{ORDINAL}\s*([{NUMERALS}\d](?:[ \u3000]?[{NUMERALS}\d]){{0,4}})\s*"
# 之 with no numeral behind it goes on with a reference; read as far as it goes, once.
ARTICLE = rf"{_NTH}条(?:之([{TO_TEN}\d]{{1,3}}))?+"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

# Outermost first: the usual nesting of official documents. `headings` swaps two styles when a
# document itself shows the opposite nesting.
STYLES = ("篇", "分编", "章", "节", "一、", "（一）", "第一，", "1、", "（1）", "①", "条")
# Printed as parts of a whole: an excerpt may begin with the third and go on with the seventh.
NAMED = frozenset(filter(str.isalpha, STYLES))
ARTICLE_STYLE = STYLES[-1]
_PATTERNS = (
    ("篇", re.compile(rf"{_NTH}(?:篇|编|部分)")),
    *((name, re.compile(rf"{_NTH}{name}")) for name in ("分编", "章", "节")),
    ("条", re.compile(rf"{ARTICLE}(?=[\s：:【（(\u4e00-\u9fff“《]|$)")),
    ("第一，", re.compile(rf"第([{TO_TEN}]{{1,3}})[，、,]")),
    ("一、", re.compile(rf"([{TO_TEN}]{{1,3}})$")),  # alone in its line
    ("一、", re.compile(rf"([{TO_TEN}]{{1,3}})(?:、|[.．](?!\d)|[ \u3000]{{2}})")),
    ("（一）", re.compile(rf"\(([{TO_TEN}]{{1,3}})\)[、.]?")),
    ("1.1", re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})[.、]?(?=[ \u3000]|[\u4e00-\u9fff“《])")),
    ("1、", re.compile(r"(\d{1,2})(?:、|\.(?!\d)|\.(?=(?:19|20)\d\d[年\-—–~至]))")),
    ("（1）", re.compile(r"\((\d{1,2})\)[、.]?|(\d{1,2})\)")),
    ("①", re.compile(f"([{_CIRCLED}])[、.]?")),
    ("1", re.compile(r"(\d{1,2})[ \u3000]+(?=[\u4e00-\u9fffA-Z])")),
)
# After "1.2" these make it a quantity, not a section number.
_UNIT = re.compile(r"[.、]?\s*[%％‰亿万千百元个倍吨米件人家次平公美年月日号岁度版级]")
_FIRST = frozenset(f"第(0123456789{TO_TEN}{_CIRCLED}")  # what a number can begin with
_AFTER_ARTICLE = (*" \u3000\t：:【（(", "")  # what parts an article's number from its text
# What only a reference to an article goes on with.
_REFERENCE = re.compile(
    rf"{ARTICLE}(?:规定|所[称列指述]|的(?!士)|之|[和及至或与]?第[{NUMERALS}\d]+[条款项目])"
)


@dataclass(frozen=True, slots=True)
class Number:
    """The number a line begins with; `end` is where its text begins.

    `tight`: an article's number without a blank after it, which may be a reference to one.
    `under`: M of 第N条之M, an article put in behind article N; else 0.
    """

    style: str  # one of STYLES, or "1", "1.1", "1.1.1", …
    value: int  # the last component
    prefix: tuple[int, ...]  # the components before it: 2.3.1 → (2, 3)
    end: int
    tight: bool = False
    under: int = 0

    @property
    def article(self) -> ArticleNumber | None:
        """Which article it is the number of, None if of none."""
        return ArticleNumber(self.value, self.under) if self.style == ARTICLE_STYLE else None


class ArticleNumber(NamedTuple):
    """The number of an article, and of one put in behind it its own, else 0."""

    value: int
    under: int = 0

    @classmethod
    def of(cls, match: re.Match[str]) -> ArticleNumber:
        """What the groups 1 and 2 of `ARTICLE` tell."""
        return cls(chinese_number(match[1]), chinese_number(match[2] or ""))

    def __str__(self) -> str:
        return f"第{self.value}条" + (f"之{self.under}" if self.under else "")


def chinese_number(text: str) -> int:
    """The value of a numeral, in Chinese or in digits, with blanks in it or none."""
    text = "".join(text.split())
    if text.isdigit():
        return int(text)
    total = digit = 0
    for char in text:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = digit * 10 + _VALUES.get(char, 0) if digit else _VALUES.get(char, 0)
    return total + digit


def number_of(text: str) -> Number | None:
    """The number at the very start of `text`, or None."""
    head = text[:40].rstrip().translate(DIGITS)
    if head[:1] not in _FIRST:
        return None
    for style, pattern in _PATTERNS:
        match = pattern.match(head)
        if not match:
            continue
        digits = next(group for group in match.groups() if group)
        if style == "1.1":
            if _UNIT.match(head, match.end(1)):
                return None
            parts = tuple(int(part) for part in digits.split("."))
            return Number(".".join("1" * len(parts)), parts[-1], parts[:-1], match.end())
        value = _CIRCLED.index(digits) + 1 if style == "①" else chinese_number(digits)
        if style == ARTICLE_STYLE and value:
            tight = head[match.end() : match.end() + 1] not in _AFTER_ARTICLE
            under = ArticleNumber.of(match).under
            refers = tight and _REFERENCE.match(head)
            return None if refers else Number(style, value, (), match.end(), tight, under)
        if style == "1" and _UNIT.match(head, match.end(1)):
            return None
        return Number(style, value, (), match.end()) if value else None
    return None


_TOC_LINE = re.compile(
    r"(?:(?:[.．·…]\s*){3,}|[ \u3000\t]{3,}|\t)[-—]?\s*\d{1,4}\s*[-—]?$|(?:[.．·…]\s*){6,}$"
)


def is_contents_line(text: str) -> bool:
    """A line of a table of contents: a leader of dots, then a page number."""
    return _TOC_LINE.search(text[-200:]) is not None
