"""The passages of a build as questions look at them, recalled from what was found out when it was built."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from briefqa.errors import IndexCorruptError
from briefqa.reading.document import Document
from briefqa.splitting.units import Units
from briefqa.splitting.view_records import recalled_view, view_record
from briefqa.splitting.views import PassageView, PassageViews
from briefqa.store.records import SealedRecords


def stored_views(units: Units, records: SealedRecords, head: Callable[[int], Document]) -> PassageViews:
    """The views of the passages of a build.

    Args:
        units: their offsets.
        records: one for each passage.
        head: gives a document without text and blocks, by its number.
    """
    return PassageViews(partial(_recalled, units, records, head))


def view_records(views: PassageViews, count: int) -> Iterator[str]:
    """The record of each of `count` passages."""
    return (view_record(views.of(number)) for number in range(count))


def _recalled(
    units: Units, records: SealedRecords, head: Callable[[int], Document], number: int
) -> PassageView:
    row, numbers = units.passages[number], units.sentences_of(number)
    sentences = units.sentences[numbers.start : numbers.stop]
    try:
        view = recalled_view(records[number], head(int(row["document"])))
        if (view.passage.start, view.passage.end) != (int(row["start"]), int(row["end"])):
            raise ValueError("it is of another passage")
        if [each.start for each in view.sentences] != sentences["start"].tolist():
            raise ValueError("it has other sentences")
    except Exception as error:  # a hostile record can fail anywhere
        raise IndexCorruptError(
            f"What passage {number} says cannot be read ({error}); go back with: briefqa rollback, "
            "or build the index again with: briefqa build FOLDER"
        ) from error
    return view
