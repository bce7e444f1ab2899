"""The two retrieval legs against oracles written out in plain numpy."""

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefqa.evaluation.metrics import auroc, brier, mean_reciprocal_rank, precision_recall, recall_at
from briefqa.store.dense import DenseIndex
from briefqa.store.lexical import K1, B, LexicalIndex, TermRarities, share
from briefqa.text.said import Said
from briefqa.text.tokens import terms

CORPUS = ["苏州有七家灯塔工厂", "昆山的三个转型", "苏州工业园区到2026年", "无锡没有提到", "GDP 4500亿元，GDP"]


def _unit(rows: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((rows, 16)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("k", [1, 3, 50])
def test_faiss_gives_what_numpy_gives(k: int, tmp_path: Path) -> None:
    """Numbers and cosines, saved and loaded through a path that is not ASCII; never padded."""
    vectors, query = _unit(20, 0), _unit(1, 1)[0]
    path = tmp_path / "索引.faiss"
    DenseIndex.build(vectors).save(path)
    index = DenseIndex.load(path)
    numbers, cosines = index.search(query, k)
    expected = np.argsort(-(vectors @ query), kind="stable")[:k]
    assert numbers.tolist() == expected.tolist()
    assert cosines == pytest.approx((vectors @ query)[expected], abs=1e-6)
    assert np.array_equal(index.vectors(), vectors)


@pytest.mark.parametrize("question", ["苏州有多少家灯塔工厂", "GDP", "2026年园区", "找不到的词"])
def test_bm25_is_its_formula(question: str, tmp_path: Path) -> None:
    """Every passage's coverage is BM25 over the highest BM25 that the question could reach."""
    LexicalIndex.build(CORPUS).save(tmp_path / "lexical")
    coverage = LexicalIndex.load(tmp_path / "lexical", len(CORPUS)).coverage(terms(question))
    bags = [Counter(terms(text)) for text in CORPUS]
    average = sum(sum(bag.values()) for bag in bags) / len(bags)
    wanted = set(terms(question))
    idf = {t: math.log(1 + (len(bags) - (n := sum(t in b for b in bags)) + 0.5) / (n + 0.5)) for t in wanted}
    reachable = sum(idf.values()) * (K1 + 1)
    for bag, found in zip(bags, coverage, strict=True):
        norm = K1 * (1 - B + B * sum(bag.values()) / average)
        score = sum(idf[t] * bag[t] * (K1 + 1) / (bag[t] + norm) for t in wanted)
        assert found == pytest.approx(score / reachable, abs=1e-6)


@settings(deadline=None)
@given(
    st.lists(st.text(alphabet="苏州工业a1 ", min_size=1), min_size=1, max_size=8),
    st.text(alphabet="苏州工业a1 "),
)
def test_coverage_is_a_share(corpus: list[str], question: str) -> None:
    """Between 0 and 1 for any texts."""
    coverage = LexicalIndex.build(corpus).coverage(terms(question))
    assert ((coverage >= 0) & (coverage <= 1)).all()


@settings(deadline=None)
@given(
    st.text(alphabet="苏州工业一十百万年a1,. 〇。"),
    st.text(alphabet="苏州工业一十百万年a1,. 〇。", max_size=40),
)
def test_a_share_needs_no_terms_of_the_text(question: str, text: str) -> None:
    """Looking for the question's terms in a text finds what cutting the text into terms finds."""
    idf = {term: 1.0 + at for at, term in enumerate(sorted(set(terms(question))))}
    assert TermRarities(idf).share_of(Said(text)) == share(idf, terms(text))


def test_the_same_corpus_gives_the_same_bytes(tmp_path: Path) -> None:
    """Nothing on disk depends on hashing order."""
    for name in ("a", "b"):
        LexicalIndex.build(CORPUS).save(tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_measures_are_their_formulas() -> None:
    """Recall, MRR, precision, AUROC with ties, Brier, written as fractions."""
    ranks = [1, 3, None, 12]
    assert recall_at(ranks, 3) == 2 / 4
    assert mean_reciprocal_rank(ranks) == (1 + 1 / 3) / 4
    assert precision_recall([True, True, False], [True, False, True]) == (1 / 2, 1 / 2)
    assert auroc([0.9, 0.5, 0.5, 0.1], [True, True, False, False]) == (1 + 1 + 0.5 + 1) / 4
    assert brier([0.8, 0.4], [True, False]) == pytest.approx((0.04 + 0.16) / 2)
