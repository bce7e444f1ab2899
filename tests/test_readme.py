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
README = (ROOT / "README.md").read_text("utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "benchmarks" / "README.md"])
COMMANDS = ("build", "add", "remove", "search", "ask", "info", "verify", "rollback", "eval", "serve")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


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


def test_the_readme_sets_up_in_two_commands_and_runs_in_one() -> None:
    """Two commands for set-up, one for the page, one for the tests; the extras and files in them exist."""
    set_up, run = (block.strip().splitlines() for block in _blocks("bash")[:2])
    assert (len(set_up), len(run)) == (2, 2)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    named = {name for group in re.findall(r"'\.\[([\w,]+)\]'", README) for name in group.split(",")}
    assert named
    assert named <= set(extras)
    pip = shlex.split(set_up[1])
    assert (ROOT / pip[pip.index("-c") + 1]).is_file()
    app, tests = (shlex.split(line, comments=True)[1:] for line in run)
    assert (ROOT / app[0]).is_file()
    assert tests == ["-m", "pytest"]


def test_the_readme_names_no_option_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    """Every --option is one of the commands'."""
    for command in COMMANDS:
        with pytest.raises(SystemExit):
            main([command, "--help"])
    known = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))
    prose = re.sub(r"```.*?```", "", README, flags=re.DOTALL)
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", prose)) <= known


def test_the_example_in_python_runs(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Built, asked and searched as the README does; a question that the documents answer is answered."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-documents").symlink_to(folder, target_is_directory=True)
    (example,) = _blocks("python")
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
