"""Adding, replacing and removing files: a file replaces what it was, and nothing else."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import briefqa
from briefqa import Index
from briefqa.building.reports import Change
from briefqa.progress import silent
from briefqa.reading.naming import FoundFile, Origins, absolute_path, name_files, readable_name
from briefqa.ui.documents.jobs import adding, rebuilding, removing

Room = Callable[..., Path]
Build = Callable[..., briefqa.BuildReport]


@pytest.fixture
def put(tmp_path: Path) -> Room:
    """Writes a file below the test's own folder and gives its path."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture
def build(tiny_model: str) -> Build:
    """Builds an index in no time."""
    return partial(briefqa.build_index, model=tiny_model)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Where the index is to be."""
    return tmp_path / "index"


def _texts(index: Path | Index) -> dict[str, str]:
    opened = index if isinstance(index, Index) else briefqa.open_index(index)
    return {document.id: document.text for document in opened.documents}


def _changes(report: briefqa.BuildReport) -> dict[str, str]:
    return {document.id: document.change for document in report.documents}


@pytest.mark.parametrize("given_as", ["docs/2025/票价.txt", "docs/2025", "docs", "."])
def test_a_changed_file_replaces_what_it_was(
    put: Room, build: Build, index: Path, tmp_path: Path, given_as: str
) -> None:
    """Whether the file, a folder around it, or the whole root is given again; nothing else changes."""
    fare, other = put("docs/2025/票价.txt", "票价2元。"), put("docs/其他.txt", "图书馆有5层。")
    build(tmp_path / "docs", index)
    assert _texts(index).keys() == {"2025/票价.txt", "其他.txt"}
    put("docs/2025/票价.txt", "票价3元。")
    added = tmp_path / given_as
    if given_as == ".":
        shutil.move(index, tmp_path.parent / f"{tmp_path.name}-index")
        index = tmp_path.parent / f"{tmp_path.name}-index"
    report = briefqa.add_documents(added, index)
    assert _texts(index) == {"2025/票价.txt": fare.read_text("utf-8"), "其他.txt": other.read_text("utf-8")}
    assert _changes(report)["2025/票价.txt"] == Change.REPLACED
    assert set(_changes(report).values()) <= {Change.REPLACED, Change.UNCHANGED}


def test_a_new_file_below_a_known_folder_is_named_below_it(
    put: Room, build: Build, index: Path, tmp_path: Path
) -> None:
    """Adding docs/2026/新.txt gives the id that building docs would give."""
    put("docs/a.txt", "甲有1项。")
    build(tmp_path / "docs", index)
    briefqa.add_documents(put("docs/2026/新.txt", "乙有2项。"), index)
    grown = briefqa.open_index(index).build_id
    assert build(tmp_path / "docs", tmp_path / "scratch").build_id == grown


def test_equal_names_from_two_folders_both_stay(put: Room, build: Build, index: Path) -> None:
    """They are told apart in ids, and each is updated for itself."""
    east, west = put("east/附件1.txt", "东桥补贴620元。"), put("west/附件1.txt", "西桥补贴580元。")
    build(east, index)
    assert _changes(briefqa.add_documents(west, index)) == {"west/附件1.txt": Change.ADDED}
    assert _texts(index) == {"附件1.txt": "东桥补贴620元。", "west/附件1.txt": "西桥补贴580元。"}
    put("west/附件1.txt", "西桥补贴590元。")
    assert _changes(briefqa.add_documents(west, index)) == {"west/附件1.txt": Change.REPLACED}
    assert _changes(briefqa.add_documents(east, index)) == {"附件1.txt": Change.UNCHANGED}
    assert _texts(index) == {"附件1.txt": "东桥补贴620元。", "west/附件1.txt": "西桥补贴590元。"}


def test_equal_titles_are_told_apart_in_addresses(put: Room, index: Path, tmp_path: Path) -> None:
    """《title》 alone names a document only where one document has it."""
    for place, amount in (("东", 620), ("西", 580)):
        put(f"docs/{place}/通知.txt", f"关于低保的通知\n\n{place}桥县低保每人每月补贴{amount}元。\n")
    put("docs/别的.txt", "停车场收费规定\n\n停车场每小时收费5元。\n")
    briefqa.build_index(tmp_path / "docs", index)
    with briefqa.open_index(index) as opened:
        addresses = [
            opened.ask(question).citations[0].address
            for question in (
                "东桥县低保每人每月补贴多少元？",
                "西桥县低保每人每月补贴多少元？",
                "停车场每小时收费多少元？",
            )
        ]
    assert [each.split("》")[1].startswith("（") for each in addresses] == [True, True, False]
    assert "（东/通知.txt）" in addresses[0]
    assert "（西/通知.txt）" in addresses[1]


@pytest.mark.parametrize("gone", ["乙.txt", "甲.txt"])
@pytest.mark.parametrize("replaced", [True, False])
def test_a_text_stays_as_long_as_one_file_has_it(
    put: Room, build: Build, index: Path, tmp_path: Path, gone: str, replaced: bool
) -> None:
    """Of two files with one text either is changed or removed; the other one has the text then."""
    for name in ("甲.txt", "乙.txt"):
        put(f"c/{name}", "票价2元。")
    report = build(tmp_path / "c", index)
    assert _changes(report) == {"乙.txt": Change.ADDED, "甲.txt": Change.DUPLICATE}
    assert _texts(index) == {"乙.txt": "票价2元。"}
    with briefqa.open_index(index) as opened:
        assert opened.document("甲.txt").id == "乙.txt"
        assert opened.original("甲.txt") != opened.original("乙.txt")
    other = ({"甲.txt", "乙.txt"} - {gone}).pop()
    if replaced:
        briefqa.add_documents(put(f"c/{gone}", "停车5元。"), index)
        assert _texts(index) == {gone: "停车5元。", other: "票价2元。"}
    else:
        briefqa.remove_documents(gone, index)
        assert _texts(index) == {other: "票价2元。"}
    assert all(not document.names for document in briefqa.open_index(index).documents)


def test_an_added_duplicate_is_reported_by_either_name(put: Room, build: Build, index: Path) -> None:
    """Whichever of the two names comes first and stands for both."""
    build([put("docs/m.txt", "浴池通知\n\n浴池每人次5元。")], index)
    report = briefqa.add_documents([put("docs/a.txt", "浴池通知\n\n浴池每人次5元。")], index)
    assert report.duplicates == (("m.txt", "a.txt"),)


def test_two_files_of_one_name_in_one_drop_both_stay(put: Room, build: Build, index: Path) -> None:
    """Uploads have no folder: a number tells them apart; a later upload of the name replaces the first."""
    build(put("docs/a.txt", "甲有1项。"), index)
    drop = [put("drop/0/票价.txt", "票价2元。"), put("drop/1/票价.txt", "停车5元。")]
    assert _changes(adding(drop, index).work(silent)) == {
        "票价.txt": Change.ADDED,
        "票价#2.txt": Change.ADDED,
    }
    assert _texts(index) == {"a.txt": "甲有1项。", "票价.txt": "票价2元。", "票价#2.txt": "停车5元。"}
    assert _changes(adding([put("drop/2/票价.txt", "票价3元。")], index).work(silent)) == {
        "票价.txt": Change.REPLACED
    }
    assert _texts(index)["票价#2.txt"] == "停车5元。"


def test_a_rebuild_in_the_page_loses_nothing(put: Room, build: Build, index: Path, tmp_path: Path) -> None:
    """Second names and the memory of the folders outlive it, and so they do a rollback."""
    for name in ("2025/甲.txt", "2025/乙.txt"):
        put(f"docs/{name}", "票价2元。")
    first = build(tmp_path / "docs", index).build_id
    adding([put("drop/停车.txt", "停车5元。")], index).work(silent)
    with briefqa.open_index(index) as opened:
        report = rebuilding(opened)(silent)
    assert report.build_id == opened.build_id
    assert set(_changes(report).values()) == {Change.UNCHANGED, Change.DUPLICATE}
    briefqa.add_documents(put("docs/2025/甲.txt", "票价3元。"), index)
    assert _texts(index) == {"2025/乙.txt": "票价2元。", "2025/甲.txt": "票价3元。", "停车.txt": "停车5元。"}
    removing(["停车.txt"], index).work(silent)
    build(tmp_path / "docs", index)
    briefqa.rollback(index)
    briefqa.add_documents(put("docs/2025/乙.txt", "票价4元。"), index)
    assert _texts(index)["2025/乙.txt"] == "票价4元。"
    assert first


@pytest.mark.parametrize("lost", [None, "", "[]", '{"x": 1}', "null"])
def test_without_its_memory_an_index_goes_by_the_ends_of_paths(
    put: Room, build: Build, index: Path, tmp_path: Path, lost: str | None
) -> None:
    """As on another machine: a file whose path ends with an id is that document."""
    put("docs/2025/票价.txt", "票价2元。")
    build(tmp_path / "docs", index)
    if lost is None:
        (index / "SOURCES").unlink()
    else:
        (index / "SOURCES").write_text(lost)
    report = briefqa.add_documents(put("elsewhere/2025/票价.txt", "票价3元。"), index)
    assert _changes(report) == {"2025/票价.txt": Change.REPLACED}


def test_a_name_in_other_bytes_is_read(put: Room, build: Build, index: Path, tmp_path: Path) -> None:
    """GBK names become text in ids, titles and reports; the file can be updated and removed."""
    put("docs/ok.txt", "公厕免费开放。")
    name = "押金.txt".encode("gbk").decode("utf-8", "surrogateescape")
    try:
        put(f"docs/{name}", "押金99元。")
        put("docs/坏.exe".replace("坏", name[:2]), "x")
        (tmp_path / "docs" / f"空{name}").write_bytes(b"")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    report = build(tmp_path / "docs", index)
    assert _texts(index).keys() == {"ok.txt", "押金.txt"}
    assert len(report.skipped) == 2
    for text in (*map(str, report.skipped), *(each.title for each in report.documents)):
        text.encode()
    report = briefqa.add_documents(put(f"docs/{name}", "押金88元。"), index)
    assert _changes(report) == {"押金.txt": Change.REPLACED}
    briefqa.remove_documents("押金.txt", index)
    assert _texts(index).keys() == {"ok.txt"}


@given(st.binary(min_size=1, max_size=12))
def test_a_readable_name_is_text(raw: bytes) -> None:
    """Any bytes give a name that can be written, and UTF-8 that can be seen is left alone."""
    name = readable_name(raw.decode("utf-8", "surrogateescape"))
    assert name.encode()
    text = raw.decode("utf-8", "ignore")
    if text.encode() == raw and text.isprintable():
        assert name == text


_NAMES = st.sampled_from(["a.txt", "b.txt", "x/a.txt", "x/b.txt", "x/y/a.txt", "无后缀"])
_ROOTS = st.sampled_from(["/甲/docs", "/乙/docs", "/甲/docs/x", "/丙"])


@given(
    st.lists(st.tuples(_ROOTS, _NAMES), max_size=5, unique_by=lambda pair: "/".join(pair)),
    st.lists(st.tuples(_ROOTS, _NAMES), min_size=1, max_size=5, unique_by=lambda pair: "/".join(pair)),
)
def test_ids_are_distinct_and_stay(held: list[tuple[str, str]], given: list[tuple[str, str]]) -> None:
    """A file that is held keeps its id, no file takes another's, and adding all again changes nothing."""

    def files(pairs: list[tuple[str, str]]) -> list[FoundFile]:
        return [FoundFile(Path(root, name), Path(root)) for root, name in pairs]

    def origins(named: list[tuple[str, Path]], before: Origins, roots: list[str]) -> Origins:
        return Origins(
            (*before.roots, *roots), dict(before.files) | {each: absolute_path(path) for each, path in named}
        )

    first = name_files(files(held), Origins())
    known = origins(first, Origins(), [root for root, _ in held])
    places = {place: document_id for document_id, place in known.files.items()}
    second = name_files(files(given), known)
    ids = [document_id for document_id, _ in second]
    assert len({*ids}) == len(given)
    for document_id, path in second:
        assert places.get(absolute_path(path), document_id) == document_id
        assert known.files.get(document_id, absolute_path(path)) == absolute_path(path)
    after = origins(second, known, [root for root, _ in given])
    assert name_files(files(given), after) == second
