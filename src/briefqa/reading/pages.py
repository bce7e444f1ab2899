"""Where pages begin in a text that does not say so: inferred from lines cut in mid-sentence."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from statistics import median

_MIN_CUTS = 3
_MIN_PAGE, _MAX_PAGE = 200, 4000  # characters of a page


def infer_page_starts(cuts: Sequence[int], paragraph_starts: Sequence[int], length: int) -> tuple[int, ...]:
    """Page starts of a text of `length` characters, or () when the cuts are not regular.

    `cuts` are offsets where a blank line cut a sentence. A page break between two paragraphs
    cannot be seen: where two cuts lie n pages apart, the n - 1 others are put at the nearest
    `paragraph_starts`.
    """
    if len(cuts) < _MIN_CUTS:
        return ()
    steps = [b - a for a, b in pairwise(cuts)]
    page = _page_length(steps)
    if not page:
        return ()
    starts = [0]
    for cut in (*cuts, length):
        pages = max(1, round((cut - starts[-1]) / page))
        if cut == length:
            pages = max(1, ceil((cut - starts[-1]) / page - 0.15))
        begin = starts[-1]
        for k in range(1, pages):
            aim = begin + (cut - begin) * k / pages if cut != length else begin + page * k
            between = [p for p in paragraph_starts if starts[-1] < p < cut]
            if between:
                starts.append(min(between, key=lambda p: abs(p - aim)))
        if cut != length:
            starts.append(cut)
    return tuple(sorted(set(starts)))


def _page_length(steps: Sequence[int]) -> float:
    """The page length that most steps are a small multiple of; 0 when there is none."""
    best = (0, 0.0)
    for base in steps:
        if not _MIN_PAGE <= base <= _MAX_PAGE:
            continue
        single = [s for s in steps if abs(s - base) <= 0.3 * base]
        fit = sum(abs(s - max(1, round(s / base)) * base) <= 0.3 * base for s in steps if s < 5 * base)
        if len(single) * 2 >= len(steps):
            best = max(best, (fit, float(median(single))))
    return best[1] if best[0] >= 0.75 * len(steps) else 0.0
