"""The gate: every request passes here before Gradio sees it, and every answer on its way out.

In this order: is the name one of ours (421), the page that asks too (403), is there such an address (404),
is the server stopping (503), has the client asked too often (429), may it change anything (403), how many
bytes does it bring (413), are too many under way (429), is it logged in (401), does it come in time (408).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from briefqa.ui.web import login
from briefqa.ui.web.hosts import Hosts
from briefqa.ui.web.limits import AtOnce, LoginThrottle, Rate, UploadQuota, quota_of_the_day
from briefqa.ui.web.visit import Receive, Scope, Send, Served, Visit

Log = Callable[[dict[str, Any]], None]


@dataclass(slots=True)
class Gate:
    """What is let in.

    Attributes:
        hosts: under which names.
        accounts: with which logins; none lets everybody in.
        read_only: nothing may be uploaded.
        root_path: the path under which a reverse proxy shows the server.
        embedders: the sites that may show the page in a frame, see `embedding_sites`.
        scripts: digests of scripts that run without being part of the first page, see `digest_source`.
        parts: of the page, that have functions to call; None for any.
        health: how it stands: "ok", or one word for what it waits for or lacks.
        log: is told of each request, without queries and bodies.
    """

    hosts: Hosts
    accounts: login.Accounts
    read_only: bool = False
    root_path: str = ""
    embedders: str = ""
    scripts: str = ""
    parts: Collection[int] | None = None
    health: Callable[[], str] = lambda: "ok"
    log: Log | None = None
    sessions: login.Sessions = field(default_factory=login.Sessions)
    throttle: LoginThrottle = field(default_factory=LoginThrottle)
    rate: Rate = field(default_factory=lambda: Rate(100.0, 2_000))
    work: Rate = field(default_factory=lambda: Rate(20.0, 200))
    quota: UploadQuota = field(default_factory=quota_of_the_day)
    open: AtOnce = field(default_factory=lambda: AtOnce(200, 800))
    working: AtOnce = field(default_factory=lambda: AtOnce(100, 120))  # more would only wait for each other
    looking: asyncio.Future[str] | None = None  # at how the server stands
    stopping: bool = False
    busy: int = 0  # requests under way that a stop waits for

    def around(self, served: Served) -> Served:
        """The app that asks `served` only what is let in."""

        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                await Visit(self, served, scope, receive, send).answer()
            elif scope["type"] == "lifespan":
                await served(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008})

        return guarded
