"""Questions about tables: the row by its whole label, its table as data, and the cell that answers."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from briefqa import Index, build_index, open_index
from briefqa.answering.answer import Citation
from briefqa.answering.jsonable import to_json
from briefqa.answering.quoted_rows import quoted_rows
from briefqa.question.asked_columns import asked_cell
from briefqa.question.conditions import Verdict
from briefqa.question.parsing import parse_question
from briefqa.question.row_labels import row_checks
from briefqa.question.sentence_checks import check_sentence
from briefqa.reading.document import BlockKind
from briefqa.reading.files import read_document
from briefqa.splitting.passages import document_sentences, make_passage
from test_tables import MERGED_HTML, merged_docx, merged_pdf

SERIES = "".join(f"| 第{n}社区 | {3 * n + 1} | {n} |\n" for n in range(1, 61))
SEASONS = "".join(f"| 第{n}季度 | {n * 7} |\n" for n in (1, 2, 3, 4, 13))
TEXTS = {
    "社区.md": f"# 北岭街道社区\n\n各社区情况如下。\n\n| 社区 | 志愿者 | 活动 |\n|---|---|---|\n{SERIES}",
    "季度.md": f"# 长河水库水位\n\n各季度情况如下。\n\n| 季度 | 水位（米） |\n|---|---|\n{SEASONS}",
    "体育.html": MERGED_HTML,
    "人口.html": "<h1>平安县人口</h1><p>情况如下。</p><p>表1 2022年常住人口</p>"
    "<table><tr><th>指标</th><th>人数（人）</th></tr><tr><td>常住人口</td><td>52310</td></tr>"
    "<tr><td>其中：男</td><td>26801</td></tr><tr><td>其中：女</td><td>25509</td></tr></table>"
    "<p>表2 2023年常住人口</p>"
    "<table><tr><th>指标</th><th>人数（人）</th></tr><tr><td>常住人口</td><td>52977</td></tr>"
    "<tr><td>其中：男</td><td>27102</td></tr><tr><td>其中：女</td><td>25875</td></tr></table>",
    "两市.md": "# 两市农业\n\n产量如下。\n\n| 产品（万吨） | 青柳市 | 平安县 |\n|---|---|---|\n"
    "| 粮食 | 31.5 | 8.4 |\n| 油料 | 2.5 | 1.6 |\n",
    "融资.md": "# 澄湖集团2024年融资情况\n\n情况如下。\n\n"
    "| 金融机构 | 授信总额（万元） | 已使用（万元） |\n|---|---|---|\n"
    "| 工商银行 | 330435 | 234850 |\n| 中信银行澄湖分行 | 205088 | 195000 |\n| 渤海银行 | 98000 | 0 |\n",
    "医院.md": "# 清河市2024年社会事业\n\n## 卫生\n\n市第二人民医院新院区投入使用，增加床位800张。\n\n"
    "## 教育\n\n第一批改造校舍12所，总投资3.5亿元。\n\n第二批改造校舍30所，总投资8.1亿元。\n",
    "前十.txt": "农业概况\n\n一、产量\n\n表3 茶叶产量前10名乡镇\n\n茶叶产量稳定增长，质量进一步提升。\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """A real build of documents with tables."""
    place = tmp_path_factory.mktemp("tables")
    for name, text in TEXTS.items():
        (place / name).write_text(text, "utf-8")
    build_index(place, place / "index")
    return open_index(place / "index")


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("第30社区有多少志愿者？", "第30社区 | 91 | 30"),
        ("第4社区有多少志愿者？", "第4社区 | 13 | 4"),
        ("第四社区组织了多少场活动？", "第4社区 | 13 | 4"),
        ("第３季度的水位是多少米？", "第3季度 | 21"),
        ("平安县2023年男性常住人口中，男有多少人？", "其中：男 | 27102"),
        ("2022年常住人口是多少人？", "常住人口 | 52310"),
        ("松林区有多少个游泳馆？", "松林区 | 游泳馆 | 6 | 1"),
    ],
)
def test_the_row_of_the_whole_label_answers(index: Index, question: str, quote: str) -> None:
    """Not the row whose label or figure is a part of what is asked for, nor that of another table."""
    assert [each.quote for each in index.ask(question).citations][:1] == [quote]


@pytest.mark.parametrize(
    "question", ["第61社区有多少志愿者？", "第404社区有多少场活动？", "第5季度的水位是多少米？"]
)
def test_a_row_that_is_not_there_is_refused(index: Index, question: str) -> None:
    """The refusal names the row that is missing."""
    answer = index.ask(question)
    assert not answer.found
    assert question[: question.index("有" if "有" in question else "的")] in answer.reason


@pytest.mark.parametrize("name", ["中国银行", "建设银行"])
def test_the_row_of_another_body_is_refused(index: Index, name: str) -> None:
    """However alike the two names are; the row of the body that is asked for answers."""
    assert not index.ask(f"澄湖集团在{name}的授信总额是多少？").found
    answer = index.ask("澄湖集团在中信银行的授信总额是多少？")
    assert [each.quote for each in answer.citations] == ["中信银行澄湖分行 | 205088 | 195000"]


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("清河市第一人民医院增加了多少张床位？", ""),
        ("清河市第2人民医院增加了多少张床位？", "市第二人民医院新院区投入使用，增加床位800张。"),
        ("清河市第一批改造了多少所校舍？", "第一批改造校舍12所，总投资3.5亿元。"),
        ("清河市第二批改造校舍总投资多少？", "第二批改造校舍30所，总投资8.1亿元。"),
        ("清河市第三批改造了多少所校舍？", ""),
    ],
)
def test_one_of_a_kind_is_not_another(index: Index, question: str, quote: str) -> None:
    """The second hospital says nothing of the first, nor a batch of another, however alike the rest is."""
    assert [each.quote for each in index.ask(question).citations][:1] == ([quote] if quote else [])


def test_no_caption_or_header_answers(index: Index) -> None:
    """A line that names a table, and one that names columns, are never quoted."""
    for question in (
        "茶叶产量是多少？",
        "茶叶产量前10名的乡镇有多少？",
        "青柳市和平安县的粮食产量是多少？",
        "2022年和2023年的常住人口各是多少？",
        "水位是多少？",
        "各社区有多少志愿者和活动？",
        "松林区的类型和数量是多少？",
    ):
        answer = index.ask(question)
        for citation in answer.citations:
            document = index.document(citation.document_id)
            kind = document.blocks[document.block_at(citation.start)].kind
            assert kind in (BlockKind.TEXT, BlockKind.ROW), (question, citation.quote)


def test_a_place_above_a_column_is_the_rows_own(index: Index) -> None:
    """A row answers for each place that its headers name, and for no other."""
    answer = index.ask("青柳市和平安县的粮食产量是多少？")
    assert [each.quote for each in answer.citations] == ["粮食 | 31.5 | 8.4"]
    assert answer.reason == ""
    assert not index.ask("苏州市的粮食产量是多少？").found


def test_two_tables_with_the_same_rows_are_told_apart(index: Index) -> None:
    """The year of a row is that of its own caption, though both tables stand in one passage."""
    for year, figure in ((2022, "52310"), (2023, "52977")):
        answer = index.ask(f"平安县{year}年常住人口是多少人？")
        assert answer.citations[0].quote == f"常住人口 | {figure}"
        assert answer.citations[0].rows[0].caption == f"表{year - 2021} {year}年常住人口"
    assert not index.ask("平安县2021年常住人口是多少人？").found


@pytest.mark.parametrize("suffix", [".html", ".docx", ".pdf"])
def test_a_quoted_row_is_data(suffix: str, tmp_path: Path) -> None:
    """Caption, unit, header lines with their spans and the verbatim cells come from the reading alone."""
    path = tmp_path / f"a{suffix}"
    if suffix == ".docx":
        merged_docx(path)
    else:
        path.write_bytes(merged_pdf() if suffix == ".pdf" else MERGED_HTML.encode())
    document = read_document(path, path.name).document
    start = document.text.index("松林区 | 游泳馆")
    (row,) = quoted_rows(document, start, start + len("松林区 | 游泳馆 | 6 | 1"))
    assert (row.caption, row.unit, row.labels) == ("表2 体育设施", "个", 2)
    assert [[(each.text, each.column, each.columns) for each in line] for line in row.headers] == [
        [("地区", 0, 1), ("类型", 1, 1), ("2023年", 2, 2)],
        [("地区", 0, 1), ("类型", 1, 1), ("数量", 2, 1), ("增加", 3, 1)],
    ]
    assert [document.text[each.start : each.end] for each in row.cells] == ["松林区", "游泳馆", "6", "1"]
    total = document.text.index("合计")
    (wide,) = quoted_rows(document, total, total + len("合计 | 31 | 3"))
    assert [(each.text, each.column, each.columns) for each in wide.cells] == [
        ("合计", 0, 2),
        ("31", 2, 1),
        ("3", 3, 1),
    ]


def test_rows_are_data_in_json(index: Index) -> None:
    """The JSON of an answer has the row's table: caption, unit, headers, cells, and the cell's place."""
    answer = index.ask("松林区2023年有多少个游泳馆？")
    (citation,) = json.loads(json.dumps(to_json(answer)))["citations"]
    (row,) = citation["rows"]
    assert (row["caption"], row["unit"]) == ("表2 体育设施", "个")
    assert [each["text"] for each in row["headers"][0]] == ["地区", "类型", "2023年"]
    assert [(each["header"], each["text"]) for each in row["cells"]][2:] == [
        ("2023年 数量", "6"),
        ("2023年 增加", "1"),
    ]
    assert citation["quote"] == "松林区 | 游泳馆 | 6 | 1"


def test_prose_has_no_rows(index: Index) -> None:
    """A quote that is no row carries none, and no cell."""
    document = index.document("体育.html")
    start = document.text.index("以上情况")
    assert quoted_rows(document, start, start + 7) == ()
    assert quoted_rows(document, start - 20, start + 7) == ()


YEARS = (
    "<h1>公报</h1><p>如下。</p><p>表1 农产品产量</p><table><tr><th>指标</th><th>2022年（万吨）</th>"
    "<th>2023年（万吨）</th><th>比上年增长（%）</th></tr><tr><td>粮食</td><td>12.1</td><td>13.3</td><td>9.9</td></tr>"
    "<tr><td>茶叶</td><td>2.1</td><td>3.3</td><td>5.9</td></tr></table>"
)
COUNTS = (
    "<h1>医疗</h1><p>如下。</p><table><tr><th>县</th><th>医院（所）</th><th>床位（张）</th><th>产量</th><th>产量增长率</th></tr>"
    "<tr><td>中河县</td><td>8</td><td>960</td><td>3.5</td><td>4.1</td></tr>"
    "<tr><td>北山县</td><td>9</td><td>860</td><td>2.5</td><td>1.1</td></tr></table>"
)
GROWN = (
    "<h1>公报</h1><p>如下。</p><table><tr><th>地区</th><th>粮食产量（吨）</th><th>增长（%）</th></tr>"
    "<tr><td>东山镇</td><td>5000</td><td>4.2</td></tr><tr><td>西湾镇</td><td>3000</td><td>1.2</td></tr></table>"
)


@pytest.mark.parametrize(
    ("source", "question", "cell"),
    [
        (YEARS, "2023年粮食产量是多少？", "13.3"),
        (YEARS, "二〇二二年粮食产量是多少？", "12.1"),
        (YEARS, "2023年粮食产量比上年增长多少？", "9.9"),
        (YEARS, "2023年粮食增长百分之几？", "9.9"),
        (YEARS, "粮食产量是多少？", ""),
        (YEARS, "2021年粮食产量是多少？", ""),
        (YEARS, "表1农产品产量中粮食2022年是多少？", "12.1"),
        (GROWN, "东山镇粮食产量增长到多少吨？", "5000"),
        (GROWN, "东山镇粮食产量增长多少？", "4.2"),
        (GROWN, "东山镇粮食产量增长了百分之几？", "4.2"),
        (COUNTS, "中河县有多少张床位？", "960"),
        (COUNTS, "中河縣的醫院有幾所？", "8"),
        (COUNTS, "中河县有多少床位？", "960"),
        (COUNTS, "中河县的产量是多少？", "3.5"),
        (COUNTS, "中河县的产量增长率是多少？", "4.1"),
        (COUNTS, "中河县的医院和床位有多少？", ""),
        (COUNTS, "中河县的情况如何？", ""),
        (COUNTS, "How many beds are there in 中河县?", ""),
        (MERGED_HTML, "2023年松林区足球场增加多少？", "2"),
        (MERGED_HTML, "2023年松林区足球场的数量是多少？", "21"),
        (MERGED_HTML, "松林区有足球场吗？", ""),
    ],
)
def test_the_asked_column_is_the_one_named(source: str, question: str, cell: str, tmp_path: Path) -> None:
    """By the words, the year or the unit of its header; none where the question names none, or two."""
    path = tmp_path / "a.html"
    path.write_text(source, "utf-8")
    document = read_document(path, "a.html").document
    first = next(block for block in document.blocks if block.kind is BlockKind.ROW)
    row = document.row_context(first.start)
    assert row is not None
    found = asked_cell(question, row, document.title)
    assert (found.text if found else "") == cell


def test_a_row_of_any_length_is_judged_in_no_time(tmp_path: Path) -> None:
    """A row with a million characters in a cell costs no more than a short one."""
    path = tmp_path / "长.md"
    text = "负责统筹协调工作，落实各项任务。" * 40_000
    rows = f"| 第1科室 | {text} | 5 |\n| 第2科室 | 管钱。 | 3 |\n"
    path.write_text(f"# 职责\n\n如下。\n\n| 部门 | 职责 | 人数 |\n|---|---|---|\n{rows}", "utf-8")
    document = read_document(path, "长.md").document
    first = next(block for block in document.blocks if block.kind is BlockKind.ROW)
    passage = make_passage(document, first.start + 3200, first.start + 3500)
    sentences = document_sentences(document, passage.start, passage.end)
    spans = [(each.start, each.end) for each in sentences]
    question = parse_question("2023年苏州市第3科室负责多少项工作？")
    began = time.perf_counter()
    for _ in range(10):
        checks = row_checks(question.text, document, spans)
        for sentence in sentences:
            check_sentence(question.conditions, sentence, passage, document)
    assert {check.verdict for check in checks.values()} == {Verdict.CONFLICT}
    assert time.perf_counter() - began < 3


def test_a_part_of_a_long_row_keeps_its_label(tmp_path: Path) -> None:
    """Of a row with paragraphs in its cells the quoted part is shown, with the row's label."""
    long = "负责统筹协调工作。" * 60
    path = tmp_path / "a.html"
    path.write_text(
        "<h1>职责</h1><p>如下。</p><table><tr><th>部门</th><th>职责</th><th>联系人</th></tr>"
        f"<tr><td>办公室</td><td>{long}</td><td>张三</td></tr>"
        f"<tr><td>财务科</td><td>{long}管钱。</td><td>李四</td></tr></table>",
        "utf-8",
    )
    document = read_document(path, "a.html").document
    start = document.text.index(long) + 9
    (row,) = quoted_rows(document, start, start + 9)
    assert [each.text for each in row.cells] == ["办公室", "负责统筹协调工作。"]
    assert [document.text[each.start : each.end] for each in row.cells] == [each.text for each in row.cells]


def test_kept_turns_bring_rows_back(index: Index) -> None:
    """A browser's copy of an answer with a row is the same record again."""
    turns = pytest.importorskip("briefqa.ui.chat.turns")
    answer = index.ask("松林区有多少个游泳馆？")
    turn = turns.Turn(answer.question, answer)
    assert turns.turn_from(json.loads(json.dumps(to_json(turn)))) == turn
    assert isinstance(answer.citations[0], Citation)
