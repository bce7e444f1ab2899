"""Document → passages and sentences: the units that are embedded, found and quoted.

Passages tile their document: joined in order, they are `document.text`, letter for letter.
A passage never crosses a section's border and never cuts a sentence; a heading opens the
passage of the text below it. Everything here is pure.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from briefqa.reading.document import Block, BlockKind, Document

# Long enough for a sentence to be understood in its passage, short enough that one embedding
# still tells what it is about.
TARGET_CHARACTERS = 250
MAX_CHARACTERS = 320
# A "sentence" without any end mark (a table poured into one line, say) is cut at the next
# lesser mark beyond this length, so that nothing unbounded is embedded or shown.
MAX_SENTENCE_CHARACTERS = 600
# A longer row holds paragraphs in its cells; its sentences are told apart as elsewhere.
MAX_ROW_CHARACTERS = 320

_CLOSING = "”’\"'）)》〉」』】］]"
_SENTENCE_END = re.compile(
    rf"(?:[。！？!?…]+|(?<=[A-Za-z0-9\"')\]])\.(?=\s+[A-Z\u4e00-\u9fff“\"(]))[{re.escape(_CLOSING)}]*"
)
_ITEM_NUMBER = re.compile(r"\s*(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})\.")
_LESSER_MARKS = ("；;", "，,、：:", " \t\n")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`document.text[start:end] == text`: one sentence, without white space around it."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of a document that is searched as one.

    Attributes:
        id: "<document id>#<start>-<end>": the same for the same source, build after build.
        text: `document.text[start:end]`, white space at its end included.
        section: headings above the passage, outermost first.
        page: first page, or None.
        paragraph: 1-based number, within its section, of the paragraph it begins in.
    """

    id: str
    document_id: str
    text: str
    start: int
    end: int
    section: tuple[str, ...]
    page: int | None
    paragraph: int


def split_passages(document: Document) -> tuple[Passage, ...]:
    """The passages of `document`, in order and without gaps."""
    starts = [group[0] for group in _pack(document)]
    if not starts:
        return ()
    starts[0] = 0
    ends = [*starts[1:], len(document.text)]
    return tuple(make_passage(document, start, end) for start, end in zip(starts, ends, strict=True))


def make_passage(document: Document, start: int, end: int) -> Passage:
    """The passage at `[start, end)`, with its section, page and paragraph looked up."""
    body = _body_start(document, start, end)
    return Passage(
        id=f"{document.id}#{start}-{end}",
        document_id=document.id,
        text=document.text[start:end],
        start=start,
        end=end,
        section=tuple(heading.title for heading in document.section_at(body)),
        page=document.page_at(start),
        paragraph=paragraph_at(document, body),
    )


def split_sentences(text: str, offset: int = 0) -> tuple[Sentence, ...]:
    """The sentences of `text`, which begins at `offset` of its document.

    。！？… end a sentence together with the closing marks after them (。” belongs to it); a
    line break always ends one.
    """
    sentences = []
    for start, end in _sentence_spans(text):
        stripped = text[start:end].strip()
        if stripped:
            at = offset + start + text[start:end].index(stripped)
            sentences.append(Sentence(stripped, at, at + len(stripped)))
    return tuple(sentences)


def document_sentences(document: Document, start: int, end: int) -> tuple[Sentence, ...]:
    """The sentences of `[start, end)` of a document; a row of a table is one, whatever its cells say."""
    found: list[Sentence] = []
    for number in range(document.block_at(start), len(document.blocks)):
        block = document.blocks[number]
        if block.start >= end:
            break
        low, high = max(block.start, start), min(block.end, end)
        if block.kind in (BlockKind.ROW, BlockKind.TABLE_HEADER) and high - low <= MAX_ROW_CHARACTERS:
            found.append(Sentence(document.text[low:high], low, high))
        elif low < high:
            found.extend(split_sentences(document.text[low:high], low))
    return tuple(found)


def paragraph_at(document: Document, offset: int) -> int:
    """The 1-based number of the paragraph at `offset` among those of its section.

    Without a section, among the blocks of its matter: front, body or back.
    """
    section = document.section_at(offset)
    last = document.block_at(offset)
    if not section:
        starts = _matter_starts(_Same(document.blocks))
        return last - starts[bisect_right(starts, last) - 1] + 1 if starts else 1
    first = document.block_at(section[-1].start)
    if document.blocks[first].kind is BlockKind.HEADING:
        first += 1
    return max(last - first + 1, 1)


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """Blocks that are told apart by what they are, not by what they hold: that would take long."""

    blocks: tuple[Block, ...]

    def __hash__(self) -> int:
        return id(self.blocks)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.blocks is self.blocks


