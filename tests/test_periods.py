"""Parts of a year: what figure is of which months."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefqa import build_index, open_index
from briefqa.text.folding import fold
from briefqa.text.periods import parts_of_year


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("下半年开工", [(7, 12)]),
        ("前三季度", [(1, 9)]),
        ("第二季度和四季度", [(4, 6), (10, 12)]),
        ("1—11月份累计", [(1, 11)]),
        ("3月至5月", [(3, 5)]),
        ("2024年12月", [(12, 12)]),
        ("全年", [(1, 12)]),
        ("6月30日前", []),
        ("满6个月", []),
    ],
)
def test_parts_of_a_year_are_stretches_of_months(text: str, months: list[tuple[int, int]]) -> None:
    """However they are written; the month of a date is none."""
    assert parts_of_year(fold(text)) == months


REPORT = """桦林县2024年渔业运行简报

上半年，全县捕捞海产312吨，比上年同期增长4.1%。1—8月，全县加工鱼糜455吨。

6至9月休渔期间，渔民每人每月补助800元，由县渔业局按月发放。
"""


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("2024年上半年全县捕捞海产多少吨？", "312吨"),
        ("2024年下半年全县捕捞海产多少吨？", ""),
        ("2024年1—8月全县加工鱼糜多少吨？", "455吨"),
        ("2024年1—9月全县加工鱼糜多少吨？", ""),
        ("7月休渔期间渔民每人每月补助多少元？", "800元"),
    ],
)
def test_a_figure_of_some_months_is_not_given_for_others(tmp_path: Path, question: str, told: str) -> None:
    """What holds from one month to another holds in each; a sum from January on only of its months."""
    (tmp_path / "a.txt").write_text(REPORT, "utf-8")
    build_index(tmp_path / "a.txt", tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        answer = index.ask(question)
    assert answer.found == bool(told), (answer.confidence, answer.reason)
    assert told in "".join(each.quote for each in answer.citations[:1])
