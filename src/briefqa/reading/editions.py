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
_AMENDS = re.compile(r"修.(?:《[^》]+》.?)+")
_NUMBER = re.compile(r"\w+\W?\d{4}\W?第?\d+号")
_IN_BRACKETS = re.compile(r"\s*[（(][^（()）]{2,40}[）)]$")
_SHORTEST = 4  # characters that a title must keep without its year to be told from others

Recency = tuple[int, date]


def with_successors(documents: Sequence[Document]) -> tuple[Document, ...]:
    """The documents, each with its newest edition, or what changes it, and with what repeals it, if anything.

    Documents are editions of one text when their titles differ in no more than the year or the edition; the
    year of the title, else the latest printed date, tells which one is newer.
    """
    corpus = _Corpus(documents)
    changed = {old.id: new for new in documents for old in corpus.changed_by(new)}
    repealed = {old.id: new for new in documents for old in corpus.repealed_by(new)}
    return tuple(
        replace(
            each,
            newest=corpus.name(corpus.newest(each) or changed.get(each.id)),
            repealed_by=corpus.name(repealed.get(each.id)),
        )
        for each in documents
    )


def is_periodic(document: Document) -> bool:
    """Whether a newer one leaves it as true as it was: reports and bulletins each tell their own year."""
    return _PERIODIC.search(fold(document.title)) is not None


def is_amended(document: Document) -> bool:
    """Whether what is newer than a document names it and is no edition of it: a decision on amending it."""
    newest = document.newest.removeprefix("《").rpartition("》")[0]
    return document.title in newest and series_of(newest) != series_of(document.title)


def series_of(title: str) -> str:
    """The title without years, editions, marks and blanks: what it has in common with its other editions."""
    folded = fold(title)
    dated = {at for each in year_quantities(folded) for at in range(each.start, each.end)}
    folded = "".join("\n" if at in dated else character for at, character in enumerate(folded))
    return _EDITION.sub("", folded)


class _Corpus:
    """Documents by what others may call them; every title and date is read once."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._recency = {each.id: _recency(each) for each in documents}
        self._series = {each.id: series_of(each.title) for each in documents}
        self._called: dict[str, list[Document]] = defaultdict(list)  # by title, by number
        self._editions: dict[tuple[str, int | None], list[Document]] = defaultdict(list)
        self._newest: dict[tuple[str, str | None], Document] = {}  # by series, and by its issuer too
        for each in documents:
            series = self._series[each.id]
            self._called[_squeezed(each.title)].append(each)
            if number := each.metadata.get("doc_number"):
                self._called[_squeezed(number)].append(each)
            self._editions[series, each.year].append(each)
            for issuer in (None, each.metadata.get("issuer", "")) if self._recency[each.id] else ():
                known = self._newest.get((series, issuer))
                if known is None or self._is_newer(each, known):
                    self._newest[series, issuer] = each

    def newest(self, document: Document) -> Document | None:
        """The newest of its editions, by its issuer or by none that is told, when it is newer than itself."""
        series, issuer = self._series[document.id], document.metadata.get("issuer")
        if len(series) < _SHORTEST:
            return None
        found: Document | None = None
        for key in (None,) if issuer is None else (issuer, ""):
            other = self._newest.get((series, key))
            if other is not None and self._is_newer(other, found or document):
                found = other
        return found

    def repealed_by(self, new: Document) -> Iterator[Document]:
        """The documents that one says it repeals: by title, by number, or as an edition of its own."""
        for field in new.fields:
            if field.key != "repeals":
                continue
            named = _names_in(field.value)
            plain = {_IN_BRACKETS.sub("", cell) for cell in field.value.split(" | ")}
            olds = [old for each in named | plain for old in self._called.get(_squeezed(each), ())]
            if not named and not olds:
                years = {int(each.value) for each in year_quantities(fold(field.value))}
                olds = [old for year in years for old in self._editions[self._series[new.id], year]]
            yield from (old for old in olds if old.id != new.id and not self._is_newer(old, new))

    def changed_by(self, new: Document) -> Iterator[Document]:
        """The documents that one amends by its title, or before which it goes where they disagree."""
        names = [name for match in _AMENDS.finditer(new.title) for name in _BOOK.findall(match.group())]
        names += [name for field in new.fields if field.key == "prevails" for name in _names_in(field.value)]
        olds = (old for name in names for old in self._called.get(_squeezed(name), ()))
        yield from (old for old in olds if old.id != new.id and not self._is_newer(old, new))

    def name(self, document: Document | None) -> str:
        """《title》, with its year behind it where the title does not tell it; "" for None."""
        if document is None:
            return ""
        recency = self._recency[document.id]
        told = recency is None or str(recency[0]) in fold(document.title)
        return f"《{document.title}》" + ("" if told or recency is None else f"（{recency[0]}年）")

    def _is_newer(self, one: Document, other: Document) -> bool:
        """Whether both tell a year or a date, and the first the later one."""
        mine, theirs = self._recency[one.id], self._recency[other.id]
        return mine is not None and theirs is not None and mine > theirs


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


def _names_in(value: str) -> set[str]:
    """The titles and numbers of documents in a field."""
    return {*_BOOK.findall(value), *_NUMBER.findall(_squeezed(value))}


def _squeezed(text: str) -> str:
    return "".join(fold(text).split())
