"""Chinese follow-ups: whether a question leans on the ones before it, and what it means by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from briefqa.question.followups.likeness import Embed, is_general
from briefqa.question.followups.of_documents import of_document
from briefqa.question.followups.phrases import QUOTED, Part, Role, read_parts
from briefqa.question.followups.pronouns import Pronoun, free_pronoun, resolved
from briefqa.question.followups.replacing import as_asked, put, replaceable, swapped
from briefqa.question.followups.topics import (
    agent,
    asked_part,
    bare,
    named_topic,
    subject,
    wanted_part,
)
from briefqa.question.slots import SlotKind
from briefqa.text.lexicon import any_of

_OPENING = re.compile(rf"(?:{any_of('followups.opening')})[，,、\s]*")
_CLOSING = re.compile(rf"(?:{any_of('followups.closing')})+$")
_MORE = re.compile(rf"(?:{any_of('followups.more')}|[的吗呢有])+")
_REQUEST = re.compile(any_of("followups.request"))
_DEFINES = re.compile(rf"^(?:什么[是叫])|(?:{any_of('asking.definition')}|是啥意思)$")
_AGAIN = re.compile(r"又|也|呢$")
_WIDE = (SlotKind.YEAR, SlotKind.SCOPE)
_PROGRAM = re.compile(r"[你您]")
_ALSO = re.compile(r"也(?P<rest>.*)$")
_LEAD = re.compile(r"\S{1,3}?[，,]\s*")
_MOST_OPENINGS = 4
_LONGEST_FRAGMENT = 24  # characters; a longer one says what it is about
_LONG_TOPIC = 4  # characters of nouns that are a topic; a shorter one may be a side of one
_SHORT_LEAD = 6  # characters of: no, what I meant is …
_SIDE = 2  # characters of a word that may be a side of a thing: its goal
_LONG_CONTENT = 5  # characters of all words that say something


def complete_chinese(question: str, asked: Sequence[str], embed: Embed) -> str | None:
    """What a follow-up means by itself; None when the question stands alone.

    Args:
        question: the latest question, in simplified characters.
        asked: the complete questions before it, oldest first; at least one.
        embed: vectors of words, see `Embed`.
    """
    whole = bare(question)
    body = _without_opening(whole)
    opened = body != whole
    earlier = asked[-1]
    if not body or _MORE.fullmatch(whole):
        return f"{subject(earlier)}还有哪些？"
    pronoun = free_pronoun(body)
    if _PROGRAM.search(body) or _repeats(body, earlier):
        return None
    told = of_document(body, pronoun, earlier)
    if told is not None:
        return told or None
    if pronoun:
        return _with_referent(body, pronoun, asked, embed)
    parts = read_parts(body)
    fragment = _without_also(_CLOSING.sub("", body))
    if (
        _REQUEST.search(body)
        and not any(part.role is Role.SLOT for part in parts)
        and _letters(parts) < _LONG_TOPIC
    ):
        return f"{subject(earlier)}{body}"
    if any(part.role is Role.ASK for part in read_parts(fragment)):
        return _asking(body, parts, asked, embed)
    if _compares(read_parts(fragment)):
        return f"{subject(earlier)}{fragment}怎么样？"
    marked = opened or fragment != body or _only_slots(fragment, earlier)
    if marked and len(fragment) <= _LONGEST_FRAGMENT and read_parts(fragment):
        return swapped(fragment, earlier, embed, modifies=fragment.endswith("的"))
    return None


def _without_opening(whole: str) -> str:
    """A question without what only leads to it; those firms and there are no such words."""
    body = whole
    for _ in range(_MOST_OPENINGS):
        found = _OPENING.match(body) or _lead(body)
        parts = read_parts(body)
        if found is None or (parts[0].end > found.end() and parts[0].role is Role.PRONOUN):
            break
        body = body[found.end() :]
    told = body.rfind("是") + 1  # I meant 2023
    last = read_parts(body[told:])
    only_slots = bool(last) and all(part.role is Role.SLOT or part.text == "的" for part in last)
    return body[told:] if only_slots and told <= _SHORT_LEAD else body


def _without_also(body: str) -> str:
    """What comes before also, where nothing new is named after it: do private firms also?"""
    also = _ALSO.search(body)
    named = also and any(part.role in (Role.SLOT, Role.NOUN, Role.ASK) for part in read_parts(also["rest"]))
    return body[: also.start()] if also and also.start() and not named else body


def _lead(body: str) -> re.Match[str] | None:
    """A few characters before a comma that name nothing."""
    found = _LEAD.match(body)
    named = found and any(part.role in (Role.SLOT, Role.NOUN, Role.ASK) for part in read_parts(found.group()))
    return None if named else found


def _repeats(body: str, earlier: str) -> bool:
    """Whether a question quotes again what the earlier one is about, so that it needs nothing of it."""
    quoted = [part.text[1:-1] for part in read_parts(earlier) if part.tag == QUOTED]
    return any(each in body for each in quoted if len(each) > 1)


def _with_referent(body: str, pronoun: Pronoun, asked: Sequence[str], embed: Embed) -> str:
    """A question with its pronoun replaced; a fragment without what asks is put in the earlier one."""
    earlier = asked[-1]
    fragment = _CLOSING.sub("", body)
    rest = fragment[pronoun.end :]
    if any(part.role is Role.ASK for part in read_parts(rest)) or fragment == body:
        return f"{resolved(body, pronoun, list(asked))}？"
    rest = rest.removeprefix(pronoun.noun).strip("的") or rest
    if any(replaceable(part, earlier) for part in read_parts(rest)):
        return swapped(rest, earlier, embed)
    return resolved(fragment, pronoun, list(asked)) + as_asked(earlier)


def _only_slots(fragment: str, earlier: str) -> bool:
    """Whether a fragment is nothing but slots that the earlier question has others for."""
    parts = [part for part in read_parts(fragment) if part.role is not Role.OTHER]
    return bool(parts) and all(part.role is Role.SLOT and replaceable(part, earlier) for part in parts)


def _asking(body: str, parts: Sequence[Part], asked: Sequence[str], embed: Embed) -> str | None:
    """A question that asks something: of a new part, of the earlier subject, or of its own (None)."""
    dropped = asked_part(parts)
    own = [part for at, part in enumerate(parts) if at not in dropped and part.role is not Role.OTHER]
    frame = _same_asking(parts, asked)
    if frame and own and _stands_for_a_part(own, body):
        return swapped("".join(part.text for part in own), frame, embed)
    if _stands_alone(body, parts, embed):
        return None
    return _with_subject(body, parts, asked[-1])


def _same_asking(parts: Sequence[Part], asked: Sequence[str]) -> str | None:
    """The latest question that asks with the same words."""
    word = next(part.text for part in parts if part.role is Role.ASK)
    return next((each for each in reversed(asked) if word in each), None)


def _stands_for_a_part(own: Sequence[Part], body: str) -> bool:
    """Whether a question says nothing but a name, or a noun phrase of which the same is asked again."""
    if all(part.role is Role.SLOT for part in own):
        return any(part.is_name for part in own)
    nouns = all(part.role in (Role.NOUN, Role.VERB) for part in own)
    of_another = own[0].role is Role.BEFORE and all(part.role in (Role.NOUN, Role.SLOT) for part in own[1:])
    return (nouns and _AGAIN.search(body) is not None) or (
        of_another and own[0].text != "比" and len(own) > 1
    )


def _stands_alone(body: str, parts: Sequence[Part], embed: Embed) -> bool:
    """Whether a question names what it is about, apart from the thing that it asks for."""
    dropped = asked_part(parts) | wanted_part(parts)
    own = [part for at, part in enumerate(parts) if at not in dropped]
    objects = {parts[at + 1].start for at, part in enumerate(parts[:-1]) if part.role is Role.BEFORE}
    names = [part for part in own if part.is_name and part.start not in objects]
    nouns = sum(len(part.text) for part in own if part.role is Role.NOUN and part.start not in objects)
    wide = [part for part in own if part.kind in _WIDE and part.start not in objects]
    if wide and (nouns or wanted_part(parts)):
        return True
    if names or any(part.tag == QUOTED for part in own):
        return True
    if _DEFINES.search(body) or _defines(body, own) or _of_own_subject(parts, embed):
        return True
    nouns = sum(len(part.text) for part in own if part.is_thing and part.start not in objects)
    content = sum(len(part.text) for part in own if part.role in (Role.NOUN, Role.VERB))
    return nouns >= _LONG_TOPIC or content >= _LONG_CONTENT


def _defines(body: str, own: Sequence[Part]) -> bool:
    """What is the river chief system?, but not What is the goal?"""
    own = [part for part in own if part.role is not Role.OTHER]
    of_noun = len(own) == 1 and own[0].role is Role.NOUN and len(own[0].text) > _SIDE
    return body.endswith("是什么") and of_noun


def _of_own_subject(parts: Sequence[Part], embed: Embed) -> bool:
    """Which measures has the reform?: a noun phrase, what asks, and a noun that is asked for of it."""
    opening = list(takewhile(lambda part: part.role is Role.NOUN, parts))
    text = "".join(part.text for part in opening)
    if len(text) <= _SIDE or not any(part.is_thing for part in opening):
        return False
    return len(opening) in asked_part(parts) and bool(wanted_part(parts)) and not is_general(text, embed)


def _compares(parts: Sequence[Part]) -> bool:
    """Whether a fragment compares the earlier figure with another: and with last year?"""
    return (
        len(parts) > 1
        and parts[0].role in (Role.BEFORE, Role.AND)
        and any(part.text == "比" for part in parts)
    )


def _named(earlier: str) -> bool:
    return any(part.is_name for part in read_parts(earlier))


def _letters(parts: Sequence[Part]) -> int:
    return sum(len(part.text) for part in parts if part.role is Role.NOUN)


def _with_subject(body: str, parts: Sequence[Part], earlier: str) -> str:
    """The earlier subject and then what is asked now; its times take the place of the earlier ones."""
    for part in parts:
        if part.kind in (SlotKind.YEAR, SlotKind.PERIOD) and replaceable(part, earlier):
            earlier = put(part, earlier)
            body = body.replace(part.text, "", 1).removeprefix("的")
    parts = read_parts(body)
    if not any(part.role in (Role.NOUN, Role.VERB) or part.role is Role.ASK for part in parts):
        return earlier
    if parts[0].role is Role.VERB and wanted_part(parts) and _named(earlier):
        return f"{agent(earlier)}{body}？"
    kept = named_topic(earlier) if parts[0].role is Role.NOUN else subject(earlier)
    return f"{kept}{body}？"
