"""What is shared and opened anew: closed after its last use, neither before nor twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import briefqa
from briefqa import Index
from briefqa.errors import ModelUnavailableError
from briefqa.retrieval.live import Live
from briefqa.store.builds import current_build
from briefqa.store.leases import is_leased
from briefqa.store.manifest import MANIFEST
from briefqa.ui.engine import Engine
from briefqa.ui.web.lifetime import health_of


class _Opened:
    """One opening of something whose newest number is in a list."""

    def __init__(self, numbers: list[int]) -> None:
        self._numbers, self.number, self.closed = numbers, numbers[-1], 0

    def is_current(self) -> bool:
        return self._numbers[-1] == self.number

    def close(self) -> None:
        self.closed += 1


@given(st.lists(st.tuples(st.sampled_from(["switch", "follow", "enter", "leave"]), st.integers(0, 9))))
def test_what_is_in_use_is_open_and_all_else_is_closed(steps: list[tuple[str, int]]) -> None:
    """After any steps the newest that was followed and what is in use are open; the rest is closed, once."""
    numbers, every = [0], []

    def open_anew() -> _Opened:
        every.append(_Opened(numbers))
        return every[-1]

    live = Live(open_anew)
    uses: list[tuple[AbstractContextManager[_Opened], _Opened]] = []
    for step, which in steps:
        if step == "switch":
            numbers.append(numbers[-1] + 1)
        elif step == "follow":
            live.follow()
            assert live.opened.is_current()
        elif step == "enter":
            use = live.in_use()
            uses.append((use, use.__enter__()))
        elif uses:
            use, _ = uses.pop(which % len(uses))
            use.__exit__(None, None, None)
        used = {id(each) for _, each in uses} | {id(live.opened)}
        assert [each.closed for each in every] == [int(id(each) not in used) for each in every]


def test_a_look_that_hangs_keeps_nobody_else_waiting() -> None:
    """While one waits for what is current the others go on; of all that see a switch one opens, once."""
    numbers, every, looked, go_on = [0], [], threading.Event(), threading.Event()

    class Hanging(_Opened):
        def is_current(self) -> bool:
            if not looked.is_set():
                looked.set()
                assert go_on.wait(60)
            return super().is_current()

    def open_anew() -> Hanging:
        every.append(Hanging(numbers))
        return every[-1]

    live = Live(open_anew)
    with ThreadPoolExecutor(9) as threads:
        try:
            slow = threads.submit(live.follow)
            assert looked.wait(60)
            threads.submit(live.follow).result(30)
            numbers.append(1)
            for each in [threads.submit(live.follow) for _ in range(8)]:
                each.result(30)
            assert (live.opened.number, len(every)) == (1, 2)
            assert every[0].closed == 0  # it is being looked at
        finally:
            go_on.set()
        slow.result(30)
    assert [each.closed for each in every] == [1, 0]


def _is_held(build: Path) -> bool:
    return is_leased(build / MANIFEST)


def test_a_replaced_build_is_let_go_after_its_last_question(tmp_path: Path) -> None:
    """The page, and the one-line questions, hold a build while they answer from it, and no longer."""
    text, index = tmp_path / "甲.txt", tmp_path / "index"
    text.write_text("甲市工业\n甲市有12家智能工厂。\n", "utf-8")
    briefqa.build_index(text, index)
    first = current_build(index)
    engine = Engine(index)
    assert briefqa.ask("甲市有多少家智能工厂？", index_dir=index).found
    with engine.using() as before:
        text.write_text("甲市工业\n甲市有15家智能工厂。\n", "utf-8")
        briefqa.build_index(text, index)
        assert briefqa.ask("甲市有多少家智能工厂？", index_dir=index).citations[0].quote.find("15") > 0
        with engine.using() as after:
            assert after.build_id != before.build_id
        assert _is_held(first)
        assert "12" in before.ask("甲市有多少家智能工厂？").citations[0].quote
    assert not _is_held(first)
    assert _is_held(current_build(index))


@pytest.fixture
def followed(tmp_path: Path) -> tuple[Engine, Callable[[], None]]:
    """An engine whose model is taken for loaded, and what makes another build the one that it has."""
    text, index = tmp_path / "甲.txt", tmp_path / "index"
    text.write_text("甲市工业\n甲市有12家智能工厂。\n", "utf-8")
    briefqa.build_index(text, index)
    engine = Engine(index)

    def build_another() -> None:
        text.write_text(text.read_text("utf-8") + "甲市有5座桥。\n", "utf-8")
        briefqa.build_index(text, index)
        engine.follow()

    engine._settled.set()
    return engine, build_another


def _rest(engine: Engine) -> None:
    latest = time.monotonic() + 60
    while not engine.at_rest or engine._trying.locked():
        assert time.monotonic() < latest
        time.sleep(0.01)


def test_a_failure_with_one_build_is_not_one_of_the_next(
    followed: tuple[Engine, Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where examples of a build fail, those of the one that became live meanwhile are made; each once."""
    engine, build_another = followed
    tried: list[str] = []

    def fail(index: Index) -> None:
        tried.append(index.build_id)
        if len(tried) == 1:
            build_another()
        raise RuntimeError("nothing can be read")

    monkeypatch.setattr(engine, "_good_examples", fail)
    first = engine.build_id
    engine.try_examples()
    _rest(engine)
    assert tried == [first, engine.build_id]
    assert engine.build_id != first


def test_a_model_that_fails_is_told_of_its_build_only(
    followed: tuple[Engine, Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build that is made all right is well at once, and one whose model fails again is not."""
    engine, build_another = followed
    fails = True

    def load(index: Index) -> None:
        if fails:
            raise ModelUnavailableError("it is not there")

    monkeypatch.setattr(Index, "load_model", load)
    engine.try_examples()
    _rest(engine)
    assert (health_of(engine), "not there" in engine.error) == ("failed", True)
    fails = False
    build_another()
    assert health_of(engine) == "ok"
    fails = True
    build_another()
    engine.try_examples()
    _rest(engine)
    assert health_of(engine) == "failed"
