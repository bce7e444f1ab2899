"""What of a question names rows and columns of one table, and what is left: to add, to compare, to list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain, pairwise

from briefqa.question.asked import AskedKind
from briefqa.question.column_words import OF
from briefqa.question.named_rows import modified_otherwise, name_before, rows_told_apart
from briefqa.question.parsing import Question
from briefqa.question.row_labels import compared_form, label_places
from briefqa.question.slots import JOINT, SlotKind
from briefqa.question.superlatives import Superlative
from briefqa.reading.table_figures import FiguredRow, figure_of
from briefqa.reading.table_spans import Span, TableRow
from briefqa.text.content import tagged
from briefqa.text.folding import fold
from briefqa.text.lexicon import any_of, words_of
from briefqa.text.names import DIVISION
from briefqa.text.quantities import years

_EACH = re.compile(rf"{any_of('degrees.each')}|\b(?:each|both|respectively)\b")
_ADDS = re.compile(any_of("degrees.sum"))
_COMPARES = words_of("degrees.compare")
_AVERAGES = frozenset(words_of("degrees.average"))
_DIVISION = re.compile(DIVISION)
_ROUNDED = 0.5  # a hundred that shares add up to, each rounded
_ASKS_FIGURE = re.compile(any_of("asking.figure"))


@dataclass(frozen=True)
class TableQuestion:
    """A question held against the rows of a table.

    Attributes:
        question: as it was read.
        rows: of the table.
        title: of its document.
        sections: the headings above the table.
    """

    question: Question
    rows: Sequence[FiguredRow]
    title: str
    sections: tuple[str, ...] = ()

    @cached_property
    def asked(self) -> str:
        """The question in the form in which labels are compared; spans are of this text."""
        return compared_form(self.question.text)

    @property
    def context(self) -> TableRow:
        """Any row: its headers and caption are those of all."""
        return self.rows[0].row

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """The distinct texts of the header cells."""
        return tuple(dict.fromkeys(cell.text for line in self.context.headers for cell in line if cell.text))

    @cached_property
    def named_rows(self) -> tuple[tuple[Span, FiguredRow], ...]:
        """The rows that are named by what only they are called, each with its first place, in their order."""
        found: list[tuple[Span, FiguredRow]] = []
        for row in self.rows:
            places = self._free_places(row.own) or self._stem_places(row.stems)
            told = not row.together or len(places) == len(row.own) or self._is_told(row)
            if places and told and not self.label_instead(row):
                found.append((max(places, key=lambda place: place[1] - place[0]), row))
        # A row that is named with its group is meant, and not the row that the group is called by.
        groups = {row.row.group for _, row in found if row.row.group}
        found = [
            (span, row)
            for span, row in found
            if row.row.group or not any(group in label for group in groups for label in row.labels)
        ]
        longest = [*(span for span, _ in found), *self._shared]
        kept = [(span, row) for span, row in found if not any(_inside(span, other) for other in longest)]
        return tuple(sorted(rows_told_apart(self.asked, kept), key=lambda each: each[0]))

    @cached_property
    def meant_rows(self) -> tuple[tuple[Span, FiguredRow], ...]:
        """Likewise without those that only say of what another is a part, unless the two are compared."""
        named = self.named_rows
        if self.context.is_pair:  # of what one field has it asks for the other
            named = tuple(each for each in named if not self.asked.startswith(OF, each[0][1]))
        if self.compares or self.is_list([span for span, _ in named]):
            return named
        parts = tuple(each for each in named if each[1].is_part)
        return parts or tuple(each for each in named if not each[1].is_total) or named

    @cached_property
    def group(self) -> tuple[FiguredRow, ...]:
        """The rows that share a label that the question names, where it names no row of its own; else ()."""
        if self.named_rows:
            return ()
        rows = tuple(row for row in self.rows if self.group_labels and self.group_labels <= {*row.labels})
        return rows if 1 < len(rows) < len(self.rows) else ()

    @cached_property
    def group_labels(self) -> frozenset[str]:
        """The labels of several rows that the question names."""
        counts = Counter(label for row in self.rows for label in {*row.labels})
        shared = (label for label, count in counts.items() if count > 1)
        return frozenset(
            label for label in shared if any(map(self._is_free, label_places(self.asked, label)))
        )

    @cached_property
    def _shared(self) -> tuple[Span, ...]:
        """The places of labels of several rows."""
        return tuple(place for label in self.group_labels for place in label_places(self.asked, label))

    @cached_property
    def named_headers(self) -> tuple[Span, ...]:
        """The places of different headers of one line that it names, in their order."""
        for line in self.context.headers:
            texts = {cell.text for cell in line if cell.text}
            found = (next(label_places(self.asked, text), None) for text in texts)
            spans = {place for place in found if place is not None and self._is_free(place)}
            if len(spans) > 1:
                return tuple(sorted(spans))
        return ()

    @cached_property
    def share_columns(self) -> frozenset[int]:
        """The columns of shares of the whole: those of which the row of the whole has a hundred."""
        return frozenset(
            cell.column
            for row in self.rows
            if row.is_total
            for cell in row.row.cells
            if (figure := figure_of(cell.text)) is not None and abs(figure.value - 100) < _ROUNDED
        )

    @cached_property
    def named_years(self) -> tuple[Span, ...]:
        """The places of the years that it names and columns are headed with, in their order."""
        headed = {year for header in self.headers for year in years(fold(header))}
        found = (next(label_places(self.asked, str(year)), None) for year in headed)
        return tuple(sorted(place for place in found if place is not None))

    @cached_property
    def is_of_several_years(self) -> bool:
        """Whether it names several years, not all in headers or labels: each has a document of its own."""
        dated = years(self.asked)
        labels = (label for row in self.rows for label in row.labels)
        held = "\n".join((*self.headers, *labels))
        return len(dated) > 1 and not all(str(year) in fold(held) for year in dated)

    def longer_name(self, label: str) -> str:
        """The longer name at whose end the label stands, wherever it does; "" where it stands by itself."""
        places = list(label_places(self.asked, label))
        fronts = [name_before(self.asked, start, self.told) for start, _ in places]
        if not places or not all(fronts):
            return ""
        return fronts[0] + self.asked[slice(*places[0])]

    def label_instead(self, row: FiguredRow) -> tuple[str, str] | None:
        """What it names in place of a label of a row that it names by another label, and that label; or None.

        In the same column another row has it, while the row's own is not named.
        """
        cells = row.row.cells[: row.row.labels]
        if len(cells) < 2 or not any(map(self._names, row.labels)):
            return None
        for number, cell in enumerate(cells):
            if not cell.text or self._names(cell.text):
                continue
            others = (each.row.cells[number].text for each in self.rows if number < each.row.labels)
            named = (each for each in others if each and each not in row.labels and self._names(each))
            if other := max(named, key=len, default=""):
                return other, cell.text
        return None

    def _is_told(self, row: FiguredRow) -> bool:
        """Whether no other row has all of those labels of a row that it names."""
        named = {*filter(self._names, row.labels)}
        return not any(named <= {*each.labels} for each in self.rows if each is not row)

    def _names(self, label: str) -> bool:
        return any(map(self._is_free, label_places(self.asked, label)))

    def _free_places(self, labels: Sequence[str]) -> list[Span]:
        found = (
            next(label_places(self.asked, label), None) for label in labels if not self.longer_name(label)
        )
        return [place for place in found if place is not None and self._is_free(place)]

    def _stem_places(self, stems: Sequence[str]) -> list[Span]:
        """Likewise where no other place of that stem is named."""
        return [place for place in self._free_places(stems) if not _DIVISION.match(self.asked, place[1])]

    def _is_free(self, span: Span) -> bool:
        return not any(_inside(span, other) for other in self._headings)

    @cached_property
    def _headings(self) -> tuple[Span, ...]:
        """The places of captions, of the title, and of headers, in which labels may stand too."""
        texts = (self.title, self.context.caption, *self.headers)
        return tuple(place for text in texts if text for place in label_places(self.asked, text))

    @cached_property
    def left(self) -> tuple[tuple[str, str], ...]:
        """The words, with their tags, that name no row, no column and no table."""
        covered = [*self._headings, *(span for span, _ in self.named_rows)]
        words = tagged(self.asked)
        ends = list(accumulate(len(word) for word, _ in words))
        return tuple(
            pair
            for pair, end in zip(words, ends, strict=True)
            if not any(low <= end - len(pair[0]) and end <= high for low, high in covered)
        )

    @property
    def adds(self) -> bool:
        """Whether it asks for a sum or for the whole."""
        words = [word for word, _ in self.left]
        pairs = ("".join(pair) for pair in pairwise(words))  # what a tagger takes for two words
        return any(map(_ADDS.fullmatch, chain(words, pairs)))

    @property
    def compares(self) -> bool:
        """Whether it asks how one figure stands to another: a difference, a share."""
        return any(word.startswith(_COMPARES) or word.endswith(_COMPARES) for word, _ in self.left)

    @property
    def wholes(self) -> list[FiguredRow]:
        """The row of the whole, where it asks for that and nothing tells of a part; else []."""
        of_all = self.adds or any(slot.kind is SlotKind.SCOPE for slot in self.question.slots)
        totals = [each for each in self.group or self.rows if each.is_total]
        if not of_all or len(totals) != 1:
            return []
        # What only a row is called asks for that row, whatever words are between.
        above = "\n".join((self._above, *totals[0].labels, *self.group_labels))
        return totals if all(is_told_in(noun, fold(above)) for noun in self._nouns) else []

    @cached_property
    def is_grounded(self) -> bool:
        """Whether every noun of the question stands in the table, or in title and headings above it."""
        nouns = all(is_told_in(noun, self.told) for noun in self._nouns)
        return self.question.is_english or (nouns and not modified_otherwise(self.asked, self.told))

    @cached_property
    def _nouns(self) -> tuple[str, ...]:
        # A place is a condition: the document may be its without a word of it in the table.
        held = {
            fold(slot.text) for slot in self.question.slots if slot.kind in (SlotKind.SCOPE, SlotKind.PLACE)
        }
        nouns = (word.text for word in self.question.words if word.is_noun)
        return tuple(each for each in nouns if each not in held and not _ADDS.fullmatch(each))

    @cached_property
    def _above(self) -> str:
        of_table = (self.context.caption, self.context.unit, *self.headers)
        return fold("\n".join((self.title, *self.sections, *of_table)))

    @cached_property
    def told(self) -> str:
        """What stands above the table, its headers and its rows' labels; of a form its values too."""
        cells = (cell.text for row in self.rows if row.row.is_pair for cell in row.row.cells)
        labels = (label for row in self.rows for label in row.labels)
        return "\n".join((self._above, *map(fold, (*labels, *cells))))

    def names_ranks(self, ranks: Sequence[Superlative], row: TableRow) -> bool:
        """Whether a row, a header or the caption has the words of a rank, and a figure is asked for."""
        heads = fold("\n".join((self.context.caption, *self.headers, *(cell.text for cell in row.cells))))
        said = (fold(self.question.text[each.start : each.end]) for each in ranks)
        return self.question.asked.kind is AskedKind.FIGURE and any(each in heads for each in said)

    def averages(self, row: TableRow) -> bool:
        """Whether it asks for an average, of which neither the row nor what stands above it says anything."""
        said = {each for word, _ in self.left for each in word if each in _AVERAGES and each not in self.told}
        return bool(said) and not any(each in fold(cell.text) for each in said for cell in row.cells)

    def is_list(self, spans: Sequence[Span]) -> bool:
        """Whether it asks for the figure of each of the things at some places, not for one of all."""
        if _EACH.search(self.asked) or len(_ASKS_FIGURE.findall(self.asked)) > 1:
            return True
        joined = all(JOINT.fullmatch(self.asked, end, start) for (_, end), (start, _) in pairwise(spans))
        return joined and not self.adds and not self.compares


def _inside(span: Span, other: Span) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def is_told_in(word: str, told: str) -> bool:
    """Whether a text has a word, or of a longer one most neighbouring characters; of two, in any order."""
    if len(word) < 3:
        return word in told or word[::-1] in told
    pairs = {word[at : at + 2] for at in range(len(word) - 1)}
    return 2 * sum(each in told for each in pairs) >= len(pairs)
