"""Builds: the same on every machine, nothing embedded twice, nothing lost."""

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
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
from briefqa.models.embedding import open_embedder
from briefqa.models.precision import text_precision
from briefqa.models.token_codes import unpacked
from briefqa.store.build import Build
from briefqa.store.builds import changing
from briefqa.store.manifest import build_id_of, sealed


def live(index: Path) -> Path:
    """The folder of the live build."""
    return index / "builds" / (index / "CURRENT").read_text().strip()


def _bytes(index: Path) -> dict[str, bytes]:
    build = live(index)
    return {
        path.relative_to(build).as_posix(): path.read_bytes()
        for path in sorted(build.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def index(small_index: Path, tmp_path: Path) -> Path:
    """An index of the small corpus, to be changed."""
    return Path(shutil.copytree(small_index, tmp_path / "index"))


def _manifest(index: Path) -> dict[str, Any]:
    return dict(json.loads((live(index) / "manifest.json").read_text("utf-8")))


def _edit_manifest(index: Path, **changes: object) -> None:
    manifest = sealed(_manifest(index) | changes)
    text = json.dumps(manifest, ensure_ascii=False, separators=(",", ":"))
    (live(index) / "manifest.json").write_bytes(text.encode())


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
    build = live(index)
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


def test_another_model_is_refused_and_a_build_mends_it(folder: Path, index: Path) -> None:
    """The message names the command, and the command leads out: the build of the same id is written anew."""
    probe = _manifest(index)["probe"]
    _edit_manifest(index, probe=[-each for each in probe])
    with pytest.raises(IndexMismatchError, match="briefqa build"):
        briefqa.open_index(index).search("智能工厂")
    with pytest.raises(IndexMismatchError, match="briefqa build"):
        briefqa.add_documents(folder, index)
    report = briefqa.build_index(folder, index)
    assert report.reused == 0
    assert _manifest(index)["probe"] == probe
    assert briefqa.open_index(index).search("智能工厂")


@pytest.mark.parametrize("damage", [{"format": 2}, {"format": 99}, {"files": None}])
def test_another_format_is_refused_and_a_build_mends_it(
    folder: Path, index: Path, damage: dict[str, Any]
) -> None:
    """An older or newer format is one sentence with the command; the command works over what is there."""
    before = _bytes(index)
    _edit_manifest(index, **damage)
    if "format" in damage:
        for change in (briefqa.open_index, lambda at: briefqa.add_documents(folder, at)):
            with pytest.raises(IndexMismatchError, match=rf"format {damage['format']}.*briefqa build"):
                change(index)
    briefqa.build_index(folder, index)
    assert _bytes(index) == before


def test_the_id_says_what_the_build_is(index: Path) -> None:
    """Anything that is the same everywhere changes the id; how the vectors came out here does not."""
    manifest = _manifest(index)
    build_id = live(index).name
    assert build_id_of(manifest) == build_id
    made_here: dict[str, Any] = {"probe": [0.0], "precision": "float8", "direction": [1.0]}
    made_here |= {"rounded_files": {}, "sizes": {}, "digest": "", "rules": "", "nearest": {}}
    assert build_id_of(manifest | made_here) == build_id
    others = [build_id_of(manifest | {key: "other"}) for key in manifest.keys() - made_here.keys()]
    assert len({build_id, *others}) == len(others) + 1


def test_an_intact_build_of_the_same_id_stays(folder: Path, index: Path) -> None:
    """A rebuild whose vectors differ in their last bits keeps the files that others may be reading."""
    build = live(index)
    vectors = np.load(build / "sentence_vectors.npy")
    vectors[0, 0] = np.nextafter(vectors[0, 0], np.float16(1))
    np.save(build / "sentence_vectors.npy", vectors)
    rounded = _manifest(index)["rounded_files"]
    rounded["sentence_vectors.npy"] = hashlib.sha256(
        (build / "sentence_vectors.npy").read_bytes()
    ).hexdigest()
    _edit_manifest(index, rounded_files=rounded)
    before = _bytes(index)
    (folder / "new.txt").write_text("新的内容，共9项。", "utf-8")
    briefqa.build_index(folder, index)
    (folder / "new.txt").unlink()
    briefqa.build_index(folder, index)
    assert _bytes(index) == before


@pytest.mark.portable
def test_the_committed_index_is_what_a_build_makes(committed_index: Path, tmp_path: Path) -> None:
    """On any processor and engine: the same id, texts, terms and offsets; vectors and tokens nearly."""
    (tmp_path / "originals").mkdir()
    with briefqa.open_index(committed_index) as opened:
        for document in opened.documents:
            shutil.copy(opened.original(document.id), tmp_path / "originals" / document.id)
    report = briefqa.build_index(tmp_path / "originals", tmp_path / "index")
    assert report.build_id == live(committed_index).name
    old, new = _manifest(committed_index), _manifest(tmp_path / "index")
    assert old["files"] == new["files"]
    assert old["rounded_files"].keys() == new["rounded_files"].keys()
    mine, theirs = (Build.open(live(each)).searchable for each in (tmp_path / "index", committed_index))
    assert mine.lexical.weights == pytest.approx(theirs.lexical.weights, rel=1e-6)
    for one, other in (
        (mine.dense.vectors(), theirs.dense.vectors()),
        (mine.sentence_vectors.astype(np.float32), theirs.sentence_vectors.astype(np.float32)),
    ):
        assert (one * other).sum(axis=1).min() >= 0.998
    one, other = (unpacked(each.tokens.codes) for each in (mine, theirs))
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    alike = (one * other).sum(axis=1) / lengths
    assert alike.min() > 0.9
    assert alike.mean() > 0.97  # .980 where one was made in 8 bits and the other in 4-bit blocks


@pytest.mark.portable
def test_the_precision_is_the_one_that_the_machine_allows(small_index: Path) -> None:
    """The manifest tells it; with torch, ATEN_CPU_CAPABILITY is obeyed."""
    assert _manifest(small_index)["precision"] == open_embedder().precision
    if os.environ.get("ATEN_CPU_CAPABILITY") == "avx2":
        assert text_precision() == "float32"


def test_a_killed_build_goes_on_where_it_stopped(
    folder: Path, tmp_path: Path, tiny_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts that were embedded are not embedded again, and the build is the same as one without a stop."""
    monkeypatch.setattr("briefqa.store.vectors._KEPT_TOGETHER", 16)  # in place of 512
    for number in range(20):
        (folder / f"{number}.txt").write_text(f"第{number}号文件，共{number}项。", "utf-8")

    def kill(progress: Progress) -> None:
        if progress.stage is Stage.EMBED and progress.done > 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        briefqa.build_index(folder, tmp_path / "index", model=tiny_model, progress=kill)
    half = next((tmp_path / "index" / ".unfinished").rglob("*.npz"))
    half.with_name("000009.npz").write_bytes(half.read_bytes()[:100])  # a write that was cut
    report = briefqa.build_index(folder, tmp_path / "index", model=tiny_model)
    whole = briefqa.build_index(folder, tmp_path / "whole", model=tiny_model)
    assert report.reused == 16
    assert report.embedded == whole.embedded - 16
    assert report.precision == whole.precision
    assert _bytes(tmp_path / "index") == _bytes(tmp_path / "whole")
    assert not (tmp_path / "index" / ".unfinished").exists()


def test_the_language_direction_is_kept_with_the_build(folder: Path, tmp_path: Path, tiny_model: str) -> None:
    """A question to an index of another model does not compute it again; the packaged model has it."""
    briefqa.build_index(folder, tmp_path / "index", model=tiny_model)
    kept = np.array(_manifest(tmp_path / "index")["direction"], np.float32)
    assert open_embedder(tiny_model, kept.tolist()).direction == pytest.approx(kept)
    assert open_embedder(tiny_model).direction == pytest.approx(kept)
    assert open_embedder().direction is None
