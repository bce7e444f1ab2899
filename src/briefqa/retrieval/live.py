"""What several share that is opened anew after a switch, and closed after its last use: a live build."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar


class Closable(Protocol):
    """What is opened and stays as it was."""

    def is_current(self) -> bool:
        """Whether opening it anew would give the same."""

    def close(self) -> None:
        """Let go of it; nobody uses it any more."""


T = TypeVar("T", bound=Closable)


class Live(Generic[T]):
    """What `open_anew` opened last; threads may share it. Raises what that raises."""

    def __init__(self, open_anew: Callable[[], T]) -> None:
        self._open_anew = open_anew
        self._opening = threading.Lock()  # one opens, the others wait for it
        self._counting = threading.Lock()
        self._uses: dict[T, int] = {}
        self._opened = open_anew()

    @property
    def opened(self) -> T:
        """What is open now, for what it knows without being read; it may be closed at any time."""
        return self._opened

    def follow(self) -> None:
        """Open what is current where that is another one; the one before is closed after its last use."""
        with self.in_use() as opened:
            if opened.is_current():  # a server may let one wait for this, but not all in line
                return
        with self._opening:
            if self._opened is not opened:  # another one has followed meanwhile
                return
            now = self._open_anew()
            with self._counting:
                before, self._opened = self._opened, now
                unused = before not in self._uses
        if unused:
            before.close()

    @contextmanager
    def in_use(self) -> Iterator[T]:
        """What is open now; it stays open meanwhile."""
        with self._counting:
            used = self._opened
            self._uses[used] = self._uses.get(used, 0) + 1
        try:
            yield used
        finally:
            with self._counting:
                self._uses[used] -= 1
                if last := not self._uses[used]:
                    del self._uses[used]
                over = last and used is not self._opened
            if over:
                used.close()
