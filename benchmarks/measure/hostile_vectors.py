"""Vectors, weights and tables of numbers that somebody made to do harm: for `hostile`."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from briefqa.store.builds import current_build

Spoil = Callable[[Path], None]
Change = Callable[[npt.NDArray[Any]], npt.NDArray[Any]]
_FLAT = "passages.faiss"
_CELLS = "passages.faiss.cells"
_HUGE = 2**60


def vector_files(
    changed: Callable[[str, Change], Spoil], replaced: Callable[[str, bytes], Spoil]
) -> dict[str, Spoil]:
    """What each does → how an index is made so.

    Args:
        changed: gives the spoil that changes an array of the build by its name.
        replaced: gives the one that replaces a file of the build, or adds it, by its name.
    """

    def of_vectors(make: Callable[[npt.NDArray[np.float32]], bytes], name: str = _FLAT) -> Spoil:
        return lambda index: replaced(name, make(_vectors(index)))(index)

    kinds = {
        f"vectors of the kind {kind}": of_vectors(lambda v, kind=kind: _of_kind(kind, v)) for kind in _KINDS
    }
    heads = {
        f"vectors with {what}": of_vectors(
            lambda v, at=at, form=form, value=value: _patched(v, at, form, value)
        )
        for what, (at, form, value) in _HEADS.items()
    }
    values = {
        f"{name} of {value}": of_vectors(lambda v, value=value: _flat(_with(v, value)))
        if name == _FLAT
        else changed(name, lambda array, value=value: _with(array, value))
        for name in (_FLAT, "sentence_vectors.npy", "lexical/weights.npy")
        for value in (float("nan"), float("inf"), -float("inf"), 6e4)
    }
    cells = {f"cells {what}": of_vectors(make, _CELLS) for what, make in _cell_files().items()}
    others = {
        "vectors cut short": of_vectors(lambda v: _flat(v)[:-5]),
        "vectors with more behind": of_vectors(lambda v: _flat(v) + b"\0" * 5),
        "vectors of another dimension": of_vectors(lambda v: _flat(np.ascontiguousarray(v[:, :8]))),
        "sentences that are the passages": lambda index: _swapped(index, replaced),
        "years in disorder": changed(
            "years.npy", lambda array: np.array([(2024, 0), (2020, 0)], array.dtype)
        ),
        "passages in disorder": changed("passages.npy", lambda array: _reversed(array, "document")),
        "sentences of other passages": changed("sentences.npy", lambda array: _reversed(array, "passage")),
    }
    return {**kinds, **heads, **values, **cells, **others}


_KINDS = ("HNSW8,Flat", "IDMap2,Flat", "PCA4,Flat", "IVF2,Flat", "SQ8", "Flat,RFlat", "PQ2x4", "L2")
_HEADS = {
    "a negative dimension": (4, "<i", -1),
    "a huge dimension": (4, "<i", 2**30),
    "a huge number": (8, "<q", _HUGE),
    "a negative number": (8, "<q", -1),
    "a number more": (8, "<q", 10**6),
    "a metric that is none": (33, "<i", 77),
    "a huge table": (37, "<Q", _HUGE),
    "a smaller table": (37, "<Q", 1),
}


def _vectors(index: Path) -> npt.NDArray[np.float32]:
    stored = faiss.read_index(str(current_build(index) / _FLAT))
    vectors: npt.NDArray[np.float32] = stored.reconstruct_n(0, stored.ntotal)
    return vectors


def _flat(vectors: npt.NDArray[np.float32]) -> bytes:
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    return bytes(faiss.serialize_index(flat).tobytes())


def _of_kind(kind: str, vectors: npt.NDArray[np.float32]) -> bytes:
    other: Any = (
        faiss.IndexFlatL2(16) if kind == "L2" else faiss.index_factory(16, kind, faiss.METRIC_INNER_PRODUCT)
    )
    other.train(
        np.tile(vectors, (64, 1))
        + np.random.default_rng(0).normal(0, 0.01, (64 * len(vectors), 16)).astype(np.float32)
    )
    if kind.startswith("IDMap"):
        other.add_with_ids(vectors, np.arange(len(vectors))[::-1].copy())
    else:
        other.add(vectors)
    return bytes(faiss.serialize_index(other).tobytes())


def _cells(vectors: npt.NDArray[np.float32]) -> bytes:
    dimension = vectors.shape[1]
    centres: Any = faiss.IndexFlatIP(dimension)
    cells = faiss.IndexIVFRaBitQ(centres, dimension, 2, faiss.METRIC_INNER_PRODUCT)
    cells.own_fields = True
    centres.this.disown()
    cells.train(vectors)
    cells.add(vectors)
    return bytes(faiss.serialize_index(cells).tobytes())


def _at(data: bytes, at: int, form: str, value: int) -> bytes:
    return data[:at] + struct.pack(form, value) + data[at + struct.calcsize(form) :]


def _cell_files() -> dict[str, Callable[[npt.NDArray[np.float32]], bytes]]:
    """What is wrong with them → the file of the cells of some vectors."""
    return {
        "that are flat": _flat,
        "of other files": lambda v: _cells(v).replace(b"ilar", b"ilod"),
        "with more lists": lambda v: _at(_cells(v), 37, "<q", _HUGE),
        "with other numbers": lambda v: _cells(v)[:-8] + struct.pack("<q", 10**9),
        "with a hash": lambda v: _cells(v).replace(b"ilar", b"ilhh"),
        "of other vectors": lambda v: _cells(np.concatenate([v, v])),
        "of another dimension": lambda v: _cells(np.concatenate([v, v], axis=1)),
        "cut short": lambda v: _cells(v)[:-9],
        "with more behind": lambda v: _cells(v) + b"\0" * 9,
        "of too few": lambda v: _cells(v[1:]) + struct.pack("<Qq", 1, len(v)),
        "of none": lambda v: _cells(v[1:]),
        "of no bytes": lambda v: b"",
    }


def _patched(vectors: npt.NDArray[np.float32], at: int, form: str, value: int) -> bytes:
    return _at(_flat(vectors), at, form, value)


def _with(array: npt.NDArray[Any], value: float) -> npt.NDArray[Any]:
    array = array.copy()
    array.flat[len(array.flat) // 2] = value
    return array


def _reversed(array: npt.NDArray[Any], field: str) -> npt.NDArray[Any]:
    array = array.copy()
    array[field] = array[field][::-1].copy()
    return array


def _swapped(index: Path, replaced: Callable[[str, bytes], Spoil]) -> None:
    build = current_build(index)
    passages, sentences = (build / "passages.npy").read_bytes(), (build / "sentences.npy").read_bytes()
    replaced("passages.npy", sentences)(index)
    replaced("sentences.npy", passages)(index)
