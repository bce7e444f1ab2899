"""Word and PDF files that somebody made to do harm, written by hand: for `hostile_documents`."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable

Make = Callable[[], bytes]
SAID = "甲市有12家智能工厂。"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def _docx(
    body: str, parts: dict[str, str | bytes] | None = None, relations: str = "", head: str = ""
) -> bytes:
    held: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="html" ContentType="text/html"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/>'
        f'<Override PartName="/word/footnotes.xml" ContentType="{_WORD}.footnotes+xml"/>'
        f'<Override PartName="/word/numbering.xml" ContentType="{_WORD}.numbering+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"{head}<w:document {_W} {_R}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f"{relations}</Relationships>",
        **(parts or {}),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in held.items():
            package.writestr(name, data)
    return file.getvalue()


def _p(text: str = SAID, properties: str = "") -> str:
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def _related(name: str, kind: str, target: str, external: bool = False) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"{mode}/>'


def _cell(inner: str, properties: str = "") -> str:
    return f"<w:tbl><w:tr><w:tc>{properties}{inner}</w:tc></w:tr></w:tbl>"


def _nested(count: int) -> str:
    return "<w:tbl><w:tr><w:tc>" * count + _p() + "</w:tc></w:tr></w:tbl>" * count


def word_files() -> dict[str, Make]:
    """File name → its bytes."""
    files = {**_word_bombs(), **_word_tables(), **_word_parts(), **_word_numbers()}
    return {f"{name}.docx": make for name, make in files.items()}


def _word_bombs() -> dict[str, Make]:
    bomb = '<!DOCTYPE x [<!ENTITY e0 "甲">' + "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12)
    )
    return {
        "a bomb of entities": lambda: _docx(_p("&e11;"), head=bomb + "]>"),
        "an entity of a file": lambda: _docx(
            _p("&e;"), head='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        ),
        "a bomb of blanks": lambda: _docx(_p(" " * 300_000_000)),
        "a bomb of parts": lambda: _docx(_p(), {f"word/x{n}.xml": bytes(20_000_000) for n in range(30)}),
        "empty paragraphs": lambda: _docx("<w:p/>" * 1_000_000 + _p()),
        "breaks": lambda: _docx(
            "<w:p><w:r>" + '<w:br w:type="page"/>' * 200_000 + "<w:t>甲</w:t></w:r></w:p>"
        ),
        "runs": lambda: _docx("<w:p>" + "<w:r><w:t>甲</w:t></w:r>" * 200_000 + "</w:p>"),
        "tabs": lambda: _docx("<w:p><w:r>" + "<w:tab/>" * 300_000 + "<w:t>甲</w:t></w:r></w:p>"),
    }


def _word_tables() -> dict[str, Make]:
    return {
        "tables in tables": lambda: _docx(_nested(60)),
        "too deep": lambda: _docx(_nested(2_000)),
        "a wide cell": lambda: _docx(
            _cell(_p(), '<w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>') + _cell(_p() * 2) * 20
        ),
        "a row of 100,000 cells": lambda: _docx(
            "<w:tbl><w:tr>" + f"<w:tc>{_p('1')}</w:tc>" * 100_000 + "</w:tr></w:tbl>"
        ),
        "merged cells": lambda: _docx(
            "<w:tbl>"
            + f"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{_p('1')}</w:tc></w:tr>" * 20_000
            + "</w:tbl>"
        ),
    }


def _word_parts() -> dict[str, Make]:
    styles = f"<w:styles {_W}>" + "".join(
        f'<w:style w:type="paragraph" w:styleId="s{n}"><w:basedOn w:val="s{(n + 1) % 50}"/></w:style>'
        for n in range(50)
    )
    refers = '<w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
    notes = f'<w:footnotes {_W}><w:footnote w:id="1">{_p("注")[:-6]}{refers}'

    return {
        "styles in a circle": lambda: _docx(
            _p(properties='<w:pPr><w:pStyle w:val="s1"/></w:pPr>'),
            {"word/styles.xml": styles + "</w:styles>"},
            _related("s1", "styles", "styles.xml"),
        ),
        "a note of itself": lambda: _docx(
            f'{_p()[:-6]}<w:r><w:footnoteReference w:id="1"/></w:r></w:p>' * 1_000,
            {"word/footnotes.xml": f"{notes}</w:footnote></w:footnotes>"},
            _related("f1", "footnotes", "footnotes.xml"),
        ),
        "a document in itself": lambda: _docx(
            _p() + '<w:altChunk r:id="a1"/>' * 50, relations=_related("a1", "aFChunk", "document.xml")
        ),
        "pages in it": lambda: _docx(
            _p() + '<w:altChunk r:id="a1"/>' * 500,
            {"word/a.html": "<html>" + "<p>甲" * 20_000},
            _related("a1", "aFChunk", "a.html"),
        ),
        "files of the machine": lambda: _docx(
            _p() + '<w:altChunk r:id="a1"/><w:subDoc r:id="a2"/>',
            relations=_related("a1", "aFChunk", "file:///etc/passwd", True)
            + _related("a2", "subDocument", "http://169.254.169.254/", True)
            + _related("a3", "aFChunk", "../../../etc/passwd"),
        ),
    }


def _word_numbers() -> dict[str, Make]:
    level = (
        '<w:lvl w:ilvl="0"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        '<w:lvlText w:val="{text}"/></w:lvl>'
    )
    numbered = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'

    def numbers(start: str, form: str, text: str) -> Make:
        part = f'<w:numbering {_W}><w:abstractNum w:abstractNumId="0">'
        part += level.format(start=start, form=form, text=text)
        part += '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
        relation = _related("n1", "numbering", "numbering.xml")
        return lambda: _docx(_p(properties=numbered) * 50, {"word/numbering.xml": part}, relation)

    return {
        "large numbers": numbers("9" * 5_000, "decimal", "%1."),
        "large Chinese numbers": numbers("9" * 15, "chineseCounting", "%1、"),
        "large letters": numbers("999999999", "lowerLetter", "%1)"),
        "large Roman numbers": numbers("999999999", "upperRoman", "%1."),
        "a number of numbers": numbers("1", "decimal", "%1" * 20_000),
    }


def _pdf(objects: list[bytes], root: int = 1) -> bytes:
    data, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return data + end % (len(objects) + 1, table, len(objects) + 1, root, len(data))


def _stream(content: bytes, more: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    return b"<</Filter/FlateDecode%s/Length %d>>\nstream\n%s\nendstream" % (more, len(packed), packed)


def _page_of(content: bytes, resources: bytes = b"", *more: bytes, box: bytes = b"0 0 595 842") -> bytes:
    font = b"/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<<%s%s>>>>" % (
        box,
        font,
        resources,
    )
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return _pdf([b"<</Type/Catalog/Pages 2 0 R>>", pages, page, _stream(content), *more])


def _shown(text: bytes) -> bytes:
    return b"BT /F 12 Tf 72 700 Td (%s) Tj ET\n" % text


def pdf_files() -> dict[str, Make]:
    """File name → its bytes."""
    return {f"{name}.pdf": make for name, make in {**_pdf_trees(), **_pdf_drawings()}.items()}


_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"


def _pdf_trees() -> dict[str, Make]:
    said = _shown(b"12 plants")
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 600 900]/Resources<</XObject<</X 5 0 R/Y 6 0 R>>>>"
    return {
        "pages in a circle": lambda: _pdf([_CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>"]),
        "a billion pages": lambda: _pdf([_CATALOG, b"<</Type/Pages/Kids[]/Count 1000000000>>"]),
        "a page many times": lambda: _pdf(
            [
                _CATALOG,
                b"<</Type/Pages/Kids[" + b"3 0 R " * 20_000 + b"]/Count 20000>>",
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
            ]
        ),
        "forms in a circle": lambda: _page_of(
            said + b"/X Do",
            b"/XObject<</X 5 0 R>>",
            _stream(b"/X Do /Y Do", form),
            _stream(b"/X Do /X Do", form),
        ),
        "forms that double": lambda: _page_of(
            said + b"/X5 Do",
            b"/XObject<</X5 5 0 R>>",
            *(
                _stream(
                    b"/N Do " * 10,
                    b"/Type/XObject/Subtype/Form/BBox[0 0 600 900]/Resources<</XObject<</N %d 0 R>>>>"
                    % (n + 1),
                )
                for n in range(5, 17)
            ),
            _stream(b"0 0 1 1 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 600 900]"),
        ),
    }


def _pdf_drawings() -> dict[str, Make]:
    said = _shown(b"12 plants")
    image = b"/Type/XObject/Subtype/Image/Width 100000/Height 100000/BitsPerComponent 8/ColorSpace/DeviceGray"
    return {
        "a bomb of blanks": lambda: _page_of(said + b" " * 600_000_000),
        "a million characters in one place": lambda: _page_of(_shown(b"12" * 300_000)),
        "a million lines": lambda: _page_of(said + b"0 0 m 600 800 l S\n" * 300_000),
        "rules of a large table": lambda: _page_of(
            said
            + b"".join(b"0 %d m 600 %d l S %d 0 m %d 800 l S\n" % (n, n, n, n) for n in range(0, 600, 1)) * 3
        ),
        "a huge picture": lambda: _page_of(
            said + b"q 500 0 0 500 0 0 cm /X Do Q", b"/XObject<</X 5 0 R>>", _stream(bytes(10_000_000), image)
        ),
        "a huge page": lambda: _page_of(said, box=b"0 0 99999999 99999999"),
        "a page of nothing": lambda: _page_of(said, box=b"0 0 0 0"),
        "a page upside down": lambda: _page_of(said, box=b"600 800 -600 -800"),
        "saved states": lambda: _page_of(b"q " * 2_000_000 + said),
        "deep arrays": lambda: _page_of(b"[" * 500_000 + said),
        "deep objects": lambda: _pdf(
            [b"<</Type/Catalog/Pages 2 0 R/X " + b"[" * 200_000 + b"]" * 200_000 + b">>", _CATALOG]
        ),
        "sizes that are none": lambda: _page_of(
            b"BT /F 1e38 Tf 1e38 0 0 1e38 1e38 1e38 Tm (12) Tj ET " * 1_000 + said
        ),
        "a script": lambda: _pdf(
            [
                b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>",
                b"<</Type/Pages/Kids[]/Count 0>>",
            ]
        ),
        "no end": lambda: _page_of(said)[:-400],
    }
