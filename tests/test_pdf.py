"""PDF: reading order, paragraphs, running lines, tables, boxes, and files that cannot be read."""

from __future__ import annotations

import difflib
import os
import random
import re
import tracemalloc
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from briefqa.errors import DocumentError
from briefqa.reading.document import BlockKind, Document
from briefqa.reading.files import FileReading, read_document
from briefqa.reading.formats import ocr, pdf, pdf_layout
from briefqa.reading.formats.pdf_glyphs import PageText, Piece
from briefqa.reading.formats.pdf_rules import Rules
from briefqa.reading.formats.pdfium import pdfium
from pdfs import HEIGHT, Rule, Text, columns_of, make_pdf, typeset

SHARED = Path(os.environ.get("BRIEFQA_SHARED", Path(__file__).parents[2] / "shared"))
BODY = (
    "各地区要认真贯彻落实决策部署，坚持稳中求进工作总基调，完整、准确、全面贯彻新发展理念，"
    "到2025年研发投入强度达到1.5%以上，GDP增长5%左右。"
)


def prose(count: int, start: int = 0) -> str:
    """`count` sentences, no two of them alike."""
    return "".join(f"第{start + i}项任务由有关部门按职责分工负责，" + BODY for i in range(count))


def read(tmp_path: Path, content: bytes) -> FileReading:
    """The reading of a PDF with this content."""
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    return read_document(path, "a.pdf")


def texts(document: Document, *kinds: BlockKind) -> list[str]:
    """The texts of the blocks, of these kinds when any are given."""
    return [document.text[b.start : b.end] for b in document.blocks if not kinds or b.kind in kinds]


def shared(*parts: str) -> Path:
    """A file of the shared folder; skips the test without it."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no {'/'.join(parts)} in the shared folder (set BRIEFQA_SHARED)")
    return path


def squeezed(text: str) -> str:
    """Without white space and dashes, whose widths differ between formats."""
    return re.sub(r"[\s—]", "", text)


def test_paragraphs_go_on_over_lines_and_pages(tmp_path: Path) -> None:
    """Paragraphs come out whole, without blanks, and each page's start is known."""
    paragraphs = ["一、总体要求", prose(4), "二、重点任务", prose(7, 10), prose(3, 20)]
    pages = typeset(paragraphs, bottom=400)
    reading = read(tmp_path, make_pdf(pages))
    assert texts(reading.document) == paragraphs
    starts = reading.document.page_starts
    assert len(starts) == len(pages) > 2
    for start, page in zip(starts[1:], pages[1:], strict=True):
        assert reading.document.text[start:].startswith(page[0].text)
    assert not reading.document.pages_inferred


def test_running_lines_and_page_numbers_go(tmp_path: Path) -> None:
    """Headers, footers and page numbers are left out and counted."""
    paragraphs = [prose(9), prose(9, 10)]
    pages = typeset(paragraphs, bottom=420)
    for i, page in enumerate(pages, 1):
        page += [Text(80, 50, f"内部参考 第{i}期", 9), Text(280, 800, f"— {i} —", 9)]
    reading = read(tmp_path, make_pdf(pages))
    assert texts(reading.document) == paragraphs
    assert reading.removed_lines == 2 * len(pages)


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    """A title over two columns, then the left column, then the right one, on each page."""
    paragraphs = ["一、问题", prose(6), "二、对策", prose(8, 10)]
    pages = typeset(paragraphs, chars=16, size=11, leading=18, columns=(70, 320), top=160, bottom=500)
    title = "数字经济赋能制造业高质量发展的路径研究"
    pages[0].insert(0, Text(120, 100, title, 18))
    document = read(tmp_path, make_pdf(pages)).document
    assert texts(document) == [title, *paragraphs]
    assert document.title == title


