"""What ranking needs of a model that reads question and window together, and how it is opened."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Protocol

import numpy as np
import numpy.typing as npt

_PHRASE = re.compile(r"[^，；。：！？\s][^，；。：！？\n]*")


@dataclass(frozen=True, slots=True)
class Window:
    """What is read: `text`, and what stands above it (title, headings, a table's header)."""

    context: str
    text: str


@dataclass(frozen=True, slots=True)
class WindowReading:
    """What the reader makes of one window.

    Attributes:
        answered: log-odds that the window answers the question; higher is better.
        evidence: float32 (tokens,): log-odds that a token of the window is evidence.
        spans: int64 (tokens, 2): `[start, end)` of each token in the window's text.
    """

    answered: float
    evidence: npt.NDArray[np.float32]
    spans: npt.NDArray[np.int64]

    def of_span(self, start: int, end: int) -> float:
        """Mean evidence of the tokens in `[start, end)` of the window; the least where none was read."""
        inside = self._inside(start, end)
        return float(inside.mean()) if len(inside) else float(self.evidence.min(initial=0.0))

    def seen(self, text: str) -> tuple[tuple[int, int], ...]:
        """`[start, end)` of the phrases of the window's text that are on average evidence, neighbours joined.

        Whole phrases: a mark that breaks off within a word tells nobody anything.
        """
        found = []
        phrases = (each.span() for each in _PHRASE.finditer(text))
        for told, run in groupby(phrases, key=lambda span: self._is_evidence(*span)):
            if told:
                spans = list(run)
                found.append((spans[0][0], spans[-1][1]))
        return tuple(found)

    def _is_evidence(self, start: int, end: int) -> bool:
        inside = self._inside(start, end)
        return len(inside) > 0 and bool(inside.mean() > 0)

    def _inside(self, start: int, end: int) -> npt.NDArray[np.float32]:
        return self.evidence[(self.spans[:, 0] < end) & (self.spans[:, 1] > start)]


class Reader(Protocol):
    """Reads windows; threads may share it."""

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:
        """A reading of each window, in their order; what is beyond its longest text is not read."""


@lru_cache(maxsize=1)
def open_reader() -> Reader:
    """The packaged reader; made once.

    Raises:
        ModelUnavailableError: its weights are missing, or not those that came with the package.
    """
    from briefqa.models.reader import PackagedReader  # with it ONNX Runtime

    return PackagedReader()
