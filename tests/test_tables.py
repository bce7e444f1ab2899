"""Tables of every format: no cell lost or glued, spans carried, header, caption and unit known."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import docx
import pytest

from briefqa.question.row_labels import row_matches
from briefqa.reading.cells import Cell, is_value
from briefqa.reading.document import BlockKind, Document
from briefqa.reading.files import read_document
from briefqa.reading.tables import Table
from briefqa.splitting.units import BODY, HEADING, Units
from briefqa.store.corpus import document_of, document_record
from pdfs import Rule, Text, columns_of, make_pdf

NAMES = "粮食 夏粮 秋粮 茶叶 水果 蔬菜 白酒 烤烟 油料 水产品 用电量 货运量 客运量 旅游人数 卫生机构".split()
HEADS = "产量（万吨） 增长（%） 数量（所） 投资（万元） 面积（亩） 人口（人）".split()


@dataclass(frozen=True)
class Made:
    """What a generated table says: its header and its rows."""

    header: list[str]
    rows: list[list[str]]


def made(rng: random.Random, count: int, columns: int) -> Made:
    """A table of figures, no two of them alike."""
    used: set[str] = set()

    def figure() -> str:
        while True:
            one = rng.choice(
                [f"{rng.randint(1, 99999)}", f"{rng.uniform(-99, 999):.1f}", f"{rng.randint(1000, 999999):,}"]
            )
            if one not in used:
                used.add(one)
                return one

    rows = [
        [f"{rng.choice(NAMES)}{chr(0x4E00 + 37 * k)}", *(figure() for _ in range(columns - 1))]
        for k in range(count)
    ]
    return Made(["指标名称", *HEADS[: columns - 1]], rows)


def as_html(table: Made) -> bytes:
    """With th, and white space of all sorts between the cells."""
    lines = ["<tr>" + "\n".join(f"<th>{escape(c)}</th>" for c in table.header) + "</tr>"]
    lines += ["<tr>\n" + "".join(f"<td> {escape(c)}\n</td>" for c in row) + "</tr>" for row in table.rows]
    return (
        "<h1>统计公报</h1><p>各项指标见下表。</p><table>" + "".join(lines) + "</table><p>完。</p>"
    ).encode()


def as_markdown(table: Made) -> bytes:
    """A table of pipes."""
    lines = [
        "| " + " | ".join(row) + " |" for row in (table.header, ["---"] * len(table.header), *table.rows)
    ]
    return ("# 统计公报\n\n各项指标见下表。\n\n" + "\n".join(lines) + "\n\n完。\n").encode()


def as_html_in_markdown(table: Made) -> bytes:
    """HTML right below a line of text, with a blank line inside."""
    source = as_html(table).decode()
    return (
        "# 统计公报\n\n如下：\n"
        + source[source.index("<table") : source.index("<p>完")].replace("</tr><tr>", "</tr>\n\n<tr>")
    ).encode()


def as_docx(table: Made, path: Path) -> None:
    """A Word table without any mark of its header."""
    source = docx.Document()
    source.add_heading("统计公报", 0)
    source.add_paragraph("各项指标见下表。")
    grid = source.add_table(len(table.rows) + 1, len(table.header))
    for cell, text in zip(grid._cells, [c for row in (table.header, *table.rows) for c in row], strict=True):
        cell.text = text
    source.add_paragraph("完。")
    source.save(str(path))


def as_pdf(table: Made, style: str, rng: random.Random) -> bytes:
    """Set on as many pages as it needs; `style`: boxes, columns, three-line or bare."""
    width = 420 / len(table.header)
    xs = [80 + width * k for k in range(len(table.header))] + [500.0]
    right = rng.random() < 0.5
    pages: list[list[Text | Rule]] = [[Text(200, 90, "统计公报", 20), Text(80, 130, "各项指标见下表。", 12)]]
    y, top, pitch = 170.0, 170.0, rng.choice([18.0, 22.0, 26.0])

    def rule(at: float) -> None:
        pages[-1].append(Rule(xs[0], at, xs[-1], at))

    def close() -> None:
        if style != "bare":
            rule(y - 14)
        if style in ("boxes", "columns"):
            pages[-1].extend(Rule(x, top - 14, x, y - 14) for x in xs)

    def line(row: Sequence[str], head: bool) -> None:
        nonlocal y
        for k, cell in enumerate(row):
            wide = columns_of(cell) * 5.0
            at = xs[k + 1] - 6 - wide if right and k and not head else xs[k] + 6
            pages[-1].append(Text(round(at, 1), y, cell, 10))
        if style == "boxes" or (head and style != "bare"):
            rule(y - 14)
        y += pitch
        if head and style != "bare":
            rule(y - 14)

    line(table.header, True)
    for row in table.rows:
        if y > 780:
            close()
            pages.append([])
            y = top = 80.0
            line(table.header, True)
        line(row, False)
    close()
    return make_pdf(pages)


PDF_STYLES = ("boxes", "columns", "three-line", "bare")
FORMATS = ("html", "markdown", "html in markdown", "docx", *(f"pdf {style}" for style in PDF_STYLES))


def read_made(table: Made, form: str, tmp_path: Path, rng: random.Random) -> Document:
    """Write the table in a format and read it."""
    suffix = {"html in markdown": ".md", "markdown": ".md"}.get(form, "." + form.split()[0])
    path = tmp_path / f"a{suffix}"
    if form == "docx":
        as_docx(table, path)
    elif form.startswith("pdf"):
        path.write_bytes(as_pdf(table, form.split()[1], rng))
    else:
        path.write_bytes(
            {"html": as_html, "markdown": as_markdown, "html in markdown": as_html_in_markdown}[form](table)
        )
    return read_document(path, path.name).document


def lines(document: Document, *kinds: BlockKind) -> list[str]:
    """The texts of the blocks of these kinds."""
    return [document.text[b.start : b.end] for b in document.blocks if b.kind in kinds]


@pytest.mark.parametrize("form", FORMATS)
def test_no_row_or_number_is_lost(form: str, tmp_path: Path) -> None:
    """Of tables of any size, also over pages, each row is a line with all its cells, and the header one."""
    rng = random.Random(form)
    asked = 0
    for count, columns in [
        (3, 3),
        (1, 3),
        (9, 2),
        (24, 4),
        (30, 3),
        (75, 3),
        (110, 5),
        (5, 6),
        (41, 2),
        (64, 4),
    ]:
        table = made(rng, count, columns)
        document = read_made(table, form, tmp_path, rng)
        found = lines(document, BlockKind.ROW)
        head = lines(document, BlockKind.TABLE_HEADER)
        written = Counter(cell for row in (table.header, *table.rows) for cell in row)
        assert Counter(cell for line in found + head for cell in line.split(" | ")) == written, (
            count,
            columns,
        )
        for row in rng.sample(table.rows, min(20, count)):
            for value in rng.sample(row[1:], min(2, columns - 1)):
                asked += 1
                assert any({row[0], value} <= set(line.split(" | ")) for line in found), (row, value)
        if count >= 3:
            assert head == [" | ".join(table.header)], (count, columns)
            for block in document.blocks:
                if block.kind is BlockKind.ROW:
                    context = document.row_context(block.start)
                    assert context is not None
                    assert [c.header for c in context.cells] == table.header
                    assert all(document.text[c.start : c.end] == c.text for c in context.cells)
    assert asked >= 200


MERGED_HTML = """<h1>体育设施统计</h1><p>各区情况如下。</p><p>表2 体育设施（单位：个）</p><table>
<tr><th rowspan="2">地区</th><th rowspan="2">类型</th><th colspan="2">2023年</th></tr>
<tr><th>数量</th><th>增加</th></tr>
<tr><td rowspan="3">松林区</td><td>足球场</td><td>21</td><td>2</td></tr>
<tr><td>游泳馆</td><td>6</td><td>1</td></tr>
<tr><td>球馆</td><td>4</td><td>0</td></tr><tr><td colspan="2">合计</td><td>31</td><td>3</td></tr>
</table><p>注：不含学校内部设施。</p><p>以上情况属实。</p>"""


def merged_docx(path: Path) -> None:
    """The same table with Word's own merges."""
    source = docx.Document()
    source.add_heading("体育设施统计", 0)
    source.add_paragraph("各区情况如下。")
    source.add_paragraph("表2 体育设施（单位：个）")
    grid = source.add_table(6, 4)
    rows = [
        "地区 类型 2023年 ",
        "  数量 增加",
        "松林区 足球场 21 2",
        " 游泳馆 6 1",
        " 球馆 4 0",
        "合计  31 3",
    ]
    for r, row in enumerate(rows):
        for c, text in enumerate(row.split(" ")):
            if text:
                grid.cell(r, c).text = text
    for a, b in [((0, 0), (1, 0)), ((0, 1), (1, 1)), ((0, 2), (0, 3)), ((2, 0), (4, 0)), ((5, 0), (5, 1))]:
        grid.cell(*a).merge(grid.cell(*b))
    source.add_paragraph("注：不含学校内部设施。")
    source.add_paragraph("以上情况属实。")
    source.save(str(path))


