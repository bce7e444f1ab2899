"""What a question names that a table has not, though a row or a column is called nearly so.

A figure of that row or column would be quoted with confidence: by its words it is near.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from briefqa.question.asked_columns import asked_cell
from briefqa.question.column_words import DATED, names_left_out, pair_share, without_unit, without_year
from briefqa.question.conditions import Check, ConditionKind, Verdict
from briefqa.question.row_labels import label_in, named_instead
from briefqa.question.table_questions import TableQuestion
from briefqa.reading.table_figures import FiguredRow, figure_of
from briefqa.reading.table_labels import RUNNING_NUMBER
from briefqa.reading.table_spans import RowCell
from briefqa.text.folding import fold
from briefqa.text.periods import PART_OF_YEAR, parts_of_year
from briefqa.text.quantities import quantities, years
from briefqa.text.timeline import asked_years

_NAMED = 0.5  # of the pairs of a header: with fewer a question does not name it


@dataclass(frozen=True, slots=True)
class _Time:
    """How columns are dated: what times a question asks for and a header tells, and the words for them."""

    words: re.Pattern[str]
    asked: Callable[[str], set[Any]]
    told: Callable[[str], set[Any]]


_YEARS = _Time(DATED, asked_years, years)
_PARTS_OF_YEAR = _Time(
    PART_OF_YEAR, lambda question: {*parts_of_year(fold(question))}, lambda told: {*parts_of_year(told)}
)


def row_not_meant(asked: TableQuestion, row: FiguredRow) -> Check | None:
    """The check that a row fails which a question does not call by its name or number; else None.

    Its name may be the end of a longer one, and its number a figure of the one that is meant.
    """
    return _of_longer_name(asked, row) or _of_other_label(asked, row) or _of_other_key(asked, row)


def column_not_told(asked: TableQuestion, row: FiguredRow) -> Check | None:
    """The check that fails where a question names a column that the table has not; else None."""
    labels = [cell.text for cell in row.row.cells[: row.row.labels] if label_in(asked.asked, cell.text)]
    question = names_left_out(asked.question.text, [*labels, row.row.caption, asked.title])
    cells = [cell for cell in row.row.cells[1:] if cell.text not in labels]
    of_other = (_of_other_time(asked, row, question, cells, time) for time in (_YEARS, _PARTS_OF_YEAR))
    return next(filter(None, of_other), None) or _of_near_header(asked, row, question, cells)


def _failed(named: str, instead: str) -> Check:
    return Check(ConditionKind.ROW, named, Verdict.CONFLICT, instead)


def _of_longer_name(asked: TableQuestion, row: FiguredRow) -> Check | None:
    found = ((label, asked.longer_name(label)) for label in row.labels)
    label, longer = next(((label, longer) for label, longer in found if longer), ("", ""))
    return _failed(longer, label) if longer else None


def _of_other_label(asked: TableQuestion, row: FiguredRow) -> Check | None:
    other = asked.label_instead(row)
    return _failed(*other) if other else None


def _of_other_key(asked: TableQuestion, row: FiguredRow) -> Check | None:
    """Of rows that are called by bare numbers: one that is a figure of another row, or follows their header.

    Any other number may be what is looked up in them: a year, a measure.
    """
    keys = {each: _key(each) for each in asked.rows}
    numbered = [key for key in keys.values() if key is not None]
    own = _key(row)
    if own is None or 2 * len(numbered) <= len(keys) or len({*numbered}) < len(numbered):
        return None
    left = names_left_out(asked.question.text, [asked.title, asked.context.caption])
    named = [each for each in quantities(left) if not years(left[each.start : each.end])]
    if any(each.value == own for each in named):
        return None
    header = without_unit(fold(row.row.cells[0].header))
    values = {figure.value for cell in row.row.cells[1:] if (figure := figure_of(cell.text)) is not None}
    for each in named:
        if each.value in values or (header and left[: each.start].endswith(header)):
            return _failed(left[each.start : each.end], row.row.cells[0].text)
    return None


def _key(row: FiguredRow) -> float | None:
    """The number that a row is called by where it has no name."""
    first = row.row.cells[0].text
    bare = row.row.labels == 1 and RUNNING_NUMBER.fullmatch(first) is not None and not years(fold(first))
    figure = figure_of(first) if bare else None
    return figure.value if figure is not None else None


def _of_other_time(
    asked: TableQuestion, row: FiguredRow, question: str, cells: Sequence[RowCell], time: _Time
) -> Check | None:
    """Where the table has the figure that is asked for of other times only, and of the time only others."""
    wanted = time.asked(asked.question.text)
    dated = [(cell, time.told(fold(" ".join(row.row.headers_of(cell))))) for cell in cells]
    if not wanted or not any(of_cell & wanted for _, of_cell in dated):
        return None
    left = time.words.sub("\n", question)
    measures = {
        cell: [each for h in _measures(row, cell) if (each := time.words.sub("", h))] for cell in cells
    }
    named = {cell: max(_named(left, measures[cell]), default=0.0) for cell in cells}
    most = max(named.values(), default=0.0)
    of_time = max((named[cell] for cell, of_cell in dated if not of_cell or of_cell & wanted), default=0.0)
    if most < _NAMED or of_time >= most:
        return None
    other = next(cell for cell in cells if named[cell] == most)
    said = time.words.search(asked.asked)
    return _failed(" ".join([said.group() if said else "", *measures[other]]).strip(), other.header)


def _measures(row: FiguredRow, cell: RowCell) -> list[str]:
    """What its headers say but for years and units."""
    return [text for each in row.row.headers_of(cell) if (text := without_year(each))]


def _named(question: str, measures: Sequence[str]) -> Iterator[float]:
    for each in measures:
        yield 1.0 if label_in(question, each) else pair_share(question, each)


def _of_near_header(
    asked: TableQuestion, row: FiguredRow, question: str, cells: Sequence[RowCell]
) -> Check | None:
    """Where the nearest thing to what is asked for is a column of another: of imports for exports."""
    told = "\n".join(map(fold, (asked.title, asked.context.caption, *asked.headers)))
    for cell in cells:
        for header in _measures(row, cell):
            other = "" if label_in(question, header) else named_instead(question, header)
            if other and other not in told and _answers_no_other(asked, row, question, header):
                return _failed(other, header)
    return None


def _answers_no_other(asked: TableQuestion, row: FiguredRow, question: str, header: str) -> bool:
    """Whether no column that is not under a header is named whole."""
    cell = asked_cell(asked.question.text, row.row, asked.title)
    measures = _measures(row, cell) if cell is not None else []
    return header in measures or not any(label_in(question, each) for each in measures)
