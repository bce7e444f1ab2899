"""Questions about what documents print of themselves, held against the fields that answer.

    python benchmarks/measure/fields.py [--show]

sets/fields/questions.jsonl asks of the brief alone ("brief") and of the brief among laws and web pages
("mixed"), all of the shared folder and named by their files, not copied; fresh.jsonl, written after the words
that the lexicon has for fields, also of the four held-out documents ("four").
A question is right when every
field that answers is of the named document and one of the wanted keys, and the first holds one of the
wanted pieces; a question about the content (no document named) is right when no field answers.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.common import BENCHMARK_SETS, SHARED, write_results

from briefqa.question.frontmatter_questions import frontmatter_question, printed_fields
from briefqa.reading.document import Document
from briefqa.reading.files import find_files, read_document
from briefqa.retrieval.weights import MAX_PRINTED

QUESTIONS = BENCHMARK_SETS / "fields" / "questions.jsonl"
FRESH_QUESTIONS = BENCHMARK_SETS / "fields" / "fresh.jsonl"
LIBRARIES = {
    "brief": [SHARED / "brief"],
    "mixed": [SHARED / "brief", SHARED / "corpus/mixed/laws", SHARED / "corpus/mixed/pages"],
    "four": [BENCHMARK_SETS / "held_out" / "documents"],
}


def library(folders: Sequence[Path]) -> list[Document]:
    files, _ = find_files(folders)
    return [read_document(path, document_id).document for document_id, path in files]


def answers(question: str, documents: Sequence[Document]) -> list[tuple[str, str, str]]:
    """(document, key, quote) of every field that answers."""
    asked = frontmatter_question(question)
    found = printed_fields(asked, documents) if asked else []
    named = [(documents[number], field) for number, field in found]
    return [(each.id, field.key, each.text[field.start : field.end]) for each, field in named]


def is_right(record: dict[str, Any], found: Sequence[tuple[str, str, str]]) -> bool:
    if record["document"] is None or len(found) > MAX_PRINTED:
        return not found and record["document"] is None
    meant = all(record["document"] in document and key in record["keys"] for document, key, _ in found)
    return meant and bool(found) and any(piece in found[0][2] for piece in record["quote_has"].split())


def share_right(questions: Path) -> float:
    """The share of a set's questions that are right."""
    libraries = {name: library(folders) for name, folders in LIBRARIES.items()}
    records = [json.loads(line) for line in questions.read_text("utf-8").splitlines()]
    rights = [is_right(each, answers(each["question"], libraries[each["library"]])) for each in records]
    return sum(rights) / len(rights)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    show = parser.parse_args().show
    libraries = {name: library(folders) for name, folders in LIBRARIES.items()}
    tally: dict[str, list[bool]] = {}
    lines = [each for file in (QUESTIONS, FRESH_QUESTIONS) for each in file.read_text("utf-8").splitlines()]
    for record in map(json.loads, lines):
        found = answers(record["question"], libraries[record["library"]])
        right = is_right(record, found)
        kind = "about the document" if record["document"] else "about the content"
        fresh = ", fresh" if record["id"].startswith("x") else ""
        tally.setdefault(f"{record['library']}, {kind}{fresh}", []).append(right)
        if show and not right:
            print(f"  {record['id']} {record['question']} {record['keys']} {[f[:3] for f in found[:4]]}")
    for kind, rights in tally.items():
        print(f"{kind:<35}{sum(rights):>3} of {len(rights)}")
        write_results("fields", kind, {"right": sum(rights), "of": len(rights)})


if __name__ == "__main__":
    main()
