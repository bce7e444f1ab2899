"""Questions for what an article says: its text is asked for, by its number, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from briefqa.question.slots import Slot, SlotKind
from briefqa.text.asking import without_asking
from briefqa.text.content import tagged
from briefqa.text.folding import fold

# What may be said of an article beside its document.
OF_ARTICLES = frozenset("内容规定说写讲原文全条款本该法案的了")
_GOVERNS = ("v", "p")  # who breaks an article or keeps to it asks for more than its text


def asks_for_text(question: str, slots: Sequence[Slot]) -> bool:
    """Whether nothing but asking stands behind the articles of a question, and no verb before them."""
    articles = [slot for slot in slots if slot.kind is SlotKind.ARTICLE]
    if not articles:
        return False
    before = tagged(without_asking(fold(question[: articles[0].start])).strip())
    behind = set(without_asking(fold(question[articles[-1].end :])))
    rest = {each for each in behind if each.isalnum()} - OF_ARTICLES
    return not rest and not (before and before[-1][1].startswith(_GOVERNS))
