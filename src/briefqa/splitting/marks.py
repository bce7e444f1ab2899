"""Eight bytes of a digest for each text of an index, by which equal texts are found without reading any.

No two texts of an index have one mark by chance: among 10 million it happens once in 370,000 indexes. Whoever
writes documents can search for two that have, some 2^32 digests; the later one then takes over the vector of
the other, so it is found by what the other says. What is quoted is never looked up by a mark.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from briefqa.splitting.units import BODY, Units
from briefqa.text.folding import fold

Marked = npt.NDArray[np.uint64]
NOTHING = 0  # of a sentence that says nothing about its document
_SHORT = 10  # characters of such a sentence


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of the texts of some units.

    Attributes:
        passages, sentences: uint64, of the forms in which they are embedded.
        said: uint64 (sentences,), of what a sentence of the body says, folded, without blanks; else NOTHING.
    """

    passages: Marked
    sentences: Marked
    said: Marked

    @classmethod
    def none(cls) -> Marks:
        """Of no text."""
        nothing = np.empty(0, np.uint64)
        return cls(nothing, nothing, nothing)

    @classmethod
    def of(cls, units: Units) -> Marks:
        """The marks of all units."""
        passages, sentences = range(len(units.passages)), range(len(units.sentences))
        texts = map(units.searched_passage, passages), map(units.searched_sentence, sentences)
        return cls.of_texts(units, sentences, *texts)

    @classmethod
    def of_texts(
        cls, units: Units, numbers: Sequence[int], passages: Iterable[str], sentences: Iterable[str]
    ) -> Marks:
        """The marks of some passages and sentences, by the forms in which they are embedded.

        Args:
            units: all.
            numbers: of those sentences.
            passages, sentences: their texts.
        """
        return cls(
            marks_of(passages),
            marks_of(sentences),
            np.fromiter((_said(units, number) for number in numbers), np.uint64, len(numbers)),
        )

    def distinct(self) -> int:
        """How many texts are embedded: equal ones once."""
        ordered = [np.sort(each) for each in (self.passages, self.sentences)]
        return sum(len(each) - int((each[1:] == each[:-1]).sum()) for each in ordered)

    def together(self) -> Marked:
        """All of them in one array: uint64 (passages + 2 sentences,), for `of_array`."""
        return np.concatenate([self.passages, self.sentences, self.said])

    @classmethod
    def of_array(cls, marks: Marked, passages: int, sentences: int) -> Marks:
        """What `together` gave.

        Raises:
            ValueError: they are not those of so many passages and sentences.
        """
        if marks.dtype != np.uint64 or marks.shape != (passages + 2 * sentences,):
            raise ValueError("the marks are of other texts")
        return cls(*np.split(marks, [passages, passages + sentences]))


def marks_of(texts: Iterable[str]) -> Marked:
    """The mark of each text: uint64 (texts,)."""
    return np.fromiter(map(_mark, texts), np.uint64)


def _mark(text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _said(units: Units, number: int) -> int:
    text = "".join(fold(units.sentence_text(number)).split())
    tells = units.sentences[number]["kind"] == BODY and len(text) >= _SHORT
    return _mark(text) if tells else NOTHING
