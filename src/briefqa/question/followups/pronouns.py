"""Chinese pronouns: which lean on the question before, and what they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from briefqa.question.followups.phrases import FORMER_LATTER, Part, Role, read_parts
from briefqa.question.followups.topics import bare, noun_runs, opening_name, subject
from briefqa.question.slots import SlotKind

_PERSON = re.compile(r"[他她]")
_MANY = re.compile(r"[他她它]们")
_PLACE = re.compile(r"[那这]里")
_AMONG = "其中"
_EACH = "分别"
_QUOTED = re.compile(r"[“「《][^”」》]+[”」》]")


@dataclass(frozen=True, slots=True)
class Pronoun:
    """`[start, end)` of a pronoun with its number and measure, and the noun after it (or "")."""

    text: str
    start: int
    end: int
    noun: str


def free_pronoun(body: str) -> Pronoun | None:
    """The first pronoun, unless the question names before it what it may stand for."""
    parts = read_parts(body)
    for at, part in enumerate(parts):
        if part.role is Role.PRONOUN:
            named = any(_names(each) for each in parts[:at])
            return None if named else _read(body, parts, at)
    return None


def _names(part: Part) -> bool:
    return part.is_name or (part.role is Role.NOUN and len(part.text) > 1)


def _read(body: str, parts: tuple[Part, ...], at: int) -> Pronoun:
    end = at + 1
    if not parts[at].text.startswith(("其", "他", "她", "它")):
        while end < len(parts) and parts[end].tag[:1] in tuple("mq") and parts[end].role is not Role.ASK:
            end += 1
    noun = parts[end] if end < len(parts) and parts[end].role is Role.NOUN else None
    adjacent = noun is not None and noun.start == parts[end - 1].end
    return Pronoun(
        parts[at].text, parts[at].start, parts[end - 1].end, noun.text if noun and adjacent else ""
    )


def resolved(body: str, pronoun: Pronoun, asked: list[str]) -> str:
    """The question with the phrase that the pronoun stands for in its place."""
    earlier = asked[-1]
    before, after = body[: pronoun.start], body[pronoun.end :]
    if pronoun.text == _AMONG:
        return f"{before}{subject(earlier)}中{after}"
    if pronoun.text in FORMER_LATTER:
        return before + _joined_things(earlier)[FORMER_LATTER.index(pronoun.text)] + after
    if _MANY.match(pronoun.text) and _EACH in after and len(asked) > 1:
        return f"{before}{opening_name(asked[-2])}和{opening_name(earlier)}{after}"
    if _MANY.match(pronoun.text):
        return before + subject(earlier) + after
    if _PERSON.match(pronoun.text):
        return before + (_person(earlier) or opening_name(earlier)) + after
    if pronoun.text.startswith(("其", "它")) or _PLACE.match(pronoun.text):
        return before + opening_name(earlier) + _possessive(pronoun, after)
    if pronoun.noun:
        return before + _thing(pronoun.noun, earlier) + after[len(pronoun.noun) :]
    return before + _counted(pronoun, earlier) + after


def _joined_things(earlier: str) -> tuple[str, str]:
    """The noun phrases on both sides of and; twice the subject where there is none."""
    for run in noun_runs(earlier):
        for at, part in enumerate(run):
            if part.role is Role.AND and 0 < at < len(run) - 1:
                return earlier[run[0].start : part.start], earlier[part.end : run[-1].end]
    return subject(earlier), subject(earlier)


def _possessive(pronoun: Pronoun, after: str) -> str:
    return f"的{after}" if pronoun.text == "其" else after


def _person(earlier: str) -> str:
    persons = [part.text for part in read_parts(earlier) if part.kind is SlotKind.PERSON]
    return persons[-1] if persons else ""


def _thing(noun: str, earlier: str) -> str:
    """The phrase of the earlier question that ends in `noun`; a quotation; else what it opens with."""
    plain = subject(earlier)
    at = plain.rfind(noun)
    quoted = _QUOTED.search(bare(earlier))
    if quoted and (at < 0 or quoted.start() <= earlier.find(noun) < quoted.end()):
        return quoted.group()
    return plain[: at + len(noun)] if at > 0 else opening_name(earlier)


def _counted(pronoun: Pronoun, earlier: str) -> str:
    quoted = _QUOTED.search(bare(earlier))
    return bare(earlier)[: quoted.end()] if quoted else subject(earlier)
