"""Proper names in a question or a sentence: places, persons, bodies.

Chinese names come from a gazetteer of places and a part-of-speech tagger with a dictionary;
romanised names in an English question (Suzhou, Wu Qingwen) are compared by their sound, in Pinyin.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, partial
from importlib.resources import files
from itertools import pairwise

import rjieba

from briefqa.text.folding import fold
from briefqa.text.lexicon import words_of


class NameKind(StrEnum):
    """What a name names."""

    PLACE = "place"
    PERSON = "person"
    BODY = "body"
    ROMANISED = "romanised"  # a Chinese name in Latin letters; which kind is not known


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name as it is written, and the form that is looked for."""

    kind: NameKind
    text: str
    stem: str


_TAGS = {"nr": NameKind.PERSON, "nrt": NameKind.PERSON, "nt": NameKind.BODY}
_OF_NO_NAMES = "cdfmpqrtuvz"  # tags of words that no name of a place is made of
# What the name of a part of the country ends in; the last two are seldom left out.
DIVISIONS = "省市县区州镇乡村旗"
DIVISION = f"街道|[{DIVISIONS}]"  # a pattern
_PLACE_SUFFIX = re.compile(rf"(?<=..)(?:特别行政区|自治[区州]|[{DIVISIONS[:-2]}])$")
_DIVISIONS = frozenset(DIVISIONS)
_TOO_COMMON = frozenset(("国务院",))  # in every report, so that it is no condition
# The tagger calls many words persons. A Chinese name opens with a surname and has two or
# three characters; with two it must be a surname that opens few other words.
_FAMILY_OF_SHORT = frozenset(words_of("surnames.common"))
_FAMILY = _FAMILY_OF_SHORT | frozenset(words_of("surnames.ambiguous"))
_SHORT_NAME = 2  # characters of most names of places, without what they are
_LONGER_THAN_MOST = _SHORT_NAME + 2
_SHORTEST_ROMANISED = 4  # letters; shorter ones are English words too
_HAN = re.compile(r"[\u4e00-\u9fff]")
_CAPITALISED = re.compile(r"\b[A-Z][a-z]+\b")
_PLACES = files("briefqa") / "data" / "places.txt"
_FOREIGN_PLACES = files("briefqa") / "data" / "foreign_places.txt"
_SURNAMES = frozenset(
    (
        "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo zheng liang "
        "xie song tang deng han feng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei "
        "su lu ding ren shen yao cui zhong tan fan shi liao jia xia fu fang bai zou meng xiong qin qiu "
        "hou yin xue yan lei long duan hao kong shao mao chang wan gu lai wen"
    ).split()
)


@lru_cache(maxsize=4096)
def chinese_names(text: str) -> tuple[Name, ...]:
    """Names in a Chinese text, each once, in order."""
    found: dict[str, Name] = {}
    folded = fold(text)
    counted = False
    for cut, tag in [*_joined(rjieba.tag(folded)), *((place, "ns") for place in _divisions_in(folded))]:
        counts, counted = counted, tag[:1] == "m" or (tag[:1] == "r" and len(cut) == 1)
        word = _without_word_before(cut) if tag == "ns" else cut
        kind = NameKind.PLACE if _is_place(word, tag) else _TAGS.get(tag)
        if kind is None or len(word) < 2 or not _HAN.match(word) or word in _TOO_COMMON:
            continue
        if kind is NameKind.PERSON and (not _is_person(word) or (counts and _is_measure(word[0]))):
            continue
        stem = _PLACE_SUFFIX.sub("", word) if kind is NameKind.PLACE else word
        if not any(stem in known.stem for known in found.values()):
            found[word] = Name(kind, word, stem)
    return tuple(found.values())


