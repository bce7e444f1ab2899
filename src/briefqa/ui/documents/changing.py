"""What the documents tab asks of the server: the list, a change of it, how far a change is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from briefqa.errors import InputError
from briefqa.ui.documents import jobs, listing, pictures
from briefqa.ui.documents.report import Collection, told_jobs
from briefqa.ui.engine import Engine
from briefqa.ui.words import Language, say

_STEP = 0.2  # seconds between two looks at a job
_PATIENCE = 2.0  # seconds that a question after a job waits for something new


class Library:
    """The documents and the job that changes them; `read_only` leaves the list and the picture."""

    def __init__(self, engine: Engine, read_only: bool) -> None:
        self.engine = engine
        self.read_only = read_only
        self.jobs = jobs.Jobs()

    def shown(self, visitor: str, language: Language) -> dict[str, Any]:
        """The tab's parts as HTML."""
        shelf = self.engine.shelf
        return {
            "list": listing.documents(shelf, language, removable=not self.read_only),
            "pictures": pictures.collection(shelf.entries, language),
            "job": self.told(visitor, language),
        }

    def listed(self, wanted: str, by: str, down: bool, language: Language) -> dict[str, Any]:
        """The rows that are searched for, as HTML, and how many they are."""
        shelf = self.engine.shelf
        rows = listing.rows(shelf, language, removable=not self.read_only, wanted=wanted, by=by, down=down)
        return {"rows": rows, "shown": listing.told_count(shelf, wanted, language)}

    def told(self, visitor: str, language: Language) -> str:
        """The jobs under way, and the reports of a visitor's own, as HTML."""
        shelf = self.engine.shelf_at_hand
        titles = (
            {name: each.title for each in shelf.entries for name in (each.id, *each.names)} if shelf else {}
        )
        live = self.engine.index.build_id
        count = len(self.engine.index.documents)
        return told_jobs(self.jobs.all, visitor, Collection(live, count, titles), language)

    async def followed(self, visitor: str, language: Language, *, at_once: bool) -> dict[str, Any]:
        """The jobs, `at_once` or when they have come further, and whether there is more to wait for."""
        before = self._state()
        for _ in range(0 if at_once else round(_PATIENCE / _STEP)):
            if self._state() != before:
                break
            await asyncio.sleep(_STEP)
        now = {"running": self.jobs.running, "settled": self.engine.at_rest, "ready": self.engine.ready}
        told = await asyncio.to_thread(self.told, visitor, language)
        return now | {"job": told, "build": self.engine.index.build_id}

    def _state(self) -> tuple[Any, ...]:
        return self.jobs.all, self.engine.ready, self.engine.at_rest

    def add(self, files: Sequence[str], visitor: str, language: Language) -> None:
        """Have uploaded files added.

        Raises:
            InputError: the page is read-only, or too many changes wait.
        """
        paths = [Path(file) for file in files]
        if paths:
            self._allowed(language)
            self._start(jobs.adding(paths, self.engine.folder), visitor, language)

    def change(self, what: str, data: Mapping[str, Any], visitor: str, language: Language) -> None:
        """Do what a button of the tab says: "remove", "rebuild", "rollback", "cancel" or "dismiss".

        Raises:
            InputError: it cannot be done, or not by this visitor.
        """
        self._allowed(language)
        job = str(data.get("job", ""))
        if what == "cancel":
            if not self.jobs.cancel(job, visitor):
                raise InputError(say("not_yours", language))
        elif what == "dismiss":
            self.jobs.dismiss(job, visitor)
        elif task := self._task(what, data):
            self._start(task, visitor, language)

    def _task(self, what: str, data: Mapping[str, Any]) -> jobs.Task | None:
        folder, index = self.engine.folder, self.engine.index
        if what == "remove":
            document_id = str(data.get("doc", ""))
            document = self.engine.document_of(document_id)
            return jobs.removing([document_id], folder, [document.title] if document else [])
        if what == "rebuild":
            return jobs.Task(lambda heard: jobs.rebuilding(self.engine.index)(heard), jobs.JobKind.REBUILD)
        if what == "rollback":
            return jobs.taking_back(folder, str(data.get("build") or index.build_id))
        return None

    def _start(self, task: jobs.Task, visitor: str, language: Language) -> None:
        if not self.jobs.start(task, visitor):
            raise InputError(say("busy", language))

    def _allowed(self, language: Language) -> None:
        if self.read_only:
            raise InputError(say("read_only", language))
