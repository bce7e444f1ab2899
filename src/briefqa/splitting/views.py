"""A passage as a question looks at it: its sentences, what stands around each, what all of them say.

A view is made when an index is built and kept with it (`briefqa.splitting.view_records`). A row of a table is
judged with its own caption, headers and unit, and with the prose around it; what another table in the same
passage says is not about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from briefqa.reading.document import Document
from briefqa.reading.table_labels import LabelledRow, labelled_rows
from briefqa.reading.table_spans import TableRow, TableSpan, table_at
from briefqa.splitting.carried import years_before
from briefqa.splitting.passages import Passage, Sentence
from briefqa.splitting.units import context_above, table_context
from briefqa.text.kept import kept
from briefqa.text.said import Said
from briefqa.text.timeline import Standpoint, anchoring_years


@dataclass(frozen=True)
class Surroundings:
    """Where a sentence stands, from `offset` on: what conditions are checked against.

    Attributes:
        sentence: what it says.
        named: what it says with what stands above it; of a row of a table its columns' headers.
        passage: what its passage says; of a row of a table without other tables.
        headings: what stands above it, outermost first.
        document: its head will do, see `PassageView`.
        standpoint: when the part of the document speaks that it stands in.
        carried: the years named last before it in its section; empty for a row of a table.
        before: the sentences of its passage before it, the last one first; none for a row of a table.
    """

    sentence: Said
    named: Said
    passage: Said
    headings: tuple[Said, ...]
    document: Document
    offset: int = 0
    standpoint: Standpoint | None = None
    carried: frozenset[int] = frozenset()
    before: tuple[Said, ...] = ()

    @property
    def is_row(self) -> bool:
        """Whether it is a line of a table."""
        return self.named is not self.sentence

    @kept
    def about(self) -> Said:
        """What the document says of itself and what the headings say, a line each."""
        document = self.document
        of_document = (document.title, document.id, *document.metadata.values())
        return Said("\n".join((*of_document, *(heading.text for heading in self.headings))))


@dataclass(frozen=True, slots=True)
class TableLine:
    """What a line of a table says with its caption and headers, and what stands around it.

    Attributes:
        named: the line itself.
        rest: the text of the passage without other tables.
        above: caption and unit, then the headers of its columns.
    """

    named: Said
    rest: str
    above: tuple[Said, ...]


@dataclass(frozen=True)
class PassageView:
    """A passage and its sentences, in order.

    Attributes:
        passage: the record.
        document: what its document says of itself; its text and blocks may be left out.
        sentences: in order.
        said: what each says.
        whole: what the passage says.
        headings: what each heading above it says, outermost first.
        rows: the rows of tables among the sentences.
        lines: what stands around those sentences that are of a table, by their places.
        table: the caption and header lines of a table that it goes on with, or "".
        carried: the years named last before its first sentence, see `years_before`.
    """

    passage: Passage
    document: Document
    sentences: tuple[Sentence, ...]
    said: tuple[Said, ...]
    whole: Said
    headings: tuple[Said, ...]
    rows: tuple[LabelledRow, ...]
    lines: Mapping[int, TableLine]
    table: str
    carried: frozenset[int]

    @property
    def context(self) -> str:
        """What stands above it, see `Units.context`."""
        return context_above(self.document, self.passage, self.table)

    def sentence(self, span: tuple[int, int]) -> Sentence:
        """The record of a span of the passage."""
        start = self.passage.start
        return Sentence(self.passage.text[span[0] - start : span[1] - start], *span)

    def around(self, place: int) -> Surroundings:
        """The surroundings of a sentence by its place in the passage."""
        if place not in self._around:
            self._around[place] = self._surroundings(place)
        return self._around[place]

    def standpoint(self, offset: int) -> Standpoint | None:
        """Of the whole document when no part of it speaks for itself."""
        return self.document.standpoint_at(offset) if self.document.parts else self._only_standpoint

    @kept
    def _around(self) -> dict[int, Surroundings]:
        return {}

    @kept
    def _only_standpoint(self) -> Standpoint | None:
        return self.document.standpoint_at(self.passage.start)

    def _surroundings(self, place: int) -> Surroundings:
        start, said, line = self.sentences[place].start, self.said[place], self.lines.get(place)
        standpoint = self.standpoint(start)
        if line is not None:
            passage = Said(f"{line.named.text}\n{line.rest}")
            headings = (*self.headings, *line.above)
            return Surroundings(said, line.named, passage, headings, self.document, start, standpoint)
        carried, before = self._carried_to(place, standpoint), self.said[:place][::-1]
        return Surroundings(
            said, said, self.whole, self.headings, self.document, start, standpoint, carried, before
        )

    def _carried_to(self, place: int, standpoint: Standpoint | None) -> frozenset[int]:
        for before in range(place - 1, -1, -1):
            if before in self.lines or not self.said[before].years(standpoint):
                continue
            if found := anchoring_years(self.said[before].text, standpoint):
                return found
        return self.carried


def looked_at(passage: Passage, document: Document, sentences: Sequence[Sentence]) -> PassageView:
    """The view of a passage and some of its sentences."""
    lines = ((place, _line(passage, document, each)) for place, each in enumerate(sentences))
    return PassageView(
        passage,
        document,
        tuple(sentences),
        tuple(Said(sentence.text) for sentence in sentences),
        Said(passage.text),
        tuple(Said(heading) for heading in passage.section),
        labelled_rows(document, [(each.start, each.end) for each in sentences]),
        {place: line for place, line in lines if line is not None},
        table_context(document, passage.start, passage.end),
        years_before(document, sentences[0].start) if sentences else frozenset(),
    )


def _line(passage: Passage, document: Document, sentence: Sentence) -> TableLine | None:
    row = document.row_context(sentence.start)
    if row is None:
        return None
    row = row.part(sentence.start, sentence.end)
    own = table_at(document.tables, document.block_at(sentence.start))
    rest = _without_other_tables(passage, document, own)
    return TableLine(Said(row.told), rest, tuple(map(Said, _above(row))))


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
