"""Connections: how long one may be open without a request, and how many there may be.

Uvicorn waits for the first request of a connection, and for the end of its head, as long as it takes; a few
hundred connections that say nothing would keep everybody out.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import uvicorn.config
from uvicorn.protocols.http.h11_impl import H11Protocol

WAITED = 20.0  # seconds for the head of a request
LOOK = 5.0  # seconds between two looks at one
MOST = 800  # in all; a process may have 1,024 files open where nobody has changed that
MOST_EACH = 200  # of one address: a page has six and two streams, and an office may share an address
MOST_TOLD = (
    2 * MOST_EACH
)  # those beyond its share are told that the server is busy, those beyond this are not
_FILES = 4096


class BoundedConnection(H11Protocol):
    """A connection that is closed when nothing comes of it."""

    trusted = ""  # the address of a reverse proxy, from which everybody comes

    def connection_made(self, transport: Any) -> None:
        """Take it, or close it at once where there are too many."""
        super().connection_made(transport)
        self._idle_since = self.loop.time()
        host = self.client[0] if self.client else ""
        of_host = 0 if host == self.trusted else sum(_host(each) == host for each in self.connections)
        if len(self.connections) > MOST or of_host > MOST_TOLD:
            transport.abort()
        elif of_host > MOST_EACH:
            self.limit_concurrency = 0  # uvicorn answers its request with 503, and closes it
        self._look: asyncio.TimerHandle | None = self.loop.call_later(LOOK, self._close_idle)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        super().connection_lost(exc)
        if self._look is not None:
            self._look.cancel()

    def _close_idle(self) -> None:
        now = self.loop.time()
        if self.cycle is not None and not self.cycle.response_complete:
            self._idle_since = now
        if now - self._idle_since > WAITED:
            self.transport.abort()
            return
        self._look = self.loop.call_later(LOOK, self._close_idle)


def _host(connection: Any) -> str:
    client = getattr(connection, "client", None)
    return str(client[0]) if client else ""


def bound_connections(proxy: str) -> None:
    """Have servers that are started from now on bound their connections; those from `proxy` only in all."""
    BoundedConnection.trusted = proxy
    uvicorn.config.HTTP_PROTOCOLS["auto"] = f"{__name__}:{BoundedConnection.__name__}"
    with suppress(ImportError, OSError, ValueError):  # not on Windows, where files are not counted so
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < _FILES:
            wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