@lru_cache(maxsize=64)
def _matter_starts(same: _Same) -> list[int]:
    """The numbers of the blocks with which a stretch of one matter begins, ascending."""
    kinds = [_matter(block) for block in same.blocks]
    return [number for number, kind in enumerate(kinds) if not number or kinds[number - 1] is not kind]


def _body_start(document: Document, start: int, end: int) -> int:
    """Where the text below the passage's opening headings begins (its start when it has none)."""
    for number in range(document.block_at(start), len(document.blocks)):  # a slice would be a copy
        block = document.blocks[number]
        if block.start >= end:
            break
        if block.kind is not BlockKind.HEADING:
            return max(block.start, start)
    return start


def _sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.splitlines(keepends=True):
        stop = start + len(line)
        for match in _SENTENCE_END.finditer(text, start, stop):
            if _ITEM_NUMBER.fullmatch(text, start, match.end()):
                continue  # a number and its text are one item
            yield from _bounded(text, start, match.end())
            start = match.end()
        if start < stop:
            yield from _bounded(text, start, stop)
        start = stop


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > MAX_SENTENCE_CHARACTERS:
        cut = _cut(text, start, start + MAX_SENTENCE_CHARACTERS)
        yield start, cut
        start = cut
    yield start, end


def _cut(text: str, start: int, limit: int) -> int:
    half = start + MAX_SENTENCE_CHARACTERS // 2
    for marks in _LESSER_MARKS:
        at = max(text.rfind(mark, half, limit) for mark in marks)
        if at >= 0:
            return at + 1
    return limit


@dataclass(frozen=True, slots=True)
class _Unit:
    """Sentences of one block that are kept together: `[start, end)`."""

    start: int
    end: int


def _pack(document: Document) -> list[tuple[int, int]]:
    """Groups of blocks' parts that make a passage each, as (start, end)."""
    groups: list[tuple[int, int]] = []
    for run in _runs(document):
        heading_start = run[0].start
        bodies = [block for block in run if block.kind is not BlockKind.HEADING]
        units = [unit for block in bodies for unit in _units(document.text, block)]
        packed = _merge(units) or [(heading_start, run[-1].end)]
        packed[0] = (heading_start, packed[0][1])
        groups.extend(packed)
    return groups


def _runs(document: Document) -> Iterator[list[Block]]:
    """Blocks that may share a passage: one section, or one stretch of front or back matter."""
    opens = {heading.start for heading in document.headings}
    run: list[Block] = []
    only_headings = True
    for block in document.blocks:
        if run and not only_headings and (block.start in opens or _matter(block) != _matter(run[-1])):
            yield run
            run, only_headings = [], True
        run.append(block)
        only_headings = only_headings and block.kind is BlockKind.HEADING
    if run:
        yield run


def _matter(block: Block) -> BlockKind:
    return block.kind if block.kind in (BlockKind.FRONT, BlockKind.BACK) else BlockKind.TEXT


def _units(text: str, block: Block) -> list[_Unit]:
    """A block whole if it is short, else cut between sentences into parts of about equal length."""
    length = block.end - block.start
    if length <= MAX_CHARACTERS:
        return [_Unit(block.start, block.end)]
    goal = length / math.ceil(length / TARGET_CHARACTERS)
    units: list[_Unit] = []
    start = block.start
    for sentence in split_sentences(text[block.start : block.end], block.start):
        # A part ends with the sentence that brings it nearest to its goal.
        if sentence.start > start and _nearer(sentence.start - start, sentence.end - start, goal):
            units.append(_Unit(start, sentence.start))
            start = sentence.start
    units.append(_Unit(start, block.end))
    return units


def _nearer(without: int, with_it: int, goal: float) -> bool:
    return abs(without - goal) <= abs(with_it - goal)


def _merge(units: Sequence[_Unit]) -> list[tuple[int, int]]:
    """Neighbouring short units share a passage as long as it stays within the limit."""
    merged: list[tuple[int, int]] = []
    for unit in units:
        if merged and unit.end - merged[-1][0] <= MAX_CHARACTERS:
            merged[-1] = (merged[-1][0], unit.end)
        else:
            merged.append((unit.start, unit.end))
    return merged


def sentence_at(document: Document, offset: int) -> int:
    """The 1-based number of the sentence at `offset` within its paragraph."""
    block = document.blocks[document.block_at(offset)]
    sentences = document_sentences(document, block.start, block.end)
    return max(sum(sentence.start <= offset for sentence in sentences), 1)
