"""Lists that are asked of a table: its rows, or those of one group."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefqa import build_index, open_index
from briefqa.index import Index

_TABLE = """# 竹海县2024年非遗项目保护名录

| 类别 | 项目名称 | 传承人数 |
|---|---|---|
| 技艺 | 竹编 | 12 |
| 技艺 | 油纸伞 | 5 |
| 曲艺 | 渔鼓 | 8 |
| 曲艺 | 花灯 | 9 |
| 合计 | | 34 |
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Of one table."""
    folder = tmp_path_factory.mktemp("listed")
    Path(folder / "a.md").write_text(_TABLE, "utf-8")
    build_index(folder / "a.md", folder / "index")
    return open_index(folder / "index")


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("竹海县有哪些非遗项目？", "竹编", "花灯"),
        ("有哪些曲艺项目？", "渔鼓", "花灯"),
        ("竹海县有哪些体育项目？", "", ""),
        ("哪些项目取消了保护？", "", ""),
    ],
)
def test_the_rows_of_a_kind_are_quoted(index: Index, question: str, first: str, last: str) -> None:
    """All of them, without their sum; none where the table tells nothing of such a kind."""
    answer = index.ask(question)
    rows = answer.citations[0].rows if answer.found else ()
    assert [rows[n].cells[1].text for n in (0, -1) if rows] == [each for each in (first, last) if each]
