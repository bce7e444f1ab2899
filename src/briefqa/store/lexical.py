"""BM25 over passages, as arrays that are memory-mapped from disk.

Score of passage p for question q (Robertson & Zaragoza, The Probabilistic Relevance Framework,
2009, with Lucene's idf, which is never negative):

    Σ over distinct terms t of q:  idf(t) · tf(t, p) · (k1 + 1) / (tf(t, p) + k1 · (1 − b + b · |p| / avg))
    idf(t) = ln(1 + (N − n(t) + 0.5) / (n(t) + 0.5))

`coverage` divides that by the score of a passage that had every term of the question at
saturation, Σ idf(t) · (k1 + 1). It is near 0 for a question in another language than the
passages, whatever the other scores are, which is why it can be added to a cosine.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

import numpy as np
import numpy.typing as npt

from briefqa.store.growing import Moved, grown_counts, grown_postings
from briefqa.store.rows import held_in
from briefqa.store.vocabulary import Postings, WordRows, mapped, postings_of
from briefqa.text.said import Said
from briefqa.text.tokens import characters, is_bigram, is_number, terms

# Passages are short and about one thing: a second occurrence says little, and so does length.
# Better than 1.5 and .75 on every Chinese set.
K1 = 0.6
B = 0.5
# A word that a passage has in translation, beside one that it has itself: on English questions over
# xquad-en2zh, held-out and real documents .15 gained .02 to .14 of hit@1, .4 lost a part of it again.
TRANSLATED = 0.15

_TERMS = "terms"
_CHARACTERS = "characters"
_STARTS = "starts.npy"
PASSAGES = "passages.npy"
WEIGHTS = "weights.npy"
_HOLDERS = "holders.npy"
_COUNTS = "counts.npy"
_LENGTHS = "lengths.npy"
_WEIGHED_AT_ONCE = 4_000_000  # postings


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """Postings of every term.

    Attributes:
        rows: term → its row in `starts`; terms are sorted, so equal corpora give equal bytes.
        starts: int64 (terms + 1,): the postings of row r lie at starts[r]:starts[r + 1].
        passages: int32 (postings,): passage numbers, ascending within a term.
        weights: float32 (postings,): the term's whole contribution to that passage's score.
        count: number of passages.
        characters: character or word → its row in `holders`.
        holders: int32: the number of passages that have it.
        counts: uint16 (postings,): how often the passage has the term.
        lengths: int32 (passages,): how many terms each passage has.
    """

    rows: WordRows
    starts: npt.NDArray[np.int64]
    passages: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]
    count: int
    characters: WordRows
    holders: npt.NDArray[np.int32]
    counts: npt.NDArray[np.uint16]
    lengths: npt.NDArray[np.int32]

    @classmethod
    def build(cls, texts: Iterable[str]) -> LexicalIndex:
        """Index passages given by their texts."""
        found, singles = _words_of(texts)
        known = sorted(singles)
        holders = np.array([singles[each] for each in known], dtype=np.int32)
        return replace(cls.of_postings(found), characters=WordRows.of(known), holders=holders)

    def grown(self, moved: Moved, gone: Iterable[str], fresh: Iterable[str]) -> LexicalIndex:
        """The index of those passages that are kept and of fresh ones.

        Args:
            moved: the passages' new numbers.
            gone, fresh: the texts of those that are not kept, and of those that are fresh.
        """
        old = Postings(self.rows, self.starts, self.passages, self.counts, self.lengths)
        lost = _singles_of(gone)
        found, singles = _words_of(fresh)
        held = dict(zip(self.characters, self.holders.tolist(), strict=True))
        known, holders = grown_counts(held, lost, singles)
        index = self.of_postings(grown_postings(old, moved, found))
        return replace(index, characters=WordRows.of(known), holders=holders)

    @classmethod
    def of_terms(cls, passages: Iterable[Iterable[str]]) -> LexicalIndex:
        """Index passages given as their terms, with repeats; without characters."""
        return cls.of_postings(postings_of(passages))

    @classmethod
    def of_postings(cls, found: Postings) -> LexicalIndex:
        """Index passages given by the postings of their terms; without characters."""
        count = len(found.lengths)
        counts = np.minimum(found.counts, 2**16 - 1).astype(np.uint16)
        lengths = np.maximum(found.lengths, 1).astype(np.float64)
        norms = (K1 * (1 - B + B * lengths / (lengths.mean() if count else 1.0))).astype(np.float32)
        sizes = np.diff(found.starts)
        weights = np.repeat((_idf(sizes, count) * (K1 + 1)).astype(np.float32), sizes)
        for at in range(0, len(weights), _WEIGHED_AT_ONCE):
            span = slice(at, at + _WEIGHED_AT_ONCE)
            frequency = counts[span].astype(np.float32)
            weights[span] *= frequency / (frequency + norms[found.numbers[span]])
        nothing = np.empty(0, np.int32)
        words, told = WordRows.of([]), found.lengths.astype(np.int32)
        return cls(found.words, found.starts, found.numbers, weights, count, words, nothing, counts, told)

    def idf(self, term: str) -> float:
        """How rare the term is: ≥ 0, highest for a term that no passage has."""
        row = self.rows.get(term)
        found = 0 if row is None else int(self.starts[row + 1] - self.starts[row])
        return rarity(self.count, found)

    def rarities(
        self, question: Sequence[str], translated: Sequence[Mapping[str, float]] = ()
    ) -> TermRarities:
        """The question's distinct terms, each with its idf, and its words' translations with theirs."""
        words = [(each, idf) for each, _, idf in self._translated(translated)]
        return TermRarities({term: self.idf(term) for term in sorted(set(question))}, words)

    def character_idf(self, character: str) -> float:
        """How rare a character or word of `tokens.characters` is: ≥ 0, highest if no passage has it."""
        row = self.characters.get(character)
        found = 0 if row is None else int(self.holders[row])
        return rarity(self.count, found)

    def coverage(
        self, question: Sequence[str], translated: Sequence[Mapping[str, float]] = ()
    ) -> npt.NDArray[np.float32]:
        """BM25 of every passage as a share of the highest reachable score: float32 (count,), 0 to 1.

        Args:
            translated: for words of a question in another language, their translations and how exact each
                is; the share of these words that a passage has counts `TRANSLATED`.
        """
        found = self._share(question)
        words = list(self._translated(translated))
        reachable = sum(idf for _, _, idf in words)
        for _, exactness, idf in words:
            found += np.float32(TRANSLATED * idf / reachable) * exactness
        return np.minimum(found, np.float32(1.0), out=found)

    def _share(self, question: Sequence[str]) -> npt.NDArray[np.float32]:
        scores = np.zeros(self.count, dtype=np.float32)
        reachable = 0.0
        for term in sorted(set(question)):
            reachable += self.idf(term) * (K1 + 1)
            row = self.rows.get(term)
            if row is not None:
                span = slice(self.starts[row], self.starts[row + 1])
                scores[self.passages[span]] += self.weights[span]
        return scores / np.float32(reachable) if reachable else scores

    def _translated(
        self, words: Sequence[Mapping[str, float]]
    ) -> Iterator[tuple[Mapping[str, float], npt.NDArray[np.float32], float]]:
        """For each word that some passage has in translation: those it has, how exactly, and its idf."""
        for word in words:
            exactness = np.zeros(self.count, dtype=np.float32)
            had = {}
            for each, exact in word.items():
                passages = self._having(terms(each))
                if len(passages):
                    had[each] = exact
                    exactness[passages] = np.maximum(exactness[passages], exact)
            holders = int(np.count_nonzero(exactness))
            if holders:
                yield had, exactness, rarity(self.count, holders)

    def _having(self, bigrams: Sequence[str]) -> npt.NDArray[np.int32]:
        """The passages that have all of some terms."""
        rows = [self.rows.get(each) for each in bigrams]
        known = [row for row in rows if row is not None]
        if len(known) < len(rows) or not known:
            return np.empty(0, np.int32)
        postings = [self.passages[self.starts[row] : self.starts[row + 1]] for row in known]
        return reduce(_in_both, sorted(postings, key=len))

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which is made."""
        folder.mkdir(parents=True)
        self.rows.save(folder, _TERMS)
        self.characters.save(folder, _CHARACTERS)
        np.save(folder / _STARTS, self.starts)
        np.save(folder / PASSAGES, self.passages)
        np.save(folder / WEIGHTS, self.weights)
        np.save(folder / _HOLDERS, self.holders)
        np.save(folder / _COUNTS, self.counts)
        np.save(folder / _LENGTHS, self.lengths)

    @classmethod
    def load(cls, folder: Path, count: int) -> LexicalIndex:
        """Open what `save` wrote for `count` passages; all of it stays on disk until it is read."""
        starts, passages, weights, holders, counts, lengths = (
            mapped(folder / name) for name in (_STARTS, PASSAGES, WEIGHTS, _HOLDERS, _COUNTS, _LENGTHS)
        )
        rows, singles = WordRows.load(folder, _TERMS), WordRows.load(folder, _CHARACTERS)
        return cls(rows, starts, passages, weights, count, singles, holders, counts, lengths)


