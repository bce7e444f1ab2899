"""Words that an official knows: no term of ours, no build id and no English sentence on the Chinese page."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from tests.apart import run_apart

pytest.importorskip("gradio", reason="the web page needs gradio")

from briefqa import Index, open_index
from briefqa.errors import (
    BriefQAError,
    DocumentError,
    EmptyCorpusError,
    IndexBusyError,
    IndexCorruptError,
    IndexMismatchError,
    IndexNotFoundError,
    InputError,
    ModelUnavailableError,
    ServerError,
    StorageError,
)
from briefqa.store.builds import current_build
from briefqa.ui import page
from briefqa.ui.calls import Calls
from briefqa.ui.chat.turns import Turn
from briefqa.ui.documents.changing import Library
from briefqa.ui.documents.jobs import Job, JobState, adding
from briefqa.ui.documents.report import Collection, told_jobs
from briefqa.ui.engine import Engine
from briefqa.ui.outside import told_to_visitor
from briefqa.ui.words import WORDS, Language

TERMS = ("版本", "新算", "逐词", "索引")
SAID = "Build 'x' of the folder is not what it was; run: briefqa verify, or build it again."
ERRORS: tuple[BriefQAError, ...] = (
    *(kind(SAID) for kind in (InputError, EmptyCorpusError, IndexBusyError, IndexCorruptError)),
    *(kind(SAID) for kind in (IndexMismatchError, IndexNotFoundError, ModelUnavailableError)),
    *(kind(SAID) for kind in (ServerError, StorageError, BriefQAError)),
    DocumentError("报告.pdf", "报告.pdf is no PDF file or is damaged; export it again as PDF."),
    InputError("The index holds no document '报告.txt'; see: briefqa info"),
)


class Outside(HTMLParser):
    """What of an HTML fragment is read or heard outside 详情: its text, and the names of its elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self._details = "", [False]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "details":
            self._details.append(self._details[-1] or "facts" in (given.get("class") or "").split())
        if not self._details[-1]:
            self.text += "".join(
                f"\n{given.get(name) or ''}\n" for name in ("title", "aria-label", "placeholder")
            )

    def handle_endtag(self, tag: str) -> None:
        if tag == "details":
            self._details.pop()

    def handle_data(self, data: str) -> None:
        if not self._details[-1]:
            self.text += data


def ours(text: str, build: str) -> list[str]:
    """The terms of ours, and the build id, that a text holds."""
    return [each for each in (*TERMS, build[:8]) if each in text]


def english(text: str) -> list[str]:
    """Several English words in a row."""
    return re.findall(r"[A-Za-z]+(?:,? [A-Za-z]+){2,}", text)


def test_terms_of_ours_are_texts_of_details_only() -> None:
    """Of all Chinese texts of the page three hold one, and these stand under 详情."""
    assert {key for key, (zh, _) in WORDS.items() if ours(zh, "{build}")} == {
        "build",
        "report_details",
        "why_late",
    }


@pytest.mark.parametrize("question", ["苏州有多少家灯塔工厂？", "无锡有多少家灯塔工厂？", "月球门票多少钱？"])
def test_a_card_is_in_an_office_s_words(brief: Index, question: str) -> None:
    """Answer and refusal hold no term of ours and no build id, but under 详情."""
    turn = Turn(question, brief.ask(question, 5), brief.build_id)
    html = page.drawn_card(brief, turn, Language.ZH)
    assert ours(html, brief.build_id) != []  # 详情 has them
    assert ours(Outside(html).text, brief.build_id) == []


def test_the_documents_and_reports_are_in_an_office_s_words(small_index: Path, tmp_path: Path) -> None:
    """The list, the pictures, and the report of a real change."""
    index = Path(shutil.copytree(small_index, tmp_path / "index"))
    (tmp_path / "丁.txt").write_text("丁市2021年规划\n\n丁市有7座图书馆。\n", "utf-8")
    report = adding([tmp_path / "丁.txt"], index).work(lambda _: None)
    assert not isinstance(report, str)
    job = Job("1", "甲", about=("丁.txt",), state=JobState.DONE, report=report, build=report.build_id)
    told = told_jobs([job], "甲", Collection(report.build_id, 3, {}), Language.ZH)
    shown = Library(Engine(index), read_only=False).shown("甲", Language.ZH)
    assert ours(told, report.build_id) != []
    assert ours(Outside("".join([told, *map(str, shown.values())])).text, report.build_id) == []


@pytest.mark.parametrize(
    "error", [*ERRORS, OSError(28, "No space left on device")], ids=lambda each: type(each).__name__
)
def test_a_chinese_page_tells_errors_in_chinese(error: Exception, tmp_path: Path) -> None:
    """Whatever kind of error a question or a change ends with."""
    failed = Job("1", "甲", about=("甲.txt",), state=JobState.FAILED, error=error)
    report = told_jobs([failed], "甲", Collection("", 3, {}), Language.ZH)
    for told in (told_to_visitor(error, tmp_path, Language.ZH), Outside(report).text):
        assert re.search("[\u4e00-\u9fff]{4}", told)
        assert english(told) == []
        assert type(error).__name__ not in told
        assert ours(told, "Build 'x'") == []
    if isinstance(error, BriefQAError):
        assert told_to_visitor(error, tmp_path, Language.EN) == str(error)


def _asked(calls: Calls, **data: Any) -> str:
    return str(run_apart(calls.functions[1](data))["error"])


def test_errors_that_users_meet_are_chinese_sentences(small_index: Path, tmp_path: Path) -> None:
    """Half a character, a scope that was removed, damage: asked as the page asks, told in Chinese."""
    index = Path(shutil.copytree(small_index, tmp_path / "index"))
    engine = Engine(index)
    engine._settled.set()
    calls = Calls(engine, Library(engine, read_only=True))
    told = [_asked(calls, question="\ud800"), _asked(calls, question="问？", documents=["没有.txt"])]
    for path in current_build(index).glob("*.jsonl"):
        path.write_bytes(b"{")
    with pytest.raises(BriefQAError) as caught:
        open_index(index)
    told.append(told_to_visitor(caught.value, index, Language.ZH))
    assert [english(each) for each in told] == [[], [], []]
    assert len(set(told)) == 3


def test_what_cannot_answer_says_so_in_chinese(small_index: Path, tmp_path: Path) -> None:
    """Damage that the server's own check finds is told above the page, its English sentence under 详情."""
    index = Path(shutil.copytree(small_index, tmp_path / "index"))
    engine = Engine(index)
    stored = sorted(current_build(index).glob("texts/*"))[0]
    stored.write_bytes(stored.read_bytes()[:-1] + b"x")
    engine._check_files()
    with engine.using() as opened:
        html = page.basis(engine, opened, Language.ZH)
    assert "现在无法作答。文件库损坏" in Outside(html).text
    assert english(Outside(html).text) == []
    assert "briefqa rollback" in html
