"""The documents tab: drop files in, follow the build, see what was read, take documents out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from briefqa.errors import BriefQAError
from briefqa.index import rollback
from briefqa.ui import jobs, listing, pictures
from briefqa.ui.engine import Engine
from briefqa.ui.words import Language, language_from, say

_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_LISTING_JS = "briefqa.listen(element, trigger); /* 'open' 'remove' */"
_JOB_JS = "briefqa.listen(element, trigger); /* 'cancel' */"


class DocumentsTab:
    """The parts of the tab and their events; `read_only` leaves the list and the pictures."""

    def __init__(self, engine: Engine, read_only: bool) -> None:
        self.engine = engine
        self.read_only = read_only
        self.jobs = jobs.Jobs()

    def choices(self) -> list[tuple[str, str]]:
        """(title, id) of every document, for choosing some of them."""
        documents = self.engine.index.documents
        titles = [document.title for document in documents]
        return [
            (title if titles.count(title) == 1 else f"{title}（{document.id}）", document.id)
            for title, document in zip(titles, documents, strict=True)
        ]

    def lay_out(self, word: Callable[..., Any]) -> None:
        """Lay out the parts; `word` remembers which texts change with the language."""
        zh = Language.ZH
        changing = not self.read_only
        self.drop = gr.File(
            label=say("drop", zh),
            file_count="multiple",
            height=150,
            visible=changing,
            elem_id="drop",
        )
        self.job = gr.HTML("", js_on_load=_JOB_JS, apply_default_css=False, elem_id="job")
        self.list = gr.HTML(self._list(zh), js_on_load=_LISTING_JS, apply_default_css=False, elem_id="documents-list")
        with gr.Row(visible=changing):
            self.rebuild = word(gr.Button(say("rebuild", zh), size="sm", elem_id="rebuild"), value="rebuild")
            self.rollback = word(gr.Button(say("rollback", zh), size="sm", elem_id="rollback"), value="rollback")
        self.pictures = gr.HTML("", js_on_load=None, apply_default_css=False, elem_id="pictures")
        self.timer = gr.Timer(1.0, active=True)

    @property
    def opened(self) -> Any:
        """The event of a document to be opened."""
        return self.list.open

    def connect(
        self,
        app: gr.Blocks,
        switched: Any,
        tab: Any,
        settings: Any,
        refresh: Callable[..., tuple[Any, ...]],
        refresh_inputs: Sequence[Any],
        refresh_outputs: Sequence[Any],
    ) -> None:
        """Connect the events; `refresh` redraws what lies outside the tab and depends on the index."""
        started = [self.job, self.timer, self.drop]
        shown = [self.drop, self.job, self.list, self.pictures]
        self.drop.upload(self._add, [self.drop, settings], started, **_PRIVATE)
        self.list.remove(self._remove, settings, started, **_PRIVATE)
        self.rebuild.click(self._rebuild, settings, started, **_PRIVATE)
        self.rollback.click(self._rollback, settings, [self.job, self.timer], **_PRIVATE)
        self.job.cancel(self.jobs.cancel, None, None, **_PRIVATE)
        for event in (app.load, tab.select, switched.then):
            event(self._shown, settings, shown, **_PRIVATE)
        self._refresh = refresh
        self.timer.tick(
            self._tick, refresh_inputs, [self.timer, *shown[1:], *refresh_outputs], **_PRIVATE
        )

    # -- changes -------------------------------------------------------------------------------

    def _start(self, work: Callable[[], jobs.Work], settings: Any) -> tuple[Any, ...]:
        language = language_from(settings)
        if self.read_only:
            raise gr.Error(say("read_only", language), print_exception=False)
        if self.jobs.running or not self.jobs.start(work()):
            raise gr.Error(say("busy", language), print_exception=False)
        return listing.job(self.jobs.job, language), gr.Timer(active=True), None

    def _add(self, files: list[str] | None, settings: Any) -> tuple[Any, ...]:
        paths = [Path(file) for file in files or ()]
        if not paths:
            return gr.skip(), gr.skip(), gr.skip()
        return self._start(lambda: jobs.adding(paths, self.engine.folder), settings)

    def _remove(self, settings: Any, event: gr.EventData) -> tuple[Any, ...]:
        document_id = str(dict(event._data or {}).get("doc", ""))
        return self._start(lambda: jobs.removing([document_id], self.engine.folder), settings)

    def _rebuild(self, settings: Any) -> tuple[Any, ...]:
        return self._start(lambda: jobs.rebuilding(self.engine.index), settings)

    def _rollback(self, settings: Any) -> tuple[Any, ...]:
        language = language_from(settings)
        if self.read_only:
            raise gr.Error(say("read_only", language), print_exception=False)
        try:
            build = rollback(self.engine.folder)
        except BriefQAError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return listing.message(say("rolled_back", language, build=build[:8])), gr.Timer(active=True)

    # -- what is shown -------------------------------------------------------------------------

    def _list(self, language: Language) -> str:
        return listing.documents(self.engine.index.documents, language, removable=not self.read_only)

    def _shown(self, settings: Any) -> tuple[Any, ...]:
        language = language_from(settings)
        drop = gr.update(label=say("drop", language))
        return (
            drop,
            listing.job(self.jobs.job, language),
            self._list(language),
            pictures.collection(self.engine.index.documents, language),
        )

    def _tick(self, kept: Any, settings: Any) -> tuple[Any, ...]:
        """Once a second while the model loads or a build runs; then one last time."""
        running = self.jobs.running
        waiting = running or not (self.engine.ready or self.engine.error)
        job = listing.job(self.jobs.job, language_from(settings)) if self.jobs.job else gr.skip()
        if waiting:
            rest = [gr.skip()] * 5
        else:
            rest = [*self._shown(settings)[2:], *self._refresh(kept, settings)]
        return gr.Timer(active=waiting), job, *rest

