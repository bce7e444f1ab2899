"""Questions that ask nothing of the documents: greetings, thanks, and what the page can do.

Only a text that is one from end to end and leans on no question before it; what is asked of the page must not
be surely answered by the documents either. Whatever else is in it is searched for.
"""

from __future__ import annotations

import re

from briefqa.answering.answer import Answer
from briefqa.text.folding import fold

_SURE = 0.8  # confidence from which on the documents answer it all the same

_GREETING = re.compile(
    r"(?:[你您]们?好|大家好|[早晚]安|(?:早上?|上午|中午|下午|晚上?)好|嗨|哈[喽啰罗哈]|在吗|多?谢谢?|感谢|非常|辛苦|打扰|再见|拜拜|好的?|[嗯哦]+"
    r"|明白|知道|收到|[你您了啊呀哈啦]"
    r"|h(?:i|ello|ey)|there|good|morning|afternoon|evening|night|thanks?|you|very|much|(?:good)?bye|ok(?:ay)?)+"
)
_OF_THE_PAGE = re.compile(
    r"[你您](?:是谁|叫什么(?:名字)?|[能会可以]+(?:做|干|帮我做?)?(?:些?什么|啥))|怎么用|如何使用"
    r"|whoareyou|whatcanyoudo|whatisthis|howareyou|howdoesthiswork|help"
)


def is_courtesy(answer: Answer) -> bool:
    """Whether what was asked is no question to the documents."""
    said = _letters(answer.question)
    if answer.searched != answer.question:
        return False
    unsure = not answer.found or answer.confidence < _SURE
    return bool(_GREETING.fullmatch(said) or (unsure and _OF_THE_PAGE.fullmatch(said)))


def without_greetings(history: tuple[str, ...]) -> tuple[str, ...]:
    """Earlier questions without those that no later one can lean on."""
    return tuple(each for each in history if not _GREETING.fullmatch(_letters(each)))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text)).lower()
