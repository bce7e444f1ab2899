"""An article of a law: found by its number in the document that the question names, quoted whole."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from briefqa.question.asked import AskedKind
from briefqa.question.parsing import Question
from briefqa.question.slots import SlotKind
from briefqa.reading.document import BlockKind, Document
from briefqa.text.asking import without_asking
from briefqa.text.folding import fold
from briefqa.text.numbering import number_of

_STYLE = "条"
# What may be said of an article beside its document.
_OF_ARTICLES = frozenset("内容规定说写讲原文全文条款本该法案的了")


def printed_articles(question: Question, documents: Sequence[Document]) -> list[tuple[int, int, int]]:
    """(document number, start, end) of the articles that are asked for by their number alone.

    Empty when the question asks for something in an article, or names something that
    is in no title.
    """
    if question.asked.kind is not AskedKind.ARTICLE:
        return []
    wanted = {slot.value for slot in question.slots if slot.kind is SlotKind.ARTICLE}
    rest = _rest(question)
    found = []
    for number, document in enumerate(documents):
        if rest <= set(fold(document.title + document.id)) | _OF_ARTICLES:
            found += [(number, *span) for value, span in _articles(document) if value in wanted]
    return found


def _rest(question: Question) -> set[str]:
    """The characters of the question beside the article's number and the words that ask."""
    text = question.text
    for slot in question.slots:
        if slot.kind is SlotKind.ARTICLE:
            text = text.replace(slot.text, " ")
    return {each for each in without_asking(fold(text)) if each.isalnum()}


def _articles(document: Document) -> list[tuple[int, tuple[int, int]]]:
    """The number and the span of each article, from its number to the next heading or the back matter."""
    ends = [block.start for block in document.blocks if block.kind is BlockKind.BACK]
    last = min(ends, default=len(document.text))
    starts = [heading.start for heading in document.headings] + [max(last, 0)]
    found = []
    for heading, (start, end) in zip(document.headings, pairwise(starts), strict=True):
        number = number_of(fold(document.text[heading.start : heading.end]))
        if number and number.style == _STYLE and end > start:
            found.append((number.value, (start, start + len(document.text[start:end].rstrip()))))
    return found
