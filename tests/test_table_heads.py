"""What stands above a table or in its first rows: its name, who filled it in, its number, its unit."""

from __future__ import annotations

from html import escape
from pathlib import Path
from time import process_time

import docx
import pytest

from briefqa.reading.document import BlockKind, Document
from briefqa.reading.files import read_document
from briefqa.reading.table_heads import is_filled_in, is_unit_line, names_table, unit_told
from pdfs import Rule, Text, make_pdf

# A sheet as spreadsheets publish it: (text, columns) of the cells of each row.
SHEET = [
    [("支出决算表", 4)],
    [("", 3), ("公开03表", 1)],
    [("部门：柳塘县教育局", 2), ("", 1), ("金额单位：万元", 1)],
    [("科目编码", 1), ("科目名称", 1), ("本年支出合计", 1), ("基本支出", 1)],
    [("2050202", 1), ("小学教育", 1), ("812.40", 1), ("790.10", 1)],
    [("2050203", 1), ("初中教育", 1), ("434.56", 1), ("410.00", 1)],
    [("2050204", 1), ("高中教育", 1), ("97.03", 1), ("88.25", 1)],
]
WIDTH = 4


def as_html(path: Path) -> None:
    """The sheet with spans."""
    rows = (
        "<tr>" + "".join(f"<td colspan={n}>{escape(text)}</td>" for text, n in row) + "</tr>" for row in SHEET
    )
    path.write_text(f"<h1>决算公开</h1><p>各表如下。</p><table>{''.join(rows)}</table>", "utf-8")


def as_docx(path: Path) -> None:
    """With Word's merges."""
    source = docx.Document()
    source.add_heading("决算公开", 0)
    source.add_paragraph("各表如下。")
    grid = source.add_table(len(SHEET), WIDTH)
    for r, row in enumerate(SHEET):
        at = 0
        for text, n in row:
            cell = grid.cell(r, at)
            cell = cell.merge(grid.cell(r, at + n - 1)) if n > 1 else cell
            cell.text = text
            at += n
    source.save(str(path))


def as_pdf(path: Path) -> None:
    """With lines around its cells."""
    xs, top, step = [80, 170, 260, 350, 460], 140, 22
    ys = [top + step * k for k in range(len(SHEET) + 1)]
    items: list[Text | Rule] = [Text(180, 90, "决算公开", 20), Text(80, 120, "各表如下。")]
    items += [Rule(xs[0], y, xs[-1], y) for y in ys]
    for r, row in enumerate(SHEET):
        at = 0
        for text, n in row:
            items += [Rule(xs[at], ys[r], xs[at], ys[r + 1]), Text(xs[at] + 4, ys[r] + 15, text, 9)]
            at += n
    items += [Rule(xs[-1], ys[0], xs[-1], ys[-1])]
    path.write_bytes(make_pdf([[each for each in items if not isinstance(each, Text) or each.text]]))


@pytest.mark.parametrize(("suffix", "write"), [(".html", as_html), (".docx", as_docx), (".pdf", as_pdf)])
def test_the_first_rows_of_a_sheet_are_its_head(suffix: str, write: object, tmp_path: Path) -> None:
    """Name, form number and unit in a table's own first rows say of all its rows what they are."""
    path = tmp_path / f"a{suffix}"
    assert callable(write)
    write(path)
    document = read_document(path, path.name).document
    assert lines(document, BlockKind.ROW) == [" | ".join(text for text, _ in row) for row in SHEET[4:]]
    assert lines(document, BlockKind.TABLE_HEADER) == ["科目编码 | 科目名称 | 本年支出合计 | 基本支出"]
    row = document.row_context(document.text.index("初中教育"))
    assert row is not None
    assert (row.caption, row.unit) == ("支出决算表", "万元")
    assert [cell.header for cell in row.cells] == ["科目编码", "科目名称", "本年支出合计", "基本支出"]


@pytest.mark.parametrize(
    ("above", "caption", "unit"),
    [
        (["支出决算表", "部门名称：柳塘县教育局 单位：万元"], "支出决算表", "万元"),
        (["支出决算表", "公开03表", "编制单位：柳塘县教育局"], "支出决算表", ""),
        (["附件1：支出决算表", "填报单位（盖章）：县教育局"], "附件1：支出决算表", ""),
        (["表3 支出决算表", "金额单位：元"], "表3 支出决算表", "元"),
        (["编制单位：柳塘县教育局"], "编制单位：柳塘县教育局", ""),
        (["支出情况（单位：千元）"], "支出情况", "千元"),
    ],
)
def test_a_table_is_called_by_its_name(above: list[str], caption: str, unit: str, tmp_path: Path) -> None:
    """Who filled a table in does not name it, nor is a body a unit; where nothing else is said, it does."""
    path = tmp_path / "a.html"
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in ("各表如下。", *above))
    rows = "<tr><th>科目名称</th><th>合计</th><th>其中</th></tr>"
    rows += "".join(
        f"<tr><td>{name}</td><td>{n}.5</td><td>{n}</td></tr>" for n, name in enumerate("甲乙丙", 4)
    )
    path.write_text(f"<h1>决算公开</h1>{paragraphs}<table>{rows}</table>", "utf-8")
    document = read_document(path, path.name).document
    row = document.row_context(document.text.index("乙"))
    assert row is not None
    assert (row.caption, row.unit) == (caption, unit)


