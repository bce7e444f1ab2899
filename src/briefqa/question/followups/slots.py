"""Slots of a Chinese question (times, ordinals, places, persons, noun phrases) and how one is replaced."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from briefqa.question.followups.words import ASKING, ATTRIBUTES, LIGHT, THINGS
from briefqa.text.content import tagged
from briefqa.text.folding import fold
from briefqa.text.names import NameKind, chinese_names


class Kind(StrEnum):
    """What a slot holds; one of a kind is replaced by another of the kind."""

    YEAR = "year"
    SEASON = "season"
    ORDINAL = "ordinal"
    SCOPE = "scope"
    PLACE = "place"
    PERSON = "person"
    NOUN = "noun"


@dataclass(frozen=True, slots=True)
class PhraseSlot:
    """A span of a question that another of its kind may replace."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class TaggedWord:
    """A word of a question with its part-of-speech tag, as it is written."""

    text: str
    tag: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


_NUMBER = r"[一二三四五六七八九十\d]{1,3}"
_YEAR = r"(?:19|20)\d{2}|[二一][〇零九][〇零一二三四五六七八九]{2}"
_PATTERNS = (
    (
        Kind.YEAR,
        re.compile(
            rf"(?:{_YEAR})(?:年)?(?:[-—–~至](?:{_YEAR}))?年?(?:末|底)?|[今去前明]年|本年|[前上]一年|次年|"
            r"[“\"]?十[一二三四五]五[”\"]?(?:时期|期间|末)?"
        ),
    ),
    (Kind.SEASON, re.compile(r"[上下]半年|(?:第?[一二三四1-4]|前[二三])季度|全年|(?:1[0-2]|[1-9])月份?")),
    (
        Kind.ORDINAL,
        re.compile(
            rf"第{_NUMBER}[个条项点章节类种批届次步期]?|最[后前]一[个条项点章节类种批届次步期]|"
            r"[特一二三]等奖|[一二三四]级(?=$|[\u4e00-\u9fff])"
        ),
    ),
    (Kind.SCOPE, re.compile(r"全[国省市区县球](?!人大|统一)|我国|全世界")),
)
_REGIONS = re.compile(
    r"长三角|珠三角|京津冀|粤港澳大湾区|大湾区|长江经济带|成渝|苏南|苏北|苏中|东部|中部|西部|东北(?!角)|成都市|中国|美国|日本|德国"
)
_AREA = re.compile(
    r"(?:[\u4e00-\u9fff]{0,4}(?:工业园区|产业园|新区|片区|开发区|高新区|自贸区|自贸港|示范区|新城|经济圈|港))"
)
_EDGES = re.compile(
    r"^(?:[的由把和与跟、\s]|从(?!业)|对(?!策|象|外|口)|到(?!期)|在(?!建|校|岗)|按(?!揭))+|[的是在\s]+$"
)
_AND = frozenset(("和", "与", "、"))
_CONTENT_TAGS = frozenset("n v a b j l i s g f z t d".split())
BRACKETS = frozenset("“”《》「」\"'")
_NOT_IN_A_RUN = re.compile(r"[，,。；;：:？?！!\s]")


def words(text: str) -> list[TaggedWord]:
    """The tagged words of a text."""
    found, at = [], 0
    for word, tag in tagged(fold(text)):
        found.append(TaggedWord(text[at : at + len(word)], tag, at))
        at += len(word)
    return found


def typed_slots(text: str) -> list[PhraseSlot]:
    """Times, ordinals, scopes, places and persons of a text, in order, none overlapping."""
    found: list[PhraseSlot] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            _add(found, PhraseSlot(kind, match.group(), match.start()))
    for match in _REGIONS.finditer(text):
        _add(found, _place(text, match.start(), match.end()))
    for name in chinese_names(text):
        if name.kind is NameKind.ROMANISED or name.text.endswith(("公司", "企业")):
            continue
        at = fold(text).find(name.text)
        while at >= 0:
            end = at + len(name.text)
            person = name.kind is NameKind.PERSON
            _add(found, PhraseSlot(Kind.PERSON, text[at:end], at) if person else _place(text, at, end))
            at = fold(text).find(name.text, end)
    return sorted(found, key=lambda slot: slot.start)


