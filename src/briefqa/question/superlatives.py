"""Which of several a question asks for by its rank among them: the highest, the fewest, the second.

A rank that names something instead (a minimum wage, the first batch) is followed by the name of it; what asks
is followed by a word that asks or glues, or by nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from briefqa.question.parsing import Question
from briefqa.question.slots import SlotKind
from briefqa.text.asking import asking_spans
from briefqa.text.content import tagged
from briefqa.text.folding import fold
from briefqa.text.lexicon import words_of
from briefqa.text.numbering import chinese_number

_MUCH, _HIGHEST = "多最"
_MOST = {_MUCH, *(word[1:] for word in words_of("asking.figure") if word[0] == _MUCH)}
_LEAST = frozenset(pair[-1] for pair in words_of("degrees.opposite"))
_DEGREES = "".join(sorted((_MOST | _LEAST) - {""}))
_CHINESE = re.compile(rf"{_HIGHEST}(?P<degree>[{_DEGREES}])")
_RANKED = re.compile(rf"(?P<degree>[{_DEGREES}])?")
_NUMERAL = re.compile(r"第([^\W\d_]{1,3}|\d{1,3})名?")
_FROM_THE_END = "倒"
_MOST_WORD = r"highest|largest|biggest|greatest|most|fastest|longest|strongest"
_LEAST_WORD = r"lowest|smallest|least|fewest|slowest|shortest|weakest"
_ENGLISH = re.compile(
    rf"\b(?:(?P<rank>second|third)[\s-]+)?(?:(?P<most>{_MOST_WORD})|(?<!at )(?P<least>{_LEAST_WORD}))\b"
    r"(?! (?:recent|of)\b)"
)
_ENGLISH_RANKS = {"second": 2, "third": 3}


@dataclass(frozen=True, slots=True)
class Superlative:
    """A rank that is asked for, at `[start, end)` of the question.

    Attributes:
        rank: 1 for the first.
        most: whether the largest figure is the first; None where the words do not tell.
    """

    start: int
    end: int
    rank: int
    most: bool | None


def superlatives(question: Question) -> tuple[Superlative, ...]:
    """The ranks that a question asks for, in their order."""
    found = _english(fold(question.text)) if question.is_english else _chinese(question)
    return tuple(sorted(found, key=lambda each: each.start))


def _english(folded: str) -> Iterator[Superlative]:
    for match in _ENGLISH.finditer(folded):
        rank = _ENGLISH_RANKS.get(match["rank"] or "", 1)
        yield Superlative(*match.span(), rank, match["most"] is not None)


def _chinese(question: Question) -> Iterator[Superlative]:
    folded = fold(question.text)
    asking = {start for start, _ in asking_spans(folded)}

    def asks(end: int) -> bool:
        return end in asking or not folded[end : end + 1].isalnum()

    known = [match for match in _CHINESE.finditer(folded) if asks(match.end())]
    for match in known:
        yield Superlative(*match.span(), 1, match["degree"] not in _LEAST)
    for start, end in _of_other_degree(folded):
        if asks(end) and all(match.start() != start for match in known):
            yield Superlative(start, end, 1, None)
    for slot in question.slots:
        ranked = _RANKED.match(folded, slot.end)
        number = _NUMERAL.fullmatch(fold(slot.text))
        if slot.kind is not SlotKind.ORDINAL or number is None or ranked is None or not asks(ranked.end()):
            continue
        most = (ranked["degree"] not in _LEAST) == (
            _FROM_THE_END not in folded[max(slot.start - 2, 0) : slot.start]
        )
        rank = chinese_number(number[1])
        yield Superlative(slot.start, ranked.end(), rank, most)


def _of_other_degree(folded: str) -> Iterator[tuple[int, int]]:
    """Adjectives in their highest degree, whatever they say."""
    words = tagged(folded)
    ends = list(accumulate(len(word) for word, _ in words))
    for place, (word, tag) in enumerate(words):
        if word[0] != _HIGHEST:
            continue
        following = words[place + 1 : place + 2]
        if word == _HIGHEST and following and following[0][1][:1] == "a":
            yield ends[place] - 1, ends[place + 1]
        elif len(word) > 1 and tag[:1] == "a":
            yield ends[place] - len(word), ends[place]
