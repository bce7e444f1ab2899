"""Follow-ups: 「那昆山呢？」 and 「它的目标是多少？」 completed from the questions before them.

A question that stands on its own is left alone, so that a new topic inherits nothing. What is searched
is words and meanings, so a complete but clumsy wording (「苏州灯塔工厂占多少」) is good enough.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefqa.question.followups import chinese, english
from briefqa.text.folding import has_han, simplified

_LONGEST = 2_000  # characters of a question, as the caller allows
# Said between questions: it leans on nothing, and nothing leans on it.
_SMALL_TALK = re.compile(
    r"\W*(?:(?:谢谢|多谢|感谢|你好|您好|再见|拜拜|辛苦|好的|好|嗯|哦|行|可以|明白|知道|懂了|收到|算了|"
    r"不用了|没事|没有?(?:别的|其他|其它)?问题|那|我|了|啦|吧|你|您|都|先|就|到|这样|这里|hi|hello|hey|bye|ok|"
    r"okay|thanks?|thank you|great|good|got it|i see|very|much|so|a lot)\W*)+",
    re.IGNORECASE,
)


def complete(question: str, history: Sequence[str]) -> str:
    """The question to search: `question` itself, or a follow-up completed from `history`.

    Args:
        question: the latest question.
        history: the questions before it, oldest first, as they were asked.
    """
    asked: list[str] = []
    for each in history:
        if not _SMALL_TALK.fullmatch(each):
            asked.append(_complete_once(each, asked))
    return _complete_once(question, asked)


def _complete_once(question: str, asked: Sequence[str]) -> str:
    """`question` completed from complete questions, oldest first; without any it stays as it is."""
    is_chinese = has_han(question)
    # The parts of questions in two languages make no question in either.
    alike = [each for each in asked if has_han(each) is is_chinese]
    if not alike or not question.strip() or _SMALL_TALK.fullmatch(question):
        return question.strip()
    if is_chinese:
        completed = chinese.complete_chinese(
            simplified(question.strip()), [simplified(each) for each in alike]
        )
    else:
        completed = english.complete_english(question.strip(), alike)
    return completed if completed and len(completed) <= _LONGEST else question.strip()