def merged_pdf() -> bytes:
    """The same table with lines around its cells."""
    items: list[Text | Rule] = [
        Text(180, 90, "体育设施统计", 20), Text(80, 120, "各区情况如下。"),
        Text(80, 145, "表2 体育设施（单位：个）", 10),
    ]  # fmt: skip
    items += [Rule(80, y, 400, y) for y in (160, 200, 260, 280)]
    items += [Rule(240, 180, 400, 180), Rule(160, 220, 400, 220), Rule(160, 240, 400, 240)]
    items += [Rule(x, 160, x, 280) for x in (80, 240, 400)]
    items += [Rule(320, 180, 320, 280), Rule(160, 160, 160, 260)]
    for x, y, text in [
        (90, 185, "地区"), (170, 185, "类型"), (300, 174, "2023年"), (250, 194, "数量"), (330, 194, "增加"),
        (90, 234, "松林区"), (170, 214, "足球场"), (250, 214, "21"), (330, 214, "2"), (170, 234, "游泳馆"),
        (250, 234, "6"), (330, 234, "1"), (170, 254, "球馆"), (250, 254, "4"), (330, 254, "0"),
        (140, 274, "合计"), (250, 274, "31"), (330, 274, "3"),
    ]:  # fmt: skip
        items.append(Text(x, y, text, 10))
    items += [Text(80, 300, "注：不含学校内部设施。", 10), Text(80, 330, "以上情况属实。")]
    return make_pdf([items])


