"""Learn what the reader's log-odds count where the sentences of the passages that it read compete.

    python benchmarks/fit/fit_reading.py [--write]

Questions that the reader was not trained on: of policy/ (each document an index of its own) and
of sets/reader over the documents held out (one index) 300 each, and 80 of each public set. First the
share of first sentences that hold the evidence, or of first passages that are right where no evidence is
marked. The mean over the three sources decides, among weights that lose at most one question of a public set.
A question is searched and a window read once. The figures go to results/fit_reading.json.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Sequence, Set
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from itertools import product
from pathlib import Path

import numpy as np
from benchmarks.common import (
    PACKAGE_DATA,
    POLICY,
    POLICY_DATA,
    SHARED,
    load_set,
    machine,
    policy_sets,
    searchable,
    write_results,
)
from benchmarks.digests import data_digests
from benchmarks.fit.reader_examples import CORPORA, QUESTIONS, is_held_out

import briefqa.retrieval.reading as reading_module
from briefqa.models.embedding import EmbeddedQuestion, open_embedder
from briefqa.models.reading import Reader, Window, WindowReading, open_reader
from briefqa.question.parsing import Question, parse_question
from briefqa.reading.files import find_files, read_document
from briefqa.retrieval.ranking import rank_alike
from briefqa.retrieval.reading import Alike, reread
from briefqa.retrieval.weights import ReadingWeights
from briefqa.splitting.units import Units
from briefqa.store.searchable import Searchable

ANSWERED, ALONE, EVIDENCE, LIKENESS = (0.1, 0.2, 0.35), (0.2, 0.35), (0.1, 0.2, 0.36), (0.2, 0.3)
PER_SET, PER_SOURCE = 80, 300
MOST_LOST = 1 / PER_SET + 1e-9
PUBLIC = ("xquad-zh", "xquad-en2zh", "cmrc2018-trial")  # drcd-dev is left to judge by
# POLICY_DATA and CORPORA both have the reports.
READ_FROM = tuple(
    dict.fromkeys((*POLICY_DATA, QUESTIONS, *CORPORA, *(SHARED / "eval" / name for name in PUBLIC)))
)


@dataclass(frozen=True)
class Asked:
    """A question over an index, with the passages or the evidence that is right."""

    source: str
    index: Searchable
    question: Question
    embedded: EmbeddedQuestion
    passages: frozenset[int]
    quotes: tuple[str, ...]

    @cached_property
    def alike(self) -> Alike:
        """What is found before anything is read."""
        return rank_alike(self.index, self.question, self.embedded)


class KeptReadings(Reader):
    """A reader that reads each window for a question once."""

    def __init__(self) -> None:
        self._reader = open_reader()
        self._kept: dict[tuple[str, Window], WindowReading] = {}

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:
        new = [each for each in windows if (question, each) not in self._kept]
        for window, found in zip(new, self._reader.read(question, new), strict=True):
            self._kept[question, window] = found
        return [self._kept[question, each] for each in windows]


def held_out_records() -> list[dict[str, object]]:
    """The questions of sets/reader over documents that no reader is trained on."""
    with gzip.open(QUESTIONS, "rt", encoding="utf-8") as lines:
        return [record for record in map(json.loads, lines) if is_held_out(record["document"])]


def held_out_index() -> Searchable:
    """One index of those documents."""
    names = {str(record["document"]) for record in held_out_records()}
    return index_of(CORPORA, names)


def index_of(folders: Sequence[Path], names: Set[str] | None = None) -> Searchable:
    """One index of the documents of some folders, or of those among them that have these file names."""
    files, _ = find_files(folders)
    wanted = ((each, path) for each, path in files if names is None or Path(path).name in names)
    return searchable(Units.split([read_document(path, each).document for each, path in wanted]))


def gather() -> list[Asked]:
    found = []
    records = [json.loads(line) for line in (POLICY / "questions.jsonl").read_text("utf-8").splitlines()]
    quotes = {(each["document"], each["question"]): each.get("quotes") or () for each in records}
    for each in policy_sets():
        for n, text in enumerate(each.texts):
            if each.right[n]:
                own = tuple(quotes[each.name, text])
                found.append(
                    Asked("policy", each.index, each.questions[n], each.embedded[n], each.right[n], own)
                )
    found = random.Random(0).sample(found, min(PER_SOURCE, len(found)))
    index, embedder = held_out_index(), open_embedder()
    records = [record for record in held_out_records() if record["answerable"]]
    for record in random.Random(0).sample(records, min(PER_SOURCE, len(records))):
        text = str(record["question"])
        asked = parse_question(text), embedder.embed_question(text)
        found.append(Asked("held out", index, *asked, frozenset(), tuple(record["quotes"])))
    for name in PUBLIC:
        each = load_set(name)
        chosen = random.Random(0).sample([n for n, right in enumerate(each.right) if right], PER_SET)
        found += [
            Asked(name, each.index, each.questions[n], each.embedded[n], each.right[n], ()) for n in chosen
        ]
    return found


def is_right(asked: Asked, reader: Reader | None) -> bool:
    ranked = asked.alike.ranked
    if reader is not None:
        ranked = reread(reader, asked.index, asked.question, asked.alike)
    best = ranked[0]
    if not asked.quotes:
        return best.passage in asked.passages
    units = asked.index.units
    sentence = "".join(units.sentence(best.passage, best.sentence).text.split())
    wanted = ("".join(each.split()) for each in asked.quotes)
    return any(each in sentence or sentence in each for each in wanted)


def shares(asked: Sequence[Asked], reader: Reader | None, weights: ReadingWeights) -> dict[str, float]:
    """Source → share of the first that are right, with these weights."""
    reading_module.reading_weights = lambda: weights
    right = [(each.source, is_right(each, reader)) for each in asked]
    return {
        source: float(np.mean([ok for of, ok in right if of == source]))
        for source in dict.fromkeys(each.source for each in asked)
    }


def _mean(found: dict[str, float]) -> float:
    public = np.mean([found[name] for name in PUBLIC])
    return float(np.mean([found["policy"], found["held out"], public]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    print(machine(), flush=True)
    asked, reader = gather(), KeptReadings()
    print(f"{len(asked)} questions", flush=True)
    without = shares(asked, None, ReadingWeights(0, 0, 0, 0))
    print("no reader", _shown(without), flush=True)
    write_results("fit_reading", "no reader", {"questions": len(asked), **without})
    best, best_mean, tried = ReadingWeights(0, 0, 0, 0), 0.0, []
    for chosen in product(ANSWERED, ALONE, EVIDENCE, LIKENESS):
        weights = ReadingWeights(*chosen)
        found = shares(asked, reader, weights)
        print(weights, f"{_mean(found):.4f}", _shown(found), flush=True)
        tried.append({**asdict(weights), "mean": _mean(found), **found})
        write_results("fit_reading", "tried", {"questions": len(asked), "weights": tried})
        if _mean(found) > best_mean and all(found[name] >= without[name] - MOST_LOST for name in found):
            best, best_mean = weights, _mean(found)
    print("best", best)
    write_results("fit_reading", "best", {**asdict(best), "mean": best_mean})
    if options.write:
        _write(best, len(asked))


def _shown(found: dict[str, float]) -> str:
    return " ".join(f"{name} {value:.3f}" for name, value in found.items())


def _write(weights: ReadingWeights, questions: int) -> None:
    record = {
        "weights": asdict(weights),
        "command": "python benchmarks/fit/fit_reading.py --write",
        "date": date.today().isoformat(),
        "questions": questions,
        "data": data_digests(READ_FROM),
    }
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    (PACKAGE_DATA / "reading.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
