"""Questions for what a part of a document says that is called by a number: a chapter, an annex."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from briefqa.question.article_questions import OF_ARTICLES, OF_LISTS
from briefqa.question.asked import AskedKind
from briefqa.question.parsing import Question
from briefqa.question.slots import SlotKind
from briefqa.text.asking import without_asking
from briefqa.text.folding import fold
from briefqa.text.numbering import (
    ARTICLE_STYLE,
    ATTACHED,
    NAMED,
    ORDINAL,
    TO_TEN,
    ArticleNumber,
    chinese_number,
    number_of,
)

_ATTACHMENT = re.compile(rf"{ATTACHED}\s*([\d{TO_TEN}]{{1,3}})")
_OPEN = (AskedKind.ARTICLE, AskedKind.THING, AskedKind.LIST, AskedKind.DEFINITION, AskedKind.NONE)
SectionNumber = tuple[str, int, int]  # style, value, and of an article put in behind another its own


@dataclass(frozen=True, slots=True)
class SectionQuestion:
    """The text of a section is asked for.

    Attributes:
        path: its numbers, outermost first.
        rest: letters of the question that are of no number and do not ask: of the document, or of a heading.
    """

    path: tuple[SectionNumber, ...]
    rest: frozenset[str]


def section_question(question: Question) -> SectionQuestion | None:
    """What section a question asks for; None where it asks for something else, or by no number."""
    if question.asked.kind not in _OPEN:
        return None
    folded = fold(question.text)
    found = [
        (match.span(), (ATTACHED, chinese_number(match[1]), 0)) for match in _ATTACHMENT.finditer(folded)
    ]
    found += [
        ((slot.start, slot.end), (ARTICLE_STYLE, *slot.value))
        for slot in question.slots
        if slot.kind is SlotKind.ARTICLE and isinstance(slot.value, ArticleNumber)
    ]
    for match in re.finditer(ORDINAL, folded):
        number = number_of(folded[match.start() :])
        if number and number.style in NAMED and number.style != ARTICLE_STYLE:
            found.append(((match.start(), match.start() + number.end), (number.style, number.value, 0)))
    if not found:
        return None
    found.sort()
    for (start, end), _ in reversed(found):
        folded = folded[:start] + " " + folded[end:]
    rest = frozenset(each for each in without_asking(folded) if each.isalnum()) - OF_ARTICLES - OF_LISTS
    return SectionQuestion(tuple(number for _, number in found), rest)


def number_of_heading(title: str) -> SectionNumber | None:
    """The number that a heading begins with, as a question has it."""
    folded = fold(title)
    if attachment := _ATTACHMENT.match(folded):
        return ATTACHED, chinese_number(attachment[1]), 0
    number = number_of(folded)
    return (number.style, number.value, number.under) if number else None


def is_in_order(path: Sequence[SectionNumber], numbers: Sequence[SectionNumber | None]) -> bool:
    """Whether numbers of headings, outermost first, end with the last of a path and have the others above."""
    if not numbers or numbers[-1] != path[-1]:
        return False
    above = iter(numbers)
    return all(each in above for each in path)
