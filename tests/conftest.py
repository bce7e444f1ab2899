"""Fixtures: the committed index, a small corpus, and the folder of shared material where it is there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"  # before any import of a model library: tests use no network

import pytest
from hypothesis import settings

from briefqa import Index, build_index, open_index
from tiny_models import save_tiny_model

# How long one input takes says what else the machine does; what bounds time measures its own processor time.
settings.register_profile("briefqa", deadline=None)
settings.load_profile("briefqa")

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("BRIEFQA_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the samples and question sets."""
    if not SHARED.is_dir():
        pytest.skip("the shared samples and question sets are not here")
    return SHARED


@pytest.fixture(scope="session")
def committed_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the committed index; not to be changed."""
    return Path(shutil.copytree(ROOT / "index", tmp_path_factory.mktemp("committed") / "index"))


@pytest.fixture(scope="session")
def brief(committed_index: Path) -> Index:
    """The committed index, opened, with its model loaded."""
    index = open_index(committed_index)
    index.load_model()
    return index


TEXTS = {
    "年报/甲.txt": "甲市2023年工作报告\n\n一、工业\n\n甲市有12家智能工厂。去年新增3家。\n\n"
    "二、农业\n\n粮食产量稳定在40万吨。\n",
    "乙.md": "# 乙市规划\n\n## 交通\n\n乙市到2030年建成地铁5条。\n\n"
    "## 教育\n\n新建学校八所，招聘教师200人。\n",
}


def write_texts(root: Path) -> Path:
    """Write the two small documents into a folder."""
    for name, text in TEXTS.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two small documents."""
    return write_texts(tmp_path / "docs")


@pytest.fixture(scope="session")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the two small documents; not to be changed."""
    place = tmp_path_factory.mktemp("small")
    build_index(write_texts(place / "docs"), place / "index")
    return place / "index"


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a sentence-transformers model of 32 dimensions that tells only characters apart.

    It embeds in no time: for what does not depend on meaning.
    """
    return save_tiny_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(autouse=True)
def grows(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No index is found out anew because growing it failed; a test of a hostile one clears `caplog`."""
    yield
    told = [each.getMessage() for each in caplog.get_records("call") if each.name == "briefqa"]
    assert not [each for each in told if each.startswith("Nothing is taken over")]


# Files that mostly wait: begun first, they leave a processor to others, and nobody waits for them at the end.
WAITING = (
    "test_offline.py",
    "test_cluster.py",
    "test_backends.py",
    "test_ui_reconnect.py",
    "test_ui_documents.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those in a browser last: from the first of them on a loop of events runs in this thread."""
    items.sort(
        key=lambda item: ("browser" in getattr(item, "fixturenames", ()), item.path.name not in WAITING)
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One headless Chromium for the whole run."""
    import ui_pages  # here, for it skips where there is no Playwright

    yield from ui_pages.chromium()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One running page over a copy of the committed index, for the whole run."""
    import ui_pages

    running = ui_pages.App(tmp_path_factory.mktemp("app"), anew=True)
    yield running
    running.stop()


@pytest.fixture
def visit(browser: Any, app: Any) -> Iterator[Any]:
    """A visitor of the page; afterwards no script may have failed."""
    import ui_pages

    visitor = ui_pages.Visit(browser, app.url)
    yield visitor
    visitor.leave()
