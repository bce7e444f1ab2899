"""The tables among a document's blocks: their lines, captions, units and notes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from briefqa.reading.document import BlockKind
from briefqa.reading.formats.base import RawBlock
from briefqa.reading.formats.table_blocks import NOTE_BELOW
from briefqa.reading.row_groups import row_groups
from briefqa.reading.table_heads import (
    is_filled_in,
    is_short_line,
    is_unit_line,
    names_table,
    unit_told,
)
from briefqa.reading.table_spans import Span, TableSpan
from briefqa.reading.tables import Table, is_title
from briefqa.text.numbering import TO_TEN

# A table's number and name: a caption wherever it stands, as long as it ends no sentence.
_CAPTION = re.compile(
    rf"[（(【]?(?:续|附)?[图表](?:\s*[\dA-Za-z]+(?:\s*[-—–.．]\s*\d+)*|[{TO_TEN}]{{1,3}}(?=[\s：:、.．]))"
    r"(?![\dA-Za-z]).*|(?:Table|Figure|Fig\.?)\s*\d+\b.*",
    re.I,
)
_LINES_ABOVE = 4  # a table that may say of it
_NOTES = 6  # lines below a table that may explain it


def find_tables(
    blocks: Sequence[RawBlock], starts: Sequence[int], body: range, headings: Collection[int]
) -> tuple[tuple[TableSpan, ...], dict[int, BlockKind]]:
    """The tables, and the kinds of the blocks that are captions, lines of units or notes.

    Args:
        blocks: of the document.
        starts: offset of each block in its text.
        body: the blocks between front and back matter.
        headings: blocks that are headings; they are no captions.
    """
    kinds: dict[int, BlockKind] = {}
    for i in body:
        if blocks[i].kind is BlockKind.TEXT and i not in headings and is_caption(blocks[i].text):
            kinds[i] = BlockKind.CAPTION
            if i + 1 in body and blocks[i + 1].kind is BlockKind.TEXT and is_unit_line(blocks[i + 1].text):
                kinds[i + 1] = BlockKind.CAPTION
    free = {i for i in body if blocks[i].kind is BlockKind.TEXT and i not in headings}
    tables = tuple(_table(blocks, starts, first, last, free, kinds) for first, last in _runs(blocks))
    return tables, kinds


def is_caption(text: str) -> bool:
    """A numbered caption in a line of its own."""
    return is_short_line(text) and bool(_CAPTION.fullmatch(text))


def _runs(blocks: Sequence[RawBlock]) -> Iterator[tuple[int, int]]:
    """First and last + 1 block of each table."""
    first, table = 0, None
    for i, block in enumerate(blocks):
        if block.table is not table:
            if table is not None:
                yield first, i
            first, table = i, block.table
    if table is not None:
        yield first, len(blocks)


def _table(
    blocks: Sequence[RawBlock],
    starts: Sequence[int],
    first: int,
    last: int,
    free: Collection[int],
    kinds: dict[int, BlockKind],
) -> TableSpan:
    lines = blocks[first:last]
    table = lines[0].table
    assert table is not None
    header = sum(block.line < table.header_rows for block in lines)
    inner = [i for i in range(first, last) if blocks[i].kind is BlockKind.CAPTION]
    above = [*inner[::-1], *_above(blocks, first, free, kinds)]
    # Where nothing names the table, who filled it in does.
    named = [i for i in above if not is_unit_line(blocks[i].text)]
    named.sort(key=lambda i: not names_table(blocks[i].text))
    caption = _span(starts, named[0], _caption_end(blocks[named[0]].text)) if named else None
    below = [i for i in range(first, last) if blocks[i].kind is BlockKind.NOTE]
    for i in range(last, min(last + _NOTES, len(blocks))):
        if not (i in free and NOTE_BELOW.match(blocks[i].text)):
            break
        kinds[i] = BlockKind.NOTE
        below.append(i)
    return TableSpan(
        first,
        last,
        header,
        table.columns,
        caption,
        next((unit for i in above if (unit := _unit(blocks[i].text, starts[i]))), None),
        tuple(_span(starts, i, len(blocks[i].text)) for i in below),
        _places(lines, table),
        tuple(_groups(blocks, starts, first, last, header)),
    )


def _groups(
    blocks: Sequence[RawBlock], starts: Sequence[int], first: int, last: int, header: int
) -> Iterator[tuple[int, int, int]]:
    """See `TableSpan.groups`."""
    rows = [i for i in range(first + header, last) if blocks[i].kind is BlockKind.ROW]
    table = blocks[first].table
    assert table is not None
    alone = [n for n, i in enumerate(rows) if is_title(table.lines[blocks[i].line], table.columns)]
    for row, (head, (start, end)) in sorted(row_groups([blocks[i].text for i in rows], alone).items()):
        offset = starts[rows[head]]
        yield rows[row] - first, offset + start, offset + end


def _above(
    blocks: Sequence[RawBlock], first: int, free: Collection[int], kinds: dict[int, BlockKind]
) -> Iterator[int]:
    """The lines just above a table that belong to it, nearest first."""
    for i in range(first - 1, max(first - _LINES_ABOVE - 1, -1), -1):
        block = blocks[i]
        said = block.kind is BlockKind.CAPTION or kinds.get(i) is BlockKind.CAPTION
        if said or is_unit_line(block.text) or is_filled_in(block.text):
            if i in free:
                kinds[i] = BlockKind.CAPTION
        elif not (block.kind is BlockKind.TEXT and is_short_line(block.text)):
            return  # a heading, the title or any short line names it too
        yield i
        if names_table(block.text):
            return


def _unit(text: str, start: int) -> Span | None:
    told = unit_told(text)
    return None if told is None else (start + told.start, start + told.end)


def _caption_end(text: str) -> int:
    """A caption ends where its unit begins."""
    told = unit_told(text)
    return told.begin if told and told.begin else len(text)


def _span(starts: Sequence[int], block: int, length: int) -> Span:
    return starts[block], starts[block] + length


def _places(lines: Sequence[RawBlock], table: Table) -> tuple[tuple[int, ...], ...]:
    """For each line where its cells begin and the last one ends, as `TableSpan.places` keeps it."""
    rows = [table.lines[block.line] for block in lines]
    places = [(*(cell.column for cell in row), row[-1].column + row[-1].columns) for row in rows]
    plain = [() if each == tuple(range(len(each))) else each for each in places]
    return tuple(plain) if any(plain) else ()
