"""Learn the weights of the scores that passages are ranked by, across domains.

    python benchmarks/fit/fit_ranking.py            # report, each domain left out in turn
    python benchmarks/fit/fit_ranking.py --write    # learn from all domains and write data/ranking.json

The domains: encyclopedia articles asked in Chinese and in English (the public sets), yearly reports,
notices and briefs (sets/policy/, each document an index of its own), laws, notices and web pages
(sets/policy/collection.jsonl over one index of shared/corpus/mixed). The mean over domains of MRR@10
decides, so that no domain outweighs another by its size. The ascent goes over one weight at a time; the
candidates and the conditions are those of the product. The figures go to results/fit_ranking.json.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from datetime import date

import numpy as np
from benchmarks.common import (
    PACKAGE_DATA,
    POLICY,
    POLICY_DATA,
    SETS,
    SHARED,
    QuestionSet,
    domain_sets,
    load_set,
    machine,
    write_results,
)
from benchmarks.digests import data_digests

from briefqa.retrieval.candidates import find_candidates
from briefqa.retrieval.quotes import with_quote
from briefqa.retrieval.weights import CHECKED, RankingWeights, lexical_evidence, ranking_weights

PER_SET = 300
STEPS = (0.5, 0.7, 0.85, 1.15, 1.4, 2.0)
NAMES = tuple(asdict(ranking_weights()))
READ_FROM = (
    *POLICY_DATA,
    POLICY / "collection.jsonl",
    SHARED / "corpus" / "mixed",
    *(SHARED / "eval" / name for name in SETS),
)


@dataclass(frozen=True)
class Sample:
    """One question: its candidates' scores (candidates, weights), what conditions add, which are right."""

    scores: np.ndarray
    conditions: np.ndarray
    right: np.ndarray


def gather() -> dict[str, list[Sample]]:
    """Domain → its questions."""
    found: dict[str, list[Sample]] = defaultdict(list)
    for name, sets in domain_sets().items():
        for questions in sets:
            found[name] += samples(questions)
    for name in SETS:
        found["encyclopedia, English" if name == "xquad-en2zh" else "encyclopedia"] += samples(load_set(name))
    return dict(found)


def samples(questions: QuestionSet) -> list[Sample]:
    answered = [number for number, right in enumerate(questions.right) if right]
    chosen = random.Random(0).sample(answered, min(PER_SET, len(answered)))
    return [sample(questions, number) for number in chosen]


def sample(questions: QuestionSet, number: int) -> Sample:
    index, question, embedded = questions.index, questions.questions[number], questions.embedded[number]
    candidates, focus = find_candidates(index, question, embedded)
    rarities = index.lexical.rarities(focus.terms)
    conditions = [
        with_quote(index, each, question, rarities).scores.conditions for each in candidates[:CHECKED]
    ]
    conditions += [min(conditions)] * (len(candidates) - len(conditions))
    scores = [
        (s.cosine, lexical_evidence(s.coverage), s.sentence_cosine, s.late, s.late_sentence)
        for s in (each.scores for each in candidates)
    ]
    right = [each.passage in questions.right[number] for each in candidates]
    return Sample(np.array(scores), np.array(conditions), np.array(right))


def reciprocal_ranks(weights: RankingWeights, data: list[Sample]) -> np.ndarray:
    """1 / rank of the first right candidate of each question, 0 beyond the tenth."""
    vector = np.array(list(asdict(weights).values()))
    ranks = []
    for each in data:
        order = np.argsort(-(each.scores @ vector + each.conditions), kind="stable")
        places = np.flatnonzero(each.right[order])
        ranks.append(1.0 / (places[0] + 1) if len(places) and places[0] < 10 else 0.0)
    return np.array(ranks)


def quality(weights: RankingWeights, data: dict[str, list[Sample]]) -> float:
    return float(np.mean([reciprocal_ranks(weights, rows).mean() for rows in data.values()]))


def learn(data: dict[str, list[Sample]], begin: RankingWeights) -> RankingWeights:
    """Coordinate ascent from `begin`; a step must gain .0002, so that noise moves nothing."""
    weights, best = begin, quality(begin, data)
    moved = True
    while moved:
        moved = False
        for name in NAMES:
            tried = [replace(weights, **{name: getattr(weights, name) * step}) for step in STEPS]
            values = [quality(each, data) for each in tried]
            if max(values) > best + 2e-4:
                weights, best, moved = tried[int(np.argmax(values))], max(values), True
    return weights


def show(how: str, name: str, weights: RankingWeights, rows: list[Sample]) -> dict[str, float]:
    """The figures of a domain, printed."""
    ranks = reciprocal_ranks(weights, rows)
    hit, mrr = float(np.mean(ranks == 1)), float(ranks.mean())
    print(f"{name + ', ' + how:<32}{len(rows):<6}hit@1 {hit:.3f}  MRR@10 {mrr:.4f}", flush=True)
    return {"questions": len(rows), "hit@1": hit, "MRR@10": mrr}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    print(machine())
    data, begin = gather(), ranking_weights()
    as_is = {name: show("as it is", name, begin, rows) for name, rows in data.items()}
    write_results("fit_ranking", "as it is", {"weights": asdict(begin), **as_is})
    left_out = {}
    for name, rows in data.items():
        others = {other: each for other, each in data.items() if other != name}
        left_out[name] = show("left out", name, learn(others, begin), rows)
        write_results("fit_ranking", "left out", left_out)
    weights = learn(data, begin)
    rounded = {name: round(value, 2) for name, value in asdict(weights).items()}
    learned = {name: show("learned", name, weights, rows) for name, rows in data.items()}
    write_results("fit_ranking", "learned", {"weights": rounded, **learned})
    print(json.dumps(rounded))
    if options.write:
        record = {
            "weights": rounded,
            "command": "python benchmarks/fit/fit_ranking.py --write",
            "date": date.today().isoformat(),
            "questions": {name: len(rows) for name, rows in data.items()},
            "data": data_digests(READ_FROM),
        }
        text = json.dumps(record, ensure_ascii=False, indent=1)
        (PACKAGE_DATA / "ranking.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
