"""How rare the words of a question are in a build on a server, and what of them some passages have.

Its own terms are searched by the server. The Chinese words that may say an English one are many and rare:
which passages have them is read from the postings, as on a disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from briefqa.remote.words import Lexicon, Numbers, ServerPostings, Words
from briefqa.store.lexical import TRANSLATED, LexicalIndex, rarity
from briefqa.store.vocabulary import WordRows
from briefqa.text.tokens import terms

_MOST_POSTINGS = 4_000_000  # that are read for the translations of a question; 16 MB


class Translation(NamedTuple):
    """Of a word in another language the translations that passages have.

    Attributes:
        had: each with how exact it is.
        passages: int32, ascending: those that have any.
        exactness: float32: of the most exact one that each of them has.
        idf: how rare they are together.
    """

    had: Mapping[str, float]
    passages: Numbers
    exactness: npt.NDArray[np.float32]
    idf: float


def translations_had(
    words: Words, postings: ServerPostings, count: int, asked: Sequence[Mapping[str, float]]
) -> list[Translation]:
    """What `LexicalIndex.coverage` is told as `translated`, looked up; the rarest up to `_MOST_POSTINGS`.

    Args:
        postings: of the terms.
        count: of all passages.
    """
    bigrams = {each: terms(each) for word in asked for each in word}
    words.fetch(Lexicon.TERM, {term for each in bigrams.values() for term in each})
    read = _having(words, postings, bigrams)
    found = []
    for word in asked:
        had = {each: exact for each, exact in word.items() if len(read.get(each, ()))}
        if had:
            numbers = np.concatenate([read[each] for each in had])
            exact = np.repeat(np.array([*had.values()], np.float32), [len(read[each]) for each in had])
            passages, at = np.unique(numbers, return_inverse=True)
            exactness = np.zeros(len(passages), np.float32)
            np.maximum.at(exactness, at, exact)
            found.append(Translation(had, passages, exactness, rarity(count, len(passages))))
    return found


def _having(
    words: Words, postings: ServerPostings, bigrams: Mapping[str, Sequence[str]]
) -> dict[str, Numbers]:
    """The passages that have all terms of some words."""
    sizes: dict[str, int] = {}
    for word, of_word in bigrams.items():
        holders = [words.known(Lexicon.TERM, each).found for each in of_word]
        if holders and all(holders):
            sizes[word] = sum(holders)
    left, wanted = _MOST_POSTINGS, []
    for word in sorted(sizes, key=lambda each: (sizes[each], each)):
        left -= sizes[word]
        if left < 0:
            break
        wanted.append(word)
    needed = list(dict.fromkeys(term for word in wanted for term in bigrams[word]))
    of_term = dict(zip(needed, postings.of(needed), strict=True))
    both = partial(np.intersect1d, assume_unique=True)
    return {word: reduce(both, [of_term[each] for each in bigrams[word]]) for word in wanted}


def translated_shares(had: Sequence[Translation]) -> tuple[Numbers, npt.NDArray[np.float32]]:
    """The passages that have translations, ascending, and what that adds to their coverage."""
    if not had:
        return np.empty(0, np.int32), np.empty(0, np.float32)
    reachable = sum(each.idf for each in had)
    passages, at = np.unique(np.concatenate([each.passages for each in had]), return_inverse=True)
    shares = np.zeros(len(passages), np.float32)
    added = [np.float32(TRANSLATED * each.idf / reachable) * each.exactness for each in had]
    np.add.at(shares, at, np.concatenate(added))
    return passages, shares


@dataclass(frozen=True, slots=True)
class ServerLexical(LexicalIndex):
    """How rare words are in all of a build, and what some passages have of one question's.

    Attributes:
        words: of the build.
        numbers: int64 (passages,): the numbers of the passages in the build, ascending.
        shares: float32 (passages,): the share of the question's own terms that each has.
        had: translations of the question's words.
    """

    words: Words
    numbers: npt.NDArray[np.int64]
    shares: npt.NDArray[np.float32]
    had: Sequence[Translation]

    @classmethod
    def seen(
        cls,
        words: Words,
        count: int,
        numbers: npt.NDArray[np.int64],
        shares: npt.NDArray[np.float32],
        had: Sequence[Translation],
    ) -> ServerLexical:
        """Of some passages; `count`: of all in the build."""
        nothing, none = np.empty(0, np.int32), WordRows.of([])
        starts, weights = np.zeros(1, np.int64), np.empty(0, np.float32)
        counted = np.empty(0, np.uint16), np.zeros(len(numbers), np.int32)  # what an index grows by
        kept = none, starts, nothing, weights, count, none, nothing, *counted
        return cls(*kept, words, numbers, shares, had)

    def idf(self, term: str) -> float:
        """How rare the term is: ≥ 0, highest for a term that no passage has."""
        return rarity(self.count, self.words.known(Lexicon.TERM, term).found)

    def character_idf(self, character: str) -> float:
        """How rare a character or word of `tokens.characters` is: ≥ 0, highest if no passage has it."""
        return rarity(self.count, self.words.known(Lexicon.CHARACTER, character).found)

    def _share(self, question: Sequence[str]) -> npt.NDArray[np.float32]:
        return self.shares.copy()

    def _translated(
        self, words: Sequence[Mapping[str, float]]
    ) -> Iterator[tuple[Mapping[str, float], npt.NDArray[np.float32], float]]:
        for each in self.had if words else ():
            exactness = np.zeros(len(self.numbers), np.float32)
            _, here, there = np.intersect1d(self.numbers, each.passages, True, return_indices=True)
            exactness[here] = each.exactness[there]
            yield each.had, exactness, each.idf
