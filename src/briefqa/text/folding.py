"""One character in, one character out: how text is folded for matching, never for showing.

Width (Ａ → A), case (A → a), script (蘇 → 苏, by OpenCC's character table) and compatibility
forms are folded so that the same words compare equal however they were typed. Because each
character maps to exactly one, offsets into the folded text are offsets into the original.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC


class _Table(dict[int, int]):
    """Code point → folded code point, filled when a character is first met."""

    def __init__(self) -> None:
        super().__init__()
        self._simplify = OpenCC("t2s").convert

    def __missing__(self, code: int) -> int:
        folded = self._fold(chr(code))
        self[code] = folded
        return folded

    def _fold(self, character: str) -> int:
        if character == "，":  # as a half-width comma it would join 2023，2024 into one number
            return ord(character)
        for step in (lambda c: unicodedata.normalize("NFKC", c), str.lower, self._simplify):
            changed = step(character)
            if len(changed) == 1:  # ½ would become three characters: it stays as it is
                character = changed
        return ord(character)


class _Simplified(dict[int, int]):
    """Code point → its simplified form, nothing else folded."""

    def __init__(self) -> None:
        super().__init__()
        self._simplify = OpenCC("t2s").convert

    def __missing__(self, code: int) -> int:
        simple = self._simplify(chr(code))
        self[code] = ord(simple) if len(simple) == 1 else code
        return self[code]


_HAN = re.compile(r"[\u4e00-\u9fff]")
_TABLE = _Table()
_SIMPLIFIED = _Simplified()


@lru_cache(maxsize=8192)  # one question folds the same sentences for each of its conditions
def fold(text: str) -> str:
    """The matching form of `text`; `len(fold(text)) == len(text)`, and folding twice changes nothing."""
    return text.translate(_TABLE)


def has_han(text: str) -> bool:
    """Whether a text holds a Chinese character; questions without one are asked in another language."""
    return _HAN.search(text) is not None


def simplified(text: str) -> str:
    """`text` in simplified characters, one for one; the form in which texts are embedded.

    Models have seen far more simplified Chinese, and a question need not be in the script of the text.
    """
    return text.translate(_SIMPLIFIED)
