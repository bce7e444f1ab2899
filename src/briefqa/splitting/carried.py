"""Which years a text goes on to speak of where it names none: those named last before it.

A report says "in 1993" once and then tells results for a page; what it says of 1994 begins with that year.
"""

from __future__ import annotations

from briefqa.reading.document import BlockKind, Document
from briefqa.splitting.passages import split_sentences
from briefqa.text.timeline import anchoring_years

_FURTHEST = 40  # blocks to look back: beyond them a reader has forgotten it too
_BORDERS = (BlockKind.HEADING, BlockKind.FRONT, BlockKind.BACK)


def years_before(document: Document, offset: int) -> frozenset[int]:
    """The years of the nearest sentence before `offset` in its section that names any; empty for none."""
    last, part = document.block_at(offset), document.part_at(offset)
    standpoint = document.standpoint_at(offset)
    for block in reversed(document.blocks[max(last - _FURTHEST, 0) : last + 1]):
        if block.kind in _BORDERS or document.part_at(block.start) is not part:
            break
        if block.kind is not BlockKind.TEXT:
            continue  # a table speaks of the years of its columns
        text = document.text[block.start : min(block.end, offset)]
        for sentence in reversed(split_sentences(text)):
            if found := anchoring_years(sentence.text, standpoint):
                return found
        if any(heading.start == block.start for heading in document.section_at(block.start)):
            break  # a heading that its text follows in one line
    return frozenset()
