"""Words that differ in one member of an axis: above and below, men and women, the second and the third.

Similarity hardly tells them apart, and what stands around them is the same: so a member that a question has
is looked for where a text has another in its place. Members are single characters, numerals that label,
single letters, and what something is told for each of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, groupby, pairwise

from briefqa.text.asking import asking_spans
from briefqa.text.content import content_words, tagged
from briefqa.text.lexicon import any_of, words_of
from briefqa.text.names import DIVISIONS
from briefqa.text.numbering import ARTICLE, NUMERALS, TO_TEN
from briefqa.text.numerals import ROMAN, is_roman, numeral_value

_TOKEN = re.compile(
    rf"(?P<number>\d+(?:\.\d+)?|[两{NUMERALS}]+|{ROMAN})|(?P<each>每{any_of('measures.time')})|[a-z]+|\w"
    r"|(?P<end>[^\w ])"
)
_GLUE = frozenset(words_of("asking.glue"))
_AXES = tuple(map(frozenset, (*words_of("contrasts.axes"), *words_of("degrees.opposite"), DIVISIONS)))
_OTHER = frozenset(words_of("contrasts.other"))
_DENYING = _OTHER | frozenset(words_of("contrasts.denying"))
_END = ""
_NEAR = 2  # tokens beside two members that must be alike; one is chance
_FAR = 12  # more of them tell nothing more
_NEAR_FIGURES = 3  # beside numerals, which are figures too
_ORDINAL = ARTICLE[0]  # what every ordinal begins with
_ARTICLES = frozenset(
    (*words_of("measures.things"), *words_of("measures.time"))
)  # behind one that only stands before a noun
_YEARS = 1900  # from here on a number may be a year, which is another condition's matter


@dataclass(frozen=True, slots=True)
class Token:
    """A character, a numeral or a word of letters of a folded text; `text` is "" at the end of a phrase.

    `value`: of a numeral. `of_word`: how many tokens of its word stand before and behind it.
    """

    text: str
    start: int
    value: float | None = None
    axes: frozenset[int] = frozenset()
    of_word: tuple[int, int] = (0, 0)

    def is_like(self, other: Token) -> bool:
        """Whether both say the same; an end is like nothing."""
        if self.value is not None and other.value is not None:
            return self.value == other.value
        return self.text == other.text != _END

    def is_opposed(self, other: Token) -> bool:
        """Whether both are members of one axis, and not the same. Labels are numbered in one script."""
        if self.value is not None and other.value is not None:
            return self.value != other.value and self.text[0].isdigit() == other.text[0].isdigit()
        return self.text != other.text and not self.axes.isdisjoint(other.axes)


@lru_cache(maxsize=4096)  # one question reads the same sentences for each of its members
def contrast_tokens(folded: str, asks: bool = False) -> tuple[Token, ...]:
    """The tokens of a folded text without particles; `asks`: words that only ask end a phrase."""
    asking = {at for start, end in asking_spans(folded) for at in range(start, end)} if asks else set()
    ends = accumulate(len(word) for word, _ in tagged(folded))
    words = [list(each) for _, each in groupby(_matches(folded), _word_of(ends))]
    return tuple(
        _token(
            match, asking.issuperset(range(word[0].start(), word[-1].end())), (place, len(word) - place - 1)
        )
        for word in words
        for place, match in enumerate(word)
    )


def _matches(folded: str) -> Iterator[re.Match[str]]:
    return (each for each in _TOKEN.finditer(folded) if each.group() not in _GLUE)


def _word_of(ends: Iterable[int]) -> Callable[[re.Match[str]], int]:
    """Where the word ends that a match, none before the last, begins in."""
    rest = iter(ends)
    end = 0

    def of(match: re.Match[str]) -> int:
        nonlocal end
        while end <= match.start():
            end = next(rest)
        return end

    return of


def _token(match: re.Match[str], asks: bool, of_word: tuple[int, int]) -> Token:
    text, start, number = match.group(), match.start(), match["number"]
    if asks or match["end"]:
        return Token(_END, start)
    if number:
        return Token(text, start, float(number) if number[0].isdigit() else numeral_value(number))
    axes = {place for place, axis in enumerate(_AXES) if text in axis}
    if match["each"]:
        axes = {-1}
    elif len(text) == 1 and text.isascii() and text.isalpha():
        axes = {-2}
    return Token(text, start, None, frozenset(axes), of_word)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an axis in a question: the token at `place` of `tokens`."""

    tokens: tuple[Token, ...]
    place: int

    @property
    def token(self) -> Token:
        """What it is."""
        return self.tokens[self.place]

    @property
    def text(self) -> str:
        """The word that it is in; of a numeral what it counts too."""
        before, behind = self.token.of_word
        if self.token.value is not None:
            behind = 1
        return "".join(each.text for each in self.tokens[self.place - before : self.place + behind + 1])

    @property
    def only_labels(self) -> bool:
        """Whether it is a numeral that counts nothing: a Roman one."""
        return self.token.value is not None and is_roman(self.token.text)

    def is_said(self, text: Sequence[Token]) -> bool:
        """Whether a text has it: as a word, beside what it is beside in the question, or its opposite."""
        found = (place for place, each in enumerate(text) if self.token.is_like(each))
        return any(self._is_its_own(text, place) for place in found)

    def _is_its_own(self, text: Sequence[Token], place: int) -> bool:
        own = text[place].of_word == (0, 0) and not _is_han_numeral(text[place])
        return own or self._alike(text, place) or _beside_opposite(text, place)

    def is_beside(self, text: Sequence[Token]) -> bool:
        """Whether a text has it with one that it stands beside in the question."""
        return any(self.token.is_like(each) and self._alike(text, place) for place, each in enumerate(text))

    def opposite_in(self, text: tuple[Token, ...]) -> str:
        """The word that a text has in its place; "" for none."""
        found = (place for place, each in enumerate(text) if self.token.is_opposed(each))
        return next((Member(text, place).text for place in found if self._has_place(text, place)), "")

    def _has_place(self, text: tuple[Token, ...], place: int) -> bool:
        lead, before = _run(self.tokens, self.place, text, place, -1)
        rear, behind = _run(self.tokens, self.place, text, place, 1)
        if self.token.value is not None:
            return behind > 0 and before + behind >= _NEAR_FIGURES
        own, other = self.token.of_word, text[place].of_word
        whole = lead >= max(own[0], other[0]) and rear >= max(own[1], other[1])
        return (whole and before + behind >= _NEAR) or self._is_other_verb(text, place)

    def _is_other_verb(self, text: tuple[Token, ...], place: int) -> bool:
        """Whether two verbs stand behind the same and before a figure, or the same: grew by, shrank by.

        The tagger may take the question's for the end of a longer word.
        """
        before, behind = map(min, zip(self.token.of_word, text[place].of_word, strict=True))
        end, other = self.place + behind + 1, place + behind + 1
        if before + behind != 1 or other == len(text):
            return False
        asks = end == len(self.tokens) or self.tokens[end].text == _END
        if not (text[other].value is not None if asks else text[other].is_like(self.tokens[end])):
            return False
        return _run(self.tokens, self.place - before, text, place - before, -1)[1] >= _NEAR_FIGURES

    def _alike(self, text: Sequence[Token], place: int) -> bool:
        return any(_run(self.tokens, self.place, text, place, step)[1] for step in (-1, 1))


