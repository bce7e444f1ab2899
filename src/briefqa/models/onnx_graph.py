"""The packaged transformer as an ONNX graph, made in memory from the weights file in a tenth of a second.

Two graphs do the same sums in other arithmetic. BLOCKS keeps the file's own 4-bit weights and rounds what
goes into each product to 8 bits, 32 numbers at a time: its vectors are those of float32 to .9999.
INT8 has 8-bit weights and one rounding step a token, which processors with VNNI or AMX multiply twice as
fast. The states have a few large columns that such a step cannot hold; they are scaled down, and the
weights up, before rounding (Xiao et al., SmoothQuant, 2023). Cosine to float32 .9997; with one step a
text, as ONNX Runtime's own dynamic quantisation has it, .9976, and .9995 with scaled columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Protocol

import numpy as np
import numpy.typing as npt

from briefqa.models.onnx_format import FLOAT, UINT8, Graph, Sizes
from briefqa.models.weights import BLOCK, Shape

EMBEDDED = "embedded"  # float32 (texts, tokens, hidden): word + position + type, before the first norm
STATES = "states"  # float32 (texts, tokens, hidden)

_FUSED = "com.microsoft"  # ONNX Runtime's own operators: several of ONNX's in one
_MIDDLE = 128  # the level that stands for zero
_TINY = np.float32(1e-6)
_SCALES = files("briefqa") / "data" / "int8_scales.npz"


class Arithmetic(StrEnum):
    """How matrices are multiplied."""

    BLOCKS = "4-bit blocks"
    INT8 = "int8"


class Weights(Protocol):
    """What the graph needs of weights; see `WeightsFile`."""

    shape: Shape

    def floats(self, name: str) -> npt.NDArray[np.float32]:
        """A tensor's values, flat."""

    def levels(self, name: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
        """A matrix in blocks: levels (blocks, BLOCK) and scales (blocks,)."""

    def bits(self, name: str) -> int:
        """Bits of a level: 4 or 8."""


class _Encoder:
    """Writes the nodes of one graph; a method a part, each gives the name of what it computes."""

    def __init__(self, weights: Weights, arithmetic: Arithmetic, shown: Sequence[str]) -> None:
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
        """With weights in blocks: the file's own of 4 bits, fine-tuned ones of 8."""
        inputs = self._width(names[0])
        parts = [self._weights.levels(name + ".w") for name in names]
        bits = self._weights.bits(names[0] + ".w")
        packed = np.concatenate([levels for levels, _ in parts])
        if bits == 4:  # neighbours share a byte here; in the file a weight shares it with the one 16 further
            packed = packed[:, 0::2] | packed[:, 1::2] << 4
        packed = packed.reshape(-1, inputs // BLOCK, BLOCK * bits // 8)
        scales = np.concatenate([scales for _, scales in parts])
        ins = [x, self.graph.constant(names[0] + ".4", packed), self.graph.constant(names[0] + ".s", scales)]
        sizes = {"K": inputs, "N": len(packed), "bits": bits, "block_size": BLOCK, "accuracy_level": 4}
        return self.graph.node("MatMulNBits", ins, [names[0] + ".out"], _FUSED, **sizes)

    def _int8(self, x: str, names: Sequence[str]) -> str:
        """With weights of 8 bits, a step for each output; what goes in is rounded token by token."""
        width, name = self._width(names[0]), names[0]
        columns = _column_scales()[name]
        matrix = np.concatenate([self._weights.floats(each + ".w").reshape(-1, width) for each in names])
        matrix = matrix * columns
        steps = np.abs(matrix).max(axis=1) / 127
        levels = self.graph.constant(name + ".8", np.round(matrix / steps[:, None]).astype(np.int8).T)
        even = self.graph.node("Mul", [x, self.graph.constant(name + ".c", 1 / columns)], [name + ".even"])
        rounded, step = self._rounded(even, name)
        ins = [rounded, levels, self.graph.constant(name + ".z", np.uint8(_MIDDLE))]
        whole = self.graph.node("MatMulInteger", ins, [name + ".whole"])
        product = self.graph.node("Cast", [whole], [name + ".real"], to=FLOAT)
        product = self.graph.node(
            "Mul", [product, self.graph.constant(name + ".s", steps)], [name + ".sized"]
        )
        return self.graph.node("Mul", [product, step], [name + ".out"])

    def _rounded(self, x: str, name: str) -> tuple[str, str]:
        """Levels around _MIDDLE, uint8 (texts, tokens, width), and the step of each token's levels."""
        graph = self.graph
        absolute = graph.node("Abs", [x], [name + ".abs"])
        axis = graph.constant(name + ".axis", np.array([2]))
        largest = graph.node("ReduceMax", [absolute, axis], [name + ".largest"], keepdims=1)
        largest = graph.node("Max", [largest, graph.constant(name + ".tiny", _TINY)], [name + ".above"])
        step = graph.node("Div", [largest, graph.constant(name + ".127", np.float32(127))], [name + ".step"])
        levels = graph.node("Div", [x, step], [name + ".levels"])
        middle = graph.constant(
            name + ".middle", np.float32(_MIDDLE + 0.5)
        )  # a cast cuts off: half more rounds
        levels = graph.node("Add", [levels, middle], [name + ".shifted"])
        return graph.node("Cast", [levels], [name + ".rounded"], to=UINT8), step


def encoder_graph(weights: Weights, arithmetic: Arithmetic, shown: Sequence[str] = ()) -> bytes:
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
