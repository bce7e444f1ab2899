"""Changes of the index in the background: one after the other, with progress, a report, and cancel."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from briefqa.building.changes import add_documents, build_index, remove_documents
from briefqa.building.keeping import require_originals
from briefqa.building.reports import BuildReport
from briefqa.index import Index
from briefqa.progress import OnProgress, Progress
from briefqa.remote.address import address_of
from briefqa.store.builds import current_build

_STAGE = ".upload-"  # folders inside the index folder; deleted when the job ends
_MOST_WAITING = 20  # jobs; one more is refused
_KEPT = 50  # jobs that have ended


class JobState(StrEnum):
    """How a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    TAKEN_BACK = "taken back"


class JobKind(StrEnum):
    """What a job does."""

    ADD = "add"
    REMOVE = "remove"
    REBUILD = "rebuild"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Job:
    """One change of the index; `error` is there when it FAILED, `report` when it is DONE.

    `owner` is the visitor who began it; `about` the names of the files that it is about; `before` the id of
    the build that was live when it began ("" when that is not known), `build` of the one it made live.
    """

    id: str
    owner: str
    kind: JobKind = JobKind.ADD
    about: tuple[str, ...] = ()
    state: JobState = JobState.WAITING
    progress: Progress | None = None
    report: BuildReport | None = None
    error: Exception | None = None
    before: str = ""
    build: str = ""

    @property
    def changed(self) -> bool:
        """Whether it made another build live than the one before it."""
        return bool(self.build) and self.build != self.before

    @property
    def open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (JobState.WAITING, JobState.RUNNING)


class Cancelled(Exception):
    """Raised inside a build to stop it; the index stays as it was."""


# What a job does: the report of a build, or the id of the build that it went back to.
Work = Callable[[OnProgress], BuildReport | str]


@dataclass(frozen=True, slots=True)
class Task:
    """The work of a job, what it is about, and what to clear away when it is not done after all."""

    work: Work
    kind: JobKind = JobKind.ADD
    about: tuple[str, ...] = ()
    discard: Callable[[], None] = lambda: None


class Jobs:
    """Runs jobs in a thread, in the order in which they came.

    `live`: the id of the live build, asked when a job begins.

    Attributes:
        changes: how often a job has come, has come further, or has gone.
    """

    def __init__(self, live: Callable[[], str] = lambda: "") -> None:
        self.changes = 0
        self._live = live
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}  # in the order in which they came
        self._tasks: dict[str, Task] = {}  # of those that wait
        self._cancel = threading.Event()
        self._working = False  # a thread takes jobs from the queue

    @property
    def all(self) -> tuple[Job, ...]:
        """The jobs, oldest first."""
        with self._lock:
            return tuple(self._jobs.values())

    @property
    def running(self) -> bool:
        """Whether a job runs or waits now."""
        return any(job.open for job in self.all)

    def start(self, task: Task, owner: str) -> bool:
        """Put a task at the end of the queue; False, and it is discarded, where too many wait."""
        job = Job(secrets.token_hex(6), owner, task.kind, task.about)
        with self._lock:
            full = len(self._tasks) >= _MOST_WAITING
            begins = not full and not self._working
            if not full:
                self._tasks[job.id], self._working = task, True
                self._keep(job)
        if full:
            task.discard()
        if begins:
            threading.Thread(target=self._run_all, name="briefqa-build", daemon=True).start()
        return not full

    def cancel(self, job_id: str, visitor: str) -> bool:
        """Take a job out of the queue, or have it stop at its next progress; only its owner may."""
        with self._lock:
            job = self._jobs.get(job_id)
            if job is None or job.owner != visitor or not job.open:
                return False
            if job.state is JobState.RUNNING:
                self._cancel.set()
                return True
            self._keep(replace(job, state=JobState.CANCELLED))
            task = self._tasks.pop(job_id)
        task.discard()
        return True

    def dismiss(self, job_id: str, visitor: str) -> None:
        """Forget the report of a job that has ended, when its owner has read it."""
        with self._lock:
            job = self._jobs.get(job_id)
            if job is not None and job.owner == visitor and not job.open:
                del self._jobs[job_id]
                self.changes += 1

    def _run_all(self) -> None:
        while (job := self._next()) is not None:
            self._change(self._run(*job))

    def _next(self) -> tuple[Job, Task] | None:
        """The first job that waits, now running; None when the queue is empty."""
        with self._lock:
            self._forget_old()
            job = next((each for each in self._jobs.values() if each.state is JobState.WAITING), None)
            if job is None:
                self._working = False
                return None
            self._cancel.clear()
            return self._keep(replace(job, state=JobState.RUNNING)), self._tasks.pop(job.id)

    def _forget_old(self) -> None:
        ended = [job.id for job in self._jobs.values() if not job.open]
        for old in ended[:-_KEPT]:
            del self._jobs[old]

    def _run(self, job: Job, task: Task) -> Job:
        job = replace(job, before=self._live())

        def heard(progress: Progress) -> None:
            if self._cancel.is_set():
                raise Cancelled
            self._change(replace(job, progress=progress))

        try:
            made = task.work(heard)
        except Cancelled:
            return replace(job, state=JobState.CANCELLED)
        except Exception as error:  # shown to the user; a dead thread would tell nobody
            return replace(job, state=JobState.FAILED, error=error)
        if isinstance(made, str):
            return replace(job, state=JobState.TAKEN_BACK, build=made)
        return replace(job, state=JobState.DONE, report=made, build=made.build_id)

    def _change(self, job: Job) -> None:
        with self._lock:
            self._keep(job)

    def _keep(self, job: Job) -> Job:
        """Have a job be this one, which is news; the lock is held."""
        self._jobs[job.id] = job
        self.changes += 1
        return job


def adding(files: Sequence[Path], index_dir: Path) -> Task:
    """Add uploaded files; they are copied into the index folder at once."""
    stage = Path(tempfile.mkdtemp(prefix=_STAGE, dir=index_dir))
    staged = [stage / str(number) / file.name for number, file in enumerate(files)]  # names may be equal
    for file, target in zip(files, staged, strict=True):
        target.parent.mkdir()
        shutil.copyfile(file, target)

    def clear() -> None:
        shutil.rmtree(stage, ignore_errors=True)

    def work(progress: OnProgress) -> BuildReport:
        try:
            return add_documents(staged, index_dir, progress=progress)
        finally:
            clear()

    return Task(work, JobKind.ADD, tuple(file.name for file in files), clear)


def removing(document_ids: Sequence[str], index_dir: Path, titles: Iterable[str] = ()) -> Task:
    """Take documents out."""
    return Task(
        lambda progress: remove_documents(document_ids, index_dir, progress=progress),
        JobKind.REMOVE,
        tuple(titles),
    )


def rebuilding(index: Index) -> Work:
    """Read every stored original again, under the ids that they have, with the index's model."""

    def work(progress: OnProgress) -> BuildReport:
        if address_of(index.folder) is None:  # a server's are checked when they are fetched
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
