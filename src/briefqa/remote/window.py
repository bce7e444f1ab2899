"""What a question sees of a build on a server: a small `Searchable` of the passages that may be the best.

The server finds the nearest by their vectors and by their words, of the question's years too, and gives the
exact products for all of them. The first sum of `briefqa.retrieval.first_step` leaves as many as it leaves on
a disk; only of those are sentences, token states and texts fetched. Everything after that is the same code,
over the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from briefqa.models.embedding import EmbeddedQuestion
from briefqa.models.late import TokenIndex
from briefqa.question.parsing import Question
from briefqa.remote.ledger import Stored
from briefqa.remote.pieces import ServerFiles, ServerRows
from briefqa.remote.seen_words import ServerLexical, Translation, translated_shares, translations_had
from briefqa.remote.server import Kind, Row, Server
from briefqa.remote.server_rows import ServerSegments, raw_range
from briefqa.remote.words import Lexicon, ServerCatalogue, ServerPostings, Words, question_weights
from briefqa.retrieval.opened import Seen
from briefqa.retrieval.ranking import printed_spans
from briefqa.retrieval.weights import (
    CANDIDATES,
    FIRST_COSINE,
    FIRST_COVERAGE,
    FIRST_YEAR,
    MAX_PRINTED,
    lexical_evidence,
)
from briefqa.splitting.units import PASSAGE_ROW, SENTENCE_ROW, YEAR_ROW, Units
from briefqa.store.build import CATALOGUE_POSTINGS, HEADS, SENTENCE_ARRAYS, TERM_POSTINGS, VIEWS
from briefqa.store.dense import NEAREST, DenseIndex
from briefqa.store.documents import StoredDocuments
from briefqa.store.fits import check_fit
from briefqa.store.lexical import LexicalIndex
from briefqa.store.records import SealedRecords
from briefqa.store.searchable import Searchable
from briefqa.store.segments import segment_names
from briefqa.store.views import PassageViews, stored_views
from briefqa.text.folding import fold
from briefqa.text.tokens import characters

_BY_WORDS = 1_000  # passages that are found by their words
_PLACE = ("document", "start", "stop", "first", "last")


@dataclass(frozen=True, slots=True)
class _Reach:
    """How alike some passages are to a question.

    Attributes:
        terms: rows of the question's terms, with weight 1.
        reachable: the highest product with them.
        had: translations of its words.
        cosine, share, years: id → cosine, share of `reachable`, years; of those that were found.
    """

    vector: npt.NDArray[np.float32]
    terms: Mapping[int, float]
    reachable: float
    had: Sequence[Translation]
    cosine: dict[int, float] = field(default_factory=dict)
    share: dict[int, float] = field(default_factory=dict)
    years: dict[int, list[int]] = field(default_factory=dict)


class QuestionWindow:
    """Makes a small `Searchable` for each question."""

    def __init__(
        self,
        server: Server,
        stored: Stored,
        files: ServerFiles,
        documents: StoredDocuments,
        manifest: Mapping[str, Any],
    ) -> None:
        self._server, self._files, self._documents = server, files, documents
        self._passages = stored.collection(Kind.PASSAGES)
        self._words = Words(server, stored.collection(Kind.WORDS))
        self._count = int(manifest["counts"]["passages"])
        self._dimension = int(manifest["model"]["dimension"])
        self._views, self._heads = (
            (name, ServerRows(files, f"{name}_starts.npy")) for name in (VIEWS, HEADS)
        )
        arrays = [ServerSegments(files, name) for name in SENTENCE_ARRAYS]
        self._sentences, self._vectors, self._starts, self._tokens = arrays
        self._postings = ServerPostings(self._words, files, Lexicon.TERM, TERM_POSTINGS, self._count)
        keys = ServerPostings(self._words, files, Lexicon.KEY, CATALOGUE_POSTINGS, len(documents))
        self._catalogue = ServerCatalogue(keys)

    def of(self, question: Question, embedded: EmbeddedQuestion, documents: Sequence[int] | None) -> Seen:
        """The passages that may be among the best.

        Args:
            documents: numbers of those to search in; None means all.
        """
        self._words.fetch(Lexicon.TERM, question.terms)
        self._words.fetch(Lexicon.CHARACTER, characters(fold(question.text)))
        terms, reachable = question_weights(self._words, self._count, question.terms)
        had = translations_had(self._words, self._postings, self._count, question.translated)
        reach = _Reach(embedded.vector, terms, reachable, had)
        within = "" if documents is None else f"document in {sorted(documents)}"
        self._search(reach, question.years, within)
        printed = self._printed(question, documents)
        self._complete(reach, printed)
        numbers = np.array(sorted({*_best(reach, question.years), *printed}), np.int64)
        allowed = None if documents is None else np.ones(len(numbers), dtype=bool)
        return Seen(self._parts(numbers, reach), allowed, numbers)

    def _search(self, reach: _Reach, years: Sequence[int], within: str) -> None:
        """The nearest of all, and of those of the question's years: by vector, by words, by translations."""
        for condition in [within, *(_both(within, each) for each in _of_years(years))]:
            self._near(reach, NEAREST, condition)
            self._sharing(reach, _BY_WORDS, condition)
        passages, shares = translated_shares(reach.had)
        told = passages[np.lexsort((passages, -shares))[:_BY_WORDS]].tolist()
        if told and within:
            rows = self._server.where(self._passages, f"id in {told} and {within}", [])
            told = [int(row["id"]) for row in rows]
        self._complete(reach, {*reach.cosine, *reach.share, *told})

    def _complete(self, reach: _Reach, ids: Iterable[int]) -> None:
        """Have both products of some passages."""
        wanted = set(ids)
        if far := sorted(wanted - reach.cosine.keys()):
            self._near(reach, len(far), f"id in {far}")
        if missed := wanted - reach.cosine.keys():  # by a search that is not exact
            for each, row in self._server.rows(self._passages, missed, ["vector", "years"]).items():
                reach.cosine[each] = float(np.array(row["vector"], np.float32) @ reach.vector)
                reach.years[each] = list(row["years"])
        if unsaid := sorted(wanted - reach.share.keys()):
            self._sharing(reach, len(unsaid), f"id in {unsaid}")
            reach.share.update(dict.fromkeys(set(unsaid) - reach.share.keys(), 0.0))

    def _near(self, reach: _Reach, k: int, condition: str) -> None:
        ids, cosines, rows = self._server.nearest(self._passages, reach.vector, k, condition, ["years"])
        reach.cosine.update(zip(ids.tolist(), cosines.tolist(), strict=True))
        reach.years.update((int(each), list(row["years"])) for each, row in zip(ids, rows, strict=True))

    def _sharing(self, reach: _Reach, k: int, condition: str) -> None:
        if reach.terms:
            ids, sums, _ = self._server.nearest(self._passages, reach.terms, k, condition)
            shares = sums / np.float32(reach.reachable)
            reach.share.update(zip(ids.tolist(), shares.tolist(), strict=True))

    def _printed(self, question: Question, documents: Sequence[int] | None) -> set[int]:
        """The passages of the fields and articles that are asked for by their names."""
        nothing = Units(self._documents, np.empty(0, PASSAGE_ROW), np.empty(0, SENTENCE_ROW))
        known = self._searchable(
            nothing,
            DenseIndex.build(np.empty((0, self._dimension), np.float32)),
            ServerLexical.seen(self._words, 0, np.empty(0, np.int64), np.empty(0, np.float32), ()),
        )
        spans = list(islice(printed_spans(known, question, documents), MAX_PRINTED + 1))
        if len(spans) > MAX_PRINTED:
            return set()
        found = set()
        for document, start, _ in spans:
            condition = f"document == {document} and start <= {start} and stop > {start}"
            found |= {int(row["id"]) for row in self._server.where(self._passages, condition, [])}
        return found

    def _searchable(
        self, units: Units, dense: DenseIndex, lexical: LexicalIndex, **arrays: Any
    ) -> Searchable:
        empty = np.empty((0, self._dimension), np.float16)
        return Searchable(
            units,
            dense,
            lexical,
            arrays.get("vectors", empty),
            arrays.get("tokens", TokenIndex.of([])),
            arrays.get("years", np.empty(0, YEAR_ROW)),
            self._catalogue,
            arrays.get("views", PassageViews.of_units(units)),
        )

    def _parts(self, numbers: npt.NDArray[np.int64], reach: _Reach) -> Searchable:
        """The passages with their sentences, vectors, token states and years, numbered anew."""
        ids = numbers.tolist()
        rows = self._server.rows(self._passages, ids, [*_PLACE, "vector"])
        if len(rows) < len(ids):
            raise ValueError(f"{len(ids) - len(rows)} passages are missing")
        spans = [(int(rows[each]["first"]), int(rows[each]["last"])) for each in ids]
        sentences, vectors, tokens = self._of_sentences(spans)
        units = Units(self._documents, _renumbered([rows[each] for each in ids]), sentences)
        self._records(*self._heads, sorted({int(rows[each]["document"]) for each in ids}))
        views = stored_views(units, self._records(*self._views, ids), self._documents.head)
        shares = np.array([reach.share[each] for each in ids], np.float32)
        years = [(year, at) for at, each in enumerate(ids) for year in reach.years[each]]
        parts = self._searchable(
            units,
            DenseIndex.build(np.array([rows[each]["vector"] for each in ids], np.float32)),
            ServerLexical.seen(self._words, self._count, numbers, shares, reach.had),
            vectors=vectors,
            tokens=tokens,
            years=np.array(sorted(years), YEAR_ROW),
            views=views,
        )
        check_fit(parts)
        return parts

    def _records(self, name: str, starts: ServerRows, numbers: Sequence[int]) -> SealedRecords:
        """Some records of a file, numbered anew; they are at hand when they are asked for one by one, too."""
        found = self._files.parts([starts.range(each, each + 2) for each in numbers])
        spans = [starts.of([each]).tolist() for each in found]
        names = segment_names(name, self._files.sizes)
        data = self._files.parts([raw_range(self._files, names, *span) for span in spans])
        ends = np.cumsum([0, *map(len, data)], dtype=np.int64)
        return SealedRecords(np.frombuffer(b"".join(data), np.uint8), ends)

    def _of_sentences(
        self, spans: Sequence[tuple[int, int]]
    ) -> tuple[npt.NDArray[np.void], npt.NDArray[np.float16], TokenIndex]:
        """The sentences of some passages, their vectors and their token states."""
        wanted = [self._sentences.range(*span) for span in spans]
        wanted += [self._vectors.range(*span) for span in spans]
        wanted += [self._starts.range(start, end + 1) for start, end in spans]
        data = self._files.parts(wanted)
        count = len(spans)
        sentences = self._sentences.of(data[:count]).copy()
        sentences["passage"] = np.repeat(np.arange(count), [end - start for start, end in spans])
        starts = [self._starts.of([each]) for each in data[2 * count :]]
        tokens = self._files.parts([self._tokens.range(int(each[0]), int(each[-1])) for each in starts])
        lengths = np.concatenate([np.diff(each) for each in starts])
        index = TokenIndex(
            cast("npt.NDArray[np.uint8]", self._tokens.of(tokens)), np.concatenate([[0], np.cumsum(lengths)])
        )
        return sentences, cast("npt.NDArray[np.float16]", self._vectors.of(data[count : 2 * count])), index


