"""Is it still the same model? By what it does, and by what it is made of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from briefqa.models.language import parallel_questions
from briefqa.models.late import Basis

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from briefqa.models.embedding import Embedder

_PROBES = ("新质生产力是什么？", "What does the report say about industry?")
_SAME_MODEL_COSINE = 0.999  # precisions of one model agree to .9999; other models are far below


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Tells models apart by what they do: the vectors of two fixed texts.

    The same model on another machine or in another precision agrees within rounding noise.
    """

    name: str
    dimension: int
    probe: tuple[float, ...]

    def matches(self, other: Fingerprint) -> bool:
        """Whether vectors of the two models may be compared with each other."""
        if self.dimension != other.dimension or len(self.probe) != len(other.probe):
            return False
        mine, theirs = (np.array(each.probe).reshape(len(_PROBES), -1) for each in (self, other))
        return bool(((mine * theirs).sum(axis=1) > _SAME_MODEL_COSINE).all())


@lru_cache(maxsize=2)  # as many models as `open_embedder` keeps
def fingerprint(embedder: Embedder) -> Fingerprint:
    """The fingerprint of a loaded model; its numbers are rounded to four decimals."""
    probe = embedder.embed_queries(_PROBES).ravel().tolist()
    return Fingerprint(embedder.name, embedder.dimension, tuple(round(each, 4) for each in probe))


def model_digest(weights: str, query_prompt: str, passage_prompt: str, basis: Basis | None) -> str:
    """Of all that a model's vectors depend on, whichever engine runs it; `weights` is their digest."""
    parts = (weights, query_prompt, passage_prompt, parallel_questions(), basis.digest() if basis else "")
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def weights_digest(model: SentenceTransformer) -> str:
    """SHA-256 of a model's weights, vocabulary and modules, hexadecimal; the same on every machine."""
    digest = hashlib.sha256(repr(model).encode())
    tokenizer: Any = getattr(model, "tokenizer", None)
    vocabulary = tokenizer.get_vocab() if hasattr(tokenizer, "get_vocab") else {}
    digest.update(repr(sorted(vocabulary.items())).encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(f"{name} {tuple(tensor.shape)} ".encode())
        digest.update(tensor.detach().float().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
