"""A fragment put into the question before: slots for slots of their kind, nouns for the nouns most alike."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from briefqa.question.followups.likeness import Embed, likeness
from briefqa.question.followups.phrases import Part, Role, read_parts
from briefqa.question.followups.topics import asked_part, bare, named_topic, noun_runs, opening_name, subject
from briefqa.question.slots import SlotKind

_ALIKE_FROM = 0.05  # of centred cosines; below, a noun is another side of the topic
_WHOLE = 0.03  # for each end of a noun phrase that what is replaced reaches
_ONE_FOR_ONE = 0.05  # for one word in the place of one
_MOST_SPANS = 24
_LONGEST_SPAN = 5  # words
_QUANTITY = re.compile(r"多|几")
_GROUPS = (
    (SlotKind.YEAR,),
    (SlotKind.PERIOD,),
    (SlotKind.ORDINAL, SlotKind.ARTICLE),
    (SlotKind.PLACE, SlotKind.BODY, SlotKind.SCOPE),
    (SlotKind.PERSON,),
)


def swapped(fragment: str, earlier: str, embed: Embed, *, modifies: bool = False) -> str:
    """The earlier question with each part of a fragment in its place.

    `modifies`: the fragment stands for what qualifies a noun (of cement), not for the noun.
    """
    parts = _with_ranked_nouns(
        [part for part in read_parts(fragment) if part.role is not Role.PRONOUN], earlier
    )
    for part in parts:
        if part.role is Role.SLOT:
            earlier = put(part, earlier)
    for new in _new_nouns(fragment, parts):
        if new not in earlier:
            earlier = _with_noun(new, earlier, embed, modifies=modifies)
    return earlier


def _with_ranked_nouns(parts: list[Part], earlier: str) -> list[Part]:
    """The parts, an ordinal right before a noun as one of its words where there is none to replace."""
    found = list(parts)
    for at, (part, after) in enumerate(pairwise(parts)):
        beside = after.role is Role.NOUN and after.start == part.end
        if part.kind is SlotKind.ORDINAL and beside and not replaceable(part, earlier):
            found[at] = replace(part, role=Role.NOUN, kind=None)
    return found


def _new_nouns(fragment: str, parts: list[Part]) -> list[str]:
    """The noun phrases of a fragment, verbs and modifiers among them, cut at slots and prepositions."""
    found: list[list[Part]] = [[]]
    for part in parts:
        qualifies = part.role is Role.OTHER and (found[-1] or part.tag[0] in "dm")
        if part.role in (Role.NOUN, Role.VERB, Role.AND) or qualifies:
            found[-1].append(part)
        else:
            found.append([])
    texts = (fragment[run[0].start : run[-1].end] for run in found if run)
    return [stripped for text in texts if len(stripped := text.strip("的之")) > 1 or stripped == fragment]


def replaceable(new: Part, earlier: str) -> Part | None:
    """The slot of the earlier question that a new one takes the place of: the first of its kind."""
    group = next((group for group in _GROUPS if new.kind in group), ())
    alike = [part for part in read_parts(bare(earlier)) if part.kind in group]
    same = [part for part in alike if part.kind is new.kind]
    return next(iter(same or alike), None)


def put(new: Part, earlier: str) -> str:
    """The earlier question with a slot replaced by one of its kind, or with it in front."""
    old = replaceable(new, earlier)
    if old is None:
        if new.kind in (SlotKind.ORDINAL, SlotKind.ARTICLE):
            return f"{subject(earlier)}{new.text}{as_asked(earlier)}"
        if new.kind is SlotKind.PERSON or new.is_name:
            return _renamed(new, earlier)
        return f"{new.text}{earlier}"
    text = new.text
    if old.kind is SlotKind.YEAR and text[-1:].isdigit() and old.text.endswith("年"):
        text += "年"
    after = earlier[old.end :]
    if new.kind is old.kind and old.text[-1:] != text[-1:] and after.startswith(text[-1:]):
        after = after[1:]
    return earlier[: old.start] + text + after


def _renamed(new: Part, earlier: str) -> str:
    """A name where the earlier question opens with a noun phrase: in its place, else in front."""
    old = opening_name(earlier)
    return earlier.replace(old, new.text, 1) if new.kind is SlotKind.PERSON else new.text + earlier


def as_asked(earlier: str) -> str:
    """What another side of the topic is asked with: how much, where a figure was asked for."""
    asks = [part for part in read_parts(bare(earlier)) if part.role is Role.ASK]
    return "是多少？" if any(_QUANTITY.search(part.text) for part in asks) else "是什么？"


def _with_noun(new: str, earlier: str, embed: Embed, *, modifies: bool) -> str:
    """`new` in the place of the words that it is most like; as another side of the topic if of none."""
    spans = _spans(new, earlier, modifies=modifies)
    if spans:
        alike = likeness(new, [earlier[a:b] for a, b, _ in spans], embed)
        best, (start, end, _) = max(zip(alike, spans, strict=True), key=lambda pair: pair[0] + pair[1][2])
        if best >= _ALIKE_FROM:
            return earlier[:start] + new + earlier[end:]
    return f"{named_topic(earlier)}的{new}{as_asked(earlier)}"


def _spans(new: str, earlier: str, *, modifies: bool) -> list[tuple[int, int, float]]:
    """`[start, end)` of what a noun may replace in the earlier question, and what its form adds."""
    count = len(read_parts(new))
    parts = read_parts(bare(earlier))
    asked = {parts[at].start for at in asked_part(parts)}
    found = []
    for run in noun_runs(earlier):
        last = len(run)
        if modifies and any(start == run[-1].end for start in asked):
            last -= 1
        for first in range(last):
            for end in range(first, min(last, first + _LONGEST_SPAN)):
                start, stop = run[first].start, run[end].end
                kept = earlier[start:stop]
                if first and end < last - 1:
                    continue  # a word inside a phrase is no part by itself
                if (first and new.endswith(kept)) or (end < last - 1 and new.startswith(kept)):
                    continue  # of another kind of subsidy the old kind does not stay
                whole = _WHOLE * ((first == 0) + (end == last - 1))
                found.append((start, stop, whole + _ONE_FOR_ONE * (first == end and count == 1)))
    return found[:_MOST_SPANS]
