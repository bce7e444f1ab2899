"""Which printed fields a question may ask for: by the words of their labels, and by what is sought.

A field's words are its label in either language (`[labels]`, `[names_of]` of the lexicon), which ask for it
by themselves, and what is said of it (`[said_of]`: issued, printed), which does so only where the question
seeks what the field holds: who, when, where, how many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from briefqa.text.content import tagged
from briefqa.text.folding import has_han
from briefqa.text.labels import CHROME, label_form
from briefqa.text.lexicon import any_of, keyed

Span = tuple[int, int]


class Sought(StrEnum):
    """What a question seeks."""

    WHEN = "when"
    BODY = "which body"
    WHO = "who"
    WHERE = "where"
    HOW_LONG = "how long"
    HOW_MANY = "how many"
    HOW = "how"
    WHICH = "which"  # any field may hold it


_ASKS = {
    Sought.HOW_LONG: r"多[久长]|几年|\bhow long\b",
    Sought.WHEN: (
        rf"(?<!第){any_of('asking.time')}|几点|从几|(?<=[行效过])日|"
        r"\bwhen\b|\b(?:what|which) (?:date|day|year|month)\b"
    ),
    Sought.WHERE: rf"{any_of('asking.place')}|哪\W*$|\bwhere\b",
    Sought.BODY: (
        rf"{any_of('asking.body')}|哪[一几]?家|\b(?:which|what) (?:\w+ )?"
        r"(?:bod(?:y|ies)|institut\w+|agenc\w+|departments?|organi[sz]ations?)\b"
    ),
    Sought.WHO: (
        rf"{any_of('asking.person')}也?|哪[些个]?(?:人|领导)|\bwho(?:m|se)?\b|"
        r"\b(?:which|what) (?:\w+ )?officials?\b"
    ),
    Sought.HOW_MANY: r"几[个份期号]?|多少期?|\bhow many\b",
    Sought.HOW: rf"{any_of('asking.manner')}|\bhow\b|\bwhy\b",
    Sought.WHICH: rf"哪[一几]?[个份部项次本期]旧?(?:{any_of('titles.endings')}|文件)?",
}
_ASKING = {sought: re.compile(pattern) for sought, pattern in _ASKS.items()}
_DATES = "date adopted amended effective validity repealed held"
_NUMBERS = "phone fax postcode doc_number index_number copies issue total_issue validity"
_PLACES = "address place source website author_note"
_HOLDS = {
    Sought.WHEN: frozenset(_DATES.split()),
    Sought.HOW_LONG: frozenset(("validity",)),
    Sought.WHERE: frozenset(_PLACES.split()),
    Sought.HOW_MANY: frozenset(_NUMBERS.split()),
    Sought.HOW: frozenset(("phone", "email", "contact")),
}
_NOT_PERSONS = frozenset(f"{_DATES} {_NUMBERS} address place website title series".split())
# Asked when the question has no word for a field.
_UNNAMED = {Sought.WHEN: ("date", "adopted"), Sought.WHO: ("author", "team_leader"), Sought.BODY: ("issuer",)}


@dataclass(frozen=True, slots=True)
class AskedField:
    """A field that a question may ask for, with the places of its words in the folded question.

    `evidence`: those of `words` that ask for it; empty when the question names no field at all.
    """

    key: str
    words: tuple[Span, ...]
    evidence: tuple[Span, ...]

    @property
    def holds_date(self) -> bool:
        """Whether it is named, and holds a date."""
        return bool(self.evidence) and self.key in _HOLDS[Sought.WHEN]

    @property
    def holds_number(self) -> bool:
        """Whether it is named, and holds a number: a telephone's, a document's."""
        return bool(self.evidence) and self.key in _HOLDS[Sought.HOW_MANY]


def any_form(*words: str) -> re.Pattern[str]:
    """A pattern of the words, the longest first, English ones in any of their forms; _ is a blank."""
    return re.compile(
        "|".join(map(_form, sorted(set(words), key=lambda word: (-len(word), word)))) or r"(?!)"
    )


def _form(word: str) -> str:
    if has_han(word):
        return label_form(word) if word in _LABELS else word
    return rf"\b{word.replace('_', ' ')}\w{{0,{3 if len(word) > 3 else 1}}}\b"


def _by_key(*tables: str) -> dict[str, re.Pattern[str]]:
    """Of each field the pattern of its words in the tables, where a list may be of several fields."""
    words: dict[str, list[str]] = {}
    for names, listed in (each for table in tables for each in keyed(table).items()):
        for key in names.split():
            words.setdefault(key, []).extend(listed)
    return {key: any_form(*listed) for key, listed in words.items() if key not in (CHROME, "time")}


_LABELS = frozenset(label for labels in keyed("labels").values() for label in labels)
_NAMES, _SAYINGS = _by_key("labels", "names_of"), _by_key("said_of")


def sought_in(folded: str) -> dict[Sought, list[Span]]:
    """What is sought, with the places that say so: each place is read once, by the first that fits."""
    found = {}
    for sought, pattern in _ASKING.items():
        if spans := _spans(pattern, folded):
            found[sought] = spans
        folded = pattern.sub(lambda match: "\n" * len(match.group()), folded)
    return found


def asked_fields(
    folded: str, sought: Mapping[Sought, Sequence[Span]], apart: Iterable[Span]
) -> Iterator[AskedField]:
    """Every field that may hold what is sought and that the question has words of, the most words first.

    Words of one character count where a word begins or ends, and not within the spans `apart`. The words
    that say who is sought ask for no field.
    """
    edges = set(accumulate((len(word) for word, _ in tagged(folded)), initial=0)) - set(places_in(apart))
    asking = {end for each in (Sought.BODY, Sought.WHO) for _, end in sought.get(each, ())}
    found = []
    for key in dict.fromkeys((*_NAMES, *_SAYINGS)):
        names = _spans(_NAMES.get(key), folded)
        words = [*names, *_spans(_SAYINGS.get(key), folded)]
        words = [(start, end) for start, end in words if end - start > 1 or {start, end} & edges]
        named = [(start, end) for start, end in words if end - start > 1 and (start, end) in names]
        may_hold, holds = _fits(key, sought)
        evidence = [span for span in (words if holds else named) if span[1] not in asking]
        if may_hold and evidence:
            found.append(AskedField(key, tuple(words), tuple(evidence)))
    yield from sorted(found, key=lambda each: -len(set(places_in(each.words))))
    for each in () if found else sought:
        yield from (AskedField(key, (), ()) for key in _UNNAMED.get(each, ()))


def places_in(spans: Iterable[Span]) -> Iterator[int]:
    """The places of all characters in the spans."""
    return (at for start, end in spans for at in range(start, end))


def _spans(pattern: re.Pattern[str] | None, folded: str) -> list[Span]:
    return [match.span() for match in pattern.finditer(folded)] if pattern else []


def _fits(key: str, sought: Iterable[Sought]) -> tuple[bool, bool]:
    """Whether a field may hold what is sought, and whether it does hold one of the things sought."""
    told = [each for each in sought if each is not Sought.WHICH]
    holds = any(key in _HOLDS[each] if each in _HOLDS else key not in _NOT_PERSONS for each in told)
    return not told or holds, holds
