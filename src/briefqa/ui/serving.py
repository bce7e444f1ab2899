"""`python app.py` and `briefqa serve`: read the options, check them, and serve the page."""

from __future__ import annotations

import argparse
import io
import json
import os
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import redirect_stdout
from importlib.util import find_spec
from typing import Any

import gradio as gr
from gradio.routes import App, ORJSONResponse

from briefqa.errors import BriefQAError, InputError
from briefqa.index import MAX_QUESTION
from briefqa.ui import assets
from briefqa.ui.early import EarlyScript
from briefqa.ui.gradio_import import do_without_plots
from briefqa.ui.layout import BY_GRADIO, build_app, build_served
from briefqa.ui.mcp_results import answer_in_json, print_no_messages
from briefqa.ui.memory import give_memory_back
from briefqa.ui.web.connections import bound_connections
from briefqa.ui.web.embedding import embedding_sites
from briefqa.ui.web.functions import page_functions
from briefqa.ui.web.gate import Gate
from briefqa.ui.web.gradio_bounds import FewVisitors, fetch_nothing, print_no_questions
from briefqa.ui.web.hosts import Hosts
from briefqa.ui.web.lifetime import health_of, wait_for_end
from briefqa.ui.web.limits import MAX_UPLOAD
from briefqa.ui.web.login import Accounts
from briefqa.ui.web.policy import MCP, digest_source
from briefqa.ui.words import Language, texts_of

__all__ = ["build_app", "launch_options", "main"]

