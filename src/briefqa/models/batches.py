"""Batches of fixed shape, so that a text's vector does not depend on what is embedded with it."""

from __future__ import annotations

from typing import Any


def padded_length(features: dict[str, Any]) -> int:
    """The text's token count, rounded up so that few shapes occur; 0 if it cannot be padded."""
    ids, mask = features.get("input_ids"), features.get("attention_mask")
    if ids is None or mask is None or ids.ndim != 2:
        return 0  # not a transformer: such texts are run one by one
    step = 16 if ids.shape[1] <= 128 else 64
    return int(-(-ids.shape[1] // step) * step)


def stacked(features: list[dict[str, Any]], size: int, length: int) -> dict[str, Any]:
    """One batch of exactly `size` rows and `length` tokens; missing rows repeat the first."""
    import torch

    first = features[0]
    if not length:
        return first
    batch = dict(first)
    padded = features + [first] * (size - len(features))
    for name, value in first.items():
        if torch.is_tensor(value) and value.ndim == 2:
            rows = torch.zeros((size, length), dtype=value.dtype)  # a masked token may have any id
            for row, each in enumerate(padded):
                rows[row, : each[name].shape[1]] = each[name][0]
            batch[name] = rows
    return batch
