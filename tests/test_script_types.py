"""The page's script before it runs: names, arguments and properties that do not exist, or are not used."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent / "script"
ASSETS = Path(__file__).parents[1] / "src" / "briefqa" / "ui" / "assets"


def _compiler() -> str | None:
    """The TypeScript compiler: of `npm ci` in tests/script, or of this machine."""
    return shutil.which("tsc", path=str(PROJECT / "node_modules" / ".bin")) or shutil.which("tsc")


needs_compiler = pytest.mark.skipif(
    _compiler() is None, reason="needs the TypeScript compiler: npm ci --prefix tests/script"
)


def _said(project: Path) -> str:
    done = subprocess.run(
        [_compiler() or "tsc", "-p", str(project)], capture_output=True, text=True, timeout=900
    )
    return done.stdout


@needs_compiler
def test_the_script_has_no_type_error() -> None:
    """The compiler finds nothing in the script as it is."""
    assert _said(PROJECT) == ""


@needs_compiler
def test_the_compiler_reads_the_script(tmp_path: Path) -> None:
    """It would find a name, a property or a call that does not exist, and a variable that nobody uses."""
    wrong = ["briefqa.talk.sned();", "briefqa.say(1, {}, 2);", "nowhere();", "(() => { const idle = 1; })();"]
    shutil.copy(PROJECT / "briefqa.d.ts", tmp_path)
    (tmp_path / "wrong.js").write_text("\n".join(wrong), "utf-8")
    config = (PROJECT / "tsconfig.json").read_text("utf-8").replace("../../src/briefqa/ui/assets", ".")
    (tmp_path / "tsconfig.json").write_text(config, "utf-8")
    assert re.findall(r"wrong\.js\((\d+),", _said(tmp_path)) == ["1", "2", "3", "4"]


def test_ci_has_the_compiler() -> None:
    """Where everything is installed from nothing, these tests are not passed over."""
    if os.environ.get("CI") == "true":
        assert _compiler() is not None


def test_the_checker_reads_every_part() -> None:
    """No part of the script lies where the checker does not look."""
    assert {each.parent for each in ASSETS.rglob("*.js")} == {ASSETS}
