"""Chinese pronouns and demonstratives (它, 其中, 该园区, 前者) and the phrases that they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from briefqa.question.followups.slots import Kind, TaggedWord, is_content, typed_slots, words
from briefqa.question.followups.subjects import owner, place, subject
from briefqa.question.followups.words import ASKING, CLOSING, LIGHT

_NUMBERED = r"(?:[一二两三四五六七八九十几\d]{1,2}[个家条项类种大座位])?"
_MENTIONED = r"(?:上面|前面|刚才|刚刚|上述|以上|前述|之前)(?:所?(?:说|提|讲|列)到?的?(?:那|这)?|的)?"
_PRONOUN = re.compile(
    r"(?P<part>其中(?:的|，)?|(?:它们|他们|这些|那些|这[一二两三四五六七八九十几\d]{1,2}[个家项条类种])(?:里面?|当中|中|之中)的?)"
    r"|(?P<pair>[前后]者)"
    r"|(?P<there>那里|那儿|当地|这里|该地|那边|这边)"
    r"|(?P<then>届时|到时候?|那时候?)"
    r"|(?P<person>(?<!其)[他她](?:本人)?(?!们))"
    r"|(?P<many>[它他她]们)"
    rf"|(?P<thing>{_MENTIONED}{_NUMBERED}|[这那]些|[这那]一?[个家条项种类座位套次]|[这那]一(?=[\u4e00-\u9fff])|[这那]{_NUMBERED}(?=[\u4e00-\u9fff])|该|此)"
    r"|(?P<it>它|(?<![与尤极])其(?![他它余实次]))"
)
_JOINED = re.compile(r"(?:和|与|跟|及|以及|还是|或者?|、|，)")
_NO_DEMONSTRATIVE = re.compile(r"那么|那[是就要还也有]|这[是就样么时]|此[外前后时处次刻]")
_PLURAL = re.compile(r"些|[二两三四五六七八九十几\d]")
_FIGURES = frozenset("数 数字 数据 数值 比例 比重 目标 指标 成绩 水平 规模 增速 金额 标准".split())
_MEASURED = re.compile(r"占|比|同比|增长|下降|是多少")  # a figure is meant, not its owner
_SHORTEST_REFERENT = 2


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question with its pronoun replaced; `fragment` is its rest where it asks nothing itself."""

    question: str
    fragment: str


def resolve(body: str, earlier: str) -> Resolved | None:
    """The question with its pronoun replaced by what it stands for; None when it has none to replace."""
    found = _pronoun(body)
    if found is None:
        return None
    before, after = body[: found.start()], body[found.end() :]
    referent, after = _referent(found, after, earlier)
    if len(referent) < _SHORTEST_REFERENT:
        return None
    asks = ASKING.search(CLOSING.sub("", after)) or ASKING.search(before)
    fragment = "" if asks else CLOSING.sub("", after).removeprefix("的")
    return Resolved(f"{before}{referent}{after}", fragment)


def _pronoun(body: str) -> re.Match[str] | None:
    """The first pronoun, unless the question names before it what the pronoun may stand for."""
    for found in _PRONOUN.finditer(body):
        if _NO_DEMONSTRATIVE.match(body, found.start()) or _is_modal(body, found):
            continue
        if found.end() == len(body) and "，" not in body:  # 为什么要对标它
            return found
        return None if _names_something(body[: found.start()]) else found
    return None


def _is_modal(body: str, found: re.Match[str]) -> bool:
    """该怎么办 and 应该 are no demonstratives: a noun follows 该 and 此."""
    if found.lastgroup == "thing" and found.start() and re.match(_MENTIONED, found.group()):
        return True  # 很久之前
    if found.lastgroup != "thing":
        return False
    after = words(body[found.end() :])
    return not after or not is_content(after[0]) or body[: found.start()].endswith(("应", "如", "因", "就"))


def _names_something(text: str) -> bool:
    if (
        "》" in text
        or "”" in text
        or any(slot.kind in (Kind.PLACE, Kind.PERSON) for slot in typed_slots(text))
    ):
        return True
    return any(is_content(word) and word.tag[0] in "njlsi" and word.text not in LIGHT for word in words(text))


def _referent(found: re.Match[str], after: str, earlier: str) -> tuple[str, str]:
    """What the pronoun stands for, and what of the question comes after it."""
    match found.lastgroup:
        case "part":
            return subject(earlier) + "中", after
        case "pair":
            return _conjunct(earlier, first=found.group() == "前者"), after
        case "there":
            return place(earlier), after
        case "then":
            return subject(earlier) + "时", after
        case "person":
            return _person(earlier), after
        case "many":
            return subject(earlier), after
        case "thing":
            return _named(after, earlier, plural=bool(_PLURAL.search(found.group())))
    if _MEASURED.match(after):
        return subject(earlier), after
    possessive = "的" if found.group() == "其" and not after.startswith("的") else ""
    return owner(earlier) + possessive, after


def _person(earlier: str) -> str:
    """The person of the earlier question, else its first phrase: names that the tagger does not know."""
    persons = [slot.text for slot in typed_slots(earlier) if slot.kind is Kind.PERSON]
    if persons:
        return persons[0]
    kept = subject(earlier)
    verb = next((word for word in words(kept) if word.start and word.tag.startswith("v")), None)
    return kept[: verb.start] if verb else kept


def _conjunct(earlier: str, *, first: bool) -> str:
    """The first or the last of the things that the earlier question joins: 产业链和创新链."""
    kept = subject(earlier)
    joint = _JOINED.search(kept)
    if joint is None:
        return kept
    if first:
        return kept[: joint.start()]
    joint = _JOINED.search(earlier) or joint
    rest = ASKING.split(earlier[joint.end() :], maxsplit=1)[0]
    spans = runs_to_the_first_break(rest)
    return rest[:spans] or rest


def runs_to_the_first_break(text: str) -> int:
    """Where the phrase that opens a text ends: before a verb of saying, an adverb or a preposition."""
    end = 0
    for word in words(text):
        if word.tag in ("p", "d", "c", "u", "r") or word.text in LIGHT or word.text in ("区别", "更", "哪个"):
            break
        end = word.end
    return end


def _named(after: str, earlier: str, *, plural: bool) -> tuple[str, str]:
    """For 这些企业 and 该新区: the phrase of the earlier question with that noun, with its modifiers."""
    kept = subject(earlier)
    noun = _head(after)
    if not noun:
        return kept, after
    rest = after[after.index(noun) + len(noun) :]
    for size in range(len(noun) - 1, 1, -1):  # words that the tagger took for a part of the noun
        if noun not in kept and noun[:size] in kept:
            noun, rest = noun[:size], after[after.index(noun) + size :]
            break
    for size in range(len(noun), 0, -1):
        at = kept.rfind(noun[-size:]) if size > 1 or len(noun) == 1 else -1
        if at >= 0:
            return kept[: at + size] + (
                kept[at + size] if kept[at + size : at + size + 1] in ("”", "》") else ""
            ), rest
    if noun[-1] in "市县省区州镇":
        return place(earlier), rest
    return kept if plural or noun in _FIGURES else owner(earlier), rest


def _head(after: str) -> str:
    """The nouns that a text opens with: 企业 of 企业主要分布在哪些行业."""
    end = 0
    opening: list[TaggedWord] = words(after)
    for word in opening:
        if ASKING.match(after, word.start) or not is_content(word) or (word.tag.startswith("v") and end):
            break
        if word.tag[0] in "bd" and end:
            break
        end = word.end
    return after[:end]
