"""Any sentence-transformers model as an embedder; the only one that needs torch.

Each text is run in a batch of fixed shape, so its vector does not depend, not even in the
last bit, on what else is embedded with it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from briefqa.errors import ModelUnavailableError
from briefqa.models.batches import padded_length, stacked
from briefqa.models.embedding import PACKAGED, Done, EmbeddedQuestion
from briefqa.models.fingerprint import model_digest, weights_digest
from briefqa.models.language import Vectors, language_direction, without_language
from briefqa.models.late import Basis, question_tokens
from briefqa.models.precision import BFLOAT16, text_precision
from briefqa.models.token_codes import CODE, WIDTH, Codes
from briefqa.text.folding import simplified

# Torch's OpenMP threads spin while they wait for each other: when other processes want the cores, one
# question in twenty then takes a second. Asleep at once, a question takes 23 ms on an idle machine;
# after a short spin it takes 11 ms there and 29 ms on a busy one. Read when torch is first imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "10000")
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"  # read when the hub's client is first imported

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

OnStates = Callable[[int, Vectors], None]  # row of the text, states of its tokens (tokens, dimension)

# Tokens in one batch. Larger batches were slower in float32 (5,395 tokens/s at 512, 2,943 at
# 4,096, two cores); bfloat16 units want more work at a time (8,886 at 512, 12,481 at 1,024).
_BATCH_TOKENS = 512
_BATCH_TOKENS_BF16 = 1024


class SentenceEmbedder:
    """A `SentenceTransformer` with its own prompts for query and passage; threads may share it."""

    def __init__(
        self,
        model: SentenceTransformer,
        name: str,
        basis: Basis | None = None,
        weights: str = "",
        direction: Vectors | None = None,
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
        self._direction = self._found_direction() if direction is None else direction

    @cached_property
    def digest(self) -> str:
        """See `Embedder.digest`; reads all weights of a model whose digest was not given."""
        weights = self._weights or weights_digest(self.model)
        return model_digest(weights, self._query_prompt, self._passage_prompt, self._basis)

    @property
    def direction(self) -> Vectors:
        """See `Embedder.direction`."""
        return self._direction

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Float32 (len(texts), dimension), rows of unit length; a single question is run alone."""
        tokens = 0 if len(texts) == 1 else _BATCH_TOKENS
        return self._finished(self._embed(texts, self._query_prompt, tokens, bf16=False))

    def embed_question(self, text: str) -> EmbeddedQuestion:
        """The question's vector, as `embed_queries` gives it, and its tokens."""
        states: list[Vectors] = []
        keep = None if self._basis is None else lambda _, found: states.append(found)
        vectors = self._embed([text], self._query_prompt, 0, bf16=False, on_states=keep)
        vector = self._finished(vectors)[0]
        if self._basis is None:
            return EmbeddedQuestion(vector, question_tokens(text, np.empty((0, WIDTH), np.float32), []))
        spans = self._spans(text)
        rows = self._basis.of_question(self._own(states[0], self._query_prompt))[: len(spans)]
        return EmbeddedQuestion(vector, question_tokens(text, rows, spans[: len(rows)]))

    def embed_passages(self, texts: Sequence[str], done: Done | None = None) -> Vectors:
        """Float32 (len(texts), dimension), rows of unit length; the same text, the same bits."""
        return self._embed_passages(texts, done, None)

    def embed_sentences(self, texts: Sequence[str], done: Done | None = None) -> tuple[Vectors, list[Codes]]:
        """Like `embed_passages`, and each text's tokens; a model without a token basis gives none."""
        tokens = [np.empty((0, CODE), np.uint8)] * len(texts)
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
        return self._finished(vectors)

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

    def _found_direction(self) -> Vectors:
        return language_direction(
            lambda texts: self._embed(texts, self._query_prompt, _BATCH_TOKENS, bf16=False)
        )

    def _finished(self, vectors: Vectors) -> Vectors:
        return without_language(vectors, self._direction)

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


def open_sentence_embedder(
    model: str, direction: Sequence[float] = (), *, fetch: bool = False
) -> SentenceEmbedder:
    """The model of that name or folder; one that is not here is fetched only with `fetch`.

    Raises:
        ModelUnavailableError: it cannot be loaded, or the library is not installed.
    """
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ModelUnavailableError(
            f"The model {model!r} needs a package that is not installed; run: "
            f"pip install sentence-transformers, or leave --model out to use {PACKAGED}."
        ) from error
    try:
        with _asking_no_hub(unless=fetch):
            loaded = SentenceTransformer(model, local_files_only=not fetch)
    except Exception as error:  # the library raises many unrelated types for one condition
        raise ModelUnavailableError(
            f"The model {model!r} cannot be loaded ({_first_line(error)}); give the folder of a "
            f"sentence-transformers model, or leave --model out to use {PACKAGED}."
        ) from error
    kept = np.array(direction, np.float32) if direction else None
    return SentenceEmbedder(loaded, model, direction=kept)


@contextmanager
def _asking_no_hub(*, unless: bool) -> Iterator[None]:
    """Keep the client of Hugging Face's hub off meanwhile, whoever imported it; its telemetry for good."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = before or not unless
    constants.HF_HUB_DISABLE_TELEMETRY = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
