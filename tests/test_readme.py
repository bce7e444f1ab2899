"""What the written pages say can be done is there: links, scripts, options, extras, the example in Python."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

import briefqa
from briefqa.cli import main

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "briefqa"
READMES = ("README.md", "README.zh-CN.md")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "benchmarks" / "README.md"])
COMMANDS = ("build", "add", "remove", "search", "ask", "info", "verify", "rollback", "eval", "serve")


def _readme(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def _blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", _readme(name), re.DOTALL)


def _commands(name: str) -> list[list[list[str]]]:
    """The commands of each block in bash, as words, without remarks."""
    lines = [block.strip().splitlines() for block in _blocks(name, "bash")]
    return [[shlex.split(line, comments=True) for line in block] for block in lines]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_points_at_what_is_there(page: Path) -> None:
    """Links, pictures, scripts and modules that a page names exist; the last as the rooms' own paths too."""
    text = page.read_text("utf-8")
    links = re.findall(r"\]\(([^)#:]+)[^):]*\)", text)
    scripts = re.findall(r"python ((?:benchmarks/)?[\w/]+\.py)", text)
    modules = re.findall(r"`([\w/]+/[\w.]*\.(?:py|npz|json|toml|txt))`", text)
    wrong = [link for link in links if not (page.parent / link).exists()]
    wrong += [script for script in scripts if not (ROOT / script).is_file()]
    at = (ROOT, SOURCE, page.parent)
    wrong += [name for name in modules if not any((folder / name).is_file() for folder in at)]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_no_machine(page: Path) -> None:
    """No path of one machine, and no address but the page's own on this one."""
    text = page.read_text("utf-8")
    assert re.findall(r"(?<![\w.)])/(?:home|root|work|tmp|usr|Users)/", text) == []
    assert set(re.findall(r"https?://([\w.:-]+)", text)) <= {"127.0.0.1:7860"}


def test_both_readmes_have_the_same_commands() -> None:
    """Block by block the same commands, and the same lines in the table of commands."""
    english, chinese = READMES
    assert _commands(chinese) == _commands(english)
    of_table = [re.findall(r"^\| `(briefqa [^`]+)`", _readme(name), re.MULTILINE) for name in READMES]
    assert of_table[0] == of_table[1] != []


@pytest.mark.parametrize("name", READMES)
def test_a_readme_sets_up_in_two_commands_and_runs_in_one(name: str) -> None:
    """Two commands for set-up, one for the page, one for the tests; the extras and files in them exist."""
    set_up, run = _commands(name)[:2]
    assert (len(set_up), len(run)) == (2, 2)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    named = {each for group in re.findall(r"'\.\[([\w,]+)\]'", _readme(name)) for each in group.split(",")}
    assert named
    assert named <= set(extras)
    pip = set_up[1]
    assert (ROOT / pip[pip.index("-c") + 1]).is_file()
    app, tests = (line[1:] for line in run)
    assert (ROOT / app[0]).is_file()
    assert tests == ["-m", "pytest"]


@pytest.mark.parametrize("name", READMES)
def test_a_readme_names_no_option_that_is_not_there(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every --option is one of the commands'."""
    for command in COMMANDS:
        with pytest.raises(SystemExit):
            main([command, "--help"])
    known = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))
    prose = re.sub(r"```.*?```", "", _readme(name), flags=re.DOTALL)
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", prose)) <= known


@pytest.mark.parametrize("name", READMES)
def test_the_example_in_python_runs(
    name: str,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Built, asked and searched as a README does; a question that the documents answer is answered."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-documents").symlink_to(folder, target_is_directory=True)
    (example,) = _blocks(name, "python")
    asked = re.search(r'briefqa\.ask\("([^"]+)"\)', example)
    assert asked
    (folder / "example.txt").write_text(f"{asked[1].split('多少')[0]}1352万人。\n", "utf-8")
    scope: dict[str, object] = {}
    exec(example, scope)
    assert capsys.readouterr().out.startswith("True ")
    answer, hits = scope["answer"], scope["hits"]
    assert isinstance(answer, briefqa.Answer)
    assert "1352万人" in answer.citations[0].quote
    assert hits
