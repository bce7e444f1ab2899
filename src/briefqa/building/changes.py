"""The three changes of an index: read, split, embed what is new, write aside, switch.

Nothing in the live build is touched until the new one is whole; an error, a raise from the
progress callback or a kill leaves the last good build answering.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from briefqa.building.gathering import Gathered, Sources, gather
from briefqa.building.reports import BuildReport
from briefqa.errors import EmptyCorpusError, InputError
from briefqa.models.embedding import Embedder, open_embedder
from briefqa.models.fingerprint import fingerprint
from briefqa.progress import OnProgress, Progress, Stage, silent
from briefqa.splitting.near_duplicates import near_duplicates
from briefqa.splitting.passages import MAX_CHARACTERS, TARGET_CHARACTERS
from briefqa.splitting.units import Units
from briefqa.store.build import Build, stored_sources
from briefqa.store.builds import changing, current_build, publish, writing
from briefqa.store.corpus import Source, distinct
from briefqa.store.lexical import K1, B
from briefqa.store.manifest import built_with, read_manifest
from briefqa.store.searchable import Searchable, searched_texts
from briefqa.store.vectors import UnitVectors, known_vectors, require_model


def build_index(
    sources: Sources,
    index_dir: str | Path = "index",
    *,
    model: str | None = None,
    progress: OnProgress | None = None,
) -> BuildReport:
    """Replace what the index holds by the documents in `sources` (files or folders).

    Args:
        sources: a path or a list of paths; folders are read with all their subfolders.
        index_dir: the index's folder; made if it is not there.
        model: name or folder of a sentence-transformers model; None keeps the packaged one.
        progress: is told how far the work is; raising from it cancels.

    Raises:
        InputError: a path does not exist.
        EmptyCorpusError: no file could be read; the index stays as it was.
        IndexBusyError: another process is changing the index.
        ModelUnavailableError: the model cannot be loaded.
    """
    began = time.monotonic()
    folder = Path(index_dir)
    tell = progress or silent
    with changing(folder):
        gathered = gather(sources, tell)
        return _commit(folder, gathered.sources, gathered, (), open_embedder(model), tell, began)


def add_documents(
    sources: Sources, index_dir: str | Path = "index", *, progress: OnProgress | None = None
) -> BuildReport:
    """Add documents to the index; one with an id that is there already replaces it.

    Only texts that the index does not hold yet are embedded.

    Raises:
        IndexNotFoundError: there is no index to add to.
        IndexMismatchError: the index's model is no longer the one that it was built with.
        EmptyCorpusError: none of the files could be read.
    """
    began = time.monotonic()
    folder = Path(index_dir)
    tell = progress or silent
    with changing(folder):
        live = current_build(folder)
        embedder = _embedder_of(live)
        held = stored_sources(live)
        gathered = gather(sources, tell)
        new = {source.document.id for source in gathered.sources}
        kept = [source for source in held if source.document.id not in new]
        return _commit(folder, [*kept, *gathered.sources], gathered, (), embedder, tell, began)


def remove_documents(
    document_ids: str | Iterable[str],
    index_dir: str | Path = "index",
    *,
    progress: OnProgress | None = None,
) -> BuildReport:
    """Take documents out of the index; they no longer answer, but `rollback` can bring them back.

    A text that another document has too stays, under that one's id.

    Raises:
        InputError: an id is not in the index.
        EmptyCorpusError: nothing would be left.
    """
    began = time.monotonic()
    folder = Path(index_dir)
    ids = {document_ids} if isinstance(document_ids, str) else set(document_ids)
    with changing(folder):
        live = current_build(folder)
        embedder = _embedder_of(live)
        held = stored_sources(live)
        if unknown := sorted(ids - {source.document.id for source in held}):
            raise InputError(
                f"The index holds no document {unknown[0]!r}; "
                f"see the list with: briefqa info --index {folder}"
            )
        kept = [source for source in held if source.document.id not in ids]
        if not kept:
            raise EmptyCorpusError(
                "Removing these documents would leave the index empty; "
                "build it from other documents instead: briefqa build FOLDER"
            )
        return _commit(folder, kept, Gathered(), tuple(sorted(ids)), embedder, progress or silent, began)


def _commit(
    folder: Path,
    sources: Sequence[Source],
    gathered: Gathered,
    removed: tuple[str, ...],
    embedder: Embedder,
    tell: OnProgress,
    began: float,
) -> BuildReport:
    sources = sorted(sources, key=lambda source: source.document.id)
    units = Units.split(distinct(sources))
    vectors = UnitVectors(embedder, known_vectors(folder, embedder), tell)
    searchable = Searchable.of(units, *vectors.of(*searched_texts(units)))
    tell(Progress(Stage.WRITE, 0, 1))
    made_here = {"precision": vectors.precision, "probe": fingerprint(embedder).probe}
    with writing(folder) as aside:
        build_id = Build.write(aside, sources, searchable, _facts(embedder, units), made_here)
        publish(folder, aside, build_id)
    tell(Progress(Stage.WRITE, 1, 1))
    return BuildReport(
        build_id=build_id,
        documents=gathered.reports,
        removed=removed,
        skipped=gathered.skipped,
        duplicates=_duplicates(units, {report.id for report in gathered.reports}),
        near_duplicates=near_duplicates(units),
        document_count=len(units.documents),
        passages=len(units.passages),
        sentences=len(units.sentences),
        embedded=vectors.embedded,
        reused=vectors.reused,
        seconds=time.monotonic() - began,
    )


def _duplicates(units: Units, read: set[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, document.id) for document in units.documents for name in document.names if name in read
    )


def _embedder_of(live: Path) -> Embedder:
    """The model that a build was made with.

    Raises:
        IndexMismatchError: the model of that name gives other vectors now.
    """
    expected = built_with(read_manifest(live))
    embedder = open_embedder(expected.name)
    require_model(expected, embedder)
    return embedder


def _facts(embedder: Embedder, units: Units) -> dict[str, Any]:
    return {
        "model": {"name": embedder.name, "dimension": embedder.dimension, "digest": embedder.digest()},
        "settings": {"passage_characters": [TARGET_CHARACTERS, MAX_CHARACTERS], "bm25": [K1, B]},
        "counts": {
            "documents": len(units.documents),
            "passages": len(units.passages),
            "sentences": len(units.sentences),
        },
    }
