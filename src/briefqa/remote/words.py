"""What words a build on a server knows and how rare they are: rows, found by the digest of a word."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from functools import partial, reduce
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from briefqa.remote.pieces import ServerFiles, ServerRows
from briefqa.remote.refusals import unasked
from briefqa.remote.server import NUMBERS, Kind, Row, Server
from briefqa.store.catalogue import Catalogue
from briefqa.store.lexical import K1, LexicalIndex, rarity
from briefqa.store.vocabulary import WordRows

_KEPT = 65_536  # words
Numbers = npt.NDArray[np.int32]


class Lexicon(Enum):
    """Where a word is looked up, see `LexicalIndex` and `Catalogue`."""

    TERM = "t"
    CHARACTER = "c"
    KEY = "k"


def word_id(lexicon: Lexicon, word: str) -> int:
    """The id of a word's row: 63 bits of its digest.

    Of a hundred million words two have the same with a probability of 1 in 2,000, and count as one then.
    """
    written = (lexicon.value + word).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(written).digest()[:8], "big") >> 1


def word_rows(lexical: LexicalIndex, catalogue: Catalogue) -> Iterator[Row]:
    """The rows of all words of a build, see `Known`."""
    for lexicon, words, starts in (
        (Lexicon.TERM, lexical.rows, lexical.starts),
        (Lexicon.KEY, catalogue.keys, catalogue.starts),
    ):
        for row, word in enumerate(words):
            at, end = int(starts[row]), int(starts[row + 1])
            yield {"id": word_id(lexicon, word), "row": row, "found": end - at, "at": at}
    for row, character in enumerate(lexical.characters):
        found = int(lexical.holders[row])
        yield {"id": word_id(Lexicon.CHARACTER, character), "row": row, "found": found, "at": 0}


class Known(NamedTuple):
    """What is known of a word: its row (−1: nobody has it), how many have it, where its postings begin."""

    row: int
    found: int
    at: int


_NOBODY = Known(-1, 0, 0)


class Words:
    """Looks words up, and keeps those that were."""

    def __init__(self, server: Server, collection: str) -> None:
        self._server, self._collection = server, collection
        self._known: dict[int, Known] = {}

    def fetch(self, lexicon: Lexicon, words: Iterable[str]) -> None:
        """Look up all of them together, because each is asked for next."""
        self._fetch({word_id(lexicon, word) for word in words})

    def known(self, lexicon: Lexicon, word: str) -> Known:
        """What is known of a word."""
        key = word_id(lexicon, word)
        held = self._known.get(key)
        return self._fetch({key})[key] if held is None else held

    def _fetch(self, ids: set[int]) -> dict[int, Known]:
        known = self._known  # another thread may begin a new one meanwhile
        missing = {each for each in ids if each not in known}
        found = {each: known.get(each, _NOBODY) for each in ids}
        if missing:
            rows = self._server.rows(self._collection, missing, NUMBERS[Kind.WORDS])
            found |= {each: Known(*(row[name] for name in Known._fields)) for each, row in rows.items()}
            if min(number for each in found.values() for number in each) < min(_NOBODY):
                raise unasked(self._server.address, "counts of words that are none")
        if len(self._known) > _KEPT:
            self._known = {}  # another thread goes on with what it holds
        self._known |= found
        return found


class ServerPostings:
    """Which numbers have a word: read by the words that are asked for.

    Args:
        count: of all numbers.

    Raises:
        ValueError: the file is none of numbers.
    """

    def __init__(self, words: Words, files: ServerFiles, lexicon: Lexicon, name: str, count: int) -> None:
        self._words, self._files, self._lexicon, self.count = words, files, lexicon, count
        self._rows = ServerRows(files, name)
        if self._rows.dtype != np.int32 or len(self._rows.shape) > 1:
            raise ValueError(f"{name!r} is no list of numbers")

    def of(self, words: Sequence[str]) -> list[Numbers]:
        """The numbers of each word, ascending; all are asked for together.

        Raises:
            IndexCorruptError: the server has others.
        """
        self._words.fetch(self._lexicon, words)
        known = [self._words.known(self._lexicon, word) for word in words]
        data = self._files.parts([self._rows.range(each.at, each.at + each.found) for each in known])
        numbers = [self._rows.of([each]) for each in data]
        if not all(((each >= 0) & (each < self.count)).all() for each in numbers):
            raise self._files.damaged(ValueError("a word is in what is not there"))
        return numbers


def question_weights(words: Words, count: int, asked: Sequence[str]) -> tuple[dict[int, float], float]:
    """The rows of a question's terms, each with weight 1, and the highest reachable score."""
    rows, reachable = {}, 0.0
    for term in sorted(set(asked)):
        known = words.known(Lexicon.TERM, term)
        reachable += rarity(count, known.found) * (K1 + 1)
        if known.row >= 0:
            rows[known.row] = 1.0
    return rows, reachable


class ServerCatalogue(Catalogue):
    """Which documents of a build on a server have which words in their titles and fields."""

    def __init__(self, postings: ServerPostings) -> None:
        super().__init__(WordRows.of([]), np.zeros(1, np.int64), np.empty(0, np.int32), postings.count)
        object.__setattr__(self, "postings", postings)

    def _all_of(self, keys: Iterable[str]) -> Numbers:
        wanted = sorted(set(keys))
        if not wanted:
            return np.arange(self.count, dtype=np.int32)
        held: list[Numbers] = self.postings.of(wanted)  # type: ignore[attr-defined]
        both = partial(np.intersect1d, assume_unique=True)
        return reduce(both, sorted(held, key=len))
