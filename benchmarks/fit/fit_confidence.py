"""Learn the weights of `briefqa.answering.confidence`, and report on sets that were not learned from.

    python benchmarks/fit/fit_confidence.py            # report, each set left out in turn
    python benchmarks/fit/fit_confidence.py --write    # learn from all sets and write the weights
    … --keep DIR [--only SOURCE ...]                    # gather in parts, on several cores

The questions: those of the policy set (policy/), each document an index of its own, with near misses
and questions that the document does not answer, written by hand; those of the public sets, over the
whole set and over single articles of it; those of sets/reader over the documents that no reader was
trained on, and those of sets/calibration over its documents, half of them without an answer; and those of
sets/neighbours, each document by itself, of which more than a third are near misses. Questions
without an answer are also made three ways: the passage that answers is taken out of the index (a random
30 % of the answered passages, several seeds); one year or name of a question is changed; and small talk
(small_talk.txt).
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from benchmarks.common import (
    BENCHMARK_SETS,
    PACKAGE_DATA,
    RESULTS,
    QuestionSet,
    article_sets,
    embedded_questions,
    load_set,
    machine,
    names_of,
    near_miss,
    policy_sets,
    without,
    write_results,
)
from benchmarks.digests import data_digests
from benchmarks.fit.fit_reading import (
    PUBLIC,
    READ_FROM,
    KeptReadings,
    held_out_index,
    held_out_records,
    index_of,
)
from sklearn.linear_model import LogisticRegression

from briefqa.answering.confidence import FOUND_FROM, Evidence, confidence, weigh
from briefqa.evaluation.metrics import auroc, brier
from briefqa.question.parsing import parse_question
from briefqa.retrieval.candidates import Ranked
from briefqa.retrieval.ranking import rank
from briefqa.store.searchable import Searchable

SMALL_TALK = BENCHMARK_SETS / "small_talk.txt"
NAMES = [each.name for each in fields(Evidence)]
AS_IS, REMOVED, NEAR_MISS, TALK = "as it is", "removed", "near miss", "small talk"
SEEDS = (0,)
PER_SET, PER_HELD_OUT, NEAR_MISSES, ARTICLES = 150, 600, 60, 5
POLICY = "policy"
HELD_OUT = "held out"  # of the reader's documents
CALIBRATION = "calibration"  # sets/calibration: like HELD_OUT, by writers of their own
NEIGHBOURS = "neighbours"  # sets/neighbours: everyday questions whose near misses change one thing
# So that no source outweighs the others by its size alone; questions on policy that people wrote, with those
# that the text comes near to without an answer, are what the product is for. In an encyclopedia a lead over
# other passages tells nearly all: with full weight of the public sets likeness made up for a reader's doubt.
SOURCE_WEIGHT = {
    **dict.fromkeys(PUBLIC, 0.2),
    "articles": 0.1,
    POLICY: 1.5,
    HELD_OUT: 4.0,
    CALIBRATION: 4.0,
    NEIGHBOURS: 4.0,
}
AGAINST = (
    "stranger",
    "untold",
    "unsaid_year",
    "wrong_person",
    "wrong_body",
    "wrong_number",
    "told_instead",
    "ruled_out",
)
SOURCES = (*PUBLIC, *(f"articles:{name}" for name in PUBLIC), HELD_OUT, CALIBRATION, NEIGHBOURS, POLICY)
FIGURES = (
    "AUROC, passage removed",
    "Brier",
    "near misses refused",
    "small talk refused",
    "no answer refused",
    "true questions refused",
)
READER = KeptReadings()


@dataclass(frozen=True)
class Sample:
    """One question asked of one index.

    `right`: the first hit's sentence answers, or its passage where no evidence is marked; `answerable`: some
    passage does.
    """

    made: str
    evidence: Evidence
    right: bool
    answerable: bool


def samples(questions: QuestionSet, seed: int, *, small: bool = False) -> list[Sample]:
    """A set's questions as they are, with passages taken out, changed, and small talk."""
    rng = random.Random(seed)
    answered = sorted(set().union(*questions.right))
    removed = frozenset(rng.sample(answered, max(1, int(0.3 * len(answered)))))
    most = PER_HELD_OUT if questions.name in (HELD_OUT, CALIBRATION, NEIGHBOURS) else PER_SET
    chosen = rng.sample(range(len(questions.texts)), min(most, len(questions.texts)))
    index, allowed = without(questions.index, removed)
    found = []
    for number in chosen:
        right = questions.right[number]
        everything = np.ones(len(allowed), dtype=bool)
        found.append(_sample(AS_IS, questions, number, questions.index, everything, right))
        if right:
            found.append(_sample(REMOVED, questions, number, index, allowed, right - removed))
    if small:
        return found
    for made, texts in ((NEAR_MISS, _near_misses(questions, chosen, rng)), (TALK, _small_talk())):
        for text, embedded in zip(texts, embedded_questions(texts), strict=True):
            ranked = rank(questions.index, parse_question(text), embedded, None, READER)
            found.append(Sample(made, weigh(text, embedded, ranked, questions.index), False, False))
    return found


