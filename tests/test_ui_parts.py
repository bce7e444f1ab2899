"""The pure parts of the web page: words, cards, citations, source view, examples, kept turns."""

from __future__ import annotations

import asyncio
import calendar
import csv
import inspect
import io
import json
import re
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import suppress
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.apart import run_apart

pytest.importorskip("gradio", reason="the web page needs gradio")
from gradio import HTML, Error

from briefqa import Index, open_index
from briefqa.answering.answer import Answer, Citation
from briefqa.answering.jsonable import to_json
from briefqa.building.reports import BuildReport, Change, DocumentReport
from briefqa.errors import EmptyCorpusError, InputError
from briefqa.evaluation.question_sets import read_questions
from briefqa.reading.document import Block, BlockKind, Document, Heading
from briefqa.store.builds import current_build
from briefqa.ui import build_app, endpoints, page
from briefqa.ui.calls import Calls
from briefqa.ui.chat import cards, citing, export, feedback, passages
from briefqa.ui.chat.examples import example_questions
from briefqa.ui.chat.reasons import told_reason
from briefqa.ui.chat.turns import Rating, Turn, turn_from
from briefqa.ui.chat.worddoc import to_docx
from briefqa.ui.documents import changing, listing, pictures
from briefqa.ui.documents import shelf as shelf_module
from briefqa.ui.documents.changing import Library
from briefqa.ui.documents.choosing import choices
from briefqa.ui.documents.dates import listed_date
from briefqa.ui.documents.jobs import Job, JobKind, Jobs, JobState, Task
from briefqa.ui.documents.report import Collection, told_jobs
from briefqa.ui.documents.shelf import Shelf, entry_of
from briefqa.ui.documents.undoing import taking_back
from briefqa.ui.engine import Engine
from briefqa.ui.gradio_import import Postponed, from_no_file, postponed
from briefqa.ui.html import button, escape
from briefqa.ui.layout import BY_GRADIO
from briefqa.ui.source import pageview, source
from briefqa.ui.source.places import Place, find_place, found_again, link, span_of
from briefqa.ui.words import WORDS, Language, say

_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TEXT = """松林市工业发展报告
一、成绩
松林市有12家示范工厂，占全省三成。工业总产值达到3000亿元。
二、打算
建设高地。"""


def _document(text: str = TEXT, **values: object) -> Document:
    blocks, headings, at = [], [], 0
    for line in text.split("\n"):
        heading = re.match(r"[一二三]、", line) is not None
        blocks.append(Block(at, at + len(line), BlockKind.HEADING if heading else BlockKind.TEXT))
        if heading:
            headings.append(Heading(at, at + len(line), 1, line))
        at += len(line) + 1
    given: dict[str, object] = {"metadata": {"author": "徐枫", "year": "2024", "date": "2024年6月3日"}}
    given |= {"id": "报告.txt", "title": "松林市工业发展报告"}
    return Document(
        text=text,
        sha256="",
        blocks=tuple(blocks),
        headings=tuple(headings),
        **(given | values),  # type: ignore[arg-type]
    )


def _citation(quote: str = "松林市有12家示范工厂，占全省三成。", **values: object) -> Citation:
    start = TEXT.index(quote) if quote in TEXT else 0
    fields: dict[str, object] = {
        "number": 1,
        "quote": quote,
        "id": f"报告.txt#{start}-{start + len(quote)}",
        "document_id": "报告.txt",
        "document_title": "松林市工业发展报告",
        "start": start,
        "end": start + len(quote),
        "page": 3,
        "page_inferred": False,
        "ocr": False,
        "section": ("一、成绩",),
        "paragraph": 1,
        "sentence": 1,
        "passage_start": start,
        "passage_end": start + len(quote) + 8,
        "address": "《松林市工业发展报告》第3页，一、成绩，第1段",
    }
    return Citation(**(fields | values))  # type: ignore[arg-type]


def _answer(citation: Citation | None = None, question: str = "松林市有多少家示范工厂？") -> Answer:
    found = citation is not None
    return Answer(
        question=question,
        found=found,
        confidence=0.9 if found else 0.1,
        text=f"{citation.quote}[1]" if citation else "文中未找到",
        citations=(citation,) if citation else (),
        hits=(),
        reason="" if found else "文中没有与问题足够相符的句子。",
        searched=question,
    )


def _turn(answer: Answer, **values: Any) -> Turn:
    return Turn(answer.question, answer, build="b" * 16, **values)


def _talk(turn: Turn, document: Document | None = None) -> str:
    return cards.card(turn, Language.ZH, lambda _: document, 12)


