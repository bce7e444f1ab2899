"""A server that was lost is waited for by one at a time, and not at all right after it was lost."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefqa.errors import InputError
from briefqa.remote import outage
from briefqa.remote.outage import Outage, outage_of
from briefqa.remote.refusals import LostServerError


class _Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


@given(st.lists(st.tuples(st.floats(0, 12), st.sampled_from(["there", "lost", "refuses"])), max_size=30))
def test_nobody_waits_right_after_it_was_lost(steps: list[tuple[float, str]]) -> None:
    """It is asked if it answered last time or the pause is over; else what was told is told again."""
    clock, asked = _Clock(), Outage()
    lost_at: float | None = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outage, "time", clock)
        for number, (later, how) in enumerate(steps):
            clock.now += later
            waits = lost_at is None or clock.now >= lost_at + outage.PAUSE
            reached = False
            try:
                with asked.asking():
                    reached = True
                    if how == "lost":
                        raise LostServerError(f"lost {number}")
                    if how == "refuses":
                        raise InputError("no such row")
            except (LostServerError, InputError):
                pass
            assert reached == waits
            if reached:
                lost_at = clock.now if how == "lost" else None


def test_one_tries_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody finds out whether it is there again, nobody else waits for that."""
    monkeypatch.setattr(outage, "PAUSE", 0.0)
    asked = Outage()
    with pytest.raises(LostServerError), asked.asking():
        raise LostServerError("It is gone.")
    trying, there = threading.Event(), threading.Event()

    def find_out() -> None:
        with asked.asking():
            trying.set()
            there.wait(60)

    finder = threading.Thread(target=find_out)
    finder.start()
    assert trying.wait(60)
    for _ in range(3):
        with pytest.raises(LostServerError, match=r"It is gone\."), asked.asking():
            raise AssertionError("it was asked")
    there.set()
    finder.join(60)
    with asked.asking():
        pass


def test_what_is_known_of_a_server_is_known_to_all_who_read_from_it() -> None:
    """There is one for each address."""
    assert outage_of("http://a:1") is outage_of("http://a:1") is not outage_of("http://a:2")