def test_a_folded_sheet_is_read_column_by_column(tmp_path: Path) -> None:
    """Three columns of lines that are not level come one after the other, though the last holds little."""
    left = [f"渔港公司介绍的第{n}行文字说明经营" for n in "一二三四五六七八"]
    middle = [f"公司用人的第{n}行文字说明条件待遇" for n in "一二三四五六七八九"]
    last = ["海岬县渔", "港投资有", "限公司"]
    items = [Text(50, 163 + 16 * k, line, 10) for k, line in enumerate(left)]
    items += [Text(240, 100 + 17.3 * k, line, 10) for k, line in enumerate(middle)]
    items += [Text(440, 154.5 + 26 * k, line, 20) for k, line in enumerate(last)]
    text = read(tmp_path, make_pdf([items])).document.text
    assert re.sub(r"\s", "", text) == "".join([*left, *middle, *last])


def test_columns_of_any_length_are_told_apart_in_little_memory() -> None:
    """Neither thousands of lines that are not level nor a page of any width is a table of each by each."""
    boxes = np.array([[40 + 10 * k, 0, 50 + 10 * k, 10] for k in range(12)], dtype=np.float32)
    count = 3000
    pieces = [
        Piece("两栏文字各有许多行互不齐", boxes + np.float32([x, y, x, y]), y + 8, 10)
        for x, start, step in ((0, 100, 30), (400, 117, 31))
        for y in (start + step * k for k in range(count // 2))
    ]
    pages = [PageText(600, 50_000, pieces, Rules()), PageText(1e7, 50_000, pieces[:20], Rules())]
    tracemalloc.start()
    lines, _, _ = pdf_layout.lines_in_order(pages)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [line.column[0] for line in lines[0]] == [0] * (count // 2) + [1] * (count // 2)
    assert peak < 40e6


@pytest.mark.parametrize("forms", [0, 1, 2])
def test_tables_are_kept_row_by_row(forms: int, tmp_path: Path) -> None:
    """Ruled tables with lines inside a cell, and tables without rules, on the page or in forms on it."""
    xs, ys = (80, 200, 330, 460), (100, 130, 180, 210)
    items: list[Text | Rule] = [Rule(xs[0], y, xs[-1], y) for y in ys]
    items += [Rule(x, ys[0], x, ys[-1]) for x in xs]
    rows = [("指标", "数值", "说明"), ("规上工业", "4.5万亿元", "全国"), ("灯塔工厂", "7家", "占比")]
    for y, row in zip((118, 150, 198), rows, strict=True):
        items += [Text(x + 6, y, cell) for x, cell in zip(xs, row, strict=False)]
    items += [
        Text(86, 168, "总产值"),
        *(Text(x, y, f"第{y}行{x}") for y in (300, 320) for x in (80, 220, 380)),
    ]
    document = read(tmp_path, make_pdf([items], forms)).document
    assert texts(document, BlockKind.TABLE_HEADER, BlockKind.ROW) == [
        "指标 | 数值 | 说明",
        "规上工业总产值 | 4.5万亿元 | 全国",
        "灯塔工厂 | 7家 | 占比",
        "第300行80 | 第300行220 | 第300行380",
        "第320行80 | 第320行220 | 第320行380",
    ]


def test_figures_of_a_tall_cell_belong_to_their_rows(tmp_path: Path) -> None:
    """Where no lines part a column, each figure in the middle of a row is that row's; words go to all."""
    xs, ys = (80, 200, 300, 400), [100 + 20 * k for k in range(7)]
    items: list[Text | Rule] = [Rule(x, ys[0], x, ys[-1]) for x in xs]
    items += [Rule(80, y, 200 if 0 < k < 6 else 400, y) for k, y in enumerate(ys)]
    items += [Rule(80, 120, 400, 120)]
    items += [Text(x + 10, 114, name, 10) for x, name in zip(xs, ("课程", "周时", "备注"), strict=False)]
    items += [Text(90, 134 + 20 * k, f"课程{name}", 10) for k, name in enumerate("甲乙丙丁戊")]
    items += [Text(240, 134 + 20 * k, hours, 10) for k, hours in ((0, "2"), (1, "2.5"), (4, "3"))]
    items += [Text(320, 174, "实习", 10)]
    document = read(tmp_path, make_pdf([items])).document
    cells = [[cell.strip() for cell in row.split("|")] for row in texts(document, BlockKind.ROW)]
    assert [row[:1] + row[-1:] for row in cells] == [[f"课程{name}", "实习"] for name in "甲乙丙丁戊"]
    assert [row[1] for row in cells if len(row) == 3 and row[1]] == ["2", "2.5", "3"]


def _read_rows(tmp_path: Path, items: list[Text | Rule]) -> list[list[str]]:
    """Each row of the only table, a cell with its headers before it."""
    document = read(tmp_path, make_pdf([items])).document
    (table,) = document.tables
    rows = (
        document.row_context(block.start)
        for block in document.blocks[table.first + table.header : table.last]
    )
    return [[f"{cell.header}={cell.text}" for cell in row.cells] for row in rows if row is not None]


@pytest.mark.parametrize("ruled", [True, False])
def test_cells_of_two_lines_stand_beside_cells_of_one(ruled: bool, tmp_path: Path) -> None:
    """In the middle of their height, with or without rules around the table."""
    lines = [
        (112, "城北给水管网延伸及"),
        (126, "加压站改造"),
        (164, "河道护岸及生态缓冲"),
        (178, "带修复示范段"),
    ]
    items: list[Text | Rule] = [Text(80, y, text) for y, text in lines]
    items += [Text(x, 90, head) for x, head in ((80, "工程"), (250, "投资（万元）"), (400, "工期（月）"))]
    figures = ((119, "3400", "14"), (145, "820", "6"), (171, "1260", "9"))
    items += [Text(x, y, text) for y, *row in figures for x, text in zip((270, 420), row, strict=True)]
    items += [Text(80, 145, "排水井"), *(Rule(70, y, 500, y) for y in (74, 96, 190) if ruled)]
    assert _read_rows(tmp_path, items) == [
        ["工程=城北给水管网延伸及加压站改造", "投资（万元）=3400", "工期（月）=14"],
        ["工程=排水井", "投资（万元）=820", "工期（月）=6"],
        ["工程=河道护岸及生态缓冲带修复示范段", "投资（万元）=1260", "工期（月）=9"],
    ]


def test_a_header_stands_over_its_columns(tmp_path: Path) -> None:
    """Of two, between whose texts it is printed, and a label in the middle of both header lines beside it."""
    items: list[Text | Rule] = [Text(196, 90, "夏季"), Text(376, 90, "冬季"), Text(80, 99, "渔港")]
    items += [Text(x, 108, head) for x, head in ((150, "艘次"), (240, "吨位"), (330, "艘次"), (420, "吨位"))]
    for y, port in ((130, "青礁"), (150, "白浪")):
        items += [Text(80, y, port), *(Text(x, y, f"{x + y}") for x in (152, 242, 332, 422))]
    assert _read_rows(tmp_path, items)[1] == [
        "渔港=白浪", "夏季 艘次=302", "夏季 吨位=392", "冬季 艘次=482", "冬季 吨位=572",
    ]  # fmt: skip


def test_rules_drawn_cell_by_cell_part_the_cells(tmp_path: Path) -> None:
    """Where their ends meet a column ends, however near its text is to the next one."""
    borders = (70, 110, 260, 420)
    items: list[Text | Rule] = [
        Rule(a, y, b, y) for y in (76, 100, 124, 148, 172) for a, b in pairwise(borders)
    ]
    rows = [
        ("序号", "码头", "泊位（个）"),
        ("1011", "东渡旅游码头一期", "6"),
        ("1012", "石湖", "4"),
        ("1013", "后渚作业区", "9"),
    ]
    for y, row in zip((92, 116, 140, 164), rows, strict=True):
        items += [Text(x, y, text) for x, text in zip((83, 114, 300), row, strict=True)]
    assert [row[1:] for row in _read_rows(tmp_path, items)] == [
        [f"码头={name}", f"泊位（个）={count}"] for _, name, count in rows[1:]
    ]


def test_notes_at_the_foot_do_not_cut_the_text(tmp_path: Path) -> None:
    """A footnote is a block of its own, and the paragraph above it goes on overleaf."""
    pages = typeset([prose(8)], bottom=300)
    pages[0] += [Rule(80, 720, 200, 720), Text(80, 735, "① 数据来源于统计公报。", 9)]
    document = read(tmp_path, make_pdf(pages)).document
    assert texts(document, BlockKind.NOTE) == ["① 数据来源于统计公报。"]
    assert texts(document, BlockKind.TEXT, BlockKind.FRONT) == [prose(8)]


def check_boxes(path: Path, document: Document) -> float:
    """Share of 200 sentences of which the characters under the boxes are the sentence."""
    assert document.boxes is not None
    source = pdfium.PdfDocument(path)
    rng = random.Random(7)
    spans = [m.span() for m in re.finditer(r"[^。！？\n]+[。！？]?", document.text)]
    rows = [(b.start, b.end) for b in document.blocks if b.kind is BlockKind.ROW]
    spans = [s for s in spans if not any(a <= s[0] < b for a, b in rows)]
    good = total = 0
    for start, end in rng.sample(spans, min(200, len(spans))):
        seen = ""
        i = start
        while i < end:
            j = i + 1
            while j < end and document.page_at(j) == document.page_at(i) and _beside(document.boxes, j):
                j += 1
            seen += _text_under(source[(document.page_at(i) or 1) - 1], document.boxes[i:j])
            i = j
        good += squeezed(seen) == squeezed(document.text[start:end])
        total += 1
    source.close()
    return good / total


def _beside(boxes: np.ndarray, j: int) -> bool:
    a, b = boxes[j - 1], boxes[j]
    return not np.isnan([a, b]).any() and abs(a[1] - b[1]) < 0.01 and b[0] >= a[0]


def _text_under(page: object, boxes: np.ndarray) -> str:
    if np.isnan(boxes).all():
        return ""
    width, height = page.get_size()  # type: ignore[attr-defined]
    left, top = np.nanmin(boxes[:, 0]) * width + 0.5, np.nanmin(boxes[:, 1]) * height
    right, bottom = np.nanmax(boxes[:, 2]) * width - 0.5, np.nanmax(boxes[:, 3]) * height
    inner = (bottom - top) / 4
    found = page.get_textpage().get_text_bounded(  # type: ignore[attr-defined]
        left=left, bottom=height - bottom + inner, right=right, top=height - top - inner
    )
    return str(found)


def test_boxes_lie_over_their_characters(tmp_path: Path) -> None:
    """Boxes are fractions of the page, y downward, one for each character."""
    pages = typeset([prose(5), prose(5, 10)], bottom=500)
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(pages))
    document = read_document(path, "a.pdf").document
    assert document.boxes is not None
    assert document.boxes.shape == (len(document.text), 4)
    assert document.boxes.dtype == np.float32
    assert document.boxes[0, 3] == pytest.approx(90 / HEIGHT, abs=0.01)
    assert check_boxes(path, document) >= 0.99


def test_progress_is_told_page_by_page(tmp_path: Path) -> None:
    """`on_page` hears of every page."""
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(typeset([prose(9)], bottom=300)))
    heard: list[tuple[int, int]] = []
    read_document(path, "a.pdf", on_page=lambda done, total: heard.append((done, total)))
    assert heard == [(i, len(heard)) for i in range(1, len(heard) + 1)]
    assert len(heard) > 1


ENCRYPTED = make_pdf([[Text(80, 100, "你好")]]).replace(
    b"/Root 1 0 R",
    b"/Root 1 0 R /ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <"
    + b"11" * 32 + b"> /U <" + b"22" * 32 + b"> >>",
)  # fmt: skip


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (ENCRYPTED, "password"),
        (make_pdf([[Text(80, 100, "你好")]])[:200], "damaged"),
        ("这不是 PDF".encode(), "damaged"),
        (make_pdf([[]]), "no text"),
    ],
)
def test_unreadable_pdfs_say_why(tmp_path: Path, content: bytes, says: str) -> None:
    """Encrypted, damaged and empty files give one clear sentence each."""
    with pytest.raises(DocumentError, match=says):
        read(tmp_path, content)


