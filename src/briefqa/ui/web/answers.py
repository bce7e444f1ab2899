"""What the gate itself says, and how it amends what Gradio says."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

WRONG_HOST = (
    "This server is not asked under that name; use its own address, or start it with --allow-host NAME. "
    "不接受以该主机名访问。"
)
WRONG_ORIGIN = "Pages of other sites cannot use this server. 不接受来自其他网站的请求。"
NOT_HERE = "There is nothing at this address. 没有这个地址。"
STOPPING = "The server is stopping; ask again in a moment. 服务正在停止，请稍后再试。"
TOO_OFTEN = "Too many requests; wait a moment and ask again. 请求太频繁，请稍候再试。"
READ_ONLY = "This server is read-only; nothing can be uploaded. 只读服务，不能上传。"
TOO_MANY = "Too many requests are under way; wait for their answers. 同时进行的请求太多，请稍候再试。"
TOO_SLOW = "The request came too slowly; send it again. 请求发送太慢，请重新发送。"
NO_QUESTION = "The body is no JSON object that this server knows. 请求内容不是可用的 JSON。"
TOO_LARGE = "Too many bytes for one request or for today. 内容过大，或已超过当天的上传限额。"
BROKEN = "Something went wrong inside; the server's log says more. 服务内部出错。"
STREAM_ERROR = b"event: error\ndata: null\n\n"
LOG_IN = "Log in first. 请先登录。"
WRONG_LOGIN = "User name or password is wrong. 用户名或密码不正确。"
WAIT_LOGIN = "Too many failed logins; wait and try again. 登录失败次数过多，请稍候再试。"

_SCRIPT = re.compile(rb"<script(?=[\s>])")
# Gradio's origins and identity; what is ours is put in their place.
_DROPPED = re.compile(rb"access-control-.*|server|x-powered-by")
_NAMES = re.compile(r"(/file=|/heartbeat/|/call/[^/]+/|/mcp/).*")

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]


def in_json(key: str, value: Any) -> bytes:
    """One small object."""
    return json.dumps({key: value}, ensure_ascii=False).encode()


def merged(headers: Iterable[tuple[bytes, bytes]], ours: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """The headers of an answer with ours in place of theirs, without those that open it to other sites."""
    names = {name.encode() for name in ours}
    kept = [
        each for each in headers if each[0].lower() not in names and not _DROPPED.fullmatch(each[0].lower())
    ]
    return [*kept, *((name.encode(), value.encode()) for name, value in ours.items())]


def is_stream(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether an answer comes in events."""
    return any(
        name.lower() == b"content-type" and value.startswith(b"text/event-stream") for name, value in headers
    )


def with_nonce(send: Send, nonce: str) -> Send:
    """Send a page whose own scripts carry the nonce.

    Gradio writes the page's data with every `<` escaped, so that each `<script` is its own.
    """
    begun: Message = {}
    parts: list[bytes] = []

    async def amended(message: Message) -> None:
        if message["type"] == "http.response.start":
            begun.update(message)
            return
        parts.append(message.get("body", b""))
        if message.get("more_body"):
            return
        body = _SCRIPT.sub(b'<script nonce="%s"' % nonce.encode(), b"".join(parts))
        headers = [each for each in begun["headers"] if each[0].lower() != b"content-length"]
        await send({**begun, "headers": [*headers, (b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})

    return amended


def without_names(path: str) -> str:
    """A path for the log: without names of files and sessions."""
    return _NAMES.sub(r"\1…", path)


def declared_length(headers: Mapping[str, str]) -> int:
    """How many bytes a request says it brings; 0 when it does not say so in digits."""
    given = headers.get("content-length", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else 0
