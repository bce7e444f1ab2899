"""One build, on disk and opened; this module, `source_files` and `older` know the names of its files.

manifest.json      written last, see `manifest`
documents.jsonl    one document a line, without its text
corpus.json        where the documents lie, and what they say of each other, see `documents`
catalogue/         which documents have which words in their titles and fields
texts/000001.txt   normalised texts, in the order of documents.jsonl
originals/000001.pdf   the source files, for the source view
boxes/000001.npy   character boxes of documents with page images
passages.npy  sentences.npy      offsets into the texts
views  heads       what passages and their documents say, see `records`
years.npy          which passages speak of which year
marks.npy          digests of what is embedded, see `briefqa.splitting.marks`
passages.faiss  sentence_vectors.npy  lexical/
passages.faiss.cells   of a large index only
tokens.npy  token_starts.npy     the tokens of the sentences
sums.json          of a large index only, see `sums`
sentence_vectors_000002.npy …    of a large index only, like further parts of tokens and views, see `segments`
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from briefqa.errors import IndexCorruptError
from briefqa.models.late import TokenIndex
from briefqa.reading.document import Document
from briefqa.splitting.marks import Marks
from briefqa.splitting.units import Units
from briefqa.store.catalogue import POSTINGS, Catalogue
from briefqa.store.corpus import Source, document_head, document_of, head_of
from briefqa.store.dense import CELLS_OF, DenseIndex
from briefqa.store.documents import READ_AT_ONCE, Corpus, StoredDocuments
from briefqa.store.files import BuildFiles, FolderFiles
from briefqa.store.fits import check_fit, check_records, check_values
from briefqa.store.lexical import PASSAGES, WEIGHTS, LexicalIndex
from briefqa.store.links import Links
from briefqa.store.manifest import NEAREST_FOUND, files_of, is_read_whole, read_manifest, write_manifest
from briefqa.store.recall import recall_of_json, told_recall
from briefqa.store.records import SealedRecords
from briefqa.store.searchable import Searchable
from briefqa.store.segments import first_name, mapped_segments, save_segments, segment_bounds
from briefqa.store.source_files import BOXES, CORPUS, DOCUMENTS, ORIGINALS, TEXTS, write_sources
from briefqa.store.sums import SUMS, write_sums
from briefqa.store.views import stored_views
from briefqa.store.vocabulary import mapped

_PASSAGES = "passages.npy"
_SENTENCES = "sentences.npy"
_YEARS = "years.npy"
_DENSE = "passages.faiss"
_SENTENCE_VECTORS = "sentence_vectors.npy"
_TOKENS = "tokens.npy"
_TOKEN_STARTS = "token_starts.npy"
_MARKS = "marks.npy"
_LEXICAL = "lexical"
_CATALOGUE = "catalogue"
VIEWS = "views"
HEADS = "heads"
# What is read by parts where a build lies on a server.
SENTENCE_ARRAYS = (_SENTENCES, _SENTENCE_VECTORS, _TOKEN_STARTS, _TOKENS)
CATALOGUE_POSTINGS = f"{_CATALOGUE}/{POSTINGS}"
TERM_POSTINGS = f"{_LEXICAL}/{PASSAGES}"
_ROUNDED = {_DENSE, _DENSE + CELLS_OF, _SENTENCE_VECTORS, _TOKENS, f"{_LEXICAL}/{WEIGHTS}", SUMS}


@dataclass(frozen=True, slots=True)
class Build:
    """An opened build.

    Attributes:
        folder: where it lies.
        manifest: what it is and how it was made.
        originals: id → stored file of every document that was given; several may have the same text.
        numbers: id → number of its text among the distinct documents.
        searchable: the distinct documents and their arrays.
    """

    folder: Path
    manifest: Mapping[str, Any]
    originals: Mapping[str, Path]
    numbers: Mapping[str, int]
    searchable: Searchable

    @classmethod
    def open(cls, folder: Path) -> Build:
        """Open what `write` wrote; all that grows with the texts stays on disk until it is used.

        Raises:
            IndexCorruptError, IndexMismatchError: as `read_manifest`.
            Exception: a file cannot be read, or the files do not fit each other.
        """
        manifest = read_manifest(folder)
        files = FolderFiles(folder)
        corpus, documents = opened_documents(files, manifest)
        passages = mapped(folder / _PASSAGES)
        units, names = Units(documents, passages, mapped(folder / _SENTENCES)), files_of(manifest)
        views = SealedRecords.load_parts(folder, VIEWS, names)
        check_records(VIEWS, views, len(passages))
        searchable = Searchable(
            units,
            DenseIndex.load(folder / _DENSE, recall_of_json(manifest[NEAREST_FOUND])),
            LexicalIndex.load(folder / _LEXICAL, len(passages)),
            mapped_segments(folder, _SENTENCE_VECTORS, names),
            TokenIndex(mapped_segments(folder, _TOKENS, names), mapped(folder / _TOKEN_STARTS)),
            mapped(folder / _YEARS),
            Catalogue.load(folder / _CATALOGUE, len(corpus.texts)),
            stored_views(units, views, documents.head),
            Marks.of_array(mapped(folder / _MARKS), len(passages), len(units.sentences)),
        )
        if searchable.dense.dimension != manifest["model"]["dimension"]:
            raise ValueError(f"vectors of {searchable.dense.dimension} numbers")
        check_fit(searchable)
        if is_read_whole(manifest):
            check_values(searchable)
        stored = zip(corpus.ids, corpus.originals, strict=True)
        originals = {document_id: folder / ORIGINALS / name for document_id, name in stored}
        return cls(folder, manifest, originals, corpus.numbers(), searchable)

    def documents_of(self, sources: Iterable[Source]) -> tuple[Document, ...]:
        """The distinct documents, in the order of their numbers, among all that were read, in order."""
        found: dict[int, Document] = {}
        for source in sources:
            found.setdefault(self.numbers[source.document.id], source.document)
        return tuple(found[number] for number in range(len(found)))

    @staticmethod
    def write(
        folder: Path,
        sources: Iterable[Source],
        searchable: Searchable,
        facts: Mapping[str, Any],
        made_here: Mapping[str, Any],
    ) -> str:
        """Write a build into an empty folder, the manifest last; returns its id.

        Args:
            folder: where to write.
            sources: every document, in the order of their ids.
            searchable: the arrays over their distinct texts.
            facts, made_here: see `write_manifest`; the digests of the sources are added.
        """
        sources = tuple(sources)
        links, bounds = Links(folder), segment_bounds(searchable.units)
        write_sources(sources, searchable.units.documents, folder, links)
        np.save(folder / _PASSAGES, searchable.units.passages)
        np.save(folder / _SENTENCES, searchable.units.sentences)
        np.save(folder / _YEARS, searchable.years)
        searchable.dense.save(folder / _DENSE)
        firsts = bounds[:, 1]
        save_segments(folder, _SENTENCE_VECTORS, searchable.sentence_vectors, firsts.tolist(), links)
        starts = searchable.tokens.starts
        save_segments(folder, _TOKENS, searchable.tokens.codes, starts[firsts].tolist(), links)
        np.save(folder / _TOKEN_STARTS, starts)
        searchable.lexical.save(folder / _LEXICAL)
        searchable.catalogue.save(folder / _CATALOGUE)
        np.save(folder / _MARKS, searchable.marks.together())
        searchable.views.save(folder, VIEWS, bounds[:, 0].tolist(), links)
        SealedRecords.save(folder, HEADS, map(document_head, searchable.units.documents))
        write_sums(folder, links.sums)
        digests = {source.document.id: source.document.sha256 for source in sources}
        made_here = {**made_here, NEAREST_FOUND: told_recall(searchable.dense.recall)}
        return write_manifest(folder, {**facts, "documents": digests}, made_here, _is_rounded, links.digests)


def stored_sources(folder: Path, left_out: Collection[int] = ()) -> tuple[Source, ...]:
    """The documents of a build without its arrays, in the order of their ids.

    Args:
        folder: the build's folder.
        left_out: numbers, from 1, of documents that are not read: damage to their texts does not matter.

    Raises:
        IndexCorruptError, IndexMismatchError: as `read_manifest`, or they are not those of the manifest.
    """
    manifest = read_manifest(folder)
    wanted = [each for number, each in enumerate(manifest["documents"].items(), 1) if number not in left_out]
    names, files = files_of(manifest), FolderFiles(folder)
    sources = []
    try:
        corpus = Corpus.of_json(_unchanged(files, CORPUS, names))
        lines = _unchanged(files, DOCUMENTS, names).splitlines(keepends=True)
        for number, (line, original) in enumerate(zip(lines, corpus.originals, strict=True)):
            if number + 1 in left_out:
                continue
            if (path := f"{ORIGINALS}/{original}") not in names:
                raise ValueError(f"{original!r} is no file of the build")
            document = _document_of_file(files, number, json.loads(line), names)
            sources.append(Source(document, folder / path, line))
        if [(each.document.id, each.document.sha256) for each in sources] != wanted:
            raise ValueError("they are not those of the manifest")
    except Exception as error:  # a hostile record can fail anywhere
        raise _unreadable(files, error) from error
    return tuple(sources)


def opened_documents(files: BuildFiles, manifest: Mapping[str, Any]) -> tuple[Corpus, StoredDocuments]:
    """What is known of the documents of a build, and the documents themselves, not read yet.

    Raises:
        ValueError: they are not those of the manifest.
    """
    names = files_of(manifest)
    corpus = Corpus.of_json(_unchanged(files, CORPUS, names))
    if list(corpus.ids) != list(manifest["documents"]):
        raise ValueError("the documents are not those of the manifest")
    if not all(f"{ORIGINALS}/{each}" in names for each in corpus.originals):
        raise ValueError("an original is no file of the build")
    if len(corpus.texts) <= READ_AT_ONCE:
        needed = [each for each in names if each == DOCUMENTS or each.startswith(f"{TEXTS}/")]
        files.fetch([(each, 0, manifest["sizes"][each]) for each in needed])

    def read(file: int) -> Document:
        try:
            document = _document_of_file(files, file, json.loads(_record(files, corpus, file)), names)
            if (document.id, document.sha256) != (corpus.ids[file], manifest["documents"][corpus.ids[file]]):
                raise ValueError(f"{document.id!r} is not that of the manifest")
        except Exception as error:  # a hostile record can fail anywhere
            raise _unreadable(files, error) from error
        return document

    heads = SealedRecords.load(files, HEADS)
    check_records(HEADS, heads, len(corpus.texts))
    return corpus, StoredDocuments(corpus, read, lambda number: head_of(heads[number]))


def _record(files: BuildFiles, corpus: Corpus, file: int) -> bytes:
    start, end = corpus.starts[file : file + 2]
    record = files.part(DOCUMENTS, start, end)
    if hashlib.sha256(record).hexdigest() != corpus.digests[file]:
        raise ValueError(f"the record of {corpus.ids[file]!r} was changed")
    return record


def _document_of_file(
    files: BuildFiles, file: int, record: Mapping[str, Any], names: Mapping[str, str]
) -> Document:
    text, boxes = f"{TEXTS}/{file + 1:06}.txt", f"{BOXES}/{file + 1:06}.npy"
    return document_of(
        record,
        text=_unchanged(files, text, names).decode(),
        boxes=files.array(boxes) if boxes in names else None,
    )


def _unreadable(files: BuildFiles, error: Exception) -> IndexCorruptError:
    return IndexCorruptError(
        f"The documents of build {files.build_id!r} cannot be read ({error}); go back with: "
        "briefqa rollback, or build the index again with: briefqa build FOLDER"
    )


def _unchanged(files: BuildFiles, name: str, checksums: Mapping[str, str]) -> bytes:
    """A file's bytes, as they were written: what is quoted is held against its digest on every opening."""
    data = files.whole(name)
    if hashlib.sha256(data).hexdigest() != checksums.get(name):
        raise ValueError(f"{name!r} was changed")
    return data


def originals_of(names: Iterable[str]) -> dict[int, str]:
    """Number of a document, from 1 → the name of its stored source file, among the files of a build."""
    stored = (PurePosixPath(name) for name in names if name.startswith(f"{ORIGINALS}/"))
    return {int(path.stem): path.as_posix() for path in stored if path.stem.isdecimal()}


def read_from(number: int) -> frozenset[str]:
    """Names of the files that document `number`, counted from 1, is read from, but for its original."""
    return frozenset((DOCUMENTS, CORPUS, f"{TEXTS}/{number:06}.txt", f"{BOXES}/{number:06}.npy"))


def _is_rounded(name: str) -> bool:
    return first_name(name) in _ROUNDED or name.startswith(f"{BOXES}/")
