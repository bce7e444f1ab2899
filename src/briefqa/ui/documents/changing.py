"""What the documents tab asks of the server: the list, a change of it, how far a change is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from briefqa.errors import BriefQAError, InputError
from briefqa.ui.documents import jobs, listing, pictures
from briefqa.ui.documents.report import told_job
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
        documents = self.engine.index.documents
        return {
            "list": listing.documents(documents, language, removable=not self.read_only),
            "pictures": pictures.collection(documents, language),
            "job": self.job(visitor, language),
        }

    def job(self, visitor: str, language: Language) -> str:
        """The running or the last job as HTML."""
        index = self.engine.index
        return told_job(self.jobs.job, visitor, index.build_id, index.documents, language)

    async def followed(self, visitor: str, language: Language, *, at_once: bool) -> dict[str, Any]:
        """The job, `at_once` or when it has come further, and whether there is more to wait for."""
        before = self._state()
        for _ in range(0 if at_once else round(_PATIENCE / _STEP)):
            if self._state() != before:
                break
            await asyncio.sleep(_STEP)
        now = {"running": self.jobs.running, "settled": self.engine.at_rest, "ready": self.engine.ready}
        return now | {"job": self.job(visitor, language), "build": self.engine.index.build_id}

    def _state(self) -> tuple[Any, ...]:
        return self.jobs.job, self.engine.ready, self.engine.at_rest

    def add(self, files: Sequence[str], visitor: str, language: Language) -> None:
        """Begin to add uploaded files.

        Raises:
            InputError: another change is under way, or the page is read-only.
        """
        paths = [Path(file) for file in files]
        if paths:
            self._start(lambda: jobs.adding(paths, self.engine.folder), visitor, language)

    def change(self, what: str, data: Mapping[str, Any], visitor: str, language: Language) -> None:
        """Do what a button of the tab says: "remove", "rebuild", "rollback" or "cancel".

        Raises:
            InputError: it cannot be done now, or not by this visitor.
        """
        folder = self.engine.folder
        if what == "remove":
            documents = [str(data.get("doc", ""))]
            self._start(lambda: jobs.removing(documents, folder), visitor, language)
        elif what == "rebuild":
            self._start(lambda: jobs.rebuilding(self.engine.index), visitor, language)
        elif what == "rollback":
            self._allowed(language)
            self._take_back(folder, visitor)
        elif what == "cancel" and not self.jobs.cancel(visitor):
            raise InputError(say("not_yours", language))

    def _take_back(self, folder: Path, visitor: str) -> None:
        try:
            self.jobs.take_back(folder, visitor)
        except BriefQAError:
            return  # the job tells it

    def _start(self, work: Callable[[], jobs.Work], visitor: str, language: Language) -> None:
        self._allowed(language)
        if not self.jobs.start(work(), visitor):
            raise InputError(say("busy", language))

    def _allowed(self, language: Language) -> None:
        if self.read_only:
            raise InputError(say("read_only", language))
        if self.jobs.running:
            raise InputError(say("busy", language))
