"""The passages of an index as questions look at them, recalled from what was found out when it was built."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path

from briefqa.errors import IndexCorruptError
from briefqa.reading.document import Document
from briefqa.splitting.passages import Sentence
from briefqa.splitting.units import Units
from briefqa.splitting.view_records import recalled_view, view_record
from briefqa.splitting.views import PassageView, looked_at
from briefqa.store.growing import Moved
from briefqa.store.links import Links
from briefqa.store.records import SealedRecords

KEPT = 256  # views, some 20 kB each; another is recalled in a twentieth of a millisecond


class PassageViews:
    """The views of all passages of a corpus by their numbers, those used last kept.

    Attributes:
        of: gives the view of a passage.
        stored: what is stored of each, see `view_record`; None while nothing is.
    """

    def __init__(self, make: Callable[[int], PassageView], stored: SealedRecords | None = None) -> None:
        # Not of a method: what is kept would hold itself, and the files of its build.
        self.of: Callable[[int], PassageView] = lru_cache(maxsize=KEPT)(make)
        self.stored = stored

    def records(self, numbers: Iterable[int]) -> Iterator[str]:
        """What is to be stored of some passages."""
        return (view_record(self.of(number)) for number in numbers)

    def save(self, folder: Path, name: str, bounds: Sequence[int], links: Links) -> None:
        """Write what is stored of all passages.

        Args:
            bounds: the passages with which its parts begin, and how many there are.
            links: of the build.
        """
        *begins, count = bounds[1:]
        if self.stored is None:
            SealedRecords.save(folder, name, self.records(range(count)), begins)
        else:
            self.stored.copy(folder, name, begins, links)

    @classmethod
    def of_units(cls, units: Units) -> PassageViews:
        """The views of a corpus whose documents are read."""
        return cls(partial(_view, units))


def stored_views(units: Units, records: SealedRecords, head: Callable[[int], Document]) -> PassageViews:
    """The views of the passages of a build.

    Args:
        units: their offsets.
        records: one for each passage.
        head: gives a document without text and blocks, by its number.
    """
    return PassageViews(partial(_recalled, units, records, head), records)


def grown_views(old: SealedRecords, units: Units, moved: Moved) -> PassageViews:
    """The views of some units: what is stored of those that are kept is taken over as it is."""
    views = PassageViews.of_units(units)
    fresh = SealedRecords.of(views.records(moved.fresh.tolist()))
    return PassageViews(views.of, old.grown(moved.sources(), fresh))


def _view(units: Units, number: int) -> PassageView:
    document = units.document(number)
    spans = [units.span(each) for each in units.sentences_of(number)]
    sentences = [Sentence(document.text[start:end], start, end) for start, end in spans]
    return looked_at(units.passage(number), document, sentences)


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
        raise _unreadable(number, error) from error
    return view


def _unreadable(number: int, error: Exception) -> IndexCorruptError:
    return IndexCorruptError(
        f"What passage {number} says cannot be read ({error}); go back with: briefqa rollback, "
        "or build the index again with: briefqa build FOLDER"
    )
