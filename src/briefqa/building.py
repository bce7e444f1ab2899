"""Sources → a new build of the index: read, split, embed what is new, write aside, switch.

Nothing in the live build is touched until the new one is whole; an error, a raise from the
progress callback or a kill leaves the last good build answering.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from briefqa.errors import (
    DocumentError,
    EmptyCorpusError,
    InputError,
)
from briefqa.models.embedding import Embedder, fingerprint, open_embedder
from briefqa.progress import OnProgress, Progress, Stage, silent
from briefqa.reading.files import Reading, find_files, read_document
from briefqa.splitting.near_duplicates import near_duplicates
from briefqa.splitting.passages import MAX_CHARACTERS, TARGET_CHARACTERS
from briefqa.splitting.units import Units
from briefqa.store import builds as store
from briefqa.store import corpus
from briefqa.store.corpus import Source
from briefqa.store.dense import DenseIndex
from briefqa.store.lexical import K1, B, LexicalIndex
from briefqa.store.vectors import UnitVectors, built_with, known_vectors, require_model

Sources = str | Path | Sequence[str | Path]


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """How one document was read; page numbers are 1-based."""

    id: str
    title: str
    characters: int
    pages: int
    pages_inferred: bool
    headings: int
    removed_lines: int
    ocr_pages: tuple[int, ...]
    empty_pages: tuple[int, ...]
    suspect_pages: tuple[int, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build read, left out and embedded.

    `documents` are those read from files in this run; `skipped` are (path, reason);
    `duplicates` are (id left out, id that has the same text); `near_duplicates` are pairs of ids
    in the whole index of which one shares 80 % of its sentences with the other. `passages` and
    `sentences` count the whole index;
    `embedded` counts texts that were run through the model, `reused` those whose vectors were kept.
    """

    build_id: str
    documents: tuple[DocumentReport, ...]
    removed: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]
    duplicates: tuple[tuple[str, str], ...]
    near_duplicates: tuple[tuple[str, str], ...]
    document_count: int
    passages: int
    sentences: int
    embedded: int
    reused: int
    seconds: float


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
    with store.changing(folder):
        gathered = _gather(_paths(sources), tell)
        if not gathered.sources:
            raise EmptyCorpusError(_nothing(gathered))
        embedder = open_embedder(model)
        return _commit(folder, gathered, (), embedder, tell, began)


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
    with store.changing(folder):
        build = store.current_build(folder)
        held = corpus.load(build)
        gathered = _gather(_paths(sources), tell)
        if not gathered.sources:
            raise EmptyCorpusError(_nothing(gathered))
        new = {source.document.id for source in gathered.sources}
        kept = [source for source in held if source.document.id not in new]
        everything = _deduplicated(replace(gathered, sources=[*kept, *gathered.sources]))
        return _commit(folder, everything, (), _embedder_of(build), tell, began)


def remove_documents(
    document_ids: str | Iterable[str],
    index_dir: str | Path = "index",
    *,
    progress: OnProgress | None = None,
) -> BuildReport:
    """Take documents out of the index; they no longer answer, but `rollback` can bring them back.

    Raises:
        InputError: an id is not in the index.
        EmptyCorpusError: nothing would be left.
    """
    began = time.monotonic()
    folder = Path(index_dir)
    ids = {document_ids} if isinstance(document_ids, str) else set(document_ids)
    with store.changing(folder):
        build = store.current_build(folder)
        held = corpus.load(build)
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
        gathered = _Gathered(kept, [], [], [])
        embedder = _embedder_of(build)
        return _commit(folder, gathered, tuple(sorted(ids)), embedder, progress or silent, began)


@dataclass(frozen=True, slots=True)
class _Gathered:
    """Documents that go into a build, and what is to be said about files."""

    sources: list[Source]
    reports: list[DocumentReport]
    skipped: list[tuple[str, str]]
    duplicates: list[tuple[str, str]]


def _paths(sources: Sources) -> list[Path]:
    return [Path(sources)] if isinstance(sources, str | Path) else [Path(each) for each in sources]


def _gather(paths: list[Path], tell: OnProgress) -> _Gathered:
    files, skipped = find_files(paths)
    gathered = _Gathered([], [], list(skipped), [])
    for number, (document_id, path) in enumerate(files):
        tell(Progress(Stage.READ, number, len(files), document_id))
        try:
            reading = read_document(path, document_id, on_page=_page_counter(document_id, tell))
        except DocumentError as error:
            gathered.skipped.append((document_id, str(error)))
            continue
        gathered.sources.append(Source(reading.document, path))
        gathered.reports.append(_report(reading))
    tell(Progress(Stage.READ, len(files), len(files)))
    return _deduplicated(gathered)


