"""The page: which parts it has and which event leads to which function. No logic of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from briefqa.ui import chat, page
from briefqa.ui.endpoints import add_endpoints
from briefqa.ui.engine import Engine
from briefqa.ui.export import to_docx, to_markdown
from briefqa.ui.feedback import record
from briefqa.ui.library import DocumentsTab
from briefqa.ui.turns import dump, interrupted, load
from briefqa.ui.words import Language, language_from, language_of, say

# Nothing but the named endpoints is for programs; waiting is shown by the page itself.
_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_MANY = 8  # questions answered at the same time; they wait for the processor, not for each other
# The key only has to be the same after a restart, so that a browser finds its conversation.
_KEY = "briefqa"

_TALK_JS = """briefqa.listen(element, trigger); watch('value', () => briefqa.talked(element));
/* 'open' 'example' 'retry' 'rate' 'edit' */"""
_SOURCE_JS = """briefqa.listen(element, trigger); watch('value', () => briefqa.shown(element));
/* 'open' 'close' */"""


def build_app(index_dir: str | Path = "index", read_only: bool = False) -> gr.Blocks:
    """The web page over an index; the model begins to load in the background.

    Raises:
        BriefQAError: as `briefqa.open_index`.
    """
    engine = Engine(Path(index_dir))
    with gr.Blocks(
        title="briefqa · 政策问答",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(3600, 86400),
    ) as app:
        _Page(engine, read_only).build(app)
        add_endpoints(engine)
    engine.start_loading(lambda: bool(app.is_running))
    return app


class _Page:
    """The parts of the page by name, and their events."""

    def __init__(self, engine: Engine, read_only: bool) -> None:
        self.engine = engine
        self.documents = DocumentsTab(engine, read_only)
        # (component, property, key in WORDS): what changes with the language.
        self.texts: list[tuple[Any, str, str]] = []

    def build(self, app: gr.Blocks) -> None:
        """Lay out the parts, then connect them."""
        self._keep()
        self._lay_out()
        self._connect_asking()
        self._connect_source()
        self._connect_turns()
        self._connect_page(app)

    def _word(self, component: Any, **keys: str) -> Any:
        self.texts += [(component, name, key) for name, key in keys.items()]
        return component

    def _button(self, key: str, **options: Any) -> Any:
        return self._word(gr.Button(say(key, Language.ZH), **options), value=key)

    # -- parts ---------------------------------------------------------------------------------

    def _keep(self) -> None:
        """What is remembered: the conversation and the settings by the browser."""
        self.kept = gr.BrowserState([], storage_key="briefqa-conversation", secret=_KEY)
        self.settings = gr.BrowserState(
            {"language": "zh", "chosen": False}, storage_key="briefqa-settings", secret=_KEY
        )
        self.editing = gr.State(-1)

    def _lay_out(self) -> None:
        zh = Language.ZH
        with gr.Row(elem_id="head"):
            self.head = gr.HTML(page.head(self.engine, zh), js_on_load=None, apply_default_css=False)
            self.theme = gr.HTML(
                page.theme_button(zh),
                js_on_load="briefqa.listen(element, trigger)", apply_default_css=False,
                scale=0,
                min_width=48,
            )
            self.language = self._button("switch_language", scale=0, min_width=96, size="sm", elem_id="language")
        with gr.Tabs():
            with self._word(gr.Tab(say("tab_ask", zh), id="ask"), label="tab_ask"):
                self._lay_out_asking()
            with self._word(gr.Tab(say("tab_documents", zh), id="documents"), label="tab_documents") as tab:
                self.documents.lay_out(self._word)
            self.documents_tab = tab

    def _lay_out_asking(self) -> None:
        with gr.Row(elem_id="ask-row"):
            with gr.Column(elem_id="talk-column"):
                self.talk = gr.HTML(
                    page.talk(self.engine, (), Language.ZH),
                    js_on_load=_TALK_JS, apply_default_css=False,
                    elem_id="conversation",
                )
                self._lay_out_composer()
            with gr.Column(elem_id="source-column"):
                self.source = gr.HTML(
                    page.empty_source(self.engine, Language.ZH), js_on_load=_SOURCE_JS, apply_default_css=False, elem_id="source"
                )

    def _lay_out_composer(self) -> None:
        zh = Language.ZH
        self.notice = gr.HTML("", js_on_load="briefqa.listen(element, trigger); /* 'cancel' */", apply_default_css=False, elem_id="editing")
        with gr.Row(elem_id="composer"):
            self.question = self._word(
                gr.Textbox(
                    label=say("question", zh),
                    placeholder=say("placeholder", zh),
                    show_label=False,
                    lines=1,
                    max_lines=8,
                    autofocus=True,
                    elem_id="question",
                    scale=1,
                ),
                label="question",
                placeholder="placeholder",
            )
            self.send = self._button("send", variant="primary", scale=0, elem_id="send")
            self.stop = self._button("stop", variant="stop", scale=0, elem_id="stop", visible=False)
        with gr.Row(elem_id="tools"):
            self.clear = self._button("clear", size="sm", elem_id="clear")
            self.markdown = self._button("export_markdown", size="sm", elem_id="export-markdown")
            self.docx = self._button("export_docx", size="sm", elem_id="export-docx")
            self.download = gr.DownloadButton(visible="hidden", elem_id="download")
        with self._word(gr.Accordion(say("scope", zh), open=False, elem_id="scope"), label="scope"):
            self.scope = self._word(
                gr.Dropdown(
                    choices=self.documents.choices(),
                    multiselect=True,
                    value=[],
                    label=say("scope", zh),
                    show_label=False,
                ),
                label="scope",
            )

    # -- asking --------------------------------------------------------------------------------

    def _connect_asking(self) -> None:
        shown = [self.kept, self.talk, self.question, self.editing, self.notice, self.send, self.stop]
        state = [self.kept, self.editing, self.scope, self.settings]
        began = [
            gr.on(
                [self.question.submit, self.send.click], self._begin, [self.question, *state], shown, **_PRIVATE
            ),
            self.talk.example(self._begin_example, state, shown, **_PRIVATE),
            self.talk.retry(self._retry, [self.kept, self.settings], shown, **_PRIVATE),
        ]
        finished = [self._then_answer(each) for each in began]
        self.answering = finished
        self.stopping = self.stop.click(
            self._stopped, [self.kept, self.settings], shown, cancels=finished, **_PRIVATE
        )

    def _then_answer(self, event: Any) -> Any:
        return event.then(
            self._finish,
            [self.kept, self.settings],
            [self.kept, self.talk, self.head, self.send, self.stop],
            concurrency_limit=_MANY,
            **_PRIVATE,
        )

    def _begin(
        self, question: str, kept: Any, editing: int, scope: list[str], settings: Any
    ) -> tuple[Any, ...]:
        language = language_from(settings)
        try:
            turns = chat.begin(load(kept), question or "", scope or [], editing, language)
        except chat.Refused as error:
            gr.Warning(str(error))
            return tuple(gr.skip() for _ in range(7))
        return self._shown(turns, language)

    def _begin_example(
        self, kept: Any, editing: int, scope: list[str], settings: Any, event: gr.EventData
    ) -> tuple[Any, ...]:
        return self._begin(str(event._data.get("question", "")), kept, editing, scope, settings)

    def _retry(self, kept: Any, settings: Any, event: gr.EventData) -> tuple[Any, ...]:
        return self._shown(chat.again(load(kept), _turn_of(event)), language_from(settings))

    def _stopped(self, kept: Any, settings: Any) -> tuple[Any, ...]:
        return self._shown(interrupted(load(kept)), language_from(settings))

    def _shown(self, turns: Any, language: Language, question: str = "") -> tuple[Any, ...]:
        """The conversation and an empty line to type in, ready or busy."""
        talk = page.talk(self.engine, turns, language)
        return dump(turns), talk, question, -1, "", *_busy(chat.is_pending(turns))

    def _finish(self, kept: Any, settings: Any) -> Iterator[tuple[Any, ...]]:
        turns, language = load(kept), language_from(settings)
        for turns in chat.finish(self.engine, turns):
            pending = chat.is_pending(turns)
            if pending:
                yield tuple(gr.skip() for _ in range(5))
                continue
            talk = page.talk(self.engine, turns, language)
            yield dump(turns), talk, page.head(self.engine, language), *_busy(False)

    # -- the source ----------------------------------------------------------------------------

    def _connect_source(self) -> None:
        state = [self.kept, self.settings]
        for opened in (self.talk.open, self.source.open, self.documents.opened):
            opened(self._open, state, self.source, concurrency_limit=_MANY, **_PRIVATE)
        self.source.close(
            lambda settings: page.empty_source(self.engine, language_from(settings)),
            self.settings,
            self.source,
            **_PRIVATE,
        )

    def _open(self, kept: Any, settings: Any, event: gr.EventData) -> str:
        request = {name: str(value) for name, value in dict(event._data or {}).items()}
        return page.open_source(self.engine, request, load(kept), language_from(settings))

    # -- single turns and the whole conversation -----------------------------------------------

    def _connect_turns(self) -> None:
        shown = [self.kept, self.talk, self.question, self.editing, self.notice, self.send, self.stop]
        state = [self.kept, self.settings]
        edit = self.talk.edit(
            self._edit, self.settings, [self.question, self.editing, self.notice], **_PRIVATE
        )
        edit.then(None, js="() => briefqa.focus()", **_PRIVATE)
        self.notice.cancel(
            lambda: ("", -1, ""), None, [self.question, self.editing, self.notice], **_PRIVATE
        )
        self.talk.rate(self._rate, state, [self.kept, self.talk], **_PRIVATE)
        self.clear.click(
            lambda settings: self._shown((), language_from(settings)),
            self.settings,
            shown,
            cancels=self.answering,
            **_PRIVATE,
        )
        for clicked, write in ((self.markdown, to_markdown), (self.docx, to_docx)):
            clicked.click(self._exporter(write), state, self.download, **_PRIVATE).success(
                None, js="() => briefqa.download()", **_PRIVATE
            )

    def _edit(self, settings: Any, event: gr.EventData) -> tuple[Any, ...]:
        language, number = language_from(settings), _turn_of(event)
        return str(event._data.get("question", "")), number, page.editing_notice(number, language)

    def _rate(self, kept: Any, settings: Any, event: gr.EventData) -> tuple[Any, ...]:
        turns, number = load(kept), _turn_of(event)
        value = str(event._data.get("value", ""))
        if not 0 <= number < len(turns) or value not in ("up", "down", "this"):
            return gr.skip(), gr.skip()
        record(self.engine.folder, turns[number], value, str(event._data.get("quote", "")))
        turns = chat.rated(turns, number, "down" if value == "this" else value)
        return dump(turns), page.talk(self.engine, turns, language_from(settings))

    def _exporter(self, write: Any) -> Any:
        def export(kept: Any, settings: Any) -> str:
            turns, language = load(kept), language_from(settings)
            if not any(turn.answer for turn in turns):
                raise gr.Error(say("nothing_to_export", language), print_exception=False)
            return str(write(turns, self.engine.index, language))

        return export

    # -- the page as a whole -------------------------------------------------------------------

    def _connect_page(self, app: gr.Blocks) -> None:
        everything = [self.settings, self.kept, self.head, self.theme, self.talk, self.source]
        everything += [self.send, self.stop, *self._labelled(), self.scope]
        loaded = app.load(self._load, [self.kept, self.settings], everything, **_PRIVATE)
        loaded.then(None, self.settings, js=_START_JS, **_PRIVATE)
        self._then_answer(loaded)
        switched = self.language.click(
            self._switch_language, [self.kept, self.settings], everything, **_PRIVATE
        )
        switched.then(None, self.settings, js=_START_JS, **_PRIVATE)
        self.documents.connect(
            app,
            switched,
            self.documents_tab,
            self.settings,
            self._refreshed,
            [self.kept, self.settings],
            [self.head, self.talk, self.scope],
        )

    def _load(self, kept: Any, settings: Any, request: gr.Request) -> tuple[Any, ...]:
        if not (isinstance(settings, dict) and settings.get("chosen")):
            accepted = request.headers.get("accept-language", "") if request.headers else ""
            settings = {"language": language_of(accepted).value, "chosen": False}
        turns = interrupted(load(kept))
        query = {name: str(value) for name, value in dict(request.query_params).items()}
        asked = query.get("q", "").strip()
        if asked and len(asked) <= chat.MAX_QUESTION:
            if all(turn.question != asked for turn in turns):
                turns = chat.begin(turns, asked, (), -1, language_from(settings))
            query["turn"] = str(max(n for n, turn in enumerate(turns) if turn.question == asked))
        return self._everything(turns, settings, query)

    def _switch_language(self, kept: Any, settings: Any) -> tuple[Any, ...]:
        settings = {"language": language_from(settings).other.value, "chosen": True}
        return self._everything(load(kept), settings, {})

    def _everything(self, turns: Any, settings: Any, query: dict[str, str]) -> tuple[Any, ...]:
        language = language_from(settings)
        opened = page.open_source(self.engine, query, turns, language) if query.get("doc") else None
        return (
            settings,
            dump(turns),
            page.head(self.engine, language),
            page.theme_button(language),
            page.talk(self.engine, turns, language),
            opened or page.empty_source(self.engine, language),
            *_busy(chat.is_pending(turns)),
            *self._relabelled(language),
            gr.update(choices=self.documents.choices(), label=say("scope", language)),
        )

    def _refreshed(self, kept: Any, settings: Any) -> tuple[Any, ...]:
        """After a build, or when the model is loaded: what depends on it."""
        language, turns = language_from(settings), load(kept)
        talk = gr.skip() if turns else page.talk(self.engine, (), language)
        return page.head(self.engine, language), talk, gr.update(choices=self.documents.choices())

    def _labelled(self) -> list[Any]:
        return list(dict.fromkeys(component for component, *_ in self.texts if component is not self.scope))

    def _relabelled(self, language: Language) -> list[Any]:
        return [
            gr.update(**{name: say(key, language) for each, name, key in self.texts if each is component})
            for component in self._labelled()
        ]


_START_JS = "(settings) => { briefqa.start(); briefqa.speak(settings.language); }"


def _turn_of(event: gr.EventData) -> int:
    number = str(dict(event._data or {}).get("turn", ""))
    return int(number) if number.isascii() and number.isdigit() and len(number) < 7 else -1


def _busy(busy: bool) -> tuple[Any, Any]:
    return gr.update(visible=not busy), gr.update(visible=busy)
