"""How the server's process gives memory back."""

from __future__ import annotations

import contextlib
import ctypes
import sys

_MMAP_THRESHOLD, _MOST_HEAPS = -3, -8  # of mallopt, see malloc.h


def give_memory_back() -> None:
    """Let what is large go back to the system when it is freed, and let threads share two heaps.

    glibc keeps as much as it was ever asked for at once, and a heap for each of many threads: 70 MB of the
    page's memory with the models open. Other systems are left as they are.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library
            library = ctypes.CDLL(None)
            library.mallopt(_MMAP_THRESHOLD, 256 * 1024)
            library.mallopt(_MOST_HEAPS, 2)
