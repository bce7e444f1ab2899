"""What of a passage is read as one text: its prose, and each row of a table as it is said with its headers.

A row of bare figures does not tell which is which, and its table's header may stand far above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from briefqa.models.reading import Window, WindowReading
from briefqa.splitting.units import context_above
from briefqa.splitting.views import PassageView


@dataclass(frozen=True, slots=True)
class ReadPart:
    """A window of a passage.

    Attributes:
        spans: place of a sentence in the passage → its `[start, end)` in the window's text.
        offsets: place → where the sentence begins in the document; none of a row, which is said otherwise.
    """

    window: Window
    spans: Mapping[int, tuple[int, int]]
    offsets: Mapping[int, int]

    def seen(self, reading: WindowReading) -> Iterator[tuple[int, int]]:
        """`[start, end)` in the document of what reads as evidence."""
        for low, high in reading.seen():
            for place, offset in self.offsets.items():
                start, end = self.spans[place]
                if low < end and start < high:
                    yield offset + max(low - start, 0), offset + min(high, end) - start


def prose_part(view: PassageView) -> ReadPart | None:
    """The sentences that are no lines of a table, as they stand; None when there are none."""
    start = view.passage.start
    places = [place for place in range(len(view.sentences)) if place not in view.lines]
    if not places:
        return None
    offsets = {place: view.sentences[place].start for place in places}
    if len(places) == len(view.sentences):
        spans = {place: (each.start - start, each.end - start) for place, each in enumerate(view.sentences)}
        return ReadPart(Window(view.context, view.passage.text), spans, offsets)
    texts = [view.sentences[place].text for place in places]
    return ReadPart(Window(_above(view), "\n".join(texts)), dict(_joined(places, texts)), offsets)


def row_part(view: PassageView, place: int) -> ReadPart:
    """A row of a table, by its place, with caption, unit and headers."""
    text = view.lines[place].named.text
    return ReadPart(Window(_above(view), text), {place: (0, len(text))}, {})


def _above(view: PassageView) -> str:
    return context_above(view.document, view.passage, "")


def _joined(places: Sequence[int], texts: Sequence[str]) -> Iterator[tuple[int, tuple[int, int]]]:
    at = 0
    for place, text in zip(places, texts, strict=True):
        yield place, (at, at + len(text))
        at += len(text) + 1
