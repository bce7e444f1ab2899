"""One build, on disk and opened; the only module that knows the names of its files.

manifest.json      written last, see `manifest`
documents.jsonl    one document a line, without its text
texts/000001.txt   normalised texts, in the order of documents.jsonl
originals/000001.pdf   the source files, for the source view
boxes/000001.npy   character boxes of documents with page images
passages.npy  sentences.npy      offsets into the texts
years.npy          which passages speak of which year
passages.faiss  sentence_vectors.npy  lexical/
passages.faiss.cells   of a large index only
tokens.npy  token_starts.npy     the tokens of the sentences
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from briefqa.errors import IndexCorruptError
from briefqa.models.late import TokenIndex
from briefqa.splitting.units import Units
from briefqa.store.corpus import Source, distinct, document_of, document_record
from briefqa.store.dense import CELLS_OF, DenseIndex
from briefqa.store.fits import check_fit
from briefqa.store.lexical import WEIGHTS, LexicalIndex
from briefqa.store.manifest import files_of, read_manifest, write_manifest
from briefqa.store.searchable import Searchable

_DOCUMENTS = "documents.jsonl"
_TEXTS = "texts"
_ORIGINALS = "originals"
_BOXES = "boxes"
_PASSAGES = "passages.npy"
_SENTENCES = "sentences.npy"
_YEARS = "years.npy"
_DENSE = "passages.faiss"
_SENTENCE_VECTORS = "sentence_vectors.npy"
_TOKENS = "tokens.npy"
_TOKEN_STARTS = "token_starts.npy"
_LEXICAL = "lexical"
_ROUNDED = {_DENSE, _DENSE + CELLS_OF, _SENTENCE_VECTORS, _TOKENS, f"{_LEXICAL}/{WEIGHTS}"}


@dataclass(frozen=True, slots=True)
class Build:
    """An opened build.

    Attributes:
        folder: where it lies.
        manifest: what it is and how it was made.
        sources: every document that was given, in the order of their ids, with its stored original;
            several of them may have the same text.
        searchable: the distinct documents and their arrays.
    """

    folder: Path
    manifest: Mapping[str, Any]
    sources: tuple[Source, ...]
    searchable: Searchable

    @classmethod
    def open(cls, folder: Path) -> Build:
        """Read what `write` wrote; boxes, vectors and tokens stay on disk until they are used.

        Raises:
            IndexCorruptError, IndexMismatchError: as `read_manifest`.
            Exception: a file cannot be read, or the files do not fit each other.
        """
        manifest = read_manifest(folder)
        sources = stored_sources(folder)
        passages = _array(folder / _PASSAGES)
        searchable = Searchable(
            Units(distinct(sources), passages, _array(folder / _SENTENCES)),
            DenseIndex.load(folder / _DENSE),
            LexicalIndex.load(folder / _LEXICAL, len(passages)),
            _array(folder / _SENTENCE_VECTORS, on_disk=True),
            TokenIndex(_array(folder / _TOKENS, on_disk=True), _array(folder / _TOKEN_STARTS)),
            _array(folder / _YEARS),
        )
        check_fit(searchable)
        return cls(folder, manifest, sources, searchable)

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
        _write_sources(sources, folder)
        np.save(folder / _PASSAGES, searchable.units.passages)
        np.save(folder / _SENTENCES, searchable.units.sentences)
        np.save(folder / _YEARS, searchable.years)
        searchable.dense.save(folder / _DENSE)
        np.save(folder / _SENTENCE_VECTORS, searchable.sentence_vectors)
        np.save(folder / _TOKENS, searchable.tokens.vectors)
        np.save(folder / _TOKEN_STARTS, searchable.tokens.starts)
        searchable.lexical.save(folder / _LEXICAL)
        digests = {source.document.id: source.document.sha256 for source in sources}
        return write_manifest(folder, {**facts, "documents": digests}, made_here, _is_rounded)


def stored_sources(folder: Path) -> tuple[Source, ...]:
    """The documents of a build without its arrays, in the order of their ids.

    Raises:
        IndexCorruptError, IndexMismatchError: as `read_manifest`, or they are not those of the manifest.
    """
    manifest = read_manifest(folder)
    names = files_of(manifest)
    sources = []
    try:
        lines = _unchanged(folder, _DOCUMENTS, names).decode().split("\n")
        for number, line in enumerate(filter(None, lines), start=1):
            record = json.loads(line)
            boxes, original = f"{_BOXES}/{number:06}.npy", f"{_ORIGINALS}/{record['original']}"
            if original not in names:
                raise ValueError(f"{record['original']!r} is no file of the build")
            document = document_of(
                record,
                text=_unchanged(folder, f"{_TEXTS}/{number:06}.txt", names).decode(),
                boxes=_array(folder / boxes, on_disk=True) if boxes in names else None,
            )
            sources.append(Source(document, folder / original))
        if {each.document.id: each.document.sha256 for each in sources} != manifest["documents"]:
            raise ValueError("they are not those of the manifest")
    except Exception as error:  # a hostile record can fail anywhere
        raise IndexCorruptError(
            f"The documents of build {folder.name!r} cannot be read ({error}); go back with: "
            "briefqa rollback, or build the index again with: briefqa build FOLDER"
        ) from error
    return tuple(sources)


def _unchanged(folder: Path, name: str, checksums: Mapping[str, str]) -> bytes:
    """A file's bytes, as they were written: what is quoted is held against its digest on every opening."""
    data = (folder / name).read_bytes()
    if hashlib.sha256(data).hexdigest() != checksums.get(name):
        raise ValueError(f"{name!r} was changed")
    return data


