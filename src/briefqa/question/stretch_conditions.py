"""Whether a sentence speaks of the stretch of years that is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from briefqa.question.conditions import ConditionKind, Verdict
from briefqa.question.year_conditions import YearCondition, listed_years
from briefqa.splitting.views import Surroundings
from briefqa.text.folding import fold
from briefqa.text.stretches import YearStretch, told_stretches, year_stretches


@dataclass(frozen=True, slots=True)
class StretchOfYearsCondition(YearCondition):
    """A stretch of years, by one of its ends or, of a five-year plan, by its last year.

    `by_name`: a plan's, which a sentence need not tell in years.
    """

    kind = ConditionKind.YEAR
    stretch: YearStretch = (0, 0)
    by_name: bool = False

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """What the sentence names decides, else its headings, else the title; else the years."""
        told = [where.sentence.folded]
        if not where.sentence.years(where.standpoint) and not where.is_row:
            told += [*(each.folded for each in reversed(where.headings)), fold(where.document.title)]
        for text in told:
            if stretches := {stretch for stretch, _, _ in year_stretches(text)}:
                met = Verdict.MET if text == told[0] else Verdict.CONTEXT
                return (met, "") if self.stretch in stretches else (Verdict.CONFLICT, told_stretches(text))
        return self._by_years(where) if self.by_name else super(StretchOfYearsCondition, self).verdict(where)

    def _by_years(self, where: Surroundings) -> tuple[Verdict, str]:
        """One year of the stretch tells of a part; a document of its time may mean it without a word."""
        first, last = self.stretch
        named = where.sentence.years(where.standpoint)
        if {first, last} <= named:
            return Verdict.MET, ""
        if named:
            inside = any(first <= year <= last for year in named)
            return (Verdict.NEARBY if inside else Verdict.CONFLICT), listed_years({min(named)})
        standpoint = where.standpoint
        of_time = standpoint is None or first - 1 <= standpoint.year <= last + 1
        return (Verdict.CONTEXT if of_time else Verdict.ABSENT), ""