def _best(reach: _Reach, years: Sequence[int]) -> list[int]:
    """The `CANDIDATES` best by the first sum."""
    ids = np.array(sorted(reach.cosine), np.int64)
    coverage = np.array([reach.share[each] for each in ids.tolist()], np.float32)
    passages, shares = translated_shares(reach.had)
    _, here, there = np.intersect1d(ids, passages, True, return_indices=True)
    coverage[here] += shares[there]
    total = FIRST_COSINE * np.array([reach.cosine[each] for each in ids.tolist()])
    total += FIRST_COVERAGE * lexical_evidence(np.minimum(coverage, np.float32(1.0)))
    total += FIRST_YEAR * np.array([len(set(years) & set(reach.years[each])) for each in ids.tolist()])
    best: list[int] = ids[np.lexsort((ids, -total))[:CANDIDATES]].tolist()
    return best


def _renumbered(rows: Sequence[Row]) -> npt.NDArray[np.void]:
    """PASSAGE_ROW of some passages whose sentences follow each other."""
    lengths = [int(row["last"]) - int(row["first"]) for row in rows]
    firsts = np.cumsum([0, *lengths])[:-1].tolist()
    return np.array(
        [
            (row["document"], row["start"], row["stop"], first)
            for row, first in zip(rows, firsts, strict=True)
        ],
        PASSAGE_ROW,
    )


def _of_years(years: Sequence[int]) -> list[str]:
    """Conditions: any of the years, each of several, all of them."""
    named = sorted(set(years))
    if not named:
        return []
    several = [f"array_contains(years, {year})" for year in named] if len(named) > 1 else []
    every = [f"array_contains_all(years, {named})"] if len(named) > 1 else []
    return [f"array_contains_any(years, {named})", *several, *every]


def _both(one: str, other: str) -> str:
    return f"{one} and {other}" if one else other
