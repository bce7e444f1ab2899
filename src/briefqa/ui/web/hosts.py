"""Under which names this server is asked, and from which pages.

A page of another site may name this machine (DNS rebinding) or send requests to it; both are told by the
headers that a browser sets and no script can change.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from briefqa.errors import InputError

_LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Hosts:
    """The names by which the server may be asked.

    Always: localhost and its addresses, the address that it listens on, and the address of this machine that
    a request came to; a name only when it is given, and with a dot in front also all names below it.

    Raises:
        InputError: a given name is none.
    """

    def __init__(self, listening: str, more: Iterable[str] = ()) -> None:
        named = set()
        for each in more:
            name = _name_of(each)
            if name is None:
                raise InputError(f"The host {each!r} is no name; give one such as briefqa.example.org.")
            named.add(f".{name.lstrip('.')}" if each.startswith(".") else name)
        wildcard = listening.strip("[]") in ("", "0.0.0.0", "::")
        own = {socket.gethostname().lower()} if wildcard else {listening.strip("[]").lower()}
        self._names = _LOOPBACK | own | named

    def admits(self, host: str, arrived_at: str) -> bool:
        """Whether a request may name `host`, when it came to the address `arrived_at` of this machine."""
        name = _name_of(host)
        if name is None:
            return False
        below = any(name.endswith(each) for each in self._names if each.startswith("."))
        return below or name in self._names or (_is_address(name) and name == arrived_at)


def is_from_here(headers: Mapping[str, str], method: str, *, framed: bool = False) -> bool:
    """Whether a request comes from a page of this server, from a program, or is a plain visit.

    Args:
        headers: lower-case names → values.
        method: GET, POST, …
        framed: a visit may be one in a frame too.
    """
    origin = headers.get("origin")
    if origin is not None and not _same(origin, headers.get("host", "")):
        return False
    site = headers.get("sec-fetch-site", "none")
    visit = method in ("GET", "HEAD") and headers.get("sec-fetch-mode", "navigate") == "navigate"
    shown = ("document", "iframe") if framed else ("document",)
    return site in ("none", "same-origin") or (visit and headers.get("sec-fetch-dest") in shown)


def _same(origin: str, host: str) -> bool:
    """Whether an origin (scheme://host:port) is the one that a Host header (host:port) names."""
    try:
        given = urlsplit(origin)
        asked = urlsplit(f"{given.scheme}://{host}")
        default = _DEFAULT_PORTS[given.scheme]
        ports = given.port or default, asked.port or default
    except (ValueError, KeyError):
        return False
    return bool(given.hostname) and given.hostname == asked.hostname and ports[0] == ports[1]


def _name_of(host: str) -> str | None:
    """The name in `name:port`, in lower case; None when it is none."""
    try:
        parts = urlsplit(f"//{host.strip()}")
        _ = parts.port
    except ValueError:
        return None
    name = (parts.hostname or "").rstrip(".")
    wrong = parts.path or parts.query or parts.fragment or parts.username is not None
    return None if wrong or not name or not name.isascii() else name


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