def test_both_digital_samples_give_the_brief() -> None:
    """The brief's paragraphs and sections come out of its PDFs as out of its text."""
    brief = shared("brief", "suzhou-new-industrialization-2024-07.txt")
    expected = read_document(brief, "brief").document
    for name in ("seed-digital.pdf", "seed-cid2col.pdf"):
        found = read_document(shared("samples", name), name).document
        kinds = (BlockKind.TEXT, BlockKind.HEADING, BlockKind.BACK)
        assert [squeezed(t) for t in texts(found, *kinds)] == [squeezed(t) for t in texts(expected, *kinds)]
        assert [(h.level, squeezed(h.title)) for h in found.headings] == [
            (h.level, squeezed(h.title)) for h in expected.headings
        ]
    path = shared("samples", "seed-digital.pdf")
    assert check_boxes(path, read_document(path, "a").document) >= 0.99


def test_letters_of_foreign_scripts_are_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hebrew or Thai letters among Chinese are a broken text layer; Latin and Tibetan letters are not."""
    monkeypatch.setattr(ocr, "find_engine", lambda: None)
    for letters, suspect in (("אבגדה", (1,)), ("กขคงจ", (1,)), ("ABCDE", ()), ("བོད་", ())):
        lines = [Text(80, 80 + 20 * i, f"各地区要{letters}认真贯彻落实决策部署") for i in range(6)]
        reading = read(tmp_path, make_pdf([lines]))
        assert reading.suspect_pages == suspect
        assert bool(reading.warnings) is bool(suspect)


def test_scanned_page_without_recognition_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without an engine the page is named, with what to install."""
    monkeypatch.setattr(ocr, "find_engine", lambda: None)
    with pytest.raises(DocumentError, match=r"briefqa\[ocr\]"):
        read_document(shared("samples", "seed-scanned.pdf"), "a")


