"""A sentence-transformers model that embeds in no time: for what does not depend on meaning."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Regex, Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split


def save_tiny_model(folder: Path) -> str:
    """Write a model of 32 dimensions that tells only characters apart; its folder."""
    vocabulary = {"[UNK]": 0} | {chr(code): code - 0x4DFF for code in range(0x4E00, 0xA000)}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Split(Regex("."), "isolated")
    weights = np.random.default_rng(0).standard_normal((len(vocabulary), 32)).astype(np.float32)
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)]).save(str(folder))
    return str(folder)
