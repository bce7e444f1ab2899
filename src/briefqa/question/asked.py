"""What a question asks for (a figure with its unit, a time, a person, a list, …) and by which words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from briefqa.question.slots import Slot, SlotKind
from briefqa.text.content import tagged
from briefqa.text.folding import fold, is_english
from briefqa.text.lexicon import any_of
from briefqa.text.quantities import MEASURE, MULTIPLES, is_of_time, unit_of


class AskedKind(StrEnum):
    """The kind of thing that answers."""

    FIGURE = "figure"  # how many, how much, which share
    TIME = "time"
    PLACE = "place"
    PERSON = "person"
    BODY = "body"
    LIST = "list"
    DEFINITION = "definition"
    MANNER = "manner"  # how, why
    YES_NO = "yes_no"
    ARTICLE = "article"  # its text
    THING = "thing"  # what, which
    NONE = "none"  # key words only


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, the words that ask (`text`), and of a figure its unit, "" where none is told.

    `of_time`: the figure is how long something lasts, in whatever unit.
    """

    kind: AskedKind
    text: str
    unit: str = ""
    of_time: bool = False


# After what asks for a figure: how many tons asks for tons.
_UNIT = re.compile(rf"[{MULTIPLES}]*(?P<unit>{MEASURE})?")
_LASTS = re.compile("多(?:久|长时间)|how long")
# With these beside it the word asks nothing (nearly) or names a document (which issue).
_NO_FIGURE = re.compile(r"(?<=[第十好这那前后近])几|几(?=[乎何经度])")
_PERCENT = "百分之"
_CHINESE = tuple(
    (kind, re.compile(any_of(f"asking.{kind.value}")))
    for kind in (
        AskedKind.BODY,
        AskedKind.TIME,
        AskedKind.PLACE,
        AskedKind.PERSON,
        AskedKind.DEFINITION,
        AskedKind.LIST,
        AskedKind.FIGURE,
        AskedKind.MANNER,
        AskedKind.THING,
        AskedKind.YES_NO,
    )
)
_BODIES = r"(?:organi[sz]ations?|bod(?:y|ies)|institut\w+|agenc\w+|departments?|offices?|authorit\w+|company)"
_ENGLISH = (
    (
        AskedKind.FIGURE,
        re.compile(
            r"\bhow (?:many|much|long|large|big|high|far|fast)\b"
            r"|\bwhat (?:percentage|share|proportion|number|amount)\b"
            r"|\bwhat (?:was|is|were|are) the [\w\s'-]{0,60}?"
            r"\b(?:rate|ratio|output|number|amount|percentage|deficit|total)\b"
        ),
    ),
    (AskedKind.TIME, re.compile(r"\bwhen\b|\b(?:what|which) (?:date|day|month|year)\b")),
    (AskedKind.PLACE, re.compile(r"\bwhere\b")),
    (AskedKind.BODY, re.compile(rf"\b(?:what|which) {_BODIES}")),
    (AskedKind.PERSON, re.compile(r"\bwho(?:m|se)?\b")),
    (AskedKind.DEFINITION, re.compile(r"\bwhat (?:is|are) (?:an? |the )?[\w\s'-]{1,40}\?|\bdefin|\bmean")),
    (AskedKind.LIST, re.compile(r"\b(?:which|what (?:(?:\w+ )?\w+s )?are|list)\b")),
    (AskedKind.MANNER, re.compile(r"\bhow\b|\bwhy\b")),
    (AskedKind.THING, re.compile(r"\bwhat\b")),
    (
        AskedKind.YES_NO,
        re.compile(r"^\s*(?:is|are|was|were|do|does|did|has|have|can|may|must|should)\b"),
    ),
)


def read_asked(question: str, slots: tuple[Slot, ...]) -> Asked:
    """What the question asks for: the first kind, in the order of the tables, whose words it has."""
    folded = fold(question)
    chinese = not is_english(question)
    starts = _word_starts(folded) if chinese else set()
    for kind, pattern in _CHINESE if chinese else _ENGLISH:
        match = pattern.search(_NO_FIGURE.sub("\n", folded) if kind is AskedKind.FIGURE else folded)
        if match is None or (chinese and match.start() not in starts):  # two words are no asking word
            continue
        if kind is AskedKind.FIGURE:
            return _figure(question, folded, match)
        return Asked(_of_article(kind, slots), question[slice(*match.span())])
    return Asked(_of_article(AskedKind.NONE, slots), "")


def _word_starts(folded: str) -> set[int]:
    ends = accumulate(len(word) for word, _ in tagged(folded))
    return {0, *ends}


def _figure(question: str, folded: str, match: re.Match[str]) -> Asked:
    if match.group().startswith(_PERCENT) or folded.endswith(_PERCENT, 0, match.start()):
        return Asked(AskedKind.FIGURE, question[slice(*match.span())], "%")
    after = _UNIT.match(folded, match.end())
    end = after.end() if after else match.end()
    unit = unit_of(after.group("unit")) if after else ""
    of_time = is_of_time(unit) or _LASTS.match(folded, match.start()) is not None
    return Asked(AskedKind.FIGURE, question[match.start() : end], "" if unit == "个" else unit, of_time)


def _of_article(kind: AskedKind, slots: tuple[Slot, ...]) -> AskedKind:
    """What an article says asks for it; who is responsible by an article, for the person."""
    names_article = any(slot.kind is SlotKind.ARTICLE for slot in slots)
    open_kinds = (AskedKind.THING, AskedKind.NONE, AskedKind.MANNER)
    return AskedKind.ARTICLE if names_article and kind in open_kinds else kind