def unknown_places(question: str) -> tuple[Name, ...]:
    """Places that neither gazetteer nor tagger need know: words of two characters in all, and a division.

    Of questions only: a document says of many kinds of cities and counties what reads like their names.
    """
    folded, at = fold(question), 0
    starts: dict[int, str] = {}  # where a word begins → the word before it
    before = ""
    found: list[Name] = []
    for word in rjieba.cut(folded, False):
        starts[at] = before
        at, before = at + len(word), word
        first = at - _SHORT_NAME - 1
        led = starts.get(first)
        # A longer last word may be a common one, behind another: then what stands before both decides.
        if word[-1] in _DIVISIONS and led is not None and (len(word) == 1 or _leads(led)):
            place = folded[first:at]
            if _may_be_name(place, place[: -len(word)]):
                found.append(Name(NameKind.PLACE, place, place[:-1]))
    return tuple(found)


def _leads(word: str) -> bool:
    """Whether a name may follow: nothing or a preposition."""
    return not word or rjieba.tag(word)[0][1] == "p"


def _may_be_name(place: str, before: str) -> bool:
    """Whether it is no common word, and nothing before its last word counts, points or is a verb."""
    if not all(map(_HAN.match, place)) or rjieba.has_word(place) or place[0] in _DIVISIONS:
        return False
    tags = [tag for _, tag in rjieba.tag(before)]
    last = place[len(before) :]
    if (
        len(last) > 1 and rjieba.tag(last)[0][1] != "ns"
    ):  # old and new ones of a kind, and what is done to one
        return tags[0] in ("nr", "ns", "x")  # a name, or unknown
    return not any(tag[0] in _OF_NO_NAMES for tag in tags)


def tells_place(name: Name, folded: str) -> bool:
    """Whether a folded text names a place: the county of a name is not the town of that name.

    Counties become cities and districts: where the gazetteer has the place as the text calls it and not as
    `name` does, it is the same.
    """
    own, at = name.text[len(name.stem) :], folded.find(name.stem)
    while at >= 0:
        if len(name.text) == _SHORT_NAME and _is_end_of_longer(folded, at):
            at = folded.find(name.stem, at + 1)
            continue
        behind = folded[at + len(name.stem) :]
        other = own and behind[:1] in _DIVISIONS and behind[0] != own[0]
        renamed = other and name.text not in _places() and name.stem + behind[0] in _places()
        if not other or renamed or len(rjieba.cut(behind[:_LONGER_THAN_MOST], False)[0]) > 1:
            return True
        at = folded.find(name.stem, at + 1)
    return False


def _is_end_of_longer(folded: str, at: int) -> bool:
    """Whether a name of two characters is the end of one of three, which no gazetteer need have."""
    longer = folded[max(at - 1, 0) : at + _SHORT_NAME]
    return at > 0 and any(each.text == longer for each in unknown_places(folded))


def _without_word_before(place: str) -> str:
    """A place that no gazetteer has, without a character before it that the tagger takes for its first."""
    shorter = place[1:]
    if len(place) != _LONGER_THAN_MOST or place in _places() or place in _foreign_places():
        return place
    return shorter if rjieba.tag(shorter) == [(shorter, "ns")] else place


