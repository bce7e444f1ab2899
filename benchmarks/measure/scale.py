"""How opening, questions, memory and disk grow from a thousand passages to a million.

    python benchmarks/measure/scale.py [SIZE…]     # default 1000 10000 100000 1000000; skips what is done

The passages are those of the 72 reports (`held_out.py reports` embeds them once) and copies of them under
other names. A copy's vectors are perturbed (cosine .91 with the original's) and three in ten of its terms are
left out, so that copies are told apart; its texts and tokens are the original's. Times are those of questions
about the reports, without embedding and without the reader, in a fresh process: wall and processor.
Results go to results/scale.json after each size, the plot to results/scale.png.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from benchmarks.common import BENCHMARK_SETS, CACHE, RESULTS, embedded_questions, machine

from briefqa import open_index
from briefqa.answering.confidence import confidence, weigh
from briefqa.models.embedding import EmbeddedQuestion
from briefqa.models.late import TokenIndex
from briefqa.question.parsing import parse_question
from briefqa.retrieval.ranking import hits, rank
from briefqa.splitting.marks import Marks
from briefqa.splitting.units import Units
from briefqa.splitting.views import PassageView
from briefqa.store.build import Build, stored_sources
from briefqa.store.builds import current_build, publish, writing
from briefqa.store.catalogue import Catalogue
from briefqa.store.corpus import Source
from briefqa.store.dense import DenseIndex
from briefqa.store.lexical import LexicalIndex
from briefqa.store.manifest import read_manifest
from briefqa.store.searchable import Searchable
from briefqa.store.views import PassageViews
from briefqa.store.vocabulary import Part, merged_postings, postings_of
from briefqa.text.tokens import terms

SIZES = (1_000, 10_000, 100_000, 1_000_000)
FOLDER = CACHE / "scale"
RESULT = RESULTS / "scale.json"
NOISE, KEPT_TERMS = 0.45, 0.7
QUESTIONS, COMPARED = 278, 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--part", choices=("questions", "recall"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        index = FOLDER / str(options.sizes[0])
        print(json.dumps(questions_in(index) if options.part == "questions" else recall_in(index)))
        return
    print(machine())
    for size in options.sizes:
        found = json.loads(RESULT.read_text("utf-8"))["sizes"] if RESULT.exists() else {}
        if str(size) not in found:
            found[str(size)] = measured(size)
            head = {"machine": machine(), "date": time.strftime("%Y-%m-%d")}
            RESULT.write_text(json.dumps(head | {"sizes": found}, indent=1) + "\n", "utf-8")
        print(size, found[str(size)])
    plot(found)


def measured(size: int) -> dict[str, float]:
    index = FOLDER / str(size)
    figures = make(size, index) if not (index / "CURRENT").exists() else {}
    build = current_build(index)
    figures["disk MB"] = sum(each.stat().st_size for each in build.rglob("*") if each.is_file()) / 1e6
    for part in ("questions", "recall"):
        command = [sys.executable, __file__, str(size), "--part", part]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        figures |= json.loads(done.stdout.splitlines()[-1])
    return {name: round(value, 4) for name, value in figures.items()}


# A large index out of a small one.


@dataclass(frozen=True)
class Copies:
    """`count` passages of an index and of copies of it; the last copy may be cut."""

    base: Searchable
    count: int

    @property
    def all(self) -> int:
        return -(-self.count // len(self.base.units.passages))

    def units(self) -> Units:
        rows = self.base.units
        passages, sentences = (np.tile(each, self.all) for each in (rows.passages, rows.sentences))
        copy = np.repeat(np.arange(self.all), len(rows.passages))
        passages["document"] += (copy * len(rows.documents)).astype(np.uint32)
        passages["first"] += (copy * len(rows.sentences)).astype(np.uint32)
        sentences["passage"] += np.repeat(
            np.arange(self.all) * len(rows.passages), len(rows.sentences)
        ).astype(np.uint32)
        last = int(passages["first"][self.count]) if self.count < len(passages) else len(sentences)
        documents = [
            each if not number else replace(each, id=f"{number:04}/{each.id}")
            for number in range(self.all)
            for each in rows.documents
        ]
        passages = passages[: self.count]
        used = int(passages["document"][-1]) + 1
        return Units(tuple(documents[:used]), passages, sentences[:last])

    def vectors(self, rows: np.ndarray, count: int, out: np.ndarray) -> np.ndarray:
        generator = np.random.default_rng(len(rows))
        for at in range(0, count, len(rows)):
            part = np.asarray(rows[: min(len(rows), count - at)], np.float32)
            if at:
                noise = generator.standard_normal(part.shape, dtype=np.float32)
                part = part + noise * np.float32(NOISE / rows.shape[1] ** 0.5)
                part /= np.linalg.norm(part, axis=1, keepdims=True)
            out[at : at + len(part)] = part
        return out

    def tokens(self, sentences: int, out: Path) -> TokenIndex:
        base = self.base.tokens
        lengths = np.resize(np.diff(base.starts), sentences)
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        rows = _on_disk(out, (int(starts[-1]), base.codes.shape[1]), np.uint8)
        for at in range(0, len(rows), len(base.codes)):
            rows[at : at + len(base.codes)] = base.codes[: len(rows) - at]
        return TokenIndex(rows, starts)

    def views(self, units: Units) -> PassageViews:
        heads, base = units.documents, self.base.views

        def of(number: int) -> PassageView:
            view = base.of(number % len(self.base.units.passages))
            return replace(view, document=heads[int(units.passages[number]["document"])])

        return PassageViews(of)

    def marks(self, sentences: int) -> Marks:
        base = self.base.marks
        counts = (self.count, sentences, sentences)
        return Marks(*map(np.resize, (base.passages, base.sentences, base.said), counts))

    def lexical(self) -> LexicalIndex:
        units = self.base.units
        found = postings_of(terms(units.searched_passage(each)) for each in range(len(units.passages)))
        words = np.repeat(np.arange(len(found.words)), np.diff(found.starts))
        pairs = found.numbers.astype(np.int64) << 32 | words
        order = np.argsort(pairs)
        lengths = np.resize(found.lengths, self.count)
        parts = _Varied(pairs[order], found.counts[order], len(found.lengths), self.count)
        return LexicalIndex.of_postings(
            merged_postings(found.words, np.arange(len(found.words)), parts, lengths)
        )


@dataclass(frozen=True)
class _Varied:
    """The postings of an index and of its copies, each copy without some of its terms."""

    pairs: np.ndarray
    counts: np.ndarray
    passages: int
    last: int

    def __iter__(self) -> Iterator[Part]:
        for first in range(0, self.last, self.passages):
            kept = np.random.default_rng(first).random(len(self.pairs)) < (KEPT_TERMS if first else 1.0)
            kept &= (self.pairs >> 32) + first < self.last
            yield self.pairs[kept] + (first << 32), self.counts[kept].astype(np.int64)


def make(size: int, index: Path) -> dict[str, float]:
    """An index of that many passages in the folder; seconds of processor by what they are spent on."""
    small = current_build(CACHE / "reports")
    copies = Copies(Build.open(small).searchable, size)
    base = copies.base
    aside = index / "aside"
    shutil.rmtree(index, ignore_errors=True)
    aside.mkdir(parents=True)
    spent: dict[str, float] = {}
    units = copies.units()
    with _timed("dense", spent):
        vectors = copies.vectors(
            base.dense.vectors(), size, np.empty((size, base.dense.dimension), np.float32)
        )
        dense = DenseIndex.build(vectors, base.sentence_vectors)
        del vectors
    with _timed("lexical", spent):
        lexical = copies.lexical()
    years = np.concatenate([_moved(base.years, at) for at in range(0, size, len(base.units.passages))])
    years = np.sort(years[years["passage"] < size])
    count = len(units.sentences)
    halves = _on_disk(aside / "sentences.npy", (count, base.dense.dimension), np.float16)
    searchable = Searchable(
        units,
        dense,
        lexical,
        copies.vectors(base.sentence_vectors, count, halves),
        copies.tokens(count, aside / "tokens.npy"),
        years,
        Catalogue.of(units.documents),
        copies.views(units),
        copies.marks(count),
    )
    originals = [source.original for source in stored_sources(small)]
    sources = [
        Source(each, originals[number % len(originals)]) for number, each in enumerate(units.documents)
    ]
    manifest = read_manifest(small)
    facts = {name: manifest[name] for name in ("model", "settings")}
    facts["counts"] = {"documents": len(sources), "passages": size, "sentences": count}
    made_here = {name: manifest[name] for name in ("precision", "probe", "direction")}
    with _timed("write", spent), writing(index) as folder:
        publish(index, folder, Build.write(folder, sources, searchable, facts, made_here), Build.open)
    shutil.rmtree(aside)
    return {f"{name}: s of processor per 1,000": seconds / size * 1000 for name, seconds in spent.items()}


class _timed:
    def __init__(self, name: str, spent: dict[str, float]) -> None:
        self._name, self._spent = name, spent

    def __enter__(self) -> None:
        self._began = time.process_time()

    def __exit__(self, *_: object) -> None:
        self._spent[self._name] = time.process_time() - self._began


def _moved(years: np.ndarray, first: int) -> np.ndarray:
    moved = years.copy()
    moved["passage"] += np.uint32(first)
    return moved


def _on_disk(path: Path, shape: tuple[int, ...], dtype: type) -> np.ndarray:
    return np.lib.format.open_memmap(path, "w+", dtype, shape)


# What is measured, each in a process of its own.


def asked() -> tuple[list[str], list[EmbeddedQuestion]]:
    lines = [
        line
        for name in ("reports", "years")
        for line in (BENCHMARK_SETS / "held_out" / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    texts = [json.loads(line)["question"] for line in lines][:QUESTIONS]
    return texts, embedded_questions(texts)


def questions_in(folder: Path) -> dict[str, float]:
    texts, embedded = asked()
    memory = _memory()
    began = time.perf_counter()
    index = open_index(folder)
    opened = time.perf_counter() - began
    parts = index._build.searchable
    figures = {"open s": opened, "MB before": memory, "MB opened": _memory()}
    for name in ("cold", "again"):
        times = []
        for text, vectors in zip(texts, embedded, strict=True):
            began, cpu = time.perf_counter(), time.process_time()
            question = parse_question(text)
            ranked = rank(parts, question, vectors)
            confidence(weigh(text, vectors, ranked, parts))
            hits(parts, ranked[:10])
            times.append((time.perf_counter() - began, time.process_time() - cpu))
        for kind, seconds in zip(("wall", "processor"), np.array(times).T * 1000, strict=True):
            for share in (50, 95):
                figures[f"{name} p{share} ms, {kind}"] = float(np.percentile(seconds, share))
    return figures | {"MB after the questions": _memory(), "fixed work ms, processor": _fixed_work()}


def _fixed_work() -> float:
    """Milliseconds of processor for always the same work: how busy the machine was, to compare runs by."""
    times = []
    matrix = np.ones((300, 300), np.float32)
    for _ in range(20):
        began = time.process_time()
        sum(int(number % 7) for number in range(20_000))
        for _ in range(4):
            matrix = matrix @ matrix / 300
        times.append((time.process_time() - began) * 1000)
    return float(np.median(times))


def recall_in(folder: Path) -> dict[str, float]:
    """How many of the ten best passages are the same when every vector is compared."""
    texts, embedded = asked()
    parts = open_index(folder)._build.searchable
    exact = replace(parts, dense=DenseIndex(parts.dense._flat))
    same = [
        len(_best(parts, text, vectors) & _best(exact, text, vectors)) / 10
        for text, vectors in list(zip(texts, embedded, strict=True))[::-1][:COMPARED]
    ]
    return {"recall@10": float(np.mean(same))}


def _best(parts: Searchable, text: str, embedded: EmbeddedQuestion) -> set[int]:
    return {each.passage for each in rank(parts, parse_question(text), embedded)[:10]}


def _memory() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def plot(found: dict[str, dict[str, float]]) -> None:
    import matplotlib.pyplot as plt

    sizes = sorted(map(int, found))
    figure, axes = plt.subplots(1, 4, figsize=(16, 3.6))
    shown: Sequence[tuple[str, Sequence[str]]] = (
        ("a question, ms of processor", ("cold p50 ms, processor", "cold p95 ms, processor")),
        ("opening, s", ("open s",)),
        ("memory, MB", ("MB opened", "MB after the questions")),
        ("disk, MB", ("disk MB",)),
    )
    for axis, (title, names) in zip(axes, shown, strict=True):
        for name in names:
            axis.loglog(sizes, [found[str(size)][name] for size in sizes], marker="o", label=name)
        axis.set(title=title, xlabel="passages")
        axis.grid(True, which="major", alpha=0.3)
        axis.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(RESULTS / "scale.png", dpi=110)


if __name__ == "__main__":
    main()