def test_recognised_lines_take_part_in_the_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines of an engine become text with boxes, on pages that are marked as recognised."""
    line = (BODY[:24], 220.0, 300.0, 1450.0, 345.0)
    monkeypatch.setattr(ocr, "find_engine", lambda: lambda image: [line])
    document = read_document(shared("samples", "seed-scanned.pdf"), "a").document
    assert document.ocr_pages == tuple(range(1, 14))
    assert document.boxes is not None
    assert np.nanmax(document.boxes) <= 1
    assert document.text.startswith(BODY[:24])


def test_recognition_of_a_scanned_page(tmp_path: Path) -> None:
    """On a page of the scanned sample at most 2.5 % of the characters differ."""
    pytest.importorskip("rapidocr", reason="the extra briefqa[ocr] is not installed")
    for name in ("seed-scanned.pdf", "seed-digital.pdf"):
        source, one = pdfium.PdfDocument(shared("samples", name)), pdfium.PdfDocument.new()
        one.import_pages(source, [1])
        one.save(tmp_path / name)
        source.close()
        one.close()
    printed = squeezed(read_document(tmp_path / "seed-digital.pdf", "a").document.text)
    scanned = read_document(tmp_path / "seed-scanned.pdf", "a").document
    assert scanned.ocr_pages == (1,)
    matched = difflib.SequenceMatcher(None, printed, squeezed(scanned.text), autojunk=False)
    same = sum(block.size for block in matched.get_matching_blocks())
    assert same >= 0.975 * len(printed)


def test_listed_pages_are_short() -> None:
    """Runs of pages are shown as spans."""
    assert pdf._listed([1, 2, 3, 7]) == "1–3、7"


def test_overprinted_raised_and_boxed_text(tmp_path: Path) -> None:
    """A glyph printed twice is read once, m² stays m², and frames around a page make no table."""
    line = "每户不超过120m，超出部分每m缴纳30元，埋深1.2×10毫米。"
    items: list[Text | Rule] = [Text(200, 100, "用地标准", 20), Text(200.4, 100, "用地标准", 20)]
    items += [Text(80, 140, line), Text(80, 160, "叠叠罗汉办法。")]
    at = {k: 80 + 6 * columns_of(line[:k]) for k in range(len(line))}
    for mark, small in (("m，", "2"), ("m缴", "2"), ("0毫", "3")):
        items.append(Text(at[line.index(mark) + 1] + 3, 135, small, 7))
    for x, y, right, bottom in ((28, 57, 567, 90), (35, 91, 560, 786)):
        items += [Rule(x, y, right, y), Rule(x, bottom, right, bottom)]
        items += [Rule(x, y, x, bottom), Rule(right, y, right, bottom)]
    document = read(tmp_path, make_pdf([items])).document
    assert document.title == "用地标准"
    assert "叠叠罗汉办法。" in document.text
    for amount in ("120m²", "每m²缴纳", "10³"):
        assert amount in document.text.replace(" ", "")
    assert not document.tables


def test_a_title_of_two_lines_and_the_heading_below_it(tmp_path: Path) -> None:
    """Large centred lines are one title; a numbered line right below begins something new."""
    title = ["青柳市公共阅览室", "管理办法"]
    items = [Text((595 - 18 * len(t)) / 2, 100 + 26 * k, t, 18) for k, t in enumerate(title)]
    for k, heading in enumerate(["1. 简介", "2. 要求", "3. 安装"]):
        items += [Text(90, 165 + 60 * k, heading, 15), Text(114, 190 + 60 * k, BODY[:33] + "。", 12)]
    document = read(tmp_path, make_pdf([items])).document
    assert document.title == "".join(title)
    assert [h.title for h in document.headings] == ["1. 简介", "2. 要求", "3. 安装"]


def test_a_table_goes_on_over_pages(tmp_path: Path) -> None:
    """Repeated headers stand once, a last row is no page number, and a cut merged label goes on."""
    pages: list[list[Text | Rule]] = []
    wanted = []
    for page, (top, count) in enumerate([(600, 8), (60, 5)]):
        ys = [top + 22 * k for k in range(count + 2)]
        items: list[Text | Rule] = [Rule(160, y, 400, y) for y in ys]
        items += [Rule(80, y, 160, y) for y in (ys[0], ys[1], ys[-1])]
        items += [Rule(x, ys[0], x, ys[-1]) for x in (80, 160, 280, 400)]
        items += [Text(x, ys[0] + 15, t, 10) for x, t in ((90, "地区"), (170, "类别"), (290, "数量"))]
        if page == 0:
            items += [Text(90, 700, "松林区", 10), Text(80, 560, "情况见下表，有关数据已经核实。")]
        for k in range(count):
            row = (f"类别{page}{k}", str(100 * page + k))
            wanted.append(" | ".join(("松林区", *row)))
            items += [Text(170, ys[k + 1] + 15, row[0], 10), Text(290, ys[k + 1] + 15, row[1], 10)]
        pages.append(items)
    document = read(tmp_path, make_pdf(pages)).document
    assert texts(document, BlockKind.ROW) == wanted
    assert texts(document, BlockKind.TABLE_HEADER) == ["地区 | 类别 | 数量"]
    assert len(document.tables) == 1
    assert document.page_at(document.text.index("类别07")) == 1
    assert document.page_at(document.text.index("类别10")) == 2


def test_a_company_in_the_running_head_is_findable(tmp_path: Path) -> None:
    """What only the running head says is left out of the text and kept as metadata."""
    head = "海岬渔港投资有限公司募集说明书"
    pages = [
        [
            Text(200, 40, head, 9),
            *(Text(90, 120 + 20 * k, f"第{p}页第{k}行说明渔港的经营情况。") for k in range(8)),
        ]
        for p in "甲乙丙丁"
    ]
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(pages))
    document = read_document(path, path.name).document
    assert head not in document.text
    assert head in document.metadata.values()


@pytest.mark.parametrize("paged", [False, True])
def test_a_table_of_contents_is_no_table(tmp_path: Path, paged: bool) -> None:
    """Chapters' numbers, headings and pages in columns are lines, each with its own heading."""
    chapters = ["总则", "渡口的设置与撤销", "渡船和渡工", "渡运安全", "法律责任", "附则"]
    page: list[Text] = [Text(220, 80, "海岬县渡口管理条例", 18), Text(270, 120, "目录")]
    for k, name in enumerate(chapters):
        y = 150 + 22 * k
        page += [Text(90, y, f"第{'一二三四五六'[k]}章"), Text(180, y, name)]
        page += [Text(480, y, str(k + 2))] if paged else []
    page += [
        Text(90, 320 + 22 * k, f"第{'一二三'[k]}条 渡口应当保持畅通，夜间开放照明设施。") for k in range(3)
    ]
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf([page]))
    document = read_document(path, path.name).document
    assert not document.tables
    lines = [re.sub(r"\s", "", line) for line in document.text.split("\n")]
    assert any(line.startswith("第五章法律责任") for line in lines)
    assert any(line.startswith("第六章附则") for line in lines)


