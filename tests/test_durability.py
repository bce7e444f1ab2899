"""Nothing is lost, nothing damaged comes out as if it were whole, and building again always helps."""

import contextlib
import hashlib
import io
import os
import shutil
import stat
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.measure.changed_index import hashed_model, texts_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import briefqa
from briefqa import Answer, BriefQAError, IndexCorruptError, InputError, StorageError
from briefqa.progress import silent
from briefqa.store import manifest
from briefqa.store.builds import changing, current_build, previous_build
from briefqa.ui.chat.feedback import record
from briefqa.ui.chat.turns import Rating, Turn
from briefqa.ui.documents.jobs import adding, rebuilding
from briefqa.ui.engine import Engine

pytestmark = pytest.mark.usefixtures("hashed")


@pytest.fixture
def hashed() -> Iterator[None]:
    """Builds take no time."""
    with hashed_model():
        yield


@pytest.fixture
def index(folder: Path, tmp_path: Path) -> Path:
    """An index of the two small documents and one more."""
    (folder / "丙.txt").write_text("丙县2024年共有桥梁31座。", "utf-8")
    briefqa.build_index(folder, tmp_path / "index")
    return tmp_path / "index"


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _files(index: Path, pattern: str) -> list[Path]:
    return sorted(current_build(index).glob(pattern))


def test_a_server_tells_damage_until_another_build_is_live(folder: Path, index: Path) -> None:
    """Its check finds what came after opening; an index that is built again is whole at once."""
    engine = Engine(index)
    _flip(_files(index, "texts/*")[0])
    engine._check_files()
    assert "damaged" in engine.error
    (folder / "丁.txt").write_text("丁县有5座桥。", "utf-8")
    briefqa.build_index(folder, index)
    engine.follow()
    assert engine.error == ""


@pytest.mark.parametrize("damaged", ["texts/*", "documents.jsonl", "passages.npy", "*.faiss", "lexical/*"])
@pytest.mark.parametrize("change", ["add", "remove"])
def test_a_change_does_not_launder_damage(folder: Path, index: Path, damaged: str, change: str) -> None:
    """What stays is as it was: read again from its original where its text was damaged."""
    whole = texts_of(index)
    for path in _files(index, damaged):
        _flip(path)
    if change == "add":
        extra = folder / "丁.txt"
        extra.write_text("丁县有5座桥。", "utf-8")
        briefqa.add_documents(extra, index)
        assert texts_of(index) == whole | {"丁.txt": "丁县有5座桥。"}
    else:
        briefqa.remove_documents("丙.txt", index)
        assert texts_of(index) == {name: text for name, text in whole.items() if name != "丙.txt"}
    assert briefqa.verify(index) == []


def test_a_damaged_original_is_not_taken_over(folder: Path, index: Path) -> None:
    """The change is refused and names the document; giving it again, or taking it out, helps."""
    names = sorted(texts_of(index))
    number = names.index("丙.txt") + 1
    (original,) = _files(index, f"originals/{number:06}.*")
    _flip(original)
    before = (index / "CURRENT").read_text()
    with pytest.raises(IndexCorruptError, match=r"丙\.txt"):
        briefqa.remove_documents("乙.md", index)
    with pytest.raises(IndexCorruptError, match=r"丙\.txt"):
        briefqa.add_documents(folder / "乙.md", index)
    assert (index / "CURRENT").read_text() == before
    copy = Path(shutil.copytree(index, index.with_name("other")))
    briefqa.add_documents(folder / "丙.txt", index)
    briefqa.remove_documents("丙.txt", copy)
    assert briefqa.verify(index) == briefqa.verify(copy) == []
    assert sorted(texts_of(copy)) == [name for name in names if name != "丙.txt"]


def test_a_rebuild_in_the_page_takes_no_damaged_original(index: Path) -> None:
    """It reads originals again, so they are checked before."""
    with briefqa.open_index(index) as opened:
        _flip(opened.original("乙.md"))
        with pytest.raises(IndexCorruptError, match=r"乙\.md"):
            rebuilding(opened)(silent)