def _run(one: Sequence[Token], first: int, other: Sequence[Token], second: int, step: int) -> tuple[int, int]:
    """How many tokens go on alike from two places, those that are opposed too; and without them.

    Where there is revenue in place of expenditure, both characters are opposed.
    """
    length = alike = 0
    while length < _FAR:
        first, second = first + step, second + step
        if not (0 <= first < len(one) and 0 <= second < len(other)):
            break
        if one[first].is_like(other[second]):
            alike += 1
        elif not one[first].is_opposed(other[second]):
            break
        length += 1
    return length, alike


def members(question: str) -> Iterator[Member]:
    """The members of axes in a folded question, but for those that stand beside their opposite."""
    tokens = contrast_tokens(question, asks=True)
    for place, each in enumerate(tokens):
        if each.value is not None:
            if _may_label(tokens, place):
                yield Member(tokens, place)
        elif each.axes and not _beside_opposite(tokens, place):
            yield Member(tokens, place)


@dataclass(frozen=True, slots=True)
class Denial:
    """A word that a question denies, or does not: two tokens or more of `tokens`, from `place` on.

    `by`: what denies it, "" for nothing.
    """

    tokens: tuple[Token, ...]
    place: int
    by: str
    word: str

    @property
    def text(self) -> str:
        """The word, with what denies it."""
        return self.by + self.word

    def opposite_in(self, text: tuple[Token, ...]) -> str:
        """The word as a text has it, where it has it the other way only; "" otherwise."""
        by = self._denying_in(text)
        if not by:
            return ""
        if self.by:
            return self.word if set(by) == {_END} else ""
        return by[0] + self.word if _OTHER.issuperset(by) else ""

    def is_said(self, text: Sequence[Token]) -> bool:
        """Whether a text may say it in other words: what it denies is denied somewhere."""
        return bool(self.by) and any(each.text in _DENYING for each in text)

    def is_beside(self, text: Sequence[Token]) -> bool:
        """Whether a text has the word in the same way."""
        return any(bool(each) == bool(self.by) for each in self._denying_in(text))

    def _denying_in(self, text: Sequence[Token]) -> list[str]:
        """What denies it, or "", wherever a text has it."""
        first, second = self.tokens[self.place : self.place + 2]
        return [
            _denying(text, place)
            for place, (one, two) in enumerate(pairwise(text))
            if first.is_like(one) and second.is_like(two)
        ]