@pytest.mark.parametrize("suffix", [".html", ".md", ".docx", ".pdf"])
def test_merged_cells_reach_every_row(suffix: str, tmp_path: Path) -> None:
    """A merged label stands in each row it spans, stacked headers are joined, the context is known."""
    path = tmp_path / f"a{suffix}"
    if suffix == ".docx":
        merged_docx(path)
    else:
        source = MERGED_HTML.replace("<h1>", "# ").replace("<p>", "\n\n").replace("</p>", "\n\n")
        source = source.replace("</h1>", "\n\n") if suffix == ".md" else MERGED_HTML
        path.write_bytes(merged_pdf() if suffix == ".pdf" else source.encode())
    document = read_document(path, path.name).document
    assert lines(document, BlockKind.ROW) == [
        "松林区 | 足球场 | 21 | 2", "松林区 | 游泳馆 | 6 | 1", "松林区 | 球馆 | 4 | 0", "合计 | 31 | 3",
    ]  # fmt: skip
    assert lines(document, BlockKind.TABLE_HEADER) == ["地区 | 类型 | 2023年", "地区 | 类型 | 数量 | 增加"]
    row = document.row_context(document.text.index("游泳馆"))
    assert row is not None
    assert [c.header for c in row.cells] == ["地区", "类型", "2023年 数量", "2023年 增加"]
    assert (row.caption, row.unit) == ("表2 体育设施", "个")
    assert row.told == "表2 体育设施（单位：个） 地区：松林区，类型：游泳馆，2023年 数量：6，2023年 增加：1"
    total = document.row_context(document.text.index("合计"))
    assert total is not None
    assert [c.header for c in total.cells] == ["地区", "2023年 数量", "2023年 增加"]
    assert lines(document, BlockKind.NOTE) == ["注：不含学校内部设施。"]
    assert document.row_context(document.text.index("以上")) is None


