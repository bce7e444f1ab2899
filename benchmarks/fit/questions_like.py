"""Questions like one that a passage answers: of another thing, or without the place; passages likewise.

A noun that question and passage share is replaced by another of the document's that ends in the same
character (制造业 by 服务业) or has the same tag, and that the passage does not have: the passage is the
nearest there is, and does not answer.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence

from briefqa.text.content import content_words, tagged
from briefqa.text.folding import fold, has_han
from briefqa.text.names import NameKind, chinese_names

MOST_REPLACED = 8  # characters of a noun
SHORTEST = 6  # characters of a question that a place was taken from


class Nouns:
    """The nouns of a document's passages."""

    def __init__(self, passages: Sequence[str]) -> None:
        self._texts = [fold(each) for each in passages]
        self._by_end: dict[str, set[str]] = defaultdict(set)
        self._by_tag: dict[str, set[str]] = defaultdict(set)
        self._tags: dict[str, str] = {}
        for text in self._texts:
            for word, tag in tagged(text):
                if tag[0] in "njl" and 2 <= len(word) <= MOST_REPLACED and has_han(word):
                    self._by_end[word[-1]].add(word)
                    self._by_tag[tag].add(word)
                    self._tags[word] = tag

    def swapped(self, question: str, passage: int, rng: random.Random) -> str:
        """The question with one noun replaced, which passage number `passage` has; "" when none can be."""
        folded, text = fold(question), self._texts[passage]
        for word in self._shared(question, text, rng):
            alike = self._by_end[word[-1]], self._by_tag[self._tags[word]]
            if other := _other(word, alike, (folded, text), rng):
                return folded.replace(word, other)
        return ""

    def replaced_in(self, text: str, question: str, evidence: str, above: str, rng: random.Random) -> str:
        """A text with one noun replaced that the question and its evidence have; "" when none can be.

        Args:
            text: what is read, the evidence in it.
            question: what it answers; it stays as it was asked.
            evidence: what of the text answers.
            above: what is read with it and stays: a noun of it is still said.
        """
        folded = fold(text)
        for word in self._shared(question, fold(evidence), rng):
            alike = (self._by_end[word[-1]],)  # of the same tag it would read like no text
            if word not in fold(above) and (other := _other(word, alike, (fold(question), folded), rng)):
                ends = [0, *(place.end() for place in re.finditer(re.escape(word), folded))]
                stops = [*(end - len(word) for end in ends[1:]), len(text)]  # folding keeps places
                return other.join(text[end:stop] for end, stop in zip(ends, stops, strict=True))
        return ""

    def _shared(self, question: str, evidence: str, rng: random.Random) -> list[str]:
        """The nouns of a question that the evidence has, in any order."""
        nouns = (word.text for word in content_words(question) if word.text in self._tags)
        found = [each for each in nouns if each in evidence]
        return rng.sample(found, len(found))


def _other(word: str, alike: Sequence[set[str]], told: Sequence[str], rng: random.Random) -> str:
    """A noun for another, of the first pool that has one which no text tells; "" when none has."""
    for pool in alike:
        others = (each for each in sorted(pool) if not any(each in text for text in told))
        others = (each for each in others if each[:1] != word[:1] or len(each) > 2)
        # The total of it is still it, and so may be a part of its name.
        kept = [each for each in others if word not in each and each not in word]
        if kept:
            return rng.choice(kept)
    return ""


def without_place(question: str) -> str:
    """A Chinese question without the place that it begins with; "" when there is none or little is left."""
    if not has_han(question):
        return ""
    for name in chinese_names(question):
        if name.kind is NameKind.PLACE and question.startswith(name.text):
            bare = question.removeprefix(name.text).lstrip("的市县区省州，,、 ")
            if len(bare) >= SHORTEST and has_han(bare):
                return bare
    return ""
