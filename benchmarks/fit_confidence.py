"""Learn the weights of `briefqa.confidence`, and report on sets that were not learned from.

    python benchmarks/fit_confidence.py            # report, leave one set out
    python benchmarks/fit_confidence.py --write    # learn from all sets and write the weights

Unanswerable questions are made three ways: the passage that answers is taken out of the index
(a random 30 % of the answered passages, several seeds); one year or name of a question is changed
(near misses); and questions about nothing in the set (small_talk.txt).
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from briefqa.confidence import Evidence, weigh
from briefqa.metrics import auroc, brier
from briefqa.questions import parse_question
from briefqa.ranking import rank
from common import SETS, QuestionSet, embedded, load_set, machine, names_of, near_miss, without

WEIGHTS = Path(__file__).parents[1] / "src" / "briefqa" / "data" / "confidence.json"
SMALL_TALK = Path(__file__).parent / "small_talk.txt"
NAMES = [each.name for each in fields(Evidence)]
REMOVED, NEAR_MISS, TALK = "removed", "near miss", "small talk"
CONDITIONS = ("conflicts", "absences")
SCORES = tuple(name for name in NAMES if name not in CONDITIONS)
TALK_WEIGHT = 0.05
SEEDS = (0, 1)
PER_SET = 600  # questions of each set and seed, so that no set outweighs the others


def samples(questions: QuestionSet, seed: int) -> list[tuple[str, list[float], bool]]:
    """(how it was made, evidence, whether the first hit answers) of a set's questions."""
    rng = random.Random(seed)
    answered = sorted(set().union(*questions.right))
    removed = frozenset(rng.sample(answered, int(0.3 * len(answered))))
    index, allowed = without(questions.index, removed)
    chosen = rng.sample(range(len(questions.texts)), min(PER_SET, len(questions.texts)))
    found = []
    for number in chosen:
        ranked = rank(index, questions.questions[number], questions.vectors[number], allowed)
        evidence = list(astuple(weigh(questions.texts[number], ranked, index.units, index.lexical)))
        found.append((REMOVED, evidence, ranked[0].passage in questions.right[number] - removed))
    for kind, texts in ((NEAR_MISS, _near_misses(questions, chosen, rng)), (TALK, _small_talk())):
        for text, vector in zip(texts, embedded(texts, "queries"), strict=True):
            ranked = rank(questions.index, parse_question(text), vector)
            evidence = weigh(text, ranked, questions.index.units, questions.index.lexical)
            found.append((kind, list(astuple(evidence)), False))
    return found


def _near_misses(questions: QuestionSet, chosen: list[int], rng: random.Random) -> list[str]:
    names = names_of(questions.texts)
    made = (near_miss(questions.texts[number], names, rng) for number in chosen)
    return [text for text in made if text is not None][:150]


def _small_talk() -> list[str]:
    return SMALL_TALK.read_text("utf-8").split("\n")[:-1]


def learn(data: list[tuple[str, list[float], bool]]) -> dict[str, float]:
    """Weights and intercept, in two steps.

    What the scores say is learned where nothing but the passage is missing (small talk counts little:
    it is easy); what a broken condition costs is learned on the near misses, with the rest held fixed.
    Learned together, the many near misses would bend the scores' weights.
    """
    scores = [row for row in data if row[0] != NEAR_MISS]
    model = LogisticRegression(C=10.0, max_iter=3000)
    weight = [TALK_WEIGHT if kind == TALK else 1.0 for kind, *_ in scores]
    model.fit(_columns(scores, SCORES), [right for *_, right in scores], sample_weight=weight)
    offset = model.decision_function(_columns(data, SCORES))
    broken, truth = _columns(data, CONDITIONS), np.array([right for *_, right in data], dtype=float)

    def loss(costs: np.ndarray) -> float:
        z = offset + broken @ costs
        return float(np.mean(np.logaddexp(0, z) - truth * z))

    costs = minimize(loss, np.zeros(len(CONDITIONS)), method="Nelder-Mead").x
    weights = dict(zip(SCORES, model.coef_[0].tolist(), strict=True))
    return (
        {"intercept": float(model.intercept_[0])}
        | weights
        | dict(zip(CONDITIONS, costs.tolist(), strict=True))
    )


