"""Whether a question about a table asks for a figure that none of its cells is: a sum, a difference, a share.

Told by what it names: two rows, two years' columns, a group of rows, or a measure that the cell is not of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefqa.question.asked import AskedKind
from briefqa.question.asked_columns import asked_cell
from briefqa.question.column_words import unit_in, without_unit
from briefqa.question.parsing import Question
from briefqa.question.row_labels import label_in
from briefqa.question.table_questions import TableQuestion
from briefqa.question.translated_columns import translated_cell
from briefqa.reading.cells import is_value
from briefqa.reading.table_spans import RowCell, TableRow
from briefqa.text.content import tagged
from briefqa.text.folding import fold
from briefqa.text.lexicon import words_of
from briefqa.text.names import Name
from briefqa.text.quantities import PERCENT, years
from briefqa.text.said import Said
from briefqa.text.timeline import asked_years, compares_with_year_before

_SHARES = (PERCENT, *words_of("measures.share"))
_COMPARES = words_of("degrees.compare")
_SHARE = re.compile(r"\b(?:percentage|share|proportion)\b")
_OF_SEVERAL = re.compile(
    r"\b(?:more|fewer|less|higher|lower|larger|smaller|greater|longer)\b.*\bthan\b|\bin total\b"
    r"|\b(?:difference|total|combined|altogether|together|sum|ratio|average|mean|times)\b"
)


def is_worked_out(asked: TableQuestion, row: TableRow) -> bool:
    """Whether the figure that is asked for would have to be worked out.

    Args:
        asked: the question, held against the table of the row.
        row: that was found for it.
    """
    if asked.question.is_english:
        return _is_worked_out_in_english(asked.question, row)
    if asked.question.asked.kind is not AskedKind.FIGURE and not asked.compares:
        return False
    cell = asked_cell(asked.question.text, row, asked.title)
    is_share = cell is not None and cell.column in asked.share_columns
    spans = [span for span, each in asked.meant_rows if not (is_share and each.is_total)]
    if len(spans) > 1 and not asked.is_list(spans):
        return True
    if asked.compares and years(fold(asked.question.text)) and _prints_change(asked):
        return not _is_from_year_named(asked, row)
    own_column = cell is not None and not years(fold(cell.header))
    dated = asked.named_years
    if len(dated) > 1 and not own_column and not asked.is_list(dated):
        return True
    compared = asked.named_headers if asked.compares else ()
    if len(compared) > 1 and cell is None and not asked.is_list(compared):
        return True
    return asked.averages(row) or _of_group(asked) or _lacks_measure(asked, row, cell)


def _is_worked_out_in_english(question: Question, row: TableRow) -> bool:
    """Whether one figure of several names is asked for, of which the row has one at most, or a share.

    Labels in Chinese are not found in it by their words.
    """
    folded = fold(question.text)
    if _SHARE.search(folded):
        cell = translated_cell(question.translated, row)
        return cell is not None and not _may_be(row, cell, changes=False)
    names = [slot.value for slot in question.slots if isinstance(slot.value, Name)]
    said = Said(" ".join(cell.text for cell in row.cells[: row.labels]))
    one_at_most = len(names) > 1 and sum(said.has_name(name) for name in names) < len(names)
    return one_at_most and _OF_SEVERAL.search(folded) is not None


def _prints_change(asked: TableQuestion) -> bool:
    """Whether a column is of the change from the year before."""
    return any(map(compares_with_year_before, asked.headers))


def _is_from_year_named(asked: TableQuestion, row: TableRow) -> bool:
    """Whether the year named is that before a row's own, else before the newest column's or the title's."""
    text = asked.question.text
    dated = years(fold(text))
    if len(dated) == 1 and dated == asked_years(text):  # it names no year to compare with
        return True
    labels = " ".join(cell.text for cell in row.cells[: row.labels])
    told = (years(fold(each)) for each in (labels, " ".join(asked.headers), asked.title))
    newest = max(next(filter(None, told), {0}))
    return newest - 1 in dated and dated <= {newest - 1, newest}


