"""The row or the cell of a table that has the rank which a question asks for, by the table's own figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from briefqa.question.asked_columns import asked_figure
from briefqa.question.column_words import unit_in
from briefqa.question.superlatives import Superlative
from briefqa.question.table_questions import TableQuestion
from briefqa.question.translated_columns import translated_cell
from briefqa.reading.table_figures import FiguredRow, figure_of
from briefqa.reading.table_spans import RowCell, TableRow
from briefqa.text.asking import asking_spans
from briefqa.text.content import tagged
from briefqa.text.folding import fold
from briefqa.text.quantities import MEASURE, MULTIPLES, Quantity, years
from briefqa.text.translations import english_words, translations

MOST_ALIKE = 3  # rows that share a rank; more tell nobody apart
_TRANSLATED = 0.5  # of the words behind an English rank: with fewer another thing is compared
_UNIT_CELL = re.compile(rf"[{MULTIPLES}]*{MEASURE}(?:[/·].{{0,8}})?")
_BRACKETS = re.compile(r"[（(\[【]([^）)\]】]*)[）)\]】]\s*$")


@dataclass(frozen=True, slots=True)
class AnsweringCell:
    """A row, with the cell of it that answers where that is clear."""

    row: TableRow
    cell: RowCell | None


def ranked_cells(asked: TableQuestion, wanted: Superlative, row: TableRow) -> tuple[AnsweringCell, ...]:
    """The cells of the rank that is asked for; () where the table does not tell.

    Args:
        asked: the question, held against the table.
        wanted: the rank.
        row: of the table, that was found for the question.
    """
    named = [each for _, each in asked.named_rows]
    if not asked.is_grounded:  # a thing that the table does not have is not the highest in it
        return ()
    if len(named) == 1 and (cells := _years_of(named[0].row)):
        return _of_rank([AnsweringCell(named[0].row, cell) for cell in cells], wanted)
    if any(not each.is_total for each in named):
        return ()
    rows = _comparable(asked, wanted)
    column = _column(asked, wanted, rows or asked.rows, row)
    if column is None or not rows:
        return ()
    units = {tuple(_units(each.labels)) for each in rows}
    header = next((cell.header for each in rows if (cell := each.cell_at(column)) is not None), "")
    if len(units) > 1 and not unit_in(header):
        return ()  # each row has a unit of its own
    placed = [AnsweringCell(each.row, cell) for each in rows if (cell := each.cell_at(column)) is not None]
    parts = [each for each in asked.rows if each.is_part and _figure(each, column) is not None]
    if not wanted.most and parts and not _adds_up(asked.rows, column):
        return ()  # what is least may be a part of another row
    return _of_rank(placed, wanted)


def _years_of(row: TableRow) -> list[RowCell]:
    """The cells of a row under years, where those columns differ in nothing else."""
    dated = [(cell, fold(cell.header)) for cell in row.cells[1:] if years(fold(cell.header))]
    others = {re.sub(r"\d{4}", "", header) for _, header in dated}
    return [cell for cell, _ in dated] if len(dated) > 1 and len(others) == 1 else []


def _comparable(asked: TableQuestion, wanted: Superlative) -> list[FiguredRow]:
    """The rows of one level, of the kind that is asked for."""
    rows = [each for each in asked.group or asked.rows if not each.is_total and not each.is_part]
    for kind in _kinds(asked, wanted):
        of_kind = [each for each in rows if any(fold(label).endswith(kind) for label in each.own)]
        if len(of_kind) > 1:
            rows = of_kind
            break
    return rows


def _units(labels: Sequence[str]) -> list[str]:
    """What labels say of a unit: in brackets behind a name, or in a cell of its own."""
    bracket = (_BRACKETS.search(label) for label in labels)
    cells = [fold(label) for label in labels[1:] if _UNIT_CELL.fullmatch(fold(label))]
    return [*cells, *(fold(match[1]) for match in bracket if match)]


def _kinds(asked: TableQuestion, wanted: Superlative) -> list[str]:
    """What stands behind the words that ask and behind a rank: the kind of thing that is asked for."""
    folded, text = fold(asked.question.text), fold(asked.question.asked.text)
    start = folded.find(text) if text else -1
    asks = start + len(text) if start >= 0 else len(folded)
    words = tagged(folded)
    ends = list(accumulate(len(word) for word, _ in words))
    behind = [word for (word, _), end in zip(words, ends, strict=True) if end - len(word) == asks]
    after = [end for (_, tag), end in zip(words, ends, strict=True) if tag == "uj" and end == wanted.end + 1]
    stops = [start for start, _ in asking_spans(folded)]
    after_rank = [folded[end : min((at for at in stops if at >= end), default=None)] for end in after]
    headed = any(folded.startswith(fold(header), asks) for header in asked.headers)  # what all rows are
    return [*after_rank, *([] if headed else behind)]


def _column(
    asked: TableQuestion, wanted: Superlative, rows: Sequence[FiguredRow], found: TableRow
) -> int | None:
    """The column of figures that the question names."""
    row = next((each.row for each in rows if each.row.start == found.start), rows[0].row)
    if asked.question.is_english:
        behind = tuple(map(translations, english_words(asked.question.text[wanted.end :])))
        translated = translated_cell(behind or asked.question.translated, row, _TRANSLATED)
        return translated.column if translated is not None else None
    text = asked.question.text
    cell = asked_figure(_without_kind(asked), row, asked.title) or asked_figure(text, row, asked.title)
    # What stands right before the rank is compared: the growth of a thing, not the thing.
    before = fold(text)[: wanted.start][-2:]
    ending = [each.column for each in row.cells[1:] if before in fold("".join(row.headers_of(each)))]
    if len(before) < 2 or not ending or (cell is not None and cell.column in ending):
        return cell.column if cell is not None else None
    return ending[0] if len(ending) == 1 else None


def _without_kind(asked: TableQuestion) -> str:
    """The question without the words that ask and the kind of thing behind them, which may head a column."""
    text, words = asked.question.text, asked.question.asked.text
    start = text.find(words) if words else -1
    if start < 0:
        return text
    stops = [at for at, _ in asking_spans(fold(text)) if at >= start + len(words)]
    return text[:start] + text[min(stops, default=len(text)) :]


def _adds_up(rows: Sequence[FiguredRow], column: int) -> bool:
    """Whether the rows that are parts of none add up to the row of the whole."""
    figures = [(each, _figure(each, column)) for each in rows if not each.is_part]
    whole = [figure.value for each, figure in figures if each.is_total and figure is not None]
    parts = [figure.value for each, figure in figures if not each.is_total and figure is not None]
    return len(whole) == 1 and abs(whole[0] - sum(parts)) <= 1e-3 * abs(whole[0])


def _figure(row: FiguredRow, column: int) -> Quantity | None:
    cell = row.cell_at(column)
    return figure_of(cell.text) if cell is not None else None


def _of_rank(placed: Sequence[AnsweringCell], wanted: Superlative) -> tuple[AnsweringCell, ...]:
    """Those of some cells that have the rank; () where one of them is no figure, or their units differ."""
    told = [each for each in placed if each.cell is not None and any(map(str.isalnum, each.cell.text))]
    figures = [figure_of(each.cell.text) for each in told if each.cell is not None]
    values = [each.value for each in figures if each is not None]
    units = {each.unit for each in figures if each is not None}
    if wanted.most is None or len(values) < max(len(told), 2) or len(units) > 1:
        return ()
    order = sorted(values, reverse=wanted.most)
    if wanted.rank > len(order):
        return ()
    value = order[wanted.rank - 1]
    found = tuple(each for each, own in zip(told, values, strict=True) if own == value)
    return found if len(found) <= MOST_ALIKE else ()
