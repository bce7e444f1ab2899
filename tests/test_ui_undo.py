"""Taking a change of the documents back: offered for what changed something, and for nothing else."""

from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path

import pytest

pytest.importorskip("gradio", reason="the web page needs gradio")

from briefqa import add_documents, rollback
from briefqa.store.builds import current_build
from briefqa.ui.documents.changing import Library
from briefqa.ui.engine import Engine
from briefqa.ui.words import Language


class Uploads:
    """Changes of a page's documents by one visitor, each done before the next."""

    def __init__(self, index: Path, files: Path) -> None:
        self.index, self.files = index, files
        self.library = Library(Engine(index), read_only=False)

    def add(self, text: str) -> str:
        """What is told once a text has been added under the same name as ever."""
        file = self.files / "up.txt"
        file.write_text(text, "utf-8")
        self.library.add([str(file)], "甲", Language.ZH)
        return self.told()

    def press(self, told: str) -> str:
        """What is told after a press of the button to undo."""
        data = {name: re.findall(rf'data-{name}="(\w+)"', told)[-1] for name in ("build", "before")}
        self.library.change("rollback", data, "甲", Language.ZH)
        return self.told()

    def told(self) -> str:
        """The newest report."""
        while self.library.jobs.running:
            threading.Event().wait(0.01)
        newest = self.library.told("甲", Language.ZH).split("<section")[1]
        return f"{newest} {current_build(self.index).name}"


def test_undo_is_offered_for_what_this_change_did(small_index: Path, tmp_path: Path) -> None:
    """A file that is there already changes nothing, which is said; by it no earlier change is undone."""
    uploads = Uploads(Path(shutil.copytree(small_index, tmp_path / "index")), tmp_path)
    assert not uploads.library.shown("甲", Language.ZH)["earlier"]  # a first build: nothing to go back to
    added = uploads.add("丁市规划\n\n丁市有7座图书馆。\n")
    assert "更新完成" in added
    assert "undo-job" in added
    assert uploads.library.shown("甲", Language.ZH)["earlier"]
    replaced = uploads.add("丁市规划\n\n丁市有9座图书馆。\n")
    again = uploads.add("丁市规划\n\n丁市有9座图书馆。\n")
    assert "没有变化" in again
    assert "更新完成" not in again
    assert "undo-job" not in again
    assert again.split()[-1] == replaced.split()[-1]
    assert uploads.press(replaced).split()[-1] == added.split()[-1]


def test_undo_goes_back_to_the_build_before_its_change(small_index: Path, tmp_path: Path) -> None:
    """Where somebody else went on and came back, another build is the earlier one: nothing is done."""
    index = Path(shutil.copytree(small_index, tmp_path / "index"))
    uploads = Uploads(index, tmp_path)
    added = uploads.add("丁市规划\n\n丁市有7座图书馆。\n")
    (tmp_path / "戊.txt").write_text("戊市规划\n\n戊市有5座桥。\n", "utf-8")
    add_documents([tmp_path / "戊.txt"], index)
    assert rollback(index) == added.split()[-1]
    assert "这期间文件又有了更改" in uploads.press(added)
    assert current_build(index).name == added.split()[-1]
