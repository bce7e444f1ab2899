"""PDF: what is text on a page: leaning, slanted and outlined letters."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefqa.errors import DocumentError
from briefqa.reading.files import FileReading, read_document
from briefqa.reading.formats import ocr
from pdfs import Outline, Rule, Text, make_pdf

_LINES = ("各地区要认真贯彻落实决策部署，", "从业人员300人以下的为小型企业，", "有关部门按职责分工负责。")


def read(tmp_path: Path, content: bytes) -> FileReading:
    """The reading of a PDF with this content."""
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    return read_document(path, "a.pdf")


def outlined(lines: int) -> list[Outline]:
    """So many lines of text that is drawn as shapes."""
    return [Outline(80 + 13 * k, 100 + 20 * line) for line in range(lines) for k in range(30)]


def test_leaning_letters_are_text(tmp_path: Path) -> None:
    """Italics that lean by their matrix are read like the lines around them."""
    page = [Text(80, 100 + 20 * k, line, lean=0.33 * (k == 1)) for k, line in enumerate(_LINES)]
    reading = read(tmp_path, make_pdf([page]))
    assert reading.document.text.replace("\n", "") == "".join(_LINES)
    assert reading.removed_lines == 0
    assert not reading.warnings


def test_slanted_text_is_left_out_and_told_of(tmp_path: Path) -> None:
    """A watermark on every page counts as removed; slanted text of one page is named with its page."""
    pages = [
        [*(Text(80, 100 + 20 * k, f"{page}{line}") for k, line in enumerate(_LINES))] for page in "甲乙丙"
    ]
    for page in pages:
        page.append(Text(200, 500, "内部资料", 30, lean=0.2, turn=45))
    pages[1].append(Text(60, 400, "单位为万元", turn=90))
    reading = read(tmp_path, make_pdf(pages))
    assert "内部资料" not in reading.document.text
    assert "单位" not in reading.document.text
    assert reading.removed_lines == len(pages)
    assert [warning[:5] for warning in reading.warnings] == ["第 2 页"]


def test_a_page_shown_turned_is_read_as_it_is_shown(tmp_path: Path) -> None:
    """On a page that is shown turned, level is what is level to the reader; a watermark still goes."""
    page = [Text(100 + 20 * k, 800, line, turn=90) for k, line in enumerate(_LINES)]
    page.append(Text(300, 400, "内部资料", 30, turn=45))
    content = make_pdf([page]).replace(b"/Type /Page /Parent", b"/Type /Page /Rotate 90 /Parent")
    assert read(tmp_path, content).document.text.replace("\n", "") == "".join(_LINES)


def test_text_drawn_as_outlines_wants_recognition(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A page of outlines is recognised; without an engine it is named, with what to install."""
    monkeypatch.setattr(ocr, "find_engine", lambda: None)
    with pytest.raises(DocumentError, match=r"briefqa\[ocr\]"):
        read(tmp_path, make_pdf([outlined(5)]))
    text = [Text(80, 100 + 20 * k, line) for k, line in enumerate(_LINES)]
    mixed = make_pdf([text, outlined(5), [Text(290, 800, "— 3 —"), *outlined(12)]])
    reading = read(tmp_path, mixed)
    assert [warning[:7] for warning in reading.warnings] == ["第 2–3 页"]
    assert "briefqa[ocr]" in reading.warnings[0]
    monkeypatch.setattr(ocr, "find_engine", lambda: lambda image: [(_LINES[2], 220.0, 300.0, 900.0, 345.0)])
    assert read(tmp_path, mixed).document.ocr_pages == (2, 3)


def test_lines_and_boxes_are_no_outlines(tmp_path: Path) -> None:
    """A form's empty page is empty, however many lines are drawn on it."""
    lines = [Rule(80, 100 + 10 * k, 500, 100 + 10 * k) for k in range(60)]
    text = [Text(80, 100 + 20 * k, line) for k, line in enumerate(_LINES)]
    assert not read(tmp_path, make_pdf([text, lines])).warnings
