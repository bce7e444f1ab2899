"""How long one small document more takes, and its removal, in a large index: without embedding.

    python benchmarks/measure/one_more.py [PASSAGES]     # default 100000

The documents are the 72 reports and copies of them that differ in each clause; vectors and tokens come from
a digest of the text. The index is made once (minutes) and kept in .cache/one_more; each change has a
process of its own. Removing again must give the build that was there before.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.common import CACHE, SHARED, machine, write_results
from benchmarks.measure.changed_index import HashedEmbedder

import briefqa
from briefqa.building import changes
from briefqa.models.token_codes import CODE
from briefqa.store.builds import current_build

FOLDER = CACHE / "one_more"
PASSAGES_OF_REPORTS = 5_005
ADDED = "丁县2024年工作报告\n\n一、交通\n\n丁县有{}座桥。去年新增2座。\n"
ADDED_NAME = "丁县.txt"


class WideEmbedder(HashedEmbedder):
    """Vectors and tokens from a digest, as large as those of the packaged model."""

    name, dimension, digest = "hashed wide", 384, "hashed wide"

    def embed_passages(self, texts: Sequence[str], done: Callable[[int], None] | None = None) -> Any:
        rows = np.empty((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
            row[:] = np.random.default_rng(seed).standard_normal(self.dimension, dtype=np.float32)
        if done is not None:
            done(len(texts))
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def embed_sentences(self, texts: Sequence[str], done: Callable[[int], None] | None = None) -> Any:
        codes = [np.full((max(len(text) * 2 // 3, 1), CODE), len(text) % 256, np.uint8) for text in texts]
        return self.embed_passages(texts, done), codes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("passages", nargs="?", type=int, default=100_000)
    parser.add_argument("--part", choices=("make", "add", "remove"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    index = FOLDER / str(options.passages) / "index"
    if options.part:
        changes.open_embedder = lambda *_, **__: WideEmbedder()  # type: ignore[assignment,return-value]
        print(json.dumps(_part(options.part, index, options.passages)))
        return
    print(machine())
    if not (index / "CURRENT").exists():
        _apart("make", options.passages)
    before = current_build(index).name
    found = {part: _apart(part, options.passages) for part in ("add", "remove")}
    if current_build(index).name != before:
        raise SystemExit("Adding and removing gave another build than the one before.")
    print(found)
    write_results("one_more", str(options.passages), found)


def _apart(part: str, passages: int) -> dict[str, float]:
    command = [sys.executable, __file__, str(passages), "--part", part]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _part(part: str, index: Path, passages: int) -> dict[str, float]:
    if part == "make":
        _write_copies(index.parent / "documents", passages)
    if part == "add":  # another one each time: a build that is there already would only be switched to
        (index.parent / ADDED_NAME).write_text(ADDED.format(time.time_ns()), "utf-8")
    began, cpu = time.monotonic(), time.process_time()
    if part == "make":
        report = briefqa.build_index(index.parent / "documents", index)
    elif part == "add":
        report = briefqa.add_documents(index.parent / ADDED_NAME, index)
    else:
        report = briefqa.remove_documents(ADDED_NAME, index)
    spent = {"s of processor": time.process_time() - cpu, "s": time.monotonic() - began}
    return {"passages": report.passages, "documents": report.document_count} | {
        name: round(seconds, 2) for name, seconds in spent.items()
    }


def _write_copies(folder: Path, passages: int) -> None:
    """The reports, and copies with a character of their own at the end of each clause."""
    reports = sorted((SHARED / "corpus" / "gov_work_reports_txt").iterdir())
    for copy in range(-(-passages // PASSAGES_OF_REPORTS)):
        room = folder / f"{copy:04}"
        room.mkdir(parents=True, exist_ok=True)
        own = chr(ord("\u4e00") + 37 * copy)
        for report in reports:
            text = report.read_text("utf-8")
            (room / report.name).write_text(re.sub("(?=[，。；])", own, text) if copy else text, "utf-8")


if __name__ == "__main__":
    main()