def _sample(made, questions, number, index, allowed, right) -> Sample:  # type: ignore[no-untyped-def]
    embedded = questions.embedded[number]
    ranked = rank(index, questions.questions[number], embedded, allowed, READER)
    evidence = weigh(questions.texts[number], embedded, ranked, index)
    return Sample(made, evidence, _is_right(questions, number, index, ranked[0], right), bool(right))


def _is_right(
    questions: QuestionSet, number: int, index: Searchable, best: Ranked, right: frozenset[int]
) -> bool:
    """Whether the best hit's sentence holds the evidence; where none is marked, its passage is right."""
    quotes = questions.quotes[number] if questions.quotes else ()
    if not quotes or best.scores.printed:
        return best.passage in right
    sentence = "".join(index.units.sentence(best.passage, best.sentence).text.split())
    return best.passage in right and any(quote in sentence or sentence in quote for quote in quotes)


def _near_misses(questions: QuestionSet, chosen: list[int], rng: random.Random) -> list[str]:
    names = names_of(questions.texts)
    made = (near_miss(questions.texts[number], names, rng) for number in chosen if questions.right[number])
    return [text for text in made if text is not None][:NEAR_MISSES]


def _small_talk() -> list[str]:
    return SMALL_TALK.read_text("utf-8").split("\n")[:-1]


def learn(data: dict[str, list[Sample]]) -> dict[str, float]:
    """Weights and intercept of a logistic regression: does the first hit answer?"""
    rows = [row for found in data.values() for row in found]
    shares = [
        SOURCE_WEIGHT[source.split(":")[0]] / len(found) for source, found in data.items() for _ in found
    ]
    values = np.array([astuple(row.evidence) for row in rows])
    weights = _fitted(values, rows, shares)
    for at, name in enumerate(
        NAMES
    ):  # what speaks against an answer may not speak for it, whatever the sets hold
        if name in AGAINST and weights[name] > 0:
            values[:, at] = 0
    return _fitted(values, rows, shares)


def _fitted(values: np.ndarray, rows: Sequence[Sample], shares: Sequence[float]) -> dict[str, float]:
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
    model = LogisticRegression(C=1.0, max_iter=3000)
    scale = 1000.0  # the sum of weights that the penalty of C = 1 stands against
    model.fit((values - mean) / spread, [row.right for row in rows], sample_weight=scale * np.array(shares))
    slopes = model.coef_[0] / spread
    intercept = float(model.intercept_[0] - slopes @ mean)
    return {"intercept": intercept, **dict(zip(NAMES, slopes.tolist(), strict=True))}


