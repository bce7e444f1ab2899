"""Just enough of ONNX's protobuf to write a graph in memory, so that no package is needed for it.

Field numbers are those of onnx.proto3, which never change.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

_IR_VERSION = 9
_OPERATORS = {"": 18, "com.microsoft": 1}
FLOAT, UINT8 = 1, 2
_TYPES = {"float32": FLOAT, "uint8": UINT8, "int8": 3, "int64": 7}
_IS_FLOAT, _IS_INT = 1, 2

Sizes = Sequence[str | int]  # of an array, from the outside in; a size that is not fixed has a name


@dataclass(slots=True)
class Graph:
    """A graph that grows node by node, in the order in which they run."""

    name: str
    _parts: list[bytes] = field(default_factory=list)

    def constant(self, name: str, array: npt.NDArray[Any] | np.generic) -> str:
        """Add a weight; returns its name."""
        dims = b"".join(_number(1, size) for size in array.shape)
        kind = _number(2, _TYPES[array.dtype.name])
        raw = np.ascontiguousarray(array).tobytes()
        self._parts.append(_bytes(5, dims + kind + _text(8, name) + _bytes(9, raw)))
        return name

    def node(
        self,
        kind: str,
        inputs: Sequence[str],
        outputs: Sequence[str],
        domain: str = "",
        **attributes: int | float,
    ) -> str:
        """Add an operator; returns the name of its first output."""
        body = b"".join(_text(1, name) for name in inputs) + b"".join(_text(2, name) for name in outputs)
        body += _text(4, kind) + b"".join(_bytes(5, _attribute(*each)) for each in attributes.items())
        self._parts.append(_bytes(1, body + _text(7, domain)))
        return outputs[0]

    def model(self, inputs: Mapping[str, Sizes], outputs: Mapping[str, Sizes]) -> bytes:
        """The model, serialised; inputs and outputs are float32, given by name and sizes."""
        values = [_bytes(11, _value(*each)) for each in inputs.items()]
        values += [_bytes(12, _value(*each)) for each in outputs.items()]
        versions = [_bytes(8, _text(1, name) + _number(2, number)) for name, number in _OPERATORS.items()]
        parts = [*self._parts, _text(2, self.name), *values]
        size = _varint(sum(map(len, parts)))
        return b"".join([_number(1, _IR_VERSION), _varint(7 << 3 | 2), size, *parts, *versions])


def _value(name: str, sizes: Sizes) -> bytes:
    dims = (_text(2, size) if isinstance(size, str) else _number(1, size) for size in sizes)
    shape = b"".join(_bytes(1, dim) for dim in dims)
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, FLOAT) + _bytes(2, shape)))


def _attribute(name: str, value: int | float) -> bytes:
    if isinstance(value, float):
        return _text(1, name) + b"\x15" + struct.pack("<f", value) + _number(20, _IS_FLOAT)
    return _text(1, name) + _number(3, value) + _number(20, _IS_INT)


def _number(tag: int, value: int) -> bytes:
    return _varint(tag << 3) + _varint(value & 0xFFFFFFFFFFFFFFFF)


def _text(tag: int, value: str) -> bytes:
    return _bytes(tag, value.encode())


def _bytes(tag: int, value: bytes) -> bytes:
    return _varint(tag << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
