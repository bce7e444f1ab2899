"""Word files made from pages: one paragraph for each printed line, page numbers among them.

In a file that was typed a paragraph ends where it ends. In one that was converted most paragraphs fill a
line and end in mid-sentence, or some end where no paragraph can; those are joined, and the printed numbers
tell the pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median_low

from briefqa.reading.document import BlockKind
from briefqa.reading.events import DATE
from briefqa.reading.formats.base import RawBlock
from briefqa.reading.formats.lines import (
    BULLET,
    CANNOT_BEGIN,
    GOES_ON,
    TITLE_END,
    columns,
    ends_sentence,
    is_prose,
    join_text,
    leaves_open,
)
from briefqa.reading.formats.page_marks import PAGE_MARK
from briefqa.reading.formats.table_blocks import NOTE_BELOW
from briefqa.reading.table_marks import is_caption
from briefqa.text.content import tagged
from briefqa.text.folding import fold, has_han
from briefqa.text.labels import LABEL
from briefqa.text.numbering import is_contents_line, number_of

_MARK = re.compile(r"[，。；：！？]")
_OPENS = re.compile(  # any label, an item's letter or number, or a sign as of lists and code
    rf"[^，。；！？、…：:]{{1,12}}[：:]|[（(]?[A-Za-z0-9]{{1,2}}(?:[、)）]|[.．](?!\d))"
    rf"|[^\w（(“‘《〈【「『〔\[/{re.escape(''.join(sorted(CANNOT_BEGIN)))}]"
)
_LINE = 15  # characters of a line that is prose even without a mark
_MOSTLY, _OFTEN = 0.6, 0.2  # shares: of cuts that full lines make, and of those that prove it
_LONG = 400  # characters of what is joined so far that tell how it goes on
_AROUND = 6  # characters on each side of a cut
_FEW, _MANY = 2, 3  # proofs, and full lines
_NARROW, _WIDE = 24, 130  # columns of a printed line
_FULL = 56  # columns of a line that may fill a page
_SLACK, _NEAR = 4, 2  # columns by which a full line may miss the margin, and those of other full lines


def as_paragraphs(blocks: Sequence[RawBlock]) -> tuple[list[RawBlock], int]:
    """The blocks with cut paragraphs joined, and how many lines of page numbers were left out."""
    kept, removed = _without_page_lines(_with_breaks(blocks))
    return _joined(kept, _cuts_of(kept, paged=removed > 0)), removed


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
        match = PAGE_MARK.fullmatch(block.text.strip()) if block.kind is BlockKind.TEXT else None
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


@dataclass(frozen=True, slots=True)
class _Cuts:
    """How the paragraphs of a file were cut; each mark of a paragraph is its author's until proven else."""

    width: int  # columns of the full lines of a text of printed lines; 0 when there are none
    proven: bool  # paragraphs are cut here and there, as at the ends of pages
    edge: int  # columns of the last printed line before such a cut; 0 when they differ
    paged: bool  # the lines of page numbers tell where a page ends

    def join(self, text: str, last: RawBlock, below: RawBlock) -> bool:
        """Whether the paragraph `text`, whose last line is `last`, goes on in `below`."""
        ends_page = self.paged and 0 in below.breaks
        centred = last.centred and below.centred
        if not (self.width or self.proven or ends_page or centred):
            return False
        if not _may_go_on(replace(last, text=text), below):
            return False
        if ends_page or (self.width and _is_full(last.text, below.text, self.width)):
            return True
        if centred and (_is_clause(text) or _halves_a_word(text, below.text)):
            return True
        long = columns(last.text[:_LONG])
        cut = _is_proof(text, below.text) or (self.proven and long >= _FULL and _is_clause(text))
        return (cut and (self.proven or centred)) or (self.edge > 0 and abs(long - self.edge) <= _NEAR)


def _cuts_of(blocks: Sequence[RawBlock], *, paged: bool) -> _Cuts:
    """Reads from lines that cannot be whole paragraphs how the file was cut."""
    pairs = [(a.text, b.text) for a, b in pairwise(blocks) if _may_go_on(a, b)]
    proofs = [columns(above[:_LONG]) for above, below in pairs if _is_proof(above, below)]
    long = sum(columns(above[:_LONG]) >= _FULL for above, _ in pairs)
    lines = [each for each in proofs if _FULL <= each <= _WIDE]
    middle = median_low(lines) if len(lines) >= _MANY else 0
    edge = middle if sum(abs(each - middle) <= _NEAR for each in lines) >= _MOSTLY * len(lines) else 0
    proven = len(proofs) >= max(_FEW, _OFTEN * long)
    return _Cuts(_line_width(blocks, pairs), proven, edge * proven, paged)


def _line_width(blocks: Sequence[RawBlock], pairs: Sequence[tuple[str, str]]) -> int:
    """The width that no line exceeds and most lines that end in mid-sentence fill; 0 when there is none.

    Names and codes of one length fill a width as well: some ends must halve a word or a clause.
    """
    lines = [columns(block.text[:_LONG]) for block in blocks if _is_line(block)]
    width = max(lines, default=0)
    if not _NARROW <= width <= _WIDE:
        return 0
    full = [(above, below) for above, below in pairs if _is_full(above, below, width)]
    proofs = sum(_is_clause(a) or _is_proof(a, b) or _halves_a_word(a, b) for a, b in full)
    often = len(full) >= max(_MANY, _OFTEN * len(lines), _MOSTLY * len(pairs))
    return width if often and proofs >= max(_FEW, _OFTEN * len(full)) else 0


def _is_full(above: str, below: str, width: int) -> bool:
    """Whether the first word of `below` would not have fitted at the end of `above`."""
    word = re.match(r"[!-~]+", below)
    return columns(above[:_LONG]) + max(len(word.group()) + 1 if word else 0, _SLACK) >= width


def _is_clause(above: str) -> bool:
    return GOES_ON.search(above[-1:]) is not None


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
    return not (
        opens
        or _OPENS.match(after)
        or (text[-1].isdigit() and after[0].isdigit())  # two numbers must never become one
        or number_of(after)
        or is_caption(after)
        or is_contents_line(after)
    )


def _is_proof(above: str, below: str) -> bool:
    """Whether a paragraph cannot have ended there."""
    if (below[0] in CANNOT_BEGIN and not below[0].isascii()) or leaves_open(above, below):
        return True
    return columns(above[:_LONG]) >= _FULL and _halves_a_word(above, below)


def _halves_a_word(above: str, below: str) -> bool:
    """Whether the end of one and the start of the other make a Chinese word together."""
    if not (has_han(above[-1]) and has_han(below[0])):
        return False
    end = above[-_AROUND:]
    at = 0
    for word, _ in tagged(fold(end + below[:_AROUND])):
        if at < len(end) < at + len(word):
            return True
        at += len(word)
    return False


def _joined(blocks: Sequence[RawBlock], cuts: _Cuts) -> list[RawBlock]:
    """Sentences put together that were cut."""
    found: list[RawBlock] = []
    last: RawBlock | None = None
    for block in blocks:
        if last is not None and cuts.join(found[-1].text, last, block):
            whole = found[-1]
            text = whole.text + join_text(whole.text, block.text)
            breaks = (*whole.breaks, *(len(text) + each for each in block.breaks))
            found[-1] = replace(whole, text=text + block.text, breaks=breaks)
        else:
            found.append(block)
        last = block
    return found
