"""The login: a page without scripts, sessions kept in memory, and the same names and passwords for programs.

The whole server lies behind it, Gradio's own files included, so it is not left to Gradio.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from briefqa.errors import InputError
from briefqa.ui.web.limits import Clock, LoginThrottle

COOKIE = "briefqa-session"
OWN = "x-briefqa-own"  # the header by which this process asks itself
_OWN_SECRET = secrets.token_urlsafe(32)
_IDLE = 12 * 3600.0  # seconds without a request after which a session ends
_MOST_SESSIONS = 10_000

PAGE = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>briefqa · 登录 Log in</title><link rel="icon" href="data:,">
<style nonce="{nonce}">
body {{ font-family: system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  max-width: 22rem; margin: 15vh auto; padding: 0 1rem; color-scheme: light dark; }}
label, input, button {{ display: block; width: 100%; box-sizing: border-box; font-size: 1rem; }}
input, button {{ margin: .3rem 0 1rem; padding: .6rem; }}
</style></head>
<body><main><h1>briefqa</h1><p role="status">{notice}</p>
<form method="post" action="login">
<label for="username">用户名 User name</label>
<input id="username" name="username" autocomplete="username" required autofocus>
<label for="password">密码 Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button>登录 Log in</button>
</form></main></body></html>
"""
# In a frame of another site browsers send no strict cookie, so that nobody could log in there.
FRAMED_PAGE = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>briefqa</title><link rel="icon" href="data:,">
<style nonce="{nonce}">body {{ font-family: system-ui, sans-serif; margin: 2rem; }}</style></head>
<body><main><p>请先登录；嵌在其他网站里时不能登录。 Log in first; that cannot be done inside another site.</p>
<p><a href="./" target="_blank" rel="noopener">在新标签页中打开 Open in a new tab</a></p>
<p>该网站与本站同域名时，登录后刷新即可。 On a site of the same domain, reload after the login.</p>
</main></body></html>
"""


class Accounts:
    """Names and passwords, given as USER:PASS.

    Raises:
        InputError: one is not written so.
    """

    def __init__(self, given: Iterable[str]) -> None:
        self._passwords: dict[str, bytes] = {}
        for each in given:
            user, colon, password = each.partition(":")
            if not (user and colon and password):
                raise InputError("The login must be written USER:PASS, both parts not empty.")
            self._passwords[user] = password.encode("utf-8", "surrogateescape")

    def __bool__(self) -> bool:
        return bool(self._passwords)

    def admit(self, user: str, password: str) -> bool:
        """Whether the password is the user's; takes as long for a user that is not known."""
        known = self._passwords.get(user, b"")
        same = hmac.compare_digest(known, password.encode("utf-8", "surrogateescape"))
        return same and bool(known)


class Sessions:
    """Who is logged in: secret → user."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._open: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def begin(self, user: str) -> str:
        """A new session's secret."""
        secret = secrets.token_urlsafe(32)
        self._open[secret] = user, self._clock()
        while len(self._open) > _MOST_SESSIONS:
            self._open.popitem(last=False)
        return secret

    def user(self, secret: str) -> str | None:
        """The user of a session that is open; it stays open for a while more."""
        user, seen = self._open.get(secret, ("", 0.0))
        if not user:
            return None
        if self._clock() - seen > _IDLE:
            del self._open[secret]
            return None
        self._open[secret] = user, self._clock()
        self._open.move_to_end(secret)
        return user

    def end(self, secret: str) -> None:
        """Close a session."""
        self._open.pop(secret, None)


def secret_in(headers: Mapping[str, str]) -> str:
    """The session's secret in the cookies; "" when there is none."""
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookies[COOKIE].value if COOKIE in cookies else ""


def set_cookie(secret: str, secure: bool, path: str) -> str:
    """The header that keeps a session's secret in the browser; an empty one deletes it."""
    age = "; Max-Age=0" if not secret else ""
    return f"{COOKIE}={secret}; Path={path}; HttpOnly; SameSite=Strict{'; Secure' if secure else ''}{age}"


def basic(headers: Mapping[str, str]) -> tuple[str, str] | None:
    """User and password of an Authorization header, as programs send it; None when there is none."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return (user, password) if colon else ("", "")


def user_of(
    headers: Mapping[str, str], address: str, accounts: Accounts, sessions: Sessions, throttle: LoginThrottle
) -> str | None:
    """The user of the session, or of the name and password that a program sends; "" is this process.

    None for nobody.
    """
    if not accounts:
        return None
    if is_own(headers):  # an agent's tool, whose agent has logged in
        return ""
    given = basic(headers)
    if given is None:
        return sessions.user(secret_in(headers))
    if throttle.wait(address):
        return None
    if accounts.admit(*given):
        return given[0]
    throttle.failed(address)
    return None


def own_credentials() -> dict[str, str]:
    """The header that lets this process in where it asks itself: for its own address only."""
    return {OWN: _OWN_SECRET}


def is_own(headers: Mapping[str, str]) -> bool:
    """Whether this process asks itself."""
    return hmac.compare_digest(headers.get(OWN, "").encode("utf-8", "surrogateescape"), _OWN_SECRET.encode())


def form(body: bytes) -> tuple[str, str]:
    """User and password of a posted form; empty where they are missing."""
    try:
        fields = parse_qs(body.decode(), max_num_fields=20)
    except (UnicodeDecodeError, ValueError):
        return "", ""
    return fields.get("username", [""])[0].strip(), fields.get("password", [""])[0]
