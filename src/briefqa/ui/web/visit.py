"""One request on its way through the gate: refused, answered here, or passed on to Gradio."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from briefqa.ui.web import answers, login, policy
from briefqa.ui.web.bodies import TOO_SLOW, BoundedBody, is_question, is_text
from briefqa.ui.web.embedding import is_framed
from briefqa.ui.web.hosts import is_from_here
from briefqa.ui.web.limits import MAX_BODY, MAX_FORM, MAX_UPLOAD, AtOnce

if TYPE_CHECKING:
    from briefqa.ui.web.gate import Gate

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Served = Callable[[Scope, Receive, Send], Awaitable[None]]

_LOGGER = logging.getLogger("briefqa")
_LOOKING = ThreadPoolExecutor(1, "briefqa-health")  # a disk that hangs keeps nobody else waiting


class Visit:
    """One request on its way through the gate."""

    def __init__(self, gate: Gate, served: Served, scope: Scope, receive: Receive, send: Send) -> None:
        self._gate = gate
        self._served = served
        self._scope = scope
        self._receive = receive
        self._send_on = send
        self._nonce = secrets.token_urlsafe(16)
        self._began = time.monotonic()
        self._status = 0
        self._login_page = False
        self._framable = False  # by the sites that may
        self._over = False
        self._broken = False  # Gradio could not answer
        self._streams = False
        self._headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        root, path = gate.root_path.rstrip("/"), str(scope["path"])
        self._path = path.removeprefix(root) if root and path.startswith(f"{root}/") else path
        self._method = str(scope["method"])
        self._address = str((scope.get("client") or ("",))[0])
        self._secure = scope.get("scheme") == "https"
        self._user = login.user_of(self._headers, self._address, gate.accounts, gate.sessions, gate.throttle)
        self._client = f"{self._user or ''}@{self._address}"
        # A user has one quota at all addresses; without logins an address is all that tells people apart.
        self._uploader = self._user or self._client

    async def answer(self) -> None:
        """Refuse, answer here, or pass it on."""
        refusal = self._refusal()
        entered = [] if refusal else self._enter()
        try:
            if refusal is not None:
                await self._say(*refusal)
            elif not entered:
                await self._say(429, answers.TOO_MANY, {"retry-after": "10"})
            elif not await self._answered_here():
                await self._pass_on()
        finally:
            for each in entered:
                each.leave(self._address)
            self._tell()

    def _enter(self) -> list[AtOnce]:
        """The counts that this request is in until it ends; none where one of them is full."""
        work = policy.is_work(self._method, self._path)
        entered: list[AtOnce] = []
        for each in [self._gate.open, *([self._gate.working] if work else [])]:
            if not each.enter(self._address):
                for before in entered:
                    before.leave(self._address)
                return []
            entered.append(each)
        return entered

    # -- what is refused -----------------------------------------------------------------------

    def _refusal(self) -> tuple[int, str, dict[str, str]] | None:
        gate, headers = self._gate, self._headers
        arrived_at = str((self._scope.get("server") or ("",))[0])
        named = [headers.get("host", ""), *filter(None, [headers.get("x-forwarded-host")])]
        if not all(gate.hosts.admits(name.partition(",")[0], arrived_at) for name in named):
            return 421, answers.WRONG_HOST, {}
        if not is_from_here(headers, self._method, framed=bool(gate.embedders) and self._is_page()):
            return 403, answers.WRONG_ORIGIN, {}
        if not policy.is_open(self._method, self._path):
            return 404, answers.NOT_HERE, {}
        if gate.stopping and policy.is_work(self._method, self._path):
            return 503, answers.STOPPING, {"retry-after": "10"}
        wait = gate.rate.wait(self._address)
        if policy.is_work(self._method, self._path):
            wait = max(wait, gate.work.wait(self._client))
        if wait:
            return 429, answers.TOO_OFTEN, {"retry-after": str(int(wait) + 1)}
        if self._path == policy.UPLOAD and gate.read_only:
            return 403, answers.READ_ONLY, {}
        if answers.declared_length(self._headers) > self._limit():
            return 413, answers.TOO_LARGE, {}
        return None

    def _limit(self) -> int:
        """Bytes that the body may have."""
        if self._path.rstrip("/") == "/login":
            return MAX_FORM
        if self._path == policy.UPLOAD:
            return min(MAX_UPLOAD + MAX_FORM, self._gate.quota.left(self._uploader))
        return MAX_BODY

    # -- what is answered here -----------------------------------------------------------------

    async def _answered_here(self) -> bool:
        gate, path = self._gate, self._path.rstrip("/")
        if path == policy.HEALTH:
            health = await self._health()
            await self._say(200 if health == "ok" else 503, health, {}, key="status")
        elif policy.is_before_login(path):
            return False
        elif path == "/login":
            await self._log_in()
        elif path == "/logout":
            # Another site's link comes without the cookie, and must not delete it either.
            secret = login.secret_in(self._headers)
            gate.sessions.end(secret)
            await self._to_start(login.set_cookie("", self._secure, self._cookie_path()) if secret else "")
        elif gate.accounts and self._user is None:
            await self._ask_login(200 if self._path == "/" else 401)
        else:
            return False
        return True

    async def _health(self) -> str:
        """How the server stands; those who ask meanwhile wait for the same look: one may hang."""
        gate = self._gate
        if gate.looking is None or gate.looking.done():
            gate.looking = asyncio.get_running_loop().run_in_executor(_LOOKING, gate.health)
        return await asyncio.shield(gate.looking)  # who goes away takes it from nobody

    async def _log_in(self) -> None:
        gate, by_page = self._gate, "text/html" in self._headers.get("accept", "")
        body = await self._body().read()
        if body is None:
            return
        if wait := gate.throttle.wait(self._address):
            await self._ask_login(429, answers.WAIT_LOGIN, {"retry-after": str(int(wait) + 1)})
            return
        user, password = login.form(body)
        if gate.accounts and not gate.accounts.admit(user, password):
            gate.throttle.failed(self._address)
            await self._ask_login(401, answers.WRONG_LOGIN)
            return
        secret = gate.sessions.begin(user) if gate.accounts else ""
        cookie = login.set_cookie(secret, self._secure, self._cookie_path())
        if by_page:
            await self._to_start(cookie)
        else:
            await self._say(200, True, {"set-cookie": cookie}, key="success")

    async def _ask_login(
        self, status: int = 401, why: str = answers.LOG_IN, more: dict[str, str] | None = None
    ) -> None:
        """The login page for a visitor, one sentence for a program."""
        by_page = "text/html" in self._headers.get("accept", "") and self._path.startswith("/login")
        if self._path != "/" and not by_page:
            await self._say(status, why, more or {})
            return
        self._login_page = True
        notice = "" if why == answers.LOG_IN else why
        self._framable = self._is_page() and bool(self._gate.embedders) and is_framed(self._headers)
        page = (login.FRAMED_PAGE if self._framable else login.PAGE).format(nonce=self._nonce, notice=notice)
        await self._begin(status, {"content-type": "text/html; charset=utf-8", **(more or {})}, page.encode())

    async def _to_start(self, cookie: str) -> None:
        kept = {"set-cookie": cookie} if cookie else {}
        await self._begin(303, {"location": "./", **kept}, b"")

    def _cookie_path(self) -> str:
        return f"{self._gate.root_path.rstrip('/')}/" if self._gate.root_path.startswith("/") else "/"

    async def _say(self, status: int, value: Any, more: dict[str, str], *, key: str = "error") -> None:
        await self._begin(status, {"content-type": "application/json", **more}, answers.in_json(key, value))

    async def _begin(self, status: int, headers: dict[str, str], body: bytes) -> None:
        headers = {**headers, "content-length": str(len(body))}
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": raw, "ours": True})
        await self._send({"type": "http.response.body", "body": b"" if self._method == "HEAD" else body})

    # -- what is passed on ---------------------------------------------------------------------

    async def _pass_on(self) -> None:
        """Without the headers by which Gradio allows other origins, or gives parts of files."""
        self._framable = self._is_page()
        never = (b"origin", b"authorization", b"range", login.OWN.encode())
        unread = (*never, *((b"accept-encoding",) if self._is_page() else ()))
        scope = {**self._scope, "headers": [each for each in self._scope["headers"] if each[0] not in unread]}
        awaited = policy.is_awaited(self._method, self._path)
        self._gate.busy += awaited
        try:
            send = answers.with_nonce(self._send, self._nonce) if self._is_page() else self._send
            if (receive := await self._looked_at()) is not None:
                await self._served(scope, receive, send)
        except Exception as error:  # what a library did with strange input is not for the outside
            where = traceback.extract_tb(error.__traceback__)[-1]
            name = f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}"
            _LOGGER.error("%s %s: %s", self._method, answers.without_names(self._path), name)
            if self._streams and not self._over:  # else it would break off in the middle
                await self._send_on({"type": "http.response.body", "body": answers.STREAM_ERROR})
            self._broken = self._broken or not self._status
        finally:
            self._gate.busy -= awaited
        if self._broken:
            self._broken = False
            by_gradio = policy.is_read_by_gradio(self._method, self._path)
            await self._say(*((400, answers.NO_QUESTION) if by_gradio else (500, answers.BROKEN)), {})

    def _is_page(self) -> bool:
        return self._path == "/" and self._method == "GET"

    async def _looked_at(self) -> Receive | None:
        """The body for Gradio; None where it was refused."""
        body = self._body()
        by_agent = policy.is_by_agent(self._method, self._path)
        if not by_agent and not policy.is_told_in_json(self._method, self._path):
            return body
        given = await body.read()
        if given is None:
            return None
        parts = self._gate.parts if policy.is_for_part(self._path) else None
        if not (is_text(given) if by_agent else is_question(given, parts)):
            await self._say(400, answers.NO_QUESTION, {})
            return None
        return body.again(given)

    def _body(self) -> BoundedBody:
        def count(size: int) -> None:
            if self._path == policy.UPLOAD:
                self._gate.quota.take(self._uploader, size)

        async def refuse(why: str) -> None:
            status, text = (408, answers.TOO_SLOW) if why == TOO_SLOW else (413, answers.TOO_LARGE)
            if not self._status:
                await self._say(status, text, {"connection": "close"})
            self._over = True  # whatever Gradio makes of the half of it is for nobody

        return BoundedBody(self._receive, self._limit(), count, refuse)

    async def _send(self, message: Message) -> None:
        if self._over or self._broken:
            return
        if message["type"] == "http.response.start":
            of_this_program = message.pop("ours", False)
            if message["status"] == 500 and not of_this_program:  # what a library says is for nobody
                self._broken = True
                return
            self._status = message["status"]
            self._streams = answers.is_stream(message.get("headers", []))
            ours = policy.security_headers(
                self._nonce,
                self._gate.scripts,
                login=self._login_page,
                secure=self._secure,
                upload=message["status"] < 300 and policy.is_upload_shown(self._path),
                embedders=self._gate.embedders if self._framable else "",
            )
            ours |= policy.keeping(self._path, message["status"])
            message["headers"] = answers.merged(message.get("headers", []), ours)
        await self._send_on(message)

    def _tell(self) -> None:
        if self._gate.log is not None:
            path, ms = answers.without_names(self._path), round((time.monotonic() - self._began) * 1000)
            told = {"method": self._method, "path": path, "status": self._status, "ms": ms}
            self._gate.log({**told, "client": self._client})
