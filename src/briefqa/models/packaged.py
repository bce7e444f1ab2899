"""The packaged model on ONNX Runtime: there in half a second, without torch.

Each text is run by itself, on one thread, by whoever asks: several people's questions share the cores
without a queue, no thread waits for another that a busy machine has put aside, and a text's vector cannot
depend, not even in its last bit, on what else is embedded with it. Batches gained nothing (45 tokens:
the same time a text in batches of 8), so an index is built by as many threads as there are cores.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import numpy as np

# Version 1.32 reports to its makers from Linux too, a while after it was imported; it reads this then.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

from briefqa.models.embedding import PACKAGED, PROMPTS, Done, EmbeddedQuestion
from briefqa.models.fingerprint import model_digest
from briefqa.models.language import Vectors, packaged_direction, unit_rows, without_language
from briefqa.models.late import packaged_basis, question_tokens
from briefqa.models.onnx_graph import EMBEDDED, STATES, Arithmetic, encoder_graph
from briefqa.models.packaged_input import packaged_input
from briefqa.models.token_codes import CODE, Codes
from briefqa.models.unigram import Tokens
from briefqa.models.weights import DIGEST, MAX_TOKENS
from briefqa.text.folding import simplified

onnxruntime.disable_telemetry_events()  # where another package has imported it before

# What a machine is tried with before it embeds an index.
_TRIAL = (
    "全市规模以上工业总产值突破4.43万亿元。",
    "The city plans to build an advanced manufacturing base with international competitiveness.",
)
_AGREES = 0.998  # cosine of a trial text's two vectors; .999 where the processor multiplies without overflow
_WORTH = 1.25  # times as fast
_TRIES = 5


class PackagedEmbedder:
    """See `Embedder`; threads may share it.

    Args:
        arithmetic: in which an index is embedded; None tries what is best on this machine.

    Raises:
        ModelUnavailableError: the weights are missing or not the pinned ones.
    """

    def __init__(self, arithmetic: Arithmetic | None = None) -> None:
        self.name = PACKAGED
        self._wanted = arithmetic
        self.direction = None  # it comes with the package
        self._input = packaged_input()
        self.dimension = self._input.dimension
        self._session = open_session(encoder_graph(self._input.weights, Arithmetic.BLOCKS))
        # Tokens of a prompt, the opening mark included.
        self._prompt_tokens = {
            prompt: len(self._input.tokens(prompt.strip(), MAX_TOKENS).ids) - 1 for prompt in PROMPTS.values()
        }

    @cached_property
    def digest(self) -> str:
        """See `Embedder.digest`."""
        return model_digest(DIGEST, PROMPTS["query"], PROMPTS["passage"], packaged_basis())

    @property
    def precision(self) -> str:
        """See `Embedder.precision`; found by a short trial of this machine."""
        return self._for_index[0]

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Float32 (len(texts), dimension), rows of unit length."""
        rows = [self._run(self._session, PROMPTS["query"], text)[0].mean(axis=0) for text in texts]
        return self._finished(rows)

    def embed_question(self, text: str) -> EmbeddedQuestion:
        """The question's vector, as `embed_queries` gives it, and its tokens."""
        prompt = PROMPTS["query"]
        states, tokens = self._run(self._session, prompt, text)
        vector = self._finished([states.mean(axis=0)])[0]
        own = tokens.spans[self._prompt_tokens[prompt] - 1 :]
        spans = [(max(start - len(prompt), 0), end - len(prompt)) for start, end in own]
        rows = packaged_basis().of_question(self._own(states, prompt))
        return EmbeddedQuestion(vector, question_tokens(text, rows, spans))

    def embed_passages(self, texts: Sequence[str], done: Done | None = None) -> Vectors:
        """Float32 (len(texts), dimension), rows of unit length; the same text, the same bits."""
        return self._embedded(texts, done)[0]

    def embed_sentences(self, texts: Sequence[str], done: Done | None = None) -> tuple[Vectors, list[Codes]]:
        """Like `embed_passages`, and each text's tokens."""
        return self._embedded(texts, done)

    def _embedded(self, texts: Sequence[str], done: Done | None) -> tuple[Vectors, list[Codes]]:
        rows = np.zeros((len(texts), self.dimension), np.float32)
        tokens = [np.empty((0, CODE), np.uint8)] * len(texts)
        for number, row, own in self._all_run(texts):
            rows[number], tokens[number] = row, own
            if done is not None:
                done(1)
        return self._finished(rows), tokens

    def _all_run(self, texts: Sequence[str]) -> Iterator[tuple[int, Vectors, Codes]]:
        """Number, pooled state and tokens of each text; the longest first, so that threads end together."""
        if not texts:
            return
        _, session = self._for_index
        prompt = PROMPTS["passage"]

        def run(number: int) -> tuple[int, Vectors, Codes]:
            states, _ = self._run(session, prompt, texts[number])
            return number, states.mean(axis=0), packaged_basis().of_sentence(self._own(states, prompt))

        order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        pool = ThreadPoolExecutor(_cores(), thread_name_prefix="briefqa-embed")
        try:
            yield from pool.map(run, order)
        finally:
            pool.shutdown(cancel_futures=True)

    def _run(self, session: onnxruntime.InferenceSession, prompt: str, text: str) -> tuple[Vectors, Tokens]:
        """The states of a text's tokens, float32 (tokens, dimension), and the tokens."""
        tokens = self._input.tokens(prompt + simplified(text), MAX_TOKENS)
        (states,) = session.run([STATES], {EMBEDDED: self._input.embedded(tokens.ids)})
        return states[0], tokens

    def _own(self, states: Vectors, prompt: str) -> Vectors:
        """The states of a text's own tokens: not those of the prompt, nor the marks at both ends."""
        return states[self._prompt_tokens[prompt] : -1]

    def _finished(self, rows: Sequence[Vectors] | Vectors) -> Vectors:
        pooled = np.asarray(rows, np.float32).reshape(-1, self.dimension)
        return without_language(unit_rows(pooled), packaged_direction())

    @cached_property
    def _for_index(self) -> tuple[Arithmetic, onnxruntime.InferenceSession]:
        """INT8 where this processor does it right and well, else what questions are embedded in."""
        if self._wanted is Arithmetic.BLOCKS:
            return Arithmetic.BLOCKS, self._session
        quick = open_session(encoder_graph(self._input.weights, Arithmetic.INT8))
        if self._wanted is Arithmetic.INT8:
            return Arithmetic.INT8, quick
        (exact, exact_seconds), (found, seconds) = self._tried(self._session, quick)
        if seconds * _WORTH < exact_seconds and ((exact * found).sum(axis=1) > _AGREES).all():
            return Arithmetic.INT8, quick
        return Arithmetic.BLOCKS, self._session

    def _tried(self, *sessions: onnxruntime.InferenceSession) -> list[tuple[Vectors, float]]:
        """The trial's vectors, and the processor time that they take: the least of `_TRIES`.

        In turn, so that what else the machine does at the moment slows all of them.
        """
        best: list[tuple[Vectors, float]] = [(np.empty(0, np.float32), math.inf)] * len(sessions)
        for _ in range(_TRIES):
            for number, session in enumerate(sessions):
                began = time.thread_time()
                rows = [self._run(session, PROMPTS["passage"], text)[0].mean(axis=0) for text in _TRIAL]
                best[number] = self._finished(rows), min(time.thread_time() - began, best[number][1])
        return best


def open_session(model: bytes) -> onnxruntime.InferenceSession:
    """A session of one thread, on the processor."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # it keeps a plan for every length of text that it meets
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    # Kept for another choice of providers, which nobody makes: 58 MB for embedder and reader.
    session._model_bytes = None
    return session


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
