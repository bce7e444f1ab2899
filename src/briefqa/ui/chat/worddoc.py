"""Answered turns as a Word document in the manner of Chinese offices: fonts, sizes, A4, page numbers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from briefqa.answering.answer import Citation
from briefqa.index import Index
from briefqa.ui.chat.export import documents_of, link_back, references
from briefqa.ui.chat.reasons import told_reason
from briefqa.ui.chat.row_tables import row_table
from briefqa.ui.chat.spreadsheet import printable
from briefqa.ui.chat.sureness import told_sureness
from briefqa.ui.chat.turns import Turn
from briefqa.ui.words import Language, say

# Style of Word → its fonts (Chinese, Latin), size in points, bold. After GB/T 9704-2012: the title
# 小标宋 二号, headings 黑体 三号, text 仿宋 三号; tables and notes smaller.
_LATIN = "Times New Roman"
_STYLES = {
    "Normal": ("仿宋", 16, False),
    "Title": ("方正小标宋简体", 22, False),
    "Heading 1": ("黑体", 16, False),
    "Quote": ("楷体", 16, False),
    "Caption": ("仿宋", 12, False),
}


def to_docx(turns: Sequence[Turn], index: Index, language: Language, page: str = "") -> bytes:
    """The turns as DOCX; `page`: address of the web page that links lead to, "" for none."""
    import docx  # only when somebody asks for it

    document = docx.Document()
    _set_up(document)
    document.add_paragraph(say("export_title", language), style="Title")
    dated = say("export_dated", language, date=date.today().isoformat())
    document.add_paragraph(f"{dated}　{say('export_basis', language)}", style="Caption")
    for number, turn in enumerate(turns, start=1):
        _add_turn(document, number, turn, language, page)
        reason = told_reason(turn.answer, language, documents_of(index))
        if not turn.answer.found:
            paragraph = document.add_paragraph()
            paragraph.add_run(say("not_found", language)).bold = True
            paragraph.add_run(f" {printable(reason)}")
        elif reason:
            document.add_paragraph(printable(reason))
        document.add_paragraph(told_sureness(turn.answer, language), style="Caption")
    document.add_heading(say("sources", language), 1)
    for number, reference in enumerate(references(turns, index), start=1):
        document.add_paragraph(printable(f"[{number}] {reference}"))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _add_turn(document: Any, number: int, turn: Turn, language: Language, page: str) -> None:
    """The question as it was understood, and its quotes, each with the way back to its place."""
    answer = turn.answer
    document.add_heading(f"{number}. {printable(answer.question)}", 1)
    if answer.searched != answer.question:
        understood = say("searched_as", language, question=answer.searched)
        document.add_paragraph(printable(understood), style="Caption")
    for citation in answer.citations:
        _add_quote(document, citation)
        place = document.add_paragraph(printable(f"[{citation.number}] {citation.address} "), style="Caption")
        if back := link_back(page, turn, citation):
            _add_link(place, say("open_here", language), back)


def _add_link(paragraph: Any, text: str, address: str) -> None:
    """A hyperlink at the end of a paragraph; the library has no call for it."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(text)
    run.underline, run.font.color.rgb = True, RGBColor(0x1A, 0x56, 0xA8)
    link.append(run._r)
    paragraph._p.append(link)


def _set_up(document: Any) -> None:
    """Fonts, black headings, A4 with the margins of an official document, page numbers."""
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    for name, (font, size, bold) in _STYLES.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.bold, style.font.italic = _LATIN, Pt(size), bold, False
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(attribute), None)  # a theme's font would win
        fonts.set(qn("w:eastAsia"), font)
        fonts.set(qn("w:hAnsi"), _LATIN)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    _number_pages(section)


def _number_pages(section: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _add_quote(document: Any, citation: Citation) -> None:
    """The quote as a paragraph, or as a table with its caption above."""
    table = row_table(citation)
    if table is None:
        document.add_paragraph(printable(f"{citation.quote} [{citation.number}]"), style="Quote")
        return
    if head := citation.rows[0].head:
        document.add_paragraph(printable(head), style="Caption").paragraph_format.keep_with_next = True
    lines = [*table.head, *table.body]
    grid = document.add_table(len(lines), table.width, style="Table Grid")
    for cell in (each for line in lines for each in line):
        place = grid.cell(cell.row, cell.column)
        if cell.rows > 1 or cell.columns > 1:
            place = place.merge(grid.cell(cell.row + cell.rows - 1, cell.column + cell.columns - 1))
        run = place.paragraphs[0].add_run(printable(cell.text))
        run.bold = cell.row < len(table.head) or cell.is_asked
