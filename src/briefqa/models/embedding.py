"""Text → unit vectors, with any sentence-transformers model.

Query and passage are two methods because the models want a different prompt for each.
Texts are embedded in simplified characters and without their language, see below.
Each text is run in a batch of fixed shape, so its vector does not depend, not even in the
last bit, on what else is embedded with it: an index that grew document by document has the
same bytes as one that was built at once.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from briefqa.errors import ModelUnavailableError
from briefqa.models.batches import padded_length, stacked
from briefqa.models.fingerprint import weights_digest
from briefqa.models.late import WIDTH, Basis, Bytes, QuestionTokens, packaged_basis, question_tokens
from briefqa.models.precision import BFLOAT16, text_precision
from briefqa.models.threads import one_blas_thread
from briefqa.text.folding import simplified

# Torch's OpenMP threads spin while they wait for each other: when other processes want the cores, one
# question in twenty then takes a second. Asleep at once, a question takes 23 ms on an idle machine;
# after a short spin it takes 11 ms there and 29 ms on a busy one. Read when torch is first imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "10000")

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]
Done = Callable[[int], None]
OnStates = Callable[[int, Vectors], None]  # row of the text, states of its tokens (tokens, dimension)

_PARALLEL_QUESTIONS = files("briefqa") / "data" / "parallel_questions.tsv"

PACKAGED = "multilingual-e5-small"

# Tokens in one batch. Larger batches were slower in float32 (5,395 tokens/s at 512, 2,943 at
# 4,096, two cores); bfloat16 units want more work at a time (8,886 at 512, 12,481 at 1,024).
_BATCH_TOKENS = 512
_BATCH_TOKENS_BF16 = 1024


@dataclass(frozen=True, slots=True)
class EmbeddedQuestion:
    """A question's vector, float32 (dimension,), of unit length, and its tokens."""

    vector: Vectors
    tokens: QuestionTokens


class Embedder(Protocol):
    """What the index needs of a model.

    Attributes:
        name: by which `open_embedder` finds it.
        dimension: length of its vectors.
        precision: in which it embeds passages and sentences on this machine, see `precision`.
    """

    name: str
    dimension: int
    precision: str

    def __hash__(self) -> int:
        """By identity: a fingerprint is taken once of each loaded model."""

    @property
    def digest(self) -> str:
        """Of all that its vectors depend on (weights, prompts, data), the same on every machine."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Float32 (len(texts), dimension), rows of unit length."""

    def embed_question(self, text: str) -> EmbeddedQuestion:
        """One question with its tokens; a model without a token basis gives none."""

    def embed_passages(self, texts: Sequence[str], done: Done | None = None) -> Vectors:
        """Likewise for passages; `done` is told how many more texts are finished."""

    def embed_sentences(self, texts: Sequence[str], done: Done | None = None) -> tuple[Vectors, list[Bytes]]:
        """Like `embed_passages`, and the tokens of each text, int8 (tokens, late.WIDTH)."""


