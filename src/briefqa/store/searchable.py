"""The arrays that ranking reads, in memory or on disk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

import numpy as np
import numpy.typing as npt

from briefqa.models.late import TokenIndex
from briefqa.splitting.marks import Marks
from briefqa.splitting.units import Units
from briefqa.store.catalogue import Catalogue
from briefqa.store.dense import DenseIndex, Vectors
from briefqa.store.growing import GrownUnits, Texts, grown_marks, grown_tokens, grown_years
from briefqa.store.lexical import LexicalIndex
from briefqa.store.records import SealedRecords
from briefqa.store.rows import joined
from briefqa.store.views import PassageViews, grown_views

Halves = npt.NDArray[np.float16]


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
        marks: of the texts; questions do not need them.
    """

    units: Units
    dense: DenseIndex
    lexical: LexicalIndex
    sentence_vectors: Halves
    tokens: TokenIndex
    years: npt.NDArray[np.void]
    catalogue: Catalogue
    views: PassageViews = field(compare=False, repr=False)
    marks: Marks = field(default_factory=Marks.none, compare=False, repr=False)

    @classmethod
    def of(
        cls,
        units: Units,
        texts: Texts,
        passage_vectors: Vectors,
        sentence_vectors: npt.NDArray[np.floating],
        tokens: TokenIndex,
    ) -> Searchable:
        """Index units by what a model made of their texts.

        Args:
            units: documents, passages and sentences.
            texts: what `searched_texts(units)` gave, which takes seconds of many.
            passage_vectors: float32 (passages, dimension), unit rows.
            sentence_vectors: (sentences, dimension), unit rows; kept as float16.
            tokens: the tokens of the sentences.
        """
        return cls(
            units,
            DenseIndex.build(passage_vectors, sentence_vectors),
            LexicalIndex.build(texts[0]),
            sentence_vectors.astype(np.float16, copy=False),
            tokens,
            units.years(),
            Catalogue.of(units.documents),
            PassageViews.of_units(units),
            Marks.of_texts(units, range(len(units.sentences)), *texts),
        )

    def grown(
        self,
        to: GrownUnits,
        texts: Texts,
        passage_vectors: Vectors,
        sentence_vectors: Halves,
        tokens: TokenIndex,
    ) -> Searchable:
        """The index of other units, as `of` makes it; what both say is taken over from this one, of a build.

        Args:
            to: the units.
            texts, passage_vectors, sentence_vectors, tokens: of those passages and sentences that are fresh.
        """
        units, passages, sentences = to.units, to.passages, to.sentences
        gone = map(self.units.searched_passage, passages.gone.tolist())
        of_sentences = joined(self.sentence_vectors, sentences.sources(), sentence_vectors)
        return Searchable(
            units,
            cast("DenseIndex", self.dense.grown(passages, passage_vectors, of_sentences)),
            self.lexical.grown(passages, gone, texts[0]),
            cast("Halves", of_sentences),
            grown_tokens(self.tokens, sentences, tokens),
            grown_years(self.years, passages, units.years(passages.fresh.tolist())),
            self.catalogue.grown(to.documents, [units.documents[each] for each in to.documents.fresh]),
            grown_views(cast("SealedRecords", self.views.stored), units, passages),
            grown_marks(self.marks, to, texts),
        )


def searched_texts(units: Units) -> Texts:
    """The texts of all passages and of all sentences, in the form in which they are embedded."""
    return (
        [units.searched_passage(number) for number in range(len(units.passages))],
        [units.searched_sentence(number) for number in range(len(units.sentences))],
    )