def test_contents_with_leaders_are_lines(tmp_path: Path) -> None:
    """Numbers set apart from headings that dots lead on from are no column, however they are counted."""
    entries = [("1.1", "编写目的"), ("1.2", "适用范围"), ("2.1", "基本守则"), ("2.2", "日常行为规范")]
    page: list[Text] = [Text(270, 100, "目录", 18)]
    for k, (number, name) in enumerate(entries):
        page += [Text(110, 140 + 23 * k, number), Text(145, 140 + 23 * k, f"{name}{'.' * 40}{k + 3}")]
    document = read(tmp_path, make_pdf([page, *typeset([prose(4)])])).document
    assert not document.tables
    found = [text.replace(" ", "").rstrip(".0123456789") for text in texts(document)]
    assert found[1:5] == [number + name for number, name in entries]


def test_whom_a_notice_is_addressed_to_is_no_part_of_its_title(tmp_path: Path) -> None:
    """Both nearly of one size, the title a little larger, with room below it."""
    title, whom = "关于修订印发《青禾学院学生违纪处分规定》的通知", "各学院、部、处、室，直属单位："
    items = [Text(92, 250, title, 18), Text(76, 307, whom, 16)]
    items += [Text(76 + 32 * (n == 0), 336 + 29 * n, line, 16) for n, line in enumerate(_lines(prose(3), 26))]
    document = read(tmp_path, make_pdf([items])).document
    assert document.title == title
    assert whom in texts(document)


