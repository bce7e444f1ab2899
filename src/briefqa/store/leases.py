"""Who reads a build: a reader holds a shared lock on its manifest, and nobody deletes what is held.

The lock belongs to the open file, so it ends with the reader, however that ends. It writes nothing, so
that a build on a read-only disk can be read. Where files cannot be locked, nothing is held.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where a file that is open cannot be deleted
    fcntl = None  # type: ignore[assignment]

_READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)  # a pipe in a folder of somebody's is not waited for


class Lease:
    """Keeps a build from being deleted until it is released, or is no more."""

    def __init__(self, marker: Path) -> None:
        """`marker`: a file of the build that no writer opens.

        Raises:
            OSError: it cannot be opened.
        """
        self._number: int | None = os.open(marker, _READING)
        if fcntl is not None:
            with suppress(OSError):
                fcntl.flock(self._number, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def release(self) -> None:
        """Let go; a second time does nothing."""
        number, self._number = self._number, None
        if number is not None:
            os.close(number)

    def __del__(self) -> None:
        self.release()


def is_leased(marker: Path) -> bool:
    """Whether somebody holds a lease on the build of that file."""
    if fcntl is None:
        return False
    try:
        number = os.open(marker, _READING)
    except OSError:
        return False
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(number)
    return False
