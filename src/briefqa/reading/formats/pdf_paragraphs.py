"""Printed lines → paragraphs: by indent, line ends, spacing and sentence ends, across pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from briefqa.reading.document import BlockKind
from briefqa.reading.formats.base import Boxes, RawBlock
from briefqa.reading.formats.lines import BULLET, join_text
from briefqa.reading.formats.pdf_glyphs import HYPHEN
from briefqa.reading.formats.pdf_layout import NOTE, Line
from briefqa.reading.formats.pdf_measures import Measures, measures_of
from briefqa.reading.formats.pdf_runs import CONTINUED, PlacedRow, goes_on, run_blocks
from briefqa.text.labels import LABEL
from briefqa.text.numbering import is_contents_line, number_of

_ENDED = re.compile(r"[。！？!?；;：:…][”’\"'）)》」』】\]]*$|[A-Za-z)\"'][.]$")
_OPEN = re.compile(r"[，、,（(《“‘「『【〔]$")
_NAMES = re.compile(r"[^\s：:，。；、“《]{1,14}\s*[：:](?!//)\s*\S")  # what the rest of the line is
_CANNOT_BEGIN = frozenset("，。、；：！？）》」』】〕”’％%,;:!?)")


class _Paragraph:
    """The paragraph being built."""

    def __init__(self, line: Line, breaks: int, gap: int = 1) -> None:
        self.gap = gap
        self.lines = [line]
        self.text = line.text
        self.boxes: list[Boxes] = [line.boxes]
        self.breaks: tuple[int, ...] = (0,) * breaks

    def add(self, line: Line, breaks: int) -> None:
        if self.text.endswith(HYPHEN):
            self.text = self.text[:-1]
            self.boxes[-1] = self.boxes[-1][:-1]
            glue = ""
        else:
            glue = join_text(self.text, line.text)
        if glue:
            self.boxes.append(np.full((len(glue), 4), np.nan, dtype=np.float32))
        self.breaks += (len(self.text) + len(glue),) * breaks
        self.text += glue + line.text
        self.boxes.append(line.boxes)
        self.lines.append(line)

    def placed_row(self) -> PlacedRow | None:
        """The row of a table that it is, if it is one."""
        line = self.lines[0]
        if line.row is None:
            return None
        return PlacedRow(line.row, line.page, len(self.breaks), line.scale)

    def continues(self) -> bool:
        """A line that says no more than that the table above goes on."""
        return self.lines[0].kind == "line" and bool(CONTINUED.fullmatch(self.text))

    def may_stand_between(self) -> bool:
        """Whether a table can go on below it."""
        return self.lines[0].kind == "note" or self.continues()

    def block(self) -> RawBlock:
        kind = BlockKind.NOTE if self.lines[0].kind == "note" else BlockKind.TEXT
        size = 0.0 if self.lines[0].ocr else self.lines[0].size
        boxes = np.concatenate(self.boxes)
        keep = [i for i, char in enumerate(self.text) if char != HYPHEN]
        breaks = tuple(int(np.searchsorted(keep, b)) for b in self.breaks)
        text = "".join(self.text[i] for i in keep)
        return RawBlock(text, kind, breaks=breaks, gap=self.gap, size=size, boxes=boxes[keep])


def paragraphs(pages: Sequence[Sequence[Line]]) -> list[RawBlock]:
    """The blocks of all pages; `breaks` mark where each page begins, page 1 included."""
    measures = measures_of([line for page in pages for line in page if line.kind == "line"])
    builder = _Builder(measures)
    for page in pages:
        builder.pending += 1
        for line in page:
            if line.kind != "note":
                builder.add(line)
        for line in page:
            if line.kind == "note":
                builder.add_note(line)
    builder.end()
    blocks = list(_blocks(builder.done))
    if builder.pending:
        blocks.append(RawBlock("", breaks=(0,) * builder.pending))
    return blocks


def _blocks(paragraphs: Sequence[_Paragraph]) -> Iterator[RawBlock]:
    """Rows of one table are gathered; notes and marks of continuation between its pages do not part it."""
    run: list[PlacedRow] = []
    between: list[_Paragraph] = []
    for paragraph in paragraphs:
        row = paragraph.placed_row()
        if row is not None and (not run or goes_on(run[-1], row)):
            row.breaks += sum(len(each.breaks) for each in between if each.continues())
            between = [each for each in between if not each.continues()]
            run.append(row)
        elif run and row is None and paragraph.may_stand_between():
            between.append(paragraph)
        else:
            yield from _table_done(run, between)
            run, between = ([row], []) if row is not None else ([], [])
            if row is None:
                yield paragraph.block()
    yield from _table_done(run, between)


def _table_done(run: list[PlacedRow], between: Sequence[_Paragraph]) -> Iterator[RawBlock]:
    if run:
        yield from run_blocks(run)
    yield from (paragraph.block() for paragraph in between)


class _Builder:
    """Gathers paragraphs; notes at a page's foot wait until it is known what goes on overleaf."""

    def __init__(self, measures: Measures) -> None:
        self.measures = measures
        self.done: list[_Paragraph] = []
        self.notes: list[_Paragraph] = []
        self.pending = 0  # pages begun since the last line

    def add(self, line: Line) -> None:
        last = self.done[-1] if self.done else None
        goes_on = (
            last is not None
            and line.kind == "line" == last.lines[-1].kind
            and _goes_on(last, line, self.measures)
        )
        self._place_notes(goes_on)
        if goes_on and last is not None:
            last.add(line, self.pending)
        else:
            gap = 1 if last is None else self.measures.gap(last.lines[-1], line)
            self.done.append(_Paragraph(line, self.pending, gap))
        self.pending = 0

    def add_note(self, line: Line) -> None:
        if self.notes and not NOTE.match(line.text):
            self.notes[-1].add(line, self.pending)
        else:
            self.notes.append(_Paragraph(line, self.pending))
        self.pending = 0

    def _place_notes(self, before_last: bool) -> None:
        """After the last paragraph, or before it when it goes on overleaf."""
        if before_last and self.notes:
            last = self.done.pop()
            first = sum(b == 0 for b in last.breaks)
            self.notes[0].breaks = (0,) * first + self.notes[0].breaks
            last.breaks = last.breaks[first:]
            self.notes.append(last)
        self.done += self.notes
        self.notes = []

    def end(self) -> None:
        self._place_notes(before_last=False)