def test_rows_that_only_look_like_a_head_stay(tmp_path: Path) -> None:
    """Without a unit among them the first rows of a form are rows."""
    path = tmp_path / "a.html"
    path.write_text(
        "<h1>申请表</h1><table><tr><td>基本情况</td><td></td><td></td></tr>"
        "<tr><td>姓名</td><td>性别</td><td>备注</td></tr><tr><td>张三</td><td>男</td><td>无</td></tr></table>",
        "utf-8",
    )
    document = read_document(path, path.name).document
    assert "基本情况" in lines(document, BlockKind.ROW)


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位：万元", "万元"),
        ("（单位：亿元、%）", "亿元、%"),
        ("计量单位：标台", "标台"),
        ("表内计量单位：户次", "户次"),
        ("金额单位：人民币元", "人民币元"),
        ("表1 收支情况表（金额单位：人民币万元）", "人民币万元"),
        ("货币单位：万元", "万元"),
        ("浓度单位：μg/m³", "μg/m³"),
        ("能耗单位：吨标准煤/万元", "吨标准煤/万元"),
        ("编制单位：第一中学", None),
        ("主管单位：派出所", None),
        ("主管单位：柳塘县教育局 单位：元", "元"),
    ],
)
def test_bodies_are_no_units(line: str, unit: str | None) -> None:
    """A unit that another word stands before counts only if it looks like a measure."""
    told = unit_told(line)
    assert (line[told.start : told.end] if told else None) == unit


ROWS = [
    [("甲市", 1), ("1", 1), ("2", 1)],
    [("乙市", 1), ("3", 1), ("4", 1)],
    [("丙市", 1), ("5", 1), ("6", 1)],
]


def table_of(rows: list[list[tuple[str, int]]], mark: str = "td") -> str:
    """The HTML of a table; its first row in cells of `mark`."""
    lines = []
    for number, row in enumerate(rows):
        tag = mark if number == 0 else "td"
        lines.append("".join(f"<{tag} colspan={n}>{escape(text)}</{tag}>" for text, n in row))
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


@pytest.mark.parametrize("mark", ["td", "th"])
@pytest.mark.parametrize(
    ("head", "headers"),
    [
        ([[("单位：亿元", 1), ("2022年", 1), ("2023年", 1)]], ["2022年", "2023年"]),
        (
            [[("单位：亿元", 1), ("2023年", 2)], [("", 1), ("收入", 1), ("支出", 1)]],
            ["2023年 收入", "2023年 支出"],
        ),
    ],
)
def test_a_corner_with_the_unit_is_of_the_header(
    mark: str, head: list[list[tuple[str, int]]], headers: list[str], tmp_path: Path
) -> None:
    """The years beside it stay above the figures."""
    path = tmp_path / "a.html"
    path.write_text(f"<h1>收支</h1><p>各市如下。</p>{table_of(head + ROWS, mark)}", "utf-8")
    document = read_document(path, path.name).document
    row = document.row_context(document.text.index("乙市"))
    assert row is not None
    found = [cell.header for cell in row.cells[1:]]
    if mark == "th":  # the format marks one row
        headers = [each.split()[0] for each in headers]
    assert found == headers


def test_records_with_a_body_are_rows(tmp_path: Path) -> None:
    """What is filled in of one body after the other is no table's head."""
    path = tmp_path / "a.html"
    rows = [
        [("单位：市财政局", 1), ("电话：88886666", 1)], [("职责", 1), ("负责资金拨付", 1)],
        [("单位：市教育局", 1), ("电话：88887777", 1)], [("职责", 1), ("负责学校", 1)],
    ]  # fmt: skip
    path.write_text(f"<h1>名录</h1><p>各部门如下。</p>{table_of(rows)}", "utf-8")
    document = read_document(path, path.name).document
    row = document.row_context(document.text.index("市教育局"))
    assert row is not None
    assert (row.unit, lines(document, BlockKind.ROW)[0]) == ("", "单位：市财政局 | 电话：88886666")


def test_a_paragraph_above_a_table_stays_text(tmp_path: Path) -> None:
    """However it tells the unit: its own figures are not said of each row."""
    said = "收入情况：2023年全市完成收入120亿元，增长5%。各区见下表（单位：亿元）。"
    path = tmp_path / "a.html"
    head = [[("区", 1), ("收入", 1), ("支出", 1)]]
    path.write_text(f"<h1>收支</h1><p>概况如下。</p><p>{said}</p>{table_of(head + ROWS)}", "utf-8")
    document = read_document(path, path.name).document
    assert said in lines(document, BlockKind.TEXT)
    row = document.row_context(document.text.index("乙市"))
    assert row is not None
    assert "120" not in row.told


def test_a_name_that_runs_into_the_unit_is_whole(tmp_path: Path) -> None:
    """No characters of it are taken for what the unit is of."""
    path = tmp_path / "a.html"
    head = [[("区", 1), ("收入", 1), ("支出", 1)]]
    named = "<p>表1 城乡居民收入情况表单位：元</p>"
    path.write_text(f"<h1>收支</h1><p>概况如下。</p>{named}{table_of(head + ROWS)}", "utf-8")
    document = read_document(path, path.name).document
    row = document.row_context(document.text.index("乙市"))
    assert row is not None
    assert (row.caption, row.unit) == ("表1 城乡居民收入情况表", "元")


@pytest.mark.parametrize("text", ["单位" + " " * 40_000 + "x", "单位：" * 10_000, "说明" + " " * 40_000])
def test_no_line_takes_long(text: str) -> None:
    """However many blanks or units it has."""
    began = process_time()
    unit_told(text), names_table(text), is_filled_in(text), is_unit_line(text)
    assert process_time() - began < 1


def test_form_numbers_and_labels_name_no_table() -> None:
    """What is filled in above a table is not what it is called."""
    assert [names_table(line) for line in ("公开03表", "单位：元", "填报单位：某局", "收入总表")] == [
        False, False, False, True,
    ]  # fmt: skip


def lines(document: Document, kind: BlockKind) -> list[str]:
    """The texts of the blocks of a kind."""
    return [document.text[block.start : block.end] for block in document.blocks if block.kind is kind]
