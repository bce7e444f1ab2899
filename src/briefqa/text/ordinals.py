"""Ordinals and what they count: the second hospital, the third census; one is not another of its kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from briefqa.text.content import tagged
from briefqa.text.folding import fold
from briefqa.text.lexicon import words_of
from briefqa.text.numbering import NUMERALS, chinese_number

_ORDINAL = re.compile(rf"(第\s*(\d{{1,4}}|[{NUMERALS}]{{1,5}}))\s*([\u4e00-\u9fff]{{1,6}})")
_COUNTED = frozenset(words_of("measures.things"))
_OF_ONE_KIND = 2  # characters that two names share behind their ordinals


@dataclass(frozen=True, slots=True)
class Ordinal:
    """An ordinal.

    Attributes:
        written: as it stands in the text.
        value: from 0 on.
        of: the Chinese characters behind it, one to six, folded: what it counts begins with them.
    """

    written: str
    value: int
    of: str

    def is_of_kind(self, other: Ordinal) -> bool:
        """Whether both count the same kind of thing, as far as what stands behind them tells."""
        pairs = takewhile(lambda pair: pair[0] == pair[1], zip(self.of, other.of, strict=False))
        shared = "".join(one for one, _ in pairs)
        return len(shared) >= _OF_ONE_KIND or (bool(shared) and shared == self._measure == other._measure)

    @property
    def text(self) -> str:
        """The ordinal with what it counts: a measure word, or the nouns behind it."""
        nouns = takewhile(lambda pair: pair[1].startswith("n"), tagged(self.of))
        return self.written + (self._measure or "".join(word for word, _ in nouns))

    @property
    def _measure(self) -> str:
        """The measure word behind it; "" when another word is."""
        first = tagged(self.of)[0][0]
        return first if first in _COUNTED else ""


def ordinals(text: str) -> Iterator[Ordinal]:
    """The ordinals of a text, in their order."""
    for match in _ORDINAL.finditer(fold(text)):
        yield Ordinal(text[match.start(1) : match.end(1)], int(chinese_number(match[2])), match[3])
