"""English questions find Chinese words by a dictionary."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefqa.question.parsing import MAX_WORDS, parse_question
from briefqa.store.lexical import TRANSLATED, LexicalIndex
from briefqa.text import translations as module
from briefqa.text.said import Said
from briefqa.text.translations import english_words, translations, word_places

TEXTS = ("农村居民人均可支配收入23119元。", "城镇登记失业率为4.1%。", "罚款由交通部门收缴。")


@pytest.mark.parametrize(
    ("word", "chinese"),
    [("income", "收入"), ("residents", "居民"), ("cities", "城市"), ("Welfare", "福利"), ("company", "公司")],
)
def test_a_word_is_found_in_chinese(word: str, chinese: str) -> None:
    """In singular and plural, small and capital letters."""
    (only,) = english_words(word)
    assert 0 < translations(only)[chinese] <= 1


def test_words_that_mean_nothing_by_themselves_are_not_looked_up() -> None:
    """Articles, prepositions and asking words are left out, repeats too."""
    assert english_words("How many of the companies and the company's shops are there?") == (
        "company",
        "shop",
    )


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_looked_up_in_bounds(text: str) -> None:
    """No text fails; exactness lies in (0, 1], translations are Chinese words."""
    for word in english_words(text):
        for chinese, exact in translations(word).items():
            assert 0 < exact <= 1
            assert len(chinese) > 1
            assert not chinese.isascii()


@pytest.mark.parametrize("word", ["sea", "population", "electrocardiogram", "zzzz", "y", "aa"])
def test_words_are_found_wherever_they_begin(word: str) -> None:
    """All places where the text says so after a blank, a stroke or a hyphen, of short and of long words."""
    dictionary = module._dictionary()
    expected = [match.start() for match in re.finditer(rb"(?<=[ /-])" + word.encode(), dictionary)]
    assert sorted(word_places(word.encode())) == expected


def test_a_passage_covers_an_english_question_by_its_translations() -> None:
    """The one that has them most, and never as much as the words themselves."""
    index = LexicalIndex.build(TEXTS)
    question = parse_question("What was the disposable income of rural residents?")
    covered = index.coverage(question.terms, question.translated)
    assert covered.argmax() == 0
    assert 0 < covered[0] <= TRANSLATED
    assert covered[1] == covered[2] == 0
    rarities = index.rarities(question.terms, question.translated)
    shares = [rarities.share_of(Said(text)) for text in TEXTS]
    assert shares[0] > shares[1] == shares[2] == 0


def test_a_chinese_question_is_not_looked_up() -> None:
    """Its coverage is that of its own terms; of an endless English one so many words are looked up."""
    assert parse_question("GDP是多少？").translated == ()
    assert (
        len(parse_question("word " * 5 + " ".join(f"a{'b' * n}" for n in range(99))).translated) <= MAX_WORDS
    )
