"""Arrays in several files: the same rows, the same files however an index came to be, and few that change."""

import shutil
from collections.abc import Iterator
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import pytest
from benchmarks.measure.changed_index import hashed_model, texts_of
from hypothesis import given
from hypothesis import strategies as st

import briefqa
from briefqa.remote.server_rows import ServerSegments, raw_range
from briefqa.store import segments
from briefqa.store.build import Build
from briefqa.store.builds import current_build, previous_build
from briefqa.store.files import FolderFiles
from briefqa.store.rows import JoinedRows
from briefqa.store.segments import segment_name, segment_names

ARRAYS = ("sentence_vectors.npy", "tokens.npy", "views")


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Files of a few sentences each, and builds that take no time."""
    monkeypatch.setattr(segments, "_SENTENCES", 4)
    monkeypatch.setattr(segments, "_SHARE", 10**6)
    with hashed_model():
        yield


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder with forty documents of two to five sentences."""
    folder = tmp_path / "docs"
    folder.mkdir()
    for number in range(40):
        _write(folder, number)
    return folder


def _write(folder: Path, number: int) -> Path:
    path = folder / f"{number:03}.txt"
    said = "".join(f"第{each}年新增{number * 7 + each}座。" for each in range(number % 4 + 1))
    path.write_text(f"第{number}号通知\n\n一、总则\n\n本县有{number + 100}座桥。{said}\n", "utf-8")
    return path


@pytest.fixture
def index(docs: Path, tmp_path: Path) -> Path:
    """An index of them."""
    briefqa.build_index(docs, tmp_path / "index")
    return tmp_path / "index"


def _parts(build: Path) -> dict[str, Path]:
    names = [each.name for each in build.iterdir()]
    return {each: build / each for array in ARRAYS for each in segment_names(array, names)}


def _contents(build: Path) -> dict[str, bytes]:
    files = (each for each in build.rglob("*") if each.is_file() and each.name != "manifest.json")
    return {each.relative_to(build).as_posix(): each.read_bytes() for each in files}


PARTS = st.lists(st.integers(0, 4), min_size=1, max_size=6)


@given(PARTS, st.data())
def test_rows_of_parts_are_those_of_one_array(lengths: list[int], data: st.DataObject) -> None:
    """By a number, by numbers in any order, by a slice; what lies whole in a file is known by it."""
    whole = np.arange(2 * sum(lengths)).reshape(-1, 2)
    bounds = list(accumulate(lengths, initial=0))
    files = [Path(f"{number}") for number in range(len(lengths))]
    rows = JoinedRows([whole[begin:end] for begin, end in pairwise(bounds)], files)
    start, stop = (data.draw(st.integers(0, len(whole))) for _ in range(2))
    assert np.array_equal(rows[start:stop], whole[start:stop])
    part = rows.between(min(start, stop), max(start, stop))
    assert np.array_equal(np.asarray(part), whole[min(start, stop) : max(start, stop)])
    at = dict(zip(files, pairwise(bounds), strict=True))
    begin = min(start, stop)
    for each, file in zip(part.parts, part.files, strict=True):
        if len(each):
            assert (file is not None) == ((begin, begin + len(each)) in at.values())
            assert file is None or at[file] == (begin, begin + len(each))
        begin += len(each)
    if len(whole):
        numbers = np.array(data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=9)), np.int64)
        assert np.array_equal(rows[numbers], whole[numbers])
        assert np.array_equal(rows[int(start) % len(whole)], whole[start % len(whole)])
    with pytest.raises(IndexError):
        rows[np.array([len(whole)])]


