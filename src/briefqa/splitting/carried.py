"""Which years a text goes on to speak of where it names none: those named last before it.

A report says "in 1993" once and then tells results for a page; what it says of 1994 begins with that year.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

from briefqa.reading.document import BlockKind, Document
from briefqa.splitting.passages import split_sentences
from briefqa.text.timeline import Standpoint, anchoring_years

_FURTHEST, _BLOCKS = 4_000, 40  # characters and blocks to look back: a reader has forgotten what is beyond
_BORDERS = (BlockKind.HEADING, BlockKind.FRONT, BlockKind.BACK)


def years_before(document: Document, offset: int) -> frozenset[int]:
    """The years of the nearest sentence before `offset` in its section that names any; empty for none."""
    last, part = document.block_at(offset), document.part_at(offset)
    standpoint, first = document.standpoint_at(offset), max(offset - _FURTHEST, 0)
    for block in reversed(document.blocks[max(last - _BLOCKS, 0) : last + 1]):
        if block.kind in _BORDERS or block.end <= first or document.part_at(block.start) is not part:
            break
        if block.kind is not BlockKind.TEXT:
            continue  # a table speaks of the years of its columns
        ends, years = _anchors(document.text[block.start : block.end], standpoint)
        nearest = bisect_right(ends, offset - block.start) - 1
        if nearest >= 0 and block.start + ends[nearest] > first:
            return years[nearest]
        if any(heading.start == block.start for heading in document.section_at(block.start)):
            break  # a heading that its text follows in one line
    return frozenset()


@lru_cache(maxsize=64)  # a paragraph is asked for by each of the passages that follow
def _anchors(text: str, standpoint: Standpoint | None) -> tuple[list[int], list[frozenset[int]]]:
    """The sentences that name years: where each ends, and the years."""
    told = [(each.end, anchoring_years(each.text, standpoint)) for each in split_sentences(text)]
    return [end for end, years in told if years], [years for _, years in told if years]
