"""Documents that say nearly the same: drafts, reissues, the same text with another masthead."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import numpy.typing as npt

from briefqa.splitting.marks import NOTHING, Marked
from briefqa.splitting.units import Units

Numbers = npt.NDArray[np.uint32]

SHARE = 0.8  # of the shorter document's sentences
_COMMON = 20  # documents; a sentence in more than these is boilerplate, and pairs of them would be many


def near_duplicates(units: Units, said: Marked) -> tuple[tuple[str, str], ...]:
    """Pairs of document ids, sorted, of which one shares `SHARE` of its sentences with the other.

    Args:
        said: what each sentence says, see `Marks`.
    """
    told = said != NOTHING
    documents = units.passages["document"][units.sentences["passage"][told]]
    marks, documents = _distinct(said[told], documents)
    sizes = np.bincount(documents, minlength=len(units.documents))
    shared: Counter[tuple[int, int]] = Counter()
    for holders in _together(marks, documents):
        shared.update(combinations(holders, 2))
    return tuple(
        (units.documents[one].id, units.documents[other].id)
        for (one, other), count in sorted(shared.items())
        if count >= SHARE * min(sizes[one], sizes[other])
    )


def _distinct(marks: Marked, documents: Numbers) -> tuple[Marked, Numbers]:
    """The pairs of them, each once, sorted; the documents ascend already."""
    order = np.argsort(marks, kind="stable")
    marks, documents = marks[order], documents[order]
    first = np.ones(len(marks), dtype=bool)
    first[1:] = (marks[1:] != marks[:-1]) | (documents[1:] != documents[:-1])
    return marks[first], documents[first]


def _together(marks: Marked, documents: Numbers) -> list[list[int]]:
    """The documents, ascending, of each sentence that some have, and not too many."""
    begins = np.flatnonzero(np.append(True, marks[1:] != marks[:-1])[: len(marks)])
    counts = np.diff(begins, append=len(marks))
    some = (counts > 1) & (counts <= _COMMON)
    held = documents.tolist()
    spans = zip(begins[some].tolist(), counts[some].tolist(), strict=True)
    return [held[begin : begin + count] for begin, count in spans]