def probabilities(weights: dict[str, float], data: Sequence[Sample]) -> np.ndarray:
    return np.array([confidence(row.evidence, weights) for row in data])


def report(name: str, weights: dict[str, float], by_seed: Sequence[Sequence[Sample]]) -> None:
    rows = []
    for data in by_seed:
        p = probabilities(weights, data)
        refused = p < FOUND_FROM
        removed = [i for i, row in enumerate(data) if row.made == REMOVED]
        rows.append(
            [
                auroc(p[removed], [data[i].answerable for i in removed]),
                brier(p[removed], [data[i].right for i in removed]),
                _share(refused, [row.made == NEAR_MISS for row in data]),
                _share(refused, [row.made == TALK for row in data]),
                _share(refused, [row.made == AS_IS and not row.answerable for row in data]),
                _share(refused, [row.made == AS_IS and row.answerable for row in data]),
            ]
        )
    mean, spread = np.mean(rows, axis=0), np.std(rows, axis=0)
    told = {figure: None if np.isnan(m) else float(m) for figure, m in zip(FIGURES, mean, strict=True)}
    write_results("fit_confidence", name, told)
    print(
        f"{name:<16}" + "  ".join(f"{m:.3f} ±{s:.3f}" for m, s in zip(mean, spread, strict=True)), flush=True
    )


def _share(refused: np.ndarray, chosen: Sequence[bool]) -> float:
    return float(refused[np.array(chosen)].mean()) if any(chosen) else float("nan")


def gather(folder: Path | None, sources: Sequence[str]) -> dict[str, list[list[Sample]]]:
    """Source → the samples of each seed; kept in a folder, and taken from there the next time."""
    found = {}
    reader = json.loads((PACKAGE_DATA / "reader.json").read_text("utf-8"))["sha256"][:8]
    for name in sources:
        kept = folder / f"{reader}-{name}.json" if folder else None
        if kept and kept.exists():
            found[name] = [
                [Sample(made, Evidence(*values), right, can) for made, values, right, can in seed]
                for seed in json.loads(kept.read_text("utf-8"))
            ]
            continue
        found[name] = list(_of_source(name))
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            told = [
                [(each.made, astuple(each.evidence), each.right, each.answerable) for each in seed]
                for seed in found[name]
            ]
            kept.write_text(json.dumps(told), "utf-8")
    return found


def _of_source(name: str) -> Iterator[list[Sample]]:
    """The samples of each seed."""
    of_articles, _, whole = name.rpartition(":")
    if whole in PUBLIC:
        asked = load_set(whole)
        parts = article_sets(asked, ARTICLES) if of_articles else [asked]
    else:
        made = {
            POLICY: policy_sets,
            HELD_OUT: lambda: [held_out_set()],
            CALIBRATION: lambda: [calibration_set()],
            NEIGHBOURS: lambda: policy_sets(BENCHMARK_SETS / NEIGHBOURS),
        }
        parts = list(made[name]())
    small = bool(of_articles) or name in (HELD_OUT, CALIBRATION, NEIGHBOURS)
    for seed in SEEDS:
        yield [row for part in parts for row in samples(part, seed, small=small)]


def held_out_set() -> QuestionSet:
    """The questions of the reader's held-out documents over one index of them."""
    return _question_set(HELD_OUT, held_out_index(), held_out_records())


def calibration_set() -> QuestionSet:
    """Questions on fourteen documents of all kinds, over one index of them."""
    lines = (BENCHMARK_SETS / CALIBRATION / "questions.jsonl").read_text("utf-8").splitlines()
    records = [record | {"document": "".join(record["documents"][:1])} for record in map(json.loads, lines)]
    return _question_set(CALIBRATION, index_of([BENCHMARK_SETS / CALIBRATION / "documents"]), records)


