"""Sums of large files: any change is seen, and none of them lets damage pass for what was written."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.measure.changed_index import hashed_model
from benchmarks.measure.hostile import resealed
from hypothesis import given
from hypothesis import strategies as st

import briefqa
from briefqa.store import sums
from briefqa.store.builds import current_build
from briefqa.store.manifest import damaged_files
from briefqa.store.sums import SUMS, BySums, read_sums, sum_of


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Small files have sums too, and builds take no time."""
    monkeypatch.setattr(sums, "_LARGE", 64)
    with hashed_model():
        yield


@pytest.fixture
def index(folder: Path, tmp_path: Path) -> Path:
    """An index whose files have sums."""
    briefqa.build_index(folder, tmp_path / "index")
    return tmp_path / "index"


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


@given(st.binary(min_size=1, max_size=200), st.data())
def test_a_changed_byte_changes_the_sum(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, drawn: st.DataObject
) -> None:
    """Wherever it stands; so do bytes that change places, and the highest bits of two words."""
    path = tmp_path_factory.mktemp("sums") / "file"
    path.write_bytes(data)
    before = sum_of(path)
    assert before == sum_of(path)
    at, by = drawn.draw(st.integers(0, len(data) - 1)), drawn.draw(st.integers(1, 255))
    path.write_bytes(data[:at] + bytes([data[at] ^ by]) + data[at + 1 :])
    assert sum_of(path) != before


@pytest.mark.parametrize("size", [8, 4_096, 2**18])
def test_what_changes_places_changes_the_sum(tmp_path: Path, size: int) -> None:
    """Words, pages and pieces; and so do the highest bits of two words, which cancel in a plain sum."""
    first, second = bytes([1]) * size, bytes([2]) * size
    told = set()
    for number, data in enumerate((first + second, second + first, _high(first + second))):
        (tmp_path / str(number)).write_bytes(data)
        told.add(sum_of(tmp_path / str(number)))
    assert len(told) == 3


def _high(data: bytes) -> bytes:
    """With the highest bit of the first and the last word flipped."""
    return data[:7] + bytes([data[7] ^ 128]) + data[8:-1] + bytes([data[-1] ^ 128])


def test_damage_is_found_by_sums_and_by_digests(index: Path) -> None:
    """In each file, one after the other; both name the same file."""
    build = current_build(index)
    told = read_sums(build)
    assert len(told) > 10
    for name in (*told, SUMS):
        before = (build / name).read_bytes()
        _flip(build / name)
        assert damaged_files(build, BySums(build)) == damaged_files(build) == [name]
        (build / name).write_bytes(before)
    assert damaged_files(build, BySums(build)) == []


def test_sums_that_were_changed_are_not_believed(index: Path) -> None:
    """The file is held against its digest then, so that a change takes no damage over."""
    build = current_build(index)
    _flip(build / "passages.npy")
    told = read_sums(build) | {"passages.npy": sum_of(build / "passages.npy")}
    (build / SUMS).write_text(json.dumps(told), "utf-8")
    assert damaged_files(build, BySums(build)) == ["passages.npy", SUMS]


@pytest.mark.parametrize("said", ["[", "[]", '{"passages.npy": true}', "{" * 9_999])
def test_sums_that_are_none_are_not_used(index: Path, said: str) -> None:
    """Also where their digest agrees: whoever writes an index can write that too."""
    (current_build(index) / SUMS).write_text(said, "utf-8")
    resealed(index)
    assert read_sums(current_build(index)) == {}
    _flip(current_build(index) / "passages.npy")
    assert damaged_files(current_build(index), BySums(current_build(index))) == ["passages.npy"]


def test_a_link_keeps_the_sum_that_was_written_first(index: Path, tmp_path: Path) -> None:
    """Damage to a file that two builds share is seen in both, also by the change after the next."""
    (tmp_path / "丁.txt").write_text("丁县有5座桥，都在县城以东的河上，最长的一座有120米。" * 3, "utf-8")
    first = current_build(index)
    briefqa.add_documents(tmp_path / "丁.txt", index)
    second = current_build(index)
    shared = [name for name in read_sums(second) if (second / name).stat().st_nlink > 1]
    assert shared
    _flip(second / shared[0])
    assert len(damaged_files(first, BySums(first))) == 1
    assert damaged_files(second, BySums(second)) == [shared[0]]


def test_a_link_to_a_build_without_sums_has_none(index: Path, tmp_path: Path) -> None:
    """One of what is there now would make damage of today what was written."""
    build = current_build(index)
    (build / SUMS).unlink()
    resealed(index)
    (tmp_path / "丁.txt").write_text("丁县有5座桥，都在县城以东的河上，最长的一座有120米。" * 3, "utf-8")
    briefqa.add_documents(tmp_path / "丁.txt", index)
    grown = current_build(index)
    linked = {each.relative_to(grown).as_posix() for each in grown.rglob("*") if each.stat().st_nlink > 1}
    assert linked & {each.relative_to(grown).as_posix() for each in (grown / "originals").iterdir()}
    assert not linked & read_sums(grown).keys()


def test_what_another_build_shares_is_read_once(index: Path, tmp_path: Path) -> None:
    """A file that is the same one beside is not read again; a copy of it is."""
    build = current_build(index)
    other = tmp_path / "other" / build.name
    shutil.copytree(build, other, copy_function=lambda old, new: Path(new).hardlink_to(old))
    (other / "years.npy").unlink()
    shutil.copy(build / "years.npy", other / "years.npy")
    _flip(other / "years.npy")
    _flip(other / "passages.npy")  # of both: a link
    assert damaged_files(other, BySums(other, build)) == ["years.npy"]
