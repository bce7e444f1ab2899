"""By which labels the rows of a table are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from briefqa.reading.cells import is_value
from briefqa.reading.document import BlockKind, Document
from briefqa.reading.table_spans import Span, split_cells, table_at
from briefqa.text.folding import fold

RUNNING_NUMBER = re.compile(r"\d+(?:[.,]\d+)?[.、．]?")  # a row's number in its table
PART = "其中"  # a row whose label begins so is a part of the row above
_MARK = re.compile(rf"\s*(?:#|{PART})\s*[:：]?\s*")
_TOTAL = re.compile(r"[合总小共]\s*计$|^全.$|^(?:grand |sub)?total\b")
_LOOKED_AT = 400  # characters at a row's beginning in which its labels are looked for


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """A row among some spans: its place there, the first block of its table, its labels from the left.

    Where another row has the same labels, the name of its group stands before them.
    """

    place: int
    table: int
    labels: tuple[str, ...]


def labelled_rows(document: Document, spans: Sequence[Span]) -> tuple[LabelledRow, ...]:
    """The rows of tables among some spans of a document."""
    if not document.tables:
        return ()
    rows = []
    for place, (start, _) in enumerate(spans):
        number = document.block_at(start)
        block, table = document.blocks[number], table_at(document.tables, number)
        if table is not None and block.kind is BlockKind.ROW:
            line = document.text[block.start : min(block.end, block.start + _LOOKED_AT)]
            group = table.group_of(number, document.text)
            labels = row_labels(split_cells(line))
            rows.append(LabelledRow(place, table.first, (group, *labels) if group else labels))
    return tuple(rows)


def bare_label(label: str) -> str:
    """A label without the mark of a part before it."""
    return _MARK.sub("", label, count=1) if _MARK.match(label) else label


def is_total(label: str) -> bool:
    """Whether a label of a row or a column says that it is the sum of others."""
    return _TOTAL.search(fold(label)) is not None


def row_labels(cells: Sequence[str]) -> tuple[str, ...]:
    """The cells before the first figure; a running number in front is none."""
    labels: list[str] = []
    for cell in filter(None, cells):
        if labels and is_value(cell):
            break
        if not RUNNING_NUMBER.fullmatch(cell):
            labels.append(cell)
    return tuple(labels)
