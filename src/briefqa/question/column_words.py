"""The words of headers as a question is compared with them: without units, by neighbouring pairs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from briefqa.reading.table_labels import PART
from briefqa.text.folding import fold
from briefqa.text.quantities import MULTIPLES, YEAR, unit_of

DATED = re.compile(rf"(?:19|20)\d\d\s*{YEAR}?")
_UNIT = re.compile(rf"[（(\[【]\s*[{MULTIPLES}]*([^）)\]】]*?)\s*[）)\]】]\s*$|[{MULTIPLES}]*([%％‰])$")
OF = "的"  # between what has a thing and that thing
_GAP = "\n"  # in place of what names the row or the table: no header reaches over it


def unit_in(text: str) -> str:
    """The unit that a header or a label ends with, in brackets or as a sign, as units are compared; or ""."""
    bracket = _UNIT.search(text)
    return unit_of(fold(bracket[1] or bracket[2] or "")) if bracket else ""


def without_unit(text: str) -> str:
    """A header without the unit that it ends with."""
    return _UNIT.sub("", text)


def without_year(header: str) -> str:
    """What a header says but for years and its unit; "" where it says no more."""
    text = DATED.sub("", without_unit(fold(header))).strip()
    return text if any(map(str.isalpha, text)) else ""


def pair_share(question: str, header: str) -> float:
    """Share of a header's pairs of neighbouring characters that the question has, its unit left out."""
    pairs = header_pairs(header)
    return len(pairs & header_pairs(question)) / len(pairs) if pairs else 0.0


@lru_cache(maxsize=1024)
def header_pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a header, its unit left out."""
    words = without_unit(fold(text))
    return frozenset(words[at : at + 2] for at in range(len(words) - 1))


def names_left_out(question: str, texts: Sequence[str]) -> str:
    """The question with what names the row or the table taken out."""
    left = fold(question)
    for text in sorted(filter(None, texts), key=len, reverse=True):
        for form in (
            text,
            re.sub(rf"^{PART}[:：]?", "", text),
            re.sub(r"^(?:续|附)?表\s*[\d-]+\s*", "", text),
        ):
            if len(form) > 1 and fold(form) in left:
                left = left.replace(fold(form), _GAP)
    return left
