"""DOCX: paragraphs with their automatic numbers, heading styles, tables, notes, text boxes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
from docx.oxml import parse_xml

from briefqa.errors import DocumentError
from briefqa.reading.document import BlockKind
from briefqa.reading.formats.base import MAX_FILE_BYTES, Extract, OnPage, RawBlock, without_foreign_title
from briefqa.reading.formats.docx_chunks import chunk_blocks
from briefqa.reading.formats.docx_lines import as_paragraphs
from briefqa.reading.formats.docx_math import M, math_line
from briefqa.reading.formats.docx_numbers import BULLET_NUMBER, Numbering, W, value_of
from briefqa.reading.formats.docx_pictures import count_pictures
from briefqa.reading.formats.docx_properties import core_properties
from briefqa.reading.formats.docx_runs import (
    MC,
    Left,
    RunText,
    chosen,
    mark_is_deleted,
    paragraph_runs,
    plain_text,
)
from briefqa.reading.formats.docx_styles import TITLE_NAMES, Style, is_centred, read_styles
from briefqa.reading.formats.docx_tables import docx_table
from briefqa.reading.formats.left_out import CHECK, pictures_left_out, struck_left_out
from briefqa.reading.formats.lines import TextLine, ends_sentence, join_lines, join_text
from briefqa.reading.formats.text import check_length, read_bytes
from briefqa.text.numbering import number_of

_V = "{urn:schemas-microsoft-com:vml}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MAX_UNPACKED = 400 * 2**20  # bytes: what the parts may hold once unpacked
_MOST_PARAGRAPHS = 100_000  # with text: some 2,000 pages hold 40,000
_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_docx(path: Path, on_page: OnPage | None = None) -> Extract:
    """A Word file of 2007 or later."""
    _check_package(path)
    try:
        source = docx.Document(str(path))
        body = _Body(source, path)
        blocks, removed = as_paragraphs([*body.blocks(source.element.body), *body.carried_on()])
        properties = without_foreign_title(core_properties(source.core_properties), blocks, path.stem)
    except (DocumentError, RecursionError, MemoryError):
        raise
    except Exception as error:  # a damaged part can make the parser fail in any way
        raise DocumentError(
            path, f"{path.name} is a damaged DOCX file ({error}); open it in Word and save it again."
        ) from error
    check_length("".join(block.text for block in blocks), path)
    paged = any(block.breaks for block in blocks)
    if paged:
        blocks[0] = replace(blocks[0], breaks=(0, *blocks[0].breaks))
    warnings = tuple(body.warnings(count_pictures(source.element.body)))
    return Extract(tuple(blocks), properties, paged=paged, removed_lines=removed, warnings=warnings)


def _check_package(path: Path) -> None:
    data = read_bytes(path, MAX_FILE_BYTES)
    if data.startswith(_OLD_WORD):
        raise DocumentError(
            path,
            f"{path.name} is an old Word file (.doc) or protected with a password; "
            "open it in Word and save it as .docx without a password.",
        )
    try:
        with zipfile.ZipFile(path) as package:
            size = sum(info.file_size for info in package.infolist())
            known = "word/document.xml" in package.namelist() or "[Content_Types].xml" in package.namelist()
    except zipfile.BadZipFile as error:
        raise DocumentError(
            path, f"{path.name} is no DOCX file or is damaged; open it in Word and save it again."
        ) from error
    if not known:
        raise DocumentError(path, f"{path.name} is a ZIP file but no DOCX; give a Word document.")
    if size > _MAX_UNPACKED:
        raise DocumentError(
            path,
            f"{path.name} would unpack to {size / 2**20:.0f} MB, more than the limit of "
            f"{_MAX_UNPACKED / 2**20:.0f} MB; split the document.",
        )


class _Body:
    """Walks the body of one file."""

    def __init__(self, source: Any, path: Path) -> None:
        self.source, self.path = source, path
        self.left = Left()
        self.paragraphs = self.crowded = 0
        self.unread: list[str] = []  # content types of parts in formats that are not read
        self.carried: list[RunText] = []  # of paragraphs whose end was deleted
        self.parts = {rel.reltype.rsplit("/", 1)[-1]: rel.target_part for rel in _internal(source.part)}
        numbering = self.parts.get("numbering")
        self.numbering = Numbering.parse(None if numbering is None else numbering.element)
        self.styles = read_styles(source.styles.element)
        self.default = next(
            (s.get(W + "styleId", "") for s in source.styles.element.findall(W + "style")
             if s.get(W + "type") == "paragraph" and s.get(W + "default") in ("1", "true")), "",
        )  # fmt: skip
        self.notes = {kind: self._notes(kind) for kind in ("footnotes", "endnotes")}
        for key, link in self.numbering.style_links.items():
            number_id = self.styles.get(link, Style()).number_id
            target = self.numbering.of_number.get(number_id, "")
            self.numbering.abstract[key] = self.numbering.abstract.get(target, {})

    def _notes(self, kind: str) -> dict[str, str]:
        part = self.parts.get(kind)
        if part is None:
            return {}
        root = parse_xml(part.blob)
        found = {}
        for note in root:
            if note.get(W + "type") in (None, "normal"):
                texts = (plain_text(paragraph_runs(e, Style(), self.left)) for e in note.iter(W + "p"))
                found[note.get(W + "id", "")] = " ".join(t.strip() for t in texts if t.strip())
        return found

    def blocks(self, parent: Any) -> Iterator[RawBlock]:
        """The blocks of a body, a cell or a text box, in order."""
        for element in parent:
            if element.tag == W + "p":
                yield from self.paragraph(element)
            elif element.tag == W + "tbl":
                yield from docx_table(element, self.blocks, self.count_crowded)
            elif element.tag == W + "sdt":
                gallery = element.find(f".//{W}docPartGallery")
                if gallery is None or gallery.get(W + "val") != "Table of Contents":
                    content = element.find(W + "sdtContent")
                    yield from self.blocks(() if content is None else content)
            elif element.tag == W + "altChunk":
                yield from self.chunk(element.get(_R + "id", ""))
            elif element.tag == MC + "AlternateContent":
                yield from self.blocks(chosen(element))
            elif element.tag == M + "oMathPara":
                yield RawBlock(math_line(element))
            elif element.tag in (W + "ins", W + "customXml", W + "moveTo", W + "smartTag"):
                yield from self.blocks(element)

    def count_crowded(self) -> None:
        """Remembers a row of a table whose lines could not be told apart."""
        self.crowded += 1

    def paragraph(self, element: Any) -> Iterator[RawBlock]:
        properties = element.find(W + "pPr")
        if len(element) == (properties is not None) and not self.carried:
            return  # files of a million empty paragraphs exist
        self.paragraphs += 1
        if self.paragraphs > _MOST_PARAGRAPHS:
            raise DocumentError(
                self.path,
                f"{self.path.name} holds more than {_MOST_PARAGRAPHS:,} paragraphs; split the document.",
            )
        style_id = value_of(properties, "pStyle", self.default)
        style = self.styles.get(style_id, Style())
        yield from self.anchored(element)
        parts = [*self.carried, *paragraph_runs(element, style, self.left)]
        self.carried = []
        if mark_is_deleted(properties):
            self.carried = parts
            return
        text = plain_text(parts)
        sample = style.title and text.strip().lower() in TITLE_NAMES
        if not text.strip() or style.contents or sample:
            if "\f" in text:
                yield RawBlock("", breaks=(0,) * text.count("\f"))
            return
        number = self._number(properties, style, style_id)
        seen = [part for part in parts if part.text.strip()]
        size = max(seen, key=lambda part: len(part.text)).size
        level = style.level
        outline = value_of(properties, "outlineLvl")
        if outline.isdecimal() and len(outline) == 1 and int(outline) < 9:
            level = int(outline) + 1
        if level is not None and number == BULLET_NUMBER:
            number = ""  # a mark before a heading is no item
        lines = _lines(number, text, heading=level is not None)
        look = RawBlock(
            "",
            level=level,
            size=size,
            bold=all(part.bold for part in seen),
            centred=is_centred(properties, style.centred),
        )
        for block in join_lines(lines, gaps_end=True):
            yield replace(look, text=block.text, breaks=block.breaks, gap=block.gap)
        yield from self._referred(element)

    def chunk(self, relation: str) -> Iterator[RawBlock]:
        """A file of another format that the document takes in."""
        relations = self.source.part.rels
        if relation not in relations or relations[relation].is_external:
            return
        part = relations[relation].target_part
        blocks = chunk_blocks(part.blob, part.content_type, self.path)
        if blocks is None:
            self.unread.append(part.content_type)
        yield from blocks or ()

    def carried_on(self) -> Iterator[RawBlock]:
        """What a paragraph with a deleted end holds when none follows."""
        if text := plain_text(self.carried).strip():
            yield RawBlock(text)

    def warnings(self, pictures: int) -> Iterator[str]:
        """What was left out, for the user."""
        yield from pictures_left_out(pictures, "处图片或公式对象")
        yield from struck_left_out(self.left.struck)
        if self.crowded:
            yield f"有 {self.crowded} 行表格的单元格各含多行，行数不一，未能拆分；{CHECK}"
        if self.unread:
            yield f"嵌入的 {self.unread[0]} 格式部分无法读取，未收入；请在 Word 中打开后另存为 .docx。"

    def anchored(self, element: Any) -> Iterator[RawBlock]:
        """Text boxes and word art that hang at a paragraph."""
        for box in element.iter(W + "txbxContent", _V + "textpath"):
            if (
                any(a.tag == MC + "Fallback" for a in box.iterancestors())
                or _owner(box, W + "p") is not element
            ):
                continue  # Word stores each twice, once for old programs
            if box.tag == _V + "textpath":
                yield RawBlock(box.get("string", ""))
            else:
                yield from self.blocks(box)

    def _referred(self, element: Any) -> Iterator[RawBlock]:
        for kind in ("footnotes", "endnotes") if any(self.notes.values()) else ():
            for reference in element.iter(W + kind[:-1] + "Reference"):
                if text := self.notes[kind].get(reference.get(W + "id", "")):
                    yield RawBlock(text, BlockKind.NOTE)

    def _number(self, properties: Any, style: Style, style_id: str) -> str:
        own = None if properties is None else properties.find(W + "numPr")
        number_id = value_of(own, "numId", style.number_id)
        level = value_of(own, "ilvl")
        if not number_id or number_id == "0":
            return ""
        if level.isdecimal() and len(level) == 1:
            return self.numbering.next(number_id, int(level))
        if style.number_level is not None:
            return self.numbering.next(number_id, style.number_level)
        return self.numbering.next(number_id, self.numbering.level_of_style(number_id, style_id))


def _lines(number: str, text: str, *, heading: bool) -> list[TextLine]:
    """The lines of a paragraph; those of a heading, none of which ends a sentence, are one."""
    pieces = [piece for piece in text.split("\n") if piece.strip()]
    plain = [piece.replace("\f", "").strip() for piece in pieces]
    if heading and not any(map(ends_sentence, plain[:-1])):
        whole = plain[0]
        for each in plain[1:]:
            whole += (" " if _is_apart(whole, each) else join_text(whole, each)) + each
        return [TextLine(number + whole, 1, 0, text.count("\f"))]
    return [
        TextLine(number * (k == 0) + each, int(k == 0), 0, pieces[k].count("\f"))
        for k, each in enumerate(plain)
    ]


def _is_apart(above: str, below: str) -> bool:
    """Whether a line that is a number, or ends in one above another, must not touch the next."""
    number = number_of(above)
    figures = above[-1:].isdigit() and below[:1].isdigit()
    return figures or (number is not None and number.end >= len(above))


def _owner(element: Any, tag: str) -> Any:
    return next(element.iterancestors(tag), None)


def _internal(part: Any) -> Iterator[Any]:
    return (rel for rel in part.rels.values() if not rel.is_external)
