"""Whether a sentence tells a time at all where the question asks when."""

from __future__ import annotations

import re
from dataclasses import dataclass

from briefqa.question.conditions import Condition, ConditionKind, Surroundings, Verdict
from briefqa.text.content import tagged
from briefqa.text.folding import fold
from briefqa.text.numbering import DIGITS, NUMERALS

_NUMERAL = rf"[\d〇零○{NUMERALS}]"
# A point in time: a year of four figures, a month, a day of one; years or days alone tell how long.
_CALENDAR = re.compile(
    rf"{_NUMERAL}{{4}}\s*[年/.-]|(?:19|20)\d\d(?!\d)|(?<!个){_NUMERAL}\s*月|[之即当次]日|每?周[{NUMERALS}日末]"
)
_DAY = re.compile(rf"(?<!个){_NUMERAL}\s*月|\d{{4}}[/.-]\d|[之即当次]日")
_ASKS_DAY = re.compile(r"[天日号月]")
_RELATIVE = re.compile(rf"{_NUMERAL}\s*个?(?:年|月|天|日|周|小时|工作日|季度)|[后前时内起止末底期]")


@dataclass(frozen=True, slots=True)
class TimeCondition(Condition):
    """The question asks when; `on_calendar`: for a date that documents print, so that a term is no answer."""

    kind = ConditionKind.TIME
    on_calendar: bool = False

    @property
    def _point(self) -> re.Pattern[str]:
        """What the words that ask want: of a day at least its month, else a year will do."""
        return _DAY if _ASKS_DAY.search(self.text) else _CALENDAR

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """A point in time meets it; a term, or before and after, is CONTEXT where that may answer."""
        if self._tells_point(where.sentence):
            return Verdict.MET, ""
        if not self.on_calendar and _RELATIVE.search(where.sentence.translate(DIGITS)):
            return Verdict.CONTEXT, ""
        nearby = not self.on_calendar and self._tells_point(where.passage)
        return (Verdict.NEARBY if nearby else Verdict.ABSENT), ""

    def _tells_point(self, text: str) -> bool:
        folded = fold(text)
        return self._point.search(folded) is not None or any(tag == "t" for _, tag in tagged(folded))
