"""Stands in for `SentenceTransformer` and looks its vectors up, where figures do not depend on speed.

Every library goes its own way to `encode`, with its own prompts; what it would embed is embedded once for
all of them.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path
from typing import Any

import numpy as np

BATCH, SAVED_EVERY = 16, 800


class Remembered:
    """A model that knows the vectors of a file, and no others."""

    vectors: dict[str, np.ndarray]
    max_seq_length = 512

    def __init__(self, folder: str, *, prompts: dict[str, str] | None = None, **options: Any) -> None:
        saved = json.loads((Path(folder) / "config_sentence_transformers.json").read_text("utf-8"))
        self.prompts = saved["prompts"] | (prompts or {})

    def encode(self, inputs: Any, *, prompt_name: str | None = None, **options: Any) -> np.ndarray:
        prompt = self.prompts[prompt_name] if prompt_name else ""
        if isinstance(inputs, str):
            return self.vectors[_key(prompt + inputs)]
        return np.stack([self.vectors[_key(prompt + text)] for text in inputs])

    def encode_query(self, inputs: Any, **options: Any) -> np.ndarray:
        return self.encode(inputs, prompt_name="query")

    def encode_document(self, inputs: Any, **options: Any) -> np.ndarray:
        return self.encode(inputs, prompt_name="passage")


def remember(kept: Path) -> None:
    """From now on whoever imports `sentence_transformers` finds `Remembered` in it, and nothing else."""
    Remembered.vectors = _read(kept)
    stand_in = module_from_spec(ModuleSpec("sentence_transformers", None))
    stand_in.SentenceTransformer = Remembered
    sys.modules[stand_in.__name__] = stand_in


def embed_missing(kept: Path, model: Path, prompted: Sequence[str]) -> None:
    """Embed the prompted texts that a file lacks, and keep them there."""
    known = _read(kept)
    missing = sorted({text for text in prompted if _key(text) not in known}, key=len)
    if not missing:
        return
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(str(model), device="cpu")
    for start in range(0, len(missing), SAVED_EVERY):
        part = missing[start : start + SAVED_EVERY]
        vectors = encoder.encode(part, prompt="", batch_size=BATCH)
        known |= {_key(text): vector for text, vector in zip(part, vectors, strict=True)}
        np.savez(kept, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
        print(f"embedded {start + len(part)} of {len(missing)} texts", flush=True)


def _read(kept: Path) -> dict[str, np.ndarray]:
    if not kept.exists():
        return {}
    with np.load(kept) as stored:
        return dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))


def _key(text: str) -> str:
    """The same for texts that the tokenizer takes for the same: a library may turn line ends into blanks."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:24]
