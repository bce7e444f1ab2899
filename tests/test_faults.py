"""What an index survives; the long form is benchmarks/measure/faults.py."""

import contextlib
import random
import shutil
import sys
from pathlib import Path

import pytest
from benchmarks.measure import faults
from benchmarks.measure.changed_index import Room, hashed_model, texts_of
from benchmarks.measure.hostile import hostile_builds

import briefqa
from briefqa import BriefQAError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks, kills and /proc")


def _none_fails(kind: str, told: object) -> None:
    assert faults.failures({kind: told}) == []  # type: ignore[dict-item]


@pytest.mark.parametrize("sentences", [2**14, 2], ids=["one file an array", "several"])
def test_a_killed_change_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sentences: int
) -> None:
    """Killed at any file operation, with and without what was not synced: before or after, whole."""
    monkeypatch.setattr("briefqa.store.segments._SENTENCES", sentences)
    with hashed_model():
        told = faults.kills(tmp_path, 40, random.Random(1))
    _none_fails("kills", told)
    assert told["killed"] == 40
    assert sum(told[f"killed: {kind}"] for kind in ("export", "import", "verdict")) > 3, told


def test_a_refusing_disk_is_one_sentence(tmp_path: Path) -> None:
    """Full, broken, read-only or forbidden at any file operation: path and advice, and the index is whole."""
    with hashed_model():
        told = faults.refusals(tmp_path, 30, random.Random(1))
    _none_fails("refusals", told)
    assert told["one sentence"] == told["with path and advice"] > 5


def test_a_flipped_bit_is_found(tmp_path: Path) -> None:
    """In every file: verify names it, and no other text is ever shown."""
    with hashed_model():
        told = faults.flips(tmp_path, 40, random.Random(1))
    _none_fails("flips", told)
    assert told["found by verify"] == 40


def test_a_question_after_a_flip_is_answered_truly(tmp_path: Path) -> None:
    """In each file of a build: the right answer or one sentence, never a text that is not there."""
    told = faults.asked(tmp_path, 40, random.Random(1))
    _none_fails("asked", told)
    assert told["answered rightly"] + told["refused in a sentence"] > 30, told


def test_readers_and_builders_beside_each_other(tmp_path: Path) -> None:
    """Two change the index while others read: everybody sees whole documents with their originals."""
    with hashed_model():
        told = faults.beside(tmp_path, 3, random.Random(1))
    _none_fails("beside", told)
    assert told["built"] >= 3


def test_the_lost_bytes_are_found_without_syncing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulation has teeth: an index that syncs nothing is lost by it."""
    monkeypatch.setattr("briefqa.store.builds.sync_tree", lambda folder: None)
    with hashed_model():
        told = faults.kills(tmp_path, 60, random.Random(2))
    assert faults.failures({"kills": told})


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index to be spoilt in copies."""
    root = tmp_path_factory.mktemp("hostile")
    with hashed_model():
        return Room(root / "room", random.Random(0)).index


@pytest.mark.parametrize("name", hostile_builds())
def test_a_hostile_build_is_refused(room: Path, tmp_path: Path, name: str) -> None:
    """Whose checksums agree: one sentence on opening and on changing, and building again helps."""
    index = Path(shutil.copytree(room, tmp_path / "index", symlinks=True))
    hostile_builds()[name](index)
    with pytest.raises(BriefQAError) as caught:
        briefqa.open_index(index)
    assert "\n" not in str(caught.value)
    docs = room.parent / "docs"
    with hashed_model():
        with contextlib.suppress(BriefQAError):
            briefqa.remove_documents("0.txt", index)
        briefqa.build_index(docs, index)
    assert texts_of(index).keys() == {path.name for path in docs.iterdir()}
    assert not Path("hacked").exists()
