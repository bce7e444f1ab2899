"""Questions about what documents print of themselves, held against the fields that answer.

    python benchmarks/measure/fields.py [--show] [--embedded]

sets/fields/questions.jsonl asks of the brief alone ("brief") and of the brief among laws and web pages
("mixed"), all of the shared folder and named by their files, not copied; fresh.jsonl, written after the words
that the lexicon has for fields, also of the four held-out documents ("four").
A question is right when every
field that answers is of the named document and one of the wanted keys, and the first holds one of the
wanted pieces; a question about the content (no document named) is right when no field answers.

--embedded finds the fields like text instead: each with its labels in both languages and its document's
title is embedded as a passage, the nearest one answers a question that is nearer to it than a bound. The
bound is the best one for the very questions of each library, so such a search could reach no more.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.common import BENCHMARK_SETS, SHARED, write_results

from briefqa.models.embedding import Embedder, open_embedder
from briefqa.question.frontmatter_questions import frontmatter_question, printed_fields
from briefqa.reading.document import Document, Field
from briefqa.reading.files import find_files, read_document
from briefqa.retrieval.weights import MAX_PRINTED
from briefqa.text.lexicon import keyed

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


class EmbeddedFields:
    """The fields of some documents as texts to search; with titles where there are several documents."""

    def __init__(self, documents: Sequence[Document], embedder: Embedder) -> None:
        self._fields = [(each, field) for each in documents for field in each.fields]
        titles = [f"《{each.title}》" if len(documents) > 1 else "" for each, _ in self._fields]
        texts = [title + _as_text(field) for title, (_, field) in zip(titles, self._fields, strict=True)]
        self._vectors = embedder.embed_passages(texts)

    def nearest(self, vector: np.ndarray) -> tuple[float, tuple[str, str, str]]:
        """The cosine of the nearest field, and (document, key, quote) of it."""
        cosines = self._vectors @ vector
        best = int(np.argmax(cosines))
        document, field = self._fields[best]
        return float(cosines[best]), (document.id, field.key, document.text[field.start : field.end])


def _as_text(field: Field) -> str:
    labels = [*keyed("labels").get(field.key, ()), *keyed("names_of").get(field.key, ())]
    return f"{'、'.join(dict.fromkeys([field.key, *labels]))}：{field.value}"


def embedded_rights(records: Sequence[dict[str, Any]]) -> list[bool]:
    """Whether each question is right when fields are found by meaning, with each library's best bound."""
    embedder, rights = open_embedder(), [False] * len(records)
    for name, folders in LIBRARIES.items():
        fields = EmbeddedFields(library(folders), embedder)
        numbers = [number for number, each in enumerate(records) if each["library"] == name]
        vectors = (embedder.embed_question(records[number]["question"]).vector for number in numbers)
        found = dict(zip(numbers, map(fields.nearest, vectors), strict=True))
        tried = [
            [
                is_right(records[number], [field] if cosine >= bound else [])
                for number, (cosine, field) in found.items()
            ]
            for bound, _ in found.values()
        ]
        for number, right in zip(numbers, max(tried, key=sum), strict=True):
            rights[number] = right
    return rights


def share_right(questions: Path) -> float:
    """The share of a set's questions that are right."""
    libraries = {name: library(folders) for name, folders in LIBRARIES.items()}
    records = [json.loads(line) for line in questions.read_text("utf-8").splitlines()]
    rights = [is_right(each, answers(each["question"], libraries[each["library"]])) for each in records]
    return sum(rights) / len(rights)


def _rights(records: Sequence[dict[str, Any]], show: bool) -> list[bool]:
    libraries = {name: library(folders) for name, folders in LIBRARIES.items()}
    rights = []
    for record in records:
        found = answers(record["question"], libraries[record["library"]])
        rights.append(is_right(record, found))
        if show and not rights[-1]:
            print(f"  {record['id']} {record['question']} {record['keys']} {[f[:3] for f in found[:4]]}")
    return rights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    parser.add_argument("--embedded", action="store_true", help="find the fields like text")
    options = parser.parse_args()
    lines = [each for file in (QUESTIONS, FRESH_QUESTIONS) for each in file.read_text("utf-8").splitlines()]
    records = [json.loads(line) for line in lines]
    if options.embedded:
        rights_of, how = embedded_rights(records), " (embedded)"
    else:
        rights_of, how = _rights(records, options.show), ""
    tally: dict[str, list[bool]] = {}
    for record, right in zip(records, rights_of, strict=True):
        kind = "about the document" if record["document"] else "about the content"
        fresh = ", fresh" if record["id"].startswith("x") else ""
        tally.setdefault(f"{record['library']}, {kind}{fresh}{how}", []).append(right)
    for kind, rights in tally.items():
        print(f"{kind:<35}{sum(rights):>3} of {len(rights)}")
        write_results("fields", kind, {"right": sum(rights), "of": len(rights)})


if __name__ == "__main__":
    main()
