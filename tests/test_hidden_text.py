"""What a document, a file name or a question hides from the eye is not there, or is marked; nothing runs."""

import csv
import io
import re
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefqa import Index
from briefqa.answering.answer import Answer
from briefqa.answering.jsonable import to_json
from briefqa.reading.files import read_document
from briefqa.reading.formats.text import clean
from briefqa.reading.naming import readable_name
from briefqa.text.folding import fold
from briefqa.text.quantities import quantities
from briefqa.text.unseen import shown
from briefqa.ui.chat.export import to_csv, to_markdown, to_xlsx
from briefqa.ui.chat.turns import Turn, turn_from
from briefqa.ui.chat.worddoc import to_docx
from briefqa.ui.words import Language

SAID = "甲市有12家智能工厂。"
# Of the format characters these are seen (signs over Arabic, Syriac, Kaithi and Egyptian numbers), joined in
# words of other scripts, or break a line.
SEEN = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\u200d")
SEEN |= {chr(code) for code in range(0x13430, 0x13460)}
BREAKS = set("\t\n\x0b\x0c\r\x85")
FILLERS = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u3164\uffa0\ufe00\ufe0f"
    "\U000e0100\U000e01ef\U000e0041"
)
HIDDEN = sorted(
    {
        chr(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs")
    }.union(FILLERS)
    - SEEN
    - BREAKS
)


def test_no_character_hides_between_two_digits() -> None:
    """Whatever Unicode has that is not seen: 1, it, 2 is read as 12."""
    assert len(HIDDEN) > 2_000
    assert {each for each in HIDDEN if clean(f"1{each}2") != "12"} == set()


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u2066", "\u200b", "\u034f", "\u3164", "\U000e0031", "\x08", "\x9b"]
)
@pytest.mark.parametrize("form", [".txt", ".md", ".html", ".docx"])
def test_a_number_is_what_it_looks_like(tmp_path: Path, form: str, hidden: str) -> None:
    """In every format; the quote holds the number as one."""
    path = tmp_path / f"甲{form}"
    text = SAID.replace("12", f"1{hidden}2")
    if form == ".docx":
        docx = pytest.importorskip("docx")
        document = docx.Document()
        document.add_paragraph(text if hidden > "\x1f" else SAID)
        document.save(path)
    else:
        path.write_text(f"<p>{text}" if form == ".html" else text, "utf-8")
    assert SAID in read_document(path, path.name).document.text


@pytest.mark.parametrize("text", ["👨\u200d👩\u200d👧", "❤\ufe0f", "☎\ufe0f"])
def test_an_emoji_stays_one(text: str) -> None:
    """What joins and forms it is kept."""
    assert clean(text) == text


DIGITS = [each for each in map(chr, range(sys.maxunicode + 1)) if unicodedata.decimal(each, None) is not None]


def test_digits_of_all_scripts_are_digits() -> None:
    """Full-width, Arabic, Indian, mathematical: one character each, of the same value."""
    assert len(DIGITS) > 600
    assert [each for each in DIGITS if fold(each) != str(unicodedata.decimal(each))] == []


@pytest.mark.parametrize("written", ["１２", "١٢", "۱۲", "१२", "𝟏𝟐", "𝟣𝟤"])
def test_a_number_in_other_digits_is_that_number(written: str) -> None:
    """Read from the folded text, as all numbers are."""
    assert [each.value for each in quantities(fold(f"甲市有{written}家智能工厂"))] == [12]


NAMES = [
    "甲\n乙.txt",
    "甲\u202etxt.exe",
    "甲\u200b.txt",
    "\x1b[31m甲.txt",
    "甲\r乙",
    "甲\u2028乙",
    "甲\x85乙",
    "a\udcffb",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_name_is_one_line_without_tricks(name: str) -> None:
    """What is not seen, turns the line around or breaks it is marked, wherever the name is shown."""
    told = readable_name(name)
    assert "\ufffd" in told
    assert told == shown(told) == clean(told)
    assert len(told.splitlines()) == 1


@settings(deadline=None)
@given(st.text(st.characters(), max_size=20))
def test_any_name_can_be_shown(name: str) -> None:
    """In UTF-8, in one line; a name without tricks is as it was."""
    told = readable_name(name)
    told.encode()
    assert len(told.splitlines()) <= 1
    if name.isascii() and name.isprintable():
        assert told == name


TRICKS = [
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    " =1+1",
    "\t=1",
    "\r=1",
    "\n=1",
    "　=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "\u00a0=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "<img src=x onerror=alert(1)>",
    "\ud800",
    "\x00\x08\x1b",
    "a\u2028b",
]


@pytest.fixture(scope="module")
def answered(brief: Index) -> Answer:
    """An answer with a quote."""
    return brief.ask("苏州有多少家灯塔工厂？")


def _tricked(answered: Answer, trick: str) -> Turn:
    told: dict[str, Any] = {"quote": trick, "document_title": trick, "address": trick, "section": (trick,)}
    citations = tuple(replace(each, **told) for each in answered.citations)
    return Turn(trick, replace(answered, question=trick, searched=trick, citations=citations, reason=trick))


@pytest.mark.parametrize("trick", TRICKS)
def test_no_cell_is_a_formula(answered: Answer, brief: Index, trick: str) -> None:
    """In no spreadsheet program, whatever blanks it takes away and whatever signs it knows."""
    text = to_csv([_tricked(answered, trick)], brief, Language.ZH).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            assert not re.match(r"\s*[=+\-@＝＋－＠]", cell)


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("write", [to_markdown, to_csv, to_xlsx, to_docx], ids=lambda each: each.__name__)
def test_an_export_is_only_text(answered: Answer, brief: Index, trick: str, write: Any) -> None:
    """Whatever the question, the quote and the names hold: a file, in Markdown without links and tags."""
    content = write([_tricked(answered, trick)], brief, Language.EN)
    assert content
    if write is to_markdown:
        markdown_it = pytest.importorskip("markdown_it")
        page = markdown_it.MarkdownIt("commonmark").render(content.decode())
        assert not re.search(r"<(?:a|img|script)\b", page)


def test_half_a_character_is_no_turn(answered: Answer) -> None:
    """What a browser sends back can be drawn, kept and exported, or is left aside."""
    turn = Turn("苏州？", answered)
    assert turn_from(to_json(turn)) == turn
    assert turn_from(to_json(replace(turn, question="苏\ud800"))) is None
    assert turn_from(to_json(_tricked(answered, "\udfff"))) is None
