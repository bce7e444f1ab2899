"""The packaged model as a folder that any library with sentence-transformers loads."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Normalize, Transformer
from sentence_transformers.sentence_transformer.modules import Pooling
from transformers import PreTrainedTokenizerFast

from briefqa.models.embedding import PROMPTS
from briefqa.models.reference import load_reference_model
from briefqa.models.weights import MAX_TOKENS

SPECIAL = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
PROBES = ["苏州有多少家灯塔工厂？", "How many lighthouse factories are there in Suzhou?", "ＡＩ　12.5％"]


def save_packaged_model(folder: Path) -> None:
    """Write the model; checked to give the same vectors as the reference."""
    reference = load_reference_model()
    encoder = reference[0]
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=encoder.tokenizer, model_max_length=MAX_TOKENS, **SPECIAL
    )
    with TemporaryDirectory(dir=folder.parent) as aside:
        parts, whole = f"{aside}/parts", Path(aside, "whole")
        encoder.bert.save_pretrained(parts)
        tokenizer.save_pretrained(parts)
        transformer = Transformer(parts, max_seq_length=MAX_TOKENS)
        pooling = Pooling(encoder.bert.config.hidden_size, pooling_mode="mean")
        modules = [transformer, pooling, Normalize()]
        SentenceTransformer(modules=modules, prompts=dict(PROMPTS), device="cpu").save(str(whole))
        saved = SentenceTransformer(str(whole), device="cpu")
        for prompt in PROMPTS:
            wanted = reference.encode(PROBES, prompt_name=prompt)
            found = saved.encode(PROBES, prompt_name=prompt)
            if not np.allclose(wanted, found, atol=1e-4):
                raise ValueError(f"The saved model gives other vectors for {prompt!r} than the packaged one.")
        whole.rename(folder)
