"""The searched units of a corpus as arrays, and the text by which each of them is searched.

What is embedded may say more than what is shown: a passage is searched with its document's
title, date and names and its section path, because a report says "this year" and only its title says 2019.
What is shown stays the slice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from briefqa.reading.called import untitled_names, untitled_place
from briefqa.reading.document import BlockKind, Document
from briefqa.reading.headings import tells_something
from briefqa.splitting.carried import years_before
from briefqa.splitting.passages import (
    Passage,
    Sentence,
    document_sentences,
    make_passage,
    split_passages,
    split_sentences,
)
from briefqa.text.folding import fold
from briefqa.text.quantities import YEAR
from briefqa.text.timeline import explicit_years

PASSAGE_ROW = np.dtype([("document", "<u4"), ("start", "<u4"), ("end", "<u4"), ("first", "<u4")])
YEAR_ROW = np.dtype([("year", "<u2"), ("passage", "<u4")])
SENTENCE_ROW = np.dtype([("passage", "<u4"), ("start", "<u4"), ("end", "<u4"), ("kind", "<u1")])

# Kinds of sentences: a heading or a title never answers instead of its own text.
_TITLES = ("title", "subtitle", "series")
_SIGNED = ("issuer", "signer", "date")
BODY, HEADING, MATTER = range(3)
# Blocks that say what something is about, and no more.
TITLE_BLOCKS = (BlockKind.HEADING, BlockKind.CAPTION, BlockKind.TABLE_HEADER)


@dataclass(frozen=True, slots=True)
class Units:
    """All passages and sentences of a corpus, in order.

    Attributes:
        documents: the corpus; those of a build are read when they are asked for.
        passages: PASSAGE_ROW (passages,): document number, offsets, number of its first sentence.
        sentences: SENTENCE_ROW (sentences,): passage number, offsets in the document, kind.
    """

    documents: Sequence[Document]
    passages: npt.NDArray[np.void]
    sentences: npt.NDArray[np.void]

    @classmethod
    def split(cls, documents: Sequence[Document]) -> Units:
        """Split every document."""
        passages: list[tuple[int, int, int, int]] = []
        sentences: list[tuple[int, int, int, int]] = []
        for number, document in enumerate(documents):
            kinds = _Kinds(document)
            for passage in split_passages(document):
                passages.append((number, passage.start, passage.end, len(sentences)))
                sentences.extend(
                    (len(passages) - 1, each.start, each.end, kinds.at(each.start, each.end))
                    for each in document_sentences(document, passage.start, passage.end)
                )
        return cls(
            tuple(documents),
            np.array(passages, dtype=PASSAGE_ROW),
            np.array(sentences, dtype=SENTENCE_ROW),
        )

    @classmethod
    def whole(cls, documents: Sequence[Document]) -> Units:
        """Every document as one passage."""
        passages: list[tuple[int, int, int, int]] = []
        sentences: list[tuple[int, int, int, int]] = []
        for number, document in enumerate(documents):
            passages.append((number, 0, len(document.text), len(sentences)))
            sentences.extend((number, each.start, each.end, BODY) for each in split_sentences(document.text))
        return cls(
            tuple(documents),
            np.array(passages, dtype=PASSAGE_ROW),
            np.array(sentences, dtype=SENTENCE_ROW),
        )

    def document(self, passage: int) -> Document:
        """The document of a passage, by the passage's number."""
        return self.documents[int(self.passages[passage]["document"])]

    def passage(self, number: int) -> Passage:
        """The passage record."""
        row = self.passages[number]
        return make_passage(self.document(number), int(row["start"]), int(row["end"]))

    def passage_text(self, number: int) -> str:
        """The passage's slice of its document."""
        row = self.passages[number]
        return self.document(number).text[row["start"] : row["end"]]

    def sentence_text(self, number: int) -> str:
        """The sentence's slice of its document."""
        row = self.sentences[number]
        return self.document(int(row["passage"])).text[row["start"] : row["end"]]

    def span(self, sentence: int) -> tuple[int, int]:
        """A sentence's `[start, end)` in its document."""
        row = self.sentences[sentence]
        return int(row["start"]), int(row["end"])

    def sentence(self, passage: int, span: tuple[int, int]) -> Sentence:
        """The record of a span in the document of a passage."""
        return Sentence(self.document(passage).text[slice(*span)], *span)

    def passage_at(self, document: int, offset: int) -> int:
        """The number of the passage that holds an offset of a document, by the document's number."""
        first, last = np.searchsorted(self.passages["document"], [document, document + 1])
        return int(first + np.searchsorted(self.passages["start"][first:last], offset, "right") - 1)

    def sentences_of(self, passage: int) -> range:
        """Numbers of a passage's sentences."""
        first = int(self.passages[passage]["first"])
        last = passage + 1
        stop = int(self.passages[last]["first"]) if last < len(self.passages) else len(self.sentences)
        return range(first, stop)

    def sentence_spans(
        self, passages: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Of each of some passages the number of its first sentence, and how many it has; int64 both."""
        firsts = self.passages["first"]
        starts = firsts[passages].astype(np.int64)
        following = np.minimum(passages + 1, len(firsts) - 1)
        stops = np.where(passages + 1 < len(firsts), firsts[following], len(self.sentences))
        return starts, stops.astype(np.int64) - starts

    def text_lengths(self) -> npt.NDArray[np.int64]:
        """How many characters each document has, int64 (documents,)."""
        known = getattr(self.documents, "lengths", None)  # of stored documents, which are not read for it
        lengths = [len(each.text) for each in self.documents] if known is None else known()
        return np.asarray(lengths, np.int64)

    def years(self, passages: Iterable[int] | None = None) -> npt.NDArray[np.void]:
        """Which passages, all or some, speak of which year: YEAR_ROW (pairs,), sorted by year."""
        pairs = [
            (year, number)
            for number in (range(len(self.passages)) if passages is None else passages)
            for passage in (self.passage(number),)
            for year in passage_years(passage, self.document(number))
        ]
        return np.array(sorted(pairs), dtype=YEAR_ROW)

    def searched_passage(self, number: int) -> str:
        """The form in which a passage is embedded and indexed for words."""
        return "\n".join(filter(None, (self.context(number), self.passage_text(number).strip())))

    def context(self, number: int) -> str:
        """What stands above a passage: title, date, headings, the header of a table that it goes on with."""
        passage, document = self.passage(number), self.document(number)
        return context_above(document, passage, table_context(document, passage.start, passage.end))

    def searched_sentence(self, number: int) -> str:
        """The form in which a sentence is embedded: a table's row with its caption, headers and unit."""
        row = self.sentences[number]
        document = self.document(int(row["passage"]))
        text = document.text[row["start"] : row["end"]]
        context = document.row_context(int(row["start"])) if row["kind"] == BODY else None
        if context is None or context.is_header:
            return text
        return (
            context.told if text == document.text[context.start : context.end] else f"{context.head} {text}"
        )


def context_above(document: Document, passage: Passage, table: str) -> str:
    """What stands above a passage that goes on with a `table`, see `table_context`."""
    part = document.part_at(passage.start)
    of_whole = (document.title, document.metadata.get("date", ""))
    title, date = of_whole if part is None else (part.title, part.date)
    names = (untitled_place(document, title), title, date, *passage.section, *untitled_names(document))
    above = " ".join(dict.fromkeys(names))
    return "\n".join(filter(None, (above.strip(), table)))


def table_context(document: Document, start: int, end: int) -> str:
    """The caption and header lines of the tables in `[start, end)` that begin before it."""
    first, last = document.block_at(start), document.block_at(max(end - 1, start))
    said: list[str] = []
    for table in document.tables_between(first, last + 1):
        if table.caption and not start <= table.caption[0] < end:
            said.append(document.text[slice(*table.caption)])
        lines = document.blocks[table.first : table.first + table.header]
        said += [document.text[line.start : line.end] for line in lines if line.end <= start]
    return "\n".join(said)


def passage_years(passage: Passage, document: Document) -> set[int]:
    """The years that a passage speaks of: named in it or last before it, or above it; else its document's."""
    standpoint = document.standpoint_at(passage.start)
    named = set(explicit_years(passage.text, standpoint)) or set(years_before(document, passage.start))
    for heading in passage.section:
        named |= explicit_years(heading, standpoint)
    if not named and standpoint is not None:
        named = {standpoint.year}
    return named


# Labels of a form with blanks behind them, for a name (____) or a day: nothing is told there.
_UNFILLED = re.compile(
    rf"(?:[^：:。\n]{{1,24}}[：:](?:[^\S\n]*[_＿]{{2,}}|(?:[\s_＿]+[{YEAR}月日](?![^\s_＿]))+)[\s_＿]*)+"
)


class _Kinds:
    """Looks up what kind of sentence lies at an offset."""

    def __init__(self, document: Document) -> None:
        self._text = document.text
        self._starts = np.array([block.start for block in document.blocks] or [0])
        self._kinds = [block.kind for block in document.blocks] or [BlockKind.TEXT]
        # The first sentence of a paragraph that opens a section may say something: then it is no title.
        texts = {each.start for each in document.blocks if each.kind is BlockKind.TEXT}
        self._headings = {
            each.start: each.end
            for each in document.headings
            if each.start not in texts or not tells_something(document.text[each.start : each.end])
        }
        if any(
            kind in (BlockKind.TEXT, BlockKind.ROW) for kind in self._kinds
        ):  # else the title is all there is
            self._headings |= {each.start: each.end for each in document.fields if each.key in _TITLES}
            self._headings |= _signatures(document)

    def at(self, start: int, end: int) -> int:
        if self._headings.get(start, -1) >= end or _UNFILLED.fullmatch(self._text, start, end):
            return HEADING
        kind = self._kinds[max(int(np.searchsorted(self._starts, start, "right")) - 1, 0)]
        if kind in TITLE_BLOCKS:
            return HEADING
        return MATTER if kind in (BlockKind.FRONT, BlockKind.BACK) else BODY


def _signatures(document: Document) -> dict[int, int]:
    """Start → end of the lines that hold who signs, and perhaps the date, and no more."""
    found = {}
    for block in document.blocks:
        if block.kind not in (BlockKind.FRONT, BlockKind.BACK):
            continue
        inside = [each for each in document.fields if block.start <= each.start and each.end <= block.end]
        told = sum(
            len(document.text[each.start : each.end].split()) for each in inside if each.key in _SIGNED
        )
        text = document.text[block.start : block.end]
        if told == len(text.split()) and any(each.key != "date" for each in inside) and ":" not in fold(text):
            found[block.start] = block.end
    return found
