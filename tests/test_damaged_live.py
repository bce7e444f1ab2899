"""What becomes of a live build that is damaged or that somebody wrote: mended, or refused in one sentence."""

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.measure.changed_index import hashed_model, texts_of
from benchmarks.measure.hostile import resealed

import briefqa
from briefqa import BriefQAError, IndexCorruptError
from briefqa.store.build import Build
from briefqa.store.builds import current_build
from briefqa.store.origins import read_origins
from briefqa.store.searchable import Searchable

pytestmark = pytest.mark.usefixtures("hashed")
TEXTS = {
    "b.txt": "乙县的通知\n\n2023年乙县有98座桥。",
    "k.txt": "甲县的通知\n\n2022年甲县有12座公路桥梁。",
    "z.txt": "丙县2024年共有桥梁31座。",
}
KINDS = (
    "texts/000001.txt",
    "originals/000001.txt",
    "documents.jsonl",
    "corpus.json",
    "catalogue/starts.npy",
    "views",
    "heads",
    "marks.npy",
    "years.npy",
    "passages.npy",
    "sentences.npy",
    "passages.faiss",
    "sentence_vectors.npy",
    "tokens.npy",
    "lexical/passages.npy",
)


@pytest.fixture(scope="module")
def hashed() -> Iterator[None]:
    """Builds take no time."""
    with hashed_model():
        yield


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, hashed: None) -> Path:
    """`docs` with four files; `index` of three, of which the last came later: files are in two builds."""
    place = tmp_path_factory.mktemp("place")
    (place / "docs").mkdir()
    for name, text in (TEXTS | {"n.txt": "丁县有5座桥。"}).items():
        (place / "docs" / name).write_text(text, "utf-8")
    briefqa.build_index([place / "docs" / name for name in ("b.txt", "k.txt")], place / "index")
    briefqa.add_documents(place / "docs" / "z.txt", place / "index")
    return place


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("change", "file", "stay"),
    [
        ("add", "n.txt", "bknz"),
        ("remove", "b.txt", "kz"),
        ("add", "b.txt", "bkz"),
        ("remove", "z.txt", "bk"),
    ],
)
def test_a_flipped_byte_is_mended_by_the_next_change(
    place: Path, tmp_path: Path, kind: str, change: str, file: str, stay: str
) -> None:
    """The index is what a build of the files makes; only a damaged original of what stays is refused."""
    index = Path(shutil.copytree(place / "index", tmp_path / "index"))
    _flip(current_build(index) / kind)
    before = (index / "CURRENT").read_text()
    do = partial(briefqa.add_documents, place / "docs" / file) if change == "add" else None
    do = do or partial(briefqa.remove_documents, file)
    if kind.startswith("originals") and file != "b.txt":
        with pytest.raises(IndexCorruptError, match=r"'b\.txt' is damaged.*give its file again") as told:
            do(index)
        assert "\n" not in str(told.value)
        assert (index / "CURRENT").read_text() == before
        return
    do(index)
    assert briefqa.verify(index) == []
    fresh = tmp_path / "fresh"
    briefqa.build_index([place / "docs" / f"{each}.txt" for each in stay], fresh)
    assert texts_of(index) == texts_of(fresh)
    assert current_build(index).name == current_build(fresh).name


@pytest.mark.parametrize("change", ["remove", "repair"])
def test_a_file_of_two_builds_that_is_damaged_is_not_gone_back_to(
    place: Path, tmp_path: Path, change: str
) -> None:
    """A rollback to what shares the damaged file is refused in one sentence; the live build is mended."""
    index = tmp_path / "index"
    briefqa.build_index([place / "docs" / "b.txt", place / "docs" / "k.txt"], index)
    briefqa.add_documents(place / "docs" / "z.txt", index)
    _flip(current_build(index) / "texts/000001.txt")
    with pytest.raises(IndexCorruptError, match="earlier build"):
        briefqa.rollback(index)
    if change == "remove":
        briefqa.remove_documents("k.txt", index)
    else:
        briefqa.add_documents(place / "docs" / "b.txt", index)
    with pytest.raises(BriefQAError, match=r"earlier build .* is damaged .* stays as it is") as told:
        briefqa.rollback(index)
    assert "\n" not in str(told.value)
    assert briefqa.verify(index) == []


NAMES = {
    "no further names": lambda corpus: [each.update(names=[]) for each in corpus["texts"]],
    "the name of another": lambda corpus: [each.update(names=["k.txt"]) for each in corpus["texts"]],
    "a name of none": lambda corpus: corpus["texts"][0].update(names=["nope"]),
    "originals in another order": lambda corpus: corpus["originals"].reverse(),
    "texts in another order": lambda corpus: corpus["texts"].reverse(),
}


