"""A table → the blocks of its lines: one line for each row, its cells joined by ` | `."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from briefqa.reading.cells import Cell
from briefqa.reading.document import BlockKind
from briefqa.reading.formats.base import Boxes, RawBlock
from briefqa.reading.formats.text import clean
from briefqa.reading.table_spans import CELL_MARK
from briefqa.reading.tables import Table, is_title
from briefqa.text.numbering import TO_TEN

NOTE_BELOW = re.compile(rf"[*＊]?\s*(?:备?注|说\s*明|(?:资料|数据)?来\s*源)\s*[\d{TO_TEN[:5]}]*\s*[:：]")


def table_blocks(table: Table) -> Iterator[RawBlock]:
    """The caption that the format gives, then each row; rows without text are left out."""
    pending = 0
    if table.caption:
        yield RawBlock(clean_cell(table.caption), BlockKind.CAPTION)
    for number, line in enumerate(table.lines):
        pending += table.breaks[number] if number < len(table.breaks) else 0
        block = _block(table, number, line)
        if block.text:
            yield replace(block, breaks=(0,) * pending)
            pending = 0
    if pending:
        yield RawBlock("", breaks=(0,) * pending)


def clean_cell(text: str) -> str:
    """A cell's text in one line, without the mark that parts cells; of the same length or shorter."""
    return re.sub(r"\s+", " ", clean(text)).strip().replace("|", "｜")


def _block(table: Table, number: int, line: Sequence[Cell]) -> RawBlock:
    cells = list(line)
    while cells and not cells[-1].text:  # a line ends with its last word
        cells.pop()
    if number < table.told_above:
        said = [cell for cell in cells if cell.text]
        boxes = _boxes(said, " ") if any(cell.boxes is not None for cell in said) else None
        return RawBlock(" ".join(cell.text for cell in said), BlockKind.CAPTION, boxes=boxes)
    kind = BlockKind.ROW
    if number < table.header_rows:
        kind = BlockKind.CAPTION if is_title(line, table.columns) else BlockKind.TABLE_HEADER
    elif number and len(cells) == 1 and NOTE_BELOW.match(cells[0].text):
        kind = BlockKind.NOTE
    text = CELL_MARK.join(cell.text for cell in cells)
    boxes = _boxes(cells) if any(cell.boxes is not None for cell in cells) else None
    lead = len(text) - len(text.lstrip())
    boxes = boxes if boxes is None else boxes[lead:]
    return RawBlock(text[lead:], kind, boxes=boxes, table=table, line=number)


def _boxes(cells: Sequence[Cell], between: str = CELL_MARK) -> Boxes:
    mark = np.full((len(between), 4), np.nan, dtype=np.float32)
    parts: list[Boxes] = []
    for number, cell in enumerate(cells):
        blank = np.full((len(cell.text), 4), np.nan, dtype=np.float32)
        parts += [mark] if number else []
        parts.append(blank if cell.boxes is None else cell.boxes)
    return np.concatenate(parts)
