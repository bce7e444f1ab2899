"""What a new build takes over from the live one: all that documents say which both have.

Passages are numbered in the order of their documents, so that those that stay keep their order, and what is
noted of them under their old numbers is moved to the new ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from briefqa.reading.document import Document
from briefqa.splitting.units import YEAR_ROW, Units
from briefqa.store.vocabulary import Postings, WordRows

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Moved:
    """Numbers of an old build in a new one.

    Attributes:
        to: int64 (old numbers,): the new number of each, ascending but for −1 where it is not kept.
        fresh: int64: the new numbers that are of none, ascending.
    """

    to: Numbers
    fresh: Numbers

    @classmethod
    def of(cls, to: Numbers, count: int) -> Moved:
        """`count`: how many new numbers there are."""
        taken = np.zeros(count, dtype=bool)
        taken[to[to >= 0]] = True
        return cls(to, np.flatnonzero(~taken))

    @property
    def gone(self) -> Numbers:
        """The old numbers that are not kept."""
        return np.flatnonzero(self.to < 0)

    def sources(self) -> Numbers:
        """Of each new number the old one; −1 for a fresh one."""
        kept = np.flatnonzero(self.to >= 0)
        old = np.full(len(kept) + len(self.fresh), -1, np.int64)
        old[self.to[kept]] = kept
        return old


def moved_documents(old: Sequence[Document], new: Sequence[Document]) -> Moved:
    """Which documents say the same in both, whatever the other documents say of them."""
    numbers = {document.id: number for number, document in enumerate(new)}
    to = np.full(len(old), -1, np.int64)
    for number, document in enumerate(old):
        now = numbers.get(document.id)
        if now is not None and _alone(document) == _alone(new[now]):
            to[number] = now
    return Moved.of(to, len(new))


def _alone(document: Document) -> Document:
    return replace(document, names=(), shares_title=False, newest="", repealed_by="")


def moved_passages(old: Units, new: Units, documents: Moved) -> Moved:
    """The passages of the documents that are kept; none of one that is split in another way now."""
    to = np.full(len(old.passages), -1, np.int64)
    before, after = (_begins(each) for each in (old, new))
    for number in np.flatnonzero(documents.to >= 0).tolist():
        low, high = before[number : number + 2]
        first, last = after[documents.to[number] : documents.to[number] + 2]
        if _same(old, new, (low, high), (first, last)):
            to[low:high] = np.arange(first, last)
    return Moved.of(to, len(new.passages))


def _begins(units: Units) -> Numbers:
    found: Numbers = np.searchsorted(units.passages["document"], np.arange(len(units.documents) + 1))
    return found


def _same(old: Units, new: Units, mine: tuple[int, int], theirs: tuple[int, int]) -> bool:
    if mine[1] - mine[0] != theirs[1] - theirs[0]:
        return False
    one, other = old.passages[slice(*mine)], new.passages[slice(*theirs)]
    if not all(np.array_equal(one[name], other[name]) for name in ("start", "end")):
        return False
    one, other = old.sentences[_sentences(old, mine)], new.sentences[_sentences(new, theirs)]
    return all(np.array_equal(one[name], other[name]) for name in ("start", "end", "kind"))


def _sentences(units: Units, passages: tuple[int, int]) -> slice:
    begins = [
        int(units.passages["first"][each]) if each < len(units.passages) else len(units.sentences)
        for each in passages
    ]
    return slice(*begins)


def grown_years(old: npt.NDArray[np.void], moved: Moved, fresh: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
    """The years of what is kept and of what is fresh: YEAR_ROW (pairs,), sorted."""
    to = moved.to[old["passage"]]
    kept = np.empty(int((to >= 0).sum()), YEAR_ROW)
    kept["year"], kept["passage"] = old["year"][to >= 0], to[to >= 0]
    return np.sort(np.concatenate([kept, fresh]), order=("year", "passage"))


def grown_postings(old: Postings, moved: Moved, fresh: Postings) -> Postings:
    """The postings of what is kept and of what is fresh; words that nothing has any more are gone.

    Args:
        fresh: of `moved.fresh`, counted from 0.
    """
    to = moved.to[old.numbers]
    kept = to >= 0
    rows = np.repeat(np.arange(len(old.words)), np.diff(old.starts))[kept]
    held = np.zeros(len(old.words), dtype=bool)
    held[rows] = True
    words = {word for word, has in zip(old.words, held.tolist(), strict=True) if has}
    ordered = sorted(words.union(fresh.words))
    rank = {word: row for row, word in enumerate(ordered)}
    # A key is a word and a number; those that are kept ascend already.
    ranks = np.array([rank.get(word, 0) for word in old.words], np.int64)
    keys = ranks[rows] << 32 | to[kept]
    ranks = np.array([rank[word] for word in fresh.words], np.int64)
    added = np.repeat(ranks, np.diff(fresh.starts)) << 32 | moved.fresh[fresh.numbers]
    places = np.searchsorted(keys, added)
    keys = np.insert(keys, places, added)
    counts = np.insert(old.counts[kept].astype(np.int64), places, fresh.counts)
    lengths = np.empty(len(moved.fresh) + int((moved.to >= 0).sum()), np.int64)
    lengths[moved.to[moved.to >= 0]] = old.lengths[moved.to >= 0]
    lengths[moved.fresh] = fresh.lengths
    starts = np.searchsorted(keys, np.arange(len(ordered) + 1) << 32)
    return Postings(WordRows.of(ordered), starts, (keys & 0xFFFFFFFF).astype(np.int32), counts, lengths)


def grown_counts(
    old: Mapping[str, int], gone: Counter[str], fresh: Counter[str]
) -> tuple[list[str], npt.NDArray[np.int32]]:
    """Words in order with how many have them, when some are gone and others fresh; none that nothing has."""
    found = Counter(old)
    found.subtract(gone)
    found.update(fresh)
    known = sorted(word for word, count in found.items() if count)
    return known, np.array([found[each] for each in known], np.int32)