def test_tables_survive_the_way_to_disk(tmp_path: Path) -> None:
    """JSON gives the document back, and a record without tables still loads."""
    path = tmp_path / "a.html"
    path.write_text(MERGED_HTML, "utf-8")
    document = read_document(path, "a.html").document
    record = json.loads(json.dumps(document_record(document)))
    assert document_of(record, document.text, None) == document
    del record["tables"]
    assert document_of(record, document.text, None).tables == ()


def test_rows_are_searched_with_their_context(tmp_path: Path) -> None:
    """A row is one sentence, embedded with caption and headers; the lines that give those never answer."""
    path = tmp_path / "a.html"
    rows = "".join(
        f"<tr><td>第{k}社区</td><td>{k}。其中新增1。</td><td>{3 * k}</td></tr>" for k in range(1, 80)
    )
    path.write_text(
        "<h1>统计</h1><p>表1 各社区情况</p><table><tr><th>社区</th><th>志愿者</th><th>活动</th></tr>"
        f"{rows}</table>",
        "utf-8",
    )
    units = Units.split([read_document(path, "a.html").document])
    told = {units.sentence_text(n): units.searched_sentence(n) for n in range(len(units.sentences))}
    assert (
        told["第45社区 | 45。其中新增1。 | 135"]
        == "表1 各社区情况 社区：第45社区，志愿者：45。其中新增1。，活动：135"
    )
    kinds = {units.sentence_text(n): row["kind"] for n, row in enumerate(units.sentences)}
    assert kinds["社区 | 志愿者 | 活动"] == kinds["表1 各社区情况"] == HEADING
    assert kinds["第9社区 | 9。其中新增1。 | 27"] == BODY
    assert len(units.passages) > 5
    for number in range(1, len(units.passages)):
        assert "社区 | 志愿者 | 活动" in units.searched_passage(number)
        assert "表1 各社区情况" in units.searched_passage(number)


@pytest.mark.parametrize(
    ("question", "cells", "expected"),
    [
        ("第30社区有多少志愿者？", ["第30社区", "91"], (1, 1, "")),
        ("第30社区有多少志愿者？", ["第4社区", "13", "30"], (0, 1, "第30社区")),
        ("第四社区有多少志愿者？", ["第4社区", "13", "30"], (1, 1, "")),
        ("第14社区有多少志愿者？", ["4社区", "13"], (0, 1, "14社区")),
        ("第3季度的产量是多少？", ["第13季度", "9"], (0, 1, "第3季度")),
        ("5月的降水量是多少？", ["十二月", "9"], (0, 1, "5月")),
        ("12月的降水量是多少？", ["十二月", "9"], (1, 1, "")),
        ("2023年的产量是多少？", ["5年", "9"], (0, 1, "")),
        ("松林区有多少个游泳馆？", ["松林区", "游泳馆", "6"], (2, 2, "")),
        ("松林区有多少个游泳馆？", ["松林区", "足球场", "21"], (1, 2, "")),
        ("2023年白酒产量是多少吨？", ["其中：白酒", "222", "0.9"], (1, 1, "")),
        ("粮食（万吨）产量", ["1", "粮食（万吨）", "133.7"], (1, 1, "")),
        ("蘇州市有多少家？", ["苏州市", "７"], (1, 1, "")),
        ("GDP是多少？", ["GD", "7"], (0, 1, "")),
        ("十二社区有几人？", ["二社区", "7"], (0, 1, "十二社区")),
    ],
)
def test_a_label_counts_whole(question: str, cells: list[str], expected: tuple[int, int, str]) -> None:
    """A row is named by its whole label, never by a part of it or by a figure."""
    match = row_matches(question, cells)
    assert (match.whole, match.labels, match.other) == expected