def _of_group(asked: TableQuestion) -> bool:
    """Whether several rows are meant alike, and none of them is the sum of the others."""
    if not asked.group or any(each.is_total for each in asked.group):
        return False
    left = "".join(word for word, _ in asked.left)
    own = [[fold(each) for each in row.labels if each not in asked.group_labels] for row in asked.group]
    if not _are_alike(left, own, 2):
        return False
    # Of a name that is said in other words single characters are left; a sum is of all.
    return asked.adds or _are_alike(left, own, 1)


def _are_alike(text: str, labels: Sequence[Sequence[str]], length: int) -> bool:
    """Whether no row's labels have more of their pieces of a length in a text than any other's."""

    def share(label: str) -> float:
        pieces = {label[at : at + length] for at in range(len(label) - length + 1)}
        return sum(each in text for each in pieces) / len(pieces) if pieces else 0.0

    shares = sorted((max(map(share, each), default=0.0) for each in labels), reverse=True)
    return shares[0] == shares[1]


def _lacks_measure(asked: TableQuestion, row: TableRow, cell: RowCell | None) -> bool:
    """Whether a share, or a change from the year before, is asked of figures that are none; or an amount."""
    question = asked.question
    changes = compares_with_year_before(question.text)
    percent = question.asked.unit == PERCENT or (asked.compares and not question.asked.unit)
    if not percent and not changes:
        return _lacks_amount(asked, row, cell)
    # A header of which only a part is named may be another's.
    whole = cell is not None and any(label_in(question.text, each) for each in row.headers_of(cell))
    figures = [c for c in row.cells[1:] if is_value(c.text)]
    if cell and (whole or percent):  # what it changed by stands right behind it
        figures = [cell, *(each for each in figures if changes and each.start == _behind(row, cell))]
    return bool(figures) and not any(_may_be(row, each, changes) for each in figures)


def _lacks_amount(asked: TableQuestion, row: TableRow, cell: RowCell | None) -> bool:
    """Whether an amount is asked of figures that are all shares: by its unit, or by the name of a column.

    What a thing grew by is called by its name and one word more, which a question for the thing has not.
    """
    unit = asked.question.asked.unit
    figures = [cell] if cell is not None else [each for each in row.cells[1:] if is_value(each.text)]
    if unit in _SHARES or not figures or not all(_is_share(row, each) for each in figures):
        return False
    return bool(unit) or (cell is not None and _adds_word(asked.question.text, cell.header))


def _is_share(row: TableRow, cell: RowCell) -> bool:
    """Whether the unit nearest to a cell is a percentage."""
    told = [cell.text, *reversed(row.headers_of(cell)), *(each.text for each in row.cells[: row.labels])]
    return next(filter(None, map(unit_in, told)), fold(row.unit)) == PERCENT


def _adds_word(question: str, header: str) -> bool:
    """Whether a header is a name that the question has whole, and a last word of which it has nothing."""
    words = [word for word, _ in tagged(without_unit(fold(header)))]
    names = ["".join(words[:end]) for end in range(1, len(words))]
    name = max((each for each in names if len(each) > 1 and label_in(question, each)), key=len, default="")
    rest = fold(question).replace(name, "")
    return bool(name) and not any(character in rest for character in words[-1])


def _behind(row: TableRow, cell: RowCell) -> int | None:
    """Where the cell behind another begins; None behind the last."""
    return min((each.start for each in row.cells if each.start > cell.start), default=None)


def _may_be(row: TableRow, cell: RowCell, changes: bool) -> bool:
    """Whether a cell may be a share, or a change: by its unit, or by what stands above and before it."""
    labels = [each.text for each in row.cells[: row.labels]]
    told = [*row.headers_of(cell), *labels, row.caption]
    if changes and any(map(compares_with_year_before, told)):
        return True
    units = [unit for text in (cell.text, *told) if (unit := unit_in(text))] or [row.unit]
    if any(PERCENT in fold(unit) for unit in units):
        return True
    return not changes and (not any(units) or any(each in cell.header for each in _COMPARES))
