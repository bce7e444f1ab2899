"""An index folder that somebody made: what is in it leads nowhere else, and nothing waits for ever."""

import contextlib
import os
import shutil
import signal
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.measure.changed_index import HashedEmbedder, hashed_model, texts_of

import briefqa
from briefqa import BriefQAError
from briefqa.models.token_codes import CODE
from briefqa.store.builds import current_build, previous_build
from briefqa.store.unfinished import UnfinishedVectors

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes, and links without rights")

NAMES = [
    "CURRENT",
    "CURRENT.new",
    "PREVIOUS",
    "PREVIOUS.new",
    "SOURCES",
    "SOURCES.new",
    ".lock",
    "builds",
    "builds/0123456789abcdef",
    "builds/.new-x",
    ".stage-x",
    ".unfinished",
    "feedback.jsonl",
]


@pytest.fixture(autouse=True)
def _soon() -> Iterator[None]:
    """No test waits: a pipe that is opened waits for its other end."""

    def late(number: int, frame: Any) -> None:
        raise TimeoutError("something waits")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(300)
    with hashed_model():
        yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def index(folder: Path, tmp_path: Path) -> Path:
    """An index that was changed once, so that there is a build to go back to."""
    briefqa.build_index(folder, tmp_path / "index")
    (folder / "丙.txt").write_text("丙县2024年共有桥梁31座。", "utf-8")
    briefqa.build_index(folder, tmp_path / "index")
    assert previous_build(tmp_path / "index")
    return tmp_path / "index"


def _to_file(path: Path, outside: Path) -> None:
    path.symlink_to(outside / "diary.txt")


def _to_folder(path: Path, outside: Path) -> None:
    path.symlink_to(outside)


def _pipe(path: Path, outside: Path) -> None:
    os.mkfifo(path)


def _folder_of_links(path: Path, outside: Path) -> None:
    path.mkdir()
    (path / "manifest.json").symlink_to(outside / "diary.txt")
    (path / "inner").symlink_to(outside)


def _folder_of_pipes(path: Path, outside: Path) -> None:
    path.mkdir()
    os.mkfifo(path / "manifest.json")


PUT = [_to_file, _to_folder, _pipe, _folder_of_links, _folder_of_pipes]


@pytest.mark.parametrize("put", PUT, ids=lambda put: put.__name__)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_outside_is_touched(
    folder: Path, index: Path, tmp_path: Path, name: str, put: Callable[[Path, Path], None]
) -> None:
    """Opening, adding, removing, going back, building: one sentence or done, and building always helps."""
    outside = tmp_path / "outside"
    (outside / "papers").mkdir(parents=True)
    (outside / "diary.txt").write_text("mine", "utf-8")
    (outside / "papers" / "letter.txt").write_text("mine too", "utf-8")
    outside.chmod(0o750)
    place = index / name
    with contextlib.suppress(FileNotFoundError):
        (shutil.rmtree if place.is_dir() else Path.unlink)(place)
    put(place, outside)
    works: list[Callable[[], object]] = [
        lambda: texts_of(index),
        lambda: briefqa.verify(index),
        lambda: briefqa.add_documents(folder / "丙.txt", index),
        lambda: briefqa.remove_documents("丙.txt", index),
        lambda: briefqa.rollback(index),
    ]
    for work in works:
        with contextlib.suppress(BriefQAError):
            work()
    briefqa.build_index(folder, index)
    assert "丙.txt" in texts_of(index)
    assert briefqa.verify(index) == []
    kept = {path.relative_to(outside).as_posix() for path in outside.rglob("*")}
    assert kept == {"diary.txt", "papers", "papers/letter.txt"}
    assert (outside / "diary.txt").read_text("utf-8") == "mine"
    assert outside.stat().st_mode & 0o777 == 0o750


def test_a_link_in_place_of_the_builds_is_not_opened(index: Path, tmp_path: Path) -> None:
    """The builds of another folder are not those of this one."""
    shutil.move(index / "builds", tmp_path / "away")
    (index / "builds").symlink_to(tmp_path / "away")
    with pytest.raises(BriefQAError):
        briefqa.open_index(index)
    assert len(list((tmp_path / "away").iterdir())) == 2


def _stored(**arrays: Any) -> Callable[[Path], None]:
    return lambda path: np.savez(path, **arrays)


TEXT = np.frombuffer(b'["x"]', np.uint8)
KNOWN = {
    "kind": np.array("passages"),
    "precision": np.array("float32"),
    "texts": TEXT,
    "vectors": np.zeros((1, 16), np.float32),
    "tokens": np.zeros((0, CODE), np.uint8),
    "starts": np.zeros(2, np.int64),
}


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("texts.npy", bytes(2**26))


UNFINISHED: dict[str, Callable[[Path], None]] = {
    "of no bytes": lambda path: path.write_bytes(b"") and None,
    "of other bytes": lambda path: path.write_bytes(b"PK\3\4" + b"\xff" * 90) and None,
    "packed": _bomb,
    "of another dimension": _stored(**KNOWN | {"vectors": np.zeros((1, 8), np.float32)}),
    "of no numbers": _stored(**KNOWN | {"vectors": np.full((1, 16), np.nan, np.float32)}),
    "of large numbers": _stored(**KNOWN | {"vectors": np.full((1, 16), 1e30, np.float32)}),
    "of doubles": _stored(**KNOWN | {"vectors": np.zeros((1, 16))}),
    "of two vectors": _stored(**KNOWN | {"vectors": np.zeros((2, 16), np.float32)}),
    "of deep texts": _stored(**KNOWN | {"texts": np.frombuffer(b"[" * 200_000, np.uint8)}),
    "of texts that are lists": _stored(**KNOWN | {"texts": np.frombuffer(b"[[]]", np.uint8)}),
    "of tokens elsewhere": _stored(**KNOWN | {"kind": np.array("sentences"), "starts": np.array([0, 10**9])}),
    "of other tokens": _stored(
        **KNOWN | {"kind": np.array("sentences"), "tokens": np.zeros((0, 3), np.uint8)}
    ),
    "of no kind": _stored(**KNOWN | {"kind": np.array("words")}),
    "of a long precision": _stored(**KNOWN | {"precision": np.array("float32" * 9)}),
    "of a pickle": _stored(**KNOWN | {"kind": np.array([print], dtype=object)}),
    "a folder": lambda path: path.mkdir(),
    "a pipe": lambda path: os.mkfifo(path),
}


@pytest.mark.parametrize("what", UNFINISHED)
def test_vectors_of_a_build_under_way_are_checked(folder: Path, index: Path, what: str) -> None:
    """What somebody left there is not taken over, and the build that finds it comes to its end."""
    unfinished = UnfinishedVectors(index, HashedEmbedder())
    unfinished._folder.mkdir(parents=True)
    UNFINISHED[what](unfinished._folder / "000000.npz")
    again = UnfinishedVectors(index, HashedEmbedder())
    assert not again.passages
    assert not again.sentences
    (folder / "丁.txt").write_text("丁县有5座桥。", "utf-8")
    briefqa.build_index(folder, index)
    assert briefqa.verify(index) == []
    assert np.isfinite(np.load(current_build(index) / "sentence_vectors.npy")).all()
