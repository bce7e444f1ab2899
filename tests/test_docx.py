"""DOCX: automatic numbers, styles, tables, notes, text boxes, and files that cannot be read."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm
from PIL import Image

from briefqa.errors import DocumentError
from briefqa.reading.document import BlockKind, Document
from briefqa.reading.files import read_document
from briefqa.reading.formats.docx_numbers import chinese, number_text

BODY = "各地区要认真贯彻落实决策部署，坚持稳中求进工作总基调，完整、准确、全面贯彻新发展理念。"
W = nsdecls("w")


def read(tmp_path: Path, source: object) -> Document:
    """The document of a python-docx document."""
    path = tmp_path / "a.docx"
    source.save(str(path))  # type: ignore[attr-defined]
    return read_document(path, "a.docx").document


def texts(document: Document, *kinds: BlockKind) -> list[str]:
    """The texts of the blocks, of these kinds when any are given."""
    return [document.text[b.start : b.end] for b in document.blocks if not kinds or b.kind in kinds]


def numbered(source: object, number: int, levels: list[tuple[str, str]]) -> None:
    """Adds a numbering with these (format, text) levels."""
    root = source.part.numbering_part.element  # type: ignore[attr-defined]
    inner = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for i, (kind, text) in enumerate(levels)
    )
    root.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="{number}">{inner}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {W} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'))


def item(source: object, text: str, level: int, number: int) -> None:
    """Adds a paragraph with an automatic number."""
    paragraph = source.add_paragraph(text)  # type: ignore[attr-defined]
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
    )


@pytest.mark.parametrize("blank", ["\u00a0", "\u2003\u00a0", "\r", "\u3000\t"])
def test_a_paragraph_of_blanks_of_any_kind_is_none(tmp_path: Path, blank: str) -> None:
    """Web pages that were saved as DOCX part their paragraphs with no-break spaces."""
    source = docx.Document()
    for text in (BODY, blank, f"第二段{blank}"):
        source.add_paragraph(text)
    assert texts(read(tmp_path, source)) == [BODY, "第二段"]


def test_automatic_numbers_are_rebuilt(tmp_path: Path) -> None:
    """一、（一）1. ① count, start again below a higher level, and make headings."""
    source = docx.Document()
    numbered(
        source, 90,
        [("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."),
         ("decimalEnclosedCircle", "%4")],
    )  # fmt: skip
    source.add_paragraph("关于促进产业发展的意见")
    for text, level in [
        ("总体要求", 0), ("指导思想。", 1), ("基本原则。", 1), ("重点任务", 0), ("做强产业。", 1),
        ("补齐短板。", 1), ("龙头企业。", 2), ("中小企业。", 2),
    ]:  # fmt: skip
        item(source, text + BODY * bool(level), level, 90)
        if not level:
            source.add_paragraph(BODY)
    item(source, "甲", 3, 90)
    item(source, "乙", 3, 90)
    document = read(tmp_path, source)
    assert [(h.level, h.title) for h in document.headings] == [
        (1, "一、总体要求"), (2, "（一）指导思想"), (2, "（二）基本原则"), (1, "二、重点任务"),
        (2, "（一）做强产业"), (2, "（二）补齐短板"), (3, "1. 龙头企业"), (3, "2. 中小企业"),
    ]  # fmt: skip
    assert texts(document)[-2:] == ["①甲", "②乙"]


@pytest.mark.parametrize(
    ("number", "kind", "text"),
    [
        (10, "chineseCounting", "十"), (23, "chineseCountingThousand", "二十三"),
        (105, "taiwaneseCounting", "一百〇五"), (3, "chineseLegalSimplified", "叁"),
        (2, "ideographTraditional", "乙"), (7, "decimalEnclosedCircle", "⑦"), (4, "upperRoman", "IV"),
        (28, "lowerLetter", "bb"), (5, "decimalZero", "05"), (6, "decimal", "6"),
        (12, "decimalFullWidth", "１２"),
    ],
)  # fmt: skip
def test_number_formats(number: int, kind: str, text: str) -> None:
    """Word's formats for Chinese documents."""
    assert number_text(number, kind) == text
    assert chinese(110) == "一百一十"


