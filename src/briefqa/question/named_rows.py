"""Which rows the words of a question name: told apart by what else they say, and not by a part of a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from briefqa.question.row_labels import label_places
from briefqa.reading.table_figures import FiguredRow
from briefqa.reading.table_spans import Span
from briefqa.text.content import tagged
from briefqa.text.lexicon import words_of
from briefqa.text.names import DIVISION
from briefqa.text.quantities import YEAR

_BRACKET = re.compile(r"[（(\[【）)\]】]")
_DATED = re.compile(rf"(?:19|20)\d\d{YEAR}?")
_MODIFIES = frozenset("nbj")  # tags of characters that make another name of the one behind them
_GUESSED = "nr"  # tag of what no dictionary has
_NO_FRONT = frozenset("".join((DIVISION, *words_of("degrees.sum"))))


def rows_told_apart(asked: str, named: Sequence[tuple[Span, FiguredRow]]) -> list[tuple[Span, FiguredRow]]:
    """Of rows that are named by the same words those of which most else is named, in brackets or by a code.

    And not by what they share with a row that is named by what only it is called.
    """
    most: dict[Span, int] = {}
    for span, row in named:
        most[span] = max(_named_of(asked, row), most.get(span, 0))
    rest = [(span, row) for span, row in named if _named_of(asked, row) == most[span]]
    alone = [{*row.labels} for _, row in rest if not row.together]
    return [(span, row) for span, row in rest if not row.together or not any({*row.own} <= a for a in alone)]


def _named_of(asked: str, row: FiguredRow) -> int:
    """How many characters of a row's cells a question has."""
    pieces = {piece for cell in row.row.cells for piece in _BRACKET.split(cell.text) if piece.strip()}
    return sum(len(piece) for piece in pieces if any(label_places(asked, piece)))


def name_before(asked: str, start: int, told: str) -> str:
    """What of a noun stands right before a place of a question, if `told` has nothing of it."""
    masked = _DATED.sub(lambda year: "\n" * len(year.group()), asked)
    at = 0
    for word, tag in tagged(masked):
        at, low = at + len(word), at
        if at < start:
            continue
        alone = at == start and len(word) == 1 and (tag[0] in _MODIFIES or (tag == "f" and low == 0))
        part = at > start and not tag.startswith(_GUESSED)
        front = masked[low:start] if part or alone else ""
        known = not front.isalpha() or front.isascii() or front in told or front in _NO_FRONT
        return "" if known else front
    return ""


def modified_otherwise(asked: str, told: str) -> bool:
    """Whether a noun of a question has a verb before it that `told` has not, where there it has another.

    Loans that are called in, of a table of those that are granted: the noun alone is told.
    """
    for (verb, tag), (noun, other) in pairwise(tagged(asked)):
        if tag.startswith("v") and len(verb) > 1 and other.startswith("n") and len(noun) > 1:
            before = {told[at - 1 : at].isalpha() for at in _places(noun, told)}
            if before == {True} and verb not in told:
                return True
    return False


def _places(word: str, text: str) -> Iterator[int]:
    return (match.start() for match in re.finditer(re.escape(word), text))
