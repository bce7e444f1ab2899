"""Rows of a table that are called alike are told apart by what stands above them."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefqa import build_index, open_index
from briefqa.question.row_labels import row_checks
from briefqa.reading.document import Document
from briefqa.reading.files import read_document
from briefqa.reading.row_groups import row_groups

INCOME = """# 柳塘县2023年统计公报

表1 2023年居民收入

| 指标 | 绝对数（元） | 增长（%） |
| --- | --- | --- |
| 城镇居民人均收入 | 40867 | 4.0 |
| #工资性收入 | 21482 | 5.7 |
| 经营净收入 | 10641 | 12.8 |
| 农村居民人均收入 | 14239 | 8.3 |
| #工资性收入 | 6741 | 21.4 |
| 经营净收入 | 3476 | -15.9 |
"""


def read(tmp_path: Path, text: str) -> Document:
    """The document of a Markdown text."""
    path = tmp_path / "a.md"
    path.write_text(text, "utf-8")
    return read_document(path, "a.md").document


def groups(document: Document) -> dict[str, str]:
    """Each row of the document's tables that has a group, with it."""
    rows = (document.row_context(block.start) for block in document.blocks)
    return {document.text[row.start : row.end]: row.group for row in rows if row and row.group}


def test_a_row_belongs_to_the_one_above_its_run(tmp_path: Path) -> None:
    """By what tells the two names apart; the row is read and cited with it."""
    document = read(tmp_path, INCOME)
    assert groups(document) == {
        "#工资性收入 | 21482 | 5.7": "城镇",
        "经营净收入 | 10641 | 12.8": "城镇",
        "#工资性收入 | 6741 | 21.4": "农村",
        "经营净收入 | 3476 | -15.9": "农村",
    }
    row = document.row_context(document.text.index("3476"))
    assert row is not None
    assert "农村 指标：经营净收入" in row.told


def test_a_line_of_one_cell_names_the_rows_below(tmp_path: Path) -> None:
    """As in price lists: what comes twice is told apart, what comes once needs nothing."""
    lines = ("一、东园", ("成人票", 60), ("夜场票", 80), "二、西园", ("成人票", 45))
    rows = "".join(
        f"<tr><td colspan=2>{line}</td></tr>"
        if isinstance(line, str)
        else "<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>"
        for line in lines
    )
    head = "<h1>门票价目</h1><table><tr><th>票种</th><th>票价（元）</th></tr>"
    path = tmp_path / "a.html"
    path.write_text(f"{head}{rows}</table>", "utf-8")
    document = read_document(path, "a.html").document
    assert groups(document) == {"成人票 | 60": "东园", "成人票 | 45": "西园"}


@pytest.mark.parametrize(
    "lines",
    [
        ["甲县 | 3", "乙县 | 4", "合计 | 7", "丙县 | 5", "合计 | 5"],
        ["合计 | 7", "甲县 | 3", "合计 | 5"],
        ["一季度 | 3", "一季度 | 3"],
        ["甲县 | 3", "乙县 | 4"],
        ["东园 |", "成人票 | 6", "老人票 |", "学生票 | 3", "西园 |", "成人票 | 4", "军人票 |", "学生票 | 2"],
    ],
)
def test_where_the_form_tells_nothing_no_group_is_made_up(lines: list[str]) -> None:
    """A sum is of more than the row above it, and what has nothing above it is of no group."""
    assert row_groups(lines) == {}


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("10月", "11月"), ("10月", "11月")),
        (("2022年", "2023年"), ("2022年", "2023年")),
        (("东山镇", "西河镇"), ("东山镇", "西河镇")),
        (("苏州市", "苏北地区"), ("苏州市", "苏北地区")),
        (("1.5万吨级", "2.5万吨级"), ("1.5万吨级", "2.5万吨级")),
        (("各类学校招生数", "各类学校在校生数"), ("招生数", "在校生数")),
        (("第一产业增加值", "第二产业增加值"), ("第一产业", "第二产业")),
    ],
)
def test_a_group_is_called_by_whole_words(names: tuple[str, str], told: tuple[str, str]) -> None:
    """No number and no place is cut: a question for another month would name what is left of one."""
    lines = [f"{names[0]} | 50", "甲项 | 3", "乙项 | 4", f"{names[1]} | 60", "甲项 | 5", "乙项 | 6"]
    found = row_groups(lines)
    assert [lines[found[row][0]][slice(*found[row][1])] for row in (1, 4)] == list(told)


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("2023年东山镇小学学校数是多少所？", "小学 | 32 | 300"),
        ("2023年西河镇中学的教师数是多少人？", "中学 | 13 | 130"),
        ("2023年西河镇教师数是多少人？", "西河镇 | 40 | 400"),
    ],
)
def test_the_row_that_a_group_is_called_by_answers_for_itself_alone(
    tmp_path: Path, question: str, row: str
) -> None:
    """A town's figure is no school's."""
    lines = ("东山镇 | 50 | 500", "小学 | 32 | 300", "中学 | 18 | 200")
    lines += ("西河镇 | 40 | 400", "小学 | 27 | 270", "中学 | 13 | 130")
    table = "\n".join(
        f"| {line} |" for line in ("单位 | 学校数（所） | 教师数（人）", "--- | --- | ---", *lines)
    )
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(f"# 柳塘县2023年教育统计\n\n表1 2023年学校\n\n{table}\n", "utf-8")
    build_index([tmp_path / "docs"], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        assert [each.quote for each in index.ask(question).citations] == [row]


def test_the_group_that_is_asked_for_meets_a_row_whole(tmp_path: Path) -> None:
    """The row of the other group has but one of the two names."""
    document = read(tmp_path, INCOME)
    spans = [
        (each.start, each.end)
        for each in document.blocks
        if "经营净收入" in document.text[each.start : each.end]
    ]
    checks = row_checks("柳塘县农村居民经营净收入是多少？", document, spans)
    assert [checks[place].verdict.value for place in (0, 1)] == ["context", "met"]


def test_the_figure_of_the_group_that_is_asked_for_is_quoted(tmp_path: Path) -> None:
    """And where no group is asked for, none is chosen."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(INCOME, "utf-8")
    build_index([tmp_path / "docs"], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        for group, row in (("城镇", "经营净收入 | 10641 | 12.8"), ("农村", "经营净收入 | 3476 | -15.9")):
            answer = index.ask(f"2023年柳塘县{group}居民的经营净收入是多少元？")
            assert [each.quote for each in answer.citations] == [row]
        assert not index.ask("2023年柳塘县居民的经营净收入是多少元？").found