def test_an_empty_list_of_documents_is_not_nothing(index: Path) -> None:
    """It does not open, and the next change brings the documents back from their originals."""
    whole = texts_of(index)
    (current_build(index) / "documents.jsonl").write_bytes(b"")
    with pytest.raises(IndexCorruptError):
        briefqa.open_index(index)
    briefqa.remove_documents("丙.txt", index)
    assert texts_of(index).keys() == whole.keys() - {"丙.txt"}


def test_damage_of_the_earlier_build_is_not_gone_back_to(folder: Path, index: Path) -> None:
    """A rollback reads it whole before it switches."""
    live = current_build(index)
    briefqa.remove_documents("丙.txt", index)
    _flip(live / "years.npy")
    with pytest.raises(IndexCorruptError, match="earlier build"):
        briefqa.rollback(index)
    assert "丙.txt" not in texts_of(index)


def _spoil_pointers(index: Path) -> None:
    for name in ("CURRENT", "PREVIOUS", "SOURCES", ".lock"):
        if (index / name).exists():
            (index / name).unlink()
        (index / name).mkdir()
        (index / name / "x").write_text("x")


def _spoil_builds(index: Path) -> None:
    shutil.rmtree(index / "builds")
    (index / "builds").write_text("a file")


def _spoil_bytes(index: Path) -> None:
    for name in ("CURRENT", "PREVIOUS", "SOURCES"):
        (index / name).write_bytes(b"\xff\xfe\x00[[[")


def _spoil_live(index: Path) -> None:
    live = current_build(index)
    shutil.rmtree(live)
    live.write_text("a file")


def _spoil_manifest(index: Path) -> None:
    (current_build(index) / "manifest.json").write_bytes(b"[" * 100_000)


def _spoil_leftovers(index: Path) -> None:
    for name in (".new-x", ".old-y", "junk", "0" * 16):
        (index / "builds" / name).mkdir()
        (index / "builds" / name / "x").write_text("x")
    (index / ".unfinished").write_text("a file")


@pytest.mark.parametrize(
    "spoil",
    [_spoil_pointers, _spoil_builds, _spoil_bytes, _spoil_live, _spoil_manifest, _spoil_leftovers],
)
def test_building_again_always_works(folder: Path, index: Path, spoil: object) -> None:
    """Whatever is in the folder, and it leaves a whole index and nothing else behind."""
    whole = texts_of(index)
    spoil(index)  # type: ignore[operator]
    briefqa.build_index(folder, index)
    assert texts_of(index) == whole
    assert briefqa.verify(index) == []
    assert not [path for path in (index / "builds").iterdir() if path.name.startswith(".")]


def test_a_build_in_use_is_not_deleted(folder: Path, index: Path) -> None:
    """Its reader keeps its originals over any number of changes; closed, it goes with the next one."""
    opened = briefqa.open_index(index)
    for number in range(3):
        (folder / "丙.txt").write_text(f"丙县有{number}座桥。", "utf-8")
        briefqa.build_index(folder, index)
    assert all(opened.original(each.id).read_bytes() for each in opened.documents)
    assert len(list((index / "builds").iterdir())) == 3
    opened.close()
    (folder / "丙.txt").write_text("丙县有9座桥。", "utf-8")
    briefqa.build_index(folder, index)
    assert len(list((index / "builds").iterdir())) == 2


def test_the_build_before_is_never_the_live_one(folder: Path, index: Path) -> None:
    """Also where a kill came between the two pointers."""
    first = current_build(index).name
    briefqa.remove_documents("丙.txt", index)
    second = current_build(index).name
    assert previous_build(index) == first
    (index / "PREVIOUS").write_text(f"{second}\n{first}\n")  # killed before CURRENT named a third
    assert previous_build(index) == first
    assert briefqa.rollback(index) == first
    assert previous_build(index) == second


