"""How long a question takes beside embedding it alone, on an index of 10,000 passages.

    python benchmarks/measure/many_passages.py    # writes results/many_passages.json

The passages are those of the 72 reports, twice under other names, until there are 10,000.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from benchmarks.common import REPORTS, load_set, machine, write_results

from briefqa.answering.confidence import confidence, weigh
from briefqa.models.embedding import open_embedder
from briefqa.models.late import TokenIndex
from briefqa.models.token_codes import CODE
from briefqa.question.parsing import parse_question
from briefqa.reading.files import read_document
from briefqa.retrieval.ranking import hits, rank
from briefqa.splitting.units import Units
from briefqa.store.searchable import Searchable, searched_texts

PASSAGES = 10_000
QUESTIONS = 100
EXTRA = ("2018年国内生产总值增长多少？", "苏州有多少家灯塔工厂？")


def main() -> None:
    print(machine())
    embedder = open_embedder()
    documents = [read_document(path, path.name).document for path in sorted(REPORTS.iterdir())]
    copies = [replace(document, id=f"copy of {document.id}") for document in documents]
    units = Units.split(documents + copies)
    last = int(units.passages[PASSAGES]["first"]) if len(units.passages) > PASSAGES else len(units.sentences)
    units = Units(units.documents, units.passages[:PASSAGES], units.sentences[:last])
    generator = np.random.default_rng(0)
    passages, sentences = (
        _unit(generator, rows, embedder.dimension) for rows in (len(units.passages), len(units.sentences))
    )
    index = Searchable.of(units, searched_texts(units), passages, sentences, _tokens(generator, units))
    questions = [*load_set("xquad-zh").texts[:QUESTIONS], *EXTRA]
    alone, whole = [], []
    for text in questions:
        began = time.perf_counter()
        embedder.embed_question(text)
        alone.append(time.perf_counter() - began)
        began = time.perf_counter()
        embedded = embedder.embed_question(text)
        ranked = rank(index, parse_question(text), embedded)
        confidence(weigh(text, embedded, ranked, index))
        hits(index, ranked[:10])
        whole.append(time.perf_counter() - began)
    figures: dict[str, object] = {"passages": len(units.passages), "questions": len(questions)}
    for name, seconds_of in (("embedding alone", alone), ("whole question", whole)):
        p50, p95 = np.quantile(seconds_of, [0.5, 0.95]) * 1000
        figures[name] = {"p50 ms": round(float(p50), 1), "p95 ms": round(float(p95), 1)}
        print(f"{name:<16} p50 {p50:.1f} ms, p95 {p95:.1f} ms")
    bound = 1.3 * float(np.median(alone)) * 1000 + 10
    write_results("many_passages", "questions", figures | {"bound ms": round(bound, 1)})
    print(f"{len(units.passages)} passages; bound 1.3 x embedding + 10 ms = {bound:.1f} ms")


def _tokens(generator: np.random.Generator, units: Units) -> TokenIndex:
    lengths = (units.sentences["end"] - units.sentences["start"]) * 2 // 3  # characters of a token: 1.5
    starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    return TokenIndex(generator.integers(0, 256, (int(starts[-1]), CODE), dtype=np.uint8), starts)


def _unit(generator: np.random.Generator, rows: int, dimension: int) -> np.ndarray:
    vectors = generator.standard_normal((rows, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


if __name__ == "__main__":
    main()
