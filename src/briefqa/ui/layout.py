"""The page: which parts it has, and which event calls which handler. No logic of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from briefqa.ui import page
from briefqa.ui.chat.export import to_docx, to_markdown
from briefqa.ui.chat.handlers import Handlers
from briefqa.ui.documents.library import DocumentsTab
from briefqa.ui.endpoints import add_endpoints
from briefqa.ui.engine import Engine
from briefqa.ui.labels import Labels, own_html
from briefqa.ui.words import Language, language_from, say

# Nothing but the named endpoints is for programs; waiting is shown by the page itself.
_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_MANY = 8  # questions answered at the same time; they wait for the processor, not for each other
# The key only has to be the same after a restart, so that a browser finds its conversation.
_KEY = "briefqa"

# Gradio finds the events of an HTML component by their quoted names in its script.
_LISTEN = "briefqa.listen(element, trigger);"
_TALK_JS = f"{_LISTEN} watch('value', () => briefqa.talked(element)); /* 'open' 'retry' 'rate' 'edit' */"
_WELCOME_JS = f"{_LISTEN} /* 'example' */"
_SOURCE_JS = f"{_LISTEN} watch('value', () => briefqa.shown(element)); /* 'open' 'close' */"
_NOTICE_JS = f"{_LISTEN} /* 'cancel' */"
_START_JS = "(settings) => { briefqa.start(); briefqa.speak(settings.language); }"


def build_app(index_dir: str | Path = "index", read_only: bool = False) -> gr.Blocks:
    """The web page over an index; the model begins to load in the background.

    Raises:
        BriefQAError: as `briefqa.open_index`.
    """
    return build_served(index_dir, read_only)[0]


def build_served(index_dir: str | Path, read_only: bool) -> tuple[gr.Blocks, Engine]:
    """`build_app`, and the engine behind it."""
    engine = Engine(Path(index_dir), read_only)
    app: gr.Blocks = gr.Blocks(
        title="briefqa · 政策问答", analytics_enabled=False, fill_width=True, delete_cache=(3600, 86400)
    )
    with app:
        _Page(engine, read_only).build(app)
        add_endpoints(engine)
    engine.start_loading(lambda: bool(app.is_running))
    return app, engine


class _Page:
    """The parts of the page by name, and their events."""

    def __init__(self, engine: Engine, read_only: bool) -> None:
        self.engine = engine
        self.handlers = Handlers(engine)
        self.documents = DocumentsTab(engine, read_only)
        self.labels = Labels()

    def build(self, app: gr.Blocks) -> None:
        """Lay out the parts, then connect them."""
        self._keep()
        self._lay_out()
        self._connect_asking()
        self._connect_source()
        self._connect_turns()
        self._connect_page(app)

    def _keep(self) -> None:
        """What the browser remembers: the conversation and the settings."""
        settings = {"language": Language.ZH.value, "chosen": False}
        self.kept = gr.BrowserState([], storage_key="briefqa-conversation", secret=_KEY)
        self.settings = gr.BrowserState(settings, storage_key="briefqa-settings", secret=_KEY)
        self.editing = gr.State(-1)  # number of the turn that is being edited

    def _lay_out(self) -> None:
        zh, labels = Language.ZH, self.labels
        with gr.Row(elem_id="head"):
            self.head = own_html(page.head(self.engine, zh), None)
            self.theme = own_html(page.theme_button(zh), _LISTEN)
            self.language = labels.button("switch_language", size="sm", elem_id="language")
        with gr.Tabs() as self.tabs:
            with labels.word(gr.Tab(say("tab_ask", zh), id="ask"), label="tab_ask"):
                self._lay_out_asking()
            self.tab = labels.word(gr.Tab(say("tab_documents", zh), id="documents"), label="tab_documents")
            with self.tab:
                self.documents.lay_out(labels)

    def _lay_out_asking(self) -> None:
        zh = Language.ZH
        with gr.Row(elem_id="ask-row"):
            with gr.Column(elem_id="talk-column"):
                with gr.Column(elem_id="talks"):
                    self.talk = own_html("", _TALK_JS, elem_id="conversation")
                    self.welcome = own_html(
                        page.welcome_part(self.engine, zh), _WELCOME_JS, elem_id="welcome"
                    )
                self.notice = own_html("", _NOTICE_JS, elem_id="editing")
                self._lay_out_composer()
                self._lay_out_tools()
            with gr.Column(elem_id="source-column"):
                self.source = own_html(page.empty_source(self.engine, zh), _SOURCE_JS, elem_id="source")

    def _lay_out_composer(self) -> None:
        zh, labels = Language.ZH, self.labels
        with gr.Row(elem_id="composer"):
            question = gr.Textbox(
                label=say("question", zh),
                placeholder=say("placeholder", zh),
                show_label=False,
                lines=1,
                max_lines=8,
                autofocus=True,
                elem_id="question",
                scale=1,
            )
            self.question = labels.word(question, label="question", placeholder="placeholder")
            self.send = labels.button("send", variant="primary", scale=0, elem_id="send")
            self.stop = labels.button("stop", variant="stop", scale=0, elem_id="stop", visible=False)

    def _lay_out_tools(self) -> None:
        zh, labels = Language.ZH, self.labels
        with gr.Row(elem_id="tools"):
            self.clear = labels.button("clear", size="sm", elem_id="clear")
            self.markdown = labels.button("export_markdown", size="sm", elem_id="export-markdown")
            self.docx = labels.button("export_docx", size="sm", elem_id="export-docx")
            self.download = gr.DownloadButton(visible="hidden", elem_id="download")
        with labels.word(gr.Accordion(say("scope", zh), open=False, elem_id="scope"), label="scope"):
            self.scope = gr.Dropdown(
                choices=self.documents.choices(),
                value=[],
                multiselect=True,
                label=say("scope", zh),
                show_label=False,
            )

    def _connect_asking(self) -> None:
        on = self.handlers
        shown = [self.kept, self.talk, self.question, self.editing, self.notice, self.send, self.stop]
        state = [self.kept, self.editing, self.scope, self.settings]
        sent = [self.question.submit, self.send.click]
        begun = [
            gr.on(sent, on.begin, [self.question, *state], shown, **_PRIVATE),
            self.welcome.example(on.begin_example, state, shown, **_PRIVATE),
            self.talk.retry(on.retry, [self.kept, self.settings], shown, **_PRIVATE),
        ]
        for event in begun:
            self._then_answer(event)
        self.stop.click(on.stopped, [self.kept, self.settings], shown, **_PRIVATE)
        self.clear.click(on.cleared, [self.kept, self.settings], shown, **_PRIVATE)

    def _then_answer(self, event: Any) -> None:
        shown = [self.kept, self.talk, self.head, self.send, self.stop]
        state = [self.kept, self.settings]
        event.then(self.handlers.finish, state, shown, concurrency_limit=None, **_PRIVATE)

    def _connect_source(self) -> None:
        on, state = self.handlers, [self.kept, self.settings]
        opening: dict[str, Any] = {"concurrency_limit": _MANY, **_PRIVATE}
        self.talk.open(on.open, state, self.source, **opening)
        self.source.open(on.open, state, self.source, **opening)
        self.documents.list.open(on.open, state, self.source, **opening).then(
            lambda: gr.Tabs(selected="ask"), None, self.tabs, **_PRIVATE
        )
        self.source.close(on.close, self.settings, self.source, **_PRIVATE)

    def _connect_turns(self) -> None:
        on, state = self.handlers, [self.kept, self.settings]
        field = [self.question, self.editing, self.notice]
        self.talk.edit(on.edit, self.settings, field, **_PRIVATE).then(
            None, js="() => briefqa.focus()", **_PRIVATE
        )
        self.notice.cancel(lambda: ("", -1, ""), None, field, **_PRIVATE)
        self.talk.rate(on.rate, state, [self.kept, self.talk], **_PRIVATE)
        for clicked, write in ((self.markdown, to_markdown), (self.docx, to_docx)):
            clicked.click(on.exporter(write), state, self.download, **_PRIVATE).success(
                None, js="() => briefqa.download()", **_PRIVATE
            )

    def _connect_page(self, app: gr.Blocks) -> None:
        on, state = self.handlers, [self.kept, self.settings]
        everything = [self.settings, self.kept, self.head, self.theme, self.talk, self.welcome, self.source]
        everything += [self.send, self.stop]
        loaded = app.load(on.load, state, everything, **_PRIVATE)
        switched = self.language.click(on.switch_language, state, everything, **_PRIVATE)
        for event in (loaded, switched):
            event.then(None, self.settings, js=_START_JS, **_PRIVATE)
            event.then(self._labelled, self.settings, self.labels.components, **_PRIVATE)
            self.documents.draw(event.then, self.settings, self._then_refresh)
        self.documents.connect(self.tab, self.settings, self._then_refresh)
        self._then_answer(loaded)

    def _then_refresh(self, event: Any) -> None:
        """After a build, or when the model is there, redraw what depends on it."""
        event.then(self._refreshed, self.settings, [self.head, self.welcome, self.scope], **_PRIVATE)

    def _refreshed(self, settings: Any) -> tuple[Any, ...]:
        language = language_from(settings)
        self.engine.verify_examples()
        choices = gr.update(choices=self.documents.choices(), label=say("scope", language))
        return page.head(self.engine, language), page.welcome_part(self.engine, language), choices

    def _labelled(self, settings: Any) -> list[Any]:
        return self.labels.updates(language_from(settings))
