"""Questions over tables that no row answers by itself: the highest, a sum, a difference, a share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from briefqa import Answer, Index, build_index, open_index
from briefqa.answering.extremes import ranked_cells
from briefqa.answering.refusals import refusal_reason
from briefqa.answering.table_answers import read_tables
from briefqa.question.parsing import parse_question
from briefqa.question.superlatives import superlatives
from briefqa.question.table_questions import TableQuestion
from briefqa.question.worked_out import is_worked_out
from briefqa.reading.document import BlockKind, Document
from briefqa.reading.files import read_document
from briefqa.reading.table_figures import FiguredRow, figure_of, figured_rows
from briefqa.retrieval.candidates import Scores
from briefqa.retrieval.ranking import Hit
from briefqa.splitting.passages import Sentence, make_passage

HERE = Path(__file__).parent / "worked_out"


FOLDERS = ("farms", "streets", "water")
# What a careful reader wants and the product does not give yet.
LIMITS = {"三个泵站总功率是多少千瓦？": "the rows that are counted are known by no label of theirs"}


def questions() -> list[Any]:
    """The questions of all folders, each with its folder and the rows that answer it."""
    return [
        pytest.param(folder, record, id=record["question"], marks=_marks(record["question"]))
        for folder in FOLDERS
        for line in (HERE / folder / "questions.jsonl").read_text("utf-8").splitlines()
        for record in (json.loads(line),)
    ]


def _marks(question: str) -> list[Any]:
    reason = LIMITS.get(question)
    return [pytest.mark.xfail(reason=reason, strict=False)] if reason else []


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Index]]:
    """A real build of the documents of each folder."""
    opened = {}
    for folder in FOLDERS:
        place = tmp_path_factory.mktemp(folder)
        build_index([*(HERE / folder).glob("*.md"), *(HERE / folder).glob("*.html")], place / "index")
        opened[folder] = open_index(place / "index")
    yield opened
    for index in opened.values():
        index.close()


def is_right(index: Index, answer: Answer, record: dict[str, Any]) -> bool:
    """Whether it quotes the rows, the first with its cell, and no others; or refuses where there are none."""
    cited = answer.citations
    if "prose" in record:
        return bool(cited) and record["prose"] in cited[0].quote
    if len(cited) != len(record["row"]) or answer.found is not bool(record["row"]):
        return False
    if not all(any(row in each.quote for each in cited) for row in record["row"]):
        return False
    if "cell" not in record:
        return True
    text = index.document(cited[0].document_id).text
    return cited[0].cell is not None and text[slice(*cited[0].cell)] == record["cell"]


@pytest.mark.parametrize(("folder", "record"), questions())
def test_a_table_answers_what_it_prints(
    indexes: dict[str, Index], folder: str, record: dict[str, Any]
) -> None:
    """The row of the rank, both rows, the row of the whole; a sum, a difference or a share is refused."""
    answer = indexes[folder].ask(record["question"])
    assert is_right(indexes[folder], answer, record), (answer.citations, answer.reason)


def test_a_refusal_says_that_it_would_have_to_be_worked_out(indexes: dict[str, Index]) -> None:
    """In the language of the question, and again from the hits alone."""
    answer = indexes["farms"].ask("南涧县的水稻产量比白石县多多少吨？")
    assert "算出" in answer.reason
    assert answer.reason in answer.text
    assert refusal_reason(answer.hits, english=False) == answer.reason
    assert "worked out" in refusal_reason(answer.hits, english=True)
    compared = indexes["farms"].ask("哪个县的主管单位最大？")
    assert "不能比较" in compared.reason
    assert "cannot be compared" in refusal_reason(compared.hits, english=True)


@pytest.mark.parametrize(
    ("question", "ranks"),
    [
        ("产量最高的县是哪个？", [(1, True)]),
        ("哪个街道人口最少？", [(1, False)]),
        ("产量排名第一的县", [(1, True)]),
        ("产量第二高的县是哪个？", [(2, True)]),
        ("产量倒数第一的是哪个县？", [(1, False)]),
        ("哪个县水价最便宜？", [(1, None)]),
        ("产量最高和最低的县各是哪个？", [(1, True), (1, False)]),
        ("录取最低分是多少？", []),
        ("最低工资标准是多少？", []),
        ("最近三年的产量是多少？", []),
        ("第一批次录取是什么时候？", []),
        ("第一产业增加值是多少？", []),
        ("第404社区有多少人？", []),
        ("Which county has the second-largest output?", [(2, True)]),
        ("Which school has the fewest pupils?", [(1, False)]),
        ("Are at least 5 days needed?", []),
        ("What is the most recent figure?", []),
    ],
)
def test_a_rank_is_told_from_a_name(question: str, ranks: list[tuple[int, bool | None]]) -> None:
    """A rank that goes on with a name is one; what is asked for goes on with a word that asks or glues."""
    found = superlatives(parse_question(question))
    assert [(each.rank, each.most) for each in found] == ranks


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("64,300", 64300.0),
        ("-1.6", -1.6),
        ("−0.8%", -0.8),
        ("▼3", -3.0),
        ("+5.8", 5.8),
        ("3.5万", 35000.0),
        ("１２", 12.0),
        ("—", None),
        ("", None),
        ("区农业局", None),
        ("10-12", None),
        ("约30", None),
        ("12以上", None),
        ("27个月", 27.0),
        ("30万元/年", 300000.0),
    ],
)
def test_a_cell_is_a_figure_or_none(text: str, value: float | None) -> None:
    """Its sign and scale are read; a range, a blank, and a figure among words are no figure."""
    figure = figure_of(text)
    assert (figure.value if figure is not None else None) == value


def table_of(folder: Path, lines: list[str]) -> tuple[Document, tuple[FiguredRow, ...]]:
    """The first table of a document in Markdown, its header the first line."""
    width = lines[0].count("|") - 1
    path = folder / "a.md"
    path.write_text(
        "\n".join(["# 统计", "", "如下。", "", lines[0], "|---" * width + "|", *lines[1:]]), "utf-8"
    )
    document = read_document(path, "a.md").document
    return document, figured_rows(document, document.tables[0])


@given(st.lists(st.integers(-10_000, 10_000), min_size=4, max_size=12, unique=True), st.booleans(), st.data())
def test_the_extreme_is_that_of_the_figures(
    tmp_path_factory: pytest.TempPathFactory, figures: list[int], most: bool, data: st.DataObject
) -> None:
    """Whatever the figures and the row that was found, the row is the one that `max` or `min` names."""
    assume(sum(figures) not in {value for each in figures for value in (each, 2 * each)})  # one adds them up
    names = [f"{name}县" for name in "甲乙丙丁戊己庚辛壬癸子丑"[: len(figures)]]
    rows = [f"| {name} | {figure} | {figure * 3} |" for name, figure in zip(names, figures, strict=True)]
    total = [f"| 合计 | {sum(figures)} | {3 * sum(figures)} |"]
    place = data.draw(st.sampled_from([[], total]))
    document, read = table_of(
        tmp_path_factory.mktemp("t"), ["| 县 | 产量（吨） | 面积（亩） |", *rows, *place]
    )
    question = parse_question(f"哪个县的产量最{'高' if most else '低'}？")
    asked = TableQuestion(question, read, document.title)
    found = data.draw(st.sampled_from(read))
    (placed,) = ranked_cells(asked, superlatives(question)[0], found.row)
    best = (max if most else min)(figures)
    assert placed.row.cells[0].text == names[figures.index(best)]
    assert placed.cell is not None
    assert placed.cell.text == str(best)


@pytest.mark.parametrize(
    ("rows", "totals", "parts"),
    [
        ("甲 3 5/乙 4 6/丙 5 9/全县 12 20", ["全县"], []),
        ("各类 12 20/甲 3 5/乙 4 6/丙 5 9", ["各类"], []),
        ("甲 3 5/其中：子 1 2/乙 4 6/丙 9 1", [], ["其中：子"]),
        ("甲 3 5/乙 4 6/丙 5 9/丁 11 21", [], []),
        ("甲 3 5/乙 4 6/丙 5 9/小计 1 1", ["小计"], []),
    ],
)
def test_a_sum_is_told_by_label_or_figures(
    rows: str, totals: list[str], parts: list[str], tmp_path: Path
) -> None:
    """The first or last row that the others add up to; a part by its label."""
    lines = [f"| {' | '.join(row.split())} |" for row in ("类 数（个） 人（名）", *rows.split("/"))]
    _, read = table_of(tmp_path, lines)
    assert [each.labels[0] for each in read if each.is_total] == totals
    assert [each.labels[0] for each in read if each.is_part] == parts


def test_rows_of_several_units_are_not_compared(tmp_path: Path) -> None:
    """In a column of tons and of heads none is the highest; nor is what may be a part the lowest."""
    document, rows = table_of(
        tmp_path,
        ["| 产品 | 单位 | 产量 |", "| 粮食 | 吨 | 500 |", "| 生猪 | 头 | 9000 |", "| 茶叶 | 吨 | 30 |"],
    )
    question = parse_question("哪种产品的产量最高？")
    asked = TableQuestion(question, rows, document.title)
    assert ranked_cells(asked, superlatives(question)[0], rows[0].row) == ()
    document, rows = table_of(
        tmp_path,
        ["| 县 | 产量（吨） |", "| 甲县 | 500 |", "| 其中：乙镇 | 10 |", "| 丙县 | 90 |", "| 丁县 | 70 |"],
    )
    question = parse_question("哪个县的产量最低？")
    asked = TableQuestion(question, rows, document.title)
    assert ranked_cells(asked, superlatives(question)[0], rows[0].row) == ()


def test_an_english_rank_needs_most_of_its_words_in_a_header(tmp_path: Path) -> None:
    """Of schools a table tells the most; of pupils, whom its headers translate in no part, it does not."""
    document, rows = table_of(
        tmp_path,
        ["| 年份 | 学校数 | 面积 |", "| 2021年 | 13 | 30 |", "| 2022年 | 14 | 20 |", "| 2023年 | 12 | 10 |"],
    )
    told = {}
    for things in ("schools", "primary school pupils"):
        question = parse_question(f"In which year were there the most {things}?")
        asked = TableQuestion(question, rows, document.title)
        told[things] = ranked_cells(asked, superlatives(question)[0], rows[0].row)
    assert [each.row.cells[0].text for each in told["schools"]] == ["2022年"]
    assert told["primary school pupils"] == ()


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("首次上规奖励最高多少万元？", 0),
        ("见习补贴最长多少个月？", 1),
        ("研发奖励平均每户多少万元？", 2),
    ],
)
def test_what_a_row_itself_says_is_not_ranked_or_worked_out(question: str, row: int, tmp_path: Path) -> None:
    """A row that has the words for the highest, the longest or a mean in its cells tells the figure."""
    document, rows = table_of(
        tmp_path,
        [
            "| 政策 | 内容 | 部门 |",
            "| 首次上规奖励 | 一次性奖励，最高100万元 | 工信局 |",
            "| 见习补贴 | 每人每月2000元，最长12个月 | 人社局 |",
            "| 研发奖励 | 平均每户不低于10万元 | 科技局 |",
        ],
    )
    parsed = parse_question(question)
    asked = TableQuestion(parsed, rows, document.title)
    wanted = superlatives(parsed)
    assert not wanted or asked.names_ranks(wanted, rows[row].row)
    assert not is_worked_out(asked, rows[row].row)
    other = (row + 1) % 3
    assert not wanted or not asked.names_ranks(wanted, rows[other].row)


def test_a_printed_change_is_not_worked_out(tmp_path: Path) -> None:
    """A column of the change from the year before answers a question that names both years."""
    lines = ["| 医院 | 310 | 356 | 46 |", "| 诊所 | 210 | 256 | 46 |", "| 药店 | 10 | 16 | 6 |"]
    for header, worked_out in (("比上年增减", False), ("备注数", True)):
        document, rows = table_of(tmp_path, [f"| 类别 | 2022年 | 2023年 | {header} |", *lines])
        question = parse_question("2023年医院比2022年增加多少？")
        asked = TableQuestion(question, rows, document.title)
        assert is_worked_out(asked, rows[0].row) is worked_out


@pytest.mark.parametrize(
    ("question", "worked_out"),
    [("茶叶产量比上年降了多少？", False), ("水稻产量比上年降了多少？", True), ("茶叶产量是多少？", False)],
)
def test_a_change_printed_behind_a_figure_is_its_own(question: str, worked_out: bool, tmp_path: Path) -> None:
    """It answers for the figure that it stands behind, and not for the one before that."""
    lines = [
        "| 地区 | 水稻产量 | 茶叶产量 | 增速（%） |",
        "| 甲县 | 310 | 56 | -4.6 |",
        "| 乙县 | 210 | 25 | 1.2 |",
    ]
    document, rows = table_of(tmp_path, lines)
    asked = TableQuestion(parse_question(question), rows, document.title)
    assert is_worked_out(asked, rows[0].row) is worked_out


def test_a_long_table_is_not_compared(tmp_path: Path) -> None:
    """In a register of many rows nothing is the highest, so that no question takes long."""
    lines = [f"| 第{n}号 | {n * 7 % 5003} |" for n in range(1, 600)]
    document, rows = table_of(tmp_path, ["| 号 | 数（个） |", *lines])
    assert rows == ()
    assert document.blocks[-1].kind is BlockKind.ROW
    build_index(tmp_path / "a.md", tmp_path / "index")
    with open_index(tmp_path / "index") as opened:
        assert not opened.ask("哪一号的数最多？").found


def test_years_of_several_documents_are_not_rows_of_one(tmp_path: Path) -> None:
    """A sum of each of two years, each year with its own document, is quoted from both."""
    for year, whole in ((2022, 4500), (2023, 5200)):
        rows = [f"| 农业项目 | {whole - 1300} |", "| 水利项目 | 1300 |", f"| 合计 | {whole} |"]
        lines = [
            f"# 平安县{year}年专项资金安排表",
            "",
            "如下。",
            "",
            "| 项目 | 资金（万元） |",
            "|---|---|",
            *rows,
        ]
        (tmp_path / f"{year}.md").write_text("\n".join(lines), "utf-8")
    build_index(sorted(tmp_path.glob("*.md")), tmp_path / "index")
    with open_index(tmp_path / "index") as opened:
        answer = opened.ask("平安县2022年和2023年资金合计各是多少？")
    assert {each.document_id for each in answer.citations} == {"2022.md", "2023.md"}
    assert "没有" not in answer.reason


def test_several_years_of_one_table_are_its_own(tmp_path: Path) -> None:
    """Years that head columns, or name rows, are those of the table; others are of other documents."""
    by_column = ["| 项目 | 2022年 | 2023年 |", "| 医院 | 3 | 4 |", "| 诊所 | 5 | 7 |"]
    by_row = ["| 年份 | 医院 |", "| 2022 | 3 |", "| 2023 | 4 |"]
    for lines in (by_column, by_row):
        document, rows = table_of(tmp_path, lines)
        for years, elsewhere in (("2022年和2023年", False), ("2021年和2022年", True), ("2022年", False)):
            asked = TableQuestion(parse_question(f"{years}医院各有多少？"), rows, document.title)
            assert asked.is_of_several_years is elsewhere


@pytest.mark.parametrize(
    ("question", "compares"),
    [
        ("北京和上海的差旅住宿费标准是多少？", False),
        ("北京和上海的出差补助是多少？", False),
        ("北京和上海的住宿费相差多少？", True),
        ("北京的住宿费是上海的几倍？", True),
        ("北京的住宿费比上海多多少？", True),
    ],
)
def test_a_word_for_travel_compares_nothing(question: str, compares: bool, tmp_path: Path) -> None:
    """Of two rows the one figure is asked for, or that of each, by the words that compare alone."""
    document, rows = table_of(
        tmp_path, ["| 城市 | 住宿费（元） |", "| 北京 | 650 |", "| 上海 | 600 |", "| 广州 | 550 |"]
    )
    asked = TableQuestion(parse_question(question), rows, document.title)
    assert asked.compares is compares
    assert is_worked_out(asked, rows[0].row) is compares


@pytest.mark.parametrize(
    ("question", "worked_out"),
    [
        ("2023年医院比2022年增加多少？", False),
        ("2023年医院比上年增加多少？", False),
        ("医院比2022年增加多少？", False),
        ("2023年医院比2020年增加多少？", True),
        ("2022年医院比2021年增加多少？", True),
        ("医院比2019年增加多少？", True),
    ],
)
def test_a_printed_change_is_from_the_year_before(question: str, worked_out: bool, tmp_path: Path) -> None:
    """A column of changes answers a comparison with the year before its newest year, and with no other."""
    document, rows = table_of(
        tmp_path,
        [
            "| 类别 | 2022年 | 2023年 | 比上年增减 |",
            "| 医院 | 310 | 356 | 46 |",
            "| 诊所 | 210 | 256 | 46 |",
            "| 药店 | 10 | 16 | 6 |",
        ],
    )
    asked = TableQuestion(parse_question(question), rows, document.title)
    assert is_worked_out(asked, rows[0].row) is worked_out


def _hits_of(folder: Path, lines: list[str]) -> tuple[Document, list[Hit]]:
    """The document of some lines, and its last row or sentence as a hit."""
    path = folder / "b.md"
    path.write_text("\n".join(lines), "utf-8")
    document = read_document(path, "b.md").document
    last = document.blocks[-1]
    sentence = Sentence(document.text[last.start : last.end], last.start, last.end)
    passage = make_passage(document, last.start, last.end)
    return document, [Hit(passage, 1.0, 1, sentence, Scores(0.5, 0.5, 0.5, 0.5, 0.5), ())]


def test_prose_is_not_refused_for_the_year_it_compares_with(tmp_path: Path) -> None:
    """A sentence may call that year by another name: the end of a plan."""
    document, hits = _hits_of(tmp_path, ["# 规划", "", "到2025年，绿地面积比“十三五”末增长20%。"])
    answer = read_tables(parse_question("2025年绿地面积比2020年增长多少？"), hits, lambda _: document)
    assert not answer.refused


def test_an_english_rank_is_left_to_the_hit_and_to_learned_confidence(tmp_path: Path) -> None:
    """A column that is not translated refuses nothing; one that is makes nothing surer than learned."""
    table = ["# 统计", "", "| 街道 | 人口 |", "|---|---|", "| 甲街道 | 30 |", "| 乙街道 | 20 |"]
    document, hits = _hits_of(tmp_path, table)
    refused = read_tables(
        parse_question("Which has the largest share of residents aged 60 and over?"), hits, lambda _: document
    )
    assert not refused.refused
    assert refused.hits == tuple(hits)
    ranked = read_tables(
        parse_question("Which subdistrict has the largest population?"), hits, lambda _: document
    )
    assert [each.sentence.text.split()[0] for each in ranked.quoted] == ["甲街道"]
    assert ranked.at_least(0.3) == 0.3
