"""Write `requirements.lock`: all that briefqa with all its extras needs, with the digests of the wheels.

    python .ci/lock.py                    # write it
    python .ci/lock.py --only mcp,ocr     # print the part of it that briefqa with these extras needs

What is needed pip finds out anew by pyproject.toml and constraints.txt, for x86-64; what packages ask for on
ARM only is held against it. The digests come from the index pages that pip is set up with, by pip's own
client. All wheels of a version are named, for every system; a source archive only where there is no wheel,
for building one runs it. Of torch for x86-64 only the CPU build is named, so that an index which has the CUDA
build under that number is refused. To install from it:

    pip install --require-hashes --no-deps -r requirements.lock && pip install --no-deps -e .
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pip._internal.commands import create_command
from pip._internal.index.collector import parse_links
from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.tags import Tag
from pip._vendor.packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
HEADER = "# Written by .ci/lock.py: what pyproject.toml and constraints.txt give on Python 3.11, Linux.\n"
MACHINES = ("x86_64", "aarch64")
CPU_BUILDS = {"torch": "+cpu"}  # where an index may have a build with CUDA under the same number


def extras() -> list[str]:
    """All extras of briefqa."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return sorted(project["optional-dependencies"])


def needed_by(wanted: Sequence[str], given: Sequence[str], machine: str) -> Iterator[Requirement]:
    """Of a package's requirements those that hold with the extras `given`, on Linux on a machine."""
    system = {"platform_machine": machine, "platform_system": "Linux", "sys_platform": "linux"}
    for requirement in map(Requirement, wanted):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({**system, "extra": each}) for each in ("", *given)):
            yield requirement


def closure(wanted: Mapping[str, Sequence[str]], machine: str) -> dict[str, set[str]]:
    """All that briefqa with all extras needs → what each of them needs; `wanted`: name → its requirements."""
    found: dict[str, set[str]] = {}
    seen: set[tuple[str, tuple[str, ...]]] = set()
    waiting = [("briefqa", tuple(extras()))]
    while waiting:
        name, given = waiting.pop()
        if (name, given) in seen:
            continue
        seen.add((name, given))
        for each in needed_by(wanted.get(name, ()), given, machine):
            found.setdefault(name, set()).add(canonicalize_name(each.name))
            waiting.append((canonicalize_name(each.name), tuple(sorted(each.extras))))
    return {name: found.get(name, set()) for name, _ in seen}


def _resolved() -> list[dict[str, Any]]:
    """What pip would install in an empty environment."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        what = ["-c", str(ROOT / "constraints.txt"), f"{ROOT}[{','.join(extras())}]"]
        how = ["--dry-run", "--ignore-installed", "--quiet", "--report", str(report)]
        subprocess.run([sys.executable, "-m", "pip", "install", *how, *what], check=True)
        return list(json.loads(report.read_text("utf-8"))["install"])


def _files(name: str, version: str, collector: Any) -> Iterator[tuple[str, str]]:
    """The files of a version with their SHA-256, a local build of it too, on all pages that pip looks at."""
    stem = re.sub(r"[-_.]+", "[-_.]+", name)
    file = re.compile(rf"{stem}-{re.escape(version)}(?:\+[\w.]+)?(?:-.*\.whl|\.tar\.gz|\.zip)", re.IGNORECASE)
    sources = collector.collect_sources(name, candidates_from_page=lambda link: [])
    links = [link for source in sources.find_links if source is not None for link in source.file_links()]
    for source in sources.index_urls:
        page = source and collector.fetch_response(source.link)
        links += parse_links(page) if page else []
    for link in links:
        named = unquote(link.filename)
        if file.fullmatch(named) and link.hash_name == "sha256":
            yield named, link.hash
        elif file.fullmatch(named) and link.is_file:
            yield named, hashlib.sha256(Path(link.file_path).read_bytes()).hexdigest()


def digests(name: str, files: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The digests to name of a version's `files` (name → SHA-256), and the machines that have none."""
    cpu, chosen, lacking = CPU_BUILDS.get(name, ""), set(), set(MACHINES)
    for file in (each for each in files if each.endswith(".whl")):
        tags = parse_wheel_filename(file)[3]
        if cpu and cpu not in file and any(_is_for(tag, "x86_64") for tag in tags):
            continue
        chosen.add(files[file])
        here = [tag for tag in tags if tag.abi == "abi3" or tag.interpreter in ("cp311", "py3", "py311")]
        lacking -= {
            each for each in MACHINES if any(tag.platform == "any" or _is_for(tag, each) for tag in here)
        }
    sources = {digest for file, digest in files.items() if not file.endswith(".whl")}
    if lacking and sources and not cpu:
        return sorted(chosen | sources), []
    return sorted(chosen), sorted(lacking)


def _is_for(tag: Tag, machine: str) -> bool:
    return tag.platform.startswith(("manylinux", "linux")) and tag.platform.endswith(machine)


def part_for(given: Sequence[str]) -> str:
    """The lines of the lock that briefqa with the extras `given` needs, on any machine."""
    entries = {each.split("==")[0]: each for each in re.split(r"\n(?=[a-z0-9])", LOCK.read_text("utf-8"))[1:]}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    waiting, seen = [*project["dependencies"]], set[str]()
    extras_left = list(given)
    while waiting or extras_left:
        if extras_left:
            waiting += project["optional-dependencies"][extras_left.pop()]
        requirement = Requirement(waiting.pop())
        name = canonicalize_name(requirement.name)
        if name == "briefqa":
            extras_left += requirement.extras
        elif name not in seen:
            seen.add(name)
            needs = re.search(r"# needs: (.*)", entries[name])
            waiting += needs[1].split() if needs and needs[1] != "-" else []
    return HEADER + "\n".join(entries[name].rstrip("\n") for name in sorted(seen)) + "\n"


def main() -> int:
    """Print a part of the lock, or write it."""
    if sys.argv[1:2] == ["--only"]:
        sys.stdout.write(part_for(list(filter(None, sys.argv[2].split(",")))))
        return 0
    return _write()


def _write() -> int:
    """Ask for each package and write them all."""
    install = _resolved()
    told = {canonicalize_name(each["metadata"]["name"]): each["metadata"] for each in install}
    wanted = {name: facts.get("requires_dist", []) for name, facts in told.items()}
    needs: dict[str, set[str]] = defaultdict(set)
    for machine in MACHINES:
        for name, names in closure(wanted, machine).items():
            needs[name] |= names
    missing = sorted(needs.keys() - told.keys())
    command = create_command("download")
    options, _ = command.parser.parse_args([])
    lines, wrong, files = [], [f"{name}: needed, not found out" for name in missing], 0
    with command.main_context():
        session = command.get_default_session(options)  # type: ignore[attr-defined]
        finder = command._build_package_finder(options, session)  # type: ignore[attr-defined]
        for name in sorted(told.keys() - {"briefqa"}):
            version = told[name]["version"].split("+")[0]
            chosen, lacking = digests(name, dict(_files(name, version, finder._link_collector)))
            wrong += [f"{name}=={version}: no file for {machine}" for machine in lacking]
            files += len(chosen)
            hashes = "".join(f" \\\n    --hash=sha256:{each}" for each in chosen)
            lines.append(f"{name}=={version}{hashes}\n    # needs: {' '.join(sorted(needs[name])) or '-'}")
    if wrong:
        sys.stderr.write("".join(f"{each}\n" for each in wrong))
        return 1
    LOCK.write_text(HEADER + "\n".join(lines) + "\n", "utf-8")
    print(f"{len(lines)} packages, {files} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
