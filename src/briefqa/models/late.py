"""Late interaction: each word of a question finds the nearest word of a sentence.

One vector for a sentence blurs what it says in passing; the states of its tokens keep it apart
(Khattab & Zaharia, ColBERT, 2020). The states are centred, because all tokens of a language lie
close together, reduced to their main axes and kept as codes of 32 bytes, see `token_codes`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from briefqa.models.token_codes import CODE, Codes, Floats, cosines, packed
from briefqa.text.asking import ENGLISH_GRAMMAR, asking_spans
from briefqa.text.folding import fold

# Words that ask and grammar words: they find a near token everywhere.
_ASKING_WEIGHT = 0.15
_BASIS = files("briefqa") / "data" / "token_basis.npz"


@dataclass(frozen=True, slots=True)
class Basis:
    """How the states of one model are reduced; made by benchmarks/fit/fit_token_basis.py.

    Attributes:
        query_mean, passage_mean: float32 (dimension,): the mean unit state of each side.
        axes: float32 (dimension, WIDTH), orthonormal columns: the main axes of the centred states.
    """

    query_mean: Floats
    passage_mean: Floats
    axes: Floats

    def digest(self) -> str:
        """SHA-256 of the basis, hexadecimal; the same on every machine."""
        parts = (self.query_mean, self.passage_mean, self.axes)
        return hashlib.sha256(b"".join(part.astype("<f4").tobytes() for part in parts)).hexdigest()

    def of_question(self, states: Floats) -> Floats:
        """Unit rows, float32 (tokens, WIDTH), of states (tokens, dimension)."""
        return _unit((_unit(states) - self.query_mean) @ self.axes)

    def of_sentence(self, states: Floats) -> Codes:
        """The codes, uint8 (tokens, CODE), of states (tokens, dimension)."""
        return packed(_unit((_unit(states) - self.passage_mean) @ self.axes))


@dataclass(frozen=True, slots=True)
class QuestionTokens:
    """A question's tokens.

    Attributes:
        vectors: float32 (tokens, WIDTH), unit rows.
        spans: int64 (tokens, 2): `[start, end)` of each token in the question.
        weights: float32 (tokens,), they sum to 1: words that carry meaning count more than those that ask.
    """

    vectors: Floats
    spans: npt.NDArray[np.int64]
    weights: Floats


@dataclass(frozen=True, slots=True)
class TokenIndex:
    """The tokens of all sentences, in the order of the sentences, on disk until they are read.

    Attributes:
        codes: uint8 (tokens, CODE).
        starts: int64 (sentences + 1,): sentence s has the rows starts[s]:starts[s + 1].
    """

    codes: Codes
    starts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, sentences: Sequence[Codes]) -> TokenIndex:
        """The index of sentences given by their tokens, uint8 (tokens, CODE) each."""
        starts = np.cumsum([0, *map(len, sentences)], dtype=np.int64)
        codes = np.concatenate([*sentences, np.empty((0, CODE), np.uint8)])
        return cls(codes, starts)

    def of_sentence(self, sentence: int) -> Codes:
        """The tokens of one sentence, uint8 (tokens, CODE)."""
        return self.codes[self.starts[sentence] : self.starts[sentence + 1]]

    def nearest(self, question: QuestionTokens, sentences: Sequence[int] | npt.NDArray[Any]) -> Floats:
        """Cosine of each question token with the nearest token of each sentence.

        Args:
            sentences: their numbers.

        Returns:
            float32 (question tokens, sentences), −1 to 1; 0 for a sentence without tokens.
        """
        numbers = np.asarray(sentences, dtype=np.int64)
        starts = self.starts[numbers]
        lengths = self.starts[numbers + 1] - starts
        found = np.zeros((len(question.vectors), len(numbers)), dtype=np.float32)
        filled = np.flatnonzero(lengths)
        if len(filled) and len(question.vectors):
            ends = np.cumsum(lengths)
            rows = row_ranges(starts, lengths)
            near = cosines(self.codes[rows], question.vectors)
            found[:, filled] = np.maximum.reduceat(near, (ends - lengths)[filled], axis=0).T
        return found


def row_ranges(starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The numbers starts[i] to starts[i] + lengths[i] − 1 of all i, one after the other."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    numbers: npt.NDArray[np.int64] = np.arange(total) + np.repeat(starts - ends + lengths, lengths)
    return numbers


def question_tokens(text: str, vectors: Floats, spans: Sequence[tuple[int, int]]) -> QuestionTokens:
    """The tokens of `text` with their weights; `vectors` as `Basis.of_question` gives them."""
    folded = fold(text)
    asking = np.zeros(len(folded) + 1, dtype=bool)
    for start, end in asking_spans(folded):
        asking[start:end] = True
    weights = np.array([_weight(folded, asking, *span) for span in spans], dtype=np.float32)
    total = float(weights.sum())
    weights = weights / total if total else weights
    return QuestionTokens(vectors, np.array(spans, dtype=np.int64).reshape(-1, 2), weights)


def _weight(folded: str, asking: npt.NDArray[np.bool_], start: int, end: int) -> float:
    token = folded[start:end]
    if not any(character.isalnum() for character in token):
        return 0.0
    if re.fullmatch(r"[a-z\s]+", token):
        return _ASKING_WEIGHT if _word_around(folded, start, end) in ENGLISH_GRAMMAR else 1.0
    return _ASKING_WEIGHT if asking[start:end].all() else 1.0


def _word_around(folded: str, start: int, end: int) -> str:
    while start and folded[start - 1].isalpha() and folded[start - 1].isascii() and folded[start].isalpha():
        start -= 1
    while end < len(folded) and folded[end].isalpha() and folded[end].isascii():
        end += 1
    return folded[start:end].strip()


@lru_cache(maxsize=1)
def packaged_basis() -> Basis:
    """The basis of the packaged model."""
    with _BASIS.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        parts: dict[str, Any] = {name: stored[name].astype(np.float32) for name in stored.files}
    return Basis(**parts)


def _unit(rows: npt.NDArray[Any]) -> Floats:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    unit: Floats = (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit
