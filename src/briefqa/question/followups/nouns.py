"""Noun phrases of a Chinese question: which one a new phrase stands in for, and putting it there."""

from __future__ import annotations

import re

from briefqa.question.followups.slots import (
    BRACKETS,
    Kind,
    TaggedWord,
    is_content,
    names_a_side,
    runs,
    typed_slots,
    words,
)
from briefqa.question.followups.words import ATTRIBUTES, SIBLINGS, THINGS
from briefqa.text.folding import fold

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9&]+")  # GDP, M2


def replaced_noun(new: str, question: str) -> str | None:
    """`question` with `new` for the phrase that it is most like, or None where nothing is like it."""
    return _by_sibling(new, question) or _by_ending(new, question)


def _by_sibling(new: str, question: str) -> str | None:
    """支出 for 收入, 农村 for 城镇: words of one set."""
    code = _CODE.search(question)
    if code and _CODE.fullmatch(new):
        return question[: code.start()] + new + question[code.end() :]
    for family in SIBLINGS:
        member = next((each for each in family if each in new), None)
        if member is None:
            continue
        for other in family:
            old = new.replace(member, other, 1)
            if other != member and old in question and not (member in other and new in question):
                return question.replace(old, new, 1)
    return None


def _by_ending(new: str, question: str) -> str | None:
    """民营企业 for 外资企业: the phrase with the same last word, else with words that end alike."""
    mine = [word.text for word in words(new) if is_content(word) and word.text not in BRACKETS]
    if len(mine) > 1 and len(mine[-1]) == 1:  # 燃油 + 车
        mine[-2:] = ["".join(mine[-2:])]
    best: tuple[int, int, int] | None = None
    for at, word in enumerate(reversed(mine)):
        for run in runs(question):
            for place, old in enumerate(run):
                alike = _common_ending(fold(word), fold(old.text))
                if at and old.text in THINGS:
                    continue
                if alike and not (old.text == word and len(mine) == 1):
                    start, end = _aligned(run, place, len(mine) - 1 - at, len(mine))
                    best = max(best or (0, 0, 0), (alike, -start, -end))
        if best:
            return question[: -best[1]] + new + question[-best[2] :]
    return None


def _aligned(run: list[TaggedWord], place: int, index: int, count: int) -> tuple[int, int]:
    """The span of a run that the new phrase takes, its word `index` of `count` standing on `place`."""
    first = place if count == 1 else max(0, place - index)
    if index == count - 1 and count > 1 and fold(run[place].text) not in ATTRIBUTES - THINGS:
        first = 0
    last = place if index == count - 1 else min(len(run) - 1, place + count - 1 - index)
    return run[first].start, run[last].end


def _common_ending(one: str, other: str) -> int:
    """How many last characters two words share; none where one of them is a single character."""
    if min(len(one), len(other)) < 2:
        return 0
    shared = 0
    while shared < min(len(one), len(other)) and one[-1 - shared] == other[-1 - shared]:
        shared += 1
    return shared


def replaced_topic(new: str, question: str, *, modifier: bool = False) -> str | None:
    """`question` with `new` for what it is about: its first phrase that is no mere attribute.

    A `modifier` (职工的) replaces only the first word of it: 职工养老保险 for 居民养老保险.
    """
    persons = [slot for slot in typed_slots(question) if slot.kind is Kind.PERSON]
    if persons and not runs(question[: persons[0].start]):
        return question[: persons[0].start] + new + question[persons[0].end :]
    for run in runs(question):
        trimmed = _trimmed(run)
        if trimmed and not all(fold(word.text) in ATTRIBUTES for word in trimmed):
            start, end = trimmed[0].start, trimmed[0 if modifier else -1].end - _measure(trimmed[-1], new)
            if len(trimmed) == 1 and trimmed[0].text.endswith("率"):  # 农村 + 失业率
                end = start
            return _unquoted(question[:start]) + new + question[end:].lstrip("”》")
    return None


def _trimmed(run: list[TaggedWord]) -> list[TaggedWord]:
    """A run without the attribute at its end: 数字经济 of 数字经济规模."""
    end = len(run)
    while end > 1 and names_a_side(run[end - 1].text) and run[end - 1].text not in THINGS:
        end -= 1
    return run[:end]


def _measure(word: TaggedWord, new: str) -> int:
    """How many characters at the end of a word name a measure that stays: 产量 of 粮食产量."""
    stays = len(word.text) > 2 and word.text[-2:] in ATTRIBUTES - THINGS and word.text[-2:] not in new
    return 2 if stays else 0


def _unquoted(before: str) -> str:
    return before[:-1] if before[-1:] in ("“", "《") else before
