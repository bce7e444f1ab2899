"""All ranking figures in one run: every set, every way of ranking, side by side.

    python benchmarks/measure/ranking.py [SET…]     # prints the table, writes results/ranking.*

The rows build on each other: BM25 over words and over character bigrams, the passage cosine, reciprocal
rank fusion (k = 60) of the two, then the product's own sum, part by part, and what its reader makes of it.
Then policy questions by domain; of reports, briefs and notices each document is an index of its own.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import date

import matplotlib.pyplot as plt
import numpy as np
import rjieba
from benchmarks.common import RESULTS, SETS, QuestionSet, domain_sets, load_set, machine

from briefqa.evaluation.metrics import mean_reciprocal_rank, recall_at
from briefqa.evaluation.question_sets import DEPTHS
from briefqa.models.reading import open_reader
from briefqa.retrieval.ranking import rank
from briefqa.retrieval.weights import CANDIDATES, lexical_evidence, ranking_weights
from briefqa.store.lexical import LexicalIndex
from briefqa.text.folding import fold

WEIGHTS = ranking_weights()
DOMAINS = "domains"
Scores = Callable[[QuestionSet, int], np.ndarray]


SIMPLIFIED = "drcd-dev-simplified"
ALL = (*SETS, SIMPLIFIED, DOMAINS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "sets", nargs="*", choices=[*ALL, []], help="default: all; the others stay as they were"
    )
    chosen = parser.parse_args().sets or ALL
    kept = json.loads((RESULTS / "ranking.json").read_text("utf-8"))
    results: dict[str, dict[str, dict[str, float]]] = kept["sets"]
    domains: dict[str, dict[str, dict[str, float]]] = kept.get("domains", {})
    for name in (each for each in chosen if each != DOMAINS):
        simplified = name == SIMPLIFIED
        questions = load_set("drcd-dev" if simplified else name, simplified_questions=simplified)
        scored = _all_scores(questions)
        results[questions.name] = {way: _figures(_ranks_of(questions, each)) for way, each in scored.items()}
        print(questions.name, {way: round(row["hit@1"], 3) for way, row in results[questions.name].items()})
    if DOMAINS in chosen:
        domains = {name: _of_domain(each) for name, each in domain_sets().items()}
    head = {"machine": machine(), "date": date.today().isoformat()}
    text = json.dumps(head | {"sets": results, "domains": domains}, ensure_ascii=False, indent=1)
    (RESULTS / "ranking.json").write_text(text + "\n", "utf-8")
    _print_table(results)
    _print_table(domains)
    _plot(results)


def _all_scores(questions: QuestionSet) -> dict[str, list[list[int]]]:
    """Way of ranking → for each question the passages' numbers, best first."""
    index, reader = questions.index, open_reader()
    words = _WordIndex(questions)
    sums: dict[str, list[list[int]]] = {}
    for number, question in enumerate(questions.questions):
        embedded = questions.embedded[number]
        cosine = index.dense.vectors() @ embedded.vector
        coverage = index.lexical.coverage(question.terms)
        sentence = _best_sentences(questions, number)
        lexical = lexical_evidence(coverage)
        rows = {
            "BM25 words": words.coverage(questions.texts[number]),
            "BM25 bigrams": coverage,
            "dense": cosine,
            "RRF k=60": 1 / (60 + _ranks(cosine)) + 1 / (60 + _ranks(coverage)),
            "cosine + coverage": 10 * cosine + 5 * coverage,
            "+ sentences": WEIGHTS.cosine * cosine
            + WEIGHTS.sentence * sentence
            + WEIGHTS.coverage * coverage,
            "+ convex coverage": WEIGHTS.cosine * cosine
            + WEIGHTS.sentence * sentence
            + WEIGHTS.coverage * lexical,
        }
        rows["+ late interaction"] = _with_late(questions, number, rows["+ convex coverage"])
        for name, scores in rows.items():
            sums.setdefault(name, []).append(np.argsort(-scores, kind="stable")[:10].tolist())
        for name, reads in (("product (+ conditions)", None), ("product with the reader", reader)):
            found = rank(index, question, embedded, None, reads)
            sums.setdefault(name, []).append([each.passage for each in found[:10]])
    return sums


