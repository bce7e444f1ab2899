"""The documents tab: drop files in, follow the build, see what was read, take documents out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import gradio as gr

from briefqa.errors import BriefQAError
from briefqa.index import rollback
from briefqa.ui.documents import jobs, listing, pictures
from briefqa.ui.engine import Engine
from briefqa.ui.labels import Labels, own_html
from briefqa.ui.outside import told_outside
from briefqa.ui.words import Language, language_from, say

_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_STEP = 0.4  # seconds between two looks at a job
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

    def lay_out(self, labels: Labels) -> None:
        """Lay out the parts; `labels` remembers which texts change with the language."""
        zh, changing = Language.ZH, not self.read_only
        drop = gr.File(
            label=say("drop", zh), file_count="multiple", height=150, visible=changing, elem_id="drop"
        )
        self.drop = labels.word(drop, label="drop")
        self.job = own_html("", _JOB_JS, elem_id="job")
        self.list = own_html(self._list(zh), _LISTING_JS, elem_id="documents-list")
        with gr.Row(visible=changing, elem_id="changes"):
            self.rebuild = labels.button("rebuild", size="sm", elem_id="rebuild")
            self.rollback = labels.button("rollback", size="sm", elem_id="rollback")
        self.pictures = own_html("", None, elem_id="pictures")

    def connect(self, tab: Any, settings: Any, refresh: Callable[[Any], None]) -> None:
        """Connect the events; `refresh` adds to an event the redrawing of what lies outside the tab."""
        started = [self.job, self.drop]
        changes = [
            self.drop.upload(self._add, [self.drop, settings], started, **_PRIVATE),
            self.list.remove(self._remove, settings, started, **_PRIVATE),
            self.rebuild.click(self._rebuild, settings, started, **_PRIVATE),
            self.rollback.click(self._rollback, settings, started, **_PRIVATE),
        ]
        self.job.cancel(self.jobs.cancel, None, None, **_PRIVATE)
        for change in changes:
            self._follow(change.success, settings, refresh)
        self.draw(tab.select, settings, refresh)

    def draw(self, event: Any, settings: Any, refresh: Callable[[Any], None]) -> None:
        """On `event` draw the tab, and go on as long as something is under way."""
        shown = [self.job, self.list, self.pictures]
        self._follow(event(self._shown, settings, shown, **_PRIVATE).then, settings, refresh)

    def _follow(self, event: Any, settings: Any, refresh: Callable[[Any], None]) -> None:
        shown = [self.job, self.list, self.pictures]
        followed = event(self._progress, settings, self.job, concurrency_limit=None, **_PRIVATE)
        refresh(followed.then(self._shown, settings, shown, **_PRIVATE))

    # -- changes -------------------------------------------------------------------------------

    def _start(self, work: Callable[[], jobs.Work], settings: Any) -> tuple[Any, ...]:
        language = language_from(settings)
        if self.read_only:
            raise gr.Error(say("read_only", language), print_exception=False)
        if self.jobs.running or not self.jobs.start(work()):
            raise gr.Error(say("busy", language), print_exception=False)
        return listing.job(self.jobs.job, language), None

    def _add(self, files: list[str] | None, settings: Any) -> tuple[Any, ...]:
        paths = [Path(file) for file in files or ()]
        if not paths:
            return gr.skip(), gr.skip()
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
            raise gr.Error(told_outside(error, self.engine.folder), print_exception=False) from error
        self.jobs.forget()
        gr.Info(say("rolled_back", language, build=build[:8]))
        return "", None

    # -- what is shown -------------------------------------------------------------------------

    def _list(self, language: Language) -> str:
        return listing.documents(self.engine.index.documents, language, removable=not self.read_only)

    def _shown(self, settings: Any) -> tuple[Any, ...]:
        language = language_from(settings)
        return (
            listing.job(self.jobs.job, language),
            self._list(language),
            pictures.collection(self.engine.index.documents, language),
        )

    async def _progress(self, settings: Any) -> AsyncIterator[str]:
        """Show how far the job is, and wait for the model, until there is nothing to wait for."""
        language = language_from(settings)
        while self.jobs.running or not self.engine.settled:
            yield listing.job(self.jobs.job, language)
            await asyncio.sleep(_STEP)
        yield listing.job(self.jobs.job, language)
