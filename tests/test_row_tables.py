"""A quoted row as a small table: in the page, in Markdown, in Word, and its cell in the source view."""

from __future__ import annotations

import io
import itertools
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import docx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("gradio", reason="the web page needs gradio")

from briefqa.answering.answer import Answer, Citation, make_citation
from briefqa.reading.document import Block, BlockKind, Document
from briefqa.reading.files import read_document
from briefqa.reading.table_spans import HeaderCell, RowCell, TableRow
from briefqa.splitting.passages import Passage, make_passage
from briefqa.ui.chat import cards, export
from briefqa.ui.chat.citing import markdown, plain_citation
from briefqa.ui.chat.row_tables import RowTable, row_table
from briefqa.ui.chat.turns import Turn
from briefqa.ui.chat.worddoc import to_docx
from briefqa.ui.source import pageview, source
from briefqa.ui.source.places import places_of
from briefqa.ui.words import Language
from test_tables import MERGED_HTML

NOWHERE = Passage("a#0-1", "a", "无", 0, 1, (), None, 1)
QUESTION = "2023年松林区有多少个游泳馆？"


def read(folder: Path, html: str) -> Document:
    """The document of a page."""
    path = folder / "a.html"
    path.write_text(html, "utf-8")
    return read_document(path, "a.html").document


def cite(document: Document, quote: str, question: str = QUESTION) -> Citation:
    """The citation of a quote."""
    start = document.text.index(quote)
    end = start + len(quote)
    return make_citation(1, document, start, end, make_passage(document, start, end), question)


def turn_of(citation: Citation) -> Turn:
    """A turn that was answered with one citation."""
    answer = Answer(QUESTION, True, 0.9, citation.quote, (citation,), (), "", QUESTION)
    return Turn(QUESTION, answer, build="b" * 16)


def card(citation: Citation, language: Language = Language.ZH) -> str:
    """The card of the turn."""
    return cards.card(turn_of(citation), language, lambda _: None, 1)


class Cells(HTMLParser):
    """The table of a card: its caption, and for each row (tag, text, rowspan, colspan, scope)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.caption, self.rows, self.tags, self.inside = "", [], [], ""  # type: ignore[var-annotated]
        self.feed(html[html.index('<div class="row-table"') if '<div class="row-table"' in html else 0 :])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            spans = int(values.get("rowspan") or 1), int(values.get("colspan") or 1)
            self.rows[-1].append([tag, "", *spans, values.get("scope")])
        self.inside = tag if tag in ("th", "td", "caption") else self.inside

    def handle_endtag(self, tag: str) -> None:
        self.inside = "" if tag in ("th", "td", "caption") else self.inside

    def handle_data(self, data: str) -> None:
        if self.inside == "caption":
            self.caption += data
        elif self.inside:
            self.rows[-1][-1][1] += data


@pytest.fixture
def document(tmp_path: Path) -> Document:
    """A document with merged cells and stacked headers."""
    return read(tmp_path, MERGED_HTML)


def test_card_shows_the_row_as_a_table(document: Document) -> None:
    """Caption and unit, headers that span as printed, the label as a header, the asked cell marked."""
    html = card(cite(document, "松林区 | 游泳馆 | 6 | 1", QUESTION + "数量"))
    cells = Cells(html)
    assert cells.caption == "表2 体育设施 单位：个"
    assert cells.rows == [
        [
            ["th", "地区", 2, 1, "col"],
            ["th", "类型", 2, 1, "col"],
            ["th", "2023年", 1, 2, "colgroup"],
        ],
        [["th", "数量", 1, 1, "col"], ["th", "增加", 1, 1, "col"]],
        [
            ["th", "松林区", 1, 1, "row"],
            ["th", "游泳馆", 1, 1, "row"],
            ["td", "6", 1, 1, None],
            ["td", "1", 1, 1, None],
        ],
    ]
    assert re.findall(r"<mark>(.*?)</mark>", html) == ["6"]
    assert "松林区 | 游泳馆 | 6 | 1" in html
    assert "Unit: 个" in card(cite(document, "松林区 | 游泳馆 | 6 | 1"), Language.EN)


def test_a_label_over_columns_spans_them(document: Document) -> None:
    """合计 stands under both columns that it spans, and no cell moves."""
    cells = Cells(card(cite(document, "合计 | 31 | 3")))
    assert cells.rows[2] == [
        ["th", "合计", 1, 2, "row"],
        ["td", "31", 1, 1, None],
        ["td", "3", 1, 1, None],
    ]


def test_several_rows_are_one_table(document: Document) -> None:
    """A quote of several rows has its headers once; no single cell answers."""
    citation = cite(document, "松林区 | 游泳馆 | 6 | 1\n松林区 | 球馆 | 4 | 0")
    assert [len(row) for row in Cells(card(citation)).rows] == [3, 2, 4, 4]
    assert citation.cell is None


def test_the_group_of_a_row_is_shown_with_it(tmp_path: Path) -> None:
    """The same label stands twice in the table: without its group the figure could be the other's."""
    rows = [("城镇居民收入", 40), ("工资收入", 21), ("农村居民收入", 14), ("工资收入", 6)]
    lines = "".join(f"<tr><td>{label}</td><td>{figure}</td></tr>" for label, figure in rows)
    head = "<h1>柳塘县统计公报</h1><table><caption>表1 收入</caption><tr><th>指标</th><th>千元</th></tr>"
    document = read(tmp_path, f"{head}{lines}</table>")
    assert Cells(card(cite(document, "工资收入 | 6"))).caption == "表1 收入 · 农村"
    assert Cells(card(cite(document, "农村居民收入 | 14"))).caption == "表1 收入"


