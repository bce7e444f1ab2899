"""The measures of retrieval and refusal, one formula each; all between 0 and 1, higher is better."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def recall_at(ranks: Sequence[int | None], k: int) -> float:
    """Share of questions whose first right passage has rank ≤ k (ranks from 1; None: not found)."""
    return float(np.mean([rank is not None and rank <= k for rank in ranks])) if ranks else 0.0


def mean_reciprocal_rank(ranks: Sequence[int | None], k: int = 10) -> float:
    """MRR@k: the mean of 1 / rank, 0 where the first right passage is not among the first k."""
    return float(np.mean([1 / rank if rank and rank <= k else 0.0 for rank in ranks])) if ranks else 0.0


def precision_recall(predicted: Sequence[bool], actual: Sequence[bool]) -> tuple[float, float]:
    """Precision and recall of a yes/no decision; 0 where nothing was predicted or nothing is true."""
    right = sum(p and a for p, a in zip(predicted, actual, strict=True))
    return right / max(sum(predicted), 1), right / max(sum(actual), 1)


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """Area under the ROC curve: the chance that a positive scores higher than a negative (ties ½).

    NaN when all are positive or none is. Mann–Whitney U over mid-ranks.
    """
    values = np.asarray(scores, dtype=np.float64)
    truth = np.asarray(positive, dtype=bool)
    positives, negatives = int(truth.sum()), int((~truth).sum())
    if not positives or not negatives:
        return float("nan")
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    return float((middle[inverse][truth].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def brier(probabilities: Sequence[float], happened: Sequence[bool]) -> float:
    """Mean squared error of probabilities (Brier 1950); lower is better."""
    return float(np.mean((np.asarray(probabilities) - np.asarray(happened, dtype=float)) ** 2))