def _goes_on(paragraph: _Paragraph, line: Line, measures: Measures) -> bool:
    """Whether the paragraph goes on in this line."""
    text, last = paragraph.text, paragraph.lines[-1]
    size = max(last.size, line.size)
    if is_contents_line(text) or is_contents_line(line.text):
        return False
    if abs(last.size - line.size) > (0.35 if line.ocr or last.ocr else 0.12) * size:
        return False
    if line.text[0] in _CANNOT_BEGIN:
        return True
    together = last.page == line.page and last.column == line.column
    leading = measures.leading.get(round(line.size), 1.5 * size)
    wide_gap = together and line.baseline - last.baseline > max(1.35 * leading, leading + 0.4 * size)
    ended = _ENDED.search(text[-40:]) is not None
    if wide_gap and (ended or line.baseline - last.baseline > 2.2 * leading):
        return False
    if wide_gap and not line.ocr and abs(last.size - line.size) > 0.05 * size:
        return False  # a title, and below it whom it is addressed to
    left, right = measures.margin(line)
    last_left, last_right = measures.margin(last)
    indent = (line.left - left) / size
    full = last.right + _first_word(line) >= last_right - 1.1 * size
    if _centred(line, left, right) and _in_middle(last, last_left, last_right):
        wide = last.right - last.left >= 0.7 * (last_right - last_left)
        # Two lines of a title in large print are one, however short.
        large = together and size > 1.15 * measures.body and abs(last.size - line.size) < 0.5
        apart = wide_gap or (large and _set_apart(paragraph, line)) or _names_more(paragraph, line)
        return (wide or large) and not ended and not apart and number_of(line.text) is None
    hanging = len(paragraph.lines) > 1 and abs(line.left - last.left) < 0.6 * size and together
    if indent > 1.2 and not hanging:
        even = abs(line.left - last.left) < 0.6 * size and number_of(line.text) is None
        hangs = _hangs(paragraph, line, size)
        return full and together and ((even and not ended) or hangs) and not BULLET.match(line.text)
    filled = last.right - last_left >= 0.6 * (last_right - last_left)
    return _same_paragraph(paragraph, line, full, filled, ended, wide_gap, measures)


