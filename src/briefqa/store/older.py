"""The vectors in a build of the formats before this one, so that a new build embeds none of its texts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from briefqa.models.embedding import Embedder
from briefqa.models.fingerprint import fingerprint
from briefqa.models.late import TokenIndex
from briefqa.splitting.units import Units
from briefqa.store.corpus import Source, distinct, document_of
from briefqa.store.dense import DenseIndex
from briefqa.store.known import KnownVectors, known_by_text
from briefqa.store.manifest import MANIFEST, built_with
from briefqa.store.vocabulary import mapped

_FORMATS = (3, 4, 5, 6)


def older_vectors(build: Path, embedder: Embedder) -> KnownVectors:
    """What a whole build of format 3 to 6 knows, if the same model made it; nothing otherwise."""
    try:
        manifest = json.loads((build / MANIFEST).read_bytes())
        files = {**manifest["files"], **manifest["rounded_files"]}
        same = manifest["format"] in _FORMATS and manifest["model"]["digest"] == embedder.digest
        if not same or not built_with(manifest).matches(fingerprint(embedder)) or not _whole(build, files):
            return KnownVectors({}, {})
        units = Units(_documents(build), mapped(build / "passages.npy"), mapped(build / "sentences.npy"))
        dense = DenseIndex.load(build / "passages.faiss")
        if dense.dimension != embedder.dimension:
            return KnownVectors({}, {})
        return known_by_text(
            units,
            dense,
            mapped(build / "sentence_vectors.npy"),
            TokenIndex(mapped(build / "tokens.npy"), mapped(build / "token_starts.npy")),
            manifest["precision"],
        )
    except Exception:  # whatever is wrong with it, nothing of it is reused
        return KnownVectors({}, {})


def _whole(build: Path, files: Mapping[str, str]) -> bool:
    if not all((build / name).resolve().is_relative_to(build.resolve()) for name in files):
        return False
    return all(
        hashlib.sha256((build / name).read_bytes()).hexdigest() == digest for name, digest in files.items()
    )


def _documents(build: Path) -> tuple[Any, ...]:
    lines = (build / "documents.jsonl").read_text("utf-8").split("\n")
    return distinct(
        Source(
            document_of(json.loads(line), (build / f"texts/{number:06}.txt").read_bytes().decode(), None),
            build,
        )
        for number, line in enumerate(filter(None, lines), start=1)
    )
