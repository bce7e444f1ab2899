"""What a request brings: counted, awaited for a bounded time, and looked at before Gradio keeps any of it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Refuse = Callable[[str], Awaitable[None]]

TOO_SLOW, TOO_LARGE = "slow", "large"
BETWEEN_PARTS = 20.0  # seconds
_IN_ALL = 60.0  # seconds after which no more of a body of JSON is waited for
_LONGEST_NAME = 64  # characters of what Gradio keeps things by: its own have eleven
_NAMES = ("session_hash", "event_id", "fn_name", "oauth_token")
_GONE: Message = {"type": "http.disconnect"}


class BoundedBody:
    """The receiving end of a request.

    Args:
        receive: gives the parts.
        left: how many bytes there may be.
        count: is told of the bytes of each part.
        refuse: is told TOO_SLOW or TOO_LARGE; whoever receives then hears that the client has gone.
    """

    def __init__(self, receive: Receive, left: int, count: Callable[[int], None], refuse: Refuse) -> None:
        self._receive = receive
        self._left = left
        self._count = count
        self._refuse = refuse
        self._whole = False

    async def __call__(self) -> Message:
        """The next part; once there is no more of them, the end of the request, however long it takes."""
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout(BETWEEN_PARTS):
                message = await self._receive()
        except TimeoutError:
            return await self._end(TOO_SLOW)
        size = len(message.get("body", b""))
        self._count(size)
        self._left -= size
        if self._left < 0:
            return await self._end(TOO_LARGE)
        self._whole = not message.get("more_body")
        return message

    async def _end(self, why: str) -> Message:
        self._whole = True
        await self._refuse(why)
        return _GONE

    async def read(self) -> bytes | None:
        """All of it; None when it was refused, or the client went away."""
        parts: list[bytes] = []
        latest = (
            time.monotonic() + _IN_ALL
        )  # looked at, not waited for: a part that comes just then may hide it
        while not self._whole:
            message = await self()
            if message["type"] != "http.request":
                return None
            parts.append(message.get("body", b""))
            if not self._whole and time.monotonic() > latest:
                await self._end(TOO_SLOW)
                return None
        return b"".join(parts)

    def again(self, body: bytes) -> Receive:
        """A receiving end that gives all of it at once."""
        messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            return messages.pop() if messages else await self._receive()

        return receive


def is_text(body: bytes) -> bool:
    """Whether all that a body says can be said again: JSON may name halves of characters."""
    try:
        json.dumps(json.loads(body), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    except (ValueError, RecursionError):
        return True  # it is no JSON, which others tell
    return True


def is_question(body: bytes, parts: Collection[int] | None = None) -> bool:
    """Whether a body is a JSON object whose names are short: each is kept for as long as the server runs.

    `parts`: of the page, one of which it must be for; None where it is for none.
    """
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(given, dict):
        return False
    part = given.get("component_id")
    if parts is not None and (type(part) is not int or part not in parts):
        return False
    names = (given.get(name) for name in _NAMES)
    return all(each is None or (isinstance(each, str) and len(each) <= _LONGEST_NAME) for each in names)
