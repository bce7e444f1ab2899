"""Whether a sentence speaks of the year that is asked for, and of its plan or its result as asked."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from briefqa.question.conditions import Condition, ConditionKind, Verdict
from briefqa.splitting.views import Surroundings
from briefqa.text.folding import fold
from briefqa.text.quantities import years
from briefqa.text.said import Said
from briefqa.text.timeline import Standpoint


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
        """A document that another one of the index repeals or follows conflicts."""
        newer = where.document.repealed_by or where.document.newest
        return (Verdict.CONFLICT, newer) if newer else (Verdict.CONTEXT, "")


@dataclass(frozen=True, slots=True)
class YearCondition(Condition):
    """A year of the fact that is asked for; `planned`: the question asks for a target of that year."""

    kind = ConditionKind.YEAR
    year: int = 0
    planned: bool = False

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """The sentence's own years go first, then its headings', its passage's, its document's."""
        year, standpoint = self.year, where.standpoint
        named = where.sentence.years(standpoint)
        if year in named:
            return self._plan_or_result(where.sentence, standpoint)
        above = {each for heading in where.headings for each in heading.years(standpoint)}
        if year in above:
            return Verdict.CONTEXT, ""
        nearby = where.passage.years(standpoint)
        if named:
            return Verdict.CONFLICT, _listed(named)
        if year in nearby:
            return Verdict.CONTEXT, ""
        if above:
            return Verdict.CONFLICT, _listed(above)
        return self._by_document(nearby, standpoint)

    def _by_document(self, nearby: Set[int], standpoint: Standpoint | None) -> tuple[Verdict, str]:
        """Neither the sentence nor a heading names a year: the document's year decides."""
        if standpoint is None:
            return (Verdict.CONFLICT, _listed(nearby)) if nearby else (Verdict.ABSENT, "")
        if standpoint.year == self.year:
            return Verdict.CONTEXT, ""
        # A report looks back on the year before: without other years it may speak of that one.
        if standpoint.results == self.year and not nearby:
            return Verdict.ABSENT, _listed({standpoint.year})
        return Verdict.CONFLICT, _listed(nearby or {standpoint.year})

    def _plan_or_result(self, sentence: Said, standpoint: Standpoint | None) -> tuple[Verdict, str]:
        """A sentence about the right year: is it the year's plan or its result, as the question asks?

        What was written before a year can only be a plan for it; how it turned out stands in a later report.
        """
        reference = standpoint.year if standpoint else None
        if self.planned:
            if not sentence.is_planned or (reference is not None and reference > self.year):
                return Verdict.NEARBY, f"{self.text}的结果"
            # An earlier document may look far ahead; the plan for a year is in that year's own.
            return (Verdict.MET if reference in (None, self.year) else Verdict.CONTEXT), ""
        ahead = reference is not None and self.year > reference
        if ahead or (self.year == reference and sentence.is_planned):
            return Verdict.NEARBY, f"{self.text}的目标"
        # While a year lasts nobody knows its result: what a later document says of it goes before.
        return (Verdict.CONTEXT if self.year == reference else Verdict.MET), ""


def _listed(found: Set[int]) -> str:
    return "、".join(f"{year}年" for year in sorted(found)[:3])
