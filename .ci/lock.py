"""Write `requirements.lock`: every package with the digests of its files, for x86-64 and ARM.

    python .ci/lock.py

It resolves pyproject.toml with constraints.txt for each platform, as pip does, and installs nothing.
To install from it: pip install --require-hashes -r requirements.lock && pip install --no-deps -e .
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
EXTRAS = "dev,mcp"
# Tags of one platform from the oldest to the newest C library that has wheels; pip wants them all named.
_TAGS = [f"manylinux_2_{minor}" for minor in range(17, 40)] + ["manylinux2014", "linux"]
PLATFORMS = {machine: [f"{tag}_{machine}" for tag in _TAGS] for machine in ("x86_64", "aarch64")}
HEADER = "# Written by .ci/lock.py from pyproject.toml and constraints.txt; Python 3.11 on x86-64 and ARM.\n"


def resolved(machine: str, report: Path) -> dict[str, tuple[str, set[str]]]:
    """Name → (version, SHA-256 of its file) of everything that a machine would install."""
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        + ["--report", str(report), "--only-binary=:all:", "--target", str(report.parent / "none")]
        + [
            "--python-version",
            "3.11",
            "--implementation",
            "cp",
            "--abi",
            "cp311",
            "--abi",
            "abi3",
            "--abi",
            "none",
        ]
        + [each for tag in PLATFORMS[machine] for each in ("--platform", tag)]
        + ["-c", str(ROOT / "constraints.txt"), *_wanted()],
        check=True,
    )
    found = {}
    for each in json.loads(report.read_text("utf-8"))["install"]:
        name = re.sub(r"[-_.]+", "-", each["metadata"]["name"]).lower()
        digest = each["download_info"]["archive_info"]["hashes"]["sha256"]
        found[name] = each["metadata"]["version"], {digest}
    return found


def _wanted() -> list[str]:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    return project["dependencies"] + [each for name in EXTRAS.split(",") for each in extras[name]]


def main() -> int:
    """Resolve for each platform and write what they have together."""
    versions: dict[str, str] = {}
    digests: dict[str, set[str]] = defaultdict(set)
    for machine in PLATFORMS:
        with tempfile.TemporaryDirectory() as folder:
            for name, (version, files) in resolved(machine, Path(folder, "report.json")).items():
                if versions.setdefault(name, version) != version:
                    sys.stderr.write(f"{name}: {versions[name]} and {version}; pin it in constraints.txt\n")
                    return 1
                digests[name] |= files
    lines = [
        f"{name}=={versions[name]} \\\n    "
        + " \\\n    ".join(f"--hash=sha256:{each}" for each in sorted(digests[name]))
        for name in sorted(versions)
    ]
    LOCK.write_text(HEADER + "\n".join(lines) + "\n", "utf-8")
    print(f"{len(versions)} packages, {sum(map(len, digests.values()))} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
