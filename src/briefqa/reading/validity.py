"""From when until when a document is in force, as far as it says so itself."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import MAXYEAR, MINYEAR, date

from briefqa.reading.document import Document
from briefqa.reading.editions import dates
from briefqa.reading.events import YEAR_END
from briefqa.text.folding import fold
from briefqa.text.numbering import DIGITS
from briefqa.text.quantities import YEAR, quantities

_MONTHS = {YEAR: 12, "个月": 1, "月": 1}
_UNTIL = ("validity", "repealed")
_LONGEST = 1200  # months


def in_force_from(document: Document) -> date | None:
    """The day on which it came into force; None when it tells none."""
    return min(dates(document.metadata.get("effective", "")), default=None)


def in_force_until(document: Document) -> date | None:
    """The first day on which a printed term of it ends; None when it tells none."""
    return min(_ends(document), default=None)


def _ends(document: Document) -> Iterator[date]:
    """A date, the end of a year, or so long after it came into force."""
    begins = in_force_from(document) or min(dates(document.metadata.get("date", "")), default=None)
    values = [document.metadata.get(key, "") for key in _UNTIL]
    values += [field.value for field in document.fields if field.key in _UNTIL]
    for value in values:
        written = YEAR_END.findall(value.translate(DIGITS))
        ends = (date(int(year), 12, 31) for year in written if MINYEAR <= int(year) <= MAXYEAR)
        if printed := [*dates(value), *ends]:
            yield max(printed)
            continue
        lasts = [each.value * _MONTHS[each.unit] for each in quantities(fold(value)) if each.unit in _MONTHS]
        if begins is not None and lasts and 0 < max(lasts) < _LONGEST:
            yield _later(begins, int(max(lasts)))


def _later(day: date, months: int) -> date:
    """So many months later, on the last day of a month that has fewer days; at most the last day there is."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
