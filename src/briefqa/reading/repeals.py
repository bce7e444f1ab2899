"""What a document says it repeals: in a sentence with the verb, or in a list below a line with it.

Another document is named by its title or its number. What is said of a part of it (its third article, the
fees that it sets) says nothing of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from briefqa.reading.events import ENDS, Event
from briefqa.text.lexicon import any_of
from briefqa.text.numbering import number_of

NUMBER_IN_YEAR = r"\s*[〔\[(（【［]\s*(?:19|20)\d\d\s*[〕\])）】］]\s*第?\s*\d{1,5}\s*号"
DOCUMENT_NUMBER = rf"[\u4e00-\u9fffA-Za-z]{{2,16}}{NUMBER_IN_YEAR}"
_BRACKETS = r"(?:\s*\([^()]{2,40}\))?"
_NAMED = rf"(?:《[^》]{{1,120}}》|{DOCUMENT_NUMBER}){_BRACKETS}"
_NAMES = rf"{_NAMED}(?:(?:、|[和与])[^，,。；《》]{{0,14}}?{_NAMED})*"
_CEASES = rf"(?:{ENDS}|(?:不再|停止)(?:[执施]行|[适使]用))"
# Between the name and the verb: neither a part of the document, nor a verb of another, nor a denial.
_REST = "[^，,。；《的第不]"
_BETWEEN = rf"{_REST}{{0,16}}[，,]?{_REST}{{0,4}}?"
_SAID = re.compile(
    rf"(?P<names>{_NAMES}){_BETWEEN}{_CEASES}|(?<!不)(?:{ENDS}|[代取][替代])(?P<objects>{_NAMES})"
)
# It holds where the two disagree.
_PREVAILS = re.compile(rf"(?P<names>{_NAMES})[^，。；]{{0,16}}不一致[^。；]{{0,12}}为准")
# Without a name it is an edition of the document itself: that of 2019 is repealed at the same time.
_UNNAMED = re.compile(
    rf"(?:(?<![^，,。；\s])(?P<whole>[^，,。；《》]+)同时|(?P<edition>\d{{4}}[^，,。；《》]*的[^，,。；《》]*)){ENDS}"
)
_MARK = re.compile(r"[，,；;。]")
_CELL = " | "
_TITLED = rf"(?:《[^》]{{2,120}}》|[^《》。；，]{{3,80}}?{any_of('titles.endings')}{_BRACKETS}){_BRACKETS}"
_ITEM = re.compile(rf"{_TITLED}[;；。]?|[^。，]*{DOCUMENT_NUMBER}[^。，]*")
_LEAD = re.compile(_CEASES)
_GOES_ON = "继"
_LONGEST_LEAD = 80


def repeals(text: str) -> Iterator[Event]:
    """What a sentence repeals: it is quoted with its verb, the names in it are the value."""
    named = list(_SAID.finditer(text))
    for match in named:
        value = match.span(match.lastgroup or 0)
        yield Event("repeals", _clause(text, match.start()), match.end(), *value)
    for match in _PREVAILS.finditer(text):
        yield Event("prevails", _clause(text, match.start()), match.end(), *match.span("names"))
    for match in _UNNAMED.finditer(text):
        if not any(each.start() <= match.end() <= each.end() for each in named):
            start = _clause(text, match.start())
            yield Event("repeals", start, match.end(), start, match.end(match.lastgroup or 0))


def listed_repeals(lines: Sequence[str], rows: Sequence[bool]) -> Iterator[tuple[int, Event]]:
    """The documents in lists and tables below a line that says that they are repealed, by their lines.

    Args:
        lines: of a document, in order.
        rows: which of them are of tables: a header leads to nothing else.
    """
    listing, style = False, ""
    for place, (line, row) in enumerate(zip(lines, rows, strict=True)):
        number = number_of(line)
        first = number.end if number else 0
        if listing and (span := _row_item(line) if row else _item(line, first)):
            style = number.style if number else ""
            yield place, Event("repeals", *span, *span)
        elif not row and not (number and number.style == style):
            leads = len(line) <= _LONGEST_LEAD and _LEAD.search(line) is not None
            listing, style = leads and _GOES_ON not in line, ""


def _item(line: str, first: int) -> tuple[int, int] | None:
    first += len(line[first:]) - len(line[first:].lstrip())
    return (first, len(line.rstrip(";；。"))) if _ITEM.fullmatch(line, first) else None


def _row_item(line: str) -> tuple[int, int] | None:
    """From the first to the last cell that names a document."""
    at, spans = 0, []
    for cell in line.split(_CELL):
        if _ITEM.fullmatch(cell):
            spans.append((at, at + len(cell)))
        at += len(cell) + len(_CELL)
    return (spans[0][0], spans[-1][1]) if spans else None


def _clause(text: str, at: int) -> int:
    """Where the clause begins that goes on there."""
    start = max((mark.end() for mark in _MARK.finditer(text, 0, at)), default=0)
    return start + len(text[start:]) - len(text[start:].lstrip())