def test_leftovers_of_killed_changes_go(index: Path) -> None:
    """Stages of uploads and half-written pointers, once they are old; new ones may be in use."""
    for name in (".upload-old", ".stage-old", ".upload-new"):
        (index / name).mkdir()
        (index / name / "x").write_text("x")
    (index / "CURRENT.new").write_text("x")
    for name in (".upload-old", ".stage-old", "CURRENT.new"):
        os.utime(index / name, (1, 1))
    with changing(index):
        pass
    assert {path.name for path in index.iterdir()} == {"CURRENT", "SOURCES", "builds", ".lock", ".upload-new"}


def test_an_index_does_not_index_itself(folder: Path, tmp_path: Path) -> None:
    """Built inside its own source folder, again and again, it holds the documents only."""
    ids = briefqa.build_index(folder, folder / "index").documents
    again = briefqa.build_index(folder, folder / "index")
    assert [each.id for each in again.documents] == [each.id for each in ids]
    assert any("索引" in reason for _, reason in again.skipped)
    (folder / "index" / "CURRENT").unlink()
    broken = briefqa.build_index(folder, folder / "index")
    assert [each.id for each in broken.documents] == [each.id for each in ids]


def test_every_file_of_a_new_build_is_synced(
    folder: Path, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links too: where the index is a copy, nobody has synced what they lead to."""
    copy, real = Path(shutil.copytree(index, tmp_path / "copy")), os.fsync
    synced: set[int] = set()

    def noting(number: int) -> None:
        synced.add(os.fstat(number).st_ino)
        real(number)

    monkeypatch.setattr(os, "fsync", noting)
    (folder / "丁.txt").write_text("丁县有5座桥。", "utf-8")
    briefqa.add_documents(folder / "丁.txt", copy)
    files = [path for path in current_build(copy).rglob("*") if path.is_file()]
    assert any(path.stat().st_nlink > 1 for path in files)
    assert [path for path in files if path.stat().st_ino not in synced] == []


@pytest.mark.parametrize("size", [0, 5_000, 2**16 - 1, 2**16, 2**16 + 1, 300_000])
def test_a_digest_is_that_of_the_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Also where the system gives a file in small parts, as it may."""

    class Parts(io.FileIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(1_000 if size is None or size < 0 else min(size, 1_000))

        def readinto(self, buffer: Any) -> int:
            return super().readinto(memoryview(buffer)[:1_000])

    def opened(path: Path, mode: str, buffering: int = -1) -> io.BufferedReader | Parts:
        return io.BufferedReader(Parts(path)) if buffering else Parts(path)

    monkeypatch.setattr(manifest, "open", opened, raising=False)
    (tmp_path / "file").write_bytes(os.urandom(size))
    assert (
        manifest.digest_of(tmp_path / "file") == hashlib.sha256((tmp_path / "file").read_bytes()).hexdigest()
    )


def test_a_file_in_place_of_the_folder_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    """It names the file and is left alone."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="is a file"):
        briefqa.build_index(folder, tmp_path / "file")
    assert (tmp_path / "file").read_text() == "x"
    for work in (briefqa.open_index, briefqa.verify, briefqa.rollback):
        with pytest.raises(BriefQAError):
            work(tmp_path / "file")


def test_an_index_travels_as_one_file(folder: Path, index: Path, tmp_path: Path) -> None:
    """The same build on the other side, byte by byte; what was there can be gone back to."""
    whole, file = texts_of(index), tmp_path / "索引.briefqa"
    digest = briefqa.export_index(file, index)
    assert digest == hashlib.sha256(file.read_bytes()).hexdigest()
    assert briefqa.import_index(file, tmp_path / "other") == current_build(index).name
    assert texts_of(tmp_path / "other") == whole
    assert briefqa.verify(tmp_path / "other") == []
    briefqa.remove_documents("丙.txt", index)
    briefqa.import_index(file, index)
    assert texts_of(index) == whole
    briefqa.rollback(index)
    assert "丙.txt" not in texts_of(index)
    again = tmp_path / "again.briefqa"
    assert briefqa.export_index(again, tmp_path / "other") == digest
    with pytest.raises(InputError, match="exists"):
        briefqa.export_index(again, index)


def test_a_damaged_index_is_not_exported(index: Path, tmp_path: Path) -> None:
    """Nor is a file left behind."""
    _flip(current_build(index) / "years.npy")
    with pytest.raises(IndexCorruptError):
        briefqa.export_index(tmp_path / "x.briefqa", index)
    assert not list(tmp_path.glob("*x.briefqa*"))


@pytest.fixture
def exported(index: Path, tmp_path: Path) -> tuple[bytes, dict[str, str]]:
    """The index as one file, and its texts."""
    briefqa.export_index(tmp_path / "whole.briefqa", index)
    return (tmp_path / "whole.briefqa").read_bytes(), texts_of(index)


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_or_hostile_file_is_not_imported(
    index: Path,
    exported: tuple[bytes, dict[str, str]],
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
) -> None:
    """Flipped, cut, with names that climb, twice, compressed or of other bytes: the index stays as it is."""
    room = tmp_path_factory.mktemp("file")
    whole, before = exported
    kind = data.draw(st.sampled_from(["flip", "cut", "bytes", "climb", "twice", "compressed", "more"]))
    file = room / "file"
    if kind == "flip":
        place = data.draw(st.integers(0, len(whole) - 1))
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    elif kind == "cut":
        file.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    elif kind == "bytes":
        file.write_bytes(data.draw(st.binary(max_size=300)))
    else:
        names = {"climb": "../../x", "twice": "years.npy", "compressed": "manifest.json", "more": "more.txt"}
        file.write_bytes(whole)
        method = zipfile.ZIP_DEFLATED if kind == "compressed" else zipfile.ZIP_STORED
        with warnings.catch_warnings(), zipfile.ZipFile(file, "a", method) as archive:
            warnings.simplefilter("ignore")
            archive.writestr(names[kind], b"x" * 100)
    with contextlib.suppress(BriefQAError):  # a flip may fall where nothing is read
        briefqa.import_index(file, index)
    assert texts_of(index) == before
    assert not (room.parent / "x").exists()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="a user whom permissions bind")
def test_a_read_only_folder_is_one_sentence(folder: Path, index: Path) -> None:
    """It can be read and searched; changing it says which path and what to do."""
    for path in (index, index / "builds"):
        path.chmod(0o555)
    try:
        assert texts_of(index)
        with pytest.raises(StorageError, match="permissions"):
            briefqa.build_index(folder, index)
    finally:
        for path in (index, index / "builds"):
            path.chmod(0o755)


@pytest.mark.parametrize("name", ["很长的名字" * 12, "a b#?%& 'x'", "😀", "ｆｕｌｌ"])
def test_names_of_any_kind_hold_an_index(folder: Path, tmp_path: Path, name: str) -> None:
    """Blank, quoted and non-ASCII folders and files, on paths of more than 260 characters."""
    deep = tmp_path
    while len(str(deep)) <= 260:
        deep = deep / name[:60]
    (folder / f"{name[:60]}.txt").write_text("丁县有5座桥。", "utf-8")
    briefqa.build_index(folder, deep)
    briefqa.remove_documents(f"{name[:60]}.txt", deep)
    assert briefqa.rollback(deep)
    file = deep.parent / f"{name[:60]}.briefqa"
    briefqa.export_index(file, deep)
    briefqa.import_index(file, deep.with_name("other"))
    for each in (deep, deep.with_name("other")):
        assert f"{name[:60]}.txt" in texts_of(each)
        assert briefqa.verify(each) == []


def _held() -> set[str]:
    """The files that this process has open or mapped, by their paths; its own locks are for that."""
    found = set()
    for each in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            if stat.S_ISREG(each.stat().st_mode):
                found.add(os.readlink(each).removesuffix(" (deleted)"))
    maps = Path("/proc/self/maps").read_text("utf-8").splitlines()
    found |= {fields[5] for line in maps if len(fields := line.split(maxsplit=5)) == 6}
    return {each for each in found if not each.endswith("/.lock")}


@pytest.fixture
def taken_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Names each file that was open while it, or a folder above it, was renamed, replaced or removed."""
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("needs /proc")
    wrong: list[str] = []

    def watched(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(*paths: Any, **options: Any) -> object:
            folders = [options.get(each) for each in ("dir_fd", "src_dir_fd", "dst_dir_fd")]
            above = next((os.readlink(f"/proc/self/fd/{each}") for each in folders if each is not None), "")
            names = [os.path.abspath(os.path.join(above, os.fspath(each))) for each in paths[:2]]
            held = {each for each in _held() if each.startswith(str(tmp_path))}
            wrong.extend(
                f"{name} {one}" for path in names for one in held if f"{one}/".startswith(f"{path}{os.sep}")
            )
            return real(*paths, **options)

        return call

    for name in ("replace", "rename", "unlink", "remove", "rmdir"):
        monkeypatch.setattr(os, name, watched(name, getattr(os, name)))
    return wrong


def test_an_open_file_that_is_taken_away_is_noticed(taken_away: list[str], tmp_path: Path) -> None:
    """Replaced, in a folder that is renamed, removed with all above it, and mapped only."""
    for name in ("a", "b/c", "d/e/f", "g"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        np.save(tmp_path / name, np.arange(9))
    mapped = np.load(tmp_path / "g.npy", mmap_mode="r")
    with (tmp_path / "a.npy").open(), (tmp_path / "b/c.npy").open(), (tmp_path / "d/e/f.npy").open():
        os.replace(tmp_path / "a.npy", tmp_path / "x")
        (tmp_path / "b").rename(tmp_path / "y")
        shutil.rmtree(tmp_path / "d")
        (tmp_path / "g.npy").unlink()
    assert mapped.shape == (9,)
    assert {Path(each.split(" ", 1)[1]).name for each in taken_away} == {"a.npy", "c.npy", "f.npy", "g.npy"}


def test_no_file_is_replaced_while_it_is_open(
    folder: Path, index: Path, tmp_path: Path, taken_away: list[str]
) -> None:
    """Windows refuses to rename or delete an open file, or a folder with one in it; readers have some."""
    reader = briefqa.open_index(index)
    (folder / "丙.txt").write_text("丙县有8座桥。", "utf-8")
    briefqa.add_documents(folder / "丙.txt", index)
    later = briefqa.open_index(index)
    briefqa.remove_documents("乙.md", index)
    briefqa.rollback(index)
    briefqa.export_index(tmp_path / "whole.briefqa", index)
    briefqa.import_index(tmp_path / "whole.briefqa", index)
    briefqa.import_index(tmp_path / "whole.briefqa", tmp_path / "other")
    for number in range(3):
        (folder / "丙.txt").write_text(f"丙县有{number}座桥。", "utf-8")
        briefqa.build_index(folder, index)
    adding([folder / "丙.txt", folder / "乙.md"], index).work(silent)
    adding([folder / "丙.txt"], index).discard()
    with briefqa.open_index(index) as opened:
        rebuilding(opened)(silent)
        turn = Turn("几座桥？", Answer("几座桥？", False, 0.0, "", (), (), "", "几座桥？"))
        for rating in (Rating.WRONG, Rating.NOTHING):
            assert record(index, turn, rating, text_of=lambda document: "")
    for each in (reader, later):
        assert all(each.original(document.id).read_bytes() for document in each.documents)
        each.close()
    assert taken_away == []
