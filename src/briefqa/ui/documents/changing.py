"""What the documents tab asks of the server: the list, a change of it, how far a change is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from briefqa.building.reports import BuildReport
from briefqa.errors import BriefQAError
from briefqa.progress import OnProgress
from briefqa.ui.documents import jobs, listing, pictures, undoing
from briefqa.ui.documents.report import Collection, told_jobs
from briefqa.ui.engine import Engine
from briefqa.ui.outside import PageError
from briefqa.ui.words import Language, say

_STEP = 0.2  # seconds between two looks at whether there is news
_STEPS = 10  # after which a question for news is answered without any


class Library:
    """The documents and the job that changes them; `read_only` leaves the list and the picture."""

    def __init__(self, engine: Engine, read_only: bool) -> None:
        self.engine = engine
        self.read_only = read_only
        self.jobs = jobs.Jobs(self._live)

    def shown(self, visitor: str, language: Language) -> dict[str, Any]:
        """The tab's parts as HTML, and whether there is an `earlier` build to go back to."""
        shelf = self.engine.shelf
        return {
            "list": listing.documents(shelf, language, removable=not self.read_only),
            "pictures": pictures.collection(shelf.entries, language),
            "job": self.told(visitor, language),
            "earlier": not self.read_only and self._has_earlier(),
        }

    def listed(self, wanted: str, by: str, down: bool, language: Language) -> dict[str, Any]:
        """The rows that are searched for, as HTML, and how many they are."""
        shelf = self.engine.shelf
        found = shelf.found(wanted)
        rows = listing.rows(shelf, found, language, removable=not self.read_only, by=by, down=down)
        return {"rows": rows, "shown": listing.told_count(shelf, len(found), language)}

    def told(self, visitor: str, language: Language) -> str:
        """The jobs under way, and the reports of a visitor's own, as HTML."""
        with self.engine.using() as index:
            shelf = self.engine.shelf_at_hand(index)
            titles = shelf.titles if shelf is not None else {}
            collection = Collection(index.build_id, len(index.documents), titles)
        return told_jobs(self.jobs.all, visitor, collection, language)

    @property
    def changes(self) -> int:
        """How often something has become other than it was: more than somebody has seen is news."""
        return self.jobs.changes + self.engine.changes

    async def followed(self, visitor: str, language: Language, seen: int | None) -> dict[str, Any]:
        """The jobs, and whether there is more to wait for.

        `seen`: the `changes` that the visitor was told of; an answer waits for others, for two seconds at
        most. None is answered at once.
        """
        for _ in range(_STEPS if seen is not None else 0):
            await asyncio.sleep(_STEP)
            if self.changes != seen:
                break
        return await asyncio.to_thread(self._news, visitor, language)

    def _news(self, visitor: str, language: Language) -> dict[str, Any]:
        changes = self.changes  # first: what comes from now on is news again
        told = self.told(visitor, language)
        engine = self.engine
        now = {"running": self.jobs.running, "settled": engine.at_rest, "ready": engine.ready}
        build = engine.build_id
        return now | {"changes": changes, "job": told, "build": build, "offered": len(engine.examples(build))}

    def add(self, files: Sequence[str], visitor: str, language: Language) -> None:
        """Have uploaded files added.

        Raises:
            PageError: the page is read-only, or too many changes wait.
        """
        paths = [Path(file) for file in files]
        if paths:
            self._allowed(language)
            self._start(jobs.adding(paths, self.engine.folder), visitor, language)

    def change(self, what: str, data: Mapping[str, Any], visitor: str, language: Language) -> None:
        """Do what a button of the tab says: "remove", "rebuild", "rollback", "cancel" or "dismiss".

        Raises:
            PageError: it cannot be done, or not by this visitor.
        """
        self._allowed(language)
        job = str(data.get("job", ""))
        if what == "cancel":
            if not self.jobs.cancel(job, visitor):
                raise PageError(say("not_yours", language))
        elif what == "dismiss":
            self.jobs.dismiss(job, visitor)
        elif task := self._task(what, data):
            self._start(task, visitor, language)

    def _task(self, what: str, data: Mapping[str, Any]) -> jobs.Task | None:
        folder = self.engine.folder
        if what == "remove":
            document_id = str(data.get("doc", ""))
            document = self.engine.document_of(document_id)
            return jobs.removing([document_id], folder, [document.title] if document else [])
        if what == "rebuild":
            return jobs.Task(self._rebuild, jobs.JobKind.REBUILD)
        if what == "rollback":
            made, before = str(data.get("build") or self._live()), str(data.get("before", ""))
            return undoing.taking_back(folder, made, before)
        return None

    def _live(self) -> str:
        self.engine.follow()
        return self.engine.build_id

    def _has_earlier(self) -> bool:
        try:
            return bool(undoing.earlier_build(self.engine.folder))
        except BriefQAError:  # a press tells why
            return True

    def _rebuild(self, heard: OnProgress) -> BuildReport | str:
        with self.engine.using() as index:
            return jobs.rebuilding(index)(heard)

    def _start(self, task: jobs.Task, visitor: str, language: Language) -> None:
        if not self.jobs.start(task, visitor):
            raise PageError(say("busy", language))

    def _allowed(self, language: Language) -> None:
        if self.read_only:
            raise PageError(say("read_only", language))
