"""The subject of a Chinese question: what is left of it without its asking words."""

from __future__ import annotations

import re
from itertools import takewhile

from briefqa.question.followups.slots import Kind, PhraseSlot, is_attribute, runs, typed_slots, words
from briefqa.question.followups.words import ASKING, ATTRIBUTES, OPENING, SCHEME_FACTS, SENTENCE_END, THINGS

_DANGLING = re.compile(r"(?:又是|讲的是|[的是有为在到达]|(?<![重主需])要)+$")
_QUOTED = re.compile(r"[”》]")
_LEADING = re.compile(r"^(?:[是有为要都将会]|列出|介绍|说说)+(?!效|益|素|点)")


def subject(question: str) -> str:
    """A question without its asking words: 苏州有多少家灯塔工厂？ → 苏州灯塔工厂."""
    kept = ASKING.sub("", OPENING.sub("", SENTENCE_END.sub("", question)))
    kept = _DANGLING.sub("", kept.strip())
    return _LEADING.sub("", kept) or SENTENCE_END.sub("", question)


def without_attribute(kept: str) -> str:
    """A subject without the attribute that was asked: 专精特新企业的认定条件 → 专精特新企业的."""
    owner, of, asked = kept.rpartition("的")
    if of and owner and (is_attribute(asked) or _is_name(owner)) and len(asked) <= 10:
        return owner + of
    last = words(kept)[-1] if kept else None
    if last and last.text.lower() in ATTRIBUTES and last.start > 0:
        return kept[: last.start]
    return kept


def without_scheme_fact(kept: str, body: str) -> str:
    """Where another fact of a scheme is asked (需要哪些材料), the one asked before goes."""
    asked_now = any(word.text in SCHEME_FACTS for word in words(body))
    last = words(kept)[-1].text if kept else ""
    return without_attribute(kept) if asked_now and last in SCHEME_FACTS else kept


def owner(question: str) -> str:
    """What 它 stands for: a name that the question is about, else its whole subject without times."""
    kept = subject(question)
    if quoted := _QUOTED.search(kept):
        return kept[: quoted.end()]
    before, of, asked = kept.partition("的")
    if of and before and (_is_name(before) or is_attribute(asked)):
        return _without_times(before)
    names = [slot for slot in typed_slots(question) if slot.kind is Kind.PLACE]
    if names and not SENTENCE_END.sub("", question[: names[0].start]):
        return _extended(question, names[0])
    return without_attribute(_without_times(kept)).removesuffix("的") or kept


def _extended(question: str, name: PhraseSlot) -> str:
    """A name with the nouns that follow it at once: 长三角G60科创走廊; without an attribute at the end."""
    text = name.text
    for run in runs(question):
        if run[0].start == name.end:
            nouns = list(takewhile(lambda word: not word.tag.startswith("v") or word.tag == "vn", run))
            while nouns and nouns[-1].text.lower() in ATTRIBUTES - THINGS:
                nouns.pop()
            text = question[name.start : nouns[-1].end] if nouns else text
    return text


def place(question: str) -> str:
    """The place that a question is about, with the area that belongs to it; its owner without one."""
    for slot in typed_slots(question):
        if slot.kind is Kind.PLACE:
            before, of, _ = question[slot.end :].partition("的")
            return slot.text + before if of and len(before) <= 8 else slot.text
    return owner(question)


def _is_name(text: str) -> bool:
    """Whether a phrase opens with a place or a person: 广州南沙自贸片区."""
    slots = [slot for slot in typed_slots(text) if slot.kind in (Kind.PLACE, Kind.PERSON)]
    return bool(slots) and slots[0].start == 0 and len(text) - slots[-1].end <= 6


def _without_times(text: str) -> str:
    for slot in reversed(typed_slots(text)):
        if slot.kind in (Kind.YEAR, Kind.SEASON):
            text = text[: slot.start] + text[slot.end :]
    return re.sub(r"^的|(?<=[^的])[在到]$", "", text)
