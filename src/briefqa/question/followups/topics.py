"""What a Chinese question is about: its subject, the name it opens with, its noun phrases."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from briefqa.question.followups.phrases import Part, Role, read_parts

_END = re.compile(r"[\s。．.？?！!，,；;：:、]+$")
_PARTICLE = re.compile(r"[的了吗呢吧啊\s]+$")
_LONG_TOPIC = 4  # characters of what belongs to a name and is itself a topic
_ABSTRACT = "什么"  # what it is before is only asked for; of which ones it is told


def bare(question: str) -> str:
    """A question without the marks at its end."""
    return _END.sub("", question)


def asked_part(parts: Sequence[Part]) -> set[int]:
    """Indexes of what asks, of the measure and nouns right after it, and of the links beside it."""
    found: set[int] = set()
    for at, part in enumerate(parts):
        if part.role is not Role.ASK:
            continue
        found.add(at)
        before = at - 1
        while before >= 0 and parts[before].role in (Role.LINK, Role.OTHER) and parts[before].tag != "r":
            found.add(before)
            before -= 1
        after = at + 1
        while after < len(parts) and (
            parts[after].tag[:1] in tuple("qm") or (after == at + 1 and parts[after].role is Role.LINK)
        ):
            found.add(after)
            after += 1
    return found


def wanted_part(parts: Sequence[Part]) -> set[int]:
    """Indexes of the noun phrase that is asked for: how many firms, which papers."""
    found: set[int] = set()
    asked = asked_part(parts)
    for at in sorted(asked):
        after = at + 1
        if parts[at].role is not Role.ASK and parts[at].tag[:1] not in tuple("qm"):
            continue
        if after < len(parts) and parts[after].start == parts[at].end:
            while after < len(parts) and after not in asked and parts[after].role is Role.NOUN:
                found.add(after)
                after += 1
    return found


def subject(question: str) -> str:
    """What a question is about with all that is said of it; the question itself where nothing is left."""
    plain = bare(question)
    parts = read_parts(plain)
    dropped = asked_part(parts)
    wanted = wanted_part(parts)
    if wanted and any(parts[at].text == _ABSTRACT for at in dropped):
        dropped |= wanted
    return _joined([part for at, part in enumerate(parts) if at not in dropped]) or plain


def _joined(kept: Sequence[Part]) -> str:
    return _PARTICLE.sub("", "".join(part.text for part in kept)).removeprefix("的")


def named_topic(question: str) -> str:
    """The subject without what is said of it after what asks: of when it took effect, what did."""
    plain = bare(question)
    parts = read_parts(plain)
    asking = [at for at, part in enumerate(parts) if part.role is Role.ASK]
    if (
        asking
        and not wanted_part(parts)
        and any(part.role in (Role.NOUN, Role.SLOT) for part in parts[: asking[0]])
    ):
        kept = list(parts[: asking[0]])
        while kept and kept[-1].role in (Role.LINK, Role.OTHER, Role.BEFORE):
            kept.pop()
        if kept:
            return _joined(kept)
    return subject(question)


def opening_name(question: str) -> str:
    """The name or noun phrase that a question opens with, times left out; else its whole subject."""
    parts = [part for part in read_parts(bare(question)) if not part.is_time]
    while parts and not (parts[0].is_name or parts[0].role in (Role.NOUN, Role.SLOT)):
        parts.pop(0)
    found = list(takewhile(lambda part: part.role in (Role.NOUN, Role.SLOT), parts))
    rest = parts[len(found) :]
    if found and rest and rest[0].text == "的" and found[-1].is_name:
        thing = list(takewhile(lambda part: part.role is Role.NOUN, rest[1:]))
        after = rest[1 + len(thing) : 2 + len(thing)]
        told = not after or after[0].text != "是"
        if told and sum(len(part.text) for part in thing) >= _LONG_TOPIC:
            found += [rest[0], *thing]
    return "".join(part.text for part in found) or subject(question)


def agent(question: str) -> str:
    """Who does what is asked next: the first name, with all times."""
    times = [part.text for part in read_parts(bare(question)) if part.is_time]
    name = next((part.text for part in read_parts(bare(question)) if part.is_name), "") or opening_name(
        question
    )
    return name + "".join(times)


def noun_runs(question: str) -> list[list[Part]]:
    """The noun phrases of a question: words beside each other, verbs of two characters among them."""
    found: list[list[Part]] = [[]]
    for part in read_parts(bare(question)):
        is_word = (
            part.role in (Role.NOUN, Role.AND)
            or (part.role is Role.VERB and len(part.text) > 1)
            or (part.role is Role.OTHER and part.tag[0] in "mq")
        )
        if is_word and (not found[-1] or found[-1][-1].end == part.start):
            found[-1].append(part)
        elif is_word:
            found.append([part])
        else:
            found.append([])
    return [trimmed for run in found if (trimmed := _from_noun(run))]


def _from_noun(run: list[Part]) -> list[Part]:
    """A run without the verbs that it opens with, if a noun comes after them: list the firms."""
    nouns = [at for at, part in enumerate(run) if part.role is not Role.VERB]
    return run[nouns[0] :] if nouns else run
