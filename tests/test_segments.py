"""Arrays in several files: the same rows, the same files however an index came to be, and few that change."""

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.measure.changed_index import hashed_model, texts_of
from benchmarks.measure.hostile import resealed
from hypothesis import given
from hypothesis import strategies as st

import briefqa
from briefqa.reading.document import Document
from briefqa.remote.server_rows import ServerSegments, raw_range
from briefqa.splitting.units import PASSAGE_ROW, SENTENCE_ROW, Units
from briefqa.store import dense, segments, sums
from briefqa.store.build import Build
from briefqa.store.builds import current_build, previous_build
from briefqa.store.files import FolderFiles, Range
from briefqa.store.manifest import damaged_files
from briefqa.store.rows import JoinedRows
from briefqa.store.segments import segment_bounds, segment_name, segment_names

ARRAYS = ("sentence_vectors.npy", "tokens.npy", "views")


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Files of a few sentences each, all with sums, and builds that take no time."""
    monkeypatch.setattr(segments, "_SENTENCES", 4)
    monkeypatch.setattr(sums, "_LARGE", 64)
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


@pytest.mark.parametrize(
    "asked", [np.array([True, False, True]), slice(0, 3, 2), slice(None, None, -1), [0.5]]
)
def test_rows_that_are_not_read_are_refused(asked: Any) -> None:
    """What an array reads and parts do not is no other row, but an error."""
    rows = JoinedRows([np.arange(2), np.arange(1)])
    with pytest.raises(TypeError):
        rows[asked]


DOCUMENTS = st.lists(
    st.tuples(st.integers(0, 99), st.integers(0, 30)), max_size=25, unique_by=lambda each: each[0]
)


@given(DOCUMENTS, st.integers(0, 30), st.integers(0, 25))
def test_files_begin_with_documents_and_few_of_them_change(
    held: list[tuple[int, int]], length: int, place: int
) -> None:
    """No file is empty, they are as few as is told, and one document more makes three new ones.

    It makes two more for each that is added because there are more sentences.
    """
    before, most = _parts_of(held)
    after, more = _parts_of([*held[:place], (100, length), *held[place:]])
    assert len(before) <= most + 1 <= 9
    assert len(set(after) - set(before)) <= 3 + 2 * (more - most)


def _parts_of(held: Sequence[tuple[int, int]]) -> tuple[list[tuple[int, ...]], int]:
    """Which documents with sentences, each given by its name and how many it has, lie in each part.

    And how many parts there may be but for the first.
    """
    documents = [_document(name) for name, _ in held]
    numbers = [number for number, (_, length) in enumerate(held) if length]
    lengths = [length for _, length in held if length]
    firsts = list(accumulate(lengths, initial=0))
    passages = [(number, 0, 1, first) for number, first in zip(numbers, firsts, strict=False)]
    units = Units(documents, np.array(passages, PASSAGE_ROW), np.zeros(firsts[-1], SENTENCE_ROW))
    bounds = segment_bounds(units).tolist()
    assert (bounds[0], bounds[-1]) == ([0, 0], [len(passages), firsts[-1]])
    assert all(firsts[passage] == sentence for passage, sentence in bounds)
    assert all(one < other for one, other in pairwise(bounds)) or not passages
    parts = [tuple(held[each][0] for each in numbers[a:b]) for (a, _), (b, _) in pairwise(bounds)]
    return parts, min(firsts[-1] // 4, 8)


def _document(name: int) -> Document:
    return Document(str(name), "", "", hashlib.sha256(str(name).encode()).hexdigest(), {}, ())


def test_few_files_are_open_of_a_large_index(index: Path) -> None:
    """So few that a program which may open 256 reads three builds at once, as a change may do."""
    if not (numbers := Path("/proc/self/fd")).is_dir():
        pytest.skip("this system does not tell which files are open")
    before = len(os.listdir(numbers))
    build = Build.open(current_build(index))
    assert len(os.listdir(numbers)) - before < 60
    assert len(_parts(build.folder)) > 3 * 7


def test_a_large_index_is_read_as_a_small_one(
    index: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its parts are many, and say what one file says."""
    assert len(_parts(current_build(index))) > 3 * 7
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
    assert len({_inode(each) for each in _parts(grown).values()} - before) <= 3 * len(ARRAYS)
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


