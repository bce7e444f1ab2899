"""What of a passage is read as one text: its prose, and each row of a table as it is said with its headers.

A row of bare figures does not tell which is which, and its table's header may stand far above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from briefqa.models.reading import Window, WindowReading
from briefqa.splitting.units import context_above
from briefqa.splitting.views import PassageView, TableLine
from briefqa.text.tokens import characters

LONG_ROW = 220  # characters of a row with its headers; about what the reader reads of one


@dataclass(frozen=True, slots=True)
class ReadPart:
    """A window of a passage.

    Attributes:
        spans: place of a sentence in the passage → its `[start, end)` in the window's text.
        places: place → its `[start, end)` in the document.
        as_written: whether the text of the window is that of its sentences, character for character.
    """

    window: Window
    spans: Mapping[int, tuple[int, int]]
    places: Mapping[int, tuple[int, int]]
    as_written: bool = True

    def seen(self, reading: WindowReading) -> Iterator[tuple[int, int]]:
        """`[start, end)` in the document of what reads as evidence; of a row all of it."""
        found = reading.seen(self.window.text)
        if found and not self.as_written:
            yield from self.places.values()
            return
        for low, high in found:
            for place, (offset, _) in self.places.items():
                start, end = self.spans[place]
                if low < end and start < high:
                    yield offset + max(low - start, 0), offset + min(high, end) - start


def prose_part(view: PassageView) -> ReadPart | None:
    """The sentences that are no rows of a table, as they stand; None when there are none."""
    start, rows = view.passage.start, {row.place for row in view.rows}
    kept = {place: each for place, each in enumerate(view.sentences) if place not in rows}
    if not kept:
        return None
    places = {place: (each.start, each.end) for place, each in kept.items()}
    if not rows:
        spans = {place: (low - start, high - start) for place, (low, high) in places.items()}
        return ReadPart(Window(view.context, view.passage.text), spans, places)
    texts = [each.text for each in kept.values()]
    spans = dict(zip(kept, _joined(texts), strict=True))
    return ReadPart(Window(_above(view), "\n".join(texts)), spans, places)


def alone(view: PassageView, place: int, question: str) -> Window:
    """A sentence by itself, with nothing but what stands above it; a row as it is read in its passage."""
    rows = {row.place for row in view.rows}
    if place in rows:
        return row_part(view, place, question).window
    return Window(_above(view) if rows else view.context, view.sentences[place].text)


def row_part(view: PassageView, place: int, question: str) -> ReadPart:
    """A row of a table, by its place, with caption, unit and headers; of a long one what is asked for."""
    line, sentence = view.lines[place], view.sentences[place]
    text = line.named.text
    if len(text) > LONG_ROW:
        text = _asked_of(line, question)
    places = {place: (sentence.start, sentence.end)}
    return ReadPart(Window(_above(view), text), {place: (0, len(text))}, places, as_written=False)


def _above(view: PassageView) -> str:
    return context_above(view.document, view.passage, "")


def _joined(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    at = 0
    for text in texts:
        yield at, at + len(text)
        at += len(text) + 1


def _asked_of(line: TableLine, question: str) -> str:
    """The beginning of a long row, and those of its cells whose headers share most with the question."""
    text = line.named.text
    begins = sorted({at for header in line.above[1:] if (at := text.find(f"{header.text}：")) > 0})
    pieces = [text[low:high] for low, high in zip([0, *begins], [*begins, len(text)], strict=True)]
    asked = set(characters(question))
    shared = [len(asked & set(characters(each.partition("：")[0]))) for each in pieces]
    # What comes before the first header, and the cell that names the row, say of what the others are told.
    order = sorted(range(len(pieces)), key=lambda at: (at > 1, -shared[at], at))
    kept: list[int] = []
    left = LONG_ROW
    for at in order:
        if len(pieces[at]) <= left or not kept:
            kept.append(at)
            left -= len(pieces[at])
    return "".join(pieces[at] for at in sorted(kept))
