"""What ranking needs of a model that reads question and window together, and how it is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
import numpy.typing as npt


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
        inside = (self.spans[:, 0] < end) & (self.spans[:, 1] > start)
        if inside.any():
            return float(self.evidence[inside].mean())
        return float(self.evidence.min(initial=0.0))

    def seen(self) -> tuple[tuple[int, int], ...]:
        """`[start, end)` in the text of each run of tokens that are more likely evidence than not."""
        runs: list[tuple[int, int]] = []
        for start, end in self.spans[self.evidence > 0].tolist():
            if runs and start <= runs[-1][1]:
                runs[-1] = runs[-1][0], max(end, runs[-1][1])
            elif start < end:
                runs.append((start, end))
        return tuple(runs)


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
