"""Examples for the reader as batches of token ids: tokenised as the product does, weighted, chosen."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from benchmarks.fit.question_bias import bias_weights
from benchmarks.fit.reader_examples import EDITED, Example, is_written
from torch import Tensor

from briefqa.models.reader import MOST_CONTEXT, MOST_QUESTION, MOST_TOKENS
from briefqa.text.blanks import without_blanks
from briefqa.text.folding import simplified

BATCH = 16
STEP = 16  # lengths are padded to a multiple: each shape is compiled once, and kept
BOS, EOS, PAD = 0, 2, 1


@dataclass(frozen=True, slots=True)
class Row:
    """A tokenised example: its ids, where the window begins, per token of the window 0 or 1 for evidence.

    `weight`: of its label, by how little the question alone tells it.
    """

    ids: list[int]
    first: int
    evidence: list[int]
    example: int
    weight: float = 1.0


def rows(examples: Sequence[Example], tokenizer: object) -> list[Row]:
    found = []
    for number, each in enumerate(examples):
        plain = (f"query: {each.question}", each.context, each.window)
        (asked, _), (context, _), (text, places) = (without_blanks(simplified(part)) for part in plain)
        asked_ids = tokenizer.encode(asked, add_special_tokens=False).ids[:MOST_QUESTION]
        context_ids = tokenizer.encode(context, add_special_tokens=False).ids[:MOST_CONTEXT]
        window = tokenizer.encode(text, add_special_tokens=False)
        head = [BOS, *asked_ids, EOS, EOS, *context_ids, EOS]
        kept = window.ids[: MOST_TOKENS - len(head) - 1]
        evidence = [
            int(any(b > a and places[b - 1] >= start and places[a] < end for start, end in each.spans))
            for a, b in window.offsets[: len(kept)]
        ]
        if each.spans and not any(evidence):
            continue
        found.append(Row([*head, *kept, EOS], len(head), evidence, number))
    return found


def weighted(found: Sequence[Row], examples: Sequence[Example]) -> list[Row]:
    """The rows with their weights."""
    of_rows = [examples[row.example] for row in found]
    weights = bias_weights(
        [each.question for each in of_rows],
        [each.group.rsplit("#", 1)[0] for each in of_rows],
        [bool(each.spans) for each in of_rows],
    )
    print(f"weights by the question alone: {np.quantile(weights, (0.1, 0.5, 0.9)).round(2)}", flush=True)
    return [replace(row, weight=float(weight)) for row, weight in zip(found, weights, strict=True)]


def tensors(batch: Sequence[Row]) -> tuple[Tensor, ...]:
    longest = -(-max(len(row.ids) for row in batch) // STEP) * STEP
    shape = (len(batch), longest)
    ids, mask = torch.full(shape, PAD), torch.zeros(shape)
    window, evidence = torch.zeros(shape), torch.zeros(shape)
    for at, row in enumerate(batch):
        end = row.first + len(row.evidence)
        ids[at, : len(row.ids)] = torch.tensor(row.ids)
        mask[at, : len(row.ids)] = 1
        window[at, row.first : end] = 1
        evidence[at, row.first : end] = torch.tensor(row.evidence, dtype=torch.float32)
    return ids, mask, window, evidence


def batches(found: Sequence[Row], seed: int) -> list[list[Row]]:
    """Batches of like length, in a random order."""
    rng = random.Random(seed)
    shuffled = rng.sample(list(found), len(found))
    step = BATCH * 32
    groups = [
        sorted(shuffled[at : at + step], key=lambda row: len(row.ids)) for at in range(0, len(found), step)
    ]
    made = [group[at : at + BATCH] for group in groups for at in range(0, len(group), BATCH)]
    return rng.sample(made, len(made))


def sampled(found: Sequence[Row], examples: Sequence[Example], most: int, rng: random.Random) -> list[Row]:
    """So many rows: the answers that were written anew and what they were first, then mostly written ones."""
    groups = {examples[row.example].group for row in found if examples[row.example].kind == EDITED}
    pairs, written, others = [], [], []
    for row in found:
        each = examples[row.example]
        paired = each.group in groups and (each.spans or each.kind == EDITED)
        (pairs if paired else written if is_written(each.group) else others).append(row)
    kept = rng.sample(pairs, min(most, len(pairs)))
    kept += rng.sample(written, min(2 * (most - len(kept)) // 3, len(written)))
    return [*kept, *rng.sample(others, min(most - len(kept), len(others)))]
