"""Forms: tables whose cells are labels and their values by turns, with several pairs side by side.

Such a table has no header that tells what its columns are. One pair a line says the same, and is a row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from briefqa.reading.cells import Cell, is_value

_LONGEST_LABEL = 14  # characters
_FEWEST_LINES = 3
_NO_LABEL = re.compile(r"[。；，,;？?]")
Pair = tuple[Cell, Cell]


def form_pairs(lines: Sequence[Sequence[Cell]], columns: int) -> list[list[Pair | Cell]] | None:
    """For each line of a form its pairs, or the one cell over the whole width; None for any other table.

    The labels are short, each is another, none is a figure; of the values below each other some are figures
    and some are words. Those of a column of data are of one kind.
    """
    if columns < 4 or columns % 2 or len(lines) < _FEWEST_LINES:
        return None
    found = [_pairs(line, columns) for line in lines]
    pairs = [each for line in found if line for each in line if isinstance(each, tuple)]
    labels = [label.text for label, _ in pairs]
    if not all(found) or len({*labels}) < len(labels) or not all(map(_is_label, labels)):
        return None
    starts = {label.column for label, _ in pairs}
    mixed = (_is_mixed([value.text for label, value in pairs if label.column == at]) for at in starts)
    marked = all(label.header and not value.header for label, value in pairs)
    return [line for line in found if line] if len(starts) > 1 and (marked or any(mixed)) else None


def _pairs(line: Sequence[Cell], columns: int) -> list[Pair | Cell] | None:
    """The pairs of a line; None where its cells are not labels and values by turns."""
    if len(line) == 1 and line[0].columns == columns:
        return [line[0]]
    cells = list(line)
    if len(cells) % 2 or any(cell.columns > 1 or cell.column % 2 for cell in cells[::2]):
        return None
    if any(cell.rows > 1 for cell in cells):
        return None
    pairs = zip(cells[::2], cells[1::2], strict=True)
    return [(label, value) for label, value in pairs if label.text or value.text]


def _is_label(text: str) -> bool:
    return 1 < len(text) <= _LONGEST_LABEL and not is_value(text) and not _NO_LABEL.search(text)


def _is_mixed(values: Sequence[str]) -> bool:
    told = [is_value(text) for text in values if text]
    return any(told) and not all(told)


def one_pair_a_line(lines: Sequence[Sequence[Pair | Cell]]) -> list[tuple[tuple[Cell, ...], int]]:
    """The lines of a form with a pair each, each with the number of the line that it stood in."""
    told: list[tuple[tuple[Cell, ...], int]] = []
    for number, line in enumerate(lines):
        for each in line:
            row = len(told)
            if isinstance(each, Cell):
                told.append(((replace(each, row=row, columns=2),), number))
            else:
                label, value = each
                pair = (replace(label, row=row, column=0), replace(value, row=row, column=1, columns=1))
                told.append((pair, number))
    return told
