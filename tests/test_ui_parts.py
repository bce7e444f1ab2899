"""The pure parts of the web page: words, cards, citations, source view, examples, kept turns."""

from __future__ import annotations

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("gradio", reason="the web page needs gradio")

from briefqa.answering.answer import Answer, Citation
from briefqa.evaluation.question_sets import read_questions
from briefqa.reading.document import Block, BlockKind, Document, Heading
from briefqa.ui.chat import cards, chat, citing, feedback
from briefqa.ui.chat.examples import example_questions
from briefqa.ui.chat.handlers import Handlers
from briefqa.ui.chat.turns import MAX_TURNS, Turn, TurnState, dump, interrupted, load
from briefqa.ui.documents.jobs import Cancelled, Jobs, JobState
from briefqa.ui.engine import Engine
from briefqa.ui.html import button, escape
from briefqa.ui.source import pageview, source
from briefqa.ui.source.places import Place, find_place, link, span_of
from briefqa.ui.words import WORDS, Language, language_of

TEXT = """某市工业发展报告
一、成绩
某市有12家示范工厂，占全省三成。工业总产值达到3000亿元。
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
    return Document(
        id="报告.txt",
        title="某市工业发展报告",
        text=text,
        sha256="",
        blocks=tuple(blocks),
        headings=tuple(headings),
        **(given | values),  # type: ignore[arg-type]
    )


def _citation(quote: str = "某市有12家示范工厂，占全省三成。", **values: object) -> Citation:
    start = TEXT.index(quote) if quote in TEXT else 0
    fields: dict[str, object] = {
        "number": 1,
        "quote": quote,
        "id": f"报告.txt#{start}-{start + len(quote)}",
        "document_id": "报告.txt",
        "document_title": "某市工业发展报告",
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
        "address": "《某市工业发展报告》第3页，一、成绩，第1段",
    }
    return Citation(**(fields | values))  # type: ignore[arg-type]


def _answer(citation: Citation | None = None, question: str = "某市有多少家示范工厂？") -> Answer:
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


def _turn(answer: Answer) -> Turn:
    return Turn(answer.question, TurnState.DONE, answer, build="b" * 16)


def _talk(*turns: Turn) -> str:
    return cards.conversation(turns, Language.ZH, lambda _: {}, title_of=lambda name: name)


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


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9", Language.ZH),
        ("en-US,zh;q=0.5", Language.EN),
        ("", Language.ZH),
        ("de", Language.EN),
    ],
)
def test_language_is_the_first_that_the_browser_names(header: str, language: Language) -> None:
    """The page speaks the browser's first language, English for all but Chinese."""
    assert language_of(header) is language


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
    assert "很有把握 90%" in parsed.text


def test_refusal_card_says_why_and_quotes_nothing() -> None:
    """文中未找到 names the condition that failed and has no citation to press."""
    html = _talk(_turn(_answer()))
    assert "文中未找到" in html
    assert "足够相符" in html
    assert 'class="cite"' not in html


def test_hostile_text_is_text_in_a_card() -> None:
    """Markup in questions, quotes and titles is escaped wherever it is shown."""
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    parsed = _Text(_talk(_turn(_answer(_citation(evil, address=evil, document_title=evil), question=evil))))
    assert not [tag for tag, _ in parsed.tags if tag in ("script", "img")]
    assert not [name for _, names in parsed.tags for name in names if name.startswith("on")]
    assert parsed.text.count(evil) >= 3


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
            "徐枫. 某市工业发展报告[J]. 领军参阅, 2024(7): 3.",
        ),
        (
            {"author": "王一、李二", "date": "2024年6月3日"},
            "王一, 李二. 某市工业发展报告[R]. 2024年6月3日: 3.",
        ),
        ({}, "某市工业发展报告[R]: 3."),
    ],
)
def test_reference_follows_the_standard(metadata: dict[str, str], reference: str) -> None:
    """A GB/T 7714 reference leaves out what the document does not say."""
    assert citing.gbt7714(_citation(), metadata) == reference


def test_markdown_quote_has_no_markup_of_its_own() -> None:
    """Characters that Markdown would read are escaped in a copied quote."""
    assert citing.markdown(_citation("a*b_[c](d)<e>")).startswith("> a\\*b\\_\\[c\\](d)\\<e\\>")


def test_turns_survive_the_browser() -> None:
    """What a browser keeps comes back equal; damaged or foreign entries are left out."""
    turns = (_turn(_answer(_citation())), _turn(_answer()), Turn("?", TurnState.STOPPED))
    kept = json.loads(json.dumps(dump(turns)))
    assert load(kept) == turns
    damaged = [
        {"question": 3},
        "x",
        None,
        {"question": "q", "state": "done"},
        {**kept[0], "answer": {"found": 1}},
    ]
    assert load([*damaged, *kept]) == turns
    assert load("nonsense") == ()
    assert len(dump([turns[0]] * (MAX_TURNS + 5))) == MAX_TURNS


def test_nothing_stays_pending() -> None:
    """A question whose page was closed meanwhile is stopped, not waiting for ever."""
    assert interrupted([Turn("q")]) == (Turn("q", TurnState.STOPPED),)


