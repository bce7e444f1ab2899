"""Builds: same bytes, nothing embedded twice, nothing lost."""

import json
import shutil
from pathlib import Path

import pytest

import briefqa
from briefqa import (
    EmptyCorpusError,
    IndexBusyError,
    IndexCorruptError,
    IndexMismatchError,
    IndexNotFoundError,
    InputError,
    Progress,
    Stage,
)
from briefqa.store.builds import changing


def _bytes(index: Path) -> dict[str, bytes]:
    build = index / "builds" / (index / "CURRENT").read_text().strip()
    return {
        path.relative_to(build).as_posix(): path.read_bytes()
        for path in sorted(build.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def index(folder: Path, tmp_path: Path) -> Path:
    """An index of the small corpus."""
    briefqa.build_index(folder, tmp_path / "index")
    return tmp_path / "index"


def test_the_same_sources_give_the_same_bytes(folder: Path, index: Path, tmp_path: Path) -> None:
    """A second build from scratch, elsewhere, is equal file by file."""
    briefqa.build_index(folder, tmp_path / "again")
    assert _bytes(tmp_path / "again") == _bytes(index)


def test_an_index_that_grew_equals_one_built_at_once(folder: Path, index: Path, tmp_path: Path) -> None:
    """Adding embeds only what is new; removing it again leaves no trace in the live build."""
    before = _bytes(index)
    extra = tmp_path / "丙 文件😀.txt"
    extra.write_text("丙县2024年共有桥梁31座。", "utf-8")
    report = briefqa.add_documents(extra, index)
    assert 0 < report.embedded <= 2
    assert report.reused + report.embedded == report.passages + report.sentences
    with briefqa.open_index(index) as opened:
        assert "31座" in opened.ask("丙县有多少座桥梁？").citations[0].quote
    shutil.copy(extra, folder)
    briefqa.build_index(folder, tmp_path / "scratch")
    assert _bytes(tmp_path / "scratch") == _bytes(index)
    briefqa.remove_documents("丙 文件😀.txt", index)
    assert _bytes(index) == before
    with briefqa.open_index(index) as opened:
        assert all("丙县" not in hit.passage.text for hit in opened.search("丙县有多少座桥梁？", 10))


def test_a_cancelled_build_leaves_the_old_one(folder: Path, index: Path) -> None:
    """Raising from the progress callback at any stage changes nothing and leaves nothing behind."""
    before = _bytes(index)
    (folder / "new.txt").write_text("新的内容，共9项。", "utf-8")
    for stage in Stage:
        if stage is Stage.PAGES:
            continue

        def cancel(progress: Progress, stage: Stage = stage) -> None:
            if progress.stage is stage:
                raise RuntimeError("cancelled")

        with pytest.raises(RuntimeError, match="cancelled"):
            briefqa.build_index(folder, index, progress=cancel)
        assert _bytes(index) == before
        assert len(list((index / "builds").iterdir())) == 1


def test_rollback_goes_one_back_and_forth(folder: Path, index: Path) -> None:
    """The build before is live again; twice is as before."""
    first = briefqa.open_index(index).build_id
    (folder / "new.txt").write_text("新的内容，共9项。", "utf-8")
    second = briefqa.build_index(folder, index).build_id
    assert briefqa.rollback(index) == first
    assert len(briefqa.open_index(index).documents) == 2
    assert briefqa.rollback(index) == second


def test_an_open_index_keeps_its_build(folder: Path, index: Path) -> None:
    """A reader sees the documents that it opened while others rebuild."""
    opened = briefqa.open_index(index)
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"{name} 有3项内容。", "utf-8")
        briefqa.build_index(folder, index)
    assert not opened.is_current()
    assert opened.search("智能工厂")[0].passage.document_id == "年报/甲.txt"


def test_one_text_under_two_names_is_one_document(folder: Path, index: Path) -> None:
    """The second name is kept, reported, and can be removed by itself."""
    shutil.copy(folder / "乙.md", folder / "乙的副本.md")
    report = briefqa.build_index(folder, index)
    assert report.document_count == 2
    assert report.duplicates == (("乙的副本.md", "乙.md"),)
    assert briefqa.open_index(index).document("乙.md").names == ("乙的副本.md",)


def test_nearly_the_same_text_is_named(folder: Path, index: Path) -> None:
    """Another masthead over the same sentences is a near-duplicate; both stay."""
    text = (folder / "年报" / "甲.txt").read_text("utf-8")
    (folder / "修订稿.txt").write_text(text.replace("工作报告", "工作报告（修订）"), "utf-8")
    report = briefqa.build_index(folder, index)
    assert report.document_count == 3
    assert report.near_duplicates == (("修订稿.txt", "年报/甲.txt"),)


def test_a_bad_file_is_reported_and_the_rest_is_built(folder: Path, index: Path) -> None:
    """Binary, empty and undecodable files are skipped with a reason each."""
    (folder / "bad.txt").write_bytes(b"\x00\x01\x02\xff" * 500)
    (folder / "empty.txt").write_bytes(b"")
    report = briefqa.build_index(folder, index)
    assert {name for name, _ in report.skipped} == {"bad.txt", "empty.txt"}
    assert all(reason for _, reason in report.skipped)
    assert report.document_count == 2


def test_wrong_sources_change_nothing(index: Path, tmp_path: Path) -> None:
    """A missing folder, an empty one, and a folder of nothing readable: one sentence each."""
    before = _bytes(index)
    (tmp_path / "empty").mkdir()
    for source, error in ((tmp_path / "missing", InputError), (tmp_path / "empty", EmptyCorpusError)):
        with pytest.raises(error) as caught:
            briefqa.build_index(source, index)
        assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match=r"nothing\.txt"):
        briefqa.remove_documents("nothing.txt", index)
    assert _bytes(index) == before


