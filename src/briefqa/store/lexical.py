"""BM25 over passages, as three arrays that are memory-mapped from disk.

Score of passage p for question q (Robertson & Zaragoza, The Probabilistic Relevance Framework,
2009, with Lucene's idf, which is never negative):

    Σ over distinct terms t of q:  idf(t) · tf(t, p) · (k1 + 1) / (tf(t, p) + k1 · (1 − b + b · |p| / avg))
    idf(t) = ln(1 + (N − n(t) + 0.5) / (n(t) + 0.5))

`coverage` divides that by the score of a passage that had every term of the question at
saturation, Σ idf(t) · (k1 + 1). It is near 0 for a question in another language than the
passages, whatever the other scores are, which is why it can be added to a cosine.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from briefqa.text.said import Said
from briefqa.text.tokens import characters, is_bigram, terms

# Passages are short and about one thing: a second occurrence says little, and so does length.
# Better than 1.5 and .75 on every Chinese set.
K1 = 0.6
B = 0.5

_TERMS = "terms.json"
_CHARACTERS = "characters.json"
_STARTS = "starts.npy"
_PASSAGES = "passages.npy"
WEIGHTS = "weights.npy"


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """Postings of every term.

    Attributes:
        rows: term → its row in `starts`; terms are sorted, so equal corpora give equal bytes.
        starts: int64 (terms + 1,): the postings of row r lie at starts[r]:starts[r + 1].
        passages: int32 (postings,): passage numbers, ascending within a term.
        weights: float32 (postings,): the term's whole contribution to that passage's score.
        count: number of passages.
        characters: character or word → number of passages that have it.
    """

    rows: dict[str, int]
    starts: npt.NDArray[np.int64]
    passages: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]
    count: int
    characters: dict[str, int]

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """Index passages given by their texts."""
        singles = Counter(each for text in texts for each in set(characters(text)))
        index = cls.of_terms([terms(text) for text in texts])
        return replace(index, characters=dict(sorted(singles.items())))

    @classmethod
    def of_terms(cls, passages: Sequence[Sequence[str]]) -> LexicalIndex:
        """Index passages given as lists of terms; without characters."""
        counts = [Counter(passage) for passage in passages]
        lengths = np.array([max(len(passage), 1) for passage in passages], dtype=np.float64)
        average = lengths.mean() if len(passages) else 1.0
        postings: dict[str, list[tuple[int, int]]] = {}
        for number, count in enumerate(counts):
            for term, times in count.items():
                postings.setdefault(term, []).append((number, times))
        vocabulary = sorted(postings)
        sizes = [len(postings[term]) for term in vocabulary]
        starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)
        flat = [pair for term in vocabulary for pair in postings[term]]
        numbers = np.array([number for number, _ in flat], dtype=np.int32)
        frequency = np.array([count for _, count in flat], dtype=np.float64)
        norm = K1 * (1 - B + B * lengths[numbers] / average) if flat else frequency
        idf = np.repeat(_idf(np.array(sizes), len(passages)), sizes)
        weights = (idf * frequency * (K1 + 1) / (frequency + norm)).astype(np.float32)
        rows = {term: row for row, term in enumerate(vocabulary)}
        return cls(rows, starts, numbers, weights, len(passages), {})

    def idf(self, term: str) -> float:
        """How rare the term is: ≥ 0, highest for a term that no passage has."""
        row = self.rows.get(term)
        found = 0 if row is None else int(self.starts[row + 1] - self.starts[row])
        return math.log1p((self.count - found + 0.5) / (found + 0.5))

    def rarities(self, question: Sequence[str]) -> TermRarities:
        """The question's distinct terms, each with its idf."""
        return TermRarities({term: self.idf(term) for term in sorted(set(question))})

    def character_idf(self, character: str) -> float:
        """How rare a character or word of `tokens.characters` is: ≥ 0, highest if no passage has it."""
        found = self.characters.get(character, 0)
        return math.log1p((self.count - found + 0.5) / (found + 0.5))

    def coverage(self, question: Sequence[str]) -> npt.NDArray[np.float32]:
        """BM25 of every passage as a share of the highest reachable score: float32 (count,), 0 to 1."""
        scores = np.zeros(self.count, dtype=np.float32)
        reachable = 0.0
        for term in sorted(set(question)):
            reachable += self.idf(term) * (K1 + 1)
            row = self.rows.get(term)
            if row is not None:
                span = slice(self.starts[row], self.starts[row + 1])
                scores[self.passages[span]] += self.weights[span]
        return scores / np.float32(reachable) if reachable else scores

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which is made."""
        folder.mkdir(parents=True)
        (folder / _TERMS).write_bytes(json.dumps(list(self.rows), ensure_ascii=False).encode())
        (folder / _CHARACTERS).write_bytes(json.dumps(self.characters, ensure_ascii=False).encode())
        np.save(folder / _STARTS, self.starts)
        np.save(folder / _PASSAGES, self.passages)
        np.save(folder / WEIGHTS, self.weights)

    @classmethod
    def load(cls, folder: Path, count: int) -> LexicalIndex:
        """Open what `save` wrote for `count` passages; the arrays stay on disk until they are read."""
        vocabulary = json.loads((folder / _TERMS).read_text("utf-8"))
        rows = {term: row for row, term in enumerate(vocabulary)}
        starts, passages, weights = (
            np.load(folder / name, mmap_mode="r", allow_pickle=False)
            for name in (_STARTS, _PASSAGES, WEIGHTS)
        )
        singles = json.loads((folder / _CHARACTERS).read_text("utf-8"))
        return cls(rows, starts, passages, weights, count, singles)


class TermRarities:
    """The distinct terms of a question with their idf."""

    def __init__(self, idf: Mapping[str, float]) -> None:
        self._terms = [(term, weight, is_bigram(term)) for term, weight in idf.items()]
        self._total = sum(idf.values())

    def share_of(self, said: Said) -> float:
        """Share of the terms, weighted, that a text has: 0 to 1."""
        if not self._total:
            return 0.0
        # A bigram is a term wherever it stands: no need to cut the text into terms.
        has = (
            weight
            for term, weight, pair in self._terms
            if (term in said.folded if pair else term in said.terms)
        )
        return sum(has) / self._total


def share(rarities: Mapping[str, float], text: Iterable[str]) -> float:
    """Share of a question's terms, weighted by `rarities`, that a text has: 0 to 1."""
    has = set(text)
    total = sum(rarities.values())
    return sum(weight for term, weight in rarities.items() if term in has) / total if total else 0.0


def _idf(found: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.float64]:
    return np.log1p((count - found + 0.5) / (found + 0.5))
