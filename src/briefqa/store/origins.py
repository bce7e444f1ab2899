"""Which files of this machine the documents came from, so that a changed file replaces what it was.

The paths are kept beside the builds, not in them: a build is the same on every machine. Without the
file nothing is lost but that memory.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from briefqa.reading.naming import Origins
from briefqa.store.builds import holds_build
from briefqa.store.durable import read_small, write_atomically

ORIGINS = "SOURCES"
_MOST_BYTES = 256 * 2**20  # as much as a manifest


def read_origins(index_dir: Path, build_id: str) -> Origins:
    """Where the documents of a build came from; empty when it is not remembered."""
    record = _read(index_dir).get(build_id, {})
    if not isinstance(record, dict):
        return Origins()
    roots, files = record.get("roots", ()), record.get("files", {})
    if not isinstance(roots, list) or not isinstance(files, dict):
        return Origins()
    named = {name: path for name, path in files.items() if isinstance(path, str)}
    return Origins(tuple(each for each in roots if isinstance(each, str)), named)


def write_origins(index_dir: Path, build_id: str, origins: Origins) -> None:
    """Remember where the documents of a build came from, and forget those of builds that are gone."""
    records = {key: value for key, value in _read(index_dir).items() if holds_build(index_dir, key)}
    records[build_id] = {"roots": list(origins.roots), "files": dict(origins.files)}
    write_atomically(index_dir / ORIGINS, json.dumps(records))  # ASCII: paths may hold stray bytes


def _read(index_dir: Path) -> dict[str, Any]:
    try:
        records = json.loads(read_small(index_dir / ORIGINS, _MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return records if isinstance(records, dict) else {}
