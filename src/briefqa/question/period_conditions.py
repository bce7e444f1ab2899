"""A part of a year that a figure is asked for: half a year's is not the year's, nor the other half's."""

from __future__ import annotations

from dataclasses import dataclass

from briefqa.question.conditions import Condition, ConditionKind, Verdict
from briefqa.splitting.views import Surroundings
from briefqa.text.folding import fold
from briefqa.text.periods import PART_OF_YEAR, Months, parts_of_year

_BETWEEN = "|"  # of headers: a day may stand behind a month and white space


@dataclass(frozen=True, slots=True)
class PeriodCondition(Condition):
    """The months that a question for a figure names."""

    kind = ConditionKind.PERIOD
    months: Months = (1, 12)

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """What the sentence names decides, else its headings, else the title; else nothing is known.

        A figure that holds from one month to another holds in each of them; one that counts from the
        first month of a year on is that of its last month alone. A row has figures of all its columns.
        """
        told = [where.sentence.folded, *(each.folded for each in reversed(where.headings))]
        if where.is_row:
            told = [_BETWEEN.join(told)]
        for text in (*told, fold(where.document.title)):
            if match := PART_OF_YEAR.search(text):
                met = any(map(self._tells, parts_of_year(text)))
                return (Verdict.MET, "") if met else (Verdict.CONFLICT, match.group())
        return Verdict.CONTEXT, ""

    def _tells(self, other: Months) -> bool:
        low, high = self.months
        return other == self.months or (1 < other[0] <= low and high <= other[1])
