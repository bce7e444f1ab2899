"""Whether the arrays of a build fit each other and its texts, so that no question runs into a hole.

Checksums tell of damage, not of malice: whoever writes a build can write its checksums too.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from briefqa.models.late import TokenIndex
from briefqa.models.token_codes import CODE
from briefqa.splitting.units import MATTER, PASSAGE_ROW, SENTENCE_ROW, YEAR_ROW, Units
from briefqa.store.dense import DenseIndex
from briefqa.store.lexical import K1
from briefqa.store.records import SealedRecords
from briefqa.store.searchable import Halves, Searchable

_LONGEST = 1.01  # of the square of a unit vector in 16 bits
_AT_ONCE = 65_536  # vectors


def check_fit(parts: Searchable) -> None:
    """Raise ValueError, with what is wrong, unless every number of an array points at what is there."""
    units, lexical = parts.units, parts.lexical
    passages, sentences, years = units.passages, units.sentences, parts.years
    for name, array, dtype in (
        ("passages", passages, PASSAGE_ROW),
        ("sentences", sentences, SENTENCE_ROW),
        ("years", years, YEAR_ROW),
    ):
        if array.ndim != 1 or array.dtype != dtype:
            raise ValueError(f"the {name} are no rows of their kind")
    _require(len(passages) > 0 and len(sentences) > 0, "there is no passage")
    lengths = units.text_lengths()
    _require(bool((passages["document"] < len(lengths)).all()), "a passage is of no document")
    _require(_rises(passages["document"]), "the passages are in disorder")
    _require(_inside(passages, lengths[passages["document"]]), "a passage leaves its document")
    first = passages["first"].astype(np.int64)
    _require(first[0] == 0 and _rises(first) and first[-1] < len(sentences), "sentences miss their passages")
    counts = np.diff(first, append=len(sentences))
    of_passage = np.repeat(np.arange(len(passages)), counts)
    _require(bool((sentences["passage"] == of_passage).all()), "a sentence is of another passage")
    _require(bool((sentences["kind"] <= MATTER).all()), "a sentence is of no kind")
    of_document = lengths[passages["document"][sentences["passage"]]]
    _require(_inside(sentences, of_document), "a sentence leaves its document")
    _require(bool((years["passage"] < len(passages)).all()), "a year is of no passage")
    _require(_rises(years["year"]), "the years are in disorder")
    check_vectors(units, parts.dense, parts.sentence_vectors, parts.tokens)
    _require(_points(lexical.starts, len(lexical.rows), len(lexical.passages)), "terms miss their passages")
    _require(len(lexical.weights) == len(lexical.passages), "passages of terms have no weight")
    _require(len(lexical.counts) == len(lexical.passages), "passages of terms have no count")
    _require(len(lexical.lengths) == len(passages), "the lengths are of other passages")
    _require(len(lexical.holders) == len(lexical.characters), "characters miss their numbers")
    catalogue = parts.catalogue
    _require(_points(catalogue.starts, len(catalogue.keys), len(catalogue.documents)), "keys miss documents")
    _require(catalogue.count == len(lengths), "the catalogue is of other documents")
    for words in (lexical.rows, lexical.characters, catalogue.keys):
        _require(_points(words.starts, len(words), len(words.text)), "words miss their characters")
    named = catalogue.documents
    _require(not len(named) or (named.min() >= 0 and named.max() < len(lengths)), "a key is in no document")
    held = lexical.passages
    _require(not len(held) or (held.min() >= 0 and held.max() < len(passages)), "a term is in no passage")


def check_vectors(units: Units, dense: DenseIndex, sentence_vectors: Halves, tokens: TokenIndex) -> None:
    """Raise ValueError unless every passage has a vector, and every sentence one and its tokens."""
    passages, sentences = len(units.passages), len(units.sentences)
    _require(dense.count == passages, f"{dense.count} vectors for {passages} passages")
    _require(
        sentence_vectors.dtype == np.float16 and sentence_vectors.shape == (sentences, dense.dimension),
        f"sentence vectors of the shape {sentence_vectors.shape} for {sentences} sentences",
    )
    _require(fits_sentences(tokens, sentences), "tokens miss their sentences")


def check_records(name: str, records: SealedRecords, count: int) -> None:
    """Raise ValueError unless the records are `count` and lie in their file."""
    _require(_points(records.starts, count, len(records.content)), f"the {name} miss their records")


def check_values(parts: Searchable) -> None:
    """Raise ValueError where a number is none, or is larger than any can be; reads all vectors.

    A vector that is longer than 1, or is no vector, comes before all others or never, whatever is asked.
    """
    for name, vectors in (("passage", parts.dense.vectors()), ("sentence", parts.sentence_vectors)):
        _require(bool(at_most_unit(vectors).all()), f"a {name} has a vector that is none")
    _require(parts.dense.names_only_its_own(), "the cells name other vectors")
    count, weights = parts.lexical.count, parts.lexical.weights
    highest = np.log1p((count + 0.5) / 0.5) * (K1 + 1)
    held = (weights >= 0) & (weights <= highest)
    _require(weights.dtype == np.float32 and bool(held.all()), "a term has a weight that is none")


def fits_sentences(tokens: TokenIndex, count: int) -> bool:
    """Whether every token is one, and so many sentences have theirs."""
    codes, starts = tokens.codes, tokens.starts
    return codes.dtype == np.uint8 and codes.shape[1:] == (CODE,) and _points(starts, count, len(codes))


def at_most_unit(vectors: npt.NDArray[np.floating]) -> npt.NDArray[np.bool_]:
    """Which rows have the length 1 at most, but for rounding: bool (rows,)."""
    lengths = [
        np.einsum("ij,ij->i", part, part)
        for at in range(0, len(vectors), _AT_ONCE)
        for part in (vectors[at : at + _AT_ONCE].astype(np.float32),)
    ]
    squares = np.concatenate([np.empty(0, np.float32), *lengths])
    return squares <= _LONGEST


def _require(holds: bool | np.bool_, wrong: str) -> None:
    if not holds:
        raise ValueError(wrong)


def _inside(rows: npt.NDArray[np.void], lengths: npt.NDArray[np.int64]) -> bool:
    return bool(((rows["start"] <= rows["end"]) & (rows["end"] <= lengths)).all())


def _rises(numbers: npt.NDArray[np.integer]) -> bool:
    return bool((np.diff(numbers.astype(np.int64)) >= 0).all())


def _points(starts: npt.NDArray[np.integer], count: int, end: int) -> bool:
    """Whether `starts` cut `end` rows into `count` parts."""
    if starts.ndim != 1 or starts.dtype.kind not in "iu" or len(starts) != count + 1:
        return False
    return bool(starts[0] == 0 and starts[-1] == end and _rises(starts))