def _columns(data: list[tuple[str, list[float], bool]], names: Sequence[str]) -> np.ndarray:
    return np.array([evidence for _, evidence, _ in data])[:, [NAMES.index(name) for name in names]]


def probabilities(weights: dict[str, float], data: list[tuple[str, list[float], bool]]) -> np.ndarray:
    values = np.array([evidence for _, evidence, _ in data])
    z = weights["intercept"] + values @ np.array([weights[name] for name in NAMES])
    return 1 / (1 + np.exp(-z))


def report(name: str, weights: dict[str, float], by_seed: list[list[tuple[str, list[float], bool]]]) -> None:
    rows = []
    for data in by_seed:
        p = probabilities(weights, data)
        truth = [right for *_, right in data]
        of_removed = [i for i, (kind, *_) in enumerate(data) if kind == REMOVED]
        rows.append(
            [
                auroc(p[of_removed], [truth[i] for i in of_removed]),
                brier(p[of_removed], [truth[i] for i in of_removed]),
                *(_share(p < 0.5, data, kind) for kind in (NEAR_MISS, TALK)),
                float(np.mean([p[i] < 0.5 for i in of_removed if truth[i]])),
            ]
        )
    mean, spread = np.mean(rows, axis=0), np.std(rows, axis=0)
    figures = "  ".join(f"{m:.3f} ±{s:.3f}" for m, s in zip(mean, spread, strict=True))
    print(f"{name:<16}{figures}")


def _share(refused: np.ndarray, data: list[tuple[str, list[float], bool]], kind: str) -> float:
    return float(
        np.mean([no for no, (made, *_) in zip(refused, data, strict=True) if made == kind] or [np.nan])
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    print(machine())
    data = {name: [samples(load_set(name), seed) for seed in SEEDS] for name in SETS}
    print("trained without the set   AUROC removed  Brier         near miss no  talk no       true refused")
    for name in SETS:
        others = [row for other in SETS if other != name for seed in data[other] for row in seed]
        report(name, learn(others), data[name])
    _plot(data)
    weights = learn([row for seeds in data.values() for seed in seeds for row in seed])
    print(json.dumps({name: round(value, 3) for name, value in weights.items()}))
    if options.write:
        text = json.dumps({name: round(value, 4) for name, value in weights.items()}, indent=1)
        WEIGHTS.write_text(text + "\n", "utf-8")


def _plot(data: dict[str, list[list[tuple[str, list[float], bool]]]]) -> None:
    """Reliability (mean confidence against the share that is right) and risk against coverage, held out."""
    figure, (reliability, risk) = plt.subplots(1, 2, figsize=(10, 4))
    for name in SETS:
        others = [row for other in SETS if other != name for seed in data[other] for row in seed]
        rows = [row for seed in data[name] for row in seed if row[0] == REMOVED]
        p = probabilities(learn(others), rows)
        right = np.array([truth for *_, truth in rows])
        bins = np.clip((p * 10).astype(int), 0, 9)
        used = [each for each in range(10) if (bins == each).sum() >= 10]
        reliability.plot(
            [p[bins == each].mean() for each in used],
            [right[bins == each].mean() for each in used],
            "o-",
            label=name,
        )
        order = np.argsort(-p)
        risk.plot(
            np.arange(1, len(p) + 1) / len(p), np.cumsum(~right[order]) / np.arange(1, len(p) + 1), label=name
        )
    reliability.plot([0, 1], [0, 1], "k:", linewidth=1)
    reliability.set(xlabel="confidence", ylabel="share right", title="reliability")
    risk.set(xlabel="share of questions answered", ylabel="share of answers wrong", title="risk and coverage")
    risk.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(Path(__file__).parent / "confidence.png", dpi=110)


if __name__ == "__main__":
    main()