def _question_set(name: str, index: Searchable, records: Sequence[Mapping[str, Any]]) -> QuestionSet:
    passages = ["".join(index.units.passage_text(n).split()) for n in range(len(index.units.passages))]
    names = [Path(index.units.document(n).id).name for n in range(len(passages))]
    texts = [str(record["question"]) for record in records]
    right = [
        frozenset(
            n
            for n, passage in enumerate(passages)
            if record["answerable"]
            and names[n] == record["document"]
            and any("".join(quote.split())[:40] in passage for quote in record["quotes"])
        )
        for record in records
    ]
    parsed = [parse_question(text) for text in texts]
    quotes = [["".join(quote.split()) for quote in record["quotes"]] for record in records]
    return QuestionSet(name, index, texts, parsed, embedded_questions(texts), right, quotes)


def pooled(data: dict[str, list[list[Sample]]], leave_out: str = "") -> dict[str, list[Sample]]:
    """All seeds of every source together; without a set and its articles."""
    return {
        source: [row for seed in seeds for row in seed]
        for source, seeds in data.items()
        if not leave_out or source.removeprefix("articles:") != leave_out
    }


def _write(weights: dict[str, float]) -> None:
    """The weights with the command that made them, the day, and the digests of the data."""
    record = {
        "weights": weights,
        "command": "python benchmarks/fit/fit_confidence.py --write",
        "date": date.today().isoformat(),
        "data": data_digests(
            (*READ_FROM, SMALL_TALK, BENCHMARK_SETS / CALIBRATION, BENCHMARK_SETS / NEIGHBOURS)
        ),
    }
    text = json.dumps(record, ensure_ascii=False, indent=1)
    (PACKAGE_DATA / "confidence.json").write_text(text + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--keep", type=Path, help="a folder for what was gathered, to go on from")
    parser.add_argument("--only", nargs="*", choices=SOURCES, help="gather these, and stop")
    options = parser.parse_args()
    print(machine())
    data = gather(options.keep, options.only or SOURCES)
    if options.only:
        return
    data = {name: seeds for name, seeds in data.items() if any(seeds)}
    print("left out        AUROC removed  Brier         refused: near  talk          no answer     true")
    left_out = {
        name: learn(pooled(data, name)) for name in (*PUBLIC, POLICY, HELD_OUT, CALIBRATION, NEIGHBOURS)
    }
    for name, weights in left_out.items():
        report(name, weights, data[name])
    _plot({name: (weights, data[name]) for name, weights in left_out.items()})
    weights = {name: round(value, 4) for name, value in learn(pooled(data)).items()}
    report("policy, learned", weights, data[POLICY])
    print(json.dumps(weights, indent=1))
    if options.write:
        _write(weights)


def _plot(left_out: dict[str, tuple[dict[str, float], list[list[Sample]]]]) -> None:
    """Reliability (mean confidence against the share that is right) and risk against coverage, held out."""
    figure, (reliability, risk) = plt.subplots(1, 2, figsize=(10, 4))
    for name, (weights, seeds) in left_out.items():
        rows = [row for seed in seeds for row in seed if row.made in (REMOVED, AS_IS)]
        p = probabilities(weights, rows)
        right = np.array([row.right for row in rows])
        bins = np.clip((p * 10).astype(int), 0, 9)
        used = [each for each in range(10) if (bins == each).sum() >= 10]
        means = [(p[bins == each].mean(), right[bins == each].mean()) for each in used]
        reliability.plot(*zip(*means, strict=True), "o-", label=name)
        order = np.argsort(-p)
        counts = np.arange(1, len(p) + 1)
        risk.plot(counts / len(p), np.cumsum(~right[order]) / counts, label=name)
    reliability.plot([0, 1], [0, 1], "k:", linewidth=1)
    reliability.set(xlabel="confidence", ylabel="share right", title="reliability")
    risk.set(xlabel="share of questions answered", ylabel="share of answers wrong", title="risk and coverage")
    risk.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(RESULTS / "confidence.png", dpi=110)


if __name__ == "__main__":
    main()
