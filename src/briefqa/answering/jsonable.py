"""Records → plain JSON values, the same at every door: command line, web endpoints, tools for agents."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def to_json(value: Any) -> Any:
    """Dataclasses become objects, tuples lists; arrays (character boxes) are left out."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            each.name: to_json(getattr(value, each.name))
            for each in fields(value)
            if not isinstance(getattr(value, each.name), np.ndarray)
        }
    if isinstance(value, Mapping):
        return {str(key): to_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(each) for each in value]
    if isinstance(value, float) and math.isnan(value):
        return None  # JSON has no NaN
    return value
