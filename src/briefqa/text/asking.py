"""The words of a question that only ask or glue.

Formal documents hardly have them, so that by rarity they would weigh most of all.
"""

from __future__ import annotations

import re

from briefqa.text.lexicon import any_of, keyed

_ASKING = re.compile(any_of(*(f"asking.{name}" for name in keyed("asking"))))

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