def test_styles_tables_and_properties(tmp_path: Path) -> None:
    """Heading styles give levels, tables rows, the title style the title, core properties metadata."""
    source = docx.Document()
    source.core_properties.author = "研究室"
    source.add_heading("关于工业的报告", 0)
    source.add_heading("现状", 1)
    source.add_paragraph(BODY)
    source.add_heading("规模", 2)
    source.add_paragraph(BODY)
    source.add_heading("对策", 1)
    table = source.add_table(2, 2)
    for cell, text in zip(table._cells, ["指标", "数值", "工厂", "7家"], strict=True):
        cell.text = text
    source.add_paragraph("第一行").add_run().add_break()
    document = read(tmp_path, source)
    assert document.title == "关于工业的报告"
    assert document.metadata["author"] == "研究室"
    assert [(h.level, h.title) for h in document.headings] == [(1, "现状"), (2, "规模"), (1, "对策")]
    assert texts(document, BlockKind.TABLE_HEADER, BlockKind.ROW) == ["指标 | 数值", "工厂 | 7家"]


def test_revisions_and_text_boxes(tmp_path: Path) -> None:
    """Inserted text counts and deleted text does not; a text box is read once."""
    source = docx.Document()
    source.add_paragraph("某某公告")
    paragraph = source.add_paragraph("坚持")
    for tag, inner in (("ins", "<w:t>创新</w:t>"), ("del", "<w:delText>旧词</w:delText>")):
        paragraph._p.append(parse_xml(f'<w:{tag} {W} w:id="1" w:author="a"><w:r>{inner}</w:r></w:{tag}>'))
    paragraph.add_run("发展，" + BODY)
    box = f"<w:txbxContent {W}><w:p><w:r><w:t>框内文字</w:t></w:r></w:p></w:txbxContent>"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    source.add_paragraph()._p.append(
        parse_xml(
            f'<w:r {W} xmlns:mc="{mc}"><mc:AlternateContent><mc:Choice>{box}</mc:Choice>'
            f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    assert texts(read(tmp_path, source)) == ["某某公告", "坚持创新发展，" + BODY, "框内文字"]


def test_footnotes_follow_their_paragraph(tmp_path: Path) -> None:
    """A note is a block behind the paragraph that refers to it."""
    source = docx.Document()
    source.add_paragraph("某某报告")
    source.add_paragraph(BODY)._p.append(parse_xml(f'<w:r {W}><w:footnoteReference w:id="2"/></w:r>'))
    source.add_paragraph(BODY)
    path = tmp_path / "a.docx"
    source.save(str(path))
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>数据来源：年鉴。</w:t></w:r></w:p></w:footnote>'
    part = f"<w:footnotes {W}>{note}</w:footnotes>"
    patched = tmp_path / "b.docx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(patched, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/_rels/document.xml.rels":
                kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
                link = f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/></Relationships>'
                data = data.replace(b"</Relationships>", link.encode())
            new.writestr(name, data)
        new.writestr("word/footnotes.xml", part)
    document = read_document(patched, "b.docx").document
    assert [(b.kind, document.text[b.start : b.end]) for b in document.blocks][1:] == [
        (BlockKind.TEXT, BODY), (BlockKind.NOTE, "数据来源：年鉴。"), (BlockKind.TEXT, BODY),
    ]  # fmt: skip


M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def math(text: str) -> str:
    """A run of a formula."""
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("inner", "line"),
    [
        (f"<m:f><m:num>{math('a+b')}</m:num><m:den>{math('c')}</m:den></m:f>", "(a+b)/c"),
        (f"<m:sSup><m:e>{math('m')}</m:e><m:sup>{math('2')}</m:sup></m:sSup>", "m²"),
        (f"<m:sSup><m:e>{math('(1+r)')}</m:e><m:sup>{math('月数')}</m:sup></m:sSup>", "(1+r)^月数"),
        (f"<m:sSub><m:e>{math('CO')}</m:e><m:sub>{math('2')}</m:sub></m:sSub>", "CO₂"),
        (
            f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{math("i=1")}</m:sub>'
            f"<m:sup>{math('n')}</m:sup><m:e>{math('x')}</m:e></m:nary>",
            "∑ᵢ₌₁ⁿx",
        ),
        (f"<m:rad><m:deg>{math('3')}</m:deg><m:e>{math('x+1')}</m:e></m:rad>", "³√(x+1)"),
        (f"<m:d><m:e>{math('x')}</m:e><m:e>{math('y')}</m:e></m:d>", "(x|y)"),
        (f"<m:func><m:fName>{math('ln')}</m:fName><m:e>{math('x')}</m:e></m:func>", "ln x"),
    ],
)
def test_formulas_stay_in_their_sentence(tmp_path: Path, inner: str, line: str) -> None:
    """A formula is read in its place, as one line."""
    source = docx.Document()
    source.add_paragraph("某某办法")
    paragraph = source.add_paragraph("按")
    paragraph._p.append(parse_xml(f"<m:oMath {M}>{inner}</m:oMath>"))
    paragraph.add_run("计算。")
    assert texts(read(tmp_path, source))[-1] == f"按{line}计算。"


def run(inner: str, properties: str = "") -> object:
    """A run with this content."""
    w14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    return parse_xml(f"<w:r {W} {w14}><w:rPr>{properties}</w:rPr>{inner}</w:r>")


@pytest.mark.parametrize(
    ("inner", "properties", "shown"),
    [
        ('<w:sym w:font="Wingdings" w:char="F0FE"/>', "", "☑"),
        ('<w:sym w:font="Wingdings 2" w:char="F0A3"/>', "", "□"),
        ('<w:sym w:font="Symbol" w:char="F0B3"/>', "", "≥"),
        ('<w:sym w:font="宋体" w:char="2161"/>', "", "Ⅱ"),
        ("<w:t>þ</w:t>", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>', "☑"),
        ("<w:t>2</w:t>", '<w:vertAlign w:val="superscript"/>', "²"),
        ("<w:t>500</w:t>", "<w:strike/>", ""),
        ("<w:t>800</w:t>", '<w:strike w:val="0"/>', "800"),
        ("<w:t>隐</w:t>", "<w:vanish/>", ""),
        ('<w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="1"/></w:checkBox>'
         '</w:ffData></w:fldChar><w:fldChar w:fldCharType="end"/>', "", "☑"),
        ('<w:fldChar w:fldCharType="begin"/><w:instrText>eq \\o\\ac(○,3)</w:instrText>'
         '<w:fldChar w:fldCharType="end"/>', "", "③"),
        ('<w:fldChar w:fldCharType="begin"/><w:instrText>EQ \\f(1,2)</w:instrText>'
         '<w:fldChar w:fldCharType="end"/>', "", "1/2"),
    ],
)  # fmt: skip
def test_what_runs_show(tmp_path: Path, inner: str, properties: str, shown: str) -> None:
    """Symbols, small characters, boxes and enclosed numbers are read; struck and hidden text is not."""
    source = docx.Document()
    source.add_paragraph("某某办法")
    paragraph = source.add_paragraph("前")
    paragraph._p.append(run(inner, properties))
    paragraph.add_run("后。")
    assert texts(read(tmp_path, source))[-1] == f"前{shown}后。"


def test_content_controls(tmp_path: Path) -> None:
    """A box is ticked or empty; a prompt for input is no text."""
    w14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    source = docx.Document()
    source.add_paragraph("某某登记表")
    paragraph = source.add_paragraph("是否")
    for properties, content in (
        ('<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>', ""),
        ("<w:showingPlcHdr/>", "<w:r><w:t>单击此处输入文字</w:t></w:r>"),
        ("", "<w:r><w:t>同意</w:t></w:r>"),
    ):
        paragraph._p.append(
            parse_xml(
                f"<w:sdt {W} {w14}><w:sdtPr>{properties}</w:sdtPr>"
                f"<w:sdtContent>{content}</w:sdtContent></w:sdt>"
            )
        )
    assert texts(read(tmp_path, source))[-1] == "是否☑同意"


def test_moved_text_is_read_once_and_a_deleted_end_joins(tmp_path: Path) -> None:
    """Moved-from text is dropped; a paragraph whose end was deleted goes on in the next."""
    source = docx.Document()
    source.add_paragraph("某某办法")
    for tag in ("moveFrom", "moveTo"):
        source.add_paragraph()._p.append(
            parse_xml(f'<w:{tag} {W} w:id="1" w:author="a"><w:r><w:t>硕士1500元。</w:t></w:r></w:{tag}>')
        )
    ended = source.add_paragraph("坚持创新，")
    ended._p.get_or_add_pPr().append(parse_xml(f'<w:rPr {W}><w:del w:id="3" w:author="a"/></w:rPr>'))
    source.add_paragraph("推动发展。")
    assert texts(read(tmp_path, source))[1:] == ["硕士1500元。", "坚持创新，推动发展。"]


def test_bullets_are_items(tmp_path: Path) -> None:
    """A bulleted paragraph is an item of its own."""
    source = docx.Document()
    source.add_paragraph("某某指南")
    source.add_paragraph("需要下列材料：")
    for text in ("营业执照", "健康证明"):
        source.add_paragraph(text, style="List Bullet")
    assert texts(read(tmp_path, source))[-2:] == ["• 营业执照", "• 健康证明"]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("html", "<html><meta charset='utf-8'><h1>办法</h1><p>每周开放六天。</p></html>"),
        ("txt", "办法\n\n每周开放六天。"),
        ("mht", 'MIME-Version: 1.0\nContent-Type: text/html; charset="utf-8"\n\n'
                "<html><h1>办法</h1><p>每周开放六天。</p></html>"),
    ],
)  # fmt: skip
def test_embedded_files_are_read(tmp_path: Path, kind: str, content: str) -> None:
    """A web page, a web archive or a text that Word takes in is part of the document."""
    types = {"html": "text/html", "txt": "text/plain", "mht": "message/rfc822"}
    source = docx.Document()
    part = Part(PackURI(f"/word/chunk.{kind}"), types[kind], content.encode(), source.part.package)
    name = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    key = source.part.relate_to(part, f"{name}/aFChunk")
    source.element.body.insert(0, parse_xml(f'<w:altChunk {W} xmlns:r="{name}" r:id="{key}"/>'))
    assert "每周开放六天。" in texts(read(tmp_path, source))


