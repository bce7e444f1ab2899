"""What is shipped and installed is what was meant to be: digests, licences, the lock."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


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
    """Every version of constraints.txt, each with the digest of a file; no address of a registry."""
    lock = ROOT / "requirements.lock"
    if not lock.is_file():
        pytest.skip("no lock was written yet: python .ci/lock.py")
    text = lock.read_text("utf-8")
    locked = dict(re.findall(r"^([\w.-]+)==([^\s\\]+) \\$", text, re.MULTILINE))
    pinned = re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE)
    wrong = [
        (name, version)
        for name, version in pinned
        if locked.get(re.sub(r"[-_.]+", "-", name).lower(), version).split("+")[0] != version
    ]
    assert wrong == []
    assert len(locked) > 80
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)) >= len(locked)
    assert "://" not in text
