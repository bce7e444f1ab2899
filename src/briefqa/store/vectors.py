"""The vectors of a build: each text is embedded once, and none whose vector the live build has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from briefqa.errors import IndexMismatchError
from briefqa.models.embedding import Embedder
from briefqa.models.fingerprint import Fingerprint, fingerprint
from briefqa.models.late import TokenIndex
from briefqa.models.token_codes import Codes
from briefqa.progress import OnProgress, Progress, Stage
from briefqa.store.build import Build
from briefqa.store.builds import current_build
from briefqa.store.checked import CheckedBuild
from briefqa.store.dense import Vectors
from briefqa.store.known import KnownVectors
from briefqa.store.manifest import built_with, damaged_files, read_manifest
from briefqa.store.older import older_vectors
from briefqa.store.rules import rules_digest
from briefqa.store.searchable import Halves, Searchable
from briefqa.store.sums import BySums
from briefqa.store.unfinished import UnfinishedVectors

MIXED = "mixed"
_KEPT_TOGETHER = 512  # texts; some ten seconds of work


class UnitVectors:
    """Embeds passages, then sentences; counts how many texts were `embedded`.

    What it embeds is kept in `unfinished` as it goes, and what is there is not embedded again.
    """

    def __init__(
        self, embedder: Embedder, known: KnownVectors, unfinished: UnfinishedVectors, tell: OnProgress
    ) -> None:
        self._embedder = embedder
        self._known = known
        self._unfinished = unfinished
        self._tell = tell
        self._total = 0
        self._made_in: set[str] = set()
        self.embedded = 0

    def of(self, passages: Sequence[str], sentences: Sequence[str]) -> tuple[Vectors, Halves, TokenIndex]:
        """Float32 (passages, dimension), float16 (sentences, dimension), and the sentences' tokens."""
        held = self._unfinished
        of_passage = self._known.of_passages(list(dict.fromkeys(passages)))
        of_sentence = self._known.of_sentences(list(dict.fromkeys(sentences)))
        fresh_passages = [text for text in dict.fromkeys(passages) if text not in of_passage]
        fresh_sentences = [text for text in dict.fromkeys(sentences) if text not in of_sentence]
        new_passages = [text for text in fresh_passages if text not in held.passages]
        new_sentences = [text for text in fresh_sentences if text not in held.sentences]
        self._total = len(new_passages) + len(new_sentences)
        self._tell(Progress(Stage.EMBED, 0, self._total))
        for texts in _parts(new_passages):
            held.keep_passages(texts, self._embedder.embed_passages(texts, self._count))
        for texts in _parts(new_sentences):
            held.keep_sentences(texts, *self._embedder.embed_sentences(texts, self._count))
        self._made_in = held.precisions(fresh_passages, fresh_sentences)
        if of_passage or of_sentence:
            self._made_in.add(self._known.precision)
        of_passage |= {text: held.passages[text] for text in fresh_passages}
        of_sentence |= {text: _halved(*held.sentences[text]) for text in fresh_sentences}
        dimension = self._embedder.dimension
        return (
            _stacked([of_passage[text] for text in passages], dimension, np.float32),
            _stacked([of_sentence[text][0] for text in sentences], dimension, np.float16),
            TokenIndex.of([of_sentence[text][1] for text in sentences]),
        )

    def precision(self, grows: bool) -> str:
        """In which precision the vectors were made: MIXED when some were made in another one.

        Args:
            grows: whether vectors of the live build were taken over that `of` was not asked for.
        """
        made_in = self._made_in | ({self._known.precision} if grows else set())
        return next(iter(made_in)) if len(made_in) == 1 else MIXED

    def _count(self, finished: int) -> None:
        self.embedded += finished
        self._tell(Progress(Stage.EMBED, self.embedded, self._total))


def _halved(vector: Vectors, codes: Codes) -> tuple[Halves, Codes]:
    return vector.astype(np.float16), codes


def _parts(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(texts), _KEPT_TOGETHER):
        yield texts[at : at + _KEPT_TOGETHER]


def _stacked(
    rows: Sequence[npt.NDArray[np.floating]], dimension: int, dtype: type
) -> npt.NDArray[np.floating]:
    return np.stack(rows) if rows else np.empty((0, dimension), dtype)


@dataclass(frozen=True, slots=True)
class LiveBuild:
    """What the next build may take from the live one: its vectors, and all if the same rules read it."""

    vectors: KnownVectors
    searchable: Searchable | None = None

    @classmethod
    def nothing(cls) -> LiveBuild:
        """That the next build takes nothing."""
        return cls(KnownVectors.nothing())

    @property
    def gives_nothing(self) -> bool:
        """Whether a build with it is one without it."""
        return self.searchable is None and not self.vectors.count


def live_build(folder: Path, embedder: Embedder, checked: CheckedBuild | None = None) -> LiveBuild:
    """What the live build knows; nothing when it is damaged, of another model, or not there.

    Args:
        checked: what was found out about its files; None: only its vectors are wanted.
    """
    try:
        live = current_build(folder)
        manifest = read_manifest(live)
        same = manifest["model"]["digest"] == embedder.digest
        if not same or not built_with(manifest).matches(fingerprint(embedder)):
            return LiveBuild.nothing()
        if damaged_files(live, BySums(live)) if checked is None else checked.damaged:
            return LiveBuild.nothing()
        build = Build.open(live)
        held = build.searchable
        if checked is not None:  # its documents are at hand
            held = replace(held, units=replace(held.units, documents=build.documents_of(checked.sources)))
    except IndexMismatchError:
        return LiveBuild(older_vectors(live, embedder))
    except Exception:  # whatever is wrong with it, nothing of it is reused
        return LiveBuild.nothing()
    vectors = held.sentence_vectors, held.tokens, manifest["precision"]
    known = KnownVectors(held.marks, held.dense, *vectors)
    grows = checked is not None and manifest.get("rules") == rules_digest()
    return LiveBuild(known, held if grows else None)


def require_model(expected: Fingerprint, embedder: Embedder) -> None:
    """Raise IndexMismatchError unless the model gives vectors like those of the index."""
    if not expected.matches(fingerprint(embedder)):
        raise IndexMismatchError(
            f"The index was built with the model {expected.name!r} ({expected.dimension} dimensions), "
            f"and {embedder.name!r} ({embedder.dimension} dimensions) gives other vectors; "
            f"build it again with: briefqa build FOLDER --model {embedder.name}"
        )
