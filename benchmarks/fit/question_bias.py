"""How far the wording of a question alone gives away whether a window answers it, and weights against that.

Whoever writes questions words those without an answer in another way: they ask for names and reasons more
often. A reader that learns this does not read. Windows whose label the question's n-grams tell count less,
the others more (He, Zha & Wang, Unlearn Dataset Bias in NLI by Fitting the Residual, 2019; here the marginal
over the conditional probability, within bounds).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from briefqa.text.folding import has_han

BUCKETS = 2**18  # n-grams by their digest
FOLDS, EPOCHS, BATCH, RATE = 4, 2, 256, 0.1
LEAST, MOST = 0.5, 2.0  # of a weight


def bias_weights(questions: Sequence[str], documents: Sequence[str], answered: Sequence[bool]) -> np.ndarray:
    """The weight of each window, float32 (windows,): p(label) / p(label | question), within bounds.

    Args:
        questions: of each window.
        documents: its document; the probabilities are told by other documents' questions.
        answered: whether the window answers.
    """
    buckets = {each: torch.tensor(sorted({zlib.crc32(p.encode()) % BUCKETS for p in _pieces(each)}))
               for each in set(questions)}  # fmt: skip
    labels = np.array(answered, dtype=np.float32)
    fold = np.array([zlib.crc32(each.encode()) % FOLDS for each in documents])
    told = np.empty(len(labels), dtype=np.float32)
    for number in range(FOLDS):
        kept, left_out = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        model = _fitted([buckets[questions[at]] for at in kept], labels[kept])
        with torch.inference_mode():
            told[left_out] = torch.sigmoid(
                _scores(model, [buckets[questions[at]] for at in left_out])
            ).numpy()
    likely = np.where(labels > 0, told, 1 - told)
    share = np.where(labels > 0, labels.mean(), 1 - labels.mean())
    return np.clip(share / np.maximum(likely, 1e-3), LEAST, MOST).astype(np.float32)


def _pieces(question: str) -> set[str]:
    """Its n-grams: of one to four characters, of an English question of one to three words."""
    parts: Sequence[str] = question if has_han(question) else question.lower().replace("?", " ?").split()
    longest = 4 if has_han(question) else 3
    joint = "" if has_han(question) else " "
    return {
        joint.join(parts[at : at + length])
        for length in range(1, longest + 1)
        for at in range(len(parts) - length + 1)
    }


def _fitted(texts: Sequence[torch.Tensor], labels: np.ndarray) -> nn.EmbeddingBag:
    """A logistic regression over n-grams."""
    model = nn.EmbeddingBag(BUCKETS, 1, mode="sum")
    nn.init.zeros_(model.weight)
    optimiser = torch.optim.Adagrad(model.parameters(), lr=RATE)
    rng = np.random.default_rng(0)
    for _ in range(EPOCHS):
        for batch in np.array_split(rng.permutation(len(texts)), -(-len(texts) // BATCH)):
            scores = _scores(model, [texts[at] for at in batch])
            loss = functional.binary_cross_entropy_with_logits(scores, torch.from_numpy(labels[batch]))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return model


def _scores(model: nn.EmbeddingBag, texts: Sequence[torch.Tensor]) -> torch.Tensor:
    starts = torch.tensor([0, *np.cumsum([len(each) for each in texts])[:-1]])
    scores: torch.Tensor = model(torch.cat(list(texts)), starts)[:, 0]
    return scores