@pytest.mark.parametrize("number", [0, 18])
def test_nothing_is_left_of_a_document_whose_vectors_lie_in_cells(
    docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Neither its vectors, their codes, its text nor its name is in any file of the live build."""
    monkeypatch.setattr(dense, "EXACT_UP_TO", 20)
    monkeypatch.setattr(dense, "_number_of_cells", lambda _: 4)  # of more than one vector: see SECURITY.md
    index = tmp_path / "cells"
    briefqa.build_index(docs, index)
    parts = Build.open(current_build(index)).searchable
    passage = int(np.searchsorted(parts.units.passages["document"], number))
    codes = {
        int(each): code
        for _, ids, held in dense._lists(parts.dense._cells)
        for each, code in zip(ids, held, strict=True)
    }
    gone = {
        "vector": parts.dense.vectors()[passage].tobytes(),
        "code": codes[passage].tobytes(),
        "text": f"{number + 100}座桥".encode(),
        "name": f'"{number:03}.txt"'.encode(),
    }
    there = _contents(current_build(index)).values()
    assert all(any(part in data for data in there) for part in gone.values())
    briefqa.remove_documents(f"{number:03}.txt", index)
    build = current_build(index)
    assert (build / "passages.faiss.cells").exists()
    left = [*_contents(build).values(), (build / "manifest.json").read_bytes()]
    assert [name for name, part in gone.items() if any(part in data for data in left)] == []


@pytest.mark.parametrize("told", [errno.EEXIST, errno.EIO])
def test_a_link_that_is_said_to_have_failed_is_not_written_through(
    index: Path, docs: Path, monkeypatch: pytest.MonkeyPatch, told: int
) -> None:
    """A disk behind a network may make it and lose the answer: the build before stays as it is."""
    first, link, made = current_build(index), os.link, []

    def lost(old: str, new: str) -> None:
        link(old, new)
        made.append(new)
        if len(made) % 2:
            raise OSError(told, os.strerror(told), new)

    monkeypatch.setattr(os, "link", lost)
    briefqa.add_documents(_write(docs, 500), index)
    assert len(made) > 100
    assert damaged_files(first) == []
    assert briefqa.verify(index) == []
    briefqa.build_index(docs, index.with_name("at-once"))
    assert _contents(current_build(index)) == _contents(current_build(index.with_name("at-once")))


@pytest.mark.parametrize("array", ["sentence_vectors_000003.npy", "tokens.npy", "years.npy"])
def test_a_file_that_holds_more_than_its_array_is_no_index(index: Path, array: str) -> None:
    """Also where its checksum agrees: links would carry on what lies behind it from build to build."""
    path = current_build(index) / array
    path.write_bytes(path.read_bytes() + b"secret")
    resealed(index)
    for look in (briefqa.verify, briefqa.open_index):
        with pytest.raises(briefqa.IndexCorruptError, match=array):
            look(index)


def test_an_array_of_another_order_is_no_index(index: Path) -> None:
    """Its file would be linked as it is, and the same documents would give other files."""
    path = current_build(index) / "sentence_vectors_000003.npy"
    np.save(path, np.asfortranarray(np.load(path)))
    resealed(index)
    with pytest.raises(briefqa.IndexCorruptError, match=path.name):
        briefqa.open_index(index)


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
    """Those of a document lie in one file, also where a file begins with it; the headings come at once."""
    build = Build.open(current_build(index))
    searchable, files = build.searchable, _Held(current_build(index))
    rows = ServerSegments(files, "sentence_vectors.npy")  # type: ignore[arg-type]
    names = segment_names("views", files.sizes)
    assert len(files.fetched) == 1
    assert [name for name, *_ in files.fetched[0]] == segment_names("sentence_vectors.npy", files.sizes)
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


@pytest.mark.parametrize("other", [lambda rows: rows.astype(np.int8), lambda rows: rows[:, :8]])
def test_parts_of_several_kinds_are_no_array(index: Path, other: Callable[[np.ndarray], np.ndarray]) -> None:
    """Neither in a folder nor on a server: the rows of one would be read as those of another."""
    path = current_build(index) / "tokens_000003.npy"
    np.save(path, other(np.load(path)))
    with pytest.raises(ValueError, match=r"tokens.npy.*several kinds"):
        ServerSegments(_Held(path.parent), "tokens.npy")  # type: ignore[arg-type]
    resealed(index)
    with pytest.raises(briefqa.IndexCorruptError, match=r"tokens.npy.*several kinds"):
        briefqa.open_index(index)


class _Held(FolderFiles):
    """The files of a folder with their sizes, as a server tells them, and what was asked for together."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.sizes = {each.name: each.stat().st_size for each in folder.iterdir() if each.is_file()}
        self.fetched: list[Sequence[Range]] = []

    def fetch(self, ranges: Sequence[Range]) -> None:
        self.fetched.append(ranges)


def _inode(path: Path) -> int:
    return path.stat().st_ino
