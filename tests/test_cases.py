"""Small inputs of many kinds with their right values; see tests/cases/README.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cases.run_cases import run

CASES = Path(__file__).parent / "cases"
ALL: list[dict[str, Any]] = json.loads((CASES / "cases.json").read_text("utf-8"))
# What a careful reader wants and the product does not give yet.
LIMITS = {
    "title-for-what-is-not-told": "the reader takes who guides and supervises for who interprets",
}


def _marked(case: dict[str, Any]) -> Any:
    reason = LIMITS.get(case["id"])
    marks = [pytest.mark.xfail(reason=reason, strict=False)] if reason else []
    return pytest.param(case, id=case["id"], marks=marks)


@pytest.mark.parametrize("case", map(_marked, ALL))
def test_a_case_gives_its_right_values(case: dict[str, Any]) -> None:
    """What was read, asked and answered is what a careful reader wants of it."""
    assert run(case, CASES / "files") == []
