"""What a text has where a question has something else: the level, side, season or group before one head.

No list tells which words are of one series: what stands beside the same characters in both may be a sibling
of what is asked about, or the same in other words. A reader tells which (`briefqa.retrieval.instead`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from briefqa.text.asking import asking_spans
from briefqa.text.content import tagged
from briefqa.text.folding import fold

_HEAD = 3  # characters that both share beside it; two are chance more often than not
_LONGEST = 8  # characters of what is replaced
_BARE = frozenset("ucpdryeqx")  # first letters of tags: particles, adverbs, pronouns, measures, …
_TIME, _LETTERS = "t", "eng"
_PREFIX = "h"  # the tag of what only stands before a word


@dataclass(frozen=True, slots=True)
class StandIn:
    """`question[start:end]`, for which a text has `told` from `at` on, beside the same `head` characters.

    `told` is "" where the text has only the head. `words`: both as written, with the rest of the
    words that they are in.
    """

    start: int
    end: int
    told: str
    at: int
    head: int
    words: tuple[str, str] = ("", "")

    def put_into(self, question: str) -> str:
        """The question of what the text tells."""
        return question[: self.start] + self.told + question[self.end :]


class _Words:
    """A text, folded, and where the word begins and ends that a character is in."""

    def __init__(self, text: str) -> None:
        self._written, self.text = text, fold(text)
        self.tags: dict[int, str] = {}
        self._starts: list[int] = []
        self._ends: list[int] = []
        for word, tag in tagged(self.text):
            at = len(self._starts)
            self.tags[at] = tag
            self._starts += [at] * len(word)
            self._ends += [at + len(word)] * len(word)

    def before(self, at: int) -> int:
        """Where the word begins that ends at a place or goes on there; the place itself behind a mark."""
        return self._starts[at - 1] if at and self.text[at - 1].isalnum() else at

    def behind(self, at: int) -> int:
        """Likewise where it ends."""
        return self._ends[at] if at < len(self.text) and self.text[at].isalnum() else at

    def written(self, start: int, end: int) -> str:
        """The words that a stretch, one character or more, is in; of one character with the next word."""
        low, high = self.before(start + 1), self.behind(end - 1)
        return self._written[low : self.behind(high) if high - low == 1 else high]

    def is_bare(self, start: int, end: int) -> bool:
        """Whether what stands there says nothing by itself."""
        return all(
            tag[0] in _BARE and tag != _LETTERS and not self.text[at].isnumeric()
            for at, tag in self.tags.items()
            if start <= at < end
        ) and (start in self.tags or end - start > 1)


def stand_ins(question: str, text: str) -> list[StandIn]:
    """What a text has in the place of a part of the question; the longest heads first.

    Where it has nothing there, that part must be told nowhere in it, or be a prefix (non-residents).
    """
    asked, told = _Words(question), _Words(text)
    asking = {at for start, end in asking_spans(asked.text) for at in range(start, end)}
    found: dict[tuple[int, int, str], StandIn] = {}
    for each in _beside_heads(asked, told):
        part = asked.text[each.start : each.end]
        if not _may_stand(part, each.told) or asking.intersection(range(each.start, each.end)):
            continue
        if asked.is_bare(each.start, each.end) or not _may_be_read(each, asked, told):
            continue
        key = each.start, each.end, each.told
        if key not in found or found[key].head < each.head:
            instead = told.written(each.at, each.at + len(each.told))
            words = asked.written(each.start, each.end), instead if each.told else ""
            found[key] = replace(each, words=words)
    return sorted(found.values(), key=lambda each: (-each.head, each.start, each.told))


def _may_stand(part: str, told: str) -> bool:
    return bool(part) and part != told and (part + told).isalnum() and max(len(part), len(told)) <= _LONGEST


def _may_be_read(other: StandIn, asked: _Words, told: _Words) -> bool:
    """Whether what stands in says something of its kind that the question does not, or leaves out something.

    Times are of one kind, and a number stands only for what counts.
    """
    part, tag = asked.text[other.start : other.end], asked.tags.get(other.start, "")
    counts = any(map(str.isnumeric, part))
    if not other.told:
        return tag == _PREFIX or (part not in told.text and not counts)
    instead = told.tags.get(other.at, "")
    if (tag[:1] == _TIME) != (instead[:1] == _TIME) or (not counts and any(map(str.isnumeric, other.told))):
        return False
    return other.told not in asked.text and not told.is_bare(other.at, other.at + len(other.told))


def _beside_heads(asked: _Words, told: _Words) -> Iterator[StandIn]:
    """What stands before a head in both, or between one and what goes on alike; not what both have."""
    for first, second, length in _heads(asked.text, told.text):
        start, at = asked.before(first), told.before(second)
        shared = _shared(asked.text[start:first], told.text[at:second])
        is_told = asked.text[start : first + min(length, _HEAD)] in told.text
        if length + shared >= _HEAD and not is_told:
            yield StandIn(start, first, told.text[at:second], at, length + shared)
        start, at = first + length, second + length
        gap = _gap(asked.text, start, told.text, at) if length >= _HEAD else None
        if gap and asked.text[start - _HEAD : start + gap[0]] not in told.text:
            yield StandIn(start, start + gap[0], told.text[at : at + gap[1]], at, length + 1)


def _heads(one: str, other: str) -> Iterator[tuple[int, int, int]]:
    """Where both have the same two characters or more, as long as they go on."""
    places: dict[str, list[int]] = {}
    for at in range(len(other) - 1):
        places.setdefault(other[at : at + 2], []).append(at)
    for first in range(len(one) - 1):
        for second in places.get(one[first : first + 2], ()):
            if first and second and one[first - 1] == other[second - 1]:
                continue  # it began before
            length = 0
            while one[first + length : first + length + 1] == other[second + length : second + length + 1]:
                if not one[first + length : first + length + 1].isalnum():
                    break
                length += 1
            if length > 1:
                yield first, second, length


def _shared(one: str, other: str) -> int:
    """How many characters two words begin with alike."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)


def _gap(one: str, start: int, other: str, at: int) -> tuple[int, int] | None:
    """The lengths of the shortest stretches behind which both go on with the same character."""
    lengths = sorted((a + b, a, b) for a in range(1, _LONGEST + 1) for b in range(_LONGEST + 1))
    for _, a, b in lengths:
        end = one[start + a : start + a + 1]
        if end.isalnum() and end == other[at + b : at + b + 1]:
            return a, b
    return None