def test_a_large_index_is_read_as_a_small_one(
    index: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its parts are many, and say what one file says."""
    assert len(_parts(current_build(index))) > 3 * 10
    parts = Build.open(current_build(index)).searchable
    monkeypatch.setattr(segments, "_SENTENCES", 2**14)
    briefqa.build_index(docs, index.with_name("one"))
    whole = Build.open(current_build(index.with_name("one"))).searchable
    assert list(_parts(current_build(index.with_name("one")))) == list(ARRAYS)
    assert np.array_equal(np.asarray(parts.sentence_vectors), whole.sentence_vectors)
    assert np.array_equal(np.asarray(parts.tokens.codes), whole.tokens.codes)
    stored = [each.views.stored for each in (parts, whole)]
    assert len({len(each) for each in stored if each}) == 1
    told = [[each[number] for number in range(len(each))] for each in stored if each]
    assert told[0] == told[1]


def test_a_change_leaves_most_files_and_gives_those_of_a_build_at_once(index: Path, docs: Path) -> None:
    """One of each array is written for one document; the others are the very files of the build before."""
    before = {_inode(each) for each in _parts(current_build(index)).values()}
    briefqa.add_documents(_write(docs, 500), index)
    grown = current_build(index)
    assert len({_inode(each) for each in _parts(grown).values()} - before) <= 2 * len(ARRAYS)
    briefqa.build_index(docs, index.with_name("at-once"))
    at_once = current_build(index.with_name("at-once"))
    assert at_once.name == grown.name
    assert _contents(grown) == _contents(at_once)
    assert briefqa.verify(index) == []


@pytest.mark.parametrize("number", [0, 7, 18, 39])
def test_nothing_is_left_of_a_document_that_is_removed(index: Path, docs: Path, number: int) -> None:
    """No row of its own is in any file of the live build, and the files are those of a build without it."""
    build = Build.open(current_build(index)).searchable
    passage = int(np.searchsorted(build.units.passages["document"], number))
    vector = np.asarray(build.sentence_vectors[list(build.units.sentences_of(passage))[-1]])
    assert any(vector.tobytes() in data for data in _contents(current_build(index)).values())
    briefqa.remove_documents(f"{number:03}.txt", index)
    contents = _contents(current_build(index))
    assert not any(vector.tobytes() in data for data in contents.values())
    (docs / f"{number:03}.txt").unlink()
    briefqa.build_index(docs, index.with_name("at-once"))
    assert contents == _contents(current_build(index.with_name("at-once")))


@pytest.mark.parametrize("array", ARRAYS)
def test_a_damaged_part_is_not_taken_over(index: Path, docs: Path, array: str) -> None:
    """The change that finds it makes all anew; the build is whole and holds every document."""
    names = segment_names(array, [each.name for each in current_build(index).iterdir()])
    path = current_build(index) / names[len(names) // 2]
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert briefqa.verify(index) == [path.name]
    briefqa.add_documents(_write(docs, 500), index)
    assert briefqa.verify(index) == []
    assert set(texts_of(index)) == {each.name for each in docs.iterdir()}


def test_a_build_that_is_gone_back_to_shares_files_and_is_whole(index: Path, docs: Path) -> None:
    """Removing what was added gives the build before, which is checked where it is no link of the new one."""
    first = current_build(index)
    briefqa.add_documents(_write(docs, 500), index)
    briefqa.remove_documents("500.txt", index)
    assert current_build(index) == first
    briefqa.add_documents(_write(docs, 501), index)
    earlier = index / "builds" / previous_build(index)
    assert earlier == first
    damaged = earlier / "sentences.npy"
    data = bytearray(damaged.read_bytes())
    data[-1] ^= 1
    damaged.write_bytes(data)
    briefqa.remove_documents("501.txt", index)
    assert current_build(index).name == first.name
    assert briefqa.verify(index) == []


@pytest.mark.parametrize("gone", [1, 3])
def test_a_missing_part_is_no_index(index: Path, tmp_path: Path, gone: int) -> None:
    """It is refused in one sentence, whichever is missing."""
    copy = Path(shutil.copytree(index, tmp_path / "copy"))
    (current_build(copy) / segment_name("tokens.npy", gone)).unlink()
    with pytest.raises(briefqa.IndexCorruptError, match=segment_name("tokens.npy", gone)):
        briefqa.open_index(copy)


def test_rows_on_a_server_are_found_in_their_parts(index: Path) -> None:
    """Those of a document lie in one file, also where a file begins with it."""
    build = Build.open(current_build(index))
    searchable, files = build.searchable, _Held(current_build(index))
    rows = ServerSegments(files, "sentence_vectors.npy")  # type: ignore[arg-type]
    names = segment_names("views", files.sizes)
    for passage in range(len(searchable.units.passages)):
        span = searchable.units.sentences_of(passage)
        name, begin, end = rows.range(span.start, span.stop)
        found = rows.of([files.part(name, begin, end)])
        assert np.array_equal(found, np.asarray(searchable.sentence_vectors)[span.start : span.stop])
        stored = searchable.views.stored
        assert stored is not None
        start, stop = stored.starts[passage : passage + 2].tolist()
        data = files.part(*raw_range(files, names, start, stop))  # type: ignore[arg-type]
        assert data == np.asarray(stored.content)[start:stop].tobytes()


class _Held(FolderFiles):
    """The files of a folder with their sizes, as a server tells them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.sizes = {each.name: each.stat().st_size for each in folder.iterdir() if each.is_file()}


def _inode(path: Path) -> int:
    return path.stat().st_ino