def _lines(text: str, width: int) -> list[str]:
    return [text[at : at + width] for at in range(0, len(text), width)][:12]


def _centred(y: float, text: str, size: float) -> Text:
    return Text((595 - size / 2 * columns_of(text)) / 2, y, text, size)


def test_what_a_cover_names_is_a_line_each(tmp_path: Path) -> None:
    """Centred lines that begin with a name and a colon are apart, however wide they are."""
    items = [
        _centred(250, "公开招标文件", 36),
        _centred(420, "项目编号：海岬采字二〇二四第一百一十号之二", 14),
        _centred(450, "项目名称：海岬县渔港投资发展有限公司码头照明与供水设施年度", 14),
        _centred(480, "维护服务采购项目", 14),
        _centred(600, "采购单位（章）：海岬县渔港投资发展有限公司", 14),
        _centred(630, "代理机构（章）：海岬县公共资源交易服务中心", 14),
    ]
    pages = [items, *typeset([prose(8)])]
    found = texts(read(tmp_path, make_pdf(pages)).document)
    assert [text.split("：")[0] for text in found[1:5]] == [
        "项目编号",
        "项目名称",
        "采购单位（章）",
        "代理机构（章）",
    ]
    assert found[2].endswith("设施年度维护服务采购项目")


def test_a_title_ends_where_the_next_line_is_farther_off(tmp_path: Path) -> None:
    """Of three large lines the third is apart when it is twice as far below as the second."""
    lines = ["海岬县渔业指导中心", "2024年度部门决算", "目 录"]
    items = [_centred(y, line, 22) for y, line in zip((94, 122, 178), lines, strict=True)]
    items += [Text(125, 230 + 28 * k, f"第{n}部分 情况", 16) for k, n in enumerate("一二三四五")]
    document = read(tmp_path, make_pdf([items, *typeset([prose(8)], size=16, leading=28, chars=26)])).document
    assert document.title == "".join(lines[:2])


