"""A table as data: cells in a grid, spans resolved, header rows known; the same for every format.

A reader gives the cells with the rows and columns that they span. `Table.line` carries a merged
label to each row it spans, and the header rows are those that the format marks, else those that
the cells themselves show: words above figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from briefqa.reading.cells import Cell, is_value
from briefqa.reading.forms import form_pairs, one_pair_a_line
from briefqa.reading.table_heads import is_short_line, names_table, unit_told

MAX_COLUMNS = 512  # a file may name any number; wider tables are cut into cells of one column each
MAX_SPAN = 4096  # rows that one cell may span
_MOST_BLANKS = 24  # columns without a cell that are a blank cell each; more between two cells are one
_MAX_HEADER = 6  # stacked header rows
_MAX_ABOVE = 5  # rows of a sheet above its table
_DATE = re.compile(
    r"(?:(?:19|20)\d\d\s*年)?\s*\d{1,2}\s*[-—–~～至]?\s*\d{0,2}\s*(?:月份?|季度?|日)?(?:\d{1,2}日)?"
)
_BRACKETED = re.compile(r"[（(【\[].*[）)】\]]|%|％|[\u4e00-\u9fff]{0,3}[%％‰]")


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its spans resolved.

    Attributes:
        lines: for each row its cells from the left; a cell that spans rows stands in each of them, and
            where none stands before another there is a blank one.
        columns: of the grid.
        header_rows: how many of the first lines are header, with those that stand above it.
        told_above: how many of the first lines are no rows of cells: the table's name, number and unit.
        caption: that the format itself gives, else "".
        breaks: for each line the number of pages that begin before it.
        stood: of a form for each line the number of that in which its pair stood; else ().
    """

    lines: tuple[tuple[Cell, ...], ...]
    columns: int
    header_rows: int
    caption: str = ""
    breaks: tuple[int, ...] = ()
    told_above: int = 0
    stood: tuple[int, ...] = ()

    @classmethod
    def of(
        cls,
        cells: Sequence[Cell],
        *,
        marked_rows: int = 0,
        caption: str = "",
        breaks: Sequence[int] = (),
    ) -> Table:
        """The table of these cells; `marked_rows` leading rows are marked as header by the format."""
        height = max((cell.row + 1 for cell in cells), default=0)
        grid: list[list[Cell]] = [[] for _ in range(height)]
        for cell in cells:
            for row in range(cell.row, min(cell.row + cell.rows, height)):
                grid[row].append(cell)
        lines = tuple(
            tuple(_without_gaps(number, sorted(row, key=lambda cell: cell.column)))
            for number, row in enumerate(grid)
        )
        columns = max((cell.column + cell.columns for cell in cells), default=0)
        marked = marked_rows or _marked(lines)
        if not marked and (pairs := form_pairs(lines, columns)) is not None:
            told = one_pair_a_line(pairs)
            stood = tuple(line for _, line in told)
            return cls(
                tuple(line for line, _ in told), 2, 0, caption, _first_of_each(breaks, stood), 0, stood
            )
        above = 0 if marked else _told_above(lines, columns)
        header = marked or above + _shown(lines[above:], columns)
        return cls(lines, columns, min(header, max(height - 1, 0)), caption, tuple(breaks), above)

    def headers(self, column: int) -> str:
        """What the header rows say above a column, outermost first."""
        return join_headers(
            cell.text
            for line in self.lines[self.told_above : self.header_rows]
            for cell in line
            if cell.column <= column < cell.column + cell.columns and not is_title(line, self.columns)
        )


def _first_of_each(breaks: Sequence[int], stood: Sequence[int]) -> tuple[int, ...]:
    """The breaks before the first pair of each line."""
    firsts = (line not in stood[:place] for place, line in enumerate(stood))
    return tuple(
        breaks[line] if first and line < len(breaks) else 0 for line, first in zip(stood, firsts, strict=True)
    )


def _without_gaps(row: int, cells: Sequence[Cell]) -> Iterator[Cell]:
    """The cells of a row with blank ones between them: else each would reach to the next one's column."""
    end = 0
    for cell in cells:
        gap = cell.column - end
        if gap > _MOST_BLANKS:
            yield Cell(row, end, "", columns=gap)
        else:
            yield from (Cell(row, column, "") for column in range(end, cell.column))
        yield cell
        end = max(end, cell.column + cell.columns)