class _Text(HTMLParser):
    """Collects an HTML fragment's text and its elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags, self.inside = "", [], []  # type: ignore[var-annotated]
        self.marked = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "img":
            self.inside.append(dict(attrs).get("class"))

    def handle_endtag(self, tag: str) -> None:
        if self.inside:  # a fragment may close what began before it
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        if "sentence" in self.inside:
            self.marked += data


def test_every_text_has_both_languages_and_the_same_places() -> None:
    """No text is missing in a language, and both fill the same places."""
    for key, (zh, en) in WORDS.items():
        assert zh, key
        assert en, key
        places = [sorted(re.findall(r"{(\w+)", each)) for each in (zh, en)]
        assert places[0] == places[1], key


@given(st.text())
def test_escaped_text_reads_back(text: str) -> None:
    """Whatever a document says is shown as it is, and starts no element."""
    parsed = _Text(f'<p title="{escape(text)}">{escape(text)}</p>')
    assert [tag for tag, _ in parsed.tags] == ["p"]
    assert set(parsed.tags[0][1]) == {"title"}


def test_card_shows_the_quote_first_and_as_printed() -> None:
    """The card begins with the verbatim quote, then its address and its confidence."""
    citation = _citation()
    parsed = _Text(_talk(_turn(_answer(citation))))
    assert parsed.text.index(citation.quote) < parsed.text.index(citation.address)
    assert "很有把握" in parsed.text
    assert parsed.text.index("详情") < parsed.text.index("90%")


def test_an_uncertain_answer_says_so_before_its_quote() -> None:
    """Below one half the card is of another kind and asks to check the source; figures wait under 详情."""
    answer = replace(_answer(_citation()), confidence=0.31)
    html = _talk(_turn(answer))
    assert 'class="card found low"' in html
    assert html.index("把握不大，请对照原文核实") < html.index(_citation().quote)
    assert html.index("<details") < html.index("31%")


def test_each_quote_says_how_sure_it_is() -> None:
    """A less certain quote beside a sure one is told apart, in words and in its look; figures under 详情."""
    sure, less = replace(_citation(), confidence=0.9), replace(_citation(number=2), confidence=0.3)
    html = _talk(_turn(replace(_answer(sure), citations=(sure, less))))
    assert re.findall(r'<li class="(\w+)"><p class="confidence \w+">([^<]+)', html) == [
        ("high", "很有把握"),
        ("low", "把握不大，请对照原文核实"),
    ]
    assert "[1] 90%，[2] 30%" in html[html.index("详情") :]
    assert "30%" not in html[: html.index("详情")]


def test_reasons_are_in_the_page_s_language(brief: Index) -> None:
    """Why nothing was found is told in the language of the page, whatever that of the question was."""
    for question in ("无锡有多少家灯塔工厂？", "How many lighthouse factories does Wuxi have?"):
        answer = brief.ask(question)
        assert not answer.found
        in_english = told_reason(answer, Language.EN, lambda _: None)
        in_chinese = told_reason(answer, Language.ZH, lambda _: None)
        assert re.match("[A-Z]", in_english)
        assert re.match("[\u4e00-\u9fff]", in_chinese)


def test_years_of_an_english_reason_are_figures(brief: Index) -> None:
    """No sign of Chinese stands behind them."""
    told = told_reason(brief.ask("苏州2031年有多少家灯塔工厂？"), Language.EN, lambda _: None)
    assert "2031" in told
    assert "年" not in told


@pytest.mark.parametrize(("count", "words"), [(1, "1 document:"), (2, "2 documents:"), (0, "0 documents:")])
def test_english_counts_one_and_many(count: int, words: str) -> None:
    """One document, two documents; no form of both."""
    assert words in say("basis", Language.EN, documents=count, pages=3, characters=9)
    for key in WORDS:
        if "(s)" in WORDS[key][1]:
            values = dict.fromkeys(re.findall(r"{(\w+)", WORDS[key][1]), count)
            assert "(s)" not in say(key, Language.EN, **values)


def test_copies_of_a_sentence_are_folded(brief: Index) -> None:
    """However many documents hold it, a passage tells their number; each of them can be opened."""
    documents = {f"{n}.txt": _document(id=f"{n}.txt", title=f"报告{n}") for n in range(9)}
    hit = brief.search("灯塔工厂", 1)[0]
    hits = tuple(replace(hit, passage=replace(hit.passage, document_id=each)) for each in documents)
    html = passages.nearest_passages(replace(_answer(), hits=hits), Language.ZH, documents.get)
    shown, folded = html.split('<details class="also">')
    assert "另外 8 处" in folded
    assert "报告8" not in shown
    for n in range(1, 9):
        assert f'data-doc="{n}.txt"' in folded


def test_an_inferred_page_is_told_as_such(brief: Index) -> None:
    """The place of a near passage says of an inferred page number that it is one, as a citation does."""
    answer = brief.ask("无锡有多少家灯塔工厂？")
    html = cards.card(_turn(answer), Language.ZH, brief.document, 1)
    places = re.findall(r"· 第 \d+ 页(（推断）)?", html)
    assert places
    assert all(places)


def test_peek_shows_the_neighbouring_sentences() -> None:
    """[n] carries the sentence before and after the quote, the page, and the way to the source."""
    document = _document()
    html = _talk(_turn(_answer(_citation())), document)
    peek = _Text(html[html.index('class="peek"') - 6 :])
    assert "工业总产值达到3000亿元。" in peek.text
    assert "第 3 页" in peek.text
    assert "打开原文" in peek.text


def test_scope_stands_in_card_and_refusal() -> None:
    """An answer within some documents says within how many of all; a refusal offers to search all."""
    found = _talk(_turn(_answer(_citation()), documents=("甲", "乙")))
    missing = _talk(_turn(_answer(), documents=("甲",)))
    assert "2/12" in found
    assert "1/12" in missing
    assert 'data-act="ask-all"' in missing


def test_refusal_card_says_why_and_quotes_nothing() -> None:
    """文中未找到 names the condition that failed and has no citation to press."""
    html = _talk(_turn(_answer()))
    assert "文中未找到" in html
    assert "足够相符" in html
    assert 'class="cite"' not in html
    assert "10%" not in html[: html.index("<details")]


def test_hostile_text_is_text_in_a_card() -> None:
    """Markup in questions, quotes and titles is escaped wherever it is shown."""
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    parsed = _Text(
        _talk(
            _turn(
                replace(
                    _answer(_citation(evil, address=evil, document_title=evil), question=evil),
                    searched=evil + "?",
                )
            )
        )
    )
    assert not [tag for tag, _ in parsed.tags if tag in ("script", "img")]
    assert not [name for _, names in parsed.tags for name in names if name.startswith("on")]
    assert parsed.text.count(evil) == 4


def test_button_keeps_any_value() -> None:
    """A button's data may hold any text, also one named like its parameters."""
    ((_, values),) = _Text(button("复制", "copy", text='a"b', title="t")).tags
    assert values["data-text"] == 'a"b'


def test_source_is_the_document_letter_for_letter() -> None:
    """The source view's text is the document's, and the strong mark is exactly the sentence."""
    document = _document(page_starts=(0, 20, 30))
    citation = _citation()
    place = Place(document.id, citation.start, citation.end, citation.passage_start, citation.passage_end)
    html = source.text_view(document, place, Language.ZH)
    body = _Text(html[html.index('<div class="source-text"') :])
    assert body.text == document.text.replace("\n", "")
    assert body.marked == citation.quote
    assert [names["data-label"] for tag, names in body.tags if tag == "i"] == [
        "第 1 页",
        "第 2 页",
        "第 3 页",
    ]


