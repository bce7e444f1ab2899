"""What a question insists on, and whether a sentence keeps to it: numbers, names, articles, a figure.

Similarity cannot tell one city or article from another: near misses score as high as true
questions. So each slot of the question is looked up in the sentence that would be quoted and in
what surrounds it. Years have a module of their own, `briefqa.question.year_conditions`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from briefqa.reading.cells import is_value
from briefqa.reading.table_spans import CELL_MARK
from briefqa.splitting.views import Surroundings
from briefqa.text.intervals import intervals
from briefqa.text.numbering import ARTICLE, ArticleNumber, number_of
from briefqa.text.ordinals import Ordinal, ordinals
from briefqa.text.quantities import Quantity, is_of_time
from briefqa.text.said import Said


class Verdict(StrEnum):
    """How a sentence stands to one condition of the question."""

    MET = "met"  # the sentence itself says so
    CONTEXT = "context"  # its passage, headings or document say so, and it does not disagree
    NEARBY = "nearby"  # its passage says so, but the sentence speaks of another
    ABSENT = "absent"  # nothing near it says so
    CONFLICT = "conflict"  # it speaks of another year, place, …


class ConditionKind(StrEnum):
    """What kind of thing a question insists on."""

    YEAR = "year"
    DOCUMENT_YEAR = "document_year"  # the year of the document, not of a fact
    NEWEST = "newest"  # now: the newest document that is not repealed
    NUMBER = "number"
    PLACE = "place"
    PERSON = "person"
    BODY = "body"
    ARTICLE = "article"
    PERIOD = "period"  # a part of a year
    CONTRAST = "contrast"  # not its opposite; see `briefqa.question.contrast_conditions`
    ORDINAL = "ordinal"  # the second of a kind of which there are several
    TIME = "time"  # the question asks when: a time must be told
    ROW = "row"  # the row of a table, by its label; see `briefqa.question.row_labels`
    RANK = "rank"  # the row of the highest, …: a table must tell which; see `briefqa.answering.extremes`
    WORKED_OUT = "worked_out"  # a figure that is none of a table's; see `briefqa.question.worked_out`
    FIGURE = "figure"  # the question asks how many or how much: a number must be there
    DEFINITION = "definition"  # the question asks what something means: words must be there


@dataclass(frozen=True, slots=True)
class Check:
    """A condition held against a sentence; `instead` is what the sentence has in its place."""

    kind: ConditionKind
    text: str
    verdict: Verdict
    instead: str = ""
    joined: bool = False


# A field behind one with a default needs one; every condition is made with its own.
_NO_NUMBER = Quantity(0, "", 0, 0)
_NO_ARTICLE = ArticleNumber(0)
_NO_ORDINAL = Ordinal("", 0, "")


@dataclass(frozen=True, slots=True)
class Condition(ABC):
    """One thing that the question insists on; `text` as the question writes it.

    `joined`: the question names several of its kind in a row.
    """

    kind: ClassVar[ConditionKind]
    text: str
    joined: bool = False

    def check(self, where: Surroundings) -> Check:
        """Hold the condition against a sentence."""
        verdict, instead = self.verdict(where)
        return Check(self.kind, self.text, verdict, instead, self.joined)

    @abstractmethod
    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """The verdict, and what the sentence has instead, "" if nothing."""


@dataclass(frozen=True, slots=True)
class NumberCondition(Condition):
    """A number of the question."""

    kind = ConditionKind.NUMBER
    quantity: Quantity = _NO_NUMBER

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """The same number, or a stretch of numbers that it lies in; another of its unit is a conflict."""
        if self._is_in(where.sentence):
            return Verdict.MET, ""
        alike = (each for each in where.sentence.quantities if each.unit == self.quantity.unit and each.unit)
        other = next(alike, None)
        instead = where.sentence.text[other.start : other.end] if other else ""
        if self._is_in(where.passage):
            return (Verdict.NEARBY if other else Verdict.CONTEXT), instead
        return (Verdict.CONFLICT if other else Verdict.ABSENT), instead

    def _is_in(self, said: Said) -> bool:
        own = self.quantity
        if any(_same(own, each) for each in said.quantities):
            return True
        stretches = intervals(said.folded, said.quantities)
        return any(each.unit in ("", own.unit) and each.holds(own.value) for each in stretches)


def _same(one: Quantity, other: Quantity) -> bool:
    """Equal values; the units may differ where one of them is not told (10 of something = 10)."""
    return abs(one.value - other.value) <= 1e-9 * max(abs(one.value), 1.0)


@dataclass(frozen=True, slots=True)
class FigureCondition(Condition):
    """The question asks how many or how much, in `unit` where it tells one, or how long (`of_time`).

    Which numbers are figures and of which unit ranks sentences; only a sentence with no numeral at all
    cannot answer, because no list of measure words is complete.
    """

    kind = ConditionKind.FIGURE
    unit: str = ""
    of_time: bool = False

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """A figure of the unit meets it, another numeral is CONTEXT, one in the passage NEARBY."""
        if self._has_figure(where.sentence):
            return Verdict.MET, ""
        if where.sentence.has_numeral:
            return Verdict.CONTEXT, ""
        return (Verdict.NEARBY if self._has_figure(where.passage) else Verdict.ABSENT), ""

    def _has_figure(self, said: Said) -> bool:
        return any(not each.unit or self._is_of_unit(each.unit) for each in said.figures)

    def _is_of_unit(self, unit: str) -> bool:
        """What lasts so many days may be told in months."""
        return is_of_time(unit) if self.of_time else self.unit in ("", unit)


@dataclass(frozen=True, slots=True)
class DefinitionCondition(Condition):
    """The question asks what something means: the figures of a table say how much of it there is."""

    kind = ConditionKind.DEFINITION

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """Any text meets it but a row that is nothing more than labels and figures."""
        last = where.sentence.text.rpartition(CELL_MARK)[2]
        return (Verdict.ABSENT if where.is_row and is_value(last) else Verdict.MET), ""


@dataclass(frozen=True, slots=True)
class ArticleCondition(Condition):
    """The article that the question asks about, by its number; `whole`: what it says is all that is asked."""

    kind = ConditionKind.ARTICLE
    number: ArticleNumber = _NO_ARTICLE
    whole: bool = False

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """Met in the article itself, CONTEXT where it is referred to; another article conflicts.

        What refers to an article does not tell its text, unless it amends it.
        """
        own = [each.article for each in (*where.headings, where.sentence) if each.article]
        if self.number in own:
            return Verdict.MET, ""
        named = self.number in where.sentence.articles
        if named and (not self.whole or _amends(where.sentence)):
            return Verdict.CONTEXT, ""
        instead = str(own[-1]) if own else ""
        return (Verdict.CONFLICT if own or named else Verdict.ABSENT), instead


_OPENS = re.compile(f".?{ARTICLE}")


def _amends(said: Said) -> bool:
    """Whether a sentence begins with an article that is changed, or quotes the text that it is to have."""
    number = number_of(said.folded)
    return _OPENS.match(said.folded, number.end if number else 0) is not None or "：“" in said.text


@dataclass(frozen=True, slots=True)
class OrdinalCondition(Condition):
    """Which of several of one kind the question asks about: the second hospital, the third batch."""

    kind = ConditionKind.ORDINAL
    ordinal: Ordinal = _NO_ORDINAL

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """Another of the same kind in its place conflicts."""
        alike = self._alike(where.named)
        if any(each.value == self.ordinal.value for each in alike):
            return Verdict.MET, ""
        instead = alike[0].text if alike else ""
        if any(each.value == self.ordinal.value for each in self._alike(where.about)):
            return Verdict.CONTEXT, ""
        if any(each.value == self.ordinal.value for each in self._alike(where.passage)):
            return (Verdict.NEARBY if alike else Verdict.CONTEXT), instead
        return (Verdict.CONFLICT if alike else Verdict.ABSENT), instead

    def _alike(self, said: Said) -> list[Ordinal]:
        return [each for each in ordinals(said.text) if each.is_of_kind(self.ordinal)]


def checks_of(conditions: Sequence[Condition], where: Surroundings) -> tuple[Check, ...]:
    """The conditions held against a sentence, in their order; of contrasts only those that it touches."""
    checks = (each.check(where) for each in conditions)
    untouched = (ConditionKind.CONTRAST, Verdict.CONTEXT)
    return tuple(each for each in checks if (each.kind, each.verdict) != untouched)


def rules_out(checks: Sequence[Check]) -> bool:
    """Whether a failed condition rules a sentence out as an answer.

    Of conditions named in a row it is enough that one is met: the others want another sentence.
    """
    met = {each.kind for each in checks if each.joined and each.verdict in (Verdict.MET, Verdict.CONTEXT)}
    return any(breaks(each) and not (each.joined and each.kind in met) for each in checks)


def breaks(check: Check) -> bool:
    """Whether a condition that must hold has failed, however similar the sentence is.

    Another year, another place, or no numeral at all where a figure is asked for; on the development sets
    this holds for about 2 % of the sentences that do answer. Other conditions lower the confidence.
    """
    if check.kind is ConditionKind.FIGURE:
        return check.verdict in (Verdict.NEARBY, Verdict.ABSENT)
    if check.kind is ConditionKind.TIME:
        return check.verdict is Verdict.ABSENT
    if check.kind is ConditionKind.PLACE:
        return check.verdict in (Verdict.CONFLICT, Verdict.ABSENT)
    exact = (
        ConditionKind.YEAR,
        ConditionKind.DOCUMENT_YEAR,
        ConditionKind.NEWEST,
        ConditionKind.ARTICLE,
        ConditionKind.PERIOD,
        ConditionKind.ORDINAL,
        ConditionKind.CONTRAST,
        ConditionKind.ROW,
        ConditionKind.RANK,
        ConditionKind.WORKED_OUT,
    )
    return check.kind in exact and check.verdict is Verdict.CONFLICT
