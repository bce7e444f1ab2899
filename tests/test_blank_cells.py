"""A cell that is left blank is no figure, whatever else its row holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefqa import build_index, open_index
from briefqa.index import Index
from briefqa.reading.files import read_document
from pdfs import Rule, Text, make_pdf

TABLE = """# 黎原市2022年外贸情况

## 分县外贸

| 县区 | 进口额（万美元） | 出口额（万美元） |
| --- | --- | --- |
| 石鼎县 | 1204 | 2864 |
| 岱桥县 | — | 1733 |
| 沙浦区 |  | 905 |
| 巴河县 | 61 |  |

## 分县劳务

| 县 | 2022年劳务费（万元） | 2022年人次 |
| --- | --- | --- |
| 紫云县 | 84.5 |  |
| 白涧县 | 70.2 | 310 |
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Of one document with a table in which two cells tell nothing."""
    folder = tmp_path_factory.mktemp("blank")
    (source := folder / "docs").mkdir()
    Path(source / "trade.md").write_text(TABLE, "utf-8")
    build_index(source, folder / "index")
    return open_index(folder / "index")


@pytest.mark.parametrize(
    "question",
    [
        "岱桥县的进口额是多少？",
        "沙浦区进口额是多少万美元",
        "巴河县出口额是多少万美元？",  # the last cell, which the line does not print
        "2022年紫云县劳务费人次是多少？",  # of two columns of the year that is named last
    ],
)
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


def _ruled_pdf(lines: list[list[str]]) -> bytes:
    """The lines in cells that are drawn."""
    height = 20 * len(lines)
    drawn: list[Text | Rule] = [Rule(60, 100 + 20 * n, 460, 100 + 20 * n) for n in range(len(lines) + 1)]
    drawn += [Rule(60 + 100 * n, 100, 60 + 100 * n, 100 + height) for n in range(5)]
    drawn += [
        Text(70 + 100 * n, 114 + 20 * k, text)
        for k, line in enumerate(lines)
        for n, text in enumerate(line)
        if text
    ]
    return make_pdf([drawn])


@pytest.mark.parametrize("suffix", ["md", "html", "pdf"])
def test_a_row_has_as_many_cells_as_its_table_has_columns(suffix: str, tmp_path: Path) -> None:
    """Blank ones wherever they stand: no figure reaches into a column beside its own."""
    lines = [["水库", "库容", "灌溉", "发电"], ["云岭", "35", "", "9"], ["石桥", "12", "", ""]]
    content = {
        "md": "\n".join(["| " + " | ".join(line) + " |" for line in (lines[0], ["---"] * 4, *lines[1:])]),
        "html": "".join(f"<tr><td>{'<td>'.join(line)}" for line in lines).join(("<table>", "</table>")),
    }
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(content[suffix].encode() if suffix in content else _ruled_pdf(lines))
    document = read_document(path, path.name).document
    for line in lines[1:]:
        row = document.row_context(document.text.index(line[0]))
        assert row is not None
        assert [(cell.header, cell.text, cell.columns) for cell in row.cells] == [
            (head, text, 1) for head, text in zip(lines[0], line, strict=True)
        ]
