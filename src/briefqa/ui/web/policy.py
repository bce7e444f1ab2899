"""Which addresses the server has, and what every answer tells the browser."""

from __future__ import annotations

import base64
import hashlib
import re

API = "/gradio_api"
HEALTH = "/healthz"
_STARTUP = f"{API}/startup-events"
# What the page, programs and agents need. Whatever else Gradio has, or will have, is not there: proxies,
# monitoring, its editor, run history, tokens, streams of sound and video.
_READ = re.compile(
    rf"/|/(?:config|theme\.css|favicon\.ico|robots\.txt|logout)/?|/(?:assets|static|svelte)/.+|{HEALTH}|"
    rf"{API}/(?:info|openapi\.json|app_id|user|login_check|startup-events|theme\.css|upload_progress)/?|"
    rf"{API}/(?:heartbeat|call)/.+|{API}/queue/(?:data|status)|{API}/file=(?!\w\w+:).+|{API}/mcp(?:/.*)?"
)
_WRITTEN = re.compile(
    rf"/login/?|{API}/(?:queue/join|cancel|upload|reset/?|component_server/?)|{API}/(?:call|run|api)/.+|{API}/mcp(?:/.*)?"
)
_WORK = re.compile(rf"{API}/(?:queue/join|upload|component_server/?|(?:call|run|api|mcp)/.+)")
_TOLD = re.compile(rf"{API}/(?:queue/join|component_server/?|cancel|reset/?|(?:call|run|api)/.+)")
_AWAITED = re.compile(rf"{API}/queue/data|{API}/call/.+")
UPLOAD = f"{API}/upload"
MCP = f"{API}/mcp"


def is_open(method: str, path: str) -> bool:
    """Whether the server has that address for that method."""
    if "\0" in path or ".." in re.split(r"[/\\]", path):
        return False
    if method in ("GET", "HEAD"):
        return _READ.fullmatch(path) is not None
    if method == "DELETE":  # an agent ends its session
        return path.startswith(f"{MCP}/")
    return method == "POST" and _WRITTEN.fullmatch(path) is not None


def is_work(method: str, path: str) -> bool:
    """Whether answering takes the processor for long."""
    return method == "POST" and _WORK.fullmatch(path) is not None


def is_told_in_json(method: str, path: str) -> bool:
    """Whether the body is one JSON object."""
    return method == "POST" and _TOLD.fullmatch(path) is not None


def is_read_by_gradio(method: str, path: str) -> bool:
    """Whether what fails there is what was asked: our own work is done later."""
    return path == UPLOAD or (is_told_in_json(method, path) and not is_for_part(path))


def is_by_agent(method: str, path: str) -> bool:
    """Whether an agent says something there."""
    return method == "POST" and path.startswith(f"{MCP}/")


def is_for_part(path: str) -> bool:
    """Whether a function of a part of the page is called there."""
    return path.startswith(f"{API}/component_server")


def is_upload_shown(path: str) -> bool:
    """Whether it is a file that somebody uploaded: it may be anything, and is not for showing."""
    return path.startswith(f"{API}/file=")


def is_awaited(method: str, path: str) -> bool:
    """Whether somebody waits for an answer there, which a stop lets come."""
    return is_work(method, path) or (method == "GET" and _AWAITED.fullmatch(path) is not None)


def is_before_login(path: str) -> bool:
    """Whether everybody may ask it: how the server is, and what starts Gradio's queue, once."""
    return path in (HEALTH, _STARTUP)


# Whatever a library, a document or a browser extension may name: only this server is asked. Gradio sets
# styles on elements, hence unsafe-inline for styles. Scripts written into the page run only with the nonce
# of this answer, the one that Gradio puts in later, which is ours, by its digest. No text is made a
# function: see `functions`.
_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}' {scripts}; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-src 'none'; frame-ancestors {ancestors}"
)
_LOGIN_POLICY = (
    "default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors {ancestors}"
)
_UPLOAD_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
_AS_FILE = {"content-type": "application/octet-stream", "content-disposition": "attachment"}
_ALWAYS = {
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), usb=(), payment=(), browsing-topics=()",
}
# For browsers that know no frame-ancestors; it cannot name a site that may.
_UNFRAMED = {"x-frame-options": "DENY"}


def digest_source(script: str) -> str:
    """A script as the policy names it, by the digest of its text."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"'sha256-{digest}' "


def security_headers(
    nonce: str,
    scripts: str = "",
    *,
    login: bool = False,
    secure: bool = False,
    upload: bool = False,
    embedders: str = "",
) -> dict[str, str]:
    """Headers of every answer.

    Args:
        nonce: of the scripts (on the login page: styles) that this answer's own page may run.
        scripts: what `digest_source` says of further scripts, each with a blank behind.
        login: the answer is the login page.
        secure: the client came by HTTPS.
        upload: the answer is a file that somebody uploaded.
        embedders: the sites that may show the answer in a frame, see `embedding_sites`; "" for none.
    """
    if upload:
        return {"content-security-policy": _UPLOAD_POLICY, **_AS_FILE, **_ALWAYS, **_UNFRAMED}
    policy = (_LOGIN_POLICY if login else _POLICY).format(
        nonce=nonce, scripts=scripts, ancestors=embedders or "'none'"
    )
    transport = {"strict-transport-security": "max-age=31536000"} if secure else {}
    # A form posted from a page without any referrer has the origin null, like one from another site.
    referrer = {"referrer-policy": "same-origin"} if login else {}
    unframed = {} if embedders else _UNFRAMED
    return {"content-security-policy": policy, **_ALWAYS, **unframed, **referrer, **transport}


def keeping(path: str, status: int) -> dict[str, str]:
    """For how long a browser keeps an answer: a year for scripts, whose names change with their text.

    Gradio's pictures and fonts, whose names do not, are its own to say; nothing else is kept.
    """
    if path.startswith("/assets/") and status == 200:
        return {"cache-control": "public, max-age=31536000, immutable"}
    return {} if path.startswith(("/assets/", "/static/", "/svelte/")) else {"cache-control": "no-store"}
