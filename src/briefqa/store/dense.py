"""Unit vectors ↔ FAISS, and the only module that knows FAISS.

Scores are cosines, higher is better. FAISS reads and writes paths that are not ASCII badly
on some systems, so its files go through bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class DenseIndex:
    """An exact inner-product index over unit rows."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> DenseIndex:
        """Index `vectors`, float32 (n, d), rows of unit length."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @property
    def count(self) -> int:
        """Number of vectors."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def vectors(self) -> Vectors:
        """All vectors, float32 (count, dimension), as they were added.

        A view of the index's own memory: read only, and only while this object lives.
        """
        flat = faiss.rev_swig_ptr(self._index.get_xb(), self.count * self.dimension)
        return flat.reshape(self.count, self.dimension)

    def copied(self) -> Vectors:
        """All vectors, float32 (count, dimension), in memory of their own."""
        return self.vectors().copy()

    def search(self, query: Vectors, k: int) -> tuple[npt.NDArray[np.int64], Vectors]:
        """The k nearest to `query`, float32 (d,): their numbers, int64, and cosines, best first.

        Equal cosines come in the order of their numbers. Fewer than k when the index is smaller.
        """
        k = min(k, self.count)
        if k == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        cosines, numbers = self._index.search(query.reshape(1, -1), k)
        order = np.lexsort((numbers[0], -cosines[0]))
        return numbers[0][order], cosines[0][order]

    def save(self, path: Path) -> None:
        """Write the index to one file."""
        path.write_bytes(faiss.serialize_index(self._index).tobytes())

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Read what `save` wrote."""
        return cls(faiss.deserialize_index(np.fromfile(path, dtype=np.uint8)))
