"""A Chinese question as its parts: what asks, typed slots, quotations, and words by their part of speech."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from briefqa.question.slots import Slot, SlotKind, read_slots
from briefqa.text.asking import asking_spans
from briefqa.text.content import tagged
from briefqa.text.folding import fold
from briefqa.text.lexicon import words_of

QUOTED = "“”"
FORMER_LATTER = ("前者", "后者")


class Role(StrEnum):
    """What a part does in its question."""

    ASK = "ask"
    SLOT = "slot"
    NOUN = "noun"  # also what only stands before nouns; a quotation is one
    VERB = "verb"
    LINK = "link"  # joins a subject to what is asked
    BEFORE = "before"  # a preposition
    AND = "and"
    PRONOUN = "pronoun"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Part:
    """A word, a slot or a quotation; `kind` of a slot, `tag` of the tagger, QUOTED of a quotation."""

    text: str
    tag: str
    start: int
    role: Role
    kind: SlotKind | None = None

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)

    @property
    def is_name(self) -> bool:
        """Whether it names a place, a person or a body."""
        return self.kind in _NAMES

    @property
    def is_thing(self) -> bool:
        """Whether it is a noun proper: no activity, quality or time."""
        return self.role is Role.NOUN and (self.tag[0] in "njil" or self.tag == "eng")

    @property
    def is_time(self) -> bool:
        """Whether it is a year or a part of one."""
        return self.kind in (SlotKind.YEAR, SlotKind.PERIOD)


_NAMES = (SlotKind.PLACE, SlotKind.PERSON, SlotKind.BODY)
_UNTYPED = (SlotKind.NUMBER, SlotKind.EDITION)  # a number is read as words, an edition as a year and words
_QUOTED = re.compile(r"“[^”]{1,40}”|《[^》]{1,60}》|\"[^\"]{1,40}\"|「[^」]{1,40}」")
_LINKS = frozenset(words_of("followups.linking"))
_GLUED = re.compile(r"(?<=[\u4e00-\u9fff])(?:是|有|要|比)$")  # the tagger leaves these at the end of nouns
_POINTING = re.compile(r"[他她它其这那该此]")
_WHETHER = re.compile(r"([\u4e00-\u9fff])不\1")
_LAST = re.compile(r"最[后前]一[\u4e00-\u9fff]")
_YEAR = re.compile(r"\d{4}年?")
_ROLES = {
    "v": Role.VERB,
    "p": Role.BEFORE,
    "c": Role.AND,
    **dict.fromkeys("njliabqfsz", Role.NOUN),
}
_OTHER_TAGS = {"eng": Role.NOUN, "vn": Role.NOUN, "zg": Role.OTHER, "q": Role.OTHER, "f": Role.OTHER}


@lru_cache(maxsize=512)
def read_parts(text: str) -> tuple[Part, ...]:
    """The parts of a question in order, white space and marks between them left out."""
    folded = fold(text)
    fixed = _fixed(text, folded)
    found: list[Part] = list(fixed)
    for start, word, tag in _words(folded):
        for at, piece in _outside(start, word, fixed):
            if any(map(str.isalnum, piece)):
                found.append(Part(text[at : at + len(piece)], tag, at, _role(piece, tag)))
    return tuple(sorted(found, key=lambda part: part.start))


def _fixed(text: str, folded: str) -> list[Part]:
    """What is no matter of the tagger: quotations, asking words at the start of a word, slots."""
    starts = {start for start, _, _ in _words(folded)}
    found = [Part(m.group(), QUOTED, m.start(), Role.NOUN) for m in _QUOTED.finditer(text)]
    asking = [
        Part(text[a:b], "r", a, Role.ASK)
        for a, b in asking_spans(folded)
        if _is_asking(folded[a:b]) and a in starts
    ]
    slots = [Part(slot.text, "", slot.start, Role.SLOT, slot.kind) for slot in _typed(text)]
    asking += [Part(m.group(), "r", m.start(), Role.ASK) for m in _WHETHER.finditer(folded)]
    last = [Part(m.group(), "m", m.start(), Role.SLOT, SlotKind.ORDINAL) for m in _LAST.finditer(text)]
    for part in (*asking, *slots, *last):
        if all(part.end <= other.start or other.end <= part.start for other in found):
            found.append(part)
    return found


def _typed(text: str) -> Iterator[Slot]:
    for slot in read_slots(text):
        if slot.kind is SlotKind.EDITION and (year := _YEAR.match(slot.text)):
            yield Slot(SlotKind.YEAR, year.group(), slot.start, slot.value)
        elif slot.kind not in _UNTYPED:
            yield slot


def _is_asking(word: str) -> bool:
    return word not in words_of("asking.glue")


def _words(folded: str) -> Iterator[tuple[int, str, str]]:
    """Each word with its place and tag; a link that the tagger has at the end of a noun is a word."""
    at = 0
    for word, tag in tagged(folded):
        if word[1:] == "此" and tag != "c":
            yield at, word[:1], "p"
            yield at + 1, word[1:], "r"
            at += len(word)
            continue
        glued = _GLUED.search(word) if tag[0] in "nml" else None
        if glued and len(word) > len(glued.group()):
            yield at, word[: glued.start()], tag
            yield at + glued.start(), glued.group(), "v"
        else:
            yield at, word, tag
        at += len(word)


def _outside(start: int, word: str, fixed: list[Part]) -> Iterator[tuple[int, str]]:
    """The pieces of a word that lie in no fixed part."""
    at = start
    for index in range(start, start + len(word) + 1):
        inside = index == start + len(word) or any(part.start <= index < part.end for part in fixed)
        if inside:
            if at < index:
                yield at, word[at - start : index - start]
            at = index + 1


def _role(word: str, tag: str) -> Role:
    if word in _LINKS:
        return Role.LINK
    if word in FORMER_LATTER:
        return Role.PRONOUN
    if tag in ("r", "q") and _POINTING.match(word):
        return Role.PRONOUN
    return _OTHER_TAGS.get(tag) or _ROLES.get(tag[0], Role.OTHER)
