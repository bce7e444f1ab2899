"""The words of a question that only ask or glue: 多少, 是什么, 有哪些.

Formal documents hardly have them, so that by rarity they would weigh most of all.
"""

from __future__ import annotations

import re

_ASKING = re.compile(
    r"预期目标|主要目标|什么|甚么|哪[些个里儿年天几位种类]?|多少|多[大高长久远]|几[个家种类项条次位]?|谁|怎么样?|怎样|怎|如何|为何|为什么|是否|是指|指的是|"
    r"请问|[吗呢吧啊呀的了是有在和与及其被把将从由对于该]"
)

# English words that only ask or glue.
ENGLISH_GRAMMAR = frozenset(
    "what which who whom whose when where why how many much is are was were did does do the a an of in on to "
    "for by at from with and or that this it its as be been has have had".split()
)


def asking_spans(folded: str) -> list[tuple[int, int]]:
    """`[start, end)` of every asking word in a folded question."""
    return [match.span() for match in _ASKING.finditer(folded)]


def without_asking(folded: str) -> str:
    """A folded question with a blank in place of each asking word."""
    return _ASKING.sub(" ", folded)
