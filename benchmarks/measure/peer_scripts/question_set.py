"""The passages and questions of a set, and the figures of what was found; without any library."""

from __future__ import annotations

import json
import statistics
from collections.abc import Collection, Sequence
from pathlib import Path

DEPTH = 10


def passages_of(folder: Path) -> list[tuple[str, str]]:
    """(id, text) of each passage; the text with its title above it, as briefqa searches it."""
    rows = map(json.loads, (folder / "corpus.jsonl").read_text("utf-8").splitlines())
    return [(row["id"], f"{row.get('title', '')}\n{row['text']}".strip()) for row in rows]


def questions_of(folder: Path) -> list[tuple[str, set[str]]]:
    """Each question that has a right passage, with the ids of its right passages."""
    right: dict[str, set[str]] = {}
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines():
        query, passage, _grade = line.split("\t")
        right.setdefault(query, set()).add(passage)
    rows = map(json.loads, (folder / "queries.jsonl").read_text("utf-8").splitlines())
    return [(row["text"], right[row["id"]]) for row in rows if row["id"] in right]


def first_passages(whole: Path, count: int, cut: Path) -> Path:
    """The set with its first passages and their questions only, written to `cut`."""
    cut.mkdir(parents=True, exist_ok=True)
    passages = (whole / "corpus.jsonl").read_text("utf-8").splitlines()[:count]
    names = {json.loads(line)["id"] for line in passages}
    lines = (whole / "qrels.tsv").read_text("utf-8").splitlines()
    right = [line for line in lines if line.split("\t")[1] in names]
    (cut / "corpus.jsonl").write_text("\n".join(passages) + "\n", "utf-8")
    (cut / "qrels.tsv").write_text("\n".join(right) + "\n", "utf-8")
    (cut / "queries.jsonl").write_text((whole / "queries.jsonl").read_text("utf-8"), "utf-8")
    return cut


def figures_of(found: Sequence[tuple[Sequence[object], Collection[object]]]) -> dict[str, float]:
    """hit@1, hit@5 and MRR@10 of what was found for each question, best first, beside what is right."""
    ranks = [
        next((place for place, each in enumerate(hits[:DEPTH], 1) if each in right), DEPTH + 1)
        for hits, right in found
    ]
    return {
        "hit@1": statistics.fmean(rank == 1 for rank in ranks),
        "hit@5": statistics.fmean(rank <= 5 for rank in ranks),
        "MRR@10": statistics.fmean(1 / rank if rank <= DEPTH else 0 for rank in ranks),
    }
