"""Parts of a year: what figure is of which months."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefqa import Answer, build_index, open_index
from briefqa.text.folding import fold
from briefqa.text.periods import parts_of_year


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("下半年开工", [(7, 12)]),
        ("前三季度", [(1, 9)]),
        ("第二季度和四季度", [(4, 6), (10, 12)]),
        ("1—11月份累计", [(1, 11)]),
        ("3月至5月", [(3, 5)]),
        ("2024年12月", [(12, 12)]),
        ("全年", [(1, 12)]),
        ("6月30日前", []),
        ("满6个月", []),
    ],
)
def test_parts_of_a_year_are_stretches_of_months(text: str, months: list[tuple[int, int]]) -> None:
    """However they are written; the month of a date is none."""
    assert parts_of_year(fold(text)) == months


REPORT = """桦林县2024年渔业运行简报

上半年，全县捕捞海产312吨，比上年同期增长4.1%。1—8月，全县加工鱼糜455吨。

6至9月休渔期间，渔民每人每月补助800元，由县渔业局按月发放。
"""


def _ask(folder: Path, question: str, **texts: str) -> Answer:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    build_index(sorted(folder.glob("*.txt")), folder / "index")
    with open_index(folder / "index") as index:
        return index.ask(question)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("2024年上半年全县捕捞海产多少吨？", "312吨"),
        ("2024年下半年全县捕捞海产多少吨？", ""),
        ("2024年1—8月全县加工鱼糜多少吨？", "455吨"),
        ("2024年1—9月全县加工鱼糜多少吨？", ""),
        ("7月休渔期间渔民每人每月补助多少元？", "800元"),
    ],
)
def test_a_figure_of_some_months_is_not_given_for_others(tmp_path: Path, question: str, told: str) -> None:
    """What holds from one month to another holds in each; a sum from January on only of its months."""
    answer = _ask(tmp_path, question, a=REPORT)
    assert answer.found == bool(told), (answer.confidence, answer.reason)
    assert told in "".join(each.quote for each in answer.citations[:1])


def test_no_neighbour_is_quoted_for_a_sentence_that_is_ruled_out(tmp_path: Path) -> None:
    """The passage was read as an answer for the sentence on the other half of the year."""
    text = "梧桐乡2024年工作小结\n\n上半年，修缮水渠27处。\n\n下半年，计划新栽果树4000株。\n"
    assert _ask(tmp_path, "2024年上半年修缮水渠多少处？", a=text).found
    assert not _ask(tmp_path, "2024年下半年修缮水渠多少处？", a=text).found


def test_a_school_year_is_one(tmp_path: Path) -> None:
    """Another that shares a year with it is another."""
    text = "关于校车收费的通知\n\n2023—2024学年校车费每生每学期310元，由学校按学期收取。\n"
    assert _ask(tmp_path, "2023—2024学年校车费每学期多少元？", a=text).found
    assert not _ask(tmp_path, "2024—2025学年校车费每学期多少元？", a=text).found


def test_of_yearly_bulletins_the_newest_answers_where_no_year_is_asked(tmp_path: Path) -> None:
    """And the older one where its year is."""
    text = "栗园县{}年国民经济和社会发展统计公报\n\n全年茶叶产量{}吨，比上年增长2.4%。\n"
    both = {"a": text.format(2022, 815), "b": text.format(2023, 834)}
    for question, told in (("栗园县茶叶产量是多少吨？", "834"), ("栗园县2022年茶叶产量是多少吨？", "815")):
        assert told in _ask(tmp_path, question, **both).citations[0].quote


def test_months_of_one_digit_are_columns_each(tmp_path: Path) -> None:
    """The header 3月 before another, 2月, is no day of March."""
    text = "2024年各厂发电量（万度）\n\n| 电厂 | 1月 | 2月 | 3月 |\n|---|---|---|---|\n"
    (tmp_path / "a.md").write_text(
        text + "| 南坡电厂 | 61 | 58 | 73 |\n| 北坡电厂 | 44 | 40 | 52 |\n", "utf-8"
    )
    build_index(tmp_path / "a.md", tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        answer = index.ask("2024年2月南坡电厂发电量是多少万度？")
    cell = answer.citations[0].cell if answer.found else None
    assert cell is not None
    assert cell[1] - cell[0] == len("58")
    assert answer.citations[0].quote.startswith("南坡电厂")


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("2024年柳溪镇一季度接待游客多少人次？", "7300"),
        ("2024年柳溪镇二季度接待游客多少人次？", "9100"),
        ("2024年柳溪镇三季度接待游客多少人次？", ""),
    ],
)
def test_a_row_has_a_figure_for_each_column_of_months(tmp_path: Path, question: str, told: str) -> None:
    """Not only for that of its last column."""
    text = "2024年各镇接待游客情况\n\n| 镇 | 一季度（人次） | 二季度（人次） |\n|---|---|---|\n"
    text += "| 柳溪镇 | 7300 | 9100 |\n| 枫林镇 | 5200 | 6400 |\n"
    (tmp_path / "a.md").write_text(text, "utf-8")
    build_index(tmp_path / "a.md", tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        answer = index.ask(question)
    assert answer.found == bool(told), (answer.confidence, answer.reason)
    assert told in "".join(each.quote for each in answer.citations[:1])
