"""Questions for a row or a column that a table has not, though one is called nearly so."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefqa.question.not_in_table import column_not_told, row_not_meant
from briefqa.question.parsing import parse_question
from briefqa.question.row_labels import labels_match, named_instead
from briefqa.question.table_questions import TableQuestion
from briefqa.question.worked_out import is_worked_out
from briefqa.reading.files import read_document
from briefqa.reading.table_figures import figured_rows

HARVEST = (
    "果园 | 2022年苹果产量（吨） | 2023年种植面积（亩） | 2024年苹果产量（吨）",
    "红山果园 | 520 | 340 | 610",
    "绿水果园 | 430 | 300 | 455",
)
TRADE = ("县区 | 进口额（万元） | 男性占比（%）", "高桥区 | 8800 | 51.3", "清平县 | 4300 | 50.4")
CHILDREN = (
    "子女数 | 每月金额（元） | 年限",
    "1 | 100 | 5",
    "2 | 160 | 8",
    "3 | 210 | 10",
)
COUNTIES = ("县 | 农业人口（万人）", "丰县 | 52", "睢宁县 | 60")
TOWNS = ("乡镇 | 水稻产量（吨）", "合计 | 6500", "青田镇 | 3100", "柳林镇 | 3400")
GOODS = ("品类 | 零售额同比增长（%）", "家电类 | 12.1", "服装类 | -1.3")
HEAT = (
    "用户 | 规格 | 价格（元）",
    "复合肥 | 45% | 90",
    "复合肥 | 51% | 105",
    "核磁共振（头部） | 次 | 520",
    "核磁共振（腰椎） | 次 | 560",
    "居民 | 楼房 | 22",
    " | 平房 | 18",
)

PLAN = ("乡 | 全年目标（户） | 上半年建成（户）", "桑园乡 | 80 | 35", "柏木乡 | 60 | 41")
FARES = (
    "车型 | 项目 | 单位 | 价格",
    "大型车 | 拖车费 | 元/次 | 450",
    "大型车 | 停放费 | 元/天 | 40",
    "小型车 | 拖车费 | 元/次 | 260",
    "小型车 | 吊装费 | 元/次 | 300",
)

SLOPES = (
    "等级 | 道路 | 坡度（度）",
    " | 东环路 | 4",
    "一级 | 西环路 | 5",
    " | 南山路 | 9",
    "二级 | 北山路 | 8",
)


def held(question: str, lines: tuple[str, ...], folder: Path) -> TableQuestion:
    """A question held against a table with the first line as its header."""
    header, *rows = lines
    rule = " | ".join("---" for _ in header.split(" | "))
    table = "\n".join(f"| {line} |" for line in (header, rule, *rows))
    (folder / "表.md").write_text(f"# 情况表\n\n情况如下。\n\n{table}\n", "utf-8")
    document = read_document(folder / "表.md", "表.md").document
    return TableQuestion(parse_question(question), figured_rows(document, document.tables[0]), "情况表")


@pytest.mark.parametrize(
    ("question", "label", "instead"),
    [
        ("柳林村水稻产量多少吨？", "柳林镇", "柳林村"),
        ("东门镇床位多少张？", "东门街道", "东门镇"),
        ("全日制专科毕业生补助多少？", "全日制本科毕业生", "全日制专科毕业生"),
        ("柳林水稻产量多少吨？", "柳林镇", ""),
        ("一般工业企业补助多少？", "一般企业", ""),  # a word between
        ("投资是多少？", "投资额", ""),
        ("第二产业增加值多少？", "第一产业", ""),  # a number is the matter of `labels_match`
        ("帐户管理费多少元？", "账户管理费", ""),  # misspelt
    ],
)
def test_what_is_named_in_place_of_a_label(question: str, label: str, instead: str) -> None:
    """Another division of the same stem, or a word of another character, rules the row out."""
    assert named_instead(question, label) == instead
    assert labels_match(question, [label]).unlike == instead


@pytest.mark.parametrize(
    ("question", "lines", "row", "named", "instead"),
    [
        ("谷丰县农业人口是多少？", COUNTIES, 0, "谷丰县", "丰县"),
        ("2023年丰县农业人口是多少？", COUNTIES, 0, "", ""),
        ("子女数8个的每月金额是多少元？", CHILDREN, 1, "8个", "2"),
        ("子女数2个的每月金额是多少元？", CHILDREN, 1, "", ""),
        ("大型车吊装费是多少元？", FARES, 3, "大型车", "小型车"),
        ("小型车吊装费是多少元？", FARES, 3, "", ""),
    ],
)
def test_a_row_is_called_by_its_own_name_or_number(
    question: str, lines: tuple[str, ...], row: int, named: str, instead: str, tmp_path: Path
) -> None:
    """Not by the end of a longer name, nor by a number that is one of its figures."""
    asked = held(question, lines, tmp_path)
    check = row_not_meant(asked, asked.rows[row])
    assert ((check.text, check.instead) if check else ("", "")) == (named, instead)


@pytest.mark.parametrize(
    ("question", "lines", "told"),
    [
        ("红山果园2023年苹果产量是多少吨？", HARVEST, False),
        ("红山果园2022年种植面积是多少亩？", HARVEST, False),
        ("红山果园2024年苹果产量是多少吨？", HARVEST, True),
        ("高桥区出口额是多少万元？", TRADE, False),
        ("高桥区女性占比是多少？", TRADE, False),
        ("高桥区进口额是多少万元？", TRADE, True),
        ("桑园乡全年建成多少户？", PLAN, False),
        ("桑园乡上半年建成多少户？", PLAN, True),
    ],
)
def test_a_column_answers_by_its_year_and_its_measure(
    question: str, lines: tuple[str, ...], told: bool, tmp_path: Path
) -> None:
    """The year of one column with the measure of another, or a part of a name, is no column of a table."""
    asked = held(question, lines, tmp_path)
    assert (column_not_told(asked, asked.rows[0]) is None) is told


@pytest.mark.parametrize(
    ("question", "amount_is_missing"),
    [
        ("家电类零售额是多少万元？", True),
        ("2024年家电类零售额多少？", True),
        ("家电类零售额增长多少？", False),
        ("家电类零售额增速是多少？", False),
    ],
)
def test_an_amount_is_not_what_it_grew_by(question: str, amount_is_missing: bool, tmp_path: Path) -> None:
    """A question for a thing is not answered by the column of its growth."""
    asked = held(question, GOODS, tmp_path)
    assert is_worked_out(asked, asked.rows[0].row) is amount_is_missing


@pytest.mark.parametrize(
    ("question", "lines", "figures"),
    [
        ("51%复合肥价格多少元？", HEAT, ["105"]),
        ("核磁共振腰椎价格多少元？", HEAT, ["560"]),
        ("居民平房价格多少元？", HEAT, ["18"]),
        ("核磁共振价格共多少元？", HEAT, ["520", "560"]),
        ("小型车拖车费多少元？", FARES, ["260"]),
        ("青田县水稻产量多少吨？", TOWNS, []),
        ("青田水稻产量多少吨？", TOWNS, ["3100"]),
    ],
)
def test_rows_of_one_name_are_told_apart(
    question: str, lines: tuple[str, ...], figures: list[str], tmp_path: Path
) -> None:
    """By a code, by what stands in brackets, by the label above; a town is not called by its county."""
    asked = held(question, lines, tmp_path)
    assert [row.row.cells[-1].text for _, row in asked.named_rows] == figures


@pytest.mark.parametrize(
    ("question", "is_told"), [("高桥区进口额多少万元？", True), ("高桥区免除进口额多少万元？", True)]
)
def test_a_verb_alone_is_no_other_thing(question: str, is_told: bool, tmp_path: Path) -> None:
    """A header that has no word before its noun is of whatever is done with it."""
    assert held(question, TRADE, tmp_path).is_grounded is is_told


def test_a_noun_with_another_verb_before_it_is_not_told(tmp_path: Path) -> None:
    """Patients who are discharged are not those who are admitted."""
    wards = ("科室 | 收治病人（人）", "内科 | 820", "外科 | 610")
    assert held("内科收治病人多少人？", wards, tmp_path).is_grounded
    assert not held("内科死亡病人多少人？", wards, tmp_path).is_grounded


def test_no_label_is_carried_down_from_the_middle_of_its_rows(tmp_path: Path) -> None:
    """Where the first row has none above it, the one above another may be of other rows."""
    rows = held("南山路坡度多少度？", SLOPES, tmp_path).rows
    assert [row.labels for row in rows][::2] == [("东环路",), ("南山路",)]
