"""Folding, terms and numbers: what is compared, never what is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefqa.text.folding import fold, simplified
from briefqa.text.quantities import quantities, years
from briefqa.text.tokens import characters, terms


@given(st.text())
def test_folding_keeps_every_offset(text: str) -> None:
    """One character in, one out, and folding twice changes nothing."""
    assert len(fold(text)) == len(simplified(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("蘇州製造業", "苏州制造业"), ("ＧＤＰ２０２６", "gdp2026"), ("GDP", "gdp"),
        ("⻘⼭县⼯业", "青山县工业"),
        ("⻓⻛⻢⻋⻔⻅⻚", "长风马车门见页"), ("豈度", "岂度"), ("120m²", "120m2"), ("CO₂", "co2"),
    ],
)  # fmt: skip
def test_ways_of_writing_fold_together(written: str, same: str) -> None:
    """Script, width and case make no difference."""
    assert fold(written) == fold(same)


def test_a_power_of_a_number_is_no_digit() -> None:
    """10³ is not 103."""
    assert fold("1.2×10³毫米") == "1.2×10³毫米"
    assert {q.value for q in quantities(fold("10³吨"))}.isdisjoint({103.0})


def test_chinese_terms_are_bigrams_and_the_rest_stays_whole() -> None:
    """Names need no dictionary; numbers and Latin words are not cut."""
    assert terms("苏州GDP达4500亿元") == ["苏州", "gdp", "达", "4500", "亿元", "450000000000"]
    assert characters("苏州GDP") == ["苏", "州", "gdp"]


@given(st.text())
def test_any_text_has_terms_without_blanks(text: str) -> None:
    """Terms are never empty and never hold white space."""
    assert all(term and not term.isspace() for term in terms(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("二〇二六年", "2026年"),
        ("4.43万亿元", "44300亿元"),
        ("百分之五", "5%"),
        ("七家", "7家"),
        ("两千五百人", "2500人"),
        ("1,234,567人", "1234567人"),
    ],
)
def test_numbers_are_equal_however_they_are_written(one: str, other: str) -> None:
    """Value and unit agree."""
    (a,), (b,) = quantities(fold(one)), quantities(fold(other))
    assert (a.value, a.unit) == (b.value, b.unit)


@given(st.text(alphabet="〇零一二两三四五六七八九十百千万亿点年个家0123.,分之%"))
def test_any_run_of_numerals_is_read_or_left(text: str) -> None:
    """No numeral, however odd, is an error; offsets lie in the text."""
    assert all(0 <= each.start < each.end <= len(text) for each in quantities(fold(text)))


def test_words_with_numerals_in_them_are_no_numbers() -> None:
    """统一, 一些, 十四五 and 一个 count nothing."""
    assert quantities(fold("统一一些十四五规划的一个目标")) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-2025年", {2021, 2025}),
        ("In 2026, Suzhou", {2026}),
        ("共2000万元", set()),
        ("１９８４年", {1984}),
    ],
)
def test_years_are_told_from_other_numbers(text: str, expected: set[int]) -> None:
    """A number is a year by its unit or by standing alone."""
    assert years(fold(text)) == expected