def is_title(line: Sequence[Cell], columns: int) -> bool:
    """One cell over the whole width: a caption, a group of rows or a note, no row of cells."""
    return len(line) == 1 and line[0].columns == columns > 1


def join_headers(texts: Iterable[str]) -> str:
    """Stacked headers as one, none said twice in a row."""
    return " ".join(text for text, _ in groupby(filter(None, texts)))


def _told_above(lines: Sequence[Sequence[Cell]], columns: int) -> int:
    """How many leading rows only say of the table: its name, a form's number, who filled it in, its unit.

    Spreadsheets keep those in cells of the sheet. Each cell of such a row says something of the kind, and one
    of them a measure: a corner that tells the unit beside years is a header. A header follows.
    """
    count, has_unit = 0, False
    for line in lines[:_MAX_ABOVE]:
        said = [cell.text for cell in line if cell.text]
        tells = all(is_short_line(text) and not names_table(text) for text in said)
        if not tells and (
            len(said) > 1 or not all(is_short_line(text) and not is_value(text) for text in said)
        ):
            break
        told = [unit for text in said if (unit := unit_told(text)) is not None]
        has_unit = has_unit or any(unit.measured for unit in told)
        count += 1
    is_title_only = all(is_title(line, columns) for line in lines[:count])
    return count if has_unit and not is_title_only and _shown(lines[count:], columns) else 0


def _marked(lines: Sequence[Sequence[Cell]]) -> int:
    """Leading rows whose cells are all marked as header; a column of headers marks none."""
    count = 0
    for line in lines[:-1]:
        if not all(cell.header or not cell.text for cell in line):
            break
        count += 1
    return count


def _shown(lines: Sequence[Sequence[Cell]], columns: int) -> int:
    """How many leading rows are words above figures, for a format that marks none.

    A wrong header row would never answer, so in doubt there is none.
    """
    first = next((i for i, line in enumerate(lines) if not is_title(line, columns)), len(lines))
    if first > 3 or first + 1 >= len(lines) or not _is_words(lines[first]):
        return 0
    end = first + 1
    while end < min(len(lines) - 1, first + _MAX_HEADER) and _stacks(lines[first:end], lines[end], columns):
        end += 1
    body = [line for line in lines[end:] if not is_title(line, columns)]
    if not body:
        return 0
    values = [[is_value(cell.text) for cell in line if cell.column and cell.text] for line in body]
    rows = sum(bool(row) and sum(row) * 2 >= len(row) for row in values)
    if columns == 2:  # words in both columns above may be a row of names and values as well
        sure = len(body) >= 3 and rows == len(body)
    else:
        sure = rows * 2 >= len(body) or _labels_above_text(lines[first:end], body, columns)
    return end if sure or end - first > 1 else 0


def _is_words(line: Sequence[Cell]) -> bool:
    """No cell is a figure, and more than one says something, or one of several columns."""
    said = [cell.text for cell in line if cell.text]
    later = [text for text in said[1:] if is_value(text)]
    wide = not line[0].text and any(cell.text and cell.columns > 1 for cell in line)
    if len(said) < 2 and not wide:
        return False
    return not later or all(_DATE.fullmatch(t) and not t.isdigit() for t in later)


def _stacks(above: Sequence[Sequence[Cell]], line: Sequence[Cell], columns: int) -> bool:
    """Whether a row below header rows is one more of them."""
    if is_title(line, columns) or not _is_words(line):
        return False
    start = line[0].row
    top = max(cell.row for cell in line)
    if any(cell.row < top and cell.rows > 1 for cell in line) and start < top:
        return any(cell.columns > 1 for row in above for cell in row)
    if any(cell.columns > 1 for cell in above[-1]):
        return True
    return all(_BRACKETED.fullmatch(cell.text) for cell in line if cell.text and cell.column)


def _labels_above_text(head: Sequence[Sequence[Cell]], body: Sequence[Sequence[Cell]], columns: int) -> bool:
    """Short names above longer texts: a table of words with three columns or more."""
    names = {cell.column: cell.text for line in head for cell in line}
    if columns < 3 or len(body) < 2 or len(names) < columns or len(set(names.values())) < columns:
        return False
    if any(not name or len(name) > 12 or re.search(r"[。；，]", name) for name in names.values()):
        return False
    longer = 0
    for column, name in names.items():
        texts = [cell.text for line in body for cell in line if cell.column == column]
        longer += sum(len(text) > len(name) or is_value(text) for text in texts) * 2 > len(texts)
    return longer * 2 > columns
