"""Write `requirements.lock`: every package of this environment with the digests of all its files.

    python .ci/lock.py

Run it where briefqa is installed with its extras as constraints.txt says. The digests come from the index
pages that pip is set up with, by pip's own client; nothing is downloaded. All files of a version are
named, so that the lock holds for x86-64 and ARM alike. To install from it:

    pip install --require-hashes -r requirements.lock && pip install --no-deps -e .
"""

from __future__ import annotations

import re
import runpy
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from pip._internal.commands import create_command
from pip._internal.index.collector import parse_links

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
HEADER = "# Written by .ci/lock.py: what pyproject.toml and constraints.txt give on Python 3.11.\n"


def _digests(name: str, wanted: str, collector: object) -> Iterator[str]:
    """SHA-256 of each file of a version, a local build of it too, on all pages that pip looks at."""
    stem = re.sub(r"[-_.]+", "[-_.]+", name)
    file = re.compile(
        rf"{stem}-{re.escape(wanted)}(?:(?:%2B|\+)[\w.]+)?(?:-.*\.whl|\.tar\.gz|\.zip)", re.IGNORECASE
    )
    sources = collector.collect_sources(name, candidates_from_page=lambda link: [])  # type: ignore[attr-defined]
    links = [link for source in sources.find_links if source is not None for link in source.file_links()]
    for source in sources.index_urls:
        page = source and collector.fetch_response(source.link)  # type: ignore[attr-defined]
        links += parse_links(page) if page else []
    for link in links:
        if file.fullmatch(link.filename) and link.hash_name == "sha256":
            yield link.hash


def main() -> int:
    """Ask for each package and write them all."""
    command = create_command("download")
    options, _ = command.parser.parse_args([])
    installed = runpy.run_path(str(ROOT / ".ci" / "licences.py"))["installed"]
    lines, files = [], 0
    with command.main_context():
        session = command.get_default_session(options)  # type: ignore[attr-defined]
        finder = command._build_package_finder(options, session)  # type: ignore[attr-defined]
        for name in sorted(installed("briefqa") - {"briefqa"}):
            wanted = version(name).split("+")[0]
            digests = sorted(set(_digests(name, wanted, finder._link_collector)))
            if not digests:
                sys.stderr.write(f"{name}=={wanted}: no file with a digest\n")
                return 1
            files += len(digests)
            hashes = " \\\n    ".join(f"--hash=sha256:{each}" for each in digests)
            lines.append(f"{name}=={wanted} \\\n    {hashes}")
    LOCK.write_text(HEADER + "\n".join(lines) + "\n", "utf-8")
    print(f"{len(lines)} packages, {files} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
