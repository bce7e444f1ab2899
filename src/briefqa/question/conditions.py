"""What a question insists on, and whether a sentence keeps to it: years, numbers, places, persons, bodies.

Similarity cannot tell 无锡 from 苏州 or 2030 from 2026: near misses score as high as true
questions. So each year, number and name of the question is looked up in the sentence that
would be quoted and in what surrounds it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum

from briefqa.reading.document import Document
from briefqa.text.folding import fold
from briefqa.text.names import Name, NameKind, chinese_names, contains, romanised_names
from briefqa.text.quantities import YEAR, Quantity, quantities, years
from briefqa.text.timeline import explicit_years, is_planned


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
    DOCUMENT_YEAR = "document_year"  # 2019年政府工作报告: the year of the document, not of a fact
    NUMBER = "number"
    PLACE = "place"
    PERSON = "person"
    BODY = "body"
    FIGURE = "figure"  # the question asks how many or how much: a number must be there


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that the question insists on; `text` as the question writes it.

    `joined`: the question names several of its kind in a row (苏州和昆山).
    """

    kind: ConditionKind
    text: str
    year: int = 0
    planned: bool = False  # the question asks for a target of that year
    quantity: Quantity | None = None
    name: Name | None = None
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """A condition held against a sentence; `instead` is what the sentence has in its place."""

    kind: ConditionKind
    text: str
    verdict: Verdict
    instead: str = ""
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sentence stands: what its conditions are checked against."""

    sentence: str
    passage: str
    headings: tuple[str, ...]
    document: Document


_DOCUMENT_YEAR = re.compile(
    r"((?:19|20)\d{2})年?(?:度)?(?:的|中华人民共和国|国务院|中央|全国|省|市|两会)*(?:政府)?(?:工作报告|报告|白皮书|公报|年报|年鉴|简报)"
    r"|((?:19|20)\d{2})\s+(?:government\s+)?(?:work\s+)?report|report\s+(?:of|for|from)\s+((?:19|20)\d{2})"
)
_ASKS_FIGURE = re.compile(
    r"(?:多少|[百千]分之几)[家个人名户项条次份元亩吨倍所座种只篇首部岁天年月日万亿公里米]?|"
    r"[有是到约为达]多[大高长远]|多[大高长远](?=时间|[？?。]?$)|比例(?:是|为)?[？?]?$|"
    r"(?<![哪第近这那前后来去十数好])几(?!乎|何|经|度|[种类项条大]|个?方面|期)"
    r"[十百千万]*[家个人名户次份元亩吨倍所座岁天年万亿公里米]|"
    r"\bhow (?:many|much)\b|\bwhat (?:percentage|share|proportion|number)\b|"
    r"\bwhat (?:was|is|were|are) the [\w\s'-]{0,60}?"
    r"\b(?:rate|ratio|output|number|amount|percentage|deficit)\b"
)
# 苏州和昆山, 2018年、2019年: one of them may be answered in one place and the other in another.
_JOINED = re.compile(r"[\s年市县区省]*(?:和|与|及|以及|跟|同|或|、|,|，|and|or)\s*")
_NAME_KINDS = {
    NameKind.PLACE: ConditionKind.PLACE,
    NameKind.PERSON: ConditionKind.PERSON,
    NameKind.BODY: ConditionKind.BODY,
    NameKind.ROMANISED: ConditionKind.PLACE,
}


def conditions(question: str) -> tuple[Condition, ...]:
    """Everything the question insists on, in the order years, numbers, names."""
    folded = fold(question)
    of_document = {int(next(filter(None, match))) for match in _DOCUMENT_YEAR.findall(folded)}
    found = [
        Condition(
            ConditionKind.DOCUMENT_YEAR if year in of_document else ConditionKind.YEAR,
            f"{year}年",
            year=year,
            planned=is_planned(question),
        )
        for year in sorted(years(folded))
    ]
    found += [
        Condition(ConditionKind.NUMBER, question[each.start : each.end], quantity=each)
        for each in quantities(folded)
        if _insists(each, folded)
    ]
    if asked := _ASKS_FIGURE.search(folded):
        found.append(Condition(ConditionKind.FIGURE, question[asked.start() : asked.end()]))
    names = chinese_names(question) + romanised_names(question)
    found += [Condition(_NAME_KINDS[name.kind], name.text, name=name) for name in names]
    return tuple(replace(each, joined=_is_joined(each, found, folded)) for each in found)


def _is_joined(condition: Condition, conditions: Sequence[Condition], folded: str) -> bool:
    """Whether another condition of its kind stands beside it with nothing but 和, 、 or the like between."""
    own = re.escape(fold(condition.text).removesuffix("年"))
    others = [
        re.escape(fold(each.text).removesuffix("年"))
        for each in conditions
        if each.kind is condition.kind and each.text != condition.text
    ]
    return any(
        re.search(f"{first}{_JOINED.pattern}{second}", folded)
        for other in others
        for first, second in ((own, other), (other, own))
    )


def rules_out(checks: Sequence[Check]) -> bool:
    """Whether a failed condition rules a sentence out as an answer.

    Of conditions named in a row it is enough that one is met: the others want another sentence.
    """
    met = {each.kind for each in checks if each.joined and each.verdict in (Verdict.MET, Verdict.CONTEXT)}
    return any(breaks(each) and not (each.joined and each.kind in met) for each in checks)


def breaks(check: Check) -> bool:
    """Whether a condition that must hold has failed, however similar the sentence is.

    Another year, another place, or no figure where one is asked for; on the development sets this
    holds for about 2 % of the sentences that do answer. Other conditions lower the confidence.
    """
    if check.kind is ConditionKind.FIGURE:
        return check.verdict is not Verdict.MET
    if check.kind is ConditionKind.PLACE:
        return check.verdict in (Verdict.CONFLICT, Verdict.ABSENT)
    years = (ConditionKind.YEAR, ConditionKind.DOCUMENT_YEAR)
    return check.kind in years and check.verdict is Verdict.CONFLICT


def check(condition: Condition, place: Place) -> Check:
    """Hold one condition against a sentence and its surroundings."""
    if condition.name is not None:
        verdict, instead = _check_name(condition.name, place)
    elif condition.quantity is not None:
        verdict, instead = _check_number(condition.quantity, place)
    elif condition.kind is ConditionKind.FIGURE:
        verdict, instead = _check_figure(condition.text, place), ""
    elif condition.kind is ConditionKind.DOCUMENT_YEAR:
        verdict, instead = _check_document_year(condition.year, place.document)
    else:
        verdict, instead = _check_year(condition, place)
    return Check(condition.kind, condition.text, verdict, instead, condition.joined)


def _insists(quantity: Quantity, folded: str) -> bool:
    """Years are conditions of their own; 第3 names a place in a list; 一座 is an article."""
    if quantity.value == 1 and folded[quantity.start] == "一":
        return False
    if quantity.unit == YEAR or (not quantity.unit and 1900 <= quantity.value < 2100):
        return False
    return not folded[: quantity.start].endswith("第")


def _check_document_year(year: int, document: Document) -> tuple[Verdict, str]:
    of_document = document.year
    if of_document == year or year in years(fold(document.title)):
        return Verdict.MET, ""
    return (Verdict.CONFLICT, f"{of_document}年") if of_document else (Verdict.ABSENT, "")


def _check_year(condition: Condition, place: Place) -> tuple[Verdict, str]:
    year = condition.year
    reference = place.document.year
    named = explicit_years(place.sentence, reference)
    if year in named:
        return _plan_or_result(condition, place.sentence, reference)
    above = {each for heading in place.headings for each in explicit_years(heading, reference)}
    if year in above:
        return Verdict.CONTEXT, ""
    nearby = explicit_years(place.passage, reference)
    if named:
        return Verdict.NEARBY if year in nearby else Verdict.CONFLICT, _year_list(named)
    if year in nearby:
        return Verdict.CONTEXT, ""
    if above:
        return Verdict.CONFLICT, _year_list(above)
    if reference == year:
        return Verdict.CONTEXT, ""
    # A report looks back on the year before: without other years it may speak of that one.
    if reference is not None and reference - 1 == year and not nearby:
        return Verdict.ABSENT, _year_list({reference})
    instead = nearby or ({reference} if reference else set())
    return (Verdict.CONFLICT, _year_list(instead)) if instead else (Verdict.ABSENT, "")


def _plan_or_result(condition: Condition, sentence: str, reference: int | None) -> tuple[Verdict, str]:
    """A sentence about the right year: is it the year's plan or its result, as the question asks?

    What was written before a year can only be a plan for it; how it turned out stands in a later report.
    """
    year = condition.year
    if condition.planned:
        if not is_planned(sentence) or (reference is not None and reference > year):
            return Verdict.NEARBY, f"{condition.text}的结果"
        # An earlier document may look far ahead; the plan for a year is in that year's own.
        return (Verdict.MET if reference in (None, year) else Verdict.CONTEXT), ""
    if reference is not None and (year > reference or (year == reference and is_planned(sentence))):
        return Verdict.NEARBY, f"{condition.text}的目标"
    # While a year lasts nobody knows its result: what a later document says of it goes before.
    return (Verdict.CONTEXT if year == reference else Verdict.MET), ""


def _check_number(wanted: Quantity, place: Place) -> tuple[Verdict, str]:
    found = quantities(fold(place.sentence))
    if any(_same(wanted, each) for each in found):
        return Verdict.MET, ""
    others = [each for each in found if each.unit == wanted.unit and wanted.unit]
    instead = place.sentence[others[0].start : others[0].end] if others else ""
    if any(_same(wanted, each) for each in quantities(fold(place.passage))):
        return (Verdict.NEARBY if others else Verdict.CONTEXT), instead
    return (Verdict.CONFLICT if others else Verdict.ABSENT), instead


def _check_figure(asked: str, place: Place) -> Verdict:
    if _has_figure(asked, place.sentence):
        return Verdict.MET
    return Verdict.NEARBY if _has_figure(asked, place.passage) else Verdict.ABSENT


def _has_figure(asked: str, text: str) -> bool:
    """A number that can be a count or an amount: no year; 三个 only where things are counted."""
    asked, folded = fold(asked), fold(text)
    counting = "个" in asked or asked.isascii() or asked in ("多少", "多大")
    return any(
        not (each.unit == YEAR and 1900 <= each.value < 2100)
        and (folded[each.start].isdigit() or each.unit != "个" or counting)
        for each in quantities(folded)
    )


def _same(one: Quantity, other: Quantity) -> bool:
    """Equal values; the units may differ where one of them is not told (10 个 = 10大)."""
    return abs(one.value - other.value) <= 1e-9 * max(abs(one.value), 1.0)


def _check_name(name: Name, place: Place) -> tuple[Verdict, str]:
    if contains(place.sentence, name):
        return Verdict.MET, ""
    if any(contains(text, name) for text in (*_about(place.document), *place.headings)):
        return Verdict.CONTEXT, ""
    others = [
        each.text
        for each in chinese_names(place.sentence)
        if each.kind is name.kind or name.kind is NameKind.ROMANISED
    ]
    instead = "、".join(others[:2])
    if contains(place.passage, name):
        return (Verdict.NEARBY if others else Verdict.CONTEXT), instead
    return (Verdict.CONFLICT if others else Verdict.ABSENT), instead


def _about(document: Document) -> tuple[str, ...]:
    """What a document says of itself: a place in its title or file name holds for all of its text."""
    return (document.title, document.id, *document.metadata.values())


def _year_list(found: Set[int]) -> str:
    return "、".join(f"{year}年" for year in sorted(found)[:3])
