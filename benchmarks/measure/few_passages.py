"""Confidence where a few passages are all there is, with the usual lead for missing rivals and without it.

    python benchmarks/measure/few_passages.py [SET ...]    # writes results/few_passages.json

The questions of sets/held_out, each asked of one passage alone, and of it with its neighbours in the
document: the first one that answers it, else the one that the whole set finds first. Printed are AUROC, and
the shares that are refused of true questions and of those without an answer.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from benchmarks.common import CACHE, machine, write_results
from benchmarks.measure.held_out import HERE, SOURCES, is_told

import briefqa.answering.confidence as confidence_module
from briefqa import build_index, open_index
from briefqa.answering.confidence import FOUND_FROM, USUAL_MARGIN, likelihood
from briefqa.evaluation.metrics import auroc
from briefqa.models.embedding import EmbeddedQuestion, open_embedder
from briefqa.models.reading import open_reader
from briefqa.question.parsing import Question, parse_question
from briefqa.retrieval.ranking import rank
from briefqa.store.searchable import Searchable

SETS = ("fresh", "balanced", "documents")  # by which the usual lead was chosen
WIDTHS = {"one passage": 0, "with its neighbours": 1}
LEADS = {"no usual lead": 0.0, "usual lead": USUAL_MARGIN}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", choices=[*SOURCES, []], help="default: " + " ".join(SETS))
    options = parser.parse_args()
    print(machine())
    for name in options.sets or SETS:
        build_index(SOURCES[name], CACHE / name)
        with open_index(CACHE / name) as opened:
            parts = opened._build.searchable
            records = (json.loads(line) for line in (HERE / f"{name}.jsonl").read_text("utf-8").splitlines())
            asked = [(record["answerable"], _confidences(parts, record)) for record in records]
        figures: dict[str, dict[str, float]] = {}
        for case in asked[0][1]:
            can, sure = np.array([each for each, _ in asked]), np.array([told[case] for _, told in asked])
            refused = sure < FOUND_FROM
            figures[case] = {
                "AUROC": auroc(sure.tolist(), can.tolist()),
                "true refused": float(refused[can].mean()),
                "refused": float(refused[~can].mean()),
            }
            told = "  ".join(f"{key} {value:.3f}" for key, value in figures[case].items())
            print(f"{name:<12}{case:<40}{told}", flush=True)
        write_results("few_passages", name, {"questions": len(asked), **figures})


def _confidences(parts: Searchable, record: Mapping[str, Any]) -> dict[str, float]:
    """How sure the first hit is, by how many passages there are and what stands for missing leads."""
    question, embedded = (
        parse_question(record["question"]),
        open_embedder().embed_question(record["question"]),
    )
    found = {}
    for width, allowed in _allowed(parts, record, question, embedded):
        ranked = rank(parts, question, embedded, allowed, open_reader())
        for lead, value in LEADS.items():
            confidence_module.USUAL_MARGIN = value
            found[f"{width}, {lead}"] = likelihood(question.text, embedded, ranked, parts)
    confidence_module.USUAL_MARGIN = USUAL_MARGIN
    return found


def _allowed(
    parts: Searchable, record: Mapping[str, Any], question: Question, embedded: EmbeddedQuestion
) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    """bool (passages,) for each width."""
    documents = parts.units.passages["document"]
    numbers = np.arange(len(documents))
    passages = (parts.views.of(n).passage for n in range(len(numbers)))
    right = (n for n, each in enumerate(passages) if is_told(record, each.text, each.document_id))
    middle = next(right, None) if record["answerable"] else None
    if middle is None:
        middle = rank(parts, question, embedded, None, open_reader())[0].passage
    for name, width in WIDTHS.items():
        yield name, (abs(numbers - middle) <= width) & (documents == documents[middle])


if __name__ == "__main__":
    main()
