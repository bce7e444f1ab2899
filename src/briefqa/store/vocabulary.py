"""Words in order, each known by its row, on disk until they are looked for; which numbers have which."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from briefqa.store.rows import joined_spans

Part = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
_SORTED_AT_ONCE = 4_000_000  # words; some 100 MB


class WordRows(Mapping[str, int]):
    """Distinct words in the order of their characters → their rows, 0, 1, 2, …

    Args:
        text: uint8 (bytes,): the words in UTF-8, one after the other.
        starts: int64 (words + 1,): word r is text[starts[r]:starts[r + 1]].
    """

    def __init__(self, text: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64]) -> None:
        self.text = text
        self.starts = starts
        # A question looks its words up several times.
        self._row: Callable[[str], int | None] = lru_cache(maxsize=4_096)(partial(_row_of, text, starts))

    @classmethod
    def of(cls, words: Sequence[str]) -> WordRows:
        """The vocabulary of distinct words, sorted."""
        encoded = [word.encode("utf-8", "surrogatepass") for word in words]
        starts = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
        return cls(np.frombuffer(b"".join(encoded), np.uint8), starts)

    def places(self, words: Iterable[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """Of each word its row, or that before which it would come; and whether it is there."""
        found = [_place_of(self.text, self.starts, word) for word in words]
        return np.array([row for row, _ in found], np.int64), np.array([has for _, has in found], bool)

    def grown(self, sources: npt.NDArray[np.int64], fresh: Sequence[str]) -> WordRows:
        """Some of the words, by their rows, and fresh ones where a row is −1; all in order."""
        added = WordRows.of(fresh)
        text, starts = joined_spans((self.text, self.starts), sources, (added.text, added.starts))
        return WordRows(np.asarray(text), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __iter__(self) -> Iterator[str]:
        return (self._word(row).decode("utf-8", "surrogatepass") for row in range(len(self)))

    def __getitem__(self, word: str) -> int:
        row = self._row(word)
        if row is None:
            raise KeyError(word)
        return row

    def _word(self, row: int) -> bytes:
        return self.text[self.starts[row] : self.starts[row + 1]].tobytes()

    def save(self, folder: Path, name: str) -> None:
        """Write two files into `folder` whose names begin with `name`."""
        np.save(folder / f"{name}.npy", self.text)
        np.save(folder / f"{name}_starts.npy", self.starts)

    @classmethod
    def load(cls, folder: Path, name: str) -> WordRows:
        """Open what `save` wrote."""
        return cls(mapped(folder / f"{name}.npy"), mapped(folder / f"{name}_starts.npy"))


def _row_of(text: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], word: str) -> int | None:
    row, has = _place_of(text, starts, word)
    return row if has else None


def _place_of(text: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], word: str) -> tuple[int, bool]:
    """Its row, or that before which it would come, and whether it is there."""
    wanted = word.encode("utf-8", "surrogatepass")  # in UTF-8 bytes are ordered as characters are
    low, high = 0, len(starts) - 1
    while low < high:
        middle = (low + high) // 2
        found = text[starts[middle] : starts[middle + 1]].tobytes()
        if found == wanted:
            return middle, True
        if found < wanted:
            low = middle + 1
        else:
            high = middle
    return low, False


@dataclass(frozen=True, slots=True)
class Postings:
    """Which numbers have which words.

    Attributes:
        words: in order.
        starts: int64 (words + 1,): what is told of word r lies at starts[r]:starts[r + 1].
        numbers: int32 (postings,): ascending within a word.
        counts: (postings,): how often the number has the word.
        lengths: (numbers,): how many words each number has, repeats included.
    """

    words: WordRows
    starts: npt.NDArray[np.int64]
    numbers: npt.NDArray[np.int32]
    counts: npt.NDArray[np.integer]
    lengths: npt.NDArray[np.integer]


def postings_of(bags: Iterable[Iterable[str]]) -> Postings:
    """The postings of the words of number 0, 1, 2, …; nothing is kept of a bag but numbers."""
    rows: dict[str, int] = {}
    lengths = array("q")
    parts: list[Part] = []
    words = array("q")
    for number, bag in enumerate(bags):
        before = len(words)
        words.extend(number << 32 | rows.setdefault(word, len(rows)) for word in bag)
        lengths.append(len(words) - before)
        if len(words) > _SORTED_AT_ONCE:
            parts.append(np.unique(np.frombuffer(words, np.int64), return_counts=True))
            words = array("q")
    parts.append(np.unique(np.frombuffer(words, np.int64), return_counts=True))
    ordered = sorted(rows)
    rank = np.empty(len(rows), np.int64)
    rank[np.fromiter((rows[word] for word in ordered), np.int64, len(rows))] = np.arange(len(rows))
    return merged_postings(WordRows.of(ordered), rank, parts, np.array(lengths, np.int64))


def merged_postings(
    words: WordRows,
    rank: npt.NDArray[np.int64],
    parts: Iterable[Part],
    lengths: npt.NDArray[np.int64],
) -> Postings:
    """Parts, each of later numbers than the one before it, as one; they are gone through twice.

    Args:
        words: all words.
        rank: int64: a word as the parts number it → its row in `words`.
        parts: int64 pairs, number << 32 | word, ascending, and int64 how often.
        lengths: see `Postings`.
    """
    found = np.zeros(len(words), np.int64)
    for pairs, _ in parts:
        found += np.bincount(rank[pairs & 0xFFFFFFFF], minlength=len(words))
    starts = np.concatenate([[0], np.cumsum(found)]).astype(np.int64)
    numbers = np.empty(int(starts[-1]), np.int32)
    counts = np.empty(int(starts[-1]), np.int32)
    free = starts[:-1].copy()
    for pairs, times in parts:
        of_word = rank[pairs & 0xFFFFFFFF]
        order = np.argsort(of_word, kind="stable")
        sorted_words = of_word[order]
        within = np.arange(len(order)) - np.searchsorted(sorted_words, sorted_words)
        places = free[sorted_words] + within
        numbers[places] = (pairs >> 32)[order]
        counts[places] = times[order]
        free += np.bincount(of_word, minlength=len(words))
    return Postings(words, starts, numbers, counts, lengths)


def mapped(path: Path) -> npt.NDArray[Any]:
    """An array that stays on disk until parts of it are read.

    Raises:
        ValueError: the file is none that `numpy.save` wrote of rows, or holds more than the array.
    """
    array: np.memmap[Any, Any] = np.lib.format.open_memmap(path, mode="r")
    if not array.flags.c_contiguous or array.offset + array.nbytes != path.stat().st_size:
        raise ValueError(f"{path.name!r} holds more than an array, or one of another order")
    return np.asarray(array)  # a plain array: slices of a memmap cost ten times as much
