"""Rows of texts as an XLSX workbook of one sheet, written by hand: every cell is a text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from briefqa.ui.html import escape

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_WIDTHS = (30, 30, 10, 60, 30, 6, 30, 40, 8, 24, 50, 40)  # characters; those of `export`'s columns
_LONGEST = 32_767  # characters that a cell holds

_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="briefqa" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    "<fonts><font><sz val='11'/></font><font><b/><sz val='11'/></font></fonts>"
    "<fills><fill><patternFill patternType='none'/></fill><fill><patternFill patternType='gray125'/></fill>"
    "</fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs><cellXfs>"
    "<xf applyAlignment='1'><alignment vertical='top' wrapText='1'/></xf>"
    "<xf fontId='1' applyFont='1'/></cellXfs></styleSheet>",
}


def to_sheet(rows: Sequence[Sequence[str]]) -> bytes:
    """The rows as a workbook; the first one is its header and stays in view."""
    lines = "".join(_line(number, row) for number, row in enumerate(rows, start=1))
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(_WIDTHS, 1)
    )
    sheet = (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>{lines}</sheetData></worksheet>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (_PARTS | {"xl/worksheets/sheet1.xml": sheet}).items():
            archive.writestr(name, _XML + text)
    return file.getvalue()


def _line(number: int, row: Sequence[str]) -> str:
    style = ' s="1"' if number == 1 else ""
    texts = (escape(printable(cell)[:_LONGEST]) for cell in row)
    cells = (f'<c t="inlineStr"{style}><is><t xml:space="preserve">{each}</t></is></c>' for each in texts)
    return f'<row r="{number}">{"".join(cells)}</row>'


def printable(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(each for each in text if each in "\t\n" or (each >= " " and ord(each) not in _NO_XML))


_NO_XML = frozenset((*range(0xD800, 0xE000), 0xFFFE, 0xFFFF))
