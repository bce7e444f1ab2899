"""Automatic numbers of DOCX paragraphs (1. ①), which the text itself does not hold."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from briefqa.text.numbering import TO_TEN

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = f"〇{TO_TEN[:-1]}"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
BULLET_NUMBER = "• "
_NOT_NUMBERED = ("none", "")
_LARGEST = 3999  # Roman numbers and letters beyond it would be longer than any line


def value_of(element: Any, child: str, default: str = "") -> str:
    """The w:val of a child element, or the default."""
    found = None if element is None else element.find(W + child)
    return default if found is None else found.get(W + "val", default)


def whole(text: str, default: int) -> int:
    """A small whole number in ASCII digits, else the default."""
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else default


def chinese(number: int, digits: str = _CHINESE, units: str = "十百千") -> str:
    """A number in Chinese characters; above 9999 in Arabic digits."""
    if not 0 < number < 10_000:
        return str(number)
    text = ""
    for place, char in enumerate(reversed(str(number))):
        digit = int(char)
        unit = units[place - 1] if place else ""
        text = (digits[digit] + unit if digit else digits[0]) + text
    text = re.sub(f"{digits[0]}+", digits[0], text).rstrip(digits[0])
    return text[1:] if 10 <= number < 20 and digits == _CHINESE else text


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else ""


def _roman(number: int) -> str:
    text = ""
    for value, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ["m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"],
        strict=True,
    ):
        text += sign * (number // value)
        number %= value
    return text


def number_text(number: int, number_format: str) -> str:
    """A number in one of Word's number formats; unknown formats give Arabic digits."""
    kind = number_format.lower()
    if not 0 < number <= _LARGEST:
        return str(number)
    if kind.startswith(("chinesecounting", "japanesecounting", "taiwanesecounting", "ideographdigital")):
        return chinese(number)
    if kind.startswith(("chineselegal", "ideographlegal", "japaneselegal")):
        return chinese(number, _LEGAL, "拾佰仟")
    if kind == "ideographtraditional":
        return "甲乙丙丁戊己庚辛壬癸"[number - 1] if 1 <= number <= 10 else str(number)
    if kind == "ideographzodiac":
        return "子丑寅卯辰巳午未申酉戌亥"[number - 1] if 1 <= number <= 12 else str(number)
    if kind.startswith("decimalenclosedcircle"):
        return "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"[number - 1] if 1 <= number <= 20 else str(number)
    if kind.startswith("decimalfullwidth"):
        return str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    if kind == "decimalzero":
        return f"{number:02d}"
    if kind in ("upperletter", "lowerletter"):
        return _letters(number).upper() if kind[0] == "u" else _letters(number)
    if kind in ("upperroman", "lowerroman"):
        return _roman(number).upper() if kind[0] == "u" else _roman(number)
    return str(number)


@dataclass(slots=True)
class _Level:
    start: int
    format: str
    text: str
    suffix: str
    legal: bool  # all levels in Arabic digits
    restart: int | None  # the level whose items start this one again; None: any higher level
    style: str


@dataclass(slots=True)
class Numbering:
    """The numbering definitions of one file, and how far each has counted."""

    abstract: dict[str, dict[int, _Level]] = field(default_factory=dict)
    of_number: dict[str, str] = field(default_factory=dict)  # numId → abstractNumId
    overrides: dict[str, dict[int, int]] = field(default_factory=dict)  # numId → level → start
    style_links: dict[str, str] = field(default_factory=dict)  # abstractNumId → numbering style
    counters: dict[str, dict[int, int]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    @classmethod
    def parse(cls, root: Any) -> Numbering:
        """From the root element of numbering.xml, or None when the file has none."""
        numbering = cls()
        for element in () if root is None else root.findall(W + "abstractNum"):
            key = element.get(W + "abstractNumId", "")
            numbering.abstract[key] = _levels(element)
            if link := value_of(element, "numStyleLink"):
                numbering.style_links[key] = link
        for element in () if root is None else root.findall(W + "num"):
            key = element.get(W + "numId", "")
            numbering.of_number[key] = value_of(element, "abstractNumId")
            for override in element.findall(W + "lvlOverride"):
                start = value_of(override, "startOverride")
                if start:
                    level = whole(override.get(W + "ilvl", "0"), 0)
                    numbering.overrides.setdefault(key, {})[level] = whole(start, 1)
        return numbering

    def level_of_style(self, number_id: str, style: str) -> int:
        """The level that a paragraph style stands for in this numbering; 0 when none does."""
        levels = self.abstract.get(self.of_number.get(number_id, ""), {})
        return next((i for i, level in levels.items() if level.style == style), 0)

    def next(self, number_id: str, level: int) -> str:
        """Counts one paragraph and gives its number with its separator: `3. `, or ``."""
        key = self.of_number.get(number_id, "")
        levels = self.abstract.get(key, {})
        here = levels.get(level)
        if here is None:
            return ""
        counts = self.counters.setdefault(key, {})
        if number_id not in self.seen:
            self.seen.add(number_id)
            for i, start in self.overrides.get(number_id, {}).items():
                counts[i] = start - 1
        counts[level] = counts.get(level, here.start - 1) + 1
        for below in [i for i in counts if i > level]:
            limit = levels[below].restart if below in levels else None
            if limit is None or level < limit:
                del counts[below]
        if here.format in _NOT_NUMBERED:
            return ""
        if here.format == "bullet":
            return BULLET_NUMBER if here.text else ""

        def part(match: re.Match[str]) -> str:
            i = int(match.group(1)) - 1
            other = levels.get(i, here)
            return number_text(counts.get(i, other.start), "decimal" if here.legal else other.format)

        text = re.sub(r"%(\d)", part, here.text)
        # Word sets a tab here; after the marks of Chinese numbers nobody types a blank.
        blank = here.suffix != "nothing" and text and not re.search(r"[、，）)：；①-⑳]$", text)
        return text + " " if blank else text


def _levels(element: Any) -> dict[int, _Level]:
    levels: dict[int, _Level] = {}
    for level in element.findall(W + "lvl"):
        start, restart = value_of(level, "start", "1"), value_of(level, "lvlRestart")
        levels[whole(level.get(W + "ilvl", "0"), 0)] = _Level(
            start=whole(start, 1),
            format=value_of(level, "numFmt", "decimal"),
            text=value_of(level, "lvlText"),
            suffix=value_of(level, "suff", "tab"),
            legal=level.find(W + "isLgl") is not None,
            restart=whole(restart, 0) if restart else None,
            style=value_of(level, "pStyle"),
        )
    return levels