class _WordIndex:
    """BM25 over segmented words instead of character bigrams."""

    def __init__(self, questions: QuestionSet) -> None:
        units = questions.index.units
        texts = [units.searched_passage(number) for number in range(len(units.passages))]
        self._index = LexicalIndex.of_terms([_words(text) for text in texts])

    def coverage(self, text: str) -> np.ndarray:
        return self._index.coverage(_words(text))


def _words(text: str) -> list[str]:
    return [word for word in rjieba.cut(fold(text)) if any(map(str.isalnum, word))]


def _best_sentences(questions: QuestionSet, number: int) -> np.ndarray:
    units = questions.index.units
    cosines = np.asarray(questions.index.sentence_vectors, np.float32) @ questions.embedded[number].vector
    return np.maximum.reduceat(cosines, units.passages["first"].astype(np.int64))


def _with_late(questions: QuestionSet, number: int, scores: np.ndarray) -> np.ndarray:
    """The scores with late interaction added to the best candidates; the others stay behind them."""
    index, tokens = questions.index, questions.embedded[number].tokens
    found = scores - scores.max() - WEIGHTS.late
    for passage in np.argsort(-scores)[:CANDIDATES]:
        nearest = index.tokens.nearest(tokens, index.units.sentences_of(int(passage)))
        found[passage] = scores[passage] + WEIGHTS.late * (tokens.weights @ nearest.max(axis=1))
    return found


def _ranks(scores: np.ndarray) -> np.ndarray:
    ranks = np.empty(len(scores))
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks


def _of_domain(sets: list[QuestionSet]) -> dict[str, dict[str, float]]:
    """Way of ranking → its figures over all questions of a domain that have an answer."""
    ranks: dict[str, list[int | None]] = {}
    for questions in sets:
        for way, orders in _all_scores(questions).items():
            found = zip(_ranks_of(questions, orders), questions.right, strict=True)
            ranks.setdefault(way, []).extend(each for each, right in found if right)
    return {way: _figures(each) for way, each in ranks.items()}


def _ranks_of(questions: QuestionSet, orders: list[list[int]]) -> list[int | None]:
    return [
        next((place for place, passage in enumerate(order, 1) if passage in right), None)
        for order, right in zip(orders, questions.right, strict=True)
    ]


def _figures(ranks: list[int | None]) -> dict[str, float]:
    hits = {f"hit@{k}": round(recall_at(ranks, k), 4) for k in DEPTHS}
    return {"questions": len(ranks)} | hits | {"MRR@10": round(mean_reciprocal_rank(ranks), 4)}


def _print_table(results: dict[str, dict[str, dict[str, float]]]) -> None:
    names = list(results)
    print("| hit@1 / hit@5 / MRR@10 | " + " | ".join(names) + " |")
    print("|---" * (len(names) + 1) + "|")
    for way in dict.fromkeys(way for name in names for way in results[name]):
        cells = (results[name].get(way) for name in names)  # a set of an earlier run may lack a way
        shown = (
            f"{row['hit@1']:.3f} / {row['hit@5']:.3f} / {row['MRR@10']:.3f}" if row else "" for row in cells
        )
        print(f"| {way} | " + " | ".join(shown) + " |")


def _plot(results: dict[str, dict[str, dict[str, float]]]) -> None:
    ways = list(dict.fromkeys(way for found in results.values() for way in found))
    figure, axes = plt.subplots(figsize=(9, 4))
    width = 0.8 / len(ways)
    for at, way in enumerate(ways):
        heights = [found[way]["hit@1"] if way in found else 0.0 for found in results.values()]
        axes.bar(np.arange(len(results)) + at * width, heights, width, label=way)
    axes.set_xticks(np.arange(len(results)) + 0.4 - width / 2, list(results))
    axes.set_ylabel("hit@1")
    axes.set_ylim(0, 1)
    axes.legend(fontsize=7, ncol=4, loc="lower center")
    figure.tight_layout()
    figure.savefig(RESULTS / "ranking.png", dpi=120)


if __name__ == "__main__":
    main()
