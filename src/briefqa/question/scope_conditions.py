"""Whether a sentence speaks of the whole country where the question does, or of one place in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from briefqa.question.conditions import Condition, ConditionKind, Verdict
from briefqa.splitting.views import Surroundings
from briefqa.text.names import NameKind, chinese_names

WHOLE_COUNTRY = re.compile(r"全国|我国|\bnationwide\b|\bchina's\b|\b(?:in|of|across) china\b")


@dataclass(frozen=True, slots=True)
class CountryCondition(Condition):
    """The question asks about the whole country and names no place in it."""

    kind = ConditionKind.PLACE

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """What stands in a document on one place is about that place, unless it says otherwise."""
        if WHOLE_COUNTRY.search(where.named.folded):
            return Verdict.MET, ""
        places = [each.text for each in chinese_names(where.document.title) if each.kind is NameKind.PLACE]
        if not places or WHOLE_COUNTRY.search(where.passage.folded):
            return Verdict.CONTEXT, ""
        return Verdict.CONFLICT, places[0]
