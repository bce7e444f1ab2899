"""What is shipped and installed is what was meant to be: digests, licences, the lock."""

import os
import re
import runpy
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
ENTRIES = {each.split("==")[0]: each for each in re.split(r"\n(?=[a-z0-9])", LOCK)[1:]}


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    """What the script that writes the lock is made of."""
    return runpy.run_path(str(ROOT / ".ci" / "lock.py"))


def test_shipped_data_are_what_they_were() -> None:
    """Every file in data/ has its digest; after a change: python .ci/digests.py."""
    script = runpy.run_path(str(ROOT / ".ci" / "digests.py"))
    assert script["SUMS"].read_text("utf-8") == script["digests"]()


def test_every_licence_is_allowed() -> None:
    """Of everything that is installed for briefqa; no AGPL and no GPL of programs."""
    script = runpy.run_path(str(ROOT / ".ci" / "licences.py"))
    assert list(script["refused"]()) == []
    assert len(script["installed"]("briefqa")) > 30
    assert script["_short"]("GNU Affero General Public License v3") not in script["ALLOWED"]


def test_the_lock_holds_what_was_tested() -> None:
    """Every package of constraints.txt in its version, each with the digest of a file; no address."""
    constraints = (ROOT / "constraints.txt").read_text("utf-8")
    pinned = re.findall(r"^([\w.-]+)==(\S+)$", constraints, re.MULTILINE)
    assert len(pinned) > 30
    wrong = [
        f"{name}=={version}"
        for name, version in pinned
        if f"=={version} " not in ENTRIES.get(re.sub(r"[-_.]+", "-", name).lower(), "").split("\n")[0]
    ]
    assert wrong == []
    assert [
        name for name, entry in ENTRIES.items() if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry)
    ] == []
    assert "://" not in LOCK


def test_the_lock_holds_all_that_any_extra_needs(script: dict[str, Any]) -> None:
    """On both kinds of machine, and nothing that none needs; `part_for` raises for what is absent."""
    assert set(re.findall(r"^([\w.-]+)==", script["part_for"](script["extras"]()), re.MULTILINE)) == set(
        ENTRIES
    )
    assert "rapidocr" in ENTRIES
    part = script["part_for"](["mcp"])
    assert "\nmcp==" in part
    assert "\npytest==" not in part
    assert not re.search(r"^(nvidia|cuda|triton)", LOCK, re.MULTILINE)


def test_what_the_lock_says_is_needed_is_what_packages_ask_for(script: dict[str, Any]) -> None:
    """Of those installed here, on x86-64 and on ARM: a package that the lock forgot is named."""
    asked = 0
    for name, entry in ENTRIES.items():
        try:
            wanted = requires(name) or []
        except PackageNotFoundError:
            continue
        if name == "torch":  # the build here may be another than the locked one
            continue
        said = set(re.search(r"# needs: (.*)", entry)[1].split())  # type: ignore[index]
        needed = {each.name for one in script["MACHINES"] for each in script["needed_by"](wanted, [], one)}
        assert {re.sub(r"[-_.]+", "-", each).lower() for each in needed} <= said & set(ENTRIES), name
        asked += 1
    assert asked > 80


def test_only_the_cpu_build_of_torch_is_named(script: dict[str, Any]) -> None:
    """For x86-64, where an index may have both under one number; other systems have one build each."""
    files = {
        "torch-2.13.0-cp311-cp311-manylinux_2_28_x86_64.whl": "cuda",
        "torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl": "cpu",
        "torch-2.13.0-cp311-cp311-manylinux_2_28_aarch64.whl": "arm",
        "torch-2.13.0-cp311-none-macosx_11_0_arm64.whl": "mac",
    }
    assert script["digests"]("torch", files) == (["arm", "cpu", "mac"], [])
    del files["torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl"]
    assert script["digests"]("torch", files)[1] == ["x86_64"]


def test_a_source_is_named_only_where_there_is_no_wheel(script: dict[str, Any]) -> None:
    """Building one runs it."""
    files = {"a-1.0.tar.gz": "source", "a-1.0-cp311-cp311-manylinux2014_x86_64.whl": "wheel"}
    assert script["digests"]("a", files) == (["source", "wheel"], [])
    assert script["digests"]("a", files | {"a-1.0-py3-none-any.whl": "any"}) == (["any", "wheel"], [])


@pytest.mark.skipif(
    not os.environ.get("BRIEFQA_ASK_INDEX"), reason="asks a package index: BRIEFQA_ASK_INDEX=1"
)
@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_pip_finds_every_file_of_the_lock(tmp_path: Path, machine: str) -> None:
    """A wheel with a named digest for each package, for Linux on that machine; nothing is installed."""
    tags = [f"manylinux{each}_{machine}" for each in ("2014", "_2_17", "_2_24", "_2_26", "_2_27", "_2_28")]
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    assert version == ">=3.11"
    run = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--ignore-installed", "--no-deps"]
    run += [
        "--require-hashes",
        "--only-binary=:all:",
        "--python-version",
        "3.11.9",
        "--target",
        str(tmp_path),
    ]
    run += [each for tag in tags for each in ("--platform", tag)]
    done = subprocess.run(
        [*run, "-r", str(ROOT / "requirements.lock")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
