"""The words of a question that carry meaning, and where they stand in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import rjieba

from briefqa.text.asking import ENGLISH_GRAMMAR, asking_spans
from briefqa.text.folding import fold, is_english
from briefqa.text.numbering import NUMERALS

_NOUN_TAGS = frozenset("n j l i b".split())  # first letters: nouns, abbreviations, set phrases, attributes
_OTHER_NOUN_TAGS = frozenset(("eng", "vn"))
_NUMBER = re.compile(rf"[\d.,]+|[{NUMERALS}千万亿]+")
_ENGLISH_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, folded, with its `[start, end)` in the question."""

    text: str
    start: int
    end: int
    is_noun: bool


def tagged(folded: str) -> list[tuple[str, str]]:
    """The words of a folded text with their part-of-speech tags; joined they are the text."""
    return list(rjieba.tag(folded))


def content_words(question: str) -> list[Word]:
    """Words that neither ask nor are numbers; in an English question all of them pass as nouns."""
    folded = fold(question)
    if is_english(question):
        return [
            Word(match.group(), *match.span(), is_noun=True)
            for match in _ENGLISH_WORD.finditer(folded)
            if match.group() not in ENGLISH_GRAMMAR
        ]
    asking = {at for start, end in asking_spans(folded) for at in range(start, end)}
    found, at = [], 0
    for text, tag in tagged(folded):
        start, at = at, at + len(text)
        asks = all(place in asking for place in range(start, at))
        if asks or _NUMBER.fullmatch(text) or not any(map(str.isalnum, text)):
            continue
        found.append(Word(text, start, at, tag[0] in _NOUN_TAGS or tag in _OTHER_NOUN_TAGS))
    return found
