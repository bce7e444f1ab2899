"""The passages and questions of a set, read without any library: every environment can."""

from __future__ import annotations

import json
from pathlib import Path


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
