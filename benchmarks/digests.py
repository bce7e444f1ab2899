"""What a fit has read, as digests: kept beside the weights, they tell from which bytes these were learned."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from benchmarks.common import BENCHMARK_SETS, SHARED


def digest_of(path: Path) -> str:
    """16 hexadecimal digits of the SHA-256 of a file; of a folder, of its files' names and digests."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    files = sorted(each for each in path.rglob("*") if each.is_file())
    told = "".join(f"{each.relative_to(path).as_posix()}\0{digest_of(each)}\n" for each in files)
    if not told:
        raise FileNotFoundError(f"no file in {path}")
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def data_digests(paths: Iterable[Path]) -> dict[str, str]:
    """Where each file or folder lies, below sets/ or shared/, → its digest."""
    return {_name(path): digest_of(path) for path in paths}


def _name(path: Path) -> str:
    root = BENCHMARK_SETS if path.is_relative_to(BENCHMARK_SETS) else SHARED
    name = path.relative_to(root).as_posix()
    return name if root == BENCHMARK_SETS else f"shared/{name}"
