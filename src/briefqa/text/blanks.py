"""Blanks that only typesetting put beside Chinese characters: around numbers, around Latin words."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HAN = r"[\u3001-\u303f\u4e00-\u9fff\uff01-\uff60]"
_BLANKS = re.compile(rf"(?<={_HAN})[ \u00a0\u3000]+(?=\w)|(?<=[\w%])[ \u00a0\u3000]+(?={_HAN})")


def without_blanks(text: str) -> tuple[str, Sequence[int]]:
    """`text` without blanks between a Chinese character and a word or number; where each character stood.

    A reader that learned from plain text takes a number set apart by them for no answer to "how many".
    """
    kept: list[str] = []
    places: list[int] = []
    at = 0
    for match in _BLANKS.finditer(text):
        kept.append(text[at : match.start()])
        places.extend(range(at, match.start()))
        at = match.end()
    return "".join([*kept, text[at:]]), [*places, *range(at, len(text))]
