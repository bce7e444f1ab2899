"""A script at the very beginning of the page: Gradio chooses its words before it reads its `head`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from briefqa.ui.assets import early_script

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_HEAD = b"<head>"


class EarlyScript:
    """Puts the script into each HTML page that has a head; other responses pass as they are.

    `before`: a script that runs before it.
    """

    def __init__(self, app: Callable[..., Awaitable[None]], before: str = "") -> None:
        self._app = app
        self._script = b"<head><script>" + before.encode() + early_script().encode() + b"</script>"

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Hold the head of an HTML response back until its body has come, for its length changes."""
        held: list[Message] = []
        body = bytearray()

        async def with_script(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_html(message):
                held.append(message)
                return
            if not held:
                await send(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                page = bytes(body).replace(_HEAD, self._script, 1)
                start = held.pop()
                headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
                length = (b"content-length", str(len(page)).encode())
                await send({**start, "headers": [*headers, length]})
                await send({**message, "body": page})

        await self._app(scope, receive, with_script if scope["type"] == "http" else send)


def _is_html(message: Message) -> bool:
    kinds = [value for name, value in message["headers"] if name.lower() == b"content-type"]
    encoded = any(name.lower() == b"content-encoding" for name, _ in message["headers"])
    return not encoded and any(kind.startswith(b"text/html") for kind in kinds)