def test_prose_is_quoted_as_before(document: Document) -> None:
    """Only rows become tables."""
    citation = cite(document, "以上情况属实。")
    assert citation.rows == ()
    assert "<table" not in card(citation)
    assert '<span class="quote"' in card(citation)


def test_hostile_cells_are_text(tmp_path: Path) -> None:
    """Markup in captions, headers and cells starts no element, in the page or in Markdown."""
    evil = "&lt;img src=x onerror=alert(1)&gt;"
    document = read(
        tmp_path,
        f"<h1>统计</h1><p>如下。</p><p>表1 {evil}（单位：{evil[:10]}）</p>"
        f"<table><tr><th>甲{evil}</th><th>乙</th></tr>"
        f"<tr><td>丙{evil}</td><td>12</td></tr><tr><td>丁</td><td>13</td></tr><tr><td>戊</td><td>1</td></tr></table>",
    )
    row = next(block for block in document.blocks if block.kind is BlockKind.ROW)
    citation = cite(document, document.text[row.start : row.end])
    cells = Cells(card(citation))
    assert "img" not in cells.tags
    assert cells.rows[-1][0][1] == "丙<img src=x onerror=alert(1)>"
    assert not re.search(r"(?<!\\)<img", markdown(citation))


def cells_of(data: st.DataObject, width: int) -> list[tuple[int, int]]:
    """(column, columns) of cells that fill a line."""
    inner = data.draw(st.sets(st.integers(1, width - 1), max_size=width - 1)) if width > 1 else set()
    edges = [0, *sorted(inner), width]
    return [(a, b - a) for a, b in itertools.pairwise(edges)]


@given(st.data())
def test_any_spans_fill_the_grid(data: st.DataObject) -> None:
    """However cells span, each place of the small table is covered once, and no text is lost."""
    width = data.draw(st.integers(1, 5))
    names = st.sampled_from("甲乙丙")
    lines = [
        tuple(HeaderCell(data.draw(names), *place) for place in cells_of(data, width))
        for _ in range(data.draw(st.integers(0, 3)))
    ]
    cells = [RowCell("", str(n), n, n + 1, *place) for n, place in enumerate(cells_of(data, width))]
    row = TableRow("", "", tuple(lines), tuple(cells), 0, 9)
    document = Document("a", "a", "", "", {}, ())
    table = row_table(replace(citation_of(document), rows=(row,)))
    assert isinstance(table, RowTable)
    covered = [
        (cell.row + r, cell.column + c)
        for line in (*table.head, *table.body)
        for cell in line
        for r in range(cell.rows)
        for c in range(cell.columns)
    ]
    assert sorted(covered) == [(r, c) for r in range(len(lines) + 1) for c in range(width)]
    assert {cell.text for line in table.head for cell in line} == {c.text for line in lines for c in line}
    assert [cell.text for cell in table.body[0]] == [cell.text for cell in cells]