def _page_counter(document_id: str, tell: OnProgress) -> Callable[[int, int], None]:
    return lambda done, total: tell(Progress(Stage.PAGES, done, total, document_id))


def _deduplicated(gathered: _Gathered) -> _Gathered:
    """One document for one text: the first id keeps it, the others become its further names."""
    first: dict[str, Source] = {}
    duplicates = list(gathered.duplicates)
    for source in sorted(gathered.sources, key=lambda each: each.document.id):
        text = source.document.text
        if text not in first:
            first[text] = source
            continue
        holder = first[text]
        names = {*holder.document.names, source.document.id, *source.document.names}
        document = replace(holder.document, names=tuple(sorted(names - {holder.document.id})))
        first[text] = replace(holder, document=document)
        duplicates.append((source.document.id, document.id))
    return replace(gathered, sources=list(first.values()), duplicates=duplicates)


def _commit(
    folder: Path,
    gathered: _Gathered,
    removed: tuple[str, ...],
    embedder: Embedder,
    tell: OnProgress,
    began: float,
) -> BuildReport:
    sources = sorted(gathered.sources, key=lambda source: source.document.id)
    units = Units.split([source.document for source in sources])
    vectors = UnitVectors(embedder, known_vectors(folder, embedder), tell)
    passages = [units.searched_passage(number) for number in range(len(units.passages))]
    sentences = [units.sentence_text(number) for number in range(len(units.sentences))]
    lexical, years = LexicalIndex.build(passages), units.years()  # cheap: before the long part
    passage_vectors, sentence_vectors, tokens = vectors.of(passages, sentences)
    tell(Progress(Stage.WRITE, 0, 1))
    with store.writing(folder) as aside:
        corpus.save(sources, aside)
        np.save(aside / store.PASSAGES, units.passages)
        np.save(aside / store.SENTENCES, units.sentences)
        np.save(aside / store.YEARS, years)
        DenseIndex.build(passage_vectors).save(aside / store.DENSE)
        np.save(aside / store.SENTENCE_VECTORS, sentence_vectors)
        np.save(aside / store.TOKENS, tokens.vectors)
        np.save(aside / store.TOKEN_STARTS, tokens.starts)
        lexical.save(aside / store.LEXICAL)
        build_id = store.publish(folder, aside, _manifest(embedder, units))
    tell(Progress(Stage.WRITE, 1, 1))
    return BuildReport(
        build_id=build_id,
        documents=tuple(gathered.reports),
        removed=removed,
        skipped=tuple(gathered.skipped),
        duplicates=tuple(gathered.duplicates),
        near_duplicates=near_duplicates(units),
        document_count=len(sources),
        passages=len(units.passages),
        sentences=len(units.sentences),
        embedded=vectors.embedded,
        reused=vectors.reused,
        seconds=time.monotonic() - began,
    )


def _embedder_of(build: Path) -> Embedder:
    """The model that a build was made with.

    Raises:
        IndexMismatchError: the model of that name gives other vectors now.
    """
    expected = built_with(store.read_manifest(build))
    embedder = open_embedder(expected.name)
    require_model(expected, embedder)
    return embedder


def _manifest(embedder: Embedder, units: Units) -> dict[str, object]:
    return {
        "model": asdict(fingerprint(embedder)),
        "settings": {
            "passage_characters": [TARGET_CHARACTERS, MAX_CHARACTERS],
            "bm25": [K1, B],
        },
        "counts": {
            "documents": len(units.documents),
            "passages": len(units.passages),
            "sentences": len(units.sentences),
        },
        "documents": {document.id: document.sha256 for document in units.documents},
    }


def _report(reading: Reading) -> DocumentReport:
    document = reading.document
    return DocumentReport(
        id=document.id,
        title=document.title,
        characters=len(document.text),
        pages=len(document.page_starts),
        pages_inferred=document.pages_inferred,
        headings=len(document.headings),
        removed_lines=reading.removed_lines,
        ocr_pages=document.ocr_pages,
        empty_pages=reading.empty_pages,
        suspect_pages=reading.suspect_pages,
        warnings=reading.warnings,
    )


def _nothing(gathered: _Gathered) -> str:
    if not gathered.skipped:
        return "The given folder holds no files; give one with documents."
    path, reason = gathered.skipped[0]
    more = f" (and {len(gathered.skipped) - 1} more)" if len(gathered.skipped) > 1 else ""
    return f"None of the given files could be read: {path!r}: {reason}{more}"
