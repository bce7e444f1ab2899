"""The packaged transformer as an ONNX graph, made in memory from the weights file in a tenth of a second.

Two graphs do the same sums in other arithmetic. BLOCKS keeps the file's own 4-bit weights and rounds what
goes into each product to 8 bits, 32 numbers at a time: its vectors are those of float32 to .9999.
INT8 has 8-bit weights and one rounding step a text, which processors with VNNI or AMX multiply twice as
fast. The states have a few large columns that such a step cannot hold; they are scaled down, and the
weights up, before rounding (Xiao et al., SmoothQuant, 2023): cosine .9995 instead of .9976.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from briefqa.models.onnx_format import Graph, Sizes
from briefqa.models.weights import BLOCK, WeightsFile

EMBEDDED = "embedded"  # float32 (texts, tokens, hidden): word + position + type, before the first norm
STATES = "states"  # float32 (texts, tokens, hidden)

_FUSED = "com.microsoft"  # ONNX Runtime's own operators: several of ONNX's in one
_SCALES = files("briefqa") / "data" / "int8_scales.npz"


class Arithmetic(StrEnum):
    """How matrices are multiplied."""

    BLOCKS = "4-bit blocks"
    INT8 = "int8"


class _Encoder:
    """Writes the nodes of one graph; a method a part, each gives the name of what it computes."""

    def __init__(self, weights: WeightsFile, arithmetic: Arithmetic, shown: Sequence[str]) -> None:
        self._weights = weights
        self._multiply = {Arithmetic.BLOCKS: self._blocks, Arithmetic.INT8: self._int8}[arithmetic]
        self._shown = frozenset(shown)
        self.graph = Graph("e5")

    def states(self) -> str:
        shape = self._weights.shape
        norm = [EMBEDDED, self._floats("emb.ln.w"), self._floats("emb.ln.b")]
        state = self.graph.node("LayerNormalization", norm, ["normed"], axis=-1, epsilon=shape.epsilon)
        for layer in range(shape.layers):
            state = self._layer(f"l{layer}.", state)
        return self.graph.node("Identity", [state], [STATES])

    def _layer(self, layer: str, state: str) -> str:
        attended = self._attention(layer, state)
        middle = self._sum(layer + "ao", layer + "aln", self._product(attended, [layer + "ao"]), state)
        wide = self._product(middle, [layer + "fi"])
        wide = self.graph.node("BiasGelu", [wide, self._floats(layer + "fi.b")], [layer + "gelu"], _FUSED)
        return self._sum(layer + "fo", layer + "oln", self._product(wide, [layer + "fo"]), middle)

    def _attention(self, layer: str, state: str) -> str:
        names = [layer + each for each in "qkv"]
        together = self._product(state, names)
        parts = [name + ".x" for name in names]
        self.graph.node("Split", [together], parts, axis=2, num_outputs=3)
        bias = np.concatenate([self._weights.floats(name + ".b") for name in names])
        inputs = [*parts, self.graph.constant(layer + "qkv.b", bias)]
        heads = self._weights.shape.heads
        return self.graph.node("MultiHeadAttention", inputs, [layer + "attended"], _FUSED, num_heads=heads)

    def _sum(self, bias: str, norm: str, product: str, state: str) -> str:
        """Product + bias + state, normalised."""
        inputs = [product, state, *map(self._floats, (norm + ".w", norm + ".b", bias + ".b"))]
        epsilon = self._weights.shape.epsilon
        return self.graph.node("SkipLayerNormalization", inputs, [norm], _FUSED, epsilon=epsilon)

    def _floats(self, name: str) -> str:
        return self.graph.constant(name, self._weights.floats(name))

    def _width(self, name: str) -> int:
        """How many numbers go into the product of that name."""
        shape = self._weights.shape
        return shape.feed_forward if name.endswith(".fo") else shape.hidden

    def _product(self, x: str, names: Sequence[str]) -> str:
        """x · Wᵀ of the named matrices one below the other."""
        if names[0] in self._shown:
            self.graph.node("Identity", [x], [fed_to(names[0])])
        return self._multiply(x, names)

    def _blocks(self, x: str, names: Sequence[str]) -> str:
        """With the file's own 4-bit blocks as weights."""
        inputs = self._width(names[0])
        parts = [self._weights.levels(name + ".w") for name in names]
        # Neighbours share a byte here; in the file a weight shares it with the one 16 further.
        packed = np.concatenate([levels[:, 0::2] | levels[:, 1::2] << 4 for levels, _ in parts])
        packed = packed.reshape(-1, inputs // BLOCK, BLOCK // 2)
        scales = np.concatenate([scales for _, scales in parts])
        ins = [x, self.graph.constant(names[0] + ".4", packed), self.graph.constant(names[0] + ".s", scales)]
        sizes = {"K": inputs, "N": len(packed), "bits": 4, "block_size": BLOCK, "accuracy_level": 4}
        return self.graph.node("MatMulNBits", ins, [names[0] + ".out"], _FUSED, **sizes)

    def _int8(self, x: str, names: Sequence[str]) -> str:
        """With weights of 8 bits and a scale for each output."""
        width = self._width(names[0])
        matrix = np.concatenate([self._weights.floats(name + ".w").reshape(-1, width) for name in names])
        if names[0] in _column_scales():
            columns = _column_scales()[names[0]]
            matrix = matrix * columns
            x = self.graph.node("Div", [x, self.graph.constant(names[0] + ".c", columns)], [names[0] + ".in"])
        scales = np.abs(matrix).max(axis=1) / 127
        levels = np.round(matrix / scales[:, None]).astype(np.int8).T
        arrays = {".8": levels, ".s": scales, ".z": np.zeros(len(matrix), np.int8)}
        ins = [x, *(self.graph.constant(names[0] + end, array) for end, array in arrays.items())]
        return self.graph.node("DynamicQuantizeMatMul", ins, [names[0] + ".out"], _FUSED)


def encoder_graph(weights: WeightsFile, arithmetic: Arithmetic, shown: Sequence[str] = ()) -> bytes:
    """The model, serialised: EMBEDDED → STATES.

    Args:
        weights: the packaged weights.
        arithmetic: how it multiplies.
        shown: names of products (`l0.fo`) whose inputs it gives too, as `fed_to` names them.
    """
    encoder = _Encoder(weights, arithmetic, shown)
    sizes: Sizes = ["texts", "tokens", weights.shape.hidden]
    outputs: dict[str, Sizes] = {encoder.states(): sizes} | {
        fed_to(name): ["texts", "tokens", "width"] for name in shown
    }
    return encoder.graph.model({EMBEDDED: sizes}, outputs)


def fed_to(product: str) -> str:
    """The name of what goes into a product, float32 (texts, tokens, width)."""
    return product + ".fed"


@lru_cache(maxsize=1)
def _column_scales() -> dict[str, npt.NDArray[np.float32]]:
    """Name of a product → by what each of its input columns is divided; made by fit_packaged_model.py."""
    with _SCALES.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return {name: stored[name].astype(np.float32) for name in stored.files}