def test_a_large_picture_is_reported(tmp_path: Path) -> None:
    """Text in pictures is not read, and the report says so; a logo is no loss."""
    image = tmp_path / "a.png"
    Image.new("RGB", (40, 40)).save(image)
    for centimetres, warns in ((12, True), (2, False)):
        source = docx.Document()
        source.add_paragraph("某某通知")
        source.add_paragraph(BODY)
        source.add_picture(str(image), width=Cm(centimetres))
        path = tmp_path / "a.docx"
        source.save(str(path))
        assert bool(read_document(path, "a.docx").warnings) is warns


def _zip(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return path


def test_unreadable_files_say_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An old .doc, a cut file, another ZIP and a ZIP bomb give one clear sentence each."""
    path = tmp_path / "a.docx"
    for content, says in (
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Word file"),
        (b"PK\x03\x04 cut", "damaged"),
    ):
        path.write_bytes(content)
        with pytest.raises(DocumentError, match=says):
            read_document(path, "a.docx")
    with pytest.raises(DocumentError, match="no DOCX"):
        read_document(_zip(path, {"a.txt": b"x"}), "a.docx")
    with pytest.raises(DocumentError, match="damaged"):
        read_document(_zip(path, {"word/document.xml": b"<w:document"}), "a.docx")
    monkeypatch.setattr("briefqa.reading.formats.docx._MAX_UNPACKED", 10_000)
    with pytest.raises(DocumentError, match="limit"):
        read_document(_zip(path, {"word/document.xml": bytes(20_000)}), "a.docx")


_LINES = (
    "三、渡口运行",
    "全年渡船安全航行十二万三千班次，比上年增",
    "加四千班次，运送旅客",
    "86 万人次，其中节假日旅客占百分之三十一，",
    "夜间航班恢复到每晚六班。",
    "码头岸电设施全部建成，年末的使用率达到",
    "91.5%，高于年初目标。",
    "（一）渡工队伍",
    "年末在岗渡工二百一十人，全部持证上岗，新",
    "招渡工十九人。",
)


def test_printed_lines_are_joined_to_paragraphs(tmp_path: Path) -> None:
    """One paragraph for each line of a page: sentences are whole again, headings stay alone."""
    source = docx.Document()
    for line in _LINES:
        source.add_paragraph(line)
    lines = read(tmp_path, source).text.split("\n")
    assert "码头岸电设施全部建成，年末的使用率达到91.5%，高于年初目标。" in lines
    assert "年末在岗渡工二百一十人，全部持证上岗，新招渡工十九人。" in lines
    assert {"三、渡口运行", "（一）渡工队伍"} <= set(lines)
    assert "".join(lines) == "".join(_LINES)


def test_typed_paragraphs_stay_apart(tmp_path: Path) -> None:
    """Items without a mark at their end are paragraphs of their own, next to sentences and not."""
    items = (
        "渡船管理所应当做好以下工作。",
        "组织渡工参加每年一次的安全培训，做好登记",
        "检查渡船的救生设备，及时更换",
        "公布航班时刻，接受旅客监督",
        "以上工作由镇人民政府督促落实。",
    )
    source = docx.Document()
    for item in items:
        source.add_paragraph(item)
    assert read(tmp_path, source).text == "\n".join(items)


def test_printed_page_numbers_are_pages_and_no_text(tmp_path: Path) -> None:
    """—1— in a line of its own ends page 1, and the sentence that it cuts goes on."""
    source = docx.Document()
    for line in (
        "全年渡船安全航行十二万班次，运",
        "—1—",
        "送旅客86万人次。",
        "渡工二百人。",
        "—2—",
        "码头七座。",
    ):
        source.add_paragraph(line)
    path = tmp_path / "p.docx"
    source.save(str(path))
    reading = read_document(path, path.name)
    document = reading.document
    assert document.text == "全年渡船安全航行十二万班次，运送旅客86万人次。\n渡工二百人。\n码头七座。"
    assert [document.page_at(document.text.index(word)) for word in ("全年", "送旅客", "渡工", "码头")] == [
        1,
        2,
        2,
        3,
    ]
    assert reading.removed_lines == 2


def test_a_number_between_dashes_may_be_text(tmp_path: Path) -> None:
    """One alone, or several that do not count up, are no page numbers."""
    source = docx.Document()
    for line in ("渡口代号如下。", "—7—", "渡船代号如下。", "—3—"):
        source.add_paragraph(line)
    assert "—7—" in read(tmp_path, source).text


def test_columns_in_single_cells_become_rows(tmp_path: Path) -> None:
    """A row whose cells hold equally many paragraphs is as many rows; figures side by side are columns."""
    source = docx.Document()
    table = source.add_table(rows=2, cols=4)
    for cell, text in zip(table.rows[0].cells, ("渡口", "旅客（万人）", "车辆（万辆）", "等级"), strict=True):
        cell.text = text
    row = table.rows[1].cells
    wide = row[1].merge(row[2])
    for cell, column in (
        (row[0], ("东渡", "西渡", "南渡")),
        (wide, ("31.5\t2.5", "22.5\t1.5", "12.5\t0.5")),
        (row[3], ("甲", "乙", "丙")),
    ):
        cell.text = column[0]
        for text in column[1:]:
            cell.add_paragraph(text)
    document = read(tmp_path, source)
    told = [each.told for block in document.blocks if (each := document.row_context(block.start))]
    assert "渡口：西渡，旅客（万人）：22.5，车辆（万辆）：1.5，等级：乙" in told


def test_cells_of_several_paragraphs_stay_whole(tmp_path: Path) -> None:
    """Texts of different length, or without a column of figures, are no columns."""
    source = docx.Document()
    table = source.add_table(rows=1, cols=2)
    for cell, paragraphs in zip(
        table.rows[0].cells, (("渡船", "检验"), ("每年一次", "由船检机构办理")), strict=True
    ):
        cell.text = paragraphs[0]
        cell.add_paragraph(paragraphs[1])
    assert read(tmp_path, source).text == "渡船 检验 | 每年一次 由船检机构办理"


def test_columns_of_unequal_length_are_reported(tmp_path: Path) -> None:
    """Which figure belongs to which name is not guessed; the report says that it could not be told."""
    source = docx.Document()
    table = source.add_table(rows=1, cols=2)
    for cell, column in zip(
        table.rows[0].cells, (("东渡", "西渡", "南渡"), ("1.5", "2.5", "3.5", "4.5")), strict=True
    ):
        cell.text = column[0]
        for text in column[1:]:
            cell.add_paragraph(text)
    path = tmp_path / "c.docx"
    source.save(str(path))
    reading = read_document(path, path.name)
    assert reading.document.text == "东渡 西渡 南渡 | 1.5 2.5 3.5 4.5"
    assert any("未能拆分" in warning for warning in reading.warnings)


_FIELDS = (
    "项目名称：东渡码头综合管理服务项目",
    "采购方式：竞争性磋商",
    "数量：1",
    "预算金额：1500000 元",
    "5.18：20元",
    "6.5：8",
    "6.8：11.5",
    "总：49.5",
    "2020.0813：9.5元",
    "A、对",
    "B、错",
    "正确答案是：B",
    "渡船停靠时间不超过二十分钟的，按照第一档收取费用",
    "渡船进入码头前必须完成检验，领取统一的通行证",
    "节点列表----显示渡船的位置，",
    "用户中心----显示船员的信息",
)


def test_fields_options_and_notes_stay_paragraphs(tmp_path: Path) -> None:
    """Where an author ends a paragraph it ends: no label, option, sum or item is glued to the one above."""
    source = docx.Document()
    for line in _FIELDS:
        source.add_paragraph(line)
    assert read(tmp_path, source).text == "\n".join(_FIELDS)


def test_short_lines_and_numbers_stay_apart_in_printed_lines(tmp_path: Path) -> None:
    """Among printed lines only those that fill the width go on, and two numbers never become one."""
    lines = ("本船核定载客", "乘客定额一百二十人，船员定额六人，救生衣1", "2件", "编号：7", "所属：东渡")
    source = docx.Document()
    for line in (*_LINES, *lines):
        source.add_paragraph(line)
    read_lines = read(tmp_path, source).text.split("\n")
    assert "码头岸电设施全部建成，年末的使用率达到91.5%，高于年初目标。" in read_lines
    assert tuple(read_lines[-5:]) == lines


def test_paragraphs_cut_at_the_ends_of_pages_go_on(tmp_path: Path) -> None:
    """Where words and brackets are cut in two, sentences are whole again, and fields stay apart."""
    cuts = (
        ("渡口管理机构应当在收到乘客的书面质疑后七个工作日内作出答复，并以书面形式通知提", "出质疑的乘客。"),
        ("渡口的人员招选方案及人员管理制度（包括岗位职责、规章制度、奖惩制度、培训计划、", "劳动保护）。"),
        ("渡船经营者对渡口管理机构的答复不满意的，可以在答复期满后十五个工作日内向主管部", "门投诉。"),
    )
    source = docx.Document()
    for above, below in cuts:
        source.add_paragraph(above)
        source.add_paragraph(below)
        source.add_paragraph("采购方式：公开招标")
        source.add_paragraph("数量：1")
    lines = read(tmp_path, source).text.split("\n")
    assert lines == [line for cut in cuts for line in ("".join(cut), "采购方式：公开招标", "数量：1")]


def test_a_title_in_centred_lines_is_one(tmp_path: Path) -> None:
    """Lines set in the middle that cut a word or a bracket in two are one line of text."""
    source = docx.Document()
    title = ("关于办理非法采砂、非法捕捞水产品等刑事案", "件适用法律若干问题的解释")
    for line in title:
        source.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.CENTER
    note = ("（2024年2月19日最高人民法院审判委员会", "第1915次会议通过）")
    for line in note:
        source.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.CENTER
    source.add_paragraph("东渡区人民法院：").alignment = WD_ALIGN_PARAGRAPH.CENTER
    source.add_paragraph(BODY)
    lines = read(tmp_path, source).text.split("\n")
    assert lines == ["".join(title), "".join(note), "东渡区人民法院：", BODY]


def nested(cell: object, rows: list[tuple[str, ...]]) -> None:
    """Puts a table into a cell."""
    table = cell.add_table(len(rows), len(rows[0]))  # type: ignore[attr-defined]
    for row, values in zip(table.rows, rows, strict=True):
        for inner, text in zip(row.cells, values, strict=True):
            inner.text = text


def test_a_table_in_a_cell_leaves_the_rows_around_it(tmp_path: Path) -> None:
    """A table in one cell stands behind the table, below the label of its row; the rows stay rows."""
    rows = [("姓名", "班级", "电话"), ("周渡", "轮机221", "13900000001"), ("刘航", "轮机221", "13900000002")]
    source = docx.Document()
    table = source.add_table(5, 3)
    for row, values in zip(table.rows, [*rows, ("备注", "", ""), ("费用", "见下", "无")], strict=True):
        for cell, text in zip(row.cells, values, strict=True):
            cell.text = text
    nested(table.rows[3].cells[1], [("渡口", "票价"), ("东渡", "5元")])
    nested(table.rows[4].cells[1], [("项目", "预算"), ("横幅", "35元")])
    document = read(tmp_path, source)
    assert document.text.split("\n") == [
        *map(" | ".join, rows), "费用 | 见下 | 无",
        "备注", "渡口 | 票价", "东渡 | 5元", "项目 | 预算", "横幅 | 35元",
    ]  # fmt: skip
    assert len(document.tables) == 3


def test_a_table_around_tables_is_a_frame(tmp_path: Path) -> None:
    """A layout of whole tables, or of pages of text with one, is read as the blocks of its cells, once."""
    source = docx.Document()
    numbered(source, 91, [("decimal", "%1.")])
    table = source.add_table(1, 2)
    for cell, text in zip(table.rows[0].cells, ("甲", "乙"), strict=True):
        cell.text = "渡口" + text
        nested(cell, [("票价", "5元"), ("班次", "6班")])
    source.add_paragraph(BODY)
    table = source.add_table(2, 2)
    for cell, text in zip(table._cells, ("职称", "船长", "任务", "一、目标"), strict=True):
        cell.text = text
    cell = table.rows[1].cells[1]
    for _ in range(10):
        cell.add_paragraph(BODY)._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {W}><w:ilvl w:val="0"/><w:numId w:val="91"/></w:numPr>')
        )
    nested(cell, [("时间", "内容"), ("三月", "开题")])
    lines = read(tmp_path, source).text.split("\n")
    frame = ["票价 | 5元", "班次 | 6班"]
    assert lines[:7] == ["渡口甲", *frame, "渡口乙", *frame, BODY]
    items = [f"{number}.{BODY}" for number in range(1, 11)]
    assert [line.replace(" ", "") for line in lines[7:]] == [
        "职称|船长", "任务", "一、目标", *items, "时间|内容", "三月|开题",
    ]  # fmt: skip


def test_a_heading_in_several_lines_is_one(tmp_path: Path) -> None:
    """Line breaks within a title or a heading only shape it."""
    source = docx.Document()
    for text, level in (("东渡区人民法院\n关于渡口收费\n若干问题的规定", 1), ("第一章\n总则", 2)):
        source.add_heading(text, level)
        source.add_paragraph(BODY)
    document = read(tmp_path, source)
    assert document.title == "东渡区人民法院关于渡口收费若干问题的规定"
    assert texts(document, BlockKind.HEADING) == ["第一章 总则"]


def test_two_numbers_at_a_headings_line_break_stay_two(tmp_path: Path) -> None:
    """A digit never meets a digit where the lines of a heading are joined."""
    source = docx.Document()
    for text in ("渔港产量", "渔港产量2023\n450吨", "渔港产量２０２３\n４５０吨"):
        source.add_heading(text, 1)
        source.add_paragraph(BODY)
    found = texts(read(tmp_path, source), BlockKind.HEADING)
    assert found[-2:] == ["渔港产量2023 450吨", "渔港产量２０２３ ４５０吨"]


@pytest.mark.parametrize(
    ("author", "told"),
    [
        ("Lenovo User", False), ("admins", False), ("微软用户", False), ("Microsoft Office User", False),
        ("river@example.com", False), ("DESKTOP-7K2", False), ("ABCD-PC", False), ("28465", False),
        ("____", False), ("ThinkPad", False), ("python-docx", False), ("Anonymous", False),
        ("Unspecified", False),
        ("untitled", False), ("wps", False), ("东渡", True), ("Li, Henry", True),
        ("A-Xing", True), ("Wei Zhang", True), ("实习生（民事处）", True), ("Groot", True),
        ("王真 2", True),
    ],
)  # fmt: skip
def test_accounts_and_machines_are_no_authors(tmp_path: Path, author: str, told: bool) -> None:
    """The author of a file is a name, not the maker, the account or the address of a machine."""
    source = docx.Document()
    source.core_properties.author = author
    source.add_paragraph(BODY)
    assert read(tmp_path, source).metadata.get("author") == (author if told else None)


@pytest.mark.parametrize("sample", ["标题", "Title"])
def test_the_sample_of_a_template_is_no_title(tmp_path: Path, sample: str) -> None:
    """A paragraph of the title style that holds but the style's name was never filled in."""
    source = docx.Document()
    source.add_heading(sample, 0)
    source.add_paragraph("副标题", style="Subtitle")
    source.add_paragraph("东渡码头收费规定")
    for heading in ("收费标准", "收费办法"):
        source.add_heading(heading, 1)
        source.add_paragraph(BODY)
    document = read(tmp_path, source)
    assert document.title == "东渡码头收费规定"
    assert texts(document) == ["东渡码头收费规定", "收费标准", BODY, "收费办法", BODY]