def _in_both(few: npt.NDArray[np.int32], many: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """What is in both of two that ascend; not sorted again: some bigrams are in a third of all passages."""
    return few[held_in(many, few)]


def _words_of(texts: Iterable[str]) -> tuple[Postings, Counter[str]]:
    """The postings of the terms of texts, and how many of them have each character."""
    singles: Counter[str] = Counter()

    def bags() -> Iterator[list[str]]:
        for text in texts:
            singles.update(set(characters(text)))
            yield terms(text)

    return postings_of(bags()), singles


def _singles_of(texts: Iterable[str]) -> Counter[str]:
    return Counter(character for text in texts for character in set(characters(text)))


class TermRarities:
    """The distinct terms of a question with their idf, and translations of its words with theirs."""

    def __init__(
        self, idf: Mapping[str, float], translated: Sequence[tuple[Mapping[str, float], float]] = ()
    ) -> None:
        self._translated = translated
        self._reachable = sum(weight for _, weight in translated)
        self._bigrams = [(term, weight) for term, weight in idf.items() if is_bigram(term)]
        self._others = [
            (term, weight, _looked_up(term)) for term, weight in idf.items() if not is_bigram(term)
        ]
        self._total = sum(idf.values())

    def share_of(self, said: Said) -> float:
        """Share of the terms, weighted, that a text has, 0 to 1; of translations as in `coverage`."""
        if not self._total:
            return 0.0
        folded = said.folded  # a bigram is a term wherever it stands
        found = sum([weight for term, weight in self._bigrams if term in folded])
        found += sum([weight for term, weight, has in self._others if has(said, term)])
        share = found / self._total
        if self._translated:
            share += TRANSLATED * self._share_translated(folded)
        return min(share, 1.0)

    def _share_translated(self, folded: str) -> float:
        found = 0.0
        for word, weight in self._translated:
            found += weight * max((exact for each, exact in word.items() if each in folded), default=0.0)
        return found / self._reachable


def _looked_up(term: str) -> Callable[[Said, str], bool]:
    """How a text is asked for a term that is no bigram: few need that it is cut into terms."""
    if is_number(term):
        return lambda said, term: term in said.numbers
    if any(map(str.isdigit, term)):
        return lambda said, term: term in said.terms
    return lambda said, term: term in said.folded and term in said.terms


def share(rarities: Mapping[str, float], text: Iterable[str]) -> float:
    """Share of a question's terms, weighted by `rarities`, that a text has: 0 to 1."""
    has = set(text)
    total = sum(rarities.values())
    return sum(weight for term, weight in rarities.items() if term in has) / total if total else 0.0


def rarity(count: int, found: int) -> float:
    """The idf of a word that `found` of `count` passages have: ≥ 0, highest for one that none has."""
    return math.log1p((count - found + 0.5) / (found + 0.5))


def _idf(found: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.float64]:
    """`rarity` of many at once."""
    return np.log1p((count - found + 0.5) / (found + 0.5))
