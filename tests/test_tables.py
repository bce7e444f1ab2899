"""Tables of every format: no cell lost or glued, spans carried, header, caption and unit known."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import docx
import pytest

from briefqa.reading.document import BlockKind, Document
from briefqa.reading.files import read_document
from briefqa.reading.tables import Cell, Table, is_value
from briefqa.splitting.row_labels import row_matches
from briefqa.splitting.units import BODY, HEADING, Units
from briefqa.store.corpus import document_of, document_record
from pdfs import HEIGHT, Rule, Text, columns_of, make_pdf

NAMES = "粮食 夏粮 秋粮 茶叶 水果 蔬菜 白酒 烤烟 油料 生猪 水产品 用电量 货运量 客运量 旅游人数 发明专利 在校学生 卫生机构".split()
AREAS = "松林区 柳河区 东城街道 西城街道 南关镇 北山县 中河县 高新区".split()
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
