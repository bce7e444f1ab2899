"""DOCX: automatic numbers, styles, tables, notes, text boxes, and files that cannot be read."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

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
    assert texts(document, BlockKind.ROW) == ["指标 | 数值", "工厂 | 7家"]


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