def _same_paragraph(
    paragraph: _Paragraph,
    line: Line,
    full: bool,
    filled: bool,
    ended: bool,
    wide_gap: bool,
    measures: Measures,
) -> bool:
    """The decision for a line that no indent tells apart."""
    text = paragraph.text
    if not full:
        # A line that stops early is the last of its paragraph, unless it stops in mid-phrase: the
        # rules for marks at line ends and long words leave lines a little short.
        if _OPEN.search(text[-1:]):
            return number_of(line.text) is None
        heading = number_of(text) is not None and len(paragraph.lines) == 1
        number = number_of(line.text)
        numbered = heading or (number is not None and number.style != "1")  # a bare 30 is an amount
        apart = ended or numbered or wide_gap or _names_more(paragraph, line)
        return measures.indents and filled and not apart
    if LABEL.match(line.text):
        return not ended and len(paragraph.lines) > 1 and not wide_gap
    number = number_of(line.text)
    if number and (ended or wide_gap or number_of(text)):
        return False
    if ended and wide_gap:
        return False
    return not wide_gap or not ended


def _first_word(line: Line) -> float:
    """Width of what had to fit into the line before: a Latin word or one character."""
    match = re.match(r"[!-~]+", line.text)
    end = len(match.group()) if match else 1
    return float((line.boxes[end - 1, 2] - line.boxes[0, 0]) * (line.right - line.left)) / max(
        float(line.boxes[-1, 2] - line.boxes[0, 0]), 1e-6
    )


def _centred(line: Line, left: float, right: float) -> bool:
    """Set in on both sides alike."""
    least = min(line.left - left, right - line.right)
    return least > line.size and _in_middle(line, left, right)


def _in_middle(line: Line, left: float, right: float) -> bool:
    return abs((line.left - left) - (right - line.right)) < 1.2 * line.size


def _set_apart(paragraph: _Paragraph, line: Line) -> bool:
    """Farther below a title's lines than they are below each other, and spread out as a heading is."""
    parts = line.text.split()
    if len(paragraph.lines) < 2 or len(parts) < 2 or max(map(len, parts)) > 1:
        return False
    above, last = paragraph.lines[-2:]
    return above.page == last.page and line.baseline - last.baseline > 1.35 * (last.baseline - above.baseline)


def _names_more(paragraph: _Paragraph, line: Line) -> bool:
    """A cover's next line says by its first words what it tells, as the lines above it do."""
    named = _NAMES.match(line.text) is not None
    return named and (_NAMES.match(paragraph.text) is not None or LABEL.match(line.text) is not None)


def _hangs(paragraph: _Paragraph, line: Line, size: float) -> bool:
    """The second line of an item whose text is set in from its number."""
    first = paragraph.lines[0]
    if len(paragraph.lines) > 1 or not (number_of(first.text) or BULLET.match(first.text)):
        return False
    if abs(line.left - first.left) < 0.6 * size and number_of(line.text):
        return False  # the next item
    return 0 < line.left - first.left < 4 * size or line.left < first.left
