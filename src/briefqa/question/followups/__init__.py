"""Follow-ups: what about this one? and its goal?, completed from the questions before them.

A question that stands on its own is left alone, so that a new topic inherits nothing. What is searched
is words and meanings, so a complete but clumsy wording is good enough.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefqa.question.followups import chinese, english
from briefqa.question.followups.likeness import Embed
from briefqa.text.folding import is_english, simplified
from briefqa.text.lexicon import any_of
from briefqa.text.short_years import with_whole_years

_LONGEST = 2_000  # characters of a question, as the caller allows
# Said between questions: it leans on nothing, and nothing leans on it.
_SMALL_TALK = re.compile(
    rf"\W*(?:(?:{any_of('followups.talk')}|thank you|got it|i see|a lot)\W*)+", re.IGNORECASE
)


def complete(question: str, history: Sequence[str], embed: Embed) -> str:
    """The question to search: `question` itself, or a follow-up completed from `history`.

    Args:
        question: the latest question.
        history: the questions before it, oldest first, as they were asked.
        embed: vectors of words, such as the `embed_queries` of the index's model.
    """
    asked: list[str] = []
    for each in history:
        if not _SMALL_TALK.fullmatch(each):
            asked.append(_complete_once(with_whole_years(each), asked, embed))
    return _complete_once(with_whole_years(question), asked, embed)


def _complete_once(question: str, asked: Sequence[str], embed: Embed) -> str:
    """`question` completed from complete questions, oldest first; without any it stays as it is."""
    is_chinese = not is_english(question)
    # The parts of questions in two languages make no question in either.
    alike = [each for each in asked if is_english(each) is not is_chinese]
    if not alike or not question.strip() or _SMALL_TALK.fullmatch(question):
        return question.strip()
    if is_chinese:
        completed = chinese.complete_chinese(
            simplified(question.strip()), [simplified(each) for each in alike], embed
        )
    else:
        completed = english.complete_english(question.strip(), alike, embed)
    return completed if completed and len(completed) <= _LONGEST else question.strip()
