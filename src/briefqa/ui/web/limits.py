"""How often and how much a client may ask: requests, failed logins, uploaded bytes. Counted in memory.

Clients are told apart by user and address, uploads of who is logged in by user alone. Each table forgets
its oldest entries, so that many clients cost no memory.
"""

from __future__ import annotations

import os
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from briefqa.errors import InputError

Value = TypeVar("Value")
Clock = Callable[[], float]
_MOST_CLIENTS = 10_000
MAX_UPLOAD = 200 * 2**20  # bytes of one file
MAX_BODY = 8 * 2**20  # bytes of any other request: a long conversation has .5 MB
MAX_FORM = 8 * 2**10  # bytes of a login


class _Table(Generic[Value]):
    """Client → value; holds the `_MOST_CLIENTS` that were seen last."""

    def __init__(self) -> None:
        self._values: OrderedDict[str, Value] = OrderedDict()

    def get(self, client: str, default: Value) -> Value:
        return self._values.get(client, default)

    def put(self, client: str, value: Value) -> None:
        self._values[client] = value
        self._values.move_to_end(client)
        while len(self._values) > _MOST_CLIENTS:
            self._values.popitem(last=False)


class Rate:
    """A bucket for each client: `burst` requests at once, `per_second` in the long run."""

    def __init__(self, per_second: float, burst: int, clock: Clock = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._buckets: _Table[tuple[float, float]] = _Table()

    def wait(self, client: str) -> float:
        """Take one request; the seconds to wait when there is none left, else 0."""
        now = self._clock()
        left, seen = self._buckets.get(client, (float(self._burst), now))
        left = min(self._burst, left + (now - seen) * self._per_second)
        if left < 1:
            self._buckets.put(client, (left, now))
            return (1 - left) / self._per_second
        self._buckets.put(client, (left - 1, now))
        return 0.0


class AtOnce:
    """How many requests of a client, and of all, may be under way."""

    def __init__(self, each: int, in_all: int) -> None:
        self._each = each
        self._all = in_all
        self._open: Counter[str] = Counter()
        self._in_all = 0

    def enter(self, client: str) -> bool:
        """Begin one, if there may be one more."""
        if self._open[client] >= self._each or self._in_all >= self._all:
            return False
        self._open[client] += 1
        self._in_all += 1
        return True

    def leave(self, client: str) -> None:
        """End one that was begun."""
        self._in_all -= 1
        self._open[client] -= 1
        if not self._open[client]:
            del self._open[client]


_FREE = 5  # failed logins of one client before it has to wait
_FREE_IN_ALL = 50  # of all clients together: an address is easily changed
_LONGEST = 900.0  # seconds a client waits at most
_LONGEST_IN_ALL = 10.0  # short: everybody has to wait, and a session that is open goes on
_FORGOTTEN = 3600.0  # seconds without a failure after which they count no more


class LoginThrottle:
    """After some failed logins each further try has to wait, twice as long every time."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._failures: _Table[tuple[int, float]] = _Table()
        self._in_all = (0, 0.0)

    def wait(self, client: str) -> float:
        """Seconds until the client may try again; 0 when it may now."""
        one = self._wait(self._failures.get(client, (0, 0.0)), _FREE, _LONGEST)
        return max(one, self._wait(self._in_all, _FREE_IN_ALL, _LONGEST_IN_ALL))

    def _wait(self, failed: tuple[int, float], free: int, longest: float) -> float:
        count, last = failed
        if count < free:
            return 0.0
        return max(0.0, last + min(2.0 ** min(count - free, 20), longest) - self._clock())

    def failed(self, client: str) -> None:
        """Count a failed login."""
        self._failures.put(client, self._one_more(self._failures.get(client, (0, 0.0))))
        self._in_all = self._one_more(self._in_all)

    def _one_more(self, failed: tuple[int, float]) -> tuple[int, float]:
        now = self._clock()
        return (failed[0] + 1 if now - failed[1] < _FORGOTTEN else 1), now


_DAY = 86_400.0
_UPLOADED_MB = 2048.0  # a day


def quota_of_the_day() -> UploadQuota:
    """BRIEFQA_UPLOAD_MB for each, four times as much for all.

    Raises:
        InputError: it is no number above 0.
    """
    given = os.environ.get("BRIEFQA_UPLOAD_MB", "").strip() or str(_UPLOADED_MB)
    try:
        megabytes = float(given)
    except ValueError:
        megabytes = 0.0
    if not 0 < megabytes < 1e9:
        raise InputError(
            f"BRIEFQA_UPLOAD_MB is {given!r}; give a number above 0, or leave it out for {_UPLOADED_MB:.0f}."
        )
    return UploadQuota(int(megabytes * 2**20), int(megabytes * 2**22))


class UploadQuota:
    """Bytes that one client, and all together, may upload within a day."""

    def __init__(self, each: int, in_all: int, clock: Clock = time.monotonic) -> None:
        self._each = each
        self._all = in_all
        self._clock = clock
        self._day = clock()
        self._used: _Table[int] = _Table()
        self._used_in_all = 0

    def left(self, client: str) -> int:
        """Bytes that the client may still upload today."""
        if self._clock() - self._day >= _DAY:
            self._day, self._used, self._used_in_all = self._clock(), _Table(), 0
        return max(0, min(self._each - self._used.get(client, 0), self._all - self._used_in_all))

    def take(self, client: str, count: int) -> None:
        """Count bytes that came in, whether or not they were wanted."""
        self._used.put(client, self._used.get(client, 0) + count)
        self._used_in_all += count
