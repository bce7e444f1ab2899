"""Late interaction and the words of a question, against plain numpy and hand-made cases."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefqa.models.embedding import open_embedder
from briefqa.models.late import Basis, QuestionTokens, TokenIndex, packaged_basis, question_tokens
from briefqa.models.token_codes import _AT_ONCE, CODE, WIDTH, cosines, packed, rotated, unpacked
from briefqa.text.content import content_words


def _rows(count: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, WIDTH)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _basis() -> Basis:
    nothing = np.zeros(WIDTH, np.float32)
    return Basis(nothing, nothing, np.eye(WIDTH, dtype=np.float32))


@settings(deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=6), st.integers(0, 5))
def test_nearest_is_the_highest_cosine(lengths: list[int], asked: int) -> None:
    """For each question token and each sentence, of what the codes say; 0 for an empty sentence."""
    sentences = [_rows(length, seed) for seed, length in enumerate(lengths)]
    index = TokenIndex.of([_basis().of_sentence(each) for each in sentences])
    question = question_tokens("问" * asked, _rows(asked, 99), [(n, n + 1) for n in range(asked)])
    for first in range(len(lengths)):
        found = index.nearest(question, range(first, len(lengths)))
        for column, rows in enumerate(sentences[first:]):
            said = cosines(packed(rows), question.vectors).T
            expected = said.max(axis=1) if len(rows) and asked else np.zeros(asked)
            assert found[:, column] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_a_code_says_nearly_the_same(seed: int) -> None:
    """A row and what its 32 bytes say have a cosine of .9 and more; rotating keeps angles."""
    rows, others = _rows(200, seed), _rows(50, 100 + seed)
    codes, turned = packed(rows), rotated(rows)
    assert (codes.dtype, codes.shape) == (np.uint8, (200, CODE))
    said = unpacked(codes)
    lengths = np.linalg.norm(said, axis=1)
    assert ((said * turned).sum(axis=1) / lengths).min() > 0.9
    assert turned @ rotated(others).T == pytest.approx(rows @ others.T, abs=1e-5)
    unit = said / lengths[:, None]
    assert cosines(codes, others) == pytest.approx(1.04 * unit @ rotated(others).T, abs=1e-5)
    assert abs(cosines(codes, others) - rows @ others.T).mean() < 0.03


@pytest.mark.parametrize("asked", [1, 7, 20])
def test_a_code_says_the_same_alone_and_at_the_end(asked: int) -> None:
    """To the last bit: what is left for the last time is multiplied in the shape of all before."""
    generator = np.random.default_rng(asked)
    question = generator.standard_normal((asked, WIDTH)).astype(np.float32)
    question /= np.linalg.norm(question, axis=1, keepdims=True)
    code = generator.integers(0, 256, (1, CODE), np.uint8)
    among = cosines(np.repeat(code, 2 * _AT_ONCE + 1, axis=0), question)
    assert np.array_equal(among[::_AT_ONCE], np.repeat(cosines(code, question), 3, axis=0))


def test_what_codes_say_is_a_cosine() -> None:
    """−1 to 1, also along an axis and with itself; 0 of a row that was 0."""
    axes = np.eye(WIDTH, dtype=np.float32)
    rows = np.concatenate([axes, -axes, _rows(200, 0)])
    said = cosines(packed(rows), rows)
    assert abs(said).max() <= 1
    assert said.diagonal().min() > 0.9
    assert not cosines(packed(np.zeros((3, WIDTH))), rows).any()


def test_a_code_is_what_it_says() -> None:
    """Packing what codes say gives the codes again, for every value of every byte."""
    codes = np.random.default_rng(0).integers(0, 256, (500, CODE), dtype=np.uint8)
    back = unpacked(codes) @ rotated(np.eye(WIDTH)).T  # the rotation undone
    assert np.array_equal(packed(back), codes)


def test_the_packaged_basis_is_orthonormal() -> None:
    """Reducing keeps angles along the axes that are kept."""
    axes = packaged_basis().axes
    assert axes.T @ axes == pytest.approx(np.eye(WIDTH), abs=0.01)


def test_a_sentences_tokens_are_the_same_bytes_alone_or_among_others() -> None:
    """So that an index that grew has the bytes of one that was built at once."""
    texts = ["苏州有7家灯塔工厂。", "短", "昆山将重点聚焦“三个转型”，推动产业追高逐新。" * 5]
    _, together = open_embedder().embed_sentences(texts)
    for text, tokens in zip(texts, together, strict=True):
        assert np.array_equal(open_embedder().embed_sentences([text])[1][0], tokens)


def test_words_that_ask_weigh_less() -> None:
    """灯塔工厂 counts more than 有多少家; punctuation counts nothing; the weights sum to 1."""
    text = "苏州有多少家灯塔工厂？"
    tokens = open_embedder().embed_question(text).tokens
    of_character = np.zeros(len(text))
    for (start, end), weight in zip(tokens.spans, tokens.weights, strict=True):
        of_character[start:end] = weight
    assert tokens.weights.sum() == pytest.approx(1)
    assert of_character[text.index("多少")] < of_character[text.index("工厂")] / 5
    assert of_character[text.index("？")] == 0


def test_an_english_question_finds_its_words_in_chinese() -> None:
    """`lighthouse factories` is nearer to 灯塔工厂 than to a sentence about talent."""
    embedder = open_embedder()
    _, tokens = embedder.embed_sentences(["苏州坐拥7家灯塔工厂。", "加大海外人才引进力度。"])
    question = embedder.embed_question("How many lighthouse factories does Suzhou have?").tokens
    factories, talent = question.weights @ TokenIndex.of(tokens).nearest(question, range(2))
    assert factories > talent + 0.1


@given(st.text(max_size=60))
def test_content_words_stand_where_they_say(text: str) -> None:
    """Offsets are inside the question, in order, and never overlap."""
    words = content_words(text)
    ends = [0]
    for word in words:
        assert ends[-1] <= word.start < word.end <= len(text)
        ends.append(word.end)


def test_content_words_leave_asking_words_and_numbers_out() -> None:
    """What is left of a question is what an answer must speak of."""
    assert [word.text for word in content_words("2023年农业对苏州的贡献有多少？")][1:] == [
        "农业",
        "苏州",
        "贡献",
    ]
    assert [word.text for word in content_words("What is the GDP of Kunshan?")] == ["gdp", "kunshan"]


@pytest.mark.parametrize("numbers", [[0, 1, 2, 3], [3, 1], [1], [2, 2, 0]])
def test_sentences_are_found_in_any_order(numbers: list[int]) -> None:
    """What is near a sentence does not depend on which others are looked at with it."""
    generator = np.random.default_rng(0)
    index = TokenIndex.of(
        [generator.integers(0, 256, (count, CODE), dtype=np.uint8) for count in (3, 0, 2, 4)]
    )
    vectors = generator.standard_normal((5, WIDTH)).astype(np.float32)
    question = QuestionTokens(vectors, np.zeros((5, 2), np.int64), np.full(5, 0.2, np.float32))
    alone = np.concatenate([index.nearest(question, [number]) for number in numbers], axis=1)
    assert index.nearest(question, numbers) == pytest.approx(alone, abs=1e-5)
