"""Documents that say nearly the same: drafts, reissues, the same text with another masthead."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations

from briefqa.splitting.units import BODY, Units
from briefqa.text.folding import fold

SHARE = 0.8  # of the shorter document's sentences
_SHORT = 10  # characters; shorter sentences say nothing about a document
_COMMON = 20  # documents; a sentence in more than these is boilerplate, and pairs of them would be many


def near_duplicates(units: Units) -> tuple[tuple[str, str], ...]:
    """Pairs of document ids, sorted, of which one shares `SHARE` of its sentences with the other."""
    holders: dict[str, set[int]] = defaultdict(set)
    for number, row in enumerate(units.sentences):
        text = "".join(fold(units.sentence_text(number)).split())
        if row["kind"] == BODY and len(text) >= _SHORT:
            holders[text].add(int(units.passages[row["passage"]]["document"]))
    sizes = Counter(document for documents in holders.values() for document in documents)
    shared: Counter[tuple[int, int]] = Counter()
    for documents in holders.values():
        if 1 < len(documents) <= _COMMON:
            shared.update(combinations(sorted(documents), 2))
    ids = [document.id for document in units.documents]
    return tuple(
        (ids[one], ids[other])
        for (one, other), count in sorted(shared.items())
        if count >= SHARE * min(sizes[one], sizes[other])
    )
