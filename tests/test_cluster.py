"""A build by a cluster: a real scheduler and two workers on this machine, one of which is killed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import briefqa
from briefqa.building.cluster_task import opened_result, read_and_embed
from briefqa.cli import main
from briefqa.errors import InputError, ModelUnavailableError, ServerError
from briefqa.models.embedding import open_embedder
from briefqa.store.build import Build
from briefqa.store.builds import current_build
from briefqa.store.vectors import MIXED
from conftest import ROOT

distributed = pytest.importorskip("distributed", reason="the extra [cluster] is not installed")
psutil = pytest.importorskip("psutil")

Process = subprocess.Popen[bytes]
Change = Callable[[dict[str, Any], dict[str, Any]], Any]  # of what is told, and of the arrays
STATUS = (
    "--dashboard-address",
    "127.0.0.1:0",
)  # without it Dask serves its state to the network, dashboard or not


@contextmanager
def running(*words: str) -> Iterator[Process]:
    """A program of Dask that ends with the block."""
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH", "")))),
    }
    command = [sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:]]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


class Cluster:
    """A scheduler and workers, all on this machine only; whatever was killed is started again."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack, self._folder, self._names = stack, folder, count()
        self.url = ""
        self.scheduler: Process | None = None
        self.workers: list[Process] = []

    def with_workers(self, number: int) -> Cluster:
        """Itself, with a living scheduler and at least so many living workers."""
        if self.scheduler is None or self.scheduler.poll() is not None:
            self._start_scheduler()
        self.workers = [each for each in self.workers if each.poll() is None]
        for _ in range(number - len(self.workers)):
            self._start_worker()
        with distributed.Client(self.url, timeout=300, set_as_default=False) as client:
            client.wait_for_workers(number, timeout=300)
        return self

    def _start_scheduler(self) -> None:
        for worker in self.workers:  # they would wait for the one that is gone
            worker.kill()
            worker.wait()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"tcp://127.0.0.1:{port}"
        words = ("scheduler", "--host", "127.0.0.1", "--port", str(port), *STATUS)
        self.scheduler = self._stack.enter_context(running(*words))

    def _start_worker(self) -> None:
        room = ("--local-directory", str(self._folder / f"worker{next(self._names)}"))
        alone = ("--host", "127.0.0.1", "--no-nanny", "--nthreads", "1", *STATUS)
        self.workers.append(self._stack.enter_context(running("worker", self.url, *alone, *room)))


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One cluster for all tests: a worker takes seconds to start."""
    with ExitStack() as stack:
        yield Cluster(stack, tmp_path_factory.mktemp("workers"))


class WorkerHere:
    """A client of a cluster whose one worker is this process; what it tells is changed before it is sent."""

    def __init__(self, change: Change) -> None:
        self._change = change

    def submit(self, task: Callable[..., bytes], *values: Any, **settings: Any) -> Done:
        """Do a task at once."""
        told, arrays = opened_result(task(*values))
        self._change(told, arrays)
        packed = BytesIO()
        np.savez(packed, told=np.frombuffer(json.dumps(told).encode(), np.uint8), **arrays)
        return Done(packed.getvalue())

    def scheduler_info(self, n_workers: int) -> dict[str, Any]:
        """One worker with one thread."""
        return {"workers": {"here": {"nthreads": 1}}}

    def cancel(self, futures: Sequence[Done], force: bool) -> None:
        """Nothing is under way."""

    def close(self, timeout: float) -> None:
        """Nothing is open."""


@dataclass(frozen=True, slots=True)
class Done:
    """A task that is done."""

    data: bytes

    def result(self, timeout: float) -> bytes:
        """What it gave."""
        return self.data


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A folder of documents, of which each says something else."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(24):
        city = chr(0x4E00 + 7 * number)
        (folder / f"{number:02}.md").write_text(
            f"# {city}市2023年工作报告\n\n## 工厂\n\n{city}市有{number + 3}家智能工厂。\n\n"
            f"## 学校\n\n新建学校{number + 1}所。\n",
            "utf-8",
        )
    return folder


HERE = ""  # without a cluster, in the precision of this machine


@pytest.mark.parametrize(
    ("rounds", "expected"),
    [
        ([("float8", "many", 0)], {"float8"}),
        ([("float8", "many", 8), ("float8", "many", 0)], {"float8"}),
        ([("float8", "many", 8), (HERE, "many", 0)], {"float8", HERE}),
        ([("float8", "many", 8), ("float7", "many", 0)], {"float7"}),  # workers embed all
        ([("float8", "many", 8), (HERE, "docs", 0)], {HERE}),
        ([(HERE, "docs", 0), ("float8", "many", 0)], {"float8"}),
    ],
)
def test_a_build_says_in_which_precision_its_vectors_were_made(
    rounds: Sequence[tuple[str, str, int]],
    expected: set[str],
    many: Path,
    folder: Path,
    tiny_model: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By whoever made those that it holds, before it was cut short or after; mixed if they are several.

    Each round is who embeds, which folder, and after how many documents it is cut short (0: it is not).
    """
    index = many.parent / "index"
    for precision, sources, stops in rounds:
        monkeypatch.setattr(
            "briefqa.building.cluster._connected",
            lambda url, at=precision: WorkerHere(lambda told, _: told.update(precision=at)),
        )

        def stop(progress: briefqa.Progress, at: int = stops) -> None:
            if progress.stage is briefqa.Stage.READ and 0 < at == progress.done:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt) if stops else nullcontext():
            report = briefqa.build_index(
                many.parent / sources, index, model=tiny_model, progress=stop, cluster=precision or None
            )
    made_in = {each or open_embedder(tiny_model).precision for each in expected}
    assert report.precision == (made_in.pop() if len(made_in) == 1 else MIXED)
    with briefqa.open_index(index) as opened:
        assert opened.info["precision"] == report.precision


