"""The arrays that ranking reads, in memory or on disk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from briefqa.models.late import TokenIndex
from briefqa.splitting.units import Units
from briefqa.store.catalogue import Catalogue
from briefqa.store.dense import DenseIndex, Vectors
from briefqa.store.growing import grown_years, moved_documents, moved_passages
from briefqa.store.lexical import LexicalIndex
from briefqa.store.views import PassageViews, grown_views


@dataclass(frozen=True, slots=True)
class Searchable:
    """Units with their vectors and terms.

    Attributes:
        units: documents, passages and sentences.
        dense: passage vectors.
        lexical: passage terms.
        sentence_vectors: float16 (sentences, dimension), on disk until rows of it are read.
        tokens: the tokens of the sentences.
        years: YEAR_ROW (pairs,), sorted: the passages that speak of each year.
        catalogue: which documents have which words in their titles and fields.
        views: the passages as questions look at them.
    """

    units: Units
    dense: DenseIndex
    lexical: LexicalIndex
    sentence_vectors: npt.NDArray[np.float16]
    tokens: TokenIndex
    years: npt.NDArray[np.void]
    catalogue: Catalogue
    views: PassageViews = field(compare=False, repr=False)

    @classmethod
    def of(
        cls,
        units: Units,
        passage_vectors: Vectors,
        sentence_vectors: npt.NDArray[np.floating],
        tokens: TokenIndex,
        before: Searchable | None = None,
    ) -> Searchable:
        """Index units by what a model made of `searched_texts(units)`.

        Args:
            units: documents, passages and sentences.
            passage_vectors: float32 (passages, dimension), unit rows.
            sentence_vectors: (sentences, dimension), unit rows; kept as float16.
            tokens: the tokens of the sentences.
            before: a whole index that the same rules read; what its documents say is not found out again.
        """
        dense, halves = DenseIndex.build(passage_vectors), sentence_vectors.astype(np.float16, copy=False)
        if before is not None:
            return cls(units, dense, *_grown(before, units, halves, tokens))
        return cls(
            units,
            dense,
            LexicalIndex.build(map(units.searched_passage, range(len(units.passages)))),
            halves,
            tokens,
            units.years(),
            Catalogue.of(units.documents),
            PassageViews.of_units(units),
        )


def _grown(
    before: Searchable, units: Units, halves: npt.NDArray[np.float16], tokens: TokenIndex
) -> tuple[Any, ...]:
    """What `Searchable` has beside its passages' vectors."""
    documents = moved_documents(before.units.documents, units.documents)
    moved = moved_passages(before.units, units, documents)
    gone, fresh = moved.gone.tolist(), moved.fresh.tolist()
    return (
        before.lexical.grown(
            moved, map(before.units.searched_passage, gone), map(units.searched_passage, fresh)
        ),
        halves,
        tokens,
        grown_years(before.years, moved, units.years(fresh)),
        before.catalogue.grown(documents, (units.documents[each] for each in documents.fresh.tolist())),
        grown_views(before.views, units, moved),
    )


def searched_texts(units: Units) -> tuple[list[str], list[str]]:
    """The texts of all passages and of all sentences, in the form in which they are embedded."""
    return (
        [units.searched_passage(number) for number in range(len(units.passages))],
        [units.searched_sentence(number) for number in range(len(units.sentences))],
    )