def original_of(folder: Path, number: int, names: Iterable[str]) -> Path | None:
    """The stored source file of document `number`, counted from 1, among the `names` of a build's files."""
    beginning = f"{_ORIGINALS}/{number:06}"
    return next((folder / name for name in names if Path(name).with_suffix("").as_posix() == beginning), None)


def read_from(number: int) -> frozenset[str]:
    """Names of the files that document `number`, counted from 1, is read from, but for its original."""
    return frozenset((_DOCUMENTS, f"{_TEXTS}/{number:06}.txt", f"{_BOXES}/{number:06}.npy"))


def _write_sources(sources: Iterable[Source], folder: Path) -> None:
    for name in (_TEXTS, _ORIGINALS, _BOXES):
        (folder / name).mkdir()
    lines = []
    for number, source in enumerate(sources, start=1):
        document = source.document
        original = f"{number:06}{source.original.suffix.lower()}"
        (folder / _TEXTS / f"{number:06}.txt").write_bytes(document.text.encode())
        _link_or_copy(source.original, folder / _ORIGINALS / original)
        if document.boxes is not None:
            np.save(folder / _BOXES / f"{number:06}.npy", document.boxes)
        line = document_record(document) | {"original": original}
        lines.append(json.dumps(line, ensure_ascii=False) + "\n")
    (folder / _DOCUMENTS).write_bytes("".join(lines).encode())


def _is_rounded(name: str) -> bool:
    return name in _ROUNDED or name.startswith(f"{_BOXES}/")


def _array(path: Path, *, on_disk: bool = False) -> npt.NDArray[Any]:
    array: npt.NDArray[Any] = np.load(path, mmap_mode="r" if on_disk else None, allow_pickle=False)
    return np.asarray(array)  # a mapped file as a plain array: slices of a memmap cost ten times as much


def _link_or_copy(source: Path, target: Path) -> None:
    """Files of earlier builds never change, so a link will do; the user's own files are copied."""
    if source.parent.name == _ORIGINALS:
        try:
            os.link(source, target)
        except OSError:
            pass
        else:
            return
    shutil.copyfile(source, target)
