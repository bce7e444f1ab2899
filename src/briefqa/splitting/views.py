"""A passage as a question looks at it: its sentences, what stands around each, what all of them say.

A view is made once and kept, because the same passages are looked at by many questions. A row of a table is
judged with its own caption, headers and unit, and with the prose around it; what another table in the same
passage says is not about it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial

from briefqa.reading.document import Document
from briefqa.reading.table_labels import LabelledRow, labelled_rows
from briefqa.reading.table_spans import TableRow, TableSpan, table_at
from briefqa.splitting.passages import Passage, Sentence
from briefqa.splitting.units import Units
from briefqa.text.said import Said
from briefqa.text.timeline import Standpoint

KEPT = 2_048  # views; some 20 kB each when every condition has looked at them


@dataclass(frozen=True)
class Surroundings:
    """Where a sentence stands, from `offset` on: what conditions are checked against.

    Attributes:
        sentence: what it says.
        named: what it says with what stands above it; of a row of a table its columns' headers.
        passage: what its passage says; of a row of a table without other tables.
        headings: what stands above it, outermost first.
        standpoint: when the part of the document speaks that it stands in.
    """

    sentence: Said
    named: Said
    passage: Said
    headings: tuple[Said, ...]
    document: Document
    offset: int = 0
    standpoint: Standpoint | None = None

    @cached_property
    def about(self) -> Said:
        """What the document says of itself and what the headings say, a line each."""
        document = self.document
        of_document = (document.title, document.id, *document.metadata.values())
        return Said("\n".join((*of_document, *(heading.text for heading in self.headings))))


@dataclass(frozen=True)
class PassageView:
    """A passage and its sentences, in order."""

    passage: Passage
    document: Document
    sentences: tuple[Sentence, ...]

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """What each sentence says."""
        return tuple(Said(sentence.text) for sentence in self.sentences)

    @cached_property
    def rows(self) -> tuple[LabelledRow, ...]:
        """The rows of tables among the sentences."""
        return labelled_rows(self.document, [(each.start, each.end) for each in self.sentences])

    def around(self, place: int) -> Surroundings:
        """The surroundings of a sentence by its place in the passage."""
        if place not in self._around:
            self._around[place] = self._surroundings(place)
        return self._around[place]

    @cached_property
    def _around(self) -> dict[int, Surroundings]:
        return {}

    @cached_property
    def _whole(self) -> Said:
        return Said(self.passage.text)

    @cached_property
    def _headings(self) -> tuple[Said, ...]:
        return tuple(Said(heading) for heading in self.passage.section)

    def _surroundings(self, place: int) -> Surroundings:
        sentence, said = self.sentences[place], self.said[place]
        row = self.document.row_context(sentence.start)
        standpoint = self._standpoint(sentence.start)
        if row is None:
            return Surroundings(
                said, said, self._whole, self._headings, self.document, sentence.start, standpoint
            )
        row = row.part(sentence.start, sentence.end)
        own = table_at(self.document.tables, self.document.block_at(sentence.start))
        return Surroundings(
            said,
            Said(row.told),
            Said(f"{row.told}\n{_without_other_tables(self.passage, self.document, own)}"),
            (*self._headings, *map(Said, _above(row))),
            self.document,
            sentence.start,
            standpoint,
        )

    def _standpoint(self, offset: int) -> Standpoint | None:
        """Of the whole document when no part of it speaks for itself."""
        return self.document.standpoint_at(offset) if self.document.parts else self._only_standpoint

    @cached_property
    def _only_standpoint(self) -> Standpoint | None:
        return self.document.standpoint_at(self.passage.start)


class PassageViews:
    """The views of all passages of a corpus by their numbers, those used last kept."""

    def __init__(self, units: Units) -> None:
        # Not of a method: what is kept would hold itself, and the files of its build.
        self.of: Callable[[int], PassageView] = lru_cache(maxsize=KEPT)(partial(_view, units))


def _view(units: Units, number: int) -> PassageView:
    document = units.document(number)
    spans = [units.span(each) for each in units.sentences_of(number)]
    sentences = tuple(Sentence(document.text[start:end], start, end) for start, end in spans)
    return PassageView(units.passage(number), document, sentences)


def _above(row: TableRow) -> tuple[str, ...]:
    return (row.head, *dict.fromkeys(cell.header for cell in row.cells if cell.header))


def _without_other_tables(passage: Passage, document: Document, own: TableSpan | None) -> str:
    """The passage's text but for captions, headers and rows of other tables."""
    first, last = document.block_at(passage.start), document.block_at(max(passage.end - 1, passage.start))
    others = [each for each in document.tables_between(first, last + 1) if each is not own]
    captions = {each.caption[0] for each in others if each.caption}
    return "\n".join(
        document.text[max(block.start, passage.start) : min(block.end, passage.end)]
        for number, block in enumerate(document.blocks[first : last + 1], first)
        if block.start not in captions and not any(each.first <= number < each.last for each in others)
    )