def citation_of(document: Document) -> Citation:
    """A citation of nothing."""
    return make_citation(
        1, replace(document, text="无", blocks=(Block(0, 1, BlockKind.TEXT),)), 0, 1, NOWHERE
    )


def test_copied_markdown_has_the_table(document: Document) -> None:
    """Markdown and the copied quotation hold the row under its headers; the plain copy is verbatim."""
    citation = cite(document, "松林区 | 游泳馆 | 6 | 1")
    assert markdown(citation).splitlines()[:6] == [
        "> 表2 体育设施（单位：个）",
        ">",
        "> | 地区 | 类型 | 2023年 数量 | 2023年 增加 |",
        "> | --- | --- | --- | --- |",
        "> | 松林区 | 游泳馆 | 6 | 1 |",
        ">",
    ]
    assert plain_citation(citation).startswith("“松林区 | 游泳馆 | 6 | 1”")


class NoIndex:
    """Knows no document, as after it was removed."""

    def document(self, document_id: str) -> Document:
        from briefqa.errors import InputError

        raise InputError(document_id)


def test_word_export_has_the_table(document: Document) -> None:
    """A Word table with merged headers, its caption above, and control characters left out."""
    citation = cite(document, "松林区 | 游泳馆 | 6 | 1")
    first = citation.rows[0]
    odd = replace(first, cells=(replace(first.cells[0], text="松林\x01区"), *first.cells[1:]))
    word = to_docx([turn_of(replace(citation, rows=(odd,)))], NoIndex(), Language.ZH)  # type: ignore[arg-type]
    written = docx.Document(io.BytesIO(word))
    (table,) = written.tables
    assert [cell.text for cell in table.rows[0].cells] == ["地区", "类型", "2023年", "2023年"]
    assert [cell.text for cell in table.rows[2].cells] == ["松林区", "游泳馆", "6", "1"]
    lines = [paragraph.text for paragraph in written.paragraphs]
    assert "表2 体育设施（单位：个）" in lines
    text = export.to_markdown([turn_of(citation)], NoIndex(), Language.EN).decode()  # type: ignore[arg-type]
    assert "> | 松林区 | 游泳馆 | 6 | 1 |" in text


def test_source_marks_the_cell(document: Document) -> None:
    """Within the marked row the asked cell is marked once more; the text stays letter for letter."""
    citation = cite(document, "松林区 | 游泳馆 | 6 | 1", QUESTION + "数量")
    (place,) = places_of(turn_of(citation).answer)
    html = source.text_view(document, place, Language.ZH)
    assert re.findall(r'<mark class="sentence cell">(.*?)</mark>', html) == ["6"]
    marks = re.findall(r'<mark class="sentence(?: cell)?">(.*?)</mark>', html)
    assert "".join(marks) == citation.quote
    unasked = cite(document, "松林区 | 游泳馆 | 6 | 1", "松林区有游泳馆吗？")
    assert unasked.cell is None
    (place,) = places_of(turn_of(unasked).answer)
    assert "sentence cell" not in source.text_view(document, place, Language.ZH)


def test_page_image_boxes_the_cell(document: Document) -> None:
    """On a page's image the box of the cell lies over its characters only."""
    boxes = np.stack([np.arange(len(document.text)), np.zeros(len(document.text))] * 2, axis=1) / 1e4
    boxes[:, 2] = boxes[:, 0] + 1e-4
    boxes[:, 3] = 0.1
    paged = replace(document, boxes=boxes.astype(np.float32), page_starts=(0,))
    citation = cite(paged, "松林区 | 游泳馆 | 6 | 1", QUESTION + "数量")
    assert citation.cell is not None
    (box,) = pageview.boxes_on(paged, *citation.cell, 1)
    assert (box.left, box.right) == pytest.approx((citation.cell[0] / 1e4, citation.cell[1] / 1e4), abs=1e-6)