_SHARED = ".gradio.live"  # where --share shows the page
_MOST_WAITING = 200  # questions; the next one is told that the server is busy
_SECONDS_BETWEEN_LOOKS = 0.01  # for waiting events; Gradio's own .001 keeps an idle laptop's processor awake
_FONTS = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "sans-serif")


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until interrupted; returns 0, or 1 after one sentence on what is wrong."""
    options = _parser().parse_args(sys.argv[1:] if argv is None else list(argv))
    try:
        _check(options)
        give_memory_back()
        do_without_plots()
        return _serve(options)
    except BriefQAError as error:
        sys.stderr.write(f"briefqa: {error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="briefqa serve", description="打开网页问答 / serve the web page")
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="监听地址 / address to listen on (127.0.0.1: this machine only)")
    add("--port", type=int, default=7860, help="端口 / port (7860)")
    add("--index", default="index", metavar="DIR", help="索引文件夹 / index folder (index)")
    add(
        "--auth",
        action="append",
        metavar="USER:PASS",
        help="登录名和密码，可重复；也可用环境变量 BRIEFQA_AUTH，每行一个 / login; repeatable",
    )
    add(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="也接受以此主机名访问，可重复 / a further name to be asked under; repeatable",
    )
    add(
        "--proxy",
        default="",
        metavar="ADDRESS",
        help="反向代理的地址，采信其 X-Forwarded-* / reverse proxy whose X-Forwarded-* are believed",
    )
    add(
        "--embed-in",
        action="append",
        default=[],
        metavar="SITE",
        help="允许此网站把网页嵌在框架里，如 https://intranet.example，可重复；用 --auth 时只有同域名的"
        "网站能用，先在另一标签页登录 / a site that may show the page in a frame; repeatable; with --auth "
        "only one of the same domain can, after a login in another tab",
    )
    add("--log", action="store_true", help="把每个请求记到标准错误，不含问题 / log requests, not questions")
    add(
        "--log-questions",
        action="store_true",
        help="也把问题的原文记到标准错误（默认不记）/ log the questions themselves too (never by default)",
    )
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


def _accounts(options: argparse.Namespace) -> Accounts:
    """The logins from --auth or the environment; none when everybody may come in."""
    given = options.auth or os.environ.get("BRIEFQA_AUTH", "").splitlines()
    return Accounts(filter(None, given))


def _ask_itself_directly(host: str) -> None:
    """Keep a proxy out of the way between Gradio and its own address, which it asks for when it starts."""
    direct = ["localhost", "127.0.0.1", "::1", host]
    for name in ("NO_PROXY", "no_proxy"):
        given = [each.strip() for each in os.environ.get(name, "").split(",") if each.strip()]
        os.environ[name] = ",".join(dict.fromkeys([*given, *direct]))


def _serve(options: argparse.Namespace) -> int:
    """Check the options, build the page, and serve it behind the gate until a signal."""
    gate = Gate(
        Hosts(options.host, [*options.allow_host, *([_SHARED] if options.share else [])]),
        _accounts(options),
        read_only=options.read_only,
        root_path=options.root_path,
        embedders=embedding_sites(options.embed_in),
        scripts=digest_source(assets.script()),
        log=_log if options.log else None,
    )
    app, engine = build_served(options.index, options.read_only)
    if options.log_questions:
        engine.asked = lambda question: _log({"question": question[:MAX_QUESTION]})
    gate.health = lambda: health_of(engine)
    _ask_itself_directly(options.host)
    bound_connections(options.proxy)
    fetch_nothing()
    print_no_questions()
    # Else anybody on this machine could pass for any address, and so count as a new client each time.
    os.environ["FORWARDED_ALLOW_IPS"] = options.proxy
    if options.mcp:
        answer_in_json()
        print_no_messages()
    app.queue(default_concurrency_limit=4, api_open=False, max_size=_MOST_WAITING)
    app._queue.sleep_when_free = max(app._queue.sleep_when_free, _SECONDS_BETWEEN_LOOKS)
    laid_out = app.get_config_file()
    gate.parts = {each["id"] for each in laid_out["components"] if each["props"].get("server_fns")}
    said = io.StringIO()  # Gradio's lines, of which most are no use here
    try:
        with redirect_stdout(said):
            app.launch(
                server_name=options.host,
                server_port=options.port,
                root_path=options.root_path or None,
                share=options.share,
                mcp_server=options.mcp,
                prevent_thread_lock=True,
                _app=_guarded(gate, page_functions(laid_out)),
                **launch_options(),
            )
    except OSError as error:
        raise InputError(f"Cannot serve on {options.host}:{options.port} ({error}).") from error
    _tell_where(app, options, said.getvalue())
    queue = app._queue
    wait_for_end(gate, lambda: len(queue) + sum(job is not None for job in queue.active_jobs))
    app.close(verbose=False)
    return 0


def _tell_where(app: gr.Blocks, options: argparse.Namespace, said: str) -> None:
    """Print where the page is and how it is stopped; of what Gradio `said`, why there is no public link."""
    lines = [f"网页 page: {app.local_url}  停止 stop: Ctrl+C"]
    if options.mcp:
        lines.append(f"MCP: {app.local_url}{MCP.lstrip('/')}/")
    if app.share_url:
        lines.append(f"公网 public, one week at most: {app.share_url}")
    elif options.share:
        lines.append(f"没有公网地址 no public link: {' '.join(said.split())}")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # for consoles that cannot show Chinese
    sys.stdout.write("".join(f"{each}\n" for each in lines))
    sys.stdout.flush()


def _guarded(gate: Gate, functions: str) -> App:
    """Gradio's app, with the gate outside of everything that it adds."""

    class Guarded(App):
        def build_middleware_stack(self) -> Any:
            return gate.around(EarlyScript(super().build_middleware_stack(), functions))

    guarded = Guarded(default_response_class=ORJSONResponse)
    guarded.state_holder = FewVisitors()  # type: ignore[no-untyped-call]
    return guarded


def _log(told: dict[str, Any]) -> None:
    sys.stderr.write(json.dumps({"time": round(time.time(), 3), **told}, ensure_ascii=False) + "\n")


def launch_options() -> dict[str, Any]:
    """How the page looks and behaves wherever it is served: everything from this machine."""
    return {
        "theme": _theme(),
        # In the head rather than as `css`, whose rules Gradio confines to its own container.
        "head": assets.head(),
        "i18n": gr.I18n(
            **{"zh-CN": texts_of(Language.ZH, BY_GRADIO), "en": texts_of(Language.EN, BY_GRADIO)}
        ),
        "footer_links": ["api"],  # else there is nothing at ?view=api; the footer itself is not shown
        "run_history": False,
        "ssr_mode": False,
        "pwa": False,
        "enable_monitoring": False,
        "max_file_size": MAX_UPLOAD,
        "show_error": False,  # but for what we say ourselves: other errors may tell of this machine
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
