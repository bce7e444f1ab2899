"""A cell that is left blank is no figure, whatever else its row holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefqa import build_index, open_index
from briefqa.index import Index

TABLE = """# 黎原市2022年外贸情况

## 分县外贸

| 县区 | 进口额（万美元） | 出口额（万美元） |
| --- | --- | --- |
| 石鼎县 | 1204 | 2864 |
| 岱桥县 | — | 1733 |
| 沙浦区 |  | 905 |
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Of one document with a table in which two cells tell nothing."""
    folder = tmp_path_factory.mktemp("blank")
    (source := folder / "docs").mkdir()
    Path(source / "trade.md").write_text(TABLE, "utf-8")
    build_index(source, folder / "index")
    return open_index(folder / "index")


@pytest.mark.parametrize("question", ["岱桥县的进口额是多少？", "沙浦区进口额是多少万美元"])
def test_a_blank_cell_is_not_in_the_documents(index: Index, question: str) -> None:
    """The row's other figures are of another column."""
    assert not index.ask(question).found


@pytest.mark.parametrize(
    ("question", "figure"), [("岱桥县的出口额是多少？", "1733"), ("石鼎县进口额是多少？", "1204")]
)
def test_the_cells_beside_it_answer(index: Index, question: str, figure: str) -> None:
    """A row with a blank cell tells its other figures."""
    answer = index.ask(question)
    assert answer.found
    assert figure in answer.citations[0].quote