def test_names_and_values_are_no_header() -> None:
    """In doubt no row is a header, because a header never answers; years are names of columns."""

    def header(*rows: str) -> int:
        cells = [Cell(r, c, text) for r, row in enumerate(rows) for c, text in enumerate(row.split())]
        return Table.of(cells).header_rows

    assert header("地点 青柳市", "面积 120平方米") == 0
    assert header("年份 2021年 2022年", "产量 12 13", "面积 4 5") == 1
    assert header("粮食 12 13", "茶叶 4 5") == 0
    assert header("指标 产量 增速", "名称 （万吨） （%）", "粮食 12 3", "茶叶 4 5") == 2
    assert [is_value(t) for t in ("1,234.5", "-5.7", "7家", "2023年", "2023", "—", "粮食")] == [
        True, True, True, False, False, True, False,
    ]  # fmt: skip


_WIDE = {
    "repeated": (
        "| | 捕捞 | 养殖 |\n|---|---|---|\n| | 2003年 | 2023年 | 2003年 | 2023年 |\n"
        "| 鲍鱼 | 11.5 | 12.5 | 13.5 | 14.5 |\n| 海参 |  | 22.5 |  | 24.5 |\n",
        "鲍鱼，捕捞 2003年：11.5，捕捞 2023年：12.5，养殖 2003年：13.5，养殖 2023年：14.5",
    ),
    "untold": (
        "| 品种 | 捕捞 | 养殖 |\n|---|---|---|\n| 鲍鱼 | 11.5 | 12.5 | 13.5 | 14.5 |\n"
        "| 海参 | 21.5 | 22.5 | 23.5 | **24.5** |\n",
        "品种、捕捞、养殖 鲍鱼，11.5，12.5，13.5，14.5",
    ),
    "one": (
        "> | 品种 | 捕捞 |\n> |---|---|\n> | 海参 | 22.5 |\n> | 鲍鱼 | 11.5 | 12.5 | 13.5 |\n"
        "> | 海胆 | 24.5 |\n",
        "鲍鱼 ｜ 11.5 ｜ 12.5 ｜ 13.5",
    ),
}


@pytest.mark.parametrize("form", _WIDE)
def test_rows_wider_than_their_header_keep_every_cell(form: str, tmp_path: Path) -> None:
    """No cell is lost, no heading claimed that the table does not tell, and the report says so."""
    table, told = _WIDE[form]
    path = tmp_path / "宽.md"
    path.write_text(f"# 渔获调查\n\n一、各品种的产量\n\n正文在此。\n\n{table}\n正文在此。\n", "utf-8")
    reading = read_document(path, path.name)
    rows = [reading.document.row_context(block.start) for block in reading.document.blocks]
    assert told in [row.told for row in rows if row]
    numbers = [cell.strip(" *>\n") for cell in table.split("|") if cell.strip(" *")[:1].isdigit()]
    assert all(number in reading.document.text for number in numbers)
    assert any("表头" in warning for warning in reading.warnings)


def test_a_trailing_empty_cell_makes_no_row_wide(tmp_path: Path) -> None:
    """Bars that part nothing leave the headings where they are, and nothing is reported."""
    path = tmp_path / "窄.md"
    path.write_text("# 渔获调查\n\n正文。\n\n| 品种 | 捕捞 |\n|---|---|\n| 海参 | 22.5 | |\n", "utf-8")
    reading = read_document(path, path.name)
    row = reading.document.row_context(reading.document.text.index("22.5"))
    assert row is not None
    assert row.told == "品种：海参，捕捞：22.5"
    assert not reading.warnings
