"""Changes of the index in the background: one at a time, with progress, a report, and cancel."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from briefqa.building.changes import add_documents, build_index, remove_documents
from briefqa.building.keeping import require_originals
from briefqa.building.reports import BuildReport
from briefqa.errors import BriefQAError
from briefqa.index import Index, rollback
from briefqa.progress import OnProgress, Progress
from briefqa.store.builds import current_build

_STAGE = ".upload-"  # folders inside the index folder; deleted when the job ends


class JobState(StrEnum):
    """How a job stands."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    TAKEN_BACK = "taken back"


@dataclass(frozen=True, slots=True)
class Job:
    """One change of the index; `error` is there when it FAILED, `report` when it is DONE.

    `owner` is the visitor who began it; `build` the id of the build that it made live.
    """

    number: int
    owner: str
    state: JobState = JobState.RUNNING
    progress: Progress | None = None
    report: BuildReport | None = None
    error: Exception | None = None
    build: str = ""


class Cancelled(Exception):
    """Raised inside a build to stop it; the index stays as it was."""


Work = Callable[[OnProgress], BuildReport]


class Jobs:
    """Runs jobs in a thread, one at a time; everybody sees the same one."""

    def __init__(self) -> None:
        self._starting = threading.Lock()
        self._cancel = threading.Event()
        self._job: Job | None = None

    @property
    def job(self) -> Job | None:
        """The running job, or the last one; None when there was none."""
        return self._job

    @property
    def running(self) -> bool:
        """Whether a job runs now."""
        return self._job is not None and self._job.state is JobState.RUNNING

    def start(self, work: Work, owner: str) -> bool:
        """Begin `work`; False, and nothing begun, while another job runs."""
        with self._starting:
            if self.running:
                return False
            self._cancel.clear()
            job = self._job = self._next(owner)
        threading.Thread(target=self._run, args=(job, work), name="briefqa-build", daemon=True).start()
        return True

    def take_back(self, index_dir: Path, owner: str) -> None:
        """Go back to the build before the live one; a second time undoes the first.

        Raises:
            BriefQAError: as `rollback`; the failed job says so too.
        """
        with self._starting:
            if not self.running:
                job = self._next(owner)
                try:
                    build = rollback(index_dir)
                except BriefQAError as error:
                    self._job = replace(job, state=JobState.FAILED, error=error)
                    raise
                self._job = replace(job, state=JobState.TAKEN_BACK, build=build)

    def cancel(self, visitor: str) -> bool:
        """Ask the running job to stop, which it does at its next progress; only its owner may."""
        if self._job is None or self._job.owner != visitor:
            return False
        self._cancel.set()
        return True

    def _next(self, owner: str) -> Job:
        return Job(self._job.number + 1 if self._job else 1, owner)

    def _run(self, job: Job, work: Work) -> None:
        try:
            report = work(self._heard)
            self._job = replace(job, state=JobState.DONE, report=report, build=report.build_id)
        except Cancelled:
            self._job = replace(job, state=JobState.CANCELLED)
        except Exception as error:  # shown to the user; a dead thread would tell nobody
            self._job = replace(job, state=JobState.FAILED, error=error)

    def _heard(self, progress: Progress) -> None:
        if self._cancel.is_set():
            raise Cancelled
        if self._job is not None:
            self._job = replace(self._job, progress=progress)


def adding(files: Sequence[Path], index_dir: Path) -> Work:
    """A job that adds uploaded files; they are copied into the index folder at once."""
    stage = Path(tempfile.mkdtemp(prefix=_STAGE, dir=index_dir))
    staged = [stage / str(number) / file.name for number, file in enumerate(files)]  # names may be equal
    for file, target in zip(files, staged, strict=True):
        target.parent.mkdir()
        shutil.copyfile(file, target)

    def work(progress: OnProgress) -> BuildReport:
        try:
            return add_documents(staged, index_dir, progress=progress)
        finally:
            shutil.rmtree(stage, ignore_errors=True)

    return work


def removing(document_ids: Sequence[str], index_dir: Path) -> Work:
    """A job that takes documents out."""
    return lambda progress: remove_documents(document_ids, index_dir, progress=progress)


def rebuilding(index: Index) -> Work:
    """A job that reads every stored original again, under the ids that they have, with the index's model."""

    def work(progress: OnProgress) -> BuildReport:
        require_originals(current_build(index.folder))  # else damage would become the text
        stage = Path(tempfile.mkdtemp(prefix=_STAGE, dir=index.folder))
        try:
            for name in (name for document in index.documents for name in (document.id, *document.names)):
                target = (stage / name).resolve()
                if not target.is_relative_to(stage.resolve()):
                    raise ValueError(f"The id {name!r} leads out of the folder of sources.")
                target.parent.mkdir(parents=True, exist_ok=True)
                _link_or_copy(index.original(name), target)
            return build_index(stage, index.folder, model=index.info["model"]["name"], progress=progress)
        finally:
            shutil.rmtree(stage, ignore_errors=True)

    return work


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
