"""Small inputs of many kinds with their right values; see tests/cases/README.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cases.run_cases import run

CASES = Path(__file__).parent / "cases"
ALL: list[dict[str, Any]] = json.loads((CASES / "cases.json").read_text("utf-8"))


@pytest.mark.parametrize("case", ALL, ids=[case["id"] for case in ALL])
def test_a_case_gives_its_right_values(case: dict[str, Any]) -> None:
    """What was read, asked and answered is what a careful reader wants of it."""
    assert run(case, CASES / "files") == []
