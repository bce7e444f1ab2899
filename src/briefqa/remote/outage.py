"""A server that was lost: for some seconds nobody waits for it any more, then one tries it again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from briefqa.remote.refusals import LostServerError

PAUSE = 5.0  # seconds


class Outage:
    """What those who read from one server know of its being lost; threads share it.

    Without it each question would wait as long as the first for a server that is not there.
    """

    def __init__(self) -> None:
        self._knowing = threading.Lock()
        self._told = ""  # what was told when it was lost; "" while it answers
        self._since = 0.0
        self._tried = False  # somebody is finding out whether it is there again

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around each request.

        Raises:
            LostServerError: it was lost a moment ago, or somebody waits for it already.
        """
        tries, told = self._enter(), ""
        try:
            yield
        except LostServerError as error:
            told = str(error)
            raise
        finally:  # a refusal is an answer, too
            if tries or told:
                self._learn(told, tries)

    def _learn(self, told: str, tries: bool) -> None:
        with self._knowing:
            self._told, self._since = told, time.monotonic()
            self._tried = self._tried and not tries

    def _enter(self) -> bool:
        """Whether this request is the one that tries."""
        with self._knowing:
            if not self._told:
                return False
            if self._tried or time.monotonic() < self._since + PAUSE:
                raise LostServerError(self._told)
            self._tried = True
            return True


_registering = threading.Lock()
_outages: dict[str, Outage] = {}


def outage_of(server: str) -> Outage:
    """The one of a server, by its address, for all who read from it in this process."""
    with _registering:
        return _outages.setdefault(server, Outage())