def test_numbered_lines_that_fill_the_page_are_items(tmp_path: Path) -> None:
    """The next number at the place of the last one begins a new item, though the line above is full."""
    wide = "（一）章程规定的存续期间届满或者章程规定的其他解散事由出现的时候；"[:30]
    items = [Text(108, 200, wide, 14), Text(106, 226, "（二）非法人组织的出资人决定解散。", 14)]
    pages = [[*items, *page] for page in typeset([prose(6)], top=280)]
    found = texts(read(tmp_path, make_pdf(pages)).document)
    assert [text[:3] for text in found[:2]] == ["（一）", "（二）"]


@pytest.mark.parametrize(
    ("author", "told"),
    [
        ("Lenovo", False), ("DESKTOP-7K2", False), ("Windows User", False), ("微软用户", False),
        ("river@example.com", False), ("28465", False), ("Anonymous", False), ("Li, Henry", True),
        ("东渡", True),
    ],
)  # fmt: skip
def test_accounts_and_machines_are_no_authors_of_a_pdf(tmp_path: Path, author: str, told: bool) -> None:
    """The author that a program wrote into a PDF counts by the same rule as that of a Word file."""
    info = f"/Author <feff{author.encode('utf-16-be').hex()}>".encode()
    content = make_pdf([[Text(72, 100, "渔港检查的情况")]])
    content = content.replace(b"/Root 1 0 R", b"/Root 1 0 R /Info 1 0 R")
    content = content.replace(b"/Type /Catalog", b"/Type /Catalog " + info)  # the reader finds objects anew
    assert read(tmp_path, content).document.metadata.get("author") == (author if told else None)


def test_a_label_beside_rows_without_rules_stands_for_them(tmp_path: Path) -> None:
    """The rows below its first one leave it blank, and are rows of the same table."""
    lines = [
        ["对象", "等级", "人数", "标准"],
        ["老人", "一级", "120", "900"],
        ["", "二级", "210", "700"],
        ["", "三级", "95", "500"],
        ["", "四级", "31", "300"],
        ["儿童", "一级", "40", "1200"],
        ["", "二级", "62", "1000"],
    ]
    placed = [
        Text(x, 100 + 20 * n, text)
        for n, line in enumerate(lines)
        for x, text in zip((60, 180, 300, 420), line, strict=True)
        if text
    ]
    (tmp_path / "a.pdf").write_bytes(make_pdf([placed]))
    told = read_document(tmp_path / "a.pdf", "a.pdf").document.text
    assert told.splitlines() == [
        " | ".join(line) if line[0] else "| " + " | ".join(line[1:]) for line in lines
    ]