def test_what_a_worker_sends_is_checked(
    many: Path, tiny_model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Vectors that are none, or parts that are missing: one sentence, and nothing is made of them."""
    changes: list[Change] = [
        lambda told, arrays: arrays.update(passage_vectors=arrays["passage_vectors"] * np.float32("nan")),
        lambda told, arrays: arrays.update(sentence_vectors=arrays["sentence_vectors"][:, :8]),
        lambda told, arrays: arrays.update(starts=arrays["starts"] + 1),
        lambda told, arrays: arrays.pop("tokens"),
        lambda told, arrays: told.pop("passages"),
        lambda told, arrays: told.update(reading=7),
        lambda told, arrays: told.update(precision="float" * 50),
    ]
    for change in changes:
        monkeypatch.setattr("briefqa.building.cluster._connected", lambda url, each=change: WorkerHere(each))
        with pytest.raises((ServerError, ModelUnavailableError)):
            briefqa.build_index(many, tmp_path / "x", model=tiny_model, cluster="here")
    assert not (tmp_path / "x" / "CURRENT").exists()


def test_a_cluster_adds_and_embeds_only_what_is_new(
    started: Cluster, many: Path, tiny_model: str, tmp_path: Path
) -> None:
    """A document that is as it was is read and no more; one that cannot be read is told as ever."""
    briefqa.build_index(many, tmp_path / "index", model=tiny_model)
    (many / "00.md").write_text("# 新\n\n新的文件。\n", "utf-8")
    (many / "broken.docx").write_bytes(b"no zip")
    report = briefqa.add_documents(many, tmp_path / "index", cluster=started.with_workers(1).url)
    assert [name for name, _ in report.skipped] == ["broken.docx"]
    assert report.document_count == 24
    with briefqa.open_index(tmp_path / "index") as index:
        assert "新的文件" in index.document("00.md").text


def test_a_build_whose_worker_is_killed_is_whole_and_the_same(
    started: Cluster, many: Path, tiny_model: str, tmp_path: Path
) -> None:
    """Two workers, one killed on the way: ids, texts, vectors as of a build on this machine alone."""
    expected = briefqa.build_index(many, tmp_path / "here", model=tiny_model)
    cluster = started.with_workers(2)
    assert cluster.scheduler is not None
    for process in (cluster.scheduler, *cluster.workers):
        ports = [each for each in psutil.Process(process.pid).net_connections() if each.status == "LISTEN"]
        assert {each.laddr.ip for each in ports} == {"127.0.0.1"}

    def kill(progress: briefqa.Progress) -> None:
        if progress.stage is briefqa.Stage.READ and progress.done == 5:
            cluster.workers[0].kill()
            cluster.workers[0].wait()

    report = briefqa.build_index(
        many, tmp_path / "there", model=tiny_model, cluster=cluster.url, progress=kill
    )
    assert cluster.workers[0].returncode is not None
    assert cluster.workers[1].poll() is None
    assert report.build_id == expected.build_id
    assert report.embedded == 0  # all of it by the workers
    assert briefqa.verify(tmp_path / "there") == []
    here, there = (Build.open(current_build(tmp_path / name)).searchable for name in ("here", "there"))
    np.testing.assert_array_equal(here.dense.vectors(), there.dense.vectors())
    np.testing.assert_array_equal(here.sentence_vectors, there.sentence_vectors)


def test_a_scheduler_that_is_lost(started: Cluster, many: Path, tiny_model: str, tmp_path: Path) -> None:
    """The index is as it was; what the workers did is not done again."""
    live = briefqa.build_index(many / "00.md", tmp_path / "index", model=tiny_model).build_id
    cluster = started.with_workers(1)

    def kill(progress: briefqa.Progress) -> None:
        if progress.stage is briefqa.Stage.READ and progress.done == 8:
            assert cluster.scheduler is not None
            cluster.scheduler.kill()
            cluster.scheduler.wait()

    began = time.monotonic()
    with pytest.raises(ServerError, match="was lost on the way"):
        briefqa.build_index(many, tmp_path / "index", model=tiny_model, cluster=cluster.url, progress=kill)
    assert time.monotonic() - began < 120
    with briefqa.open_index(tmp_path / "index") as index:
        assert index.build_id == live
    report = briefqa.build_index(many, tmp_path / "index", model=tiny_model)
    assert report.reused > 8


def test_a_task_gives_the_same_twice(many: Path, tiny_model: str) -> None:
    """Done again by another worker it changes nothing."""
    path = many / "03.md"
    told, arrays = opened_result(read_and_embed(path.read_bytes(), path.name, "03.md", tiny_model, []))
    again, others = opened_result(read_and_embed(path.read_bytes(), path.name, "03.md", tiny_model, []))
    assert told == again
    assert arrays.keys() == others.keys()
    assert all(np.array_equal(arrays[name], others[name]) for name in arrays)


def test_no_cluster(
    many: Path,
    tiny_model: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One sentence; nothing is made."""
    monkeypatch.setattr("briefqa.building.cluster._CONNECTS_IN", 1.0)
    command = ["build", str(many), "--index", str(tmp_path / "x"), "--model", tiny_model, "--cluster"]
    assert main([*command, "tcp://127.0.0.1:9"]) == 1
    printed = capsys.readouterr().err
    assert "The cluster tcp://127.0.0.1:9 cannot be reached" in printed
    assert "Traceback" not in printed
    with pytest.raises(InputError, match="tcp://HOST:PORT"):
        briefqa.build_index(many, tmp_path / "x", model=tiny_model, cluster="http://127.0.0.1:9")
    assert not (tmp_path / "x" / "CURRENT").exists()
