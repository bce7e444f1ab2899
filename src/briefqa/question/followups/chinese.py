"""Chinese follow-ups: whether a question leans on the ones before it, and what it means by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefqa.question.followups import referents
from briefqa.question.followups.nouns import replaced_noun, replaced_topic
from briefqa.question.followups.slots import (
    Kind,
    is_attribute,
    is_content,
    parts,
    put,
    typed_slots,
    words,
)
from briefqa.question.followups.standing import before_asking, has_subject, is_times, only_names, unasked
from briefqa.question.followups.subjects import subject, without_attribute, without_scheme_fact
from briefqa.question.followups.words import (
    ASKING,
    CLOSING,
    COMPARISON,
    DOCUMENT,
    LIGHT,
    MORE,
    OPENING,
    PARTICLE_END,
    QUALIFIERS,
    REPLACING,
    REQUEST,
    SENTENCE_END,
)

_ASKS_QUANTITY = re.compile(r"多少|几|多[大高长]")
_COUNTS = ("多少", "几个", "几家", "哪些")
# A share without its whole: 光伏占多少.
_PART_OF_WHOLE = re.compile(r"[\u4e00-\u9fff]{2,12}占了?(?:多少|几成|多大)")
_LONGEST_FRAGMENT = 24


def complete_chinese(question: str, asked: Sequence[str]) -> str | None:
    """What a follow-up means by itself; None when the question stands alone.

    Args:
        question: the latest question, in simplified characters.
        asked: the complete questions before it, oldest first; at least one.
    """
    bare = SENTENCE_END.sub("", question)
    body = OPENING.sub("", bare)
    if bare != question and only_names(bare):
        return swapped(bare, asked[-1])
    if MORE.fullmatch(bare) or not body:
        return f"{subject(asked[-1])}还有哪些？"
    if DOCUMENT.search(body):
        return None
    referred = referents.resolve(body, asked[-1])
    if referred is not None and (ASKING.search(referred.question) or not referred.fragment):
        return referred.question + "？"
    if referred is not None and body.startswith("其中"):
        return f"{subject(asked[-1])}中{referred.fragment}{_asks(asked[-1])}？"
    if referred is not None:
        return swapped(referred.fragment, asked[-1])
    return _elliptical(bare, body, asked)


def _elliptical(bare: str, body: str, asked: Sequence[str]) -> str | None:
    """A question without pronouns: a fragment of the earlier one, or asking words without a subject."""
    topic = _timeless(subject(asked[-1]))
    if len(topic) > 2 and ASKING.search(body) and topic in _timeless(body):  # it repeats the subject
        return None
    fragment = REPLACING.sub("", body)
    plain = re.sub(r"呢$", "", fragment)
    if COMPARISON.match(plain) and not has_subject(plain):
        return (
            f"{subject(asked[-1])}{plain}怎么样？" if not ASKING.search(plain) else subject(asked[-1]) + plain
        )
    if plain.startswith("占") and "占" not in asked[-1] and not ASKING.search(plain):
        return f"{subject(asked[-1])}{plain}是多少？"
    asking = (
        ASKING.search(CLOSING.sub("", fragment)) if PARTICLE_END.search(fragment) else ASKING.search(plain)
    )
    if asking or (REQUEST.search(plain) and not PARTICLE_END.search(fragment)):
        return _asking(plain, asked)
    opened = fragment != bare
    if len(fragment) <= _LONGEST_FRAGMENT and (opened or PARTICLE_END.search(fragment) or is_times(fragment)):
        return swapped(CLOSING.sub("", fragment), asked[-1])
    return None


def _timeless(text: str) -> str:
    """A text without its times and ordinals."""
    times = (Kind.YEAR, Kind.SEASON, Kind.ORDINAL)
    return "".join(slot.text for slot in parts(text) if slot.kind not in times)


def _asking(body: str, asked: Sequence[str]) -> str | None:
    """A question that asks something: of a new part, of the earlier subject, or of its own (None)."""
    rest = unasked(body)
    if rest and only_names(rest):
        frame = _same_asking(body, asked)
        if frame or not is_times(rest):
            return swapped(rest, frame) if frame else None
    if body[:1] in tuple("对向给针") and rest == before_asking(body):
        frame = _same_asking(body, asked)
        if frame and len(rest) > 1 and not _ends_in_verb(rest):
            return swapped(rest, frame)
    if _PART_OF_WHOLE.fullmatch(body):
        return f"{subject(asked[-1])}中{body}？"
    if _lacks_object(rest):
        return _with_object(rest, body, asked[-1])
    if has_subject(body):
        return None
    return _with_subject(body, asked[-1])


def _lacks_object(rest: str) -> bool:
    """Whether a question is a place and a verb that needs an object: 苏州怎么推进."""
    pieces = parts(rest) if rest else []
    if len(pieces) != 2 or pieces[0].kind is not Kind.PLACE or pieces[1].kind is not Kind.NOUN:
        return False
    return all(word.text in LIGHT and word.tag.startswith("v") for word in words(pieces[1].text))


def _with_object(rest: str, body: str, earlier: str) -> str:
    """The earlier subject between the place and the verb."""
    place = parts(rest)[0]
    if any(slot.kind is Kind.PLACE for slot in typed_slots(earlier)):
        return f"{subject(put(place, earlier))}{body.replace(place.text, '', 1)}？"
    return f"{subject(earlier)}{body}？"


def _with_subject(body: str, earlier: str) -> str:
    """The earlier subject and then what is asked now; its times take the place of the earlier ones."""
    for slot in typed_slots(body):
        if slot.kind in (Kind.YEAR, Kind.ORDINAL) and any(
            slot.kind is old.kind for old in typed_slots(earlier)
        ):
            earlier = put(slot, earlier)
            body = body.replace(slot.text, "", 1)
            if not _new_words(body, earlier):
                return earlier
    kept = without_scheme_fact(subject(earlier), body)
    return f"{kept}{re.sub('^[的在到]+', '', body)}？"


def _new_words(body: str, earlier: str) -> bool:
    """Whether a question has a word beside its asking words that the earlier one has not."""
    asked = [word for word in words(unasked(body)) if is_content(word) or len(word.text) > 1]
    return any(word.text not in earlier for word in asked)


def swapped(fragment: str, earlier: str) -> str:
    """The earlier question with each part of a fragment in its slot."""
    pieces = [slot for slot in parts(fragment) if not slot.text.startswith(("这", "那", "该"))]
    lead = fragment[0] if fragment[:1] in tuple("和与跟同对占比向") else ""
    for slot in pieces:
        if slot.kind is Kind.ORDINAL and not any(old.kind is Kind.ORDINAL for old in typed_slots(earlier)):
            earlier = f"{subject(earlier)}{slot.text}是什么？"
        elif slot.kind is Kind.PERSON and not any(old.kind is Kind.PERSON for old in typed_slots(earlier)):
            earlier = replaced_topic(slot.text, earlier) or put(slot, earlier)
        elif slot.kind is not Kind.NOUN:
            earlier = put(slot, earlier, lead)
    for slot in pieces:
        if slot.kind is Kind.NOUN and slot.text not in earlier:
            earlier = _with_noun(slot.text, earlier, modifier=fragment.endswith("的"))
    return earlier


def _with_noun(new: str, earlier: str, *, modifier: bool) -> str:
    """A noun phrase in the place of the one it is most like, else as an attribute, else as the topic."""
    like = replaced_noun(new, earlier)
    if like:
        return like
    if is_attribute(new) or new.endswith(("方面", "领域")):
        return _with_attribute(new, earlier)
    return replaced_topic(new, earlier, modifier=modifier) or _with_attribute(new, earlier)


def _with_attribute(new: str, earlier: str) -> str:
    """The earlier subject, asked for another side of it."""
    kept = subject(earlier)
    if words(new)[-1].text not in QUALIFIERS and not new.endswith(("方面", "领域")):
        kept = without_attribute(kept)
    if new.endswith(("方面", "领域")):
        return f"{kept}{new}有哪些？"
    return f"{kept}{new}{_asks(earlier)}？"


def _asks(earlier: str) -> str:
    return "是多少" if _ASKS_QUANTITY.search(earlier) else "是什么"


def _same_asking(body: str, asked: Sequence[str]) -> str | None:
    """The latest question that asks with the same word: 有哪些, 多少, 为什么."""
    match = ASKING.search(body)
    word = re.sub(r"^(?:又?[是有为在])", "", match.group())[:2] if match else ""
    if match and match.end() == len(body) and word in ("怎么", "如何", "怎样"):
        return asked[-1]
    alike = _COUNTS if word in _COUNTS else (word,)
    return next((each for each in reversed(asked) if word and any(one in each for one in alike)), None)


def _ends_in_verb(text: str) -> bool:
    last = words(text)[-1]
    return last.tag.startswith("v")
