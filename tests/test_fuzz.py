"""Random inputs raise nothing but our own errors; the long form is benchmarks/measure/fuzz.py."""

from pathlib import Path

import pytest
from benchmarks.measure.fuzz import Target, fuzz, targets
from hypothesis import strategies as st

INPUTS = 60


def test_what_an_input_takes_is_measured() -> None:
    """An input that lets the process grow too much is named, one that does not is not."""
    for megabytes in (64, 600):
        target = Target(st.just(megabytes), lambda size: bytearray(b"x") * (size * 2**20), 1.0)
        _, _, largest, wrong = fuzz("memory", target, 1)
        assert largest >= megabytes * 0.9
        assert ("MB" in wrong) == (megabytes == 600)


@pytest.mark.parametrize("name", targets(Path()))
def test_nothing_foreign_is_raised(name: str, tmp_path: Path) -> None:
    """Readers, questions, follow-ups, manifests, what browsers send: our own sentences, in bounded time."""
    *_, wrong = fuzz(name, targets(tmp_path)[name], INPUTS)
    assert wrong == ""
