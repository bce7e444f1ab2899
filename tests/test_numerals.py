"""Chinese numerals are read as they are written."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefqa.text.contrasts import contrast_tokens
from briefqa.text.folding import fold
from briefqa.text.intervals import intervals
from briefqa.text.numerals import numeral_value
from briefqa.text.quantities import quantities

_DIGITS = "零一二三四五六七八九"


def _written(value: int) -> str:
    """A whole number below 10^12 as it is usually written, 零 for skipped places."""
    for name, size in (("亿", 10**8), ("万", 10**4), ("千", 1000), ("百", 100), ("十", 10)):
        if value >= size:
            rest = value % size
            skipped = "零" if rest and rest < size // 10 else ""
            return _written(value // size) + name + (skipped + _written(rest) if rest else "")
    return _DIGITS[value]


@given(st.integers(0, 10**8 - 1))
def test_a_number_is_read_as_it_is_written(value: int) -> None:
    """With and without the first 一 of 一十; 两 and 〇 are digits too."""
    written = _written(value)
    assert numeral_value(written) == value
    assert numeral_value(written.replace("零", "〇")) == value
    if written.startswith("一十"):
        assert numeral_value(written[1:]) == value
    if written.startswith("二") and len(written) > 1 and written[1] in "百千万":
        assert numeral_value("两" + written[1:]) == value


@given(
    st.text("零一二三四五六七八九", min_size=1, max_size=6),
    st.text("零一二三四五六七八九", min_size=1, max_size=6),
)
def test_digits_are_read_one_by_one(whole: str, decimals: str) -> None:
    """二零二六 is 2026, 三点一四 is 3.14."""
    plain = "".join(str(_DIGITS.index(each)) for each in whole)
    behind = "".join(str(_DIGITS.index(each)) for each in decimals)
    assert numeral_value(whole) == int(plain)
    assert numeral_value(f"{whole}点{decimals}") == pytest.approx(float(f"{plain}.{behind}"))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("一百二", 120),
        ("三千五", 3500),
        ("四百十二", 412),
        ("二十亿", 2e9),
        ("一百零二", 102),
        ("一万二", 12000),
    ],
)
def test_short_forms(written: str, value: float) -> None:
    """A last digit counts the next smaller unit; 一 before 十 may be left out."""
    assert numeral_value(written) == value


@pytest.mark.parametrize("written", ["", "十百", "万万", "二三十", "三点", "点五百", "一亿二千"])
def test_what_is_no_numeral_has_no_value(written: str) -> None:
    """None rather than a guess: 一亿二千 waits for its 万."""
    assert numeral_value(written) is None


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("投入1亿1500万元", 1.15e8, "元"),
        ("投入十二亿三千万元", 1.23e9, "元"),
        ("1亿2000.5万吨", 1.20005e8, "吨"),
        ("精简1／4", 25, "%"),
        ("超过2/3的成员", 200 / 3, "%"),
    ],
)
def test_a_figure_in_two_parts_is_one(written: str, value: float, unit: str) -> None:
    """Hundred millions and ten thousands; a common fraction is a share."""
    (found,) = quantities(fold(written))
    assert (found.value, found.unit) == (pytest.approx(value), unit)


@pytest.mark.parametrize("written", ["2024/1/4", "1/4月", "5/6", "3亿元5000万元", "1亿5000元"])
def test_figures_side_by_side_stay_apart(written: str) -> None:
    """Days, pages, two sums, and what is not sure to be one figure."""
    assert len(quantities(fold(written))) > 1


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("第二档 | 31—100人 | 600", 31, 101),
        ("处50元以上200元以下罚款", 200, 49),
        ("不足50平方米的，处1万元罚款", 49, 50),
        ("50平方米以上不足100平方米的", 50, 100),
        ("职工30人（含）以下的企业", 30, 31),
        ("超过5立方米的", 5.5, 5),
        ("满10年不满20年的", 10, 20),
        ("0.5万元至2万元", 20_000, 20_001),
        ("规模 | 100以上 | 3", 250, 99),
        ("100—200 | 6%", 100, 201),
        ("不超过300人的", 300, 301),
        ("不高于300元的", 300, 301),
        ("不满14周岁的", 13, 14),
        ("未满18周岁的", 17, 18),
        ("不少于30日", 30, 29),
        ("不低于60分的", 60, 59),
        ("低于60分的", 59, 60),
        ("职工100人（不含）以下", 99, 100),
        ("职工100人以上（不含100人）200人以下", 101, 100),
        ("100人以下（不含本数）的", 99, 100),
        ("200元（不含税）以下的", 200, 201),
        ("100人（含100人）至200人（不含200人）", 100, 200),
        ("100（不含）—200人", 200, 100),
        ("规模 | 100（含）至200（不含） | 3", 199.5, 200),
        ("至少5人", 5, 4),
        ("控制在50人之内", 50, 51),
    ],
)
def test_a_tier_holds_the_numbers_of_its_stretch(text: str, inside: float, outside: float) -> None:
    """From, up to, under, above, with a dash or in words; what is counted in is as the text says."""
    folded = fold(text)
    found = list(intervals(folded, quantities(folded)))
    assert any(each.holds(inside) for each in found)
    assert not any(each.holds(outside) for each in found)


@pytest.mark.parametrize("text", ["电话0512-65880000转", "共有50人，其中20人", "第3至5条", "以上共100人"])
def test_other_numbers_are_no_stretch_of_a_measure(text: str) -> None:
    """A telephone number, a sum and its part."""
    folded = fold(text)
    assert not [each for each in intervals(folded, quantities(folded)) if each.unit in ("", "人")]


@given(st.text(alphabet="0123456789万元人以上下内不未足满超过低少于至—-|（）含 ", max_size=40))
def test_stretches_are_found_in_any_text(text: str) -> None:
    """Each begins where it ends or before, and none is all numbers."""
    folded = fold(text)
    for each in intervals(folded, quantities(folded)):
        assert each.low <= each.high
        assert each.low > -inf or each.high < inf


@given(st.text(alphabet="ivxⅻ一二十百千万亿点零两〇3 路", max_size=12))
def test_no_text_fails_as_a_numeral(text: str) -> None:
    """Letters that are no Roman number (xx, xvi) are none, wherever a question or a document has them."""
    value = numeral_value(text)
    assert value is None or value >= 0
    assert "".join(each.text for each in contrast_tokens(fold(text))) == "".join(fold(text).split())
