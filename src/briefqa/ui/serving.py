"""`python app.py` and `briefqa serve`: read the options, check them, and serve the page."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# Read by Gradio when it is imported: no analytics, no look-up of newer versions, no run history.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # see `briefqa.cli`

import gradio as gr
from starlette.middleware import Middleware

from briefqa.errors import BriefQAError, InputError
from briefqa.ui.layout import build_app
from briefqa.ui.mcp_results import answer_in_json

__all__ = ["build_app", "launch_options", "main"]

_ASSETS = Path(__file__).parent / "assets"
_MAX_UPLOAD = "200mb"
# Whatever a library, a document or a browser extension may name: only this server is asked.
# Gradio evaluates its templates, hence unsafe-eval.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_FONTS = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "sans-serif")


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until interrupted; returns 0, or 1 after one sentence on what is wrong."""
    options = _parser().parse_args(sys.argv[1:] if argv is None else list(argv))
    try:
        _check(options)
        app = build_app(options.index, options.read_only)
        return _serve(app, options)
    except BriefQAError as error:
        sys.stderr.write(f"briefqa: {error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="briefqa serve", description="打开网页问答 / serve the web page")
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="监听地址 / address to listen on (127.0.0.1: this machine only)")
    add("--port", type=int, default=7860, help="端口 / port (7860)")
    add("--index", default="index", metavar="DIR", help="索引文件夹 / index folder (index)")
    add("--auth", metavar="USER:PASS", help="登录名和密码；也可用环境变量 BRIEFQA_AUTH / login")
    add("--root-path", default="", metavar="PATH", help="反向代理下的路径 / path behind a reverse proxy")
    add("--mcp", action="store_true", help="同时作为 MCP 服务 / be an MCP server too (briefqa[mcp])")
    add("--read-only", action="store_true", help="不能更改文件 / documents cannot be changed")
    add(
        "--share",
        action="store_true",
        help="经 Gradio 公网转发，会离开本机 / public link through Gradio's servers",
    )
    return parser


def _check(options: argparse.Namespace) -> None:
    """Raise InputError with a sentence for what can be told before Gradio starts."""
    if not 1 <= options.port <= 65535:
        raise InputError(f"The port is {options.port}; give one from 1 to 65535.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            options.host, options.port, type=socket.SOCK_STREAM
        )[0]
    except OSError as error:
        raise InputError(
            f"The host {options.host!r} is not known ({error.strerror}); try 127.0.0.1."
        ) from error
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise InputError(
                f"Cannot listen on {options.host}:{options.port} ({error.strerror}); "
                "give another --port or --host."
            ) from error
    if options.mcp and find_spec("mcp") is None:
        raise InputError("--mcp needs a package that is not installed; run: pip install 'briefqa[mcp]'")


def _login(options: argparse.Namespace) -> tuple[str, str] | None:
    """The login from --auth or the environment; None when everybody may come in."""
    given = options.auth or os.environ.get("BRIEFQA_AUTH", "")
    if not given:
        return None
    user, colon, password = given.partition(":")
    if not (user and colon and password):
        raise InputError("The login must be written USER:PASS, both parts not empty.")
    return user, password


def _ask_itself_directly(host: str) -> None:
    """Keep a proxy out of the way between Gradio and its own address, which it asks for when it starts."""
    direct = ["localhost", "127.0.0.1", "::1", host]
    for name in ("NO_PROXY", "no_proxy"):
        given = [each.strip() for each in os.environ.get(name, "").split(",") if each.strip()]
        os.environ[name] = ",".join(dict.fromkeys([*given, *direct]))


def _serve(app: gr.Blocks, options: argparse.Namespace) -> int:
    login = _login(options)
    _ask_itself_directly(options.host)
    if options.mcp:
        answer_in_json()
    app.queue(default_concurrency_limit=4, api_open=False)
    try:
        app.launch(
            server_name=options.host,
            server_port=options.port,
            root_path=options.root_path or None,
            auth=login,
            share=options.share,
            mcp_server=options.mcp,
            **launch_options(),
        )
    except OSError as error:
        raise InputError(f"Cannot serve on {options.host}:{options.port} ({error}).") from error
    return 0


def launch_options() -> dict[str, Any]:
    """How the page looks and behaves wherever it is served: everything from this machine."""
    script = (_ASSETS / "briefqa.js").read_text("utf-8")
    style = (_ASSETS / "briefqa.css").read_text("utf-8")
    return {
        "theme": _theme(),
        # In the head rather than as `css`, whose rules Gradio confines to its own container.
        "head": f'<link rel="icon" href="data:,"><style>{style}</style><script>{script}</script>',
        "footer_links": ["api"],
        "run_history": False,
        "ssr_mode": False,
        "pwa": False,
        "enable_monitoring": False,
        "max_file_size": _MAX_UPLOAD,
        "show_error": True,
        "app_kwargs": {"middleware": [Middleware(_OnlyHere)]},
    }


def _theme() -> gr.themes.Base:
    """Local fonts, and buttons and hints whose contrast is at least 4.5:1."""
    theme = gr.themes.Base(
        primary_hue="blue", neutral_hue="slate", font=_FONTS, font_mono=("ui-monospace", "monospace")
    )
    return theme.set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_text_color="white",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_300",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        block_label_text_color="*neutral_700",
        block_label_text_color_dark="*neutral_200",
    )


Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class _OnlyHere:
    """Tells browsers to ask no other server, and not to tell others where they came from."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self._app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Pass everything on; add the headers to each response."""

        async def with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"content-security-policy", _POLICY.encode()),
                    (b"referrer-policy", b"no-referrer"),
                    (b"x-content-type-options", b"nosniff"),
                ]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