@given(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)))
def test_any_span_is_marked_exactly(one: int, other: int) -> None:
    """Whatever span is asked for, its letters and only they are marked."""
    start, end = sorted((one, other))
    document = _document()
    html = source.text_view(document, Place(document.id, start, end, start, end), Language.ZH)
    body = _Text(html[html.index('<div class="source-text"') :])
    assert body.marked == document.text[start:end].replace("\n", "")
    assert body.text == document.text.replace("\n", "")


def test_long_document_is_shown_in_parts() -> None:
    """Of a document beyond the limit the part around the place is shown, with ways on."""
    line = "长" * 99
    text = "\n".join([line] * 5000)
    at = 250_000
    html = source.text_view(_document(text), Place("报告.txt", at, at + 10, at, at + 10), Language.ZH)
    assert len(html) < 3 * source.PART
    assert _Text(html).marked == text[at : at + 10].replace("\n", "")
    assert "显示前文" in html
    assert "显示后文" in html


def test_sentence_over_a_page_break_has_boxes_on_both_pages() -> None:
    """Each page gets the boxes of its own characters; a new line is a new box."""
    boxes = np.full((10, 4), np.nan, dtype=np.float32)
    for n in range(10):
        row, column = divmod(n, 5)
        boxes[n] = [column * 0.1, row * 0.5, column * 0.1 + 0.1, row * 0.5 + 0.05]
    document = _document("零一二三四五六七八九", page_starts=(0, 7), boxes=boxes)
    first = pageview.boxes_on(document, 3, 9, 1)
    second = pageview.boxes_on(document, 3, 9, 2)
    assert [(round(each.left, 2), round(each.right, 2)) for each in first] == [(0.3, 0.5), (0.0, 0.2)]
    assert [(round(each.left, 2), round(each.right, 2)) for each in second] == [(0.2, 0.4)]


@pytest.mark.parametrize(
    ("metadata", "reference"),
    [
        (
            {"author": "徐枫", "series": "领军参阅", "issue": "第7期", "year": "2024"},
            "徐枫. 松林市工业发展报告[J]. 领军参阅, 2024(7): 3.",
        ),
        (
            {"author": "王一、李二", "date": "2024年6月3日"},
            "王一, 李二. 松林市工业发展报告[R]. 2024年6月3日: 3.",
        ),
        ({}, "松林市工业发展报告[R]: 3."),
    ],
)
def test_reference_follows_the_standard(metadata: dict[str, str], reference: str) -> None:
    """A GB/T 7714 reference leaves out what the document does not say."""
    assert citing.gbt7714(_citation(), metadata) == reference


def test_markdown_quote_has_no_markup_of_its_own() -> None:
    """Characters that Markdown would read are escaped in a copied quote."""
    assert citing.markdown(_citation("a*b_[c](d)<e>")).startswith("> a\\*b\\_\\[c\\](d)\\<e\\>")


def test_turns_survive_the_browser() -> None:
    """What a browser keeps comes back equal; damaged or foreign records are no turns."""
    for turn in (_turn(_answer(_citation())), _turn(_answer(), documents=("x",), rating=Rating.MISSED)):
        assert turn_from(json.loads(json.dumps(to_json(turn)))) == turn
    kept = to_json(_turn(_answer(_citation())))
    foreign = {"id": "7", "talk": "3", "state": "done", **kept}
    assert turn_from(foreign) == _turn(_answer(_citation()))
    damaged = [{"question": 3}, "x", None, {"question": "q"}, {**kept, "answer": {"found": 1}}]
    assert [turn_from(each) for each in damaged] == [None] * len(damaged)


def test_places_lead_from_hit_to_hit_and_make_a_link() -> None:
    """A known place has its passage and neighbours; an unknown one is shown all the same."""
    citation = _citation()
    answer = _answer(citation)
    place, trail = find_place(citation.document_id, (citation.start, citation.end), answer)
    assert (place.passage_start, place.passage_end) == (citation.passage_start, citation.passage_end)
    assert trail is not None
    assert (trail.number, trail.count, trail.next) == (1, 1, None)
    assert find_place("x", (0, 5), answer) == (Place("x", 0, 5, 0, 5), None)
    assert found_again(place, answer.citations[0].quote) == place.moved(0)
    assert found_again(place, "") is None
    assert link(Place("a b.txt", 1, 2), "问?") == "?q=%E9%97%AE%3F&doc=a+b.txt&at=1-2"


@pytest.mark.parametrize(
    ("at", "span"), [("3-9", (3, 9)), ("9-3", None), ("a", None), ("-1-2", None), ("", None)]
)
def test_span_of_a_link(at: str, span: tuple[int, int] | None) -> None:
    """Only two ordered numbers are a span."""
    assert span_of(at) == span


def test_examples_come_from_the_text() -> None:
    """Figures, headings and the like become questions, each with the sentence that it is made from."""
    document = _document()
    examples = {
        each.question: document.text[each.start : each.end]
        for each in example_questions([document], several=False)
    }
    assert "12家" in examples["松林市有多少家示范工厂？"]
    assert "3000亿元" in examples["工业总产值达到多少？"]
    assert example_questions([], several=True) == ()


@pytest.mark.parametrize(("years", "asked"), [(("2024", "2024"), True), (("2023", "2024"), False)])
def test_examples_say_the_year_where_it_matters(years: tuple[str, str], asked: bool) -> None:
    """Among reports of many years a figure is an example only with its year."""
    text = TEXT.replace("松林市有", "苏州市有")
    documents = [
        _document(text, id=f"{n}.txt", title=f"{year}年报告", metadata={"year": year})
        for n, year in enumerate(years)
    ]
    questions = {each.question for each in example_questions(documents, several=True)}
    assert ("苏州市有多少家示范工厂？" in questions) == asked


