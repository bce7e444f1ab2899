"""Whether a sentence speaks of the year that is asked for, and of its plan or its result as asked."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from briefqa.question.conditions import Condition, ConditionKind, Verdict
from briefqa.reading.document import Document
from briefqa.reading.editions import is_amended
from briefqa.reading.validity import in_force_from, in_force_until
from briefqa.splitting.views import Surroundings
from briefqa.text.folding import fold
from briefqa.text.quantities import years
from briefqa.text.said import Said
from briefqa.text.stretches import is_of_stretch, told_stretches, without_stretches
from briefqa.text.timeline import Standpoint, tells_both


@dataclass(frozen=True, slots=True)
class DocumentYearCondition(Condition):
    """The year of the document that is asked about."""

    kind = ConditionKind.DOCUMENT_YEAR
    year: int = 0

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """Met by the year of the document, or of its part, or by one that its title names."""
        issued, part = where.document.year_at(where.offset), where.document.part_at(where.offset)
        if issued == self.year or self.year in years(fold(part.title if part else where.document.title)):
            return Verdict.MET, ""
        return (Verdict.CONFLICT, f"{issued}年") if issued else (Verdict.ABSENT, "")


@dataclass(frozen=True, slots=True)
class NewestCondition(Condition):
    """Now, newest: what is in force now, as far as the index knows."""

    kind = ConditionKind.NEWEST

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """A document that another one repeals or follows conflicts; one that amends it leaves the rest."""
        document = where.document
        newer = document.repealed_by or ("" if is_amended(document) else document.newest)
        return (Verdict.CONFLICT, newer) if newer else (Verdict.CONTEXT, "")


class Wanted(StrEnum):
    """What of a year is asked for: the first and the last in so many words."""

    PLAN = "plan"
    RATHER_PLAN = "rather plan"
    RATHER_RESULT = "rather result"
    WHAT_CAME = "what came"


@dataclass(frozen=True, slots=True)
class YearCondition(Condition):
    """A year of the fact that is asked for, and whether its plan or its result is.

    `asks_when`: the question asks for a time, so that a day that a sentence names may be what is asked for.
    `asks_figure`: for a figure, which is no year's where it is that of several years together.
    """

    kind = ConditionKind.YEAR
    year: int = 0
    wanted: Wanted = Wanted.RATHER_RESULT
    asks_when: bool = False
    asks_figure: bool = False

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """The sentence's own years go first, then those it goes on with, its headings', its document's."""
        year, standpoint = self.year, where.standpoint
        folded = where.sentence.folded
        if self.asks_figure and year not in years(without_stretches(folded)) and is_of_stretch(folded, year):
            return Verdict.CONFLICT, told_stretches(folded)
        named = where.sentence.years(standpoint)
        if year in named:
            return self._plan_or_result(where.sentence, standpoint, Verdict.MET)
        if self.asks_when and _is_of_edition(standpoint, year) and where.sentence.tells_day:
            return Verdict.CONTEXT, ""
        if not named and year in where.carried:
            return self._plan_or_result(where.sentence, standpoint, Verdict.MET)
        above = {each for heading in where.headings for each in heading.years(standpoint)}
        nearby = where.passage.years(standpoint)
        # A heading may name the year that has ended and the one to come: what is told in between decides.
        undecided = year not in above or len(above) > 1
        if not named and undecided and where.carried and _looks_back(standpoint):
            return Verdict.CONFLICT, listed_years(where.carried)
        if year in above or (year in nearby and not named):
            return self._plan_or_result(where.sentence, standpoint, Verdict.CONTEXT)
        if named or above:
            return Verdict.CONFLICT, listed_years(named or above)
        return self._by_document(where.sentence, nearby, standpoint, where.document)

    def _by_document(
        self, sentence: Said, nearby: Set[int], standpoint: Standpoint | None, document: Document
    ) -> tuple[Verdict, str]:
        """Neither the sentence nor a heading names a year: what the document says of its time decides."""
        if (in_force := self._by_force(document)) is not None:
            return in_force
        if standpoint is None:
            return (Verdict.CONFLICT, listed_years(nearby)) if nearby else (Verdict.ABSENT, "")
        if standpoint.year == self.year:
            return self._plan_or_result(sentence, standpoint, Verdict.CONTEXT)
        # A report looks back on the year before: without other years it may speak of that one.
        if standpoint.results == self.year and not nearby:
            return Verdict.ABSENT, listed_years({standpoint.year})
        return Verdict.CONFLICT, listed_years(nearby or {standpoint.year})

    def _by_force(self, document: Document) -> tuple[Verdict, str] | None:
        """A rule that names no year in its title holds from when it came into force until its term ends.

        Nothing is known of one that has been repealed since, or has a newer edition.
        """
        begins, until = in_force_from(document), in_force_until(document)
        if begins is None or document.repealed_by or document.newest or years(fold(document.title)):
            return None
        if self.year < begins.year:
            return Verdict.CONFLICT, listed_years({begins.year})
        if until is not None and until.year < self.year:
            return Verdict.CONFLICT, listed_years({until.year})
        return Verdict.CONTEXT, ""

    def _plan_or_result(
        self, sentence: Said, standpoint: Standpoint | None, at_best: Verdict
    ) -> tuple[Verdict, str]:
        """About the right year: is it the year's plan or its result, as the question asks?

        A question that asks for no plan in words may still mean one; one that does never means the result,
        which a later document tells in words that plan nothing.
        """
        planned = self.wanted in (Wanted.PLAN, Wanted.RATHER_PLAN)
        guessed = self.wanted is Wanted.RATHER_PLAN and not _looks_back(standpoint)
        both = tells_both(sentence.folded)
        if self._is_plan(sentence, standpoint) != planned and not guessed and not both:
            later = standpoint is not None and standpoint.year > self.year
            surely = self.wanted is Wanted.WHAT_CAME
            surely |= self.wanted is Wanted.PLAN and later and not sentence.is_planned
            told = Verdict.CONFLICT if surely else Verdict.NEARBY
            return told, f"{self.year}年的{'结果' if planned else '目标'}"
        if sentence.is_of_several_years and self.year not in sentence.years(standpoint):
            return Verdict.NEARBY, ""
        own = standpoint is None or standpoint.year == self.year
        # An earlier document may look far ahead; the plan for a year is in that year's own. And while a
        # year lasts nobody knows its result: what a later document says of it goes before.
        uncertain = not own if planned else (own and standpoint is not None)
        return (Verdict.CONTEXT if uncertain else at_best), ""

    def _is_plan(self, sentence: Said, standpoint: Standpoint | None) -> bool:
        """What is written before a year has ended, by who looks back on the one before, is a plan for it."""
        if standpoint is None or (standpoint.year == self.year == standpoint.results):
            return sentence.is_planned
        return standpoint.year <= self.year


def _looks_back(standpoint: Standpoint | None) -> bool:
    """Whether a document speaks of two years by turns, of the one that has ended and of its own."""
    return standpoint is not None and standpoint.results != standpoint.year


def _is_of_edition(standpoint: Standpoint | None, year: int) -> bool:
    """Whether a document is a year's own: what is done for it, as an enrolment, may begin the year before."""
    return standpoint is not None and standpoint.year == year and not _looks_back(standpoint)


def listed_years(found: Set[int]) -> str:
    """The first three years for a reader."""
    return "、".join(f"{year}年" for year in sorted(found)[:3])
