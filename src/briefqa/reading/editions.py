"""Which document of a corpus takes the place of which: repealed by name, or followed by a newer edition."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from briefqa.reading.document import Document
from briefqa.reading.events import CN_DIGITS, DATE
from briefqa.text.folding import fold
from briefqa.text.lexicon import any_of
from briefqa.text.numbering import chinese_number
from briefqa.text.quantities import year_quantities

_DATED = ("date", "adopted", "amended", "effective")
_PERIODIC = re.compile(rf"{any_of('titles.periodic')}(?:\([^()]*\))?$")
_EDITION = re.compile(
    r"[(（][^()（）]*(?:版|修[订正]|试行|暂行)[^()（）]*[)）]|\d{4}-\d\d?-\d\d?|(?<=\n)[年度版]+|\W"
)
_NUMBERS = re.compile(rf"\d+|[{CN_DIGITS}]+")
_BOOK = re.compile(r"《([^》]+)》")
_SHORTEST = 4  # characters that a title must keep without its year to be told from others

Recency = tuple[int, date]


def with_successors(documents: Sequence[Document]) -> tuple[Document, ...]:
    """The documents, each with the newest edition of it and the document that repeals it, if there are any.

    Documents are editions of one text when their titles differ in no more than the year or the edition; the
    year of the title, else the latest printed date, tells which one is newer.
    """
    series: dict[str, list[Document]] = defaultdict(list)
    for each in documents:
        series[series_of(each.title)].append(each)
    repealed = {old.id: new for new in documents for old in _repealed_by(new, documents, series)}
    found = []
    for each in documents:
        newest = _newest(each, series[series_of(each.title)])
        new = repealed.get(each.id)
        found.append(
            replace(each, newest=_name(newest) if newest else "", repealed_by=_name(new) if new else "")
        )
    return tuple(found)


def is_periodic(document: Document) -> bool:
    """Whether a newer one leaves it as true as it was: reports and bulletins each tell their own year."""
    return _PERIODIC.search(fold(document.title)) is not None


def series_of(title: str) -> str:
    """The title without years, editions, marks and blanks: what it has in common with its other editions."""
    folded = fold(title)
    dated = {at for each in year_quantities(folded) for at in range(each.start, each.end)}
    folded = "".join("\n" if at in dated else character for at, character in enumerate(folded))
    return _EDITION.sub("", folded)


def _newest(document: Document, editions: Sequence[Document]) -> Document | None:
    """The newest of its editions when it is newer than the document itself."""
    own = _recency(document)
    if len(editions) < 2 or own is None or len(series_of(document.title)) < _SHORTEST:
        return None
    issuer = document.metadata.get("issuer")
    others = [
        (recency, each.id, each)
        for each in editions
        if each.metadata.get("issuer", issuer) == (issuer or each.metadata.get("issuer"))
        if (recency := _recency(each)) and recency > own
    ]
    return max(others, key=lambda other: other[:2])[2] if others else None


def _recency(document: Document) -> Recency | None:
    """The year of a document and its latest date; None when neither is told."""
    printed = [each.value for each in document.fields if each.key in _DATED]
    latest = max((found for value in printed for found in dates(value)), default=date.min)
    year = document.year or (latest.year if latest > date.min else None)
    return None if year is None else (year, latest)


def dates(text: str) -> Iterator[date]:
    """The calendar dates of a text, in figures or Chinese numerals; a month stands for its first day."""
    for match in DATE.finditer(text):
        numbers = [chinese_number(each) for each in _NUMBERS.findall(match.group())]
        try:
            yield date(numbers[0], *[*numbers[1:3], 1, 1][:2])
        except (ValueError, OverflowError):
            continue


def _repealed_by(
    new: Document, documents: Sequence[Document], series: dict[str, list[Document]]
) -> Iterator[Document]:
    """The documents that one says it repeals: by title, by number, or as an edition of its own."""
    for field in new.fields:
        if field.key != "repeals":
            continue
        titles = {_squeezed(title) for title in _BOOK.findall(field.value)}
        said = _squeezed(field.value)
        own_years = {int(each.value) for each in year_quantities(fold(field.value))} if not titles else set()
        for old in documents:
            named = _squeezed(old.title) in titles
            number = _squeezed(old.metadata.get("doc_number", ""))
            numbered = bool(number) and number in said
            edition = old.year in own_years and old in series[series_of(new.title)]
            if old.id != new.id and (named or numbered or edition) and not _is_newer(old, new):
                yield old


def _is_newer(one: Document, other: Document) -> bool:
    mine, theirs = _recency(one), _recency(other)
    return mine is not None and theirs is not None and mine > theirs


def _squeezed(text: str) -> str:
    return "".join(fold(text).split())


def _name(document: Document) -> str:
    """《title》, with its year behind it where the title does not tell it."""
    year = _recency(document)
    told = year is None or str(year[0]) in fold(document.title)
    return f"《{document.title}》" + ("" if told or year is None else f"（{year[0]}年）")