def test_a_list_tells_the_year_where_no_date_is_printed() -> None:
    """The column of dates says what is known, and sorts by it."""
    given = ({"date": "2024年6月3日", "year": "2024"}, {"year": "1954"}, {})
    shelf = Shelf(
        _document(id=f"{n}.txt", title="报告", metadata=metadata) for n, metadata in enumerate(given)
    )
    rows = listing.rows(shelf, shelf.entries, Language.ZH, removable=False, by="date")
    assert re.findall(r'<td class="wide">([^<]+)', rows) == ["–", "1954", "2024-06-03"]


def _pictures(html: str) -> dict[str, str]:
    """The pictures by their titles: what each tells to who cannot see it."""
    svg = ElementTree.fromstring(f"<html>{html}</html>").iter("svg")
    told = {}
    for each in svg:
        title, described = each.find("title"), each.find("desc")
        assert title is not None
        assert described is not None
        assert each.get("role") == "img"
        assert (each.get("aria-labelledby"), each.get("aria-describedby")) == (
            title.get("id"),
            described.get("id"),
        )
        seen = [text.text for text in each.findall("text")]
        assert re.findall(r"[^ ；;]+", described.text or "") == " ".join(map(str, seen)).split()
        told[title.text or ""] = described.text or ""
    return told


def test_pictures_tell_years_formats_and_pages() -> None:
    """How many documents are of which year and format, and how many pages were read, in both languages."""
    paged = {"page_starts": (0, 30, 30, 40), "ocr_pages": (1,)}
    shelf = Shelf(
        _document(id=name, title="报告", metadata=metadata, **values)
        for name, metadata, values in (
            ("甲.pdf", {"year": "2024"}, paged),
            ("乙.PDF", {"year": "2023"}, {"page_starts": (0,)}),
            ("丙.txt", {"year": "2024"}, {"page_starts": (0, 9, 9), "pages_inferred": True}),
            ("丁.htm", {}, {}),
        )
    )
    assert _pictures(pictures.collection(shelf.entries, Language.ZH)) == {
        "各年文件数": "2024 2；2023 1；无年份 1",
        "各格式文件数": "PDF 2；纯文本（TXT） 1；网页（HTML） 1",
        "页面读入情况": "直接读入 3；由图像识别 1；没有读到文字 1",
    }
    in_english = _pictures(pictures.collection(shelf.entries, Language.EN))
    assert (
        in_english["Pages, and how they were read"]
        == "read as text 3; read from images 1; no text was read 1"
    )


def test_pictures_that_tell_nothing_are_not_drawn() -> None:
    """None of a single document, whatever it is; of documents that are alike none either."""
    scan = _document(id="甲.pdf", page_starts=(0, 30, 30))
    assert pictures.collection(Shelf([scan]).entries, Language.ZH) == ""
    alike = Shelf(_document(id=f"{n}.txt") for n in range(3))
    assert pictures.collection(alike.entries, Language.ZH) == ""


def test_years_beyond_twelve_are_told_together() -> None:
    """The newest twelve years have a bar each; no document is left out of the picture."""
    shelf = Shelf(_document(id=f"{n}.txt", title=f"{2000 + n}年报告", metadata={}) for n in range(20))
    told = _pictures(pictures.collection(shelf.entries, Language.ZH))["各年文件数"]
    assert told.startswith("2019 1；2018 1；")
    assert told.endswith("2008 1；更早 8")


def test_verdicts_are_an_evaluation_set(tmp_path: Path) -> None:
    """Each kind of verdict is told apart, the last one counts, and it can be taken back."""
    found, missing = _turn(_answer(_citation())), _turn(_answer(question="别的？"))
    texts = {"报告.txt": f"{TEXT}另一句。"}

    def say(turn: Turn, verdict: Rating, quote: str = "") -> None:
        text_of = lambda name: texts.get(name, "")  # noqa: E731
        assert feedback.record(tmp_path, turn, verdict, quote, text_of=text_of)

    def kept() -> dict[str, tuple[bool, tuple[str, ...]]]:
        questions = read_questions(tmp_path / feedback.FILE)
        return {each.text: (each.answerable, each.quotes) for each in questions}

    say(found, Rating.RIGHT)
    say(missing, Rating.RIGHT)
    assert kept() == {found.question: (True, (_citation().quote,)), "别的？": (False, ())}
    say(found, Rating.NO_ANSWER)
    say(missing, Rating.MISSED)
    assert kept() == {found.question: (False, ()), "别的？": (True, ())}
    say(found, Rating.THIS, "另一句。")
    assert kept()[found.question] == (True, ("另一句。",))
    say(found, Rating.WRONG)
    assert kept()[found.question] == (True, ())
    say(found, Rating.NOTHING)
    assert kept().keys() == {"别的？"}


def test_only_what_the_index_can_have_answered_is_kept(tmp_path: Path) -> None:
    """Invented quotes and endless questions are left out; half a line is replaced."""
    file = tmp_path / feedback.FILE
    turn = _turn(_answer(_citation()))
    long = _turn(_answer(_citation(), "长" * 2_001))
    for each, verdict, quote in (
        (turn, Rating.THIS, "编造的一句。"),
        (turn, Rating.THIS, ""),
        (long, Rating.RIGHT, ""),
        (_turn(_answer(_citation("不在文中。"))), Rating.RIGHT, ""),
    ):
        assert not feedback.record(tmp_path, each, verdict, quote, text_of=lambda _: TEXT)
    assert not file.exists()
    for _ in range(2):
        file.write_bytes(file.read_bytes()[:-9] if file.exists() else b"")
        assert feedback.record(tmp_path, turn, Rating.RIGHT, text_of=lambda _: TEXT)
    assert len(read_questions(file)) == 1
    assert file.read_bytes().count(b"\n") == 1


def _ended(jobs: Jobs) -> dict[tuple[str, ...], JobState]:
    for _ in range(500):
        if not jobs.running:
            break
        threading.Event().wait(0.01)
    return {job.about: job.state for job in jobs.all}


def _told(jobs: Jobs, visitor: str, live: str = "") -> str:
    return told_jobs(jobs.all, visitor, Collection(live, 3, {}), Language.ZH)


