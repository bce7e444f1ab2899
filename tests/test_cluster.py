"""A build by a cluster: a real scheduler and two workers on this machine, one of which is killed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pytest

import briefqa
from briefqa.building.cluster_task import opened_result, read_and_embed
from briefqa.cli import main
from briefqa.errors import InputError, ServerError
from briefqa.store.build import Build
from briefqa.store.builds import current_build
from conftest import ROOT

distributed = pytest.importorskip("distributed", reason="the extra [cluster] is not installed")
psutil = pytest.importorskip("psutil")

Process = subprocess.Popen[bytes]
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


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[tuple[str, Process, list[Process]]]:
    """The address of a scheduler on this machine only, itself, and its workers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"tcp://127.0.0.1:{port}"
    with ExitStack() as stack:
        start = stack.enter_context
        scheduler = start(running("scheduler", "--host", "127.0.0.1", "--port", str(port), *STATUS))
        own = [
            start(
                running(
                    *(
                        "worker",
                        url,
                        "--host",
                        "127.0.0.1",
                        "--no-nanny",
                        "--nthreads",
                        "1",
                        *STATUS,
                    ),
                    *("--local-directory", str(folder / f"worker{number}")),
                )
            )
            for number in range(workers)
        ]
        with distributed.Client(url, timeout=300, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=300)
        yield url, scheduler, own


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A folder of documents, of which each says something else."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(24):
        city = chr(0x4E00 + 7 * number)
        (folder / f"{number:02}.md").write_text(
            f"# {city}市2023年工作报告\n\n## 工业\n\n{city}市有{number + 3}家智能工厂。\n\n"
            f"## 教育\n\n新建学校{number + 1}所。\n",
            "utf-8",
        )
    return folder


def test_a_build_whose_worker_is_killed_is_whole_and_the_same(
    many: Path, tiny_model: str, tmp_path: Path
) -> None:
    """Two workers, one killed on the way: ids, texts, vectors as of a build on this machine alone."""
    expected = briefqa.build_index(many, tmp_path / "here", model=tiny_model)
    with cluster(tmp_path) as (url, scheduler, workers):
        for process in (scheduler, *workers):
            ports = [
                each for each in psutil.Process(process.pid).net_connections() if each.status == "LISTEN"
            ]
            assert {each.laddr.ip for each in ports} == {"127.0.0.1"}

        def kill(progress: briefqa.Progress) -> None:
            if progress.stage is briefqa.Stage.READ and progress.done == 5:
                workers[0].kill()
                workers[0].wait()

        report = briefqa.build_index(many, tmp_path / "there", model=tiny_model, cluster=url, progress=kill)
        assert workers[0].returncode is not None
        assert workers[1].poll() is None
    assert report.build_id == expected.build_id
    assert report.embedded == 0  # all of it by the workers
    assert briefqa.verify(tmp_path / "there") == []
    here, there = (Build.open(current_build(tmp_path / name)).searchable for name in ("here", "there"))
    np.testing.assert_array_equal(here.dense.vectors(), there.dense.vectors())
    np.testing.assert_array_equal(here.sentence_vectors, there.sentence_vectors)


def test_a_cluster_adds_and_embeds_only_what_is_new(many: Path, tiny_model: str, tmp_path: Path) -> None:
    """A document that is as it was is read and no more; one that cannot be read is told as ever."""
    briefqa.build_index(many, tmp_path / "index", model=tiny_model)
    (many / "00.md").write_text("# 新\n\n新的文件。\n", "utf-8")
    (many / "broken.docx").write_bytes(b"no zip")
    with cluster(tmp_path, workers=1) as (url, _, _):
        report = briefqa.add_documents(many, tmp_path / "index", cluster=url)
    assert [name for name, _ in report.skipped] == ["broken.docx"]
    assert report.document_count == 24
    with briefqa.open_index(tmp_path / "index") as index:
        assert "新的文件" in index.document("00.md").text


def test_a_task_gives_the_same_twice(many: Path, tiny_model: str) -> None:
    """Done again by another worker it changes nothing."""
    path = many / "03.md"
    told, arrays = opened_result(read_and_embed(path.read_bytes(), path.name, "03.md", tiny_model, []))
    again, others = opened_result(read_and_embed(path.read_bytes(), path.name, "03.md", tiny_model, []))
    assert told == again
    assert arrays.keys() == others.keys()
    assert all(np.array_equal(arrays[name], others[name]) for name in arrays)


def test_no_cluster(many: Path, tiny_model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence; nothing is made."""
    command = ["build", str(many), "--index", str(tmp_path / "x"), "--model", tiny_model, "--cluster"]
    assert main([*command, "tcp://127.0.0.1:9"]) == 1
    printed = capsys.readouterr().err
    assert "The cluster tcp://127.0.0.1:9 cannot be reached" in printed
    assert "Traceback" not in printed
    with pytest.raises(InputError, match="tcp://HOST:PORT"):
        briefqa.build_index(many, tmp_path / "x", model=tiny_model, cluster="http://127.0.0.1:9")
    assert not (tmp_path / "x" / "CURRENT").exists()


def test_a_scheduler_that_is_lost(many: Path, tiny_model: str, tmp_path: Path) -> None:
    """The index is as it was; what the workers did is not done again."""
    live = briefqa.build_index(many / "00.md", tmp_path / "index", model=tiny_model).build_id

    with cluster(tmp_path, workers=1) as (url, scheduler, _):

        def kill(progress: briefqa.Progress) -> None:
            if progress.stage is briefqa.Stage.READ and progress.done == 8:
                scheduler.kill()
                scheduler.wait()

        began = time.monotonic()
        with pytest.raises(ServerError, match="was lost on the way"):
            briefqa.build_index(many, tmp_path / "index", model=tiny_model, cluster=url, progress=kill)
        assert time.monotonic() - began < 120
    with briefqa.open_index(tmp_path / "index") as index:
        assert index.build_id == live
    report = briefqa.build_index(many, tmp_path / "index", model=tiny_model)
    assert report.reused > 8