def test_two_writers_do_not_meet(folder: Path, index: Path) -> None:
    """The second one is told so at once."""
    with changing(index), pytest.raises(IndexBusyError):
        briefqa.build_index(folder, index)


def test_damage_is_found_and_named(index: Path, tmp_path: Path) -> None:
    """Every file of a build is covered by a checksum; missing or cut files refuse to open."""
    build = index / "builds" / (index / "CURRENT").read_text().strip()
    for name in _bytes(index):
        copy = Path(shutil.copytree(index, tmp_path / "copy"))
        damaged = copy / "builds" / build.name / name
        damaged.write_bytes(damaged.read_bytes()[:-7] + b"damaged")
        if name != "manifest.json":
            assert briefqa.verify(copy) == [name]
        damaged.unlink()
        with pytest.raises(IndexCorruptError):
            briefqa.open_index(copy)
        shutil.rmtree(copy)
    with pytest.raises(IndexNotFoundError):
        briefqa.open_index(tmp_path / "nowhere")


def _edit_manifest(index: Path, **changes: object) -> None:
    path = index / "builds" / (index / "CURRENT").read_text().strip() / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")


def test_another_format_or_model_is_refused_with_the_remedy(index: Path) -> None:
    """The message names both sides and the command that mends it."""
    manifest = json.loads(
        (index / "builds" / briefqa.open_index(index).build_id / "manifest.json").read_text("utf-8")
    )
    other = manifest["model"] | {"probe": [-each for each in manifest["model"]["probe"]]}
    _edit_manifest(index, model=other)
    opened = briefqa.open_index(index)
    with pytest.raises(IndexMismatchError, match="briefqa build"):
        opened.search("智能工厂")
    _edit_manifest(index, format=99)
    with pytest.raises(IndexMismatchError, match="briefqa build"):
        briefqa.open_index(index)


def test_the_committed_index_is_what_a_build_makes(
    committed_index: Path, shared: Path, tmp_path: Path
) -> None:
    """Same ids, texts, terms and offsets; vectors equal up to the processor's rounding."""
    briefqa.build_index(shared / "brief", tmp_path / "index")
    old, new = _bytes(committed_index), _bytes(tmp_path / "index")
    assert old.keys() == new.keys()
    for name in old.keys() - {"manifest.json", "passages.faiss", "sentence_vectors.npy"}:
        assert old[name] == new[name], name
