"""Greetings, thanks and questions about the page: a kind note, no search result and no entry in a record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("gradio", reason="the web page needs gradio")

from apart import run_apart
from briefqa.ui.calls import Calls
from briefqa.ui.documents.changing import Library
from briefqa.ui.engine import Engine

Asks = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def calls(small_index: Path) -> dict[str, Asks]:
    """The functions that the page's script calls."""
    engine = Engine(small_index)
    engine.start_loading(lambda: True)
    functions = Calls(engine, Library(engine, read_only=True)).functions

    def called(function: Any) -> Asks:
        return lambda **data: run_apart(function(data))

    return {each.__name__: called(each) for each in functions}


@pytest.mark.parametrize(
    "said",
    ["你好", "您好！", "謝謝", "好的，谢谢您！", "Hello", "Thank you very much.", "你是谁？", "你能做什么？"],
)
def test_a_greeting_is_answered_by_a_kind_note(calls: dict[str, Asks], said: str) -> None:
    """It says what the page can do: nothing was looked for, so nothing was missed, near or to be rated."""
    got = calls["ask_question"](question=said)
    assert got["courtesy"]
    assert "很高兴为您服务" in got["html"]
    assert "现有 2 份文件" in got["html"]
    for part in ("文中未找到", "<button", "<details", "data-doc"):
        assert part not in got["html"]


@pytest.mark.parametrize(
    "asked", ["你好医院的床位有多少？", "你好，甲市有多少家智能工厂？", "感谢信写给谁？", "早餐标准是多少？"]
)
def test_what_asks_something_is_searched_for(calls: dict[str, Asks], asked: str) -> None:
    """Whatever stands beside a greeting, or begins as one."""
    got = calls["ask_question"](question=asked)
    assert not got["courtesy"]
    assert "很高兴为您服务" not in got["html"]


def test_a_greeting_between_two_questions_is_passed_over(calls: dict[str, Asks]) -> None:
    """The later one leans on the earlier one, and no record has it."""
    history = ["甲市有多少家智能工厂？", "谢谢"]
    got = calls["ask_question"](question="2023年呢？", history=history)
    assert "智能工厂" in got["answer"]["searched"]
    thanks = {"question": "谢谢", **calls["ask_question"](question="谢谢")}
    assert "error" in calls["write_export"](kind="markdown", turns=[thanks])