@pytest.mark.parametrize("harm", NAMES)
def test_a_list_of_documents_that_does_not_fit_itself_is_no_index(
    place: Path, tmp_path: Path, harm: str
) -> None:
    """Though its checksums agree, it does not open, and a change makes a whole build or says why."""
    index = tmp_path / "index"
    shutil.copyfile(place / "docs/b.txt", twin := tmp_path / "u.txt")
    briefqa.build_index([place / "docs/b.txt", place / "docs/k.txt", twin], index)
    path = current_build(index) / "corpus.json"
    corpus = json.loads(path.read_bytes())
    NAMES[harm](corpus)
    path.write_text(json.dumps(corpus), "utf-8")
    resealed(index)
    for look in (briefqa.verify, briefqa.open_index):
        with pytest.raises(IndexCorruptError):
            look(index)
    for number, change in enumerate(
        (partial(briefqa.add_documents, place / "docs/z.txt"), partial(briefqa.remove_documents, "k.txt"))
    ):
        copy = Path(shutil.copytree(index, tmp_path / str(number)))
        with contextlib.suppress(BriefQAError):
            change(copy)
            assert briefqa.verify(copy) == []


def _zeros(array: np.ndarray) -> np.ndarray:
    return np.zeros_like(array)


def _unsigned(array: np.ndarray) -> np.ndarray:
    return array.astype(np.uint64)


@pytest.mark.parametrize("change", ["add", "remove"])
@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("lexical/passages.npy", _zeros),
        ("catalogue/documents.npy", _zeros),
        ("catalogue/starts.npy", _unsigned),
    ],
)
def test_what_grew_from_a_hostile_build_opens(
    place: Path,
    tmp_path: Path,
    name: str,
    harm: Callable[[np.ndarray], np.ndarray],
    change: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its numbers all point at something, but not at what they should."""
    index = Path(shutil.copytree(place / "index", tmp_path / "index"))
    path = current_build(index) / name
    np.save(path, harm(np.load(path)))
    resealed(index)
    if change == "add":
        briefqa.add_documents(place / "docs/n.txt", index)
    else:
        briefqa.remove_documents("k.txt", index)
    assert briefqa.verify(index) == []
    briefqa.open_index(index).close()
    caplog.clear()


@pytest.mark.parametrize("times", [1, 9])
def test_a_build_that_does_not_open_is_never_live(
    place: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    times: int,
) -> None:
    """What grew so is made again from the texts; where that does not open either, one sentence says so."""
    index = Path(shutil.copytree(place / "index", tmp_path / "index"))
    before = (index / "CURRENT").read_text(), read_origins(index, current_build(index).name)
    write, left = Build.write, [times]

    def spoilt(folder: Path, *given: Any) -> str:
        build_id = write(folder, *given)
        if left[0]:
            left[0] -= 1
            np.save(folder / "passages.npy", np.zeros(3))
        return build_id

    monkeypatch.setattr(Build, "write", spoilt)
    if times == 1:
        assert briefqa.add_documents(place / "docs/n.txt", index).document_count == 4
        caplog.clear()
        assert briefqa.verify(index) == []
        return
    with pytest.raises(IndexCorruptError, match=r"cannot be opened .* stays as it is") as told:
        briefqa.add_documents(place / "docs/n.txt", index)
    assert "\n" not in str(told.value)
    assert before == ((index / "CURRENT").read_text(), read_origins(index, current_build(index).name))
    assert briefqa.verify(index) == []
    caplog.clear()


def test_a_first_build_that_does_not_open_is_made_once(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was taken over that could be left out, so that a second try ends as the first one."""
    write, written = Build.write, []

    def spoilt(folder: Path, *given: Any) -> str:
        written.append(write(folder, *given))
        np.save(folder / "passages.npy", np.zeros(3))
        return written[-1]

    monkeypatch.setattr(Build, "write", spoilt)
    with pytest.raises(IndexCorruptError, match="cannot be opened"):
        briefqa.build_index(place / "docs", tmp_path / "index")
    assert len(written) == 1


def test_growing_that_fails_is_logged(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The index is whole without it, so that nobody would see the slip but for a warning."""
    index = Path(shutil.copytree(place / "index", tmp_path / "index"))
    monkeypatch.setattr(Searchable, "grown", lambda *_: [][0])
    briefqa.add_documents(place / "docs/n.txt", index)
    assert ["IndexError" in each.getMessage() for each in caplog.records if each.name == "briefqa"] == [True]
    assert briefqa.verify(index) == []
    caplog.clear()
