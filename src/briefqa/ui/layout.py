"""The page: which parts it has, and how its script reaches the server. No logic of its own.

Conversations live in the browser (`assets/talk.js`); the questions that the script asks of the
server are in `calls`. Gradio gives the tabs, the place to drop files, and the way between the two.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gradio as gr

from briefqa.errors import BriefQAError
from briefqa.remote.address import folder_of
from briefqa.ui.assets import page_part
from briefqa.ui.calls import Calls
from briefqa.ui.documents.changing import Library
from briefqa.ui.endpoints import add_endpoints
from briefqa.ui.engine import Engine
from briefqa.ui.outside import told_to_visitor
from briefqa.ui.words import language_from, say

_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
BY_GRADIO = ("tab_ask", "tab_documents", "drop")  # words that Gradio's own parts show, given to `launch`
_ = gr.I18n()


def build_app(index_dir: str | Path = "index", read_only: bool = False) -> gr.Blocks:
    """The web page over an index; the model begins to load in the background.

    Raises:
        BriefQAError: as `briefqa.open_index`.
    """
    return build_served(index_dir, read_only)[0]


def build_served(index_dir: str | Path, read_only: bool) -> tuple[gr.Blocks, Engine]:
    """`build_app`, and the engine behind it."""
    engine = Engine(folder_of(index_dir), read_only)
    app: gr.Blocks = gr.Blocks(
        title="briefqa · 政策问答", analytics_enabled=False, fill_width=True, delete_cache=(3600, 86400)
    )
    with app:
        _lay_out(engine, Library(engine, read_only))
        add_endpoints(engine)
    engine.start_loading(lambda: bool(app.is_running))
    return app, engine


def _lay_out(engine: Engine, library: Library) -> None:
    calls = Calls(engine, library)
    _html("head", server_functions=calls.functions)
    with gr.Tabs(elem_id="tabs"):
        with gr.Tab(_("tab_ask"), id="ask"):
            _html("ask")
        with gr.Tab(_("tab_documents"), id="documents"):
            _lay_out_documents(library)


def _lay_out_documents(library: Library) -> None:
    if not library.read_only:
        drop = gr.File(label=_("drop"), file_count="multiple", height=140, elem_id="drop")
        # Who drops the files, and in which language, is known in the browser only.
        who = gr.Textbox(visible="hidden")
        uploaded = drop.upload(
            _adder(library), [drop, who], drop, js="(files) => [files, briefqa.who()]", **_PRIVATE
        )
        uploaded.then(None, js="() => briefqa.follow()", **_PRIVATE)
    _html("documents")


def _adder(library: Library) -> Any:
    def add(files: list[str] | None, who: str) -> None:
        """Begin to add what was dropped, and empty the place for the next files."""
        named = json.loads(who or "{}")
        language = language_from(named.get("language"))
        try:
            library.add(files or [], str(named.get("visitor", ""))[:64], language)
        except (BriefQAError, OSError) as error:
            told = told_to_visitor(error, library.engine.folder, language)
            raise gr.Error(told, print_exception=False, title=say("change_skipped", language)) from error

    return add


def _html(name: str, script: str = "briefqa.drawn(element);", **options: Any) -> None:
    """A part of the page from `assets`, without Gradio's style; `script` runs once it is there."""
    gr.HTML(page_part(name), js_on_load=script, apply_default_css=False, elem_id=f"part-{name}", **options)
