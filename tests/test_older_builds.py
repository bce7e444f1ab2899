"""What is taken over from a build of an earlier format, and that a wrong one gives nothing."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.measure.changed_index import HashedEmbedder, hashed_model

import briefqa
from briefqa.models.token_codes import WIDTH
from briefqa.store.builds import current_build
from briefqa.store.manifest import MANIFEST
from briefqa.store.older import older_vectors

Change = Callable[[np.ndarray], np.ndarray]
# Manifests as the versions of those formats wrote them of the brief, by format and build.
FIRST = sorted((Path(__file__).parent / "older_formats").iterdir())


@pytest.fixture
def older(folder: Path, tmp_path: Path) -> Path:
    """An index as format 7 had it: the states of tokens in 8 bits, and no seal."""
    with hashed_model():
        briefqa.build_index(folder, tmp_path / "index")
    build = current_build(tmp_path / "index")
    tokens = len(np.load(build / "tokens.npy"))
    np.save(build / "tokens.npy", np.full((tokens, WIDTH), 23, np.int8))
    _seal(build, format=7)
    return tmp_path / "index"


@pytest.fixture(params=[8, 9, 10, 11, 12, 13])
def last(folder: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """An index as the last formats had it, sealed by nothing that is asked of it."""
    with hashed_model():
        briefqa.build_index(folder, tmp_path / "last")
    _seal(current_build(tmp_path / "last"), format=request.param)
    return tmp_path / "last"


def _seal(build: Path, **changes: Any) -> None:
    manifest = json.loads((build / MANIFEST).read_bytes()) | changes
    for kind in ("files", "rounded_files"):
        for name in manifest[kind]:
            manifest[kind][name] = hashlib.sha256((build / name).read_bytes()).hexdigest()
    (build / MANIFEST).write_text(json.dumps(manifest), "utf-8")


def test_vectors_of_an_older_build_are_taken_over(folder: Path, older: Path) -> None:
    """No text is embedded again."""
    with hashed_model():
        report = briefqa.build_index(folder, older)
    assert (report.embedded, report.reused > 0) == (0, True)
    assert briefqa.verify(older) == []


def test_vectors_of_the_format_before_are_taken_over(folder: Path, last: Path) -> None:
    """Codes and all, if the build is whole; opening and adding say which command builds it again."""
    for refused in (briefqa.open_index, lambda index: briefqa.add_documents(folder, index)):
        with (
            hashed_model(),
            pytest.raises(briefqa.IndexMismatchError, match=r"format (8|9|10|11|12|13).*briefqa build"),
        ):
            refused(last)
    before = {name: np.load(current_build(last) / name) for name in ("tokens.npy", "sentence_vectors.npy")}
    with hashed_model():
        report = briefqa.build_index(folder, last)
    assert (report.embedded, report.reused > 0) == (0, True)
    for name, array in before.items():
        assert np.array_equal(np.load(current_build(last) / name), array)


def test_nothing_is_taken_over_from_a_damaged_build_of_the_format_before(folder: Path, last: Path) -> None:
    """All is embedded again."""
    path = current_build(last) / "tokens.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with hashed_model():
        report = briefqa.build_index(folder, last)
    assert (report.embedded > 0, report.reused) == (True, 0)


@pytest.mark.parametrize("written", FIRST, ids=lambda path: path.stem)
def test_the_first_formats_are_refused_and_a_build_mends_it(
    folder: Path, tmp_path: Path, written: Path
) -> None:
    """Whatever is asked of them says the format and the command that builds the index again; it does."""
    number, build_id = written.stem.split("_")
    index = tmp_path / "index"
    (index / "builds" / build_id).mkdir(parents=True)
    shutil.copy(written, index / "builds" / build_id / MANIFEST)
    (index / "CURRENT").write_text(build_id, "utf-8")
    for asked in (
        briefqa.open_index,
        briefqa.verify,
        lambda at: briefqa.add_documents(folder, at),
        lambda at: briefqa.remove_documents("suzhou-new-industrialization-2024-07.txt", at),
    ):
        with (
            hashed_model(),
            pytest.raises(briefqa.IndexMismatchError, match=rf"format {number},.*briefqa build"),
        ):
            asked(index)
    with hashed_model():
        assert briefqa.build_index(folder, index).reused == 0
    assert briefqa.verify(index) == []


WRONG: dict[str, tuple[str, Change]] = {
    "starts that are too few": ("token_starts.npy", lambda a: a[:1]),
    "starts that are too many": ("token_starts.npy", lambda a: np.append(a, a[-1])),
    "starts that are no integers": ("token_starts.npy", lambda a: a.astype(float)),
    "starts of two dimensions": ("token_starts.npy", lambda a: np.stack([a, a], 1)),
    "starts below 0": ("token_starts.npy", lambda a: -a),
    "starts that begin later": ("token_starts.npy", lambda a: np.append(1, a[1:])),
    "starts that fall": ("token_starts.npy", lambda a: np.concatenate([a[:1], a[-2:0:-1], a[-1:]])),
    "starts beyond the end": ("token_starts.npy", lambda a: a + 10**9),
    "too few tokens": ("tokens.npy", lambda a: a[:1]),
    "tokens that are no bytes": ("tokens.npy", lambda a: a * np.nan),
    "narrow tokens": ("tokens.npy", lambda a: a[:, :64]),
    "too few vectors of sentences": ("sentence_vectors.npy", lambda a: a[:1]),
    "narrow vectors of sentences": ("sentence_vectors.npy", lambda a: a[:, :8]),
    "too few passages": ("passages.npy", lambda a: a[:-1]),
    "too few sentences": ("sentences.npy", lambda a: a[:-1]),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_nothing_is_taken_over_from_parts_that_do_not_fit(folder: Path, older: Path, wrong: str) -> None:
    """All is embedded again, and the new build is whole."""
    name, change = WRONG[wrong]
    build = current_build(older)
    np.save(build / name, change(np.load(build / name)))
    _seal(build)
    with hashed_model():
        report = briefqa.build_index(folder, older)
    assert (report.embedded > 0, report.reused) == (True, 0)
    assert briefqa.verify(older) == []


def test_a_precision_that_is_no_text_is_not_taken_over(older: Path) -> None:
    """It would come into the new manifest, which nobody could read then."""
    assert older_vectors(current_build(older), HashedEmbedder()).precision == "float32"  # type: ignore[arg-type]
    _seal(current_build(older), precision=7)
    assert older_vectors(current_build(older), HashedEmbedder()).precision == ""  # type: ignore[arg-type]