def test_jobs_wait_their_turn_and_only_their_owner_can_cancel_them() -> None:
    """Jobs run in the order in which they came; waiting or running, one is cancelled by its owner only."""
    from briefqa.progress import Progress, Stage

    jobs, go, order, cleared = Jobs(), threading.Event(), [], []

    def task(name: str) -> Task:
        def work(progress: Any) -> str:
            order.append(name)
            go.wait(10)
            progress(Progress(Stage.READ, 0, 1))
            return name

        return Task(work, JobKind.ADD, (f"{name}.txt",), lambda: cleared.append(name))

    for name, owner in (("一", "甲"), ("二", "乙"), ("三", "乙"), ("四", "甲")):
        assert jobs.start(task(name), owner)
    ids = {job.about[0][0]: job.id for job in jobs.all}
    html = _told(jobs, "乙")
    assert html.count("cancel-job") == 2
    assert "排队中，前面还有 1 项" in html
    assert not jobs.cancel(ids["一"], "乙")
    assert not jobs.cancel(ids["二"], "甲")
    assert jobs.cancel(ids["二"], "乙")
    assert cleared == ["二"]
    assert jobs.cancel(ids["一"], "甲")
    go.set()
    ended = {about[0][0]: state for about, state in _ended(jobs).items()}
    stopped, back = JobState.CANCELLED, JobState.TAKEN_BACK
    assert ended == {"一": stopped, "二": stopped, "三": back, "四": back}
    assert order == ["一", "三", "四"]
    jobs.dismiss(ids["三"], "甲")
    assert "已撤回" in _told(jobs, "乙")
    jobs.dismiss(ids["三"], "乙")
    assert "已撤回" not in _told(jobs, "乙")


def test_queue_of_jobs_is_bounded() -> None:
    """Whatever is asked for, only so many jobs wait; what is refused leaves nothing behind."""
    jobs, go, cleared = Jobs(), threading.Event(), []
    task = Task(lambda _: str(go.wait(10)), discard=lambda: cleared.append(1))
    begun = [jobs.start(task, "甲") for _ in range(40)]
    go.set()
    _ended(jobs)
    assert 0 < begun.count(False) == len(cleared)


def test_undo_takes_back_only_its_own_change(small_index: Path, tmp_path: Path) -> None:
    """An undo that finds another build live than the one it was offered for changes nothing."""
    index = Path(shutil.copytree(small_index, tmp_path / "index"))
    live = current_build(index)
    with pytest.raises(InputError, match="changed since"):
        taking_back(index, "another").work(lambda _: None)
    assert current_build(index) == live


def test_report_is_one_line_a_file_in_the_page_s_words() -> None:
    """Each file has one line with what became of it; no path of the server and no term of ours."""

    def read(name: str, change: Change) -> DocumentReport:
        return DocumentReport(name, change, name.split(".")[0], 900, 3, False, 0, 0, (), (), (), ())

    changes = ("甲.txt", Change.ADDED), ("乙.txt", Change.REPLACED), ("丙.txt", Change.UNCHANGED)
    report = BuildReport(
        build_id="dc121fcc00",
        documents=tuple(read(*each) for each in (*changes, ("丁.txt", Change.DUPLICATE))),
        removed=(),
        skipped=(
            ("/srv/index/.upload-x/0/戊.exe", "戊.exe has the unknown suffix '.exe'; give one of .txt."),
        ),
        duplicates=(("丁.txt", "甲.txt"),),
        near_duplicates=(),
        document_count=3,
        passages=9,
        sentences=20,
        precision="",
        embedded=5,
        reused=4,
        seconds=1.0,
    )
    html = told_jobs(
        [Job("1", "甲", state=JobState.DONE, report=report, build="dc")],
        "甲",
        Collection("dc", 3, {}),
        Language.ZH,
    )
    lines = re.findall(r"<li[^>]*>(.*?)</li>", html)
    told = [re.sub("<[^>]+>", "", each) for each in lines]
    assert told == [
        "未读入 戊.exe：不支持这种文件，请用 TXT、Markdown、DOCX、PDF 或 HTML",
        "已加入 甲.txt：900 字，3 页",
        "已替换 乙.txt：900 字，3 页",
        "未变 丙.txt：900 字，3 页",
        "重复 丁.txt：与《甲》文字相同，只收一份",
    ]
    assert "/srv" not in html
    assert "dc121fcc" not in html[: html.index("详情")]
    assert "撤销" in html


def test_failure_is_told_without_a_path() -> None:
    """When no file could be read the reason is in the page's language, and no path is shown."""
    error = EmptyCorpusError(
        "None of the given files could be read: '/srv/x/甲.doc': "
        "甲.doc is an old Word file (.doc) or protected with a password; x"
    )
    html = told_jobs(
        [Job("1", "甲", state=JobState.FAILED, error=error)], "甲", Collection("", 3, {}), Language.ZH
    )
    assert "没有一份文件能读入。文件有密码或是旧版格式" in html
    assert "/srv" not in html


