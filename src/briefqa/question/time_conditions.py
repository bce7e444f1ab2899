"""Whether a sentence tells a time at all where the question asks when."""

from __future__ import annotations

import re
from dataclasses import dataclass

from briefqa.question.conditions import Condition, ConditionKind, Verdict
from briefqa.splitting.views import Surroundings
from briefqa.text.said import Said

_ASKS_DAY = re.compile(r"[天日号月]")


@dataclass(frozen=True, slots=True)
class TimeCondition(Condition):
    """The question asks when; `on_calendar`: for a date that documents print, so that a term is no answer."""

    kind = ConditionKind.TIME
    on_calendar: bool = False

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """A point in time meets it; a term, or before and after, is CONTEXT where that may answer."""
        if self._tells_point(where.sentence):
            return Verdict.MET, ""
        if not self.on_calendar and where.sentence.tells_term:
            return Verdict.CONTEXT, ""
        nearby = not self.on_calendar and self._tells_point(where.passage)
        return (Verdict.NEARBY if nearby else Verdict.ABSENT), ""

    def _tells_point(self, said: Said) -> bool:
        """What the words that ask want: of a day at least its month, else a year will do."""
        return said.tells_day if _ASKS_DAY.search(self.text) else said.tells_year
