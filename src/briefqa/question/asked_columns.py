"""Which cell of a row a question asks for: the one whose header it names, by its words, year or unit.

A header that is named whole counts more than a part of one. Where two columns are named alike, none
is: a wrong mark would be worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from briefqa.question.asked import AskedKind, read_asked
from briefqa.question.row_labels import label_in
from briefqa.question.slots import read_slots
from briefqa.reading.table_spans import RowCell, TableRow
from briefqa.reading.tables import is_value
from briefqa.text.folding import fold
from briefqa.text.quantities import MULTIPLES, unit_of, years
from briefqa.text.timeline import asked_years

_UNIT = re.compile(rf"[（(\[【]\s*[{MULTIPLES}]*([^）)\]】]*?)\s*[）)\]】]\s*$|[{MULTIPLES}]*([%％‰])$")
_GAP = "\n"  # in place of what names the row or the table: no header reaches over it


@dataclass(frozen=True, slots=True)
class _Named:
    """How a question names a column; compared as a tuple, higher is more.

    Attributes:
        words: its headers that the question holds whole, years apart.
        years: its headers that are a year of the question.
        unit: 1 when the question asks for its unit (how many tons).
        part: share of its headers' neighbouring characters that the question has, where none is whole.
    """

    words: int
    years: int
    unit: int
    part: float


def asked_cell(question: str, row: TableRow, title: str = "") -> RowCell | None:
    """The cell that the question asks for, which may be blank; None when it names no column clearly.

    Args:
        question: as it was searched.
        row: the row that answers it.
        title: of its document; like caption and row labels it names no column.
    """
    labels = [cell for cell in row.cells[: row.labels] if label_in(question, cell.text)]
    cells = [cell for cell in row.cells[1:] if cell not in labels]
    names = [cell.text for cell in labels]
    asked = read_asked(question, read_slots(question))
    for masked in (_without(question, [*names, row.caption, title]), _without(question, names)):
        if (found := _clearest(masked, row, cells, asked_years(question), asked.unit)) is not None:
            return found
    figures = [cell for cell in cells if is_value(cell.text)]
    return figures[0] if len(figures) == 1 and asked.kind is AskedKind.FIGURE else None


def _clearest(
    question: str, row: TableRow, cells: Sequence[RowCell], wanted: set[int], unit: str
) -> RowCell | None:
    headers = [row.headers_of(cell) for cell in cells]
    shared = (
        {text for text in headers[0] if all(text in each for each in headers)} if len(cells) > 1 else set()
    )
    told = [[text for text in each if text not in shared] for each in headers]
    named = [_how_named(question, each, wanted, unit) for each in told]
    best = max(named, key=_order, default=None)
    if best is None or not any(_order(best)):
        return None
    first = [place for place, each in enumerate(named) if _order(each) == _order(best)]
    if len(first) > 1:
        first = _innermost(question, first, told)
    return cells[first[0]] if len(first) == 1 else None


def _order(named: _Named) -> tuple[int, int, int, float]:
    return named.words, named.years, named.unit, named.part


def _how_named(question: str, headers: Sequence[str], wanted: set[int], unit: str) -> _Named:
    words = dated = 0
    for header in headers:
        of_header = years(fold(header))
        if of_header & wanted:
            dated += 1
        elif not of_header and label_in(question, header):
            words += 1
        elif of_header and wanted:  # another year's column
            return _Named(0, 0, 0, 0.0)
    bracket = _UNIT.search(headers[-1]) if headers else None
    own = unit_of(fold(bracket[1] or bracket[2] or "")) if bracket else ""
    if unit and own and own != unit:  # a share is not asked of a year's tons
        dated = 0
    part = 0.0 if words else max((_share(question, header) for header in headers), default=0.0)
    return _Named(words, dated, int(bool(unit) and own == unit), part)


def _share(question: str, header: str) -> float:
    """Share of a header's pairs of neighbouring characters that the question has, its unit left out."""
    words, asked = _UNIT.sub("", fold(header)), fold(question)
    pairs = {words[at : at + 2] for at in range(len(words) - 1)}
    return sum(pair in asked for pair in pairs) / len(pairs) if pairs else 0.0


def _innermost(question: str, places: Sequence[int], headers: Sequence[Sequence[str]]) -> list[int]:
    """Of columns named alike, those whose header is longest: the growth of a thing holds its name too."""
    said = {place: [each for each in headers[place] if label_in(question, each)] for place in places}
    longest = {place: max((len(_UNIT.sub("", each)) for each in said[place]), default=0) for place in places}
    names = {place: "".join(headers[place]) for place in places}
    most = max(places, key=lambda place: longest[place])
    inside = all(place == most or _UNIT.sub("", names[place]) in names[most] for place in places)
    return [most] if inside and longest[most] > min(longest.values()) else list(places)


def _without(question: str, texts: Sequence[str]) -> str:
    """The question with what names the row or the table taken out."""
    left = fold(question)
    for text in sorted(filter(None, texts), key=len, reverse=True):
        for form in (text, re.sub(r"^其中[:：]?", "", text), re.sub(r"^(?:续|附)?表\s*[\d-]+\s*", "", text)):
            if len(form) > 1 and fold(form) in left:
                left = left.replace(fold(form), _GAP)
    return left
