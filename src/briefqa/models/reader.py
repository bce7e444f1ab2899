"""Question and window read together: does the window answer, and which of its sentences says so?

The packaged encoder with its upper layers fine-tuned on questions with and without an answer
(benchmarks/fit/fit_reader.py), and two small heads: for each token how likely it is evidence, for the
window how likely it answers. A cosine of two texts cannot tell highest from lowest; attention between can
(Nogueira & Cho, Passage Re-ranking with BERT, 2019).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt

from briefqa.errors import ModelUnavailableError
from briefqa.models.embedding import PROMPTS
from briefqa.models.onnx_graph import EMBEDDED, STATES, Arithmetic, encoder_graph
from briefqa.models.packaged import open_session
from briefqa.models.packaged_input import PackagedInput, packaged_input
from briefqa.models.reading import Window, WindowReading
from briefqa.models.weights import Shape, WeightsFile
from briefqa.text.blanks import without_blanks
from briefqa.text.folding import simplified

MOST_TOKENS, MOST_QUESTION, MOST_CONTEXT = 240, 48, 48
MOST_CHARACTERS = 4000  # of a text whose tokens are looked for; more than those take
# Windows whose reading is kept, some 6 KB each. A question takes four to nine of them, and is asked again: in
# another tab, with another scope, by another person, or as one of the page's first questions.
KEPT = 512
_OPEN, _CLOSE = 0, 2
_LEARNED = files("briefqa") / "data" / "reader.npz"
_MADE_OF = files("briefqa") / "data" / "reader.json"
_LEVELS, _SCALES = ".levels", ".scales"  # of a matrix in 8-bit blocks

Floats = npt.NDArray[np.float32]


class PackagedReader:
    """Reads windows; threads may share it.

    Raises:
        ModelUnavailableError: the weights are missing, or not those that came with the package.
    """

    def __init__(self) -> None:
        self._input: PackagedInput = packaged_input()
        learned = LearnedWeights.packaged()
        self._session = open_session(encoder_graph(learned, Arithmetic.BLOCKS))
        self._token_head = learned.head("tokens")
        self._window_head = learned.head("answered")
        self._kept = lru_cache(KEPT)(self._read)
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="briefqa-read")

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:
        """A reading of each window, in their order; what is beyond `MOST_TOKENS` of one is not read."""
        asked = tuple(self._ids(PROMPTS["query"] + question, MOST_QUESTION))
        return list(self._pool.map(lambda window: self._kept(asked, window), windows))

    def _read(self, asked: tuple[int, ...], window: Window) -> WindowReading:
        context = self._ids(window.context, MOST_CONTEXT)
        head = [_OPEN, *asked, _CLOSE, _CLOSE, *context, _CLOSE]
        text, places = without_blanks(simplified(window.text[:MOST_CHARACTERS]))
        tokens = self._input.tokens(text, MOST_TOKENS - len(head) + 1)
        ids = [*head, *tokens.ids[1:]]
        (states,) = self._session.run([STATES], {EMBEDDED: self._input.embedded(ids)})
        weight, bias = self._token_head
        evidence = states[0, len(head) : -1] @ weight[1] + bias[1]
        weight, bias = self._window_head
        answered = float(states[0, 0] @ weight[0] + bias[0])
        spans = np.array([_span(places, *each) for each in tokens.spans], dtype=np.int64).reshape(-1, 2)
        return WindowReading(answered, evidence.astype(np.float32), spans)

    def _ids(self, text: str, most: int) -> list[int]:
        text, _ = without_blanks(simplified(text[:MOST_CHARACTERS]))
        return self._input.tokens(text, most + 2).ids[1:-1]


def _span(places: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """`[start, end)` of the text that was read as it stands in the window."""
    return (places[start], places[end - 1] + 1) if start < end else (0, 0)


class LearnedWeights:
    """The packaged weights with the fine-tuned layers in place of their own."""

    def __init__(self, base: WeightsFile, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        self._base = base
        self._arrays = arrays
        self.shape: Shape = base.shape

    @classmethod
    def packaged(cls) -> LearnedWeights:
        """Those that come with the package.

        Raises:
            ModelUnavailableError: they are missing, or not those that came with it.
        """
        return cls(packaged_input().weights, _arrays())

    def floats(self, name: str) -> Floats:
        """See `WeightsFile.floats`."""
        if name in self._arrays:
            return self._arrays[name].astype(np.float32).reshape(-1)
        return self._base.floats(name)

    def levels(self, name: str) -> tuple[npt.NDArray[np.uint8], Floats]:
        """See `WeightsFile.levels`; of a fine-tuned matrix 8-bit levels, 128 for zero."""
        if name + _LEVELS in self._arrays:
            return self._arrays[name + _LEVELS], self._arrays[name + _SCALES].astype(np.float32)
        return self._base.levels(name)

    def bits(self, name: str) -> int:
        """Bits of a matrix's levels."""
        return 8 if name + _LEVELS in self._arrays else self._base.bits(name)

    def head(self, name: str) -> tuple[Floats, Floats]:
        """Weight (outputs, hidden) and bias (outputs,) of a head."""
        weight = self._arrays[f"{name}.weight"].astype(np.float32)
        return weight, self._arrays[f"{name}.bias"].astype(np.float32)


def eight_bit_blocks(matrix: Floats, block: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float16]]:
    """Levels, uint8 (blocks, block), 128 for zero, and scales, float16 (blocks,), of a matrix by its rows."""
    blocks = matrix.reshape(-1, block)
    scales = np.maximum(np.abs(blocks).max(axis=1) / 127, 1e-8).astype(np.float16)
    levels = np.round(blocks / scales.astype(np.float32)[:, None]) + 128
    return np.clip(levels, 0, 255).astype(np.uint8), scales


def _arrays() -> dict[str, npt.NDArray[Any]]:
    """What was learned, checked against its digest."""
    try:
        data = _LEARNED.read_bytes()
        expected = json.loads(_MADE_OF.read_text("utf-8"))["sha256"]
    except FileNotFoundError as error:
        raise ModelUnavailableError(
            "The reader's weights are missing from the package; run: pip install --force-reinstall briefqa"
        ) from error
    if hashlib.sha256(data).hexdigest() != expected:
        raise ModelUnavailableError(
            "The reader's weights (data/reader.npz) are not those that came with the package; "
            "run: pip install --force-reinstall briefqa"
        )
    with np.load(BytesIO(data), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}