def test_editing_replaces_from_that_turn_on() -> None:
    """An edited question takes the place of its turn and those after it."""
    turns = (Turn("a", TurnState.STOPPED), Turn("b", TurnState.STOPPED))
    assert [turn.question for turn in chat.begin(turns, " c ", (), 0, Language.ZH)] == ["c"]
    assert [turn.question for turn in chat.begin(turns, "c", (), -1, Language.ZH)] == ["a", "b", "c"]
    with pytest.raises(chat.Refused, match="2,001"):
        chat.begin(turns, "问" * 2001, (), -1, Language.ZH)


def test_places_lead_from_hit_to_hit_and_make_a_link() -> None:
    """A known place has its passage and neighbours; an unknown one is shown all the same."""
    citation = _citation()
    turns = (_turn(_answer(citation)),)
    place, trail = find_place(citation.document_id, (citation.start, citation.end), 0, turns)
    assert (place.passage_start, place.passage_end) == (citation.passage_start, citation.passage_end)
    assert trail is not None
    assert (trail.number, trail.count, trail.next) == (1, 1, None)
    assert find_place("x", (0, 5), 7, turns) == (Place("x", 0, 5, 0, 5, 7), None)
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
    examples = {each.question: document.text[each.start : each.end] for each in example_questions([document])}
    assert "12家" in examples["某市有多少家示范工厂？"]
    assert "3000亿元" in examples["工业总产值达到多少？"]
    assert example_questions([]) == ()


def test_verdicts_are_an_evaluation_set(tmp_path: Path) -> None:
    """The last verdict on a question is kept, in the form that `briefqa eval` reads."""
    found, missing = _turn(_answer(_citation())), _turn(_answer(question="别的？"))
    texts = {"报告.txt": f"{TEXT}另一句。"}.get
    said = [(found, "up", ""), (found, "this", "另一句。"), (missing, "up", "")]
    for turn, verdict, quote in said:
        assert feedback.record(tmp_path, turn, verdict, quote, text_of=lambda name: texts(name, ""))
    questions = {
        each.text: (each.answerable, each.quotes) for each in read_questions(tmp_path / feedback.FILE)
    }
    assert questions == {found.question: (True, ("另一句。",)), "别的？": (False, ())}
    assert len(read_questions(tmp_path / feedback.FILE)) == 2


def test_only_what_the_index_can_have_answered_is_kept(tmp_path: Path) -> None:
    """Invented quotes, other verdicts and endless questions are left out; half a line is replaced."""
    file = tmp_path / feedback.FILE
    turn = _turn(_answer(_citation()))
    long = _turn(_answer(_citation(), "长" * 2_001))
    for each, verdict, quote in (
        (turn, "this", "编造的一句。"),
        (turn, "this", ""),
        (turn, "maybe", ""),
        (long, "up", ""),
        (_turn(_answer(_citation("不在文中。"))), "up", ""),
        (Turn("?"), "up", ""),
    ):
        assert not feedback.record(tmp_path, each, verdict, quote, text_of=lambda _: TEXT)
    assert not file.exists()
    for _ in range(2):
        file.write_bytes(file.read_bytes()[:-9] if file.exists() else b"")
        assert feedback.record(tmp_path, turn, "up", text_of=lambda _: TEXT)
    assert len(read_questions(file)) == 1
    assert file.read_bytes().count(b"\n") == 1


def test_one_job_at_a_time_and_it_can_be_cancelled() -> None:
    """A second job is refused while one runs; cancelling raises inside it at its next progress."""
    import threading

    from briefqa.progress import Progress, Stage

    jobs, go, seen = Jobs(), threading.Event(), []

    def work(progress: object) -> object:
        go.wait(10)
        try:
            progress(Progress(Stage.READ, 0, 1))  # type: ignore[operator]
        except Cancelled:
            seen.append("cancelled")
            raise
        return None

    assert jobs.start(work)  # type: ignore[arg-type]
    assert not jobs.start(work)  # type: ignore[arg-type]
    jobs.cancel()
    go.set()
    for _ in range(500):
        if not jobs.running:
            break
        threading.Event().wait(0.01)
    assert seen == ["cancelled"]
    assert jobs.job is not None
    assert jobs.job.state is JobState.CANCELLED


def test_a_question_waits_for_the_model_and_can_be_stopped(small_index: Path) -> None:
    """Until the model is there nothing is answered; a stopped question is answered when retried."""

    async def visit() -> tuple[Any, Any, Any]:
        engine = Engine(small_index)
        on = Handlers(engine)
        kept = on.begin("工业用水多少钱？", None, -1, [], None)[0]
        waiting = asyncio.create_task(on.finish(kept, None))
        await asyncio.sleep(0.3)
        still = waiting.done()
        stopped = on.stopped(kept, None)[0]
        await waiting
        engine.start_loading(lambda: True)
        again = dump(chat.again(load(stopped), 0))
        return still, stopped, (await on.finish(again, None))[0]

    with ThreadPoolExecutor(1) as apart:  # the browser tests keep a loop running in this thread
        still, stopped, answered = apart.submit(lambda: asyncio.run(visit())).result()
    assert not still
    assert load(stopped)[0].state is TurnState.STOPPED
    assert load(answered)[0].answer is not None
