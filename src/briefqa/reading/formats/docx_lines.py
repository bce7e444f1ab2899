"""Word files made from pages: one paragraph for each printed line, page numbers among them.

In a file that was typed a paragraph ends where it ends. In one that was converted most paragraphs end in
mid-sentence; then they are joined, and the printed numbers tell the pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from briefqa.reading.document import BlockKind
from briefqa.reading.events import DATE
from briefqa.reading.formats.base import RawBlock
from briefqa.reading.formats.lines import (
    BULLET,
    CANNOT_BEGIN,
    GOES_ON,
    TITLE_END,
    TextLine,
    ends_sentence,
    is_prose,
    join_text,
    leaves_open,
    wrap_width,
)
from briefqa.reading.formats.table_blocks import NOTE_BELOW
from briefqa.reading.table_marks import is_caption
from briefqa.text.content import tagged
from briefqa.text.folding import fold, has_han
from briefqa.text.labels import LABEL
from briefqa.text.numbering import is_contents_line, number_of
from briefqa.text.quantities import MEASURE

_PAGE_LINE = re.compile(
    r"[—–―－-]+\s*(\d{1,4})\s*[—–―－-]+|第\s*(\d{1,4})\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?"
)
_MEASURE = re.compile(rf"[万亿]|{MEASURE}")
_MARK = re.compile(r"[，。；：！？]")
_LINE = 15  # characters of a line that is prose even without a mark
_MOSTLY, _OFTEN = 0.6, 0.2  # shares: of lines that end in mid-sentence, and of those that prove it
_LONG = 400  # characters of what is joined so far that tell how it goes on
_AROUND = 6  # characters on each side of a cut
_FEW = 2  # proofs


def as_paragraphs(blocks: Sequence[RawBlock]) -> tuple[list[RawBlock], int]:
    """The blocks with cut paragraphs joined, and how many lines of page numbers were left out."""
    kept, removed = _without_page_lines(_with_breaks(blocks))
    cut = _is_cut(kept)
    return (_joined(kept, everywhere=cut) if cut or removed else kept), removed


def _with_breaks(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """Blocks with text, each with the page breaks of the empty ones before it; the last empty one stays."""
    found: list[RawBlock] = []
    pending: tuple[int, ...] = ()
    for block in blocks:
        if block.text:
            found.append(replace(block, breaks=pending + block.breaks) if pending else block)
            pending = ()
        else:
            pending += block.breaks
    return [*found, RawBlock("", breaks=pending)] if pending else found


def _without_page_lines(blocks: Sequence[RawBlock]) -> tuple[list[RawBlock], int]:
    """Without lines that are page numbers which count up; from 1 on, each ends its page."""
    numbers: dict[int, int] = {}
    for i, block in enumerate(blocks):
        match = _PAGE_LINE.fullmatch(block.text.strip()) if block.kind is BlockKind.TEXT else None
        if match:
            numbers[i] = int(match[1] or match[2])
    counted = list(numbers.values())
    if len(counted) < 2 or any(b <= a for a, b in pairwise(counted)):
        return list(blocks), 0
    ends = counted[0] == 1 and 0 not in numbers
    kept: list[RawBlock] = []
    page, pending = 1, 0
    for i, block in enumerate(blocks):
        if i in numbers:
            pending += numbers[i] + 1 - page if ends else len(block.breaks)
            page = numbers[i] + 1
        elif ends:
            kept.append(replace(block, breaks=(0,) * pending))
            pending = 0
        else:
            kept.append(replace(block, breaks=(0,) * pending + block.breaks))
            pending = 0
    return kept, len(numbers)


def _is_cut(blocks: Sequence[RawBlock]) -> bool:
    """Whether paragraphs of the file end in mid-sentence as a rule, or so often that it is no slip."""
    pairs = [(a, b) for a, b in pairwise(blocks) if _may_go_on(a, b)]
    lines = sum(_is_line(block) for block in blocks)
    proofs = sum(_is_proof(a.text, b.text) or 0 in b.breaks for a, b in pairs)
    if len(pairs) >= _MOSTLY * lines and len(pairs) > 1:
        return proofs > 0 or wrap_width([TextLine(block.text) for block in blocks if block.text]) > 0
    return proofs >= max(_FEW, _OFTEN * len(pairs))


def _is_line(block: RawBlock) -> bool:
    plain = block.kind is BlockKind.TEXT and block.level is None and not is_caption(block.text)
    return plain and (len(block.text) >= _LINE or is_prose(block.text))


def _may_go_on(above: RawBlock, below: RawBlock) -> bool:
    """Whether a sentence of `above` may go on in `below`: lines of one look, neither opening something."""
    text, after = above.text if len(above.text) <= _LONG else above.text[-_LONG:], below.text
    alike = abs(above.size - below.size) <= 0.02 * above.size and above.bold == below.bold
    if not (
        _is_line(replace(above, text=text))
        and alike
        and after
        and below.kind is BlockKind.TEXT
        and below.level is None
    ):
        return False
    number = number_of(text)
    heading = number is not None and not _MARK.search(text, number.end)
    if (
        ends_sentence(text)
        or LABEL.match(text)
        or TITLE_END.search(text)
        or heading
        or is_contents_line(text)
    ):
        return False
    opens = LABEL.match(after) or BULLET.match(after) or NOTE_BELOW.match(after) or DATE.fullmatch(after)
    return not (opens or number_of(after) or is_caption(after) or is_contents_line(after))


def _is_proof(above: str, below: str) -> bool:
    """Whether a paragraph cannot have ended there."""
    halved = above[-1].isdigit() and (_MEASURE.match(below) or below[0].isdigit())
    marked = GOES_ON.search(above[-1:]) or below[0] in CANNOT_BEGIN or below[0] == "/"
    return bool(halved or marked or leaves_open(above, below)) or _halves_a_word(above, below)


def _halves_a_word(above: str, below: str) -> bool:
    """Whether the end of one and the start of the other make a Chinese word together."""
    end = above[-_AROUND:]
    at = 0
    for word, _ in tagged(fold(end + below[:_AROUND])):
        if at < len(end) < at + len(word):
            return has_han(word)
        at += len(word)
    return False


def _joined(blocks: Sequence[RawBlock], *, everywhere: bool) -> list[RawBlock]:
    """Sentences put together that were cut, at the ends of pages at least."""
    found: list[RawBlock] = []
    for block in blocks:
        if found and (everywhere or 0 in block.breaks) and _may_go_on(found[-1], block):
            last = found[-1]
            text = last.text + join_text(last.text, block.text)
            breaks = (*last.breaks, *(len(text) + each for each in block.breaks))
            found[-1] = replace(last, text=text + block.text, breaks=breaks)
        else:
            found.append(block)
    return found