class SentenceEmbedder:
    """A `SentenceTransformer` with its own prompts for query and passage; threads may share it."""

    def __init__(
        self, model: SentenceTransformer, name: str, basis: Basis | None = None, weights: str = ""
    ) -> None:
        self.name = name
        self.model = model
        self.precision = text_precision()
        self._weights = weights
        self._basis = basis
        self.dimension = int(model.get_embedding_dimension() or 0)
        prompts = model.prompts
        self._query_prompt = prompts.get("query") or ""
        self._passage_prompt = prompts.get("passage") or prompts.get("document") or ""
        used = (self._query_prompt, self._passage_prompt) if basis else ()
        self._prompt_tokens = {prompt: self._count(prompt) for prompt in used}
        self._language = self._language_direction()

    @cached_property
    def digest(self) -> str:
        """See `Embedder.digest`; reads all weights of a model whose digest was not given."""
        parts = (
            self._weights or weights_digest(self.model),
            self._query_prompt,
            self._passage_prompt,
            _PARALLEL_QUESTIONS.read_text("utf-8"),
            self._basis.digest() if self._basis else "",
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Float32 (len(texts), dimension), rows of unit length; a single question is run alone."""
        tokens = 0 if len(texts) == 1 else _BATCH_TOKENS
        return self._without_language(self._embed(texts, self._query_prompt, tokens, bf16=False))

    @one_blas_thread
    def embed_question(self, text: str) -> EmbeddedQuestion:
        """The question's vector, as `embed_queries` gives it, and its tokens."""
        states: list[Vectors] = []
        keep = None if self._basis is None else lambda _, found: states.append(found)
        vectors = self._embed([text], self._query_prompt, 0, bf16=False, on_states=keep)
        vector = self._without_language(vectors)[0]
        if self._basis is None:
            return EmbeddedQuestion(vector, question_tokens(text, np.empty((0, WIDTH), np.float32), []))
        spans = self._spans(text)
        rows = self._basis.of_question(self._own(states[0], self._query_prompt))[: len(spans)]
        return EmbeddedQuestion(vector, question_tokens(text, rows, spans[: len(rows)]))

    def embed_passages(self, texts: Sequence[str], done: Done | None = None) -> Vectors:
        """Float32 (len(texts), dimension), rows of unit length; the same text, the same bits."""
        return self._embed_passages(texts, done, None)

    def embed_sentences(self, texts: Sequence[str], done: Done | None = None) -> tuple[Vectors, list[Bytes]]:
        """Like `embed_passages`, and each text's tokens; a model without a token basis gives none."""
        tokens = [np.empty((0, WIDTH), np.int8)] * len(texts)
        if self._basis is None:
            return self._embed_passages(texts, done, None), tokens
        basis = self._basis

        def keep(row: int, states: Vectors) -> None:
            tokens[row] = basis.of_sentence(self._own(states, self._passage_prompt))

        return self._embed_passages(texts, done, keep), tokens

    def _embed_passages(self, texts: Sequence[str], done: Done | None, on_states: OnStates | None) -> Vectors:
        bf16 = self.precision == BFLOAT16
        tokens = _BATCH_TOKENS_BF16 if bf16 else _BATCH_TOKENS
        vectors = self._embed(texts, self._passage_prompt, tokens, bf16=bf16, done=done, on_states=on_states)
        return self._without_language(vectors)

    def _own(self, states: Vectors, prompt: str) -> Vectors:
        """The states of a text's own tokens: not those of the prompt, nor the marks at both ends."""
        return states[self._prompt_tokens[prompt] : -1]

    def _count(self, prompt: str) -> int:
        """Tokens of a prompt, the opening mark included."""
        return len(self.model.preprocess([prompt.strip()])["input_ids"][0]) - 1

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Where in `text` each of its own tokens stands."""
        prompt = self._query_prompt
        tokenizer: Any = self.model[0].tokenizer
        offsets = tokenizer.encode(prompt + simplified(text)).offsets
        own = offsets[self._prompt_tokens[prompt] : -1]
        return [(max(start - len(prompt), 0), end - len(prompt)) for start, end in own]

    def _language_direction(self) -> Vectors:
        """The unit vector from a Chinese question to the same question in English, float32 (dimension,).

        It is the mean over parallel questions. With it taken out of every vector, an English
        question finds Chinese text by what it means: on XQuAD, English questions to Chinese
        passages, the right passage comes first .035 more often, and nothing else changes.
        """
        pairs = [line.split("\t") for line in _PARALLEL_QUESTIONS.read_text("utf-8").splitlines()]
        chinese, english = (
            self._embed([pair[side] for pair in pairs], self._query_prompt, _BATCH_TOKENS, bf16=False)
            for side in (0, 1)
        )
        direction: Vectors = (english - chinese).mean(axis=0)
        length = max(float(np.linalg.norm(direction)), 1e-12)
        return (direction / length).astype(np.float32)

    def _without_language(self, vectors: Vectors) -> Vectors:
        # einsum, not a matrix product: a row of BLAS depends in its last bit on how many rows there are.
        along = np.einsum("ij,j->i", vectors, self._language)
        vectors = vectors - np.outer(along, self._language)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
        return unit

    def _embed(
        self,
        texts: Sequence[str],
        prompt: str,
        tokens: int,
        *,
        bf16: bool,
        done: Done | None = None,
        on_states: OnStates | None = None,
    ) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        features = [self.model.preprocess([simplified(text)], prompt=prompt) for text in texts]
        rows_by_length: dict[int, list[int]] = {}
        for row, each in enumerate(features):
            rows_by_length.setdefault(padded_length(each), []).append(row)
        for length, rows in sorted(rows_by_length.items()):
            size = max(1, tokens // length) if length else 1
            for at in range(0, len(rows), size):
                batch = rows[at : at + size]
                together = stacked([features[row] for row in batch], size, length)
                found, states = self._forward(together, bf16=bf16)
                vectors[batch] = found[: len(batch)]
                if on_states is not None:
                    for row, of_row in zip(batch, states, strict=False):
                        on_states(row, of_row[: features[row]["input_ids"].shape[1]])
                if done is not None:
                    done(len(batch))
        return vectors

    def _forward(self, features: dict[str, Any], *, bf16: bool) -> tuple[Vectors, Vectors]:
        """Vectors, float32 (texts, dimension), and token states, (texts, tokens, dimension); maybe none."""
        import torch

        features = {
            name: value.to(self.model.device) if torch.is_tensor(value) else value
            for name, value in features.items()
        }
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            output = self.model(features)
        # bfloat16 rows are up to .4 % off unit length; unnormalised they cost half a point of hit@1.
        rows = torch.nn.functional.normalize(output["sentence_embedding"].float(), dim=1)
        states = output.get("token_embeddings")
        no_states = np.empty((0, 0, self.dimension), np.float32)
        return rows.cpu().numpy(), no_states if states is None else states.float().cpu().numpy()


def open_embedder(model: str | None = None) -> Embedder:
    """The packaged model, or the sentence-transformers model of that name or folder; kept for reuse.

    Raises:
        ModelUnavailableError: it cannot be loaded.
    """
    with _OPENING:
        return _open_embedder(PACKAGED if model is None else model)


_OPENING = threading.Lock()


@lru_cache(maxsize=2)
def _open_embedder(model: str) -> Embedder:
    if model == PACKAGED:
        from briefqa.models.packaged_model import DIGEST, load_packaged_model

        return SentenceEmbedder(load_packaged_model(), PACKAGED, packaged_basis(), DIGEST)
    from sentence_transformers import SentenceTransformer

    try:
        loaded = SentenceTransformer(model)
    except Exception as error:  # the library raises many unrelated types for one condition
        raise ModelUnavailableError(
            f"The model {model!r} cannot be loaded ({_first_line(error)}); give the folder of a "
            f"sentence-transformers model, or leave --model out to use {PACKAGED}."
        ) from error
    return SentenceEmbedder(loaded, model)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
