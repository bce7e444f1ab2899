"""Questions like one that a passage answers: of another thing, or without the place.

A noun that question and passage share is replaced by another of the document's that ends in the same
character (制造业 by 服务业) or has the same tag, and that the passage does not have: the passage is the
nearest there is, and does not answer.
"""

from __future__ import annotations

import random
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
        shared = [
            word.text for word in content_words(question) if word.text in self._tags and word.text in text
        ]
        rng.shuffle(shared)
        for word in shared:
            for pool in (self._by_end[word[-1]], self._by_tag[self._tags[word]]):
                others = sorted(each for each in pool if each not in text and each not in folded)
                others = [each for each in others if each[:1] != word[:1] or len(each) > 2]
                others = [each for each in others if word not in each]  # the total of it is still it
                if others:
                    return folded.replace(word, rng.choice(others))
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
