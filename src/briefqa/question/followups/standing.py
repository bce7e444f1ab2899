"""Whether a Chinese question stands alone: whether it names what it is about, apart from what it asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefqa.question.followups.slots import (
    Kind,
    TaggedWord,
    is_content,
    names_a_side,
    parts,
    typed_slots,
    words,
)
from briefqa.question.followups.words import ASKING, LIGHT

_BEFORE_AN_OBJECT = re.compile(r"(?:占|排|居|列|超过?|在|和|与|跟|同|比|对|由|向|给|按|从|对于|针对)$")
_DEFINES = re.compile(r"^(?:什么(?:是|叫)|.{2,20}(?:是|叫)什么(?:意思)?$)")
_QUOTED = re.compile(r"[“《「\"].+[”》」\"]")
_DANGLING = re.compile(r"(?:[\s的又是有都]|一共|总共)+$")
# What may stand before the noun that is asked for: 多少家, 哪些; not 谁 or 怎么.
_DETERMINER = re.compile(r"(?:多少|几|哪.?|哪些|什么).?(?<![年月日天里儿是叫])$")
# After a verb that is part of a subject: 减税降费的目标, 失业了能领多少.
_SAYS_MORE = re.compile(r".{0,2}的|了(?!多少|几|吗|哪|没|什么)")


def is_times(fragment: str) -> bool:
    """Whether a fragment is nothing but times and ordinals, which are no topic: 2019年."""
    return all(slot.kind in (Kind.YEAR, Kind.SEASON, Kind.ORDINAL) for slot in parts(fragment))


def unasked(body: str) -> str:
    """A question without its asking words: 那深圳又是为什么 → 深圳."""
    return _DANGLING.sub("", ASKING.sub("", body, count=1)).strip()


def before_asking(body: str) -> str:
    """What comes before the asking words: 对储能企业 of 对储能企业有哪些."""
    match = ASKING.search(body)
    return _DANGLING.sub("", body[: match.start()]) if match else ""


def only_names(rest: str) -> bool:
    """Whether the rest of a question is names, times and ordinals alone."""
    pieces = parts(rest)
    return bool(pieces) and all(slot.kind is not Kind.NOUN for slot in pieces)


def has_subject(body: str) -> bool:
    """Whether a question names what it is about, apart from the thing that it asks for."""
    if _QUOTED.search(body):
        return True
    said = unasked(body)
    if _DEFINES.match(body) and not is_times(said) and not all(_is_plain(word) for word in words(said)):
        return True
    names = [slot for slot in typed_slots(body) if slot.kind in (Kind.PLACE, Kind.PERSON, Kind.SCOPE)]
    content = [word for word in words(body) if is_content(word)]
    for slot in names:  # 全国 is a subject only with what is asked of it: 全国排名第几 is none
        others = [word for word in content if not slot.start <= word.start < slot.end]
        if not _BEFORE_AN_OBJECT.search(body[: slot.start]) and (slot.kind is not Kind.SCOPE or others[1:]):
            return True
    outside = _outside_asked(body)
    if any(_is_own(word, body) for word in outside):
        return True
    verbs = sum(_is_telling(word) for word in outside)
    if sum(_is_topic(word) for word in content) > 2:  # 有多少同性婚姻夫妻
        return True
    return verbs > 1 or (verbs == 1 and any(_is_topic(word) for word in content))


def _is_telling(word: TaggedWord) -> bool:
    """A verb that says something by itself: 延迟, 退休, not 推进."""
    return (word.tag in ("v", "vn") and word.text not in LIGHT and not _is_plain(word)) or (
        word.tag == "v" and len(word.text) == 1 and word.text not in LIGHT
    )


def _is_topic(word: TaggedWord) -> bool:
    """A noun that can be a topic; 全国 and other scopes are none by themselves."""
    scope = any(slot.kind is Kind.SCOPE for slot in typed_slots(word.text))
    return is_content(word) and not _is_plain(word) and not scope and word.tag[0] in "njli"


def _outside_asked(body: str) -> list[TaggedWord]:
    """The words outside the asking words and the phrase that they ask for (多少家企业, 哪些材料)."""
    spans = [match.span() for match in ASKING.finditer(body)]
    found: list[TaggedWord] = []
    asked_until = -1
    tagged = words(body)
    for at, word in enumerate(tagged):
        if any(start < word.end and word.start < end for start, end in spans):
            asked_until = word.end if _DETERMINER.search(body[: word.end]) else -1
            continue
        if word.start == asked_until and _continues_asked(word, tagged[at + 1 :]):
            asked_until = word.end
            continue
        found.append(word)
    return found


def _continues_asked(word: TaggedWord, after: Sequence[TaggedWord]) -> bool:
    """A noun right after 多少 or 哪些 is what is asked for, when nothing is said of it."""
    if not is_content(word) or word.tag == "v":
        return word.tag == "q"
    return not any(each.tag.startswith("v") and len(each.text) > 1 for each in after[1:])


def _is_own(word: TaggedWord, body: str) -> bool:
    """Whether a word can be a subject: a noun that is no attribute, and no object of 占, 对, ...."""
    if not is_content(word) or _is_plain(word) or _BEFORE_AN_OBJECT.search(body[: word.start]):
        return False
    if any(slot.start < word.end and word.start < slot.end for slot in typed_slots(body)):
        return False
    if word.tag == "vn":
        return word.start == 0 or len(word.text) > 2
    if word.tag == "v" and len(word.text) > 1:  # 减税降费的目标
        return bool(_SAYS_MORE.match(body, word.end))
    return len(word.text) > 1 and not (word.tag[0] in "vdfbqa" or word.tag in ("g", "x"))


def _is_plain(word: TaggedWord) -> bool:
    """Words without a subject of their own: attributes, procedures, particles."""
    return not is_content(word) or names_a_side(word.text) or word.text in ("申报", "缴费")
