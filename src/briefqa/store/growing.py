"""What a new build takes over from the live one: all that documents say which both have.

Passages are numbered in the order of their documents, so that those that stay keep their order, and what is
noted of them under their old numbers is moved to the new ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from briefqa.models.late import TokenIndex
from briefqa.models.token_codes import Codes
from briefqa.reading.document import Document
from briefqa.splitting.marks import Marks
from briefqa.splitting.units import YEAR_ROW, Units
from briefqa.store.rows import Numbers, joined, joined_spans
from briefqa.store.vocabulary import Postings

# Of passages and of sentences, in the form in which they are embedded.
Texts = tuple[Sequence[str], Sequence[str]]


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


@dataclass(frozen=True, slots=True)
class GrownUnits:
    """Units of which a part is taken over as an older index split it, by the same rules."""

    units: Units
    documents: Moved
    passages: Moved
    sentences: Moved

    @classmethod
    def of(cls, old: Units, documents: Sequence[Document]) -> GrownUnits:
        """The units of documents; those that say the same in the old ones are not split again."""
        moved, bounds = moved_documents(old.documents, documents), document_bounds(old)
        passages, sentences = [old.passages[:0]], [old.sentences[:0]]
        begins = np.zeros(2, np.int64)
        froms, counts = [], []
        for number, source in enumerate(moved.sources().tolist()):
            if source < 0:
                split, first = Units.split(documents[number : number + 1]), np.zeros(2, np.int64)
            else:
                first, last = bounds[source], bounds[source + 1]
                split = Units((), old.passages[first[0] : last[0]], old.sentences[first[1] : last[1]])
            passages.append(_shifted(split.passages, "first", begins[1] - first[1], number))
            sentences.append(_shifted(split.sentences, "passage", begins[0] - first[0]))
            froms.append(np.full(2, -1) if source < 0 else first)
            counts.append([len(split.passages), len(split.sentences)])
            begins += counts[-1]
        units = Units(tuple(documents), np.concatenate(passages), np.concatenate(sentences))
        of_passages, of_sentences = zip(np.array(froms).T, np.array(counts).T, strict=True)
        return cls(
            units,
            moved,
            _moved_rows(*of_passages, len(old.passages)),
            _moved_rows(*of_sentences, len(old.sentences)),
        )

    def fresh_texts(self) -> Texts:
        """The texts of the passages and of the sentences that are fresh, in the form that is embedded."""
        return (
            [self.units.searched_passage(number) for number in self.passages.fresh.tolist()],
            [self.units.searched_sentence(number) for number in self.sentences.fresh.tolist()],
        )


def _shifted(
    rows: npt.NDArray[np.void], field: str, by: np.int64, document: int | None = None
) -> npt.NDArray[np.void]:
    """Rows whose numbers in a field are others now, and their document's too."""
    rows = rows.copy()
    rows[field] = rows[field].astype(np.int64) + by
    if document is not None:
        rows["document"] = document
    return rows


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


def document_bounds(units: Units) -> Numbers:
    """The first passage and sentence of each document, and what comes after the last: (documents + 1, 2)."""
    passages = np.searchsorted(units.passages["document"], np.arange(len(units.documents) + 1))
    firsts = np.append(units.passages["first"].astype(np.int64), len(units.sentences))
    return np.stack([passages, firsts[passages]], axis=1)


def _moved_rows(sources: Numbers, counts: Numbers, old: int) -> Moved:
    """Of runs of new rows, given by where each began before, or -1."""
    begins = np.cumsum(counts) - counts
    to = np.full(old, -1, np.int64)
    for source, begin, count in zip(sources.tolist(), begins.tolist(), counts.tolist(), strict=True):
        if source >= 0:
            to[source : source + count] = np.arange(begin, begin + count)
    return Moved.of(to, int(counts.sum()))


