"""The two retrieval legs against oracles written out in plain numpy."""

import math
from collections import Counter
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefqa.evaluation.metrics import auroc, brier, mean_reciprocal_rank, precision_recall, recall_at
from briefqa.models.embedding import EmbeddedQuestion
from briefqa.models.late import TokenIndex, question_tokens
from briefqa.models.token_codes import WIDTH
from briefqa.question.parsing import parse_question
from briefqa.question.year_conditions import YearCondition
from briefqa.retrieval.first_step import best_at_first
from briefqa.retrieval.weights import CANDIDATES
from briefqa.splitting.units import PASSAGE_ROW, SENTENCE_ROW, YEAR_ROW, Units
from briefqa.store.catalogue import Catalogue
from briefqa.store.dense import EXACT_UP_TO, DenseIndex
from briefqa.store.lexical import K1, B, LexicalIndex, TermRarities, share
from briefqa.store.searchable import Searchable
from briefqa.store.views import PassageViews
from briefqa.store.vocabulary import postings_of
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
    assert TermRarities(idf).share_of(Said(text)) == pytest.approx(share(idf, terms(text)), abs=1e-12)


def test_the_same_corpus_gives_the_same_bytes(tmp_path: Path) -> None:
    """Nothing on disk depends on hashing order."""
    for name in ("a", "b"):
        LexicalIndex.build(CORPUS).save(tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


@settings(deadline=None)
@given(st.lists(st.lists(st.text(alphabet="ab苏州𠀀", min_size=1, max_size=3), max_size=6), max_size=8))
def test_postings_say_who_has_what(bags: list[list[str]]) -> None:
    """For every word the numbers that have it and how often, whatever the order in which they are sorted."""
    for at_once in (1, 4, 1_000):
        with mock.patch("briefqa.store.vocabulary._SORTED_AT_ONCE", at_once):
            found = postings_of(bags)
        assert list(found.words) == sorted({word for bag in bags for word in bag})
        for word, row in found.words.items():
            span = slice(found.starts[row], found.starts[row + 1])
            told = dict(zip(found.numbers[span].tolist(), found.counts[span].tolist(), strict=True))
            assert told == {number: bag.count(word) for number, bag in enumerate(bags) if word in bag}
        assert found.lengths.tolist() == [len(bag) for bag in bags]
        assert found.words.get("zz") is None


def test_measures_are_their_formulas() -> None:
    """Recall, MRR, precision, AUROC with ties, Brier, written as fractions."""
    ranks = [1, 3, None, 12]
    assert recall_at(ranks, 3) == 2 / 4
    assert mean_reciprocal_rank(ranks) == (1 + 1 / 3) / 4
    assert precision_recall([True, True, False], [True, False, True]) == (1 / 2, 1 / 2)
    assert auroc([0.9, 0.5, 0.5, 0.1], [True, True, False, False]) == (1 + 1 + 0.5 + 1) / 4
    assert brier([0.8, 0.4], [True, False]) == pytest.approx((0.04 + 0.16) / 2)


def _parted(passages: int, seed: int) -> Searchable:
    """Passages of random vectors, terms and years; without texts."""
    generator = np.random.default_rng(seed)
    vocabulary = [chr(0x4E00 + n) * 2 for n in range(60)]
    bags = [generator.choice(vocabulary, generator.integers(1, 9)).tolist() for _ in range(passages)]
    pairs = {(2020 + int(generator.integers(4)), number) for number in range(passages) for _ in range(2)}
    units = Units((), np.empty(0, PASSAGE_ROW), np.empty(0, SENTENCE_ROW))
    none = np.empty((0, 16), np.float16)
    dense, lexical = DenseIndex.build(_unit(passages, seed)), LexicalIndex.of_terms(bags)
    years = np.array(sorted(pairs), YEAR_ROW)
    views = PassageViews.of_units(units)
    return Searchable(units, dense, lexical, none, TokenIndex.of([]), years, Catalogue.of(()), views)


@pytest.mark.parametrize("years", [(), (2021,), (2021, 2022), (2021, 2021, 2023), (1999,)])
@pytest.mark.parametrize("share", [1.0, 0.3])
@pytest.mark.parametrize("words", [0, 2, 12])
def test_the_first_step_finds_what_comparing_all_finds(
    years: tuple[int, ...], share: float, words: int
) -> None:
    """The best by cosine, words and years, though only some passages are compared with the question."""
    for seed in range(3):
        index = _parted(3_000, seed)
        generator = np.random.default_rng(100 + seed)
        allowed = generator.random(3_000) < share
        wanted = tuple(chr(0x4E00 + int(n)) * 2 for n in generator.choice(60, words, replace=False))
        conditions = tuple(YearCondition(str(year), year=year) for year in years)
        question = replace(parse_question("x"), terms=wanted, conditions=conditions)
        asked = EmbeddedQuestion(_unit(1, 50 + seed)[0], question_tokens("", np.empty((0, WIDTH)), []))
        total = 10 * (index.dense.vectors() @ asked.vector) + 8 * index.lexical.coverage(wanted) ** 1.5
        for year in years:
            total[index.years["passage"][index.years["year"] == year]] += 1.5
        total[~allowed] = -np.inf
        expected = np.sort(np.argsort(-total, kind="stable")[:CANDIDATES])
        found = best_at_first(index, question, asked, None if share == 1.0 else allowed)
        assert found.numbers.tolist() == expected.tolist()


def test_of_many_vectors_nearly_all_of_the_nearest_are_found(tmp_path: Path) -> None:
    """Searching bits of some cells gives .98 of the ten nearest, with their exact cosines."""
    centres = _unit(300, 0)[np.arange(EXACT_UP_TO + 2_000) % 300]
    vectors = centres + 0.7 * _unit(len(centres), 1)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    DenseIndex.build(vectors).save(tmp_path / "vectors.faiss")
    index = DenseIndex.load(tmp_path / "vectors.faiss")
    recalls = []
    for query in _unit(50, 2):
        numbers, cosines = index.search(query, 500)
        assert cosines == pytest.approx(vectors[numbers] @ query, abs=1e-6)
        recalls.append(len(set(np.argsort(-(vectors @ query))[:10]) & set(numbers.tolist())) / 10)
        few = np.sort(numbers[100:110])
        assert index.search(query, 3, few)[0].tolist() == numbers[100:103].tolist()
    assert np.mean(recalls) >= 0.98
