"""A table's rows as figures that can be compared: which rows are alike, and which are sums of others.

No row is compared with a row that it is a part of. A sum is told by its label, else by its figures: the first
or last row of which most columns are what the other rows add up to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from briefqa.reading.cells import is_value
from briefqa.reading.document import BlockKind, Document
from briefqa.reading.table_labels import PART, RUNNING_NUMBER, is_total
from briefqa.reading.table_spans import RowCell, TableRow, TableSpan
from briefqa.text.folding import fold
from briefqa.text.numbering import number_of
from briefqa.text.quantities import MEASURE, Quantity, quantities

MOST_ROWS = 500  # of a table that is compared
MOST_CHARACTERS = 50_000  # of it: reading all its cells takes a tenth of a second
_PART = re.compile(rf"{PART}|#")
_SHORT = 6  # characters of a label that may be called without its ending
_SIGN = re.compile(r"\s*[-−–－▼↓]\s*")
_LONGER_UNIT = re.compile(rf"{MEASURE}/?[^\W\d_]")  # so many months; yuan a year
_WRITTEN = re.compile(r"[+＋▲↑]?\s*")


@dataclass(frozen=True, slots=True)
class FiguredRow:
    """A row of a table: its labels from the left, and how it stands to the other rows.

    Attributes:
        labels: the cells that name it, running numbers apart; before them its group's name, if it has one.
        own: those that no other row of the table has; all where each is shared.
        stems: its own labels without the ending that most rows' labels have: Suzhou for Suzhou City.
        together: no label is its own: they name it only together.
        is_total: the others, or a group of them, add up to it.
        is_part: it is a part of a row above it.
    """

    row: TableRow
    labels: tuple[str, ...]
    own: tuple[str, ...]
    stems: tuple[str, ...] = ()
    together: bool = False
    is_total: bool = False
    is_part: bool = False

    def cell_at(self, column: int) -> RowCell | None:
        """The cell that covers a column of the table."""
        return next((c for c in self.row.cells if c.column <= column < c.column + c.columns), None)


def is_too_long(document: Document, table: TableSpan) -> bool:
    """Whether a table has too many rows, or too much text, to be compared."""
    blocks = document.blocks[table.first + table.header : table.last]
    return len(blocks) > MOST_ROWS or bool(blocks and blocks[-1].end - blocks[0].start > MOST_CHARACTERS)


def figured_rows(document: Document, table: TableSpan) -> tuple[FiguredRow, ...]:
    """The rows of a table that have more than one cell, in their order; () for one that is too long."""
    if is_too_long(document, table):
        return ()
    blocks = document.blocks[table.first + table.header : table.last]
    contexts = (document.row_context(each.start) for each in blocks if each.kind is BlockKind.ROW)
    rows = [row for row in contexts if row is not None and len(row.cells) > 1]
    width = _label_columns(rows)
    labels = _carried([tuple(_labels(row, width)) for row in rows], rows, width)
    counts = Counter(label for each in labels for label in set(each))
    endings = _endings([label for each in labels for label in each if counts[label] == 1])
    numbered = [bool(each) and number_of(each[0]) is not None for each in labels]
    groups = any(numbered) and not all(numbered)
    summed = _summed(rows, width)
    read = []
    for place, (row, each) in enumerate(zip(rows, labels, strict=True)):
        own = tuple(label for label in each if counts[label] == 1)
        total = place in summed or (groups and numbered[place]) or any(map(is_total, each))
        part = bool(each) and _PART.match(each[0].strip()) is not None
        named = (row.group, *each) if row.group else each
        stems = tuple(_stems(own, endings))
        read.append(FiguredRow(row, named, own or named, stems, not own, total, part))
    return tuple(read)


def figure_of(text: str) -> Quantity | None:
    """The one number that a cell is, its sign and scale read; None for words, ranges and blanks."""
    folded = fold(text).strip()
    found = quantities(folded)
    if len(found) != 1:
        return None
    (only,) = found
    before, after = folded[: only.start], folded[only.end :].strip()
    is_less = _SIGN.fullmatch(before) is not None
    if not (is_less or _WRITTEN.fullmatch(before)) or (
        after and not _LONGER_UNIT.fullmatch(only.unit + after)
    ):
        return None
    return Quantity(-only.value if is_less else only.value, only.unit + after, 0, 0)


def _label_columns(rows: Sequence[TableRow]) -> int:
    """How many leading columns name the rows: as many as most rows have before their first figure."""
    before = sorted(row.labels for row in rows)
    return before[len(before) // 2] if before else 0


def _labels(row: TableRow, width: int) -> Iterator[str]:
    for number, cell in enumerate(row.cells[:width]):
        runs = width > 1 and RUNNING_NUMBER.fullmatch(cell.text)
        if cell.text and not runs and not (number and is_value(cell.text)):
            yield cell.text


def _carried(
    labels: Sequence[tuple[str, ...]], rows: Sequence[TableRow], width: int
) -> list[tuple[str, ...]]:
    """The labels of each row; before those of one that leaves its first label blank stands that above.

    Unless the first row leaves it blank: labels stand at the middle of their rows then, not above them.
    """
    above, told = "", []
    if rows and not rows[0].cells[0].text:
        return list(labels)
    for row, own in zip(rows, labels, strict=True):
        first = row.cells[0].text
        above = first or above
        goes_on = width > 1 and not first and above and own and not any(map(is_total, own))
        told.append((above, *own) if goes_on and not RUNNING_NUMBER.fullmatch(above) else own)
    return told


def _endings(labels: Sequence[str]) -> list[str]:
    """The endings of one or two characters that two short labels have, and half of all."""
    ends = Counter(label[-length:] for label in labels for length in (1, 2) if _is_short(label))
    often = [ending for ending, count in ends.items() if count > 1 and 2 * count >= len(labels)]
    return sorted(often, key=len, reverse=True)


def _stems(labels: Sequence[str], endings: Sequence[str]) -> Iterator[str]:
    for label in filter(_is_short, labels):
        for ending in endings:
            if label.endswith(ending) and len(label) - len(ending) > 1:
                yield label.removesuffix(ending)
                break


def _is_short(label: str) -> bool:
    return len(label) <= _SHORT and not any(map(str.isdigit, label))


def _summed(rows: Sequence[TableRow], width: int) -> set[int]:
    """The place of the first or last row, where in most columns the others add up to it."""
    columns = max((row.cells[-1].column + 1 for row in rows), default=0)
    agreed = dict.fromkeys((0, len(rows) - 1), 0)
    counted = 0
    if len(rows) < 4:  # of three figures one is the sum of two by chance too often
        return set()
    for column in range(width, columns):
        values = [_value_at(row, column) for row in rows]
        if values[0] is None or values[-1] is None or sum(each is not None for each in values) < 4:
            continue
        counted += 1
        whole = sum(filter(None, values))
        for place in agreed:
            value = values[place] or 0.0
            agreed[place] += abs(2 * value - whole) <= 1e-3 * abs(value)
    return {place for place, times in agreed.items() if counted and 2 * times > counted}


def _value_at(row: TableRow, column: int) -> float | None:
    cell = next((each for each in row.cells if each.column == column), None)
    figure = figure_of(cell.text) if cell is not None else None
    return figure.value if figure is not None else None
