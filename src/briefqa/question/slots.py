"""The typed slots of a question: years, periods, numbers, places, persons, bodies, articles, editions.

The one parser of them. Conditions, ranking, refusal, questions about a document and follow-ups read
these slots; none parses a question again.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from briefqa.reading.repeals import DOCUMENT_NUMBER
from briefqa.text.folding import fold
from briefqa.text.lexicon import any_of
from briefqa.text.names import (
    DIVISIONS,
    Name,
    NameKind,
    chinese_names,
    romanised_names,
    unknown_places,
)
from briefqa.text.numbering import ARTICLE, NUMERALS, TO_TEN, ArticleNumber, chinese_number
from briefqa.text.periods import PART_OF_YEAR
from briefqa.text.quantities import YEAR, Quantity, quantities, year_quantities
from briefqa.text.stretches import PLAN_TIME, STRETCH, WRITTEN_YEAR


class SlotKind(StrEnum):
    """What a slot holds; one of a kind may be replaced by another of the kind."""

    YEAR = "year"  # a calendar year, or one told from this year
    PERIOD = "period"  # a part of a year or several years
    EDITION = "edition"  # which document is meant: that of a year, the newest
    ARTICLE = "article"  # of a law, by its number
    ORDINAL = "ordinal"  # the third, …
    NUMBER = "number"
    SCOPE = "scope"  # the whole country, …
    PLACE = "place"
    PERSON = "person"
    BODY = "body"


SlotValue = int | str | Quantity | Name | ArticleNumber

# Two places, two years: one of them may be answered in one place and the other in another.
JOINT = re.compile(rf"[\s年{DIVISIONS}]*(?:和|与|以?及|跟|同|或|、|,|，|and|or)\s*")


@dataclass(frozen=True, slots=True)
class Slot:
    """A typed span of a question: `question[start:end] == text`.

    `value`: of a year or an edition's year its number (0 where it is not told as one), of an edition that is
    told by its document's number the text; of an article
    its `ArticleNumber`; of a number its `Quantity`; of a place, person or body its `Name`;
    of others the text.
    """

    kind: SlotKind
    text: str
    start: int
    value: SlotValue

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


_NUMERAL = rf"[\d{NUMERALS}]{{1,5}}"
# A document of a year: it names the document, whatever years the fact that is asked for is of.
_EDITION = re.compile(
    rf"({WRITTEN_YEAR})\s*年?度?[的中华人民共和国务院央全两会{DIVISIONS}]*(?:政府)?"
    rf"(?:工作)?{any_of('titles.periodic')}|"
    rf"({WRITTEN_YEAR})\s*年?(?:版|修[订正]版?)|{any_of('asking.now')}|"
    r"\b((?:19|20)\d{2})\s+(?:government\s+)?(?:work\s+)?(?:report|edition)\b|"
    r"\breport\s+(?:of|for|from)\s+((?:19|20)\d{2})\b|"
    r"\b(?:latest|newest|current|currently|now|nowadays|today|in force)\b"
)
_NUMBERED = re.compile(DOCUMENT_NUMBER)
_RELATIVE_YEAR = re.compile(r"[今去前明本]年|[前上]一年|次年")
_PERIOD = re.compile(
    rf"{PART_OF_YEAR.pattern}|"
    rf"{PLAN_TIME}|十[{TO_TEN[:5]}]五(?![^\w\s]?期?末)|{STRETCH}"
)
_ARTICLE = re.compile(rf"{ARTICLE}|\barticle\s+(\d{{1,4}})\b")
_ORDINAL = re.compile(rf"第{_NUMERAL}(?:[个项点章节类种批届次步期])?|[特{TO_TEN[:3]}]等奖|\bno\.?\s?\d+\b")
_SCOPE = re.compile(rf"全[国球{DIVISIONS}](?!人大|统一)|我国|全世界")
_DATED = (SlotKind.YEAR, SlotKind.EDITION)
_IN_YEAR = re.compile(r"\b(?:in|of|for|during|by)\s+$", re.IGNORECASE)
_AFTER_YEAR = re.compile(rf"\s*{YEAR}?[末底度版]?,?")
_NAME_SLOTS = {
    NameKind.PLACE: SlotKind.PLACE,
    NameKind.PERSON: SlotKind.PERSON,
    NameKind.BODY: SlotKind.BODY,
    NameKind.ROMANISED: SlotKind.PLACE,
}


@lru_cache(maxsize=1024)
def read_slots(question: str) -> tuple[Slot, ...]:
    """The slots of a question in order, none overlapping; an earlier kind of `SlotKind` goes first."""
    taken: list[Slot] = []
    covered = bytearray(len(question))  # 1 where a slot stands: comparing all pairs took seconds
    for slot in _candidates(question, fold(question)):
        if slot.text.strip() and not any(covered[slot.start : slot.end]):
            taken.append(slot)
            covered[slot.start : slot.end] = b"\1" * len(slot.text)
    return tuple(sorted(taken, key=lambda slot: slot.start))


def without_held(
    question: str, slots: Sequence[Slot], countries: Container[str], joined: Container[str] = ()
) -> str:
    """A question without its years, now, newest and `countries`; itself when nothing else is in it.

    A country is left out at the beginning: later it may be what is compared or asked for.

    Args:
        joined: names in a row, of each of which the same is asked: left out with what joins them.
    """
    parts, at = [], 0
    for slot in slots:
        if slot.text in joined:
            between = question[at : slot.start]
            parts += [] if JOINT.fullmatch(between) else [between]
            at = slot.end + question.startswith("的", slot.end)
            continue
        dated = slot.kind in _DATED and bool(slot.value)
        year = re.match(rf"{WRITTEN_YEAR}", fold(slot.text)) if dated else None
        if year:
            parts.append(_IN_YEAR.sub("", question[at : slot.start]))
            at = slot.start + year.end()
            after = _AFTER_YEAR.match(question, at)
            at = after.end() if after else at
            continue
        if dated:  # a document's number, the end of a plan, a year of an era
            parts.append(question[at : slot.start])
            at = slot.end
            continue
        leading = slot.text in countries and not "".join((*parts, question[at : slot.start])).strip()
        if leading or (slot.kind is SlotKind.EDITION and not slot.value):  # now, newest
            parts.append(question[at : slot.start])
            at = slot.end + question.startswith("的", slot.end)
    rest = " ".join("".join((*parts, question[at:])).split())
    return rest if any(map(str.isalnum, rest)) else question


def _candidates(question: str, folded: str) -> Iterator[Slot]:
    """Every slot that some parser sees; where two overlap, the one that comes first here is meant."""
    for match in _NUMBERED.finditer(question):
        yield _slot(SlotKind.EDITION, question, match.span(), match.group())
    for match in _EDITION.finditer(folded):
        written = next(filter(None, match.groups()), "")
        yield _slot(SlotKind.EDITION, question, match.span(), _year(written) if written else 0)
    for match in _PERIOD.finditer(folded):
        yield _slot(SlotKind.PERIOD, question, match.span(), match.group())
    for match in _ARTICLE.finditer(folded):
        number = ArticleNumber.of(match) if match[1] else ArticleNumber(int(match[3]))
        yield _slot(SlotKind.ARTICLE, question, match.span(), number)
    for each in year_quantities(folded):
        yield _slot(SlotKind.YEAR, question, (each.start, each.end), int(each.value))
    for match in _RELATIVE_YEAR.finditer(folded):
        yield _slot(SlotKind.YEAR, question, match.span(), 0)
    for match in _ORDINAL.finditer(folded):
        yield _slot(SlotKind.ORDINAL, question, match.span(), match.group())
    yield from _names(question, folded)
    for each in quantities(folded):
        if each.unit != YEAR or not 1900 <= each.value < 2100:
            yield _slot(SlotKind.NUMBER, question, (each.start, each.end), each)
    for match in _SCOPE.finditer(folded):
        yield _slot(SlotKind.SCOPE, question, match.span(), match.group())


def _names(question: str, folded: str) -> Iterator[Slot]:
    for name in (*unknown_places(question), *chinese_names(question), *romanised_names(question)):
        written = fold(name.text)
        at = folded.find(written)
        while at >= 0:
            yield _slot(_NAME_SLOTS[name.kind], question, (at, at + len(written)), name)
            at = folded.find(written, at + len(written))


def _year(written: str) -> int:
    return int(written) if written.isascii() else int("".join(str(chinese_number(each)) for each in written))


def _slot(kind: SlotKind, question: str, span: tuple[int, int], value: SlotValue) -> Slot:
    return Slot(kind, question[slice(*span)], span[0], value)