def test_sources_table_and_word_document(small_index: Path) -> None:
    """CSV, XLSX and DOCX hold each quote, its reference, a link back; no cell is taken for a formula."""
    import docx

    turns = [_turn(_answer(_citation())), _turn(_answer(question="=1+1？"))]
    page = "http://briefqa.local/ask"
    with open_index(small_index) as index:
        table, book = (write(turns, index, Language.ZH, page) for write in (export.to_csv, export.to_xlsx))
        document = docx.Document(io.BytesIO(to_docx(turns, index, Language.ZH, page)))
        unlinked = docx.Document(io.BytesIO(to_docx(turns, index, Language.ZH)))
        markdown = export.to_markdown(turns, index, Language.ZH, page).decode()
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    assert [len(row) for row in rows] == [12, 12, 12]
    assert rows[1][3] == _citation().quote
    assert rows[2][0] == "'=1+1？"
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))  # each part is XML
        cells = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml")).iter(f"{{{_SHEET}}}t")
        assert [each.text or "" for each in cells][12:24] == rows[1]
    paragraphs = [each.text for each in document.paragraphs]
    assert f"{_citation().quote} [1]" in paragraphs
    assert document.sections[0].page_width.mm == pytest.approx(210, abs=0.1)
    back = page + link(Place("报告.txt", _citation().start, _citation().end), turns[0].question)
    links = [each for paragraph in document.paragraphs for each in paragraph.hyperlinks]
    assert [(each.text, each.url) for each in links] == [("打开原文", back)]
    assert f"(<{back}>)" in markdown
    assert rows[1][-1] == back
    assert not any(each.hyperlinks for each in unlinked.paragraphs)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.ZH, "可信度 38%（把握不大，请对照原文核实）"),
        (Language.EN, "confidence 38% (Uncertain: check it against the source)"),
    ],
)
def test_exports_say_how_sure_an_answer_is_in_the_page_s_words(
    small_index: Path, language: Language, words: str
) -> None:
    """Who reads the file without the page is asked to check what is little sure."""
    import docx

    turns = [_turn(replace(_answer(_citation()), confidence=0.38))]
    with open_index(small_index) as index:
        markdown = export.to_markdown(turns, index, language).decode()
        document = docx.Document(io.BytesIO(to_docx(turns, index, language)))
        table = export.to_csv(turns, index, language).decode("utf-8-sig")
    assert words in markdown
    assert words in [each.text for each in document.paragraphs]
    row = next(csv.DictReader(io.StringIO(table)))
    figure, told = row[say("column_confidence", language)], row[say("column_sureness", language)]
    assert figure == "38%"
    assert told == words.split("38%")[1].strip("（） ()")


def test_a_question_waits_for_the_model(small_index: Path) -> None:
    """Until the model is there nothing is answered; then the question that waited is."""

    async def visit() -> tuple[bool, dict[str, Any]]:
        engine = Engine(small_index)
        calls = Calls(engine, Library(engine, read_only=True))
        waiting = asyncio.create_task(calls.ask_question({"question": "甲市有多少家智能工厂？"}))
        await asyncio.sleep(0.3)
        still = not waiting.done()
        engine.start_loading(lambda: True)
        return still, await waiting

    waited, answered = run_apart(visit())
    assert waited
    assert answered["answer"]["citations"][0]["quote"] == "甲市有12家智能工厂。"
    assert len(json.dumps(answered, ensure_ascii=False)) < 30_000


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_calls_bear_any_data(small_index: Path, value: Any) -> None:
    """Whatever a stranger sends, a call answers or says one sentence."""
    engine = Engine(small_index)
    calls = Calls(engine, Library(engine, read_only=True))
    for call in calls.functions:
        if call.__name__ not in ("ask_question", "page_parts", "follow_job"):
            names = ("turn", "turns", "what", "doc", "at", "kind", "wanted", "by", "chosen", "down")
            data = dict.fromkeys(names, value)
            assert isinstance(run_apart(call(data)), dict)


def test_scope_of_removed_documents_is_not_answered_from_elsewhere(small_index: Path) -> None:
    """Chosen documents that are all gone are told; where some are left those are asked, which is told too."""
    engine = Engine(small_index)
    engine.start_loading(lambda: True)
    calls = {each.__name__: each for each in Calls(engine, Library(engine, read_only=True)).functions}
    question = {"question": "甲市有多少家智能工厂？"}
    gone = run_apart(calls["ask_question"]({**question, "documents": ["丙.txt", "丁.txt"]}))
    assert gone == {"error": "所选的 2 份文件都已移除，没有在别的文件里找。"}
    some = run_apart(calls["ask_question"]({**question, "documents": ["丙.txt", "年报/甲.txt"]}))
    assert some["documents"] == ["年报/甲.txt"]
    assert "另有 1 份所选文件已移除" in some["html"]


