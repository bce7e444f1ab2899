"""Questions for what an article says, or a paragraph or an item of it: their text is asked for by numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefqa.question.slots import Slot, SlotKind
from briefqa.text.asking import without_asking
from briefqa.text.content import tagged
from briefqa.text.folding import fold
from briefqa.text.numbering import NUMERALS, chinese_number

# What may be said of an article beside its document.
OF_ARTICLES = frozenset("内容规定说写讲原文全条款本该法案的了")
OF_LISTS = frozenset("包括主要")  # and of a list beside its heading
_NTH = rf".\W?([{NUMERALS}\d]{{1,3}})\W?"
_PART = re.compile(f"(?:{_NTH}款)?(?:{_NTH}项)?")
_GOVERNS = ("v", "p")  # who breaks an article or keeps to it asks for more than its text


def asks_for_text(question: str, slots: Sequence[Slot]) -> bool:
    """Whether nothing but asking stands behind the articles of a question, and no verb before them."""
    articles = [slot for slot in slots if slot.kind is SlotKind.ARTICLE]
    if not articles:
        return False
    before = tagged(without_asking(fold(question[: articles[0].start])).strip())
    behind = _letters(question[_end(question, articles[-1]) :]) - OF_ARTICLES
    return not behind and not (before and before[-1][1].startswith(_GOVERNS))


def beside_articles(question: str, slots: Sequence[Slot]) -> set[str]:
    """The letters of a question beside its articles, their parts and the words that ask."""
    for slot in reversed([slot for slot in slots if slot.kind is SlotKind.ARTICLE]):
        question = question[: slot.start] + " " + question[_end(question, slot) :]
    return _letters(question)


def _letters(text: str) -> set[str]:
    """The letters of a text, folded, without those of words that only ask."""
    return {each for each in without_asking(fold(text)) if each.isalnum()}


def part_of_article(question: str, slot: Slot) -> tuple[int, int]:
    """The numbers of the paragraph and of the item of an article that are asked for; 0 where none is."""
    match = _PART.match(question, slot.end)
    paragraph, item = match.groups() if match else (None, None)
    return chinese_number(paragraph or ""), chinese_number(item or "")


def _end(question: str, slot: Slot) -> int:
    """Where an article and what part of it is meant end."""
    match = _PART.match(question, slot.end)
    return match.end() if match else slot.end
