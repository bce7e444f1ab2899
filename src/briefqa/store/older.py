"""The vectors in a build of the formats before this one, so that a new build embeds none of its texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from briefqa.models.embedding import Embedder
from briefqa.models.fingerprint import fingerprint
from briefqa.models.late import TokenIndex
from briefqa.models.token_codes import CODE, WIDTH, Codes, packed
from briefqa.splitting.marks import Marks
from briefqa.splitting.units import Units
from briefqa.store.corpus import Source, distinct, document_of
from briefqa.store.dense import DenseIndex
from briefqa.store.fits import check_vectors
from briefqa.store.known import KnownVectors
from briefqa.store.manifest import MANIFEST, built_with, digest_of
from briefqa.store.segments import mapped_segments
from briefqa.store.vocabulary import mapped

_STATES, _CODES = (3, 4, 5, 6, 7), (8, 9, 10, 11, 12, 13)  # formats: how the tokens were kept
_STEPS = np.float32(256.0)  # their token states are in 8 bits, unit rows in steps of 1/256
_PACKED_AT_ONCE = 65_536


def older_vectors(build: Path, embedder: Embedder) -> KnownVectors:
    """What a whole build of format 3 to 13 knows, if the same model made it; nothing otherwise."""
    try:
        manifest = json.loads((build / MANIFEST).read_bytes())
        files = {**manifest["files"], **manifest["rounded_files"]}
        kept_as = manifest["format"]
        same = kept_as in (*_STATES, *_CODES) and manifest["model"]["digest"] == embedder.digest
        same = same and isinstance(manifest["precision"], str)
        if not same or not built_with(manifest).matches(fingerprint(embedder)) or not _whole(build, files):
            return KnownVectors.nothing()
        units = Units(_documents(build), mapped(build / "passages.npy"), mapped(build / "sentences.npy"))
        dense = DenseIndex.load(build / "passages.faiss")
        if dense.dimension != embedder.dimension:
            return KnownVectors.nothing()
        sentences = mapped_segments(build, "sentence_vectors.npy", files)
        states = mapped_segments(build, "tokens.npy", files)
        codes = states if kept_as in _CODES else _codes(states)
        tokens = TokenIndex(codes, mapped(build / "token_starts.npy"))
        check_vectors(units, dense, sentences, tokens)
        return KnownVectors(Marks.of(units), dense, sentences, tokens, manifest["precision"])
    except Exception:  # whatever is wrong with it, nothing of it is reused
        return KnownVectors.nothing()


def _codes(states: npt.NDArray[Any]) -> Codes:
    if states.dtype != np.int8 or states.shape[1:] != (WIDTH,):
        raise ValueError("the tokens of the sentences are none")
    codes = np.empty((len(states), CODE), np.uint8)
    for at in range(0, len(states), _PACKED_AT_ONCE):
        codes[at : at + _PACKED_AT_ONCE] = packed(states[at : at + _PACKED_AT_ONCE] / _STEPS)
    return codes


def _whole(build: Path, files: Mapping[str, str]) -> bool:
    if not all((build / name).resolve().is_relative_to(build.resolve()) for name in files):
        return False
    return all(digest_of(build / name) == digest for name, digest in files.items())


def _documents(build: Path) -> tuple[Any, ...]:
    lines = (build / "documents.jsonl").read_text("utf-8").split("\n")
    return distinct(
        Source(
            document_of(json.loads(line), (build / f"texts/{number:06}.txt").read_bytes().decode(), None),
            build,
        )
        for number, line in enumerate(filter(None, lines), start=1)
    )
