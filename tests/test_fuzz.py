"""Random inputs raise nothing but our own errors; the long form is benchmarks/measure/fuzz.py."""

from pathlib import Path

import pytest
from benchmarks.measure.fuzz import fuzz, targets

INPUTS = 60


@pytest.mark.parametrize("name", targets(Path()))
def test_nothing_foreign_is_raised(name: str, tmp_path: Path) -> None:
    """Readers, questions, follow-ups, manifests, what browsers send: our own sentences, in bounded time."""
    _, _, wrong = fuzz(name, targets(tmp_path)[name], INPUTS)
    assert wrong == ""
