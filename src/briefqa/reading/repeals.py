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

DOCUMENT_NUMBER = (
    r"[\u4e00-\u9fffA-Za-z]{2,16}\s*[〔\[(（【［]\s*(?:19|20)\d\d\s*[〕\])）】］]\s*第?\s*\d{1,5}\s*号"
)
_BRACKETS = r"(?:\s*\([^()]{2,40}\))?"
_NAMED = rf"(?:《[^》]{{1,120}}》|{DOCUMENT_NUMBER}){_BRACKETS}"
_NAMES = rf"{_NAMED}(?:(?:、|[和与及])[^，,。；《》]{{0,14}}?{_NAMED})*"
_CEASES = rf"(?:{ENDS}|(?:不再|停止)(?:[执施]行|[适使]用))"
# Between the name and the verb: neither a part of the document, nor a verb of another, nor a denial.
_BETWEEN = r"[^，,。；《的第不]{0,16}[，,]?[^，,。；《的第不]{0,4}?"
_SAID = re.compile(
    rf"(?P<names>{_NAMES}){_BETWEEN}{_CEASES}|(?<!不)(?:废止|[代取]代|代替)(?P<objects>{_NAMES})"
)
# It holds where the two disagree.
_PREVAILS = re.compile(rf"(?P<names>{_NAMES})[^，。；]{{0,16}}不一致[^。；]{{0,12}}为准")
# Without a name it is an edition of the document itself: that of 2019 is repealed at the same time.
_UNNAMED = re.compile(r"[同即一自](?:时|行|并)(?:废止|失效)")
_CLAUSE_ENDS = re.compile(r"[施实]行$|实施$|生效$|后$|年$|日$")
_MARK = re.compile(r"[，,；;]\s*")
_CELL = " | "
_TITLED = rf"(?:《[^》]{{2,120}}》|[^《》。；，]{{3,80}}?{any_of('titles.endings')}{_BRACKETS}){_BRACKETS}"
_ITEM = re.compile(rf"{_TITLED}[;；。]?|[^。，]*{DOCUMENT_NUMBER}[^。，]*")
_LEAD = re.compile(_CEASES)
_STAYS = re.compile(r"[未不继]")  # what is not repealed, what goes on
_LONGEST_LEAD = 80


def repeals(text: str) -> Iterator[Event]:
    """What a sentence repeals: it is quoted with its verb, the names in it are the value."""
    named = list(_SAID.finditer(text))
    for match in named:
        value = match.span(match.lastgroup or 0)
        yield Event("repeals", _clause(text, match.start()), match.end(), *value)
    for match in _PREVAILS.finditer(text):
        yield Event("prevails", _clause(text, match.start()), match.end(), *match.span("names"))
    for verb in _UNNAMED.finditer(text):
        start = max(text.rfind(mark, 0, verb.start()) for mark in "。；") + 1
        if "《" not in text[start : verb.start()] and not any(match.end() > start for match in named):
            start = _clause(text, verb.start())
            yield Event("repeals", start, verb.end(), start, len(text[: verb.start()].rstrip("，")))


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
            listing, style = leads and _STAYS.search(line) is None, ""


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


def _clause(text: str, end: int) -> int:
    """Where the clause that ends there begins: behind when it comes into force."""
    start = max(text.rfind(mark, 0, end) for mark in "。；") + 1
    for mark in _MARK.finditer(text, start, end):
        if _CLAUSE_ENDS.search(text[start : mark.start()].rstrip()):
            start = mark.end()
    return start + len(text[start:]) - len(text[start:].lstrip())
