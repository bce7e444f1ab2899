"""Make the data of the packaged model's own engine: data/language_direction.npz and data/int8_scales.npz.

    python benchmarks/fit/fit_packaged_model.py

The direction is computed with the reference model in float32. The scales divide what goes into a product
before it is rounded to 8 bits: √(max |state| / max |weight|) of each column (SmoothQuant's rule), over the
parallel questions and the policy documents of sets/.
"""

from __future__ import annotations

import numpy as np
import onnxruntime
from benchmarks.common import PACKAGE_DATA, POLICY

from briefqa.models.embedding import PACKAGED, PROMPTS
from briefqa.models.language import parallel_questions
from briefqa.models.late import packaged_basis
from briefqa.models.onnx_graph import EMBEDDED, Arithmetic, encoder_graph, fed_to
from briefqa.models.reference import load_reference_model
from briefqa.models.sentence import SentenceEmbedder
from briefqa.models.unigram import Unigram
from briefqa.models.weights import DIGEST, MAX_TOKENS, WeightsFile, open_weights
from briefqa.text.folding import simplified

KINDS = ("q", "ao", "fi", "fo")
TINY = 1e-4
PASSAGES = 60


def main() -> None:
    reference = SentenceEmbedder(load_reference_model(), PACKAGED, packaged_basis(), DIGEST)
    np.savez(PACKAGE_DATA / "language_direction.npz", direction=reference.direction)
    weights = open_weights()
    scales = {name: _scale(weights, name, largest) for name, largest in _largest_states(weights).items()}
    np.savez_compressed(PACKAGE_DATA / "int8_scales.npz", **scales)
    print(f"direction {reference.direction.shape}; scales of {len(scales)} products")


def _scale(weights: WeightsFile, product: str, largest: np.ndarray) -> np.ndarray:
    layer, _, kind = product.partition(".")
    names = [f"{layer}.{each}.w" for each in ("qkv" if kind == "q" else (kind,))]
    matrix = np.concatenate([weights.floats(name).reshape(-1, len(largest)) for name in names])
    of_weights = np.maximum(np.abs(matrix).max(axis=0), TINY)
    scale = np.sqrt(np.maximum(largest, TINY) / of_weights)
    return (scale / np.exp(np.log(scale).mean())).astype(np.float16)


def _largest_states(weights: WeightsFile) -> dict[str, np.ndarray]:
    """Name of a product → the largest absolute value of each column that goes into it, float32 (width,)."""
    shape = weights.shape
    products = [f"l{layer}.{kind}" for layer in range(shape.layers) for kind in KINDS]
    session = onnxruntime.InferenceSession(encoder_graph(weights, Arithmetic.BLOCKS, products))
    words = weights.vocabulary()
    unigram = Unigram(words.pieces, words.scores, words.unknown)
    places = weights.floats("emb.pos").reshape(-1, shape.hidden) + weights.floats("emb.type")[: shape.hidden]
    largest: dict[str, np.ndarray] = {}
    for text in _texts():
        ids = np.array(unigram.tokens(simplified(text), MAX_TOKENS).ids)
        embedded = weights.rows("emb.word", ids, shape.hidden) + places[: len(ids)]
        states = session.run([fed_to(each) for each in products], {EMBEDDED: embedded[None]})
        for product, each in zip(products, states, strict=True):
            columns = np.abs(each[0]).max(axis=0)
            largest[product] = np.maximum(largest.get(product, columns), columns)
    return largest


def _texts() -> list[str]:
    questions = [each for line in parallel_questions().splitlines() for each in line.split("\t")]
    lines = [
        line
        for path in sorted((POLICY / "documents").iterdir())
        for line in path.read_text("utf-8", errors="ignore").split("\n")
        if len(line) > 80
    ]
    chosen = lines[:: max(len(lines) // PASSAGES, 1)]
    return [PROMPTS["query"] + each for each in questions] + [
        PROMPTS["passage"] + each[:400] for each in chosen
    ]


if __name__ == "__main__":
    main()
