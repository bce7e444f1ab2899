"""Whether a sentence speaks of the year that is asked for, and of its plan or its result as asked."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from briefqa.question.conditions import Condition, ConditionKind, Surroundings, Verdict
from briefqa.text.folding import fold
from briefqa.text.quantities import years
from briefqa.text.timeline import explicit_years, is_planned


@dataclass(frozen=True, slots=True)
class DocumentYearCondition(Condition):
    """2019年政府工作报告: the year of the document that is asked about."""

    kind = ConditionKind.DOCUMENT_YEAR
    year: int = 0

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """Met by the document's own year or one that its title names."""
        issued = where.document.year
        if issued == self.year or self.year in years(fold(where.document.title)):
            return Verdict.MET, ""
        return (Verdict.CONFLICT, f"{issued}年") if issued else (Verdict.ABSENT, "")


@dataclass(frozen=True, slots=True)
class YearCondition(Condition):
    """A year of the fact that is asked for; `planned`: the question asks for a target of that year."""

    kind = ConditionKind.YEAR
    year: int = 0
    planned: bool = False

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """The sentence's own years go first, then its headings', its passage's, its document's."""
        year, reference = self.year, where.document.year
        named = explicit_years(where.sentence, reference)
        if year in named:
            return self._plan_or_result(where.sentence, reference)
        above = {each for heading in where.headings for each in explicit_years(heading, reference)}
        if year in above:
            return Verdict.CONTEXT, ""
        nearby = explicit_years(where.passage, reference)
        if named:
            return Verdict.NEARBY if year in nearby else Verdict.CONFLICT, _listed(named)
        if year in nearby:
            return Verdict.CONTEXT, ""
        if above:
            return Verdict.CONFLICT, _listed(above)
        return self._by_document(nearby, reference)

    def _by_document(self, nearby: Set[int], reference: int | None) -> tuple[Verdict, str]:
        """Neither the sentence nor a heading names a year: the document's year decides."""
        if reference == self.year:
            return Verdict.CONTEXT, ""
        # A report looks back on the year before: without other years it may speak of that one.
        if reference is not None and reference - 1 == self.year and not nearby:
            return Verdict.ABSENT, _listed({reference})
        instead = nearby or ({reference} if reference else set())
        return (Verdict.CONFLICT, _listed(instead)) if instead else (Verdict.ABSENT, "")

    def _plan_or_result(self, sentence: str, reference: int | None) -> tuple[Verdict, str]:
        """A sentence about the right year: is it the year's plan or its result, as the question asks?

        What was written before a year can only be a plan for it; how it turned out stands in a later report.
        """
        if self.planned:
            if not is_planned(sentence) or (reference is not None and reference > self.year):
                return Verdict.NEARBY, f"{self.text}的结果"
            # An earlier document may look far ahead; the plan for a year is in that year's own.
            return (Verdict.MET if reference in (None, self.year) else Verdict.CONTEXT), ""
        ahead = reference is not None and self.year > reference
        if ahead or (self.year == reference and is_planned(sentence)):
            return Verdict.NEARBY, f"{self.text}的目标"
        # While a year lasts nobody knows its result: what a later document says of it goes before.
        return (Verdict.CONTEXT if self.year == reference else Verdict.MET), ""


def _listed(found: Set[int]) -> str:
    return "、".join(f"{year}年" for year in sorted(found)[:3])
