"""Whether the arrays of a build fit each other and its texts, so that no question runs into a hole.

Checksums tell of damage, not of malice: whoever writes a build can write its checksums too.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from briefqa.models.late import WIDTH
from briefqa.splitting.units import PASSAGE_ROW, SENTENCE_ROW, YEAR_ROW
from briefqa.store.records import SealedRecords
from briefqa.store.searchable import Searchable


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
    _require(_inside(passages, lengths[passages["document"]]), "a passage leaves its document")
    first = passages["first"].astype(np.int64)
    _require(first[0] == 0 and _rises(first) and first[-1] < len(sentences), "sentences miss their passages")
    _require(bool((sentences["passage"] < len(passages)).all()), "a sentence is of no passage")
    of_document = lengths[passages["document"][sentences["passage"]]]
    _require(_inside(sentences, of_document), "a sentence leaves its document")
    _require(bool((years["passage"] < len(passages)).all()), "a year is of no passage")
    _require(parts.dense.count == len(passages), f"{parts.dense.count} vectors for {len(passages)} passages")
    vectors = parts.sentence_vectors
    _require(
        vectors.dtype == np.float16 and vectors.shape == (len(sentences), parts.dense.dimension),
        f"sentence vectors of the shape {vectors.shape} for {len(sentences)} sentences",
    )
    tokens, starts = parts.tokens.vectors, parts.tokens.starts
    _require(tokens.dtype == np.int8 and tokens.shape[1:] == (WIDTH,), "the tokens have another shape")
    _require(_points(starts, len(sentences), len(tokens)), "tokens miss their sentences")
    _require(_points(lexical.starts, len(lexical.rows), len(lexical.passages)), "terms miss their passages")
    _require(len(lexical.weights) == len(lexical.passages), "passages of terms have no weight")
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


def check_records(name: str, records: SealedRecords, count: int) -> None:
    """Raise ValueError unless the records are `count` and lie in their file."""
    _require(_points(records.starts, count, len(records.content)), f"the {name} miss their records")


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