def _denying(tokens: Sequence[Token], place: int) -> str:
    """What denies the word that begins at a place: it stands right before it, and ends no other word."""
    before = tokens[place - 1] if place else None
    if before is None or before.text not in _DENYING or before.of_word[0]:
        return ""
    return before.text if before.start + 1 == tokens[place].start else ""


def denials(question: str) -> Iterator[Denial]:
    """The nouns and attributes of a folded question, each with what denies it."""
    tokens = contrast_tokens(question, asks=True)
    places = {each.start: place for place, each in enumerate(tokens)}
    for each in content_words(question):
        lead = len(each.text) > 2 and each.text[0] in _DENYING
        place, word = places.get(each.start + lead), each.text[lead:]
        if place is not None and place + 1 < len(tokens) and each.is_noun and len(word) > 1:
            yield Denial(tokens, place, _denying(tokens, place), word)


def _beside_opposite(tokens: Sequence[Token], place: int) -> bool:
    return any(tokens[place].is_opposed(other) for other in _beside(tokens, place))


def _is_han_numeral(token: Token) -> bool:
    return token.value is not None and not token.text[0].isdigit()


def _beside(tokens: Sequence[Token], place: int) -> Iterator[Token]:
    yield from tokens[max(place - 1, 0) : place]
    yield from tokens[place + 1 : place + 2]


def _may_label(tokens: Sequence[Token], place: int) -> bool:
    """Whether a number may tell one of a kind from another: no year, no part, no article.

    Nor an ordinal, which is a condition of its own (`briefqa.text.ordinals`).
    """
    number = tokens[place]
    behind = tokens[place + 1].text if place + 1 < len(tokens) else _END
    before = tokens[place - 1].text if place else _END
    if before == _ORDINAL or (number.text == TO_TEN[0] and behind in _ARTICLES):
        return False
    return (number.value or 0) < _YEARS and bool(behind) and "分" not in (behind, before)
