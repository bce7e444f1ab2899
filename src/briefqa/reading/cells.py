"""A cell of a table, and what its text is: a figure or words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

_YEAR = re.compile(r"(?:19|20)\d\d\s*(?:年|年度)?(?:\s*[-—–~～至]\s*(?:19|20)?\d\d\s*年?)?")
_VALUE = re.compile(
    r"[(（<>≥≤≈约+\-−–—±¥$￥▲▼↑↓]*\s*\d[\d,，. ]*(?:\s*[%％‰]|\s*[^\d\s]{1,4})?[)）]?"
    r"|[-—–－/／…·]+|N/?A"
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its upper left place in the grid, from 0, and how much of the grid it covers.

    `boxes` is float32 (len(text), 4), see `Document.boxes`; `header`: the format says so.
    """

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    header: bool = False
    boxes: npt.NDArray[np.float32] | None = field(default=None, compare=False, repr=False)


def is_value(text: str) -> bool:
    """A figure, with or without its unit, or the dash that stands for none; a year is a name."""
    return bool(_VALUE.fullmatch(text)) and not _YEAR.fullmatch(text)