def test_a_question_and_a_page_are_of_one_build(small_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The live build is followed once for the chosen documents, the answer and its card; once for a page."""
    engine = Engine(small_index)
    calls = Calls(engine, Library(engine, read_only=True))
    engine._settled.set()
    engine._tried = engine.build_id
    follow, followed = engine._live.follow, []
    monkeypatch.setattr(engine._live, "follow", lambda: (followed.append(1), follow())[1])
    question = {"question": "甲市有多少家智能工厂？", "documents": ["年报/甲.txt"]}
    assert run_apart(calls.ask_question(question))["documents"] == ["年报/甲.txt"]
    assert len(followed) == 1
    run_apart(calls.page_parts({}))
    assert len(followed) == 2


def test_documents_to_choose_from_are_grouped_and_searched(tmp_path: Path) -> None:
    """Groups tell something or are not offered; years newest first; a search finds title and issuer."""
    given = [
        *((f"通知/{year}{n}.txt", f"{year}年第{n}号通知", "松林市") for year in (2022, 2024) for n in (1, 2)),
        ("年报/甲.txt", "甲市年报", "甲市"),
        ("年报/乙.txt", "乙市年报", "甲市"),
    ]
    documents = [
        _document(id=name, title=title, metadata={"issuer": issuer}) for name, title, issuer in given
    ]
    shelf = Shelf(documents)
    shown = choices(shelf, "", "year", ["年报/甲.txt", "没有.txt"])
    assert shown["groupings"] == ["folder", "year", "issuer"]
    assert [(each["name"], each["count"]) for each in shown["groups"]] == [("2024", 2), ("2022", 2), ("", 2)]
    assert shown["groups"][0]["ids"] == ["通知/20241.txt", "通知/20242.txt"]
    assert shown["titles"] == {"年报/甲.txt": "甲市年报", "没有.txt": None}
    found = choices(shelf, "甲市", "folder", ())
    assert [each["id"] for group in found["groups"] for each in group["documents"]] == [
        "年报/甲.txt",
        "年报/乙.txt",
    ]
    assert choices(Shelf(documents[:1]), "", "year", ())["groupings"] == []


def test_lists_of_many_documents_are_short() -> None:
    """Of ten thousand documents two hundred are listed, what is left out is said, and a search finds it."""
    shelf = Shelf(_document(id=f"{n}.txt", title=f"文件{n:05}") for n in range(10_000))
    offered = choices(shelf, "", "", ())
    assert sum(len(each["documents"]) for each in offered["groups"]) == 200
    assert offered["more"] == 9_800
    rows = listing.rows(shelf, shelf.entries, Language.ZH, removable=True, by="title", down=True)
    assert rows.count("<tr") == 200
    assert rows.index("文件09999") < rows.index("文件09998")
    found = shelf.found("文件09000")
    assert listing.rows(shelf, found, Language.ZH, removable=True).count("<tr") == 1
    assert "200/10,000" in listing.told_count(shelf, len(shelf.entries), Language.ZH)
    assert "1/10,000" in listing.told_count(shelf, len(found), Language.ZH)


def test_loading_the_page_reads_no_document_twice(small_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are read for lists once for each build, however often the page is loaded."""
    engine, read = Engine(small_index), []
    library = Library(engine, read_only=True)
    monkeypatch.setattr(shelf_module, "entry_of", lambda each: read.append(each.id) or entry_of(each))
    calls = Calls(engine, library)
    for _ in range(3):
        run_apart(calls.page_parts({}))
        run_apart(calls.library_parts({}))
        run_apart(calls.find_documents({}))
    with engine.using() as index:
        assert len(read) == len(index.documents)


def test_read_only_page_changes_nothing(small_index: Path) -> None:
    """Whatever is asked of a read-only page's documents is refused with a sentence."""
    engine = Engine(small_index)
    library = Library(engine, read_only=True)
    for what in ("remove", "rebuild", "rollback"):
        with pytest.raises(InputError, match="只读"):
            library.change(what, {"doc": "乙.md"}, "甲", Language.ZH)


def test_what_was_read_as_evidence_is_marked_in_the_quote() -> None:
    """A part is marked and nothing of the text is lost; evidence that is all of the quote is not."""
    whole = _citation()
    part = replace(whole, evidence=((whole.start, whole.start + 7),))
    html = _talk(_turn(_answer(part)))
    assert re.search(f"<u [^>]*>{whole.quote[:7]}</u>{whole.quote[7:]}", html)
    bits = tuple((whole.start + a, whole.start + b) for a, b in ((0, 3), (5, 7), (12, 13)))
    joined = _talk(_turn(_answer(replace(whole, evidence=bits))))  # bits near each other are one, dots none
    assert re.search(f"<u [^>]*>{whole.quote[:7]}</u>{whole.quote[7:]}", joined)
    assert 'class="seen"' not in _talk(_turn(_answer(replace(whole, evidence=((whole.start, whole.end),)))))


@pytest.mark.parametrize(("language", "words"), [(Language.ZH, "画点线的"), (Language.EN, "dotted line")])
def test_the_dotted_line_is_explained_where_there_is_one(language: Language, words: str) -> None:
    """In words under the details of the answer, for a phone shows no tooltip; else nothing is said of it."""
    cited = _citation()
    marked = replace(cited, evidence=((cited.start + 4, cited.start + 7),))
    for citation, told in ((marked, True), (cited, False)):
        turn = _turn(_answer(citation))
        html = cards.card(turn, language, lambda _: None, 1)
        assert ('class="seen"' in html) is told
        assert (words in html[html.rindex("<details") :]) is told


@given(st.text("甲乙丙；（）\n", min_size=4, max_size=40), st.lists(st.integers(0, 40), max_size=8))
def test_marks_in_a_quote_begin_and_end_with_words(quote: str, places: list[int]) -> None:
    """No mark stands on punctuation alone or runs over the end of a line, and no text is lost."""
    edges = sorted({each for each in places if each <= len(quote)})
    evidence = tuple(zip(edges[::2], edges[1::2], strict=False))
    html = cards._read(replace(_citation(), quote=quote, start=0, evidence=evidence), Language.ZH)
    assert re.sub("<[^>]*>", "", html) == quote
    marks = re.findall("<u [^>]*>([^<]*)</u>", html)
    assert all(re.fullmatch(r"[甲乙丙].*[甲乙丙]", each) for each in marks), marks


def test_nobody_waits_for_the_disk_of_another(small_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a call asks of the index is asked in another thread than the one that serves everybody."""
    engine = Engine(small_index)
    engine.start_loading(lambda: True)
    calls = {each.__name__: each for each in Calls(engine, Library(engine, read_only=False)).functions}
    asked: set[int] = set()
    follow = engine._live.follow
    monkeypatch.setattr(engine._live, "follow", lambda: (asked.add(threading.get_ident()), follow())[1])
    turn = {"id": "1", **to_json(_turn(_answer(_citation()), rating=Rating.RIGHT))}
    about = {
        "question": "甲市有多少家智能工厂？",
        "documents": ["年报/甲.txt"],
        "turn": turn,
        "turns": [turn],
    }

    async def visit(call: Any) -> int:
        await call({**about, "doc": "年报/甲.txt", "what": "rollback", "kind": "csv"})
        return threading.get_ident()

    for name, call in calls.items():
        asked.clear()
        assert run_apart(visit(call)) not in asked, name
        assert asked, name


def test_no_news_is_lost_between_two_questions_for_it(
    small_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change after the last answer is told at the first look; where there is none the answer comes too."""
    library, waits = Library(Engine(small_index), read_only=False), []

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(changing.asyncio, "sleep", wait)
    first = run_apart(library.followed("甲", Language.ZH, None))
    assert waits == []
    library.jobs.start(Task(lambda _: "build"), "甲")
    while library.jobs.running:
        time.sleep(0.01)
    second = run_apart(library.followed("甲", Language.ZH, first["changes"]))
    assert len(waits) == 1
    assert "report" in second["job"] != first["job"]
    third = run_apart(library.followed("甲", Language.ZH, second["changes"]))
    assert len(waits) > 2
    assert third == second


def test_a_document_without_a_name_is_not_given(small_index: Path) -> None:
    """An empty id is refused in one sentence, and no document is read for it."""
    get_document = endpoints._get_document_of(Engine(small_index))
    with pytest.raises(Error, match="id is empty"):
        get_document("")
    for wrong in (["年报/甲.txt"], {}, None, 1, True):
        with pytest.raises(Error, match="give a text"):
            get_document(wrong)
    for wrong in ("0", 1.5, None, [], True):
        with pytest.raises(Error, match="give a whole number"):
            get_document("年报/甲.txt", wrong)
        with pytest.raises(Error, match="give a whole number"):
            get_document("年报/甲.txt", 0, wrong)
    assert get_document("年报/甲.txt")["text"]


def test_gradio_gets_the_words_that_its_own_parts_show(small_index: Path) -> None:
    """Tabs and the place for files name the words that are given to Gradio, and no others."""
    shown = json.dumps(build_app(small_index).get_config_file(), default=str)
    assert set(re.findall(r"translation_metadata\W+key\W+(\w+)", shown)) == set(BY_GRADIO)


_IMPORTED = """
import sys, briefqa.ui
from briefqa.ui.gradio_import import Postponed
print("pandas" in sys.modules)
stands_for = sys.modules["wave"] = Postponed("wave")
import wave
print(wave is stands_for, wave.Wave_read.__module__, sys.modules["wave"] is not stands_for)
"""


_WRITTEN = """
import inspect, pathlib
real = inspect.getfile
read, touched = pathlib.Path.read_text, []
pathlib.Path.read_text = lambda path, *how, **more: (touched.append(path), read(path, *how, **more))[1]
import briefqa.ui, gradio
print(sum(each.suffix == ".pyi" for each in touched), inspect.getfile is real, gradio.HTML(value="x").value)
"""


def test_a_start_writes_no_stubs_for_editors() -> None:
    """No stub beside Gradio's components is looked at, and whatever Python says of files is as before."""
    done = subprocess.run([sys.executable, "-c", _WRITTEN], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "True", "x"]


def test_what_stands_in_during_an_import_goes_when_it_fails() -> None:
    """After an exception nothing stands for a module, and Python says of files what it said before."""
    real, nameless = inspect.getfile, type("Nameless", (), {"__module__": None})
    with suppress(ZeroDivisionError), postponed("none_such"), from_no_file("gradio"):
        assert isinstance(sys.modules["none_such"], Postponed)
        with pytest.raises(OSError, match="HTML"):
            inspect.getfile(HTML)
        with pytest.raises(TypeError):  # as ever
            inspect.getfile(nameless)
        _ = 1 / 0
    assert "none_such" not in sys.modules
    assert inspect.getfile is real


def test_what_others_put_in_place_meanwhile_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a module nor a function of somebody else is taken away at the end."""
    module, function = ModuleType("none_such"), lambda _: ""
    monkeypatch.setattr(inspect, "getfile", inspect.getfile)  # as it was, after the test
    monkeypatch.setitem(sys.modules, "none_such", None)
    del sys.modules["none_such"]
    with postponed("none_such"), from_no_file("gradio"):
        sys.modules["none_such"], inspect.getfile = module, function
    assert sys.modules["none_such"] is module
    assert inspect.getfile is function


def test_the_page_starts_without_pandas() -> None:
    """Gradio is imported without it; who uses something of what was put off gets the real one."""
    done = subprocess.run([sys.executable, "-c", _IMPORTED], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "wave", "True"]


@pytest.mark.parametrize(
    ("pages", "zh", "en"),
    [
        ((2, 3), "2 份文件（5 页，", "2 documents: 5 pages"),
        ((0, 3), "1 份有页码，共 3 页", "1 of them have pages, 3 in all"),
        ((0, 0), "2 份文件（", "2 documents, "),
    ],
)
def test_only_documents_with_pages_are_said_to_have_them(pages: tuple[int, ...], zh: str, en: str) -> None:
    """The header gives pages to all documents only where all have some, and else says how many have."""
    documents = [_document(id=f"{n}.txt", page_starts=tuple(range(count))) for n, count in enumerate(pages)]
    shelf = Shelf(documents)
    engine: Any = SimpleNamespace(shelf_at_hand=lambda _: shelf, trouble=None, ready=True)
    index: Any = SimpleNamespace(documents=documents)
    told = page.basis(engine, index, Language.ZH)
    assert zh in told
    assert ("页" in told) == any(pages)
    assert ("2 份文件（5 页" in told) == all(pages)
    assert en in page.basis(engine, index, Language.EN)


_CN = "〇一二三四五六七八九"


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_dates_are_listed_in_one_form(day: date) -> None:
    """However a date is printed, it is listed as ISO 8601 writes it, as far as it is told."""
    year, month, number = f"{day.year}", f"{day.month}", f"{day.day}"
    spoken = "".join(_CN[int(digit)] for digit in year)

    def said(value: int) -> str:
        tens, ones = divmod(value, 10)
        return (("" if tens == 1 else _CN[tens]) + "十" if tens else "") + (_CN[ones] if ones else "")

    for written in (
        f"{year}年{month}月{number}日",
        f"{year} 年 {month} 月 {number} 日",
        f"{year}-{month}-{number}",
        f"{year}/{month:0>2}/{number:0>2} 08:30",
        f"{year}.{month}.{number}",
        f"{day.isoformat()}T08:30:00+08:00",
        f"{spoken}年{said(day.month)}月{said(day.day)}日",
        f"{number} {calendar.month_name[day.month]} {year}",
    ):
        assert listed_date(written) == day.isoformat(), written
    assert listed_date(f"{year}年{month}月") == day.isoformat()[:7]
    assert listed_date(f"{year}-{month}") == day.isoformat()[:7]
    assert listed_date(f"{year}年") == year


@pytest.mark.parametrize("printed", ["", "去年", "2024年13月1日", "第5号", "12.5.2", "2024-6-31"])
def test_what_is_no_date_stays(printed: str) -> None:
    """What cannot be a date is listed as it is printed."""
    assert listed_date(printed) == printed
