"""Unit vectors ↔ FAISS, and the only module that knows FAISS.

Scores are cosines, higher is better. Up to `EXACT_UP_TO` vectors all of them are compared. Beyond, the
question is compared with one bit a dimension (RaBitQ) of the vectors in the cells nearest to it (IVF), and
what is found so is compared exactly, as are the few that came after the cells were found: at 100,000 vectors
that took 1.2 ms where all of them took 12.6, the graph of HNSW 2.4, and bytes instead of bits 3.7, each with
at least .995 of the ten nearest among 500 found.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from briefqa.errors import IndexCorruptError
from briefqa.store.faiss_files import cells_tail, check_cells, check_flat, flat_head
from briefqa.store.growing import Moved
from briefqa.store.recall import NearestRecall, measured_recall
from briefqa.store.rows import JoinedRows, Numbers, Rows, joined, write_rows

Vectors = npt.NDArray[np.float32]

_NONE = np.empty(0, np.int64)
EXACT_UP_TO = 20_000
NEAREST = 500  # that a question asks for, see `briefqa.retrieval.first_step`
CELLS_OF = ".cells"  # appended to the name of the file of the vectors
_TRAINED_ON = 40  # vectors for each cell, drawn evenly
_ADDED_AT_ONCE = 65_536
# Vectors, as a share of all, that may be in no cell because they came later. In cells that were found without
# them, .55 to .92 of the ten nearest were found where they were 12,000 of 124,000 and spoke of other things.
_SHARE_LATER = 20
# Cells that are searched: these, or this share of them where that is more. Of 100,000 vectors .996 of the ten
# nearest were found so in half the time of one cell in eight; a million take 5 ms of 125.
_SEARCHED, _SHARE_SEARCHED = 64, 32


class DenseIndex:
    """The vectors, float32 (count, dimension), and beyond `EXACT_UP_TO` the cells by which they are found.

    Attributes:
        recall: how many of the nearest were found when the cells were; None where all are compared.
    """

    def __init__(
        self, flat: Any, cells: Any = None, later: Numbers = _NONE, recall: NearestRecall | None = None
    ) -> None:
        self._flat = flat
        self._cells = cells
        self._later = later  # the numbers of those that are in no cell, ascending
        self.recall = recall

    @classmethod
    def build(cls, vectors: Vectors, like: Rows | None = None) -> DenseIndex:
        """Index `vectors`, float32 (n, d), rows of unit length.

        Args:
            like: (rows, d): vectors like those of questions, to measure the recall with; None: of `vectors`.
        """
        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(np.ascontiguousarray(vectors))
        if len(vectors) <= EXACT_UP_TO:
            return cls(flat)
        cells = _cells(vectors)
        return cls(flat, cells, recall=_recall_of(cells, vectors, vectors if like is None else like))

    def grown(self, moved: Moved, fresh: Vectors, like: Rows | None = None) -> DenseGrowth:
        """The index of those vectors that are kept, by their new numbers, and of fresh ones.

        Fresh ones are in no cell until there are so many that cells are found anew.

        Args:
            like: see `build`; of all passages.
        """
        rows = joined(self.vectors(), moved.sources(), fresh)
        count = len(rows)
        if count <= EXACT_UP_TO:
            return DenseGrowth(self, rows)
        later = moved.to[self._later]
        later = np.sort(np.concatenate([later[later >= 0], moved.fresh]))
        stale = self._cells is None or self._cells.nlist != _number_of_cells(count)
        if stale or len(later) > min(count // _SHARE_LATER, EXACT_UP_TO):
            vectors = np.asarray(rows)
            cells = _cells(vectors)
            recall = _recall_of(cells, vectors, vectors if like is None else like)
            return DenseGrowth(self, rows, cells, recall=recall)
        return DenseGrowth(self, rows, _moved_cells(self._cells, moved), later, self.recall)

    @property
    def count(self) -> int:
        """Number of vectors."""
        return int(self._flat.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._flat.d)

    def vectors(self) -> Vectors:
        """All vectors, float32 (count, dimension), as they were added.

        A view of the index's own memory: read only, and only while this object lives.
        """
        flat = faiss.rev_swig_ptr(self._flat.get_xb(), self.count * self.dimension)
        return flat.reshape(self.count, self.dimension)

    def cosines(self, query: Vectors, numbers: Numbers) -> Vectors:
        """The cosines of `query`, float32 (d,), with some vectors by their numbers."""
        cosines: Vectors = self.vectors()[numbers] @ query
        return cosines

    def search(self, query: Vectors, k: int, among: Numbers | None = None) -> tuple[Numbers, Vectors]:
        """The k nearest to `query`, float32 (d,): their numbers and cosines, best first.

        Equal cosines come in the order of their numbers. Fewer than k when there are fewer.

        Args:
            among: the numbers to search in, ascending; None searches all.
        """
        numbers = self._near(query, k, among)
        cosines = self.cosines(query, numbers)
        if len(numbers) > 2 * k > 0:  # sorting thousands, those of a year, takes longer than comparing them
            leading = np.flatnonzero(cosines >= np.partition(cosines, -k)[-k])
            numbers, cosines = numbers[leading], cosines[leading]
        order = np.lexsort((numbers, -cosines))[:k]
        return numbers[order], cosines[order]

    def _near(self, query: Vectors, k: int, among: Numbers | None) -> Numbers:
        """The numbers of k vectors and more, with the nearest among them."""
        if among is not None and len(among) <= max(k, EXACT_UP_TO if self._cells is not None else 0):
            return among
        if among is None and self.count <= k:
            return np.arange(self.count)
        if k == 0:
            return np.empty(0, np.int64)
        index, chosen, later = self._flat, faiss.SearchParameters(), self._later
        if self._cells is not None:
            index, chosen = self._cells, _searched(self._cells)
        if among is not None:
            mask = np.zeros(self.count, dtype=bool)
            mask[among] = True
            later = later[mask[later]]
            bits = np.packbits(mask, bitorder="little")
            chosen.sel = faiss.IDSelectorBitmap(self.count, faiss.swig_ptr(bits))
        found: Numbers = index.search(query.reshape(1, -1), k, params=chosen)[1][0]
        found = found[found >= 0]
        if len(found) and found.max() >= self.count:
            raise IndexCorruptError(
                f"The vectors of the index name passage {found.max()} of {self.count}; "
                "go back with: briefqa rollback, or build the index again with: briefqa build FOLDER"
            )
        return np.concatenate([found, later])

    def names_only_its_own(self) -> bool:
        """Whether the cells name each vector once that is in one, and no other; reads all of them."""
        if self._cells is None:
            return True
        parts = [ids for _, ids, _ in _lists(self._cells)]
        return np.array_equal(np.sort(np.concatenate([*parts, self._later])), np.arange(self.count))

    def save(self, path: Path) -> None:
        """Write the vectors to one file, and the cells to one beside it where there are any."""
        _save(path, self.vectors(), self._cells, self._later)

    @classmethod
    def load(cls, path: Path, recall: NearestRecall | None = None) -> DenseIndex:
        """Open what `save` wrote; the vectors stay on disk until they are read.

        Args:
            recall: see the attribute.

        Raises:
            ValueError: it is none that `save` wrote, or the cells are of other vectors.
        """
        held = check_flat(path)
        beside = path.with_name(path.name + CELLS_OF)
        if not beside.is_file():
            return cls(_mapped(path))
        later = check_cells(beside, *held)
        return cls(_mapped(path), _mapped(beside), later, recall)


class DenseGrowth:
    """What `DenseIndex.grown` gives, to be written: most of its vectors lie where `old` has them."""

    def __init__(
        self,
        old: DenseIndex,
        rows: JoinedRows,
        cells: Any = None,
        later: Numbers = _NONE,
        recall: NearestRecall | None = None,
    ) -> None:
        self.recall = recall
        self._old = old  # or else its memory would go
        self._rows = rows
        self._cells = cells
        self._later = later

    def save(self, path: Path) -> None:
        """See `DenseIndex.save`."""
        _save(path, self._rows, self._cells, self._later)


def _save(path: Path, rows: Rows, cells: Any, later: Numbers) -> None:
    with path.open("wb") as file:
        file.write(flat_head(*rows.shape))
        write_rows(file, rows)
    if cells is not None:
        beside = path.with_name(path.name + CELLS_OF)
        beside.write_bytes(faiss.serialize_index(cells).tobytes() + cells_tail(later))


def _mapped(path: Path) -> Any:
    try:
        return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError:  # FAISS cannot open every path on every system: through memory then
        return faiss.deserialize_index(np.fromfile(path, dtype=np.uint8))


def _cells(vectors: Vectors) -> Any:
    count, dimension = vectors.shape
    number = _number_of_cells(count)
    cells = _empty_cells(faiss.IndexFlatIP(dimension), number)
    cells.train(np.ascontiguousarray(vectors[:: max(count // (_TRAINED_ON * number), 1)]))
    for at in range(0, count, _ADDED_AT_ONCE):
        cells.add(np.ascontiguousarray(vectors[at : at + _ADDED_AT_ONCE]))
    return cells


def _searched(cells: Any) -> Any:
    chosen = faiss.SearchParametersIVF()
    chosen.nprobe = max(cells.nlist // _SHARE_SEARCHED, _SEARCHED)
    return chosen


def _recall_of(cells: Any, vectors: Vectors, like: Rows) -> NearestRecall:
    """How many of the nearest are found as questions find them."""
    return measured_recall(
        vectors, like, lambda asked: cells.search(asked, NEAREST, params=_searched(cells))[1]
    )


def _number_of_cells(count: int) -> int:
    return int(2 ** round(np.log2(4 * count**0.5)))


def _empty_cells(centres: Any, number: int) -> Any:
    cells = faiss.IndexIVFRaBitQ(centres, centres.d, number, faiss.METRIC_INNER_PRODUCT)
    cells.own_fields = True
    centres.this.disown()
    return cells


def _lists(cells: Any) -> Iterator[tuple[int, Numbers, npt.NDArray[np.uint8]]]:
    """Of each cell that has any vectors: its number, those of the vectors, and their codes."""
    lists = cells.invlists
    for cell in range(cells.nlist):
        if size := lists.list_size(cell):
            codes = faiss.rev_swig_ptr(lists.get_codes(cell), size * cells.code_size)
            yield cell, faiss.rev_swig_ptr(lists.get_ids(cell), size), codes.reshape(size, -1)


def _moved_cells(old: Any, moved: Moved) -> Any:
    """The same cells with the codes of what is kept."""
    centres: Any = faiss.IndexFlatIP(old.d)
    centres.add(old.quantizer.reconstruct_n(0, old.nlist))
    cells = _empty_cells(centres, old.nlist)
    cells.train(centres.reconstruct_n(0, 1))  # the centres are there: only the codes are made ready
    for cell, ids, codes in _lists(old):
        to = moved.to[ids]
        held, kept = to[to >= 0], np.ascontiguousarray(codes[to >= 0])
        cells.invlists.add_entries(cell, len(held), faiss.swig_ptr(held), faiss.swig_ptr(kept))
        cells.ntotal += len(held)
    return cells