def _joined(words: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Tagged words, with a name and its division made one place, where the tagger cuts it in two."""
    joined: list[tuple[str, str]] = []
    for word, tag in words:
        if joined and _goes_on(joined[-1], word, tag):
            joined[-1] = (joined[-1][0] + word, "ns")
        else:
            joined.append((word, tag))
    return joined


def _goes_on(before: tuple[str, str], word: str, tag: str) -> bool:
    """Whether a word and the one before it are one place; an unknown one is a person to the tagger."""
    name, tagged = before
    if word in _DIVISIONS:
        return tagged == "ns" or name in _places() or (tagged == "nr" and len(name) == _SHORT_NAME)
    whole = len(name) > _SHORT_NAME and name[-1] in _DIVISIONS  # half of all short names end in one too
    unknown = name not in _places() and word not in _places() and not whole
    return unknown and tagged == tag == "ns" and word[-1] in _DIVISIONS


def _divisions_in(folded: str) -> list[str]:
    """Cities, counties and districts by their full names, wherever a segmenter cuts."""
    ends = [at + 1 for at, character in enumerate(folded) if character in _DIVISIONS]
    slices = (folded[max(end - length, 0) : end] for end in ends for length in (5, 4, 3))
    return [place for place in slices if place in _places() and place[-1] in _DIVISIONS]


def _is_place(word: str, tag: str) -> bool:
    """A place of a gazetteer, or one that is called a city, a county, … and is a place to the tagger.

    The tagger alone takes many words for places, as large, old and new cities of its dictionary.
    """
    if word in _places() or word in _foreign_places():
        return True
    kind_of_city = word[-1] in DIVISIONS[1:4:2] and rjieba.has_word(word) and rjieba.has_word(word[-2:])
    return tag == "ns" and len(word) > 2 and word[-1] in _DIVISIONS and not kind_of_city


def _is_person(word: str) -> bool:
    """A Chinese name: names from other languages are cut at the wrong places by the tagger."""
    if len(word) == 3:
        return word[0] in _FAMILY and word[-1] not in _DIVISIONS
    return len(word) == 2 and word[0] in _FAMILY_OF_SHORT


def _is_measure(surname: str) -> bool:
    """Whether a surname is a measure word too, as it is after a numeral, this or which: a sheet."""
    return rjieba.tag(surname)[0][1] == "q"


@lru_cache(maxsize=256)
def romanised_names(text: str) -> tuple[Name, ...]:
    """Chinese names in Latin letters: cities and counties of a gazetteer, and persons, surname first."""
    words = _CAPITALISED.findall(text)
    found = [word for word in words if word.lower() in _romanised_places()]
    for surname, given in pairwise(words):
        full = f"{surname} {given}"
        if surname.lower() in _SURNAMES and full in text and _reads_as_pinyin(given.lower()):
            found.append(full)
    distinct = dict.fromkeys(found)  # each is looked for everywhere in the text
    return tuple(Name(NameKind.ROMANISED, word, word.lower().replace(" ", "")) for word in distinct)


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    return frozenset(_PLACES.read_text("utf-8").split())


@lru_cache(maxsize=1)
def _foreign_places() -> frozenset[str]:
    return frozenset(_FOREIGN_PLACES.read_text("utf-8").split())


@lru_cache(maxsize=1)
def _romanised_places() -> frozenset[str]:
    return frozenset(sound(place) for place in _places() if len(sound(place)) >= _SHORTEST_ROMANISED)


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    return frozenset(_pinyin("".join(map(chr, range(0x4E00, 0x9FA6)))))


@lru_cache(maxsize=4096)
def sound(text: str) -> str:
    """The Pinyin of a text without tones or blanks."""
    return "".join(_pinyin(text)).lower().replace(" ", "")


def _pinyin(text: str) -> list[str]:
    return _speller()(text)


@lru_cache(maxsize=1)
def _speller() -> Callable[[str], list[str]]:
    # Its dictionary is 220,000 lists that never go. Going through them took .1 s of a question now and then,
    # and as long again while they are read: what is garbage by then goes before.
    gc.collect()
    collects = gc.isenabled()
    gc.disable()
    try:
        from pypinyin import Style, lazy_pinyin  # .2 s, and only documents and romanised names need it

        gc.freeze()
    finally:
        if collects:
            gc.enable()
    return partial(lazy_pinyin, style=Style.NORMAL)


def contains(text: str, name: Name) -> bool:
    """Whether the text has the name; romanised ones by sound."""
    if name.kind is NameKind.ROMANISED:
        return name.stem in sound(text)
    return name.stem in fold(text)


def _reads_as_pinyin(spelled: str) -> bool:
    """Whether the letters are one or two syllables of Pinyin."""
    known = _syllables()
    return spelled in known or any(
        spelled[:at] in known and spelled[at:] in known for at in range(1, len(spelled))
    )
