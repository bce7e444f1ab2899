"""How the server stands, and how it ends: what it has begun is finished, what is new is refused."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from briefqa.ui.web.gate import Gate

_LONGEST_STOP = 30.0  # seconds
_LOOK = 0.05
_FETCHED = 0.5


class Standing(Protocol):
    """What is asked of the engine behind the page."""

    def follow(self) -> None:
        """Open the live build where that is another one."""

    @property
    def settled(self) -> bool:
        """Whether the model is loaded, or has failed to."""

    @property
    def error(self) -> str:
        """Why the model cannot be loaded."""


def health_of(engine: Standing) -> str:
    """ "ok" when questions are answered, else "loading" or "failed"."""
    if not engine.settled:
        return "loading"
    engine.follow()  # what is told of a damaged build is no more true of the one before, or after
    return "failed" if engine.error else "ok"


def wait_for_end(gate: Gate, waiting: Callable[[], int]) -> None:
    """Serve until SIGINT or SIGTERM, then until nothing is under way, a second signal, or half a minute.

    `waiting`: how many questions wait or are being answered.
    """
    asked = threading.Event()
    again = threading.Event()

    def stop(number: int, frame: Any) -> None:
        (again if asked.is_set() else asked).set()

    before: list[tuple[signal.Signals, Callable[..., Any] | int | None]] = [
        (each, signal.signal(each, stop)) for each in (signal.SIGINT, signal.SIGTERM)
    ]
    try:
        while not asked.wait(0.5):
            pass
        gate.stopping = True
        latest = time.monotonic() + _LONGEST_STOP
        quiet = time.monotonic()  # since when nothing is under way: an answer is fetched by a second request
        while not again.is_set() and time.monotonic() < latest and time.monotonic() - quiet < _FETCHED:
            time.sleep(_LOOK)
            if gate.busy or waiting():
                quiet = time.monotonic()
    finally:
        for number, handler in before:
            signal.signal(number, handler)
