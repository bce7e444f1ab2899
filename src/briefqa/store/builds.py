"""The index on disk: file names, atomic builds, checksums, and the small file that names the live one.

    index/
      CURRENT              id of the live build
      PREVIOUS             id of the build before it, for `rollback`
      builds/<id>/         never changed once written
        manifest.json      written last: format, model, counts, and a checksum of every other file
        documents.jsonl    one document a line, without its text
        texts/000001.txt   normalised texts, in the order of documents.jsonl
        originals/000001.pdf   the source files, for the source view
        boxes/000001.npy   character boxes of documents with page images
        passages.npy  sentences.npy      offsets into the texts
        years.npy          which passages speak of which year
        passages.faiss  sentence_vectors.npy  lexical/
        tokens.npy  token_starts.npy     the tokens of the sentences

A build is written into a folder aside, verified, renamed to its id and then named in CURRENT:
a killed build changes nothing, and a reader keeps the build that it opened. The id is the
digest of the manifest, so equal contents have equal ids and equal bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from briefqa.errors import (
    IndexBusyError,
    IndexCorruptError,
    IndexMismatchError,
    IndexNotFoundError,
)

FORMAT = 2

MANIFEST = "manifest.json"
DOCUMENTS = "documents.jsonl"
TEXTS = "texts"
ORIGINALS = "originals"
BOXES = "boxes"
PASSAGES = "passages.npy"
SENTENCES = "sentences.npy"
YEARS = "years.npy"
DENSE = "passages.faiss"
SENTENCE_VECTORS = "sentence_vectors.npy"
TOKENS = "tokens.npy"
TOKEN_STARTS = "token_starts.npy"
LEXICAL = "lexical"

_CURRENT = "CURRENT"
_PREVIOUS = "PREVIOUS"
_BUILDS = "builds"
_LOCK = ".lock"
_ASIDE = ".new-"


def current_build(index_dir: Path) -> Path:
    """The folder of the live build.

    Raises:
        IndexNotFoundError: the folder holds no index.
        IndexCorruptError: CURRENT names a build that is not there.
    """
    pointer = index_dir / _CURRENT
    if not pointer.is_file():
        raise IndexNotFoundError(
            f"There is no index in {str(index_dir)!r}; "
            f"make one with: briefqa build FOLDER --index {index_dir}"
        )
    build = index_dir / _BUILDS / pointer.read_text("utf-8").strip()
    if not (build / MANIFEST).is_file():
        raise IndexCorruptError(
            f"The index in {str(index_dir)!r} names the build {build.name!r}, which is not complete; "
            f"go back with: briefqa rollback --index {index_dir}, or build it again."
        )
    return build


def read_manifest(build: Path) -> dict[str, Any]:
    """The manifest of a build, after a check of its format.

    Raises:
        IndexCorruptError: it cannot be read.
        IndexMismatchError: another version of briefqa wrote it.
    """
    try:
        manifest = json.loads((build / MANIFEST).read_text("utf-8"))
        found = manifest["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexCorruptError(
            f"The manifest of build {build.name!r} cannot be read ({error}); build the index again."
        ) from error
    if found != FORMAT:
        raise IndexMismatchError(
            f"The index has format {found}, this version of briefqa reads format {FORMAT}; "
            "build it again with: briefqa build FOLDER"
        )
    return dict(manifest)


def damaged_files(build: Path) -> list[str]:
    """Names of the build's files that are missing or whose checksum disagrees, sorted."""
    checksums: dict[str, str] = read_manifest(build)["files"]
    return sorted(
        name
        for name, checksum in checksums.items()
        if not (build / name).is_file() or _digest(build / name) != checksum
    )


def require_files(build: Path) -> None:
    """A quick check that no file of the build is missing.

    Raises:
        IndexCorruptError: one is; the message names it.
    """
    for name in read_manifest(build)["files"]:
        if not (build / name).is_file():
            raise IndexCorruptError(
                f"The index lacks its file {name!r}; go back with: briefqa rollback, "
                "or build it again with: briefqa build FOLDER"
            )


@contextlib.contextmanager
def changing(index_dir: Path) -> Iterator[None]:
    """Hold the right to change the index; one process at a time.

    Raises:
        IndexBusyError: another one holds it.
    """
    index_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(index_dir / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise IndexBusyError(
            f"Another process is changing the index in {str(index_dir)!r}; try again when it has finished."
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def writing(index_dir: Path) -> Iterator[Path]:
    """An empty folder aside for a new build; whatever is left in it is deleted."""
    builds = index_dir / _BUILDS
    builds.mkdir(parents=True, exist_ok=True)
    for leftover in builds.glob(f"{_ASIDE}*"):  # of a killed build; the lock says nobody writes
        shutil.rmtree(leftover, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=builds))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(index_dir: Path, folder: Path, manifest: dict[str, Any]) -> str:
    """Finish the build in `folder`: checksums, manifest, verification, then the switch. Returns its id."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    complete = {
        "format": FORMAT,
        **manifest,
        "files": {name: _digest(folder / name) for name in names},
    }
    data = json.dumps(complete, ensure_ascii=False, separators=(",", ":")).encode()
    build_id = hashlib.sha256(data).hexdigest()[:16]
    (folder / MANIFEST).write_bytes(data)
    if damaged := damaged_files(folder):
        raise IndexCorruptError(
            f"The new build did not reach the disk whole ({damaged[0]!r}); the index is unchanged. Try again."
        )
    target = index_dir / _BUILDS / build_id
    if target.exists() and damaged_files(target):
        shutil.rmtree(target)
    if not target.exists():
        folder.chmod(0o755)
        os.replace(folder, target)
    switch(index_dir, build_id)
    return build_id


def switch(index_dir: Path, build_id: str) -> None:
    """Make `build_id` the live build, remember the one before it, and delete older ones."""
    pointer = index_dir / _CURRENT
    live = pointer.read_text("utf-8").strip() if pointer.is_file() else ""
    if live and live != build_id:
        _write_atomically(index_dir / _PREVIOUS, live)
    _write_atomically(pointer, build_id)
    _prune(index_dir)


def rollback(index_dir: Path) -> str:
    """Make the build before the live one live again; a second call undoes the first. Returns its id.

    Raises:
        IndexNotFoundError: there is no earlier build.
    """
    with changing(index_dir):
        pointer = index_dir / _PREVIOUS
        name = pointer.read_text("utf-8").strip() if pointer.is_file() else ""
        if not name or not (index_dir / _BUILDS / name / MANIFEST).is_file():
            raise IndexNotFoundError(f"The index in {str(index_dir)!r} has no earlier build to go back to.")
        switch(index_dir, name)
        return name


def _prune(index_dir: Path) -> None:
    """Keep the live build and the one before it."""
    keep = {
        (index_dir / name).read_text("utf-8").strip()
        for name in (_CURRENT, _PREVIOUS)
        if (index_dir / name).is_file()
    }
    for build in (index_dir / _BUILDS).iterdir():
        if build.name not in keep and not build.name.startswith(_ASIDE):
            shutil.rmtree(build, ignore_errors=True)


def _write_atomically(path: Path, text: str) -> None:
    aside = path.with_name(f"{path.name}.new")
    with aside.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