def _place(text: str, start: int, end: int) -> PhraseSlot:
    """A place with the area in it that belongs to its name: 上海 + 临港新片区."""
    area = _AREA.match(text, end)
    return PhraseSlot(Kind.PLACE, text[start : area.end() if area else end], start)


def _add(found: list[PhraseSlot], slot: PhraseSlot) -> None:
    if all(slot.end <= other.start or other.end <= slot.start for other in found):
        found.append(slot)


def parts(fragment: str) -> list[PhraseSlot]:
    """A fragment as its slots; what is of no other kind is a noun phrase: 2025年的目标."""
    found, at = [], 0
    for slot in [*typed_slots(fragment), PhraseSlot(Kind.NOUN, "", len(fragment))]:
        rest = _EDGES.sub("", fragment[at : slot.start])
        if rest:
            found.append(PhraseSlot(Kind.NOUN, rest, at))
        if found and found[-1].kind is slot.kind and fragment[found[-1].end : slot.start] in _AND:
            found[-1] = PhraseSlot(slot.kind, fragment[found[-1].start : slot.end], found[-1].start)
        elif slot.text:
            found.append(slot)
        at = slot.end
    return found


def runs(question: str) -> list[list[TaggedWord]]:
    """Runs of content words of a question: its noun phrases, cut at 的, verbs, names and asking words."""
    blocked = [(slot.start, slot.end) for slot in typed_slots(question)]
    blocked += [match.span() for match in ASKING.finditer(question)]
    found: list[list[TaggedWord]] = [[]]
    for word in words(question):
        inside = any(start < word.end and word.start < end for start, end in blocked)
        if inside or not is_content(word):
            found.append([])
        elif word.text not in BRACKETS:
            found[-1].append(word)
    return [run for run in found if run]


def is_content(word: TaggedWord) -> bool:
    """Whether a word can be a part of a noun phrase."""
    if word.text in BRACKETS:
        return True
    if word.text in LIGHT or _NOT_IN_A_RUN.search(word.text):
        return False
    if word.tag[0] in "dvat" and len(word.text) == 1 and word.tag != "a":
        return False
    return word.tag[0] in _CONTENT_TAGS or word.tag in ("eng", "zg", "x") or word.tag == "q"


def is_attribute(text: str) -> bool:
    """Whether a phrase only names a side of a thing: 目标, 补贴标准, 具体措施."""
    named = [word for word in words(text) if is_content(word) and word.text not in BRACKETS]
    if not named or not names_a_side(named[-1].text):
        return False
    return len(named) == 1 or named[-1].text not in THINGS


def names_a_side(word: str) -> bool:
    """Whether a word is an attribute, or one with a prefix: 年产值, 总规模."""
    return fold(word) in ATTRIBUTES or (len(word) == 3 and word[1:] in ATTRIBUTES - THINGS)


def put(slot: PhraseSlot, question: str, lead: str = "") -> str:
    """`question` with the slot in the place of the one of its kind; in front where it has none.

    A slot after the preposition `lead` replaces the one after the same preposition.
    """
    slots = typed_slots(question)
    led = [each for each in slots if lead and question[: each.start].endswith(lead)]
    old = _of_kind(slot, led) or _of_kind(slot, slots)
    if old is None:
        return _added(slot, question)
    text = slot.text
    if slot.kind is Kind.YEAR and old.text.endswith("期间") and not text.endswith(("期间", "年")):
        text += "期间"
    if old.text.endswith("年") and text[-1:].isdigit():
        text += "年"
    return question[: old.start] + text + question[old.end :]


def _of_kind(slot: PhraseSlot, slots: list[PhraseSlot]) -> PhraseSlot | None:
    """The slot to replace: of the same kind, else of a kind that may stand in for it."""
    same = [each for each in slots if each.kind is slot.kind]
    if slot.kind is Kind.SCOPE or (slot.kind is Kind.PLACE and not same):
        same += [each for each in slots if each.kind in (Kind.PLACE, Kind.SCOPE) and each not in same]
    if slot.kind is Kind.YEAR:
        return same[-1] if same else None
    return same[0] if same else None


def _added(slot: PhraseSlot, question: str) -> str:
    """A time goes after the year or the place; anything else to the front."""
    if slot.kind is Kind.SEASON:
        for old in typed_slots(question):
            if old.kind is Kind.YEAR:
                return question[: old.end] + slot.text + question[old.end :]
    return slot.text + question