def grown_years(old: npt.NDArray[np.void], moved: Moved, fresh: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
    """The years of what is kept and of what is fresh: YEAR_ROW (pairs,), sorted."""
    to = moved.to[old["passage"]]
    kept = np.empty(int((to >= 0).sum()), YEAR_ROW)
    kept["year"], kept["passage"] = old["year"][to >= 0], to[to >= 0]
    return np.sort(np.concatenate([kept, fresh]), order=("year", "passage"))


def grown_marks(old: Marks, to: GrownUnits, texts: Texts) -> Marks:
    """The marks of what is kept and of what is fresh, which has the given texts."""
    fresh = Marks.of_texts(to.units, to.sentences.fresh.tolist(), *texts)
    passages, sentences = to.passages.sources(), to.sentences.sources()
    return Marks(
        np.asarray(joined(old.passages, passages, fresh.passages)),
        np.asarray(joined(old.sentences, sentences, fresh.sentences)),
        np.asarray(joined(old.said, sentences, fresh.said)),
    )


def grown_tokens(old: TokenIndex, moved: Moved, fresh: TokenIndex) -> TokenIndex:
    """The tokens of the sentences that are kept, not read yet, and of fresh ones."""
    codes, starts = joined_spans((old.codes, old.starts), moved.sources(), (fresh.codes, fresh.starts))
    return TokenIndex(cast("Codes", codes), starts)


def grown_postings(old: Postings, moved: Moved, fresh: Postings) -> Postings:
    """The postings of what is kept and of what is fresh; words that nothing has any more are gone.

    Args:
        fresh: of `moved.fresh`, counted from 0.
    """
    numbers, counts, before = moved.to.astype(np.int32)[old.numbers], old.counts, old.starts.astype(np.int64)
    if len(moved.gone):
        kept = numbers >= 0
        numbers, counts = numbers[kept], counts[kept]
        before = np.concatenate([[0], np.cumsum(kept)])[before]  # how many are kept of the words above each
    rows, known = old.words.places(fresh.words)
    added = moved.fresh[fresh.numbers]
    places = _places(numbers, before, np.where(known, rows, -rows - 1), fresh.starts, added)
    sizes = np.diff(before)
    np.add.at(sizes, rows[known], np.diff(fresh.starts)[known])
    stay = np.flatnonzero(sizes)
    new = np.searchsorted(stay, rows[~known])
    words = old.words.grown(
        np.insert(stay, new, -1), [each for each, has in zip(fresh.words, known, strict=True) if not has]
    )
    sizes = np.insert(sizes[stay], new, np.diff(fresh.starts)[~known])
    lengths = np.empty(len(moved.fresh) + int((moved.to >= 0).sum()), np.int64)
    lengths[moved.to[moved.to >= 0]] = old.lengths[moved.to >= 0]
    lengths[moved.fresh] = fresh.lengths
    return Postings(
        words,
        np.append(0, np.cumsum(sizes)),
        _inserted(numbers, places, added),
        _inserted(counts, places, np.minimum(fresh.counts, np.iinfo(counts.dtype).max)),
        lengths,
    )


def _places(
    numbers: npt.NDArray[np.int32], starts: Numbers, rows: Numbers, fresh_starts: Numbers, added: Numbers
) -> Numbers:
    """Where fresh postings come among the kept ones.

    Args:
        numbers, starts: of the kept ones, word by word.
        rows: of each fresh word; of an unknown one −1 − the row before which it comes.
        fresh_starts, added: the fresh numbers, word by word.
    """
    places = np.empty(len(added), np.int64)
    bounds = fresh_starts.tolist()
    for row, (begin, end) in zip(rows.tolist(), pairwise(bounds), strict=True):
        if row < 0:
            places[begin:end] = starts[-row - 1]
        else:
            held = numbers[starts[row] : starts[row + 1]]
            places[begin:end] = starts[row] + np.searchsorted(held, added[begin:end])
    return places


def _inserted(rows: npt.NDArray[Any], places: Numbers, added: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """What `numpy.insert` gives for places that ascend, quicker where they are few."""
    begins = np.flatnonzero(np.diff(places, prepend=-1)).tolist()
    at, parts, added = 0, [], added.astype(rows.dtype)
    for begin, end in pairwise([*begins, len(places)]):
        parts += [rows[at : places[begin]], added[begin:end]]
        at = places[begin]
    return np.concatenate([*parts, rows[at:]])


def grown_counts(
    old: Mapping[str, int], gone: Counter[str], fresh: Counter[str]
) -> tuple[list[str], npt.NDArray[np.int32]]:
    """Words in order with how many have them, when some are gone and others fresh; none that nothing has."""
    found = Counter(old)
    found.subtract(gone)
    found.update(fresh)
    known = sorted(word for word, count in found.items() if count)
    return known, np.array([found[each] for each in known], np.int32)
