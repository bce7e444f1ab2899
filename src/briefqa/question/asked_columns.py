"""Which cell of a row a question asks for: the one whose header it names, by its words, year or unit.

A header that is named whole counts more than a part of one. Where two columns are named alike, none
is: a wrong mark would be worse than none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from briefqa.question.asked import Asked, AskedKind, read_asked
from briefqa.question.column_words import (
    OF,
    header_pairs,
    names_left_out,
    pair_share,
    unit_in,
    without_unit,
    without_year,
)
from briefqa.question.row_labels import compared_form, label_in, label_places
from briefqa.question.slots import read_slots
from briefqa.reading.cells import is_value
from briefqa.reading.table_labels import is_total
from briefqa.reading.table_spans import RowCell, TableRow
from briefqa.text.content import tagged
from briefqa.text.folding import fold
from briefqa.text.quantities import PERCENT, years
from briefqa.text.timeline import asked_years

_NEARLY = 0.75  # of a header's neighbouring characters


@dataclass(frozen=True, slots=True)
class _Named:
    """How a question names a column; compared as a tuple, higher is more.

    Attributes:
        words: its headers that the question holds whole, years apart.
        years: its headers that are a year of the question.
        unit: 1 when the question asks for its unit (how many tons).
        part: share of neighbouring characters that the question has of a header that is not named whole.
        pairs: how many neighbouring characters that are, of one header; it decides between equal shares.
    """

    words: int
    years: int
    unit: int
    part: float
    pairs: int = 0


def asked_cell(question: str, row: TableRow, title: str = "") -> RowCell | None:
    """The cell that the question asks for, which may be blank; None when it names no column clearly.

    Args:
        question: as it was searched.
        row: the row that answers it.
        title: of its document; like caption and row labels it names no column.
    """
    labels = _labels_in(question, row)
    if row.is_pair and labels:
        return row.cells[1]
    cells = [cell for cell in row.cells[1:] if cell not in labels]
    asked = read_asked(question, read_slots(question))
    if (found := _named(question, row, cells, title, asked)) is not None:
        return found
    figures = [cell for cell in cells if is_value(cell.text)]
    return figures[0] if len(figures) == 1 and asked.kind is AskedKind.FIGURE else None


def asked_figure(question: str, row: TableRow, title: str = "") -> RowCell | None:
    """Likewise among those cells that are figures or blank; the only one of them where there is one."""
    cells = [cell for cell in row.cells[1:] if not cell.text or is_value(cell.text)]
    asked = read_asked(question, read_slots(question))
    return cells[0] if len(cells) == 1 else _named(question, row, cells, title, asked)


def _labels_in(question: str, row: TableRow) -> list[RowCell]:
    return [cell for cell in row.cells[: row.labels] if label_in(question, cell.text)]


def _named(
    question: str, row: TableRow, cells: Sequence[RowCell], title: str, asked: Asked
) -> RowCell | None:
    names = [cell.text for cell in _labels_in(question, row)]
    for masked in (names_left_out(question, [*names, row.caption, title]), names_left_out(question, names)):
        if (found := _clearest(masked, row, cells, asked_years(question), asked)) is not None:
            return found
    return None


def _clearest(
    question: str, row: TableRow, cells: Sequence[RowCell], wanted: set[int], asked: Asked
) -> RowCell | None:
    headers = [row.headers_of(cell) for cell in cells]
    shared = (
        {text for text in headers[0] if all(text in each for each in headers)} if len(cells) > 1 else set()
    )
    told = [[text for text in each if text not in shared] for each in headers]
    named = [_how_named(question, each, wanted, asked.unit) for each in told]
    best = max(named, key=_order, default=None)
    if best is None or not any(_order(best)):
        return None
    first = [place for place, each in enumerate(named) if _order(each) == _order(best)]
    undated = [[without_year(text) or text for text in each] for each in told]
    if len(first) > 1:
        told_by = (
            _behind(question, asked, first, undated),
            _last(question, first, undated),
            _total(first, told),
        )
        first = next(filter(None, told_by), []) or _innermost(question, first, told)
    if len(first) != 1:
        return None
    meant = _fuller(question, first[0], named, undated, asked.unit) if best.words else None
    if meant is None and best.words:
        meant = _between(question, asked, first[0], told)
    return cells[first[0] if meant is None else meant]


def _order(named: _Named) -> tuple[int, int, int, float, int]:
    return named.words, named.years, named.unit, named.part, 0 if named.words else named.pairs


def _behind(
    question: str, asked: Asked, places: Sequence[int], headers: Sequence[Sequence[str]]
) -> list[int]:
    """Of columns named alike the one that is named right behind how many; or []."""
    text = compared_form(question)
    end = text.find(compared_form(asked.text)) + len(compared_form(asked.text))
    if asked.kind is not AskedKind.FIGURE or end < len(asked.text):
        return []
    found = [
        place
        for place in places
        if any(low == end for header in headers[place] for low, _ in label_places(text, header))
    ]
    return found if len(found) == 1 else []


def _last(question: str, places: Sequence[int], headers: Sequence[Sequence[str]]) -> list[int]:
    """Of columns that are named one right after the other the last: the growth of the output; or []."""
    text = compared_form(question)
    spans = [
        next((span for header in headers[place] for span in label_places(text, header)), (0, 0))
        for place in places
    ]
    order = sorted(zip(spans, places, strict=True))
    joined = (text[end:start] in ("", OF) for ((_, end), _), ((start, _), _) in pairwise(order))
    return [order[-1][1]] if len(set(spans)) == len(places) and all(joined) else []


def _total(places: Sequence[int], headers: Sequence[Sequence[str]]) -> list[int]:
    """Of columns under one header that of the whole, where the question names no part; or []."""
    whole = [place for place in places if headers[place] and is_total(headers[place][-1])]
    return whole if len(whole) == 1 and len({headers[place][0] for place in places}) == 1 else []


def _fuller(
    question: str, first: int, named: Sequence[_Named], headers: Sequence[Sequence[str]], unit: str
) -> int | None:
    """The column that is meant with words of the first, nearly whole or by the unit asked for; or None.

    The growth of tea on the year before names the column of tea too, with other words between.
    """
    own = {pair for header in headers[first] for pair in header_pairs(header)} & header_pairs(question)
    more, by_unit = set(), set()
    for place, texts in enumerate(headers):
        for header in texts if place != first else ():
            pairs = header_pairs(header)
            if pairs & own and len(pairs & header_pairs(question)) > max(
                named[first].pairs, _NEARLY * len(pairs)
            ):
                more.add(place)
            if pairs & own and unit == unit_in(header) == PERCENT:
                by_unit.add(place)
    found = more if len(more) == 1 or unit != PERCENT or named[first].unit else by_unit
    return next(iter(found)) if len(found) == 1 else None


def _between(question: str, asked: Asked, first: int, headers: Sequence[Sequence[str]]) -> int | None:
    """The column some of whose words stand between those of the first and how many; or None.

    How much the output grew asks for the growth, but not for that of another thing; to how many
    tons it grew does not ask for a share.
    """
    text = compared_form(question)
    until = text.find(compared_form(asked.text)) if asked.text else -1
    ends = [end for header in headers[first] for _, end in label_places(text, header) if end <= until]
    between = header_pairs(text[max(ends) : until]) if ends else frozenset()
    found = [
        place
        for place, texts in enumerate(headers)
        if place != first
        and any(header_pairs(header) & between for header in texts)
        and not any(asked.unit and unit_in(each) not in ("", asked.unit) for each in texts)
        and not any(tag[0] == "n" and word not in text for each in texts for word, tag in tagged(fold(each)))
    ]
    return found[0] if len(found) == 1 else None


def _how_named(question: str, headers: Sequence[str], wanted: set[int], unit: str) -> _Named:
    words = dated = 0
    for header in headers:
        of_header = years(fold(header))
        if of_header & wanted:
            dated += 1
            words += label_in(question, measure) if (measure := without_year(header)) else 0
        elif not of_header and label_in(question, header):
            words += 1
        elif of_header and wanted:  # another year's column
            return _Named(0, 0, 0, 0.0)
    own = unit_in(headers[-1]) if headers else ""
    if unit and own and own != unit:  # a share is not asked of a year's tons
        dated = 0
    others = [each for each in headers if not words or not label_in(question, without_year(each) or each)]
    part = max((pair_share(question, header) for header in others), default=0.0)
    pairs = (header_pairs(without_year(header) or header) for header in headers)
    said = max((len(each & header_pairs(question)) for each in pairs), default=0)
    return _Named(words, dated, int(bool(unit) and own == unit), part, said)


def _innermost(question: str, places: Sequence[int], headers: Sequence[Sequence[str]]) -> list[int]:
    """Of columns named alike, those whose header is longest: the growth of a thing holds its name too."""
    said = {place: [each for each in headers[place] if label_in(question, each)] for place in places}
    longest = {place: max((len(without_unit(each)) for each in said[place]), default=0) for place in places}
    names = {place: "".join(headers[place]) for place in places}
    most = max(places, key=lambda place: longest[place])
    inside = all(place == most or without_unit(names[place]) in names[most] for place in places)
    return [most] if inside and longest[most] > min(longest.values()) else list(places)
