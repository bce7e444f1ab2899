"""Forms: labels and their values by turns, several pairs side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefqa import build_index, open_index
from briefqa.index import Index
from briefqa.reading.files import read_document

_ROWS = (
    ("设备名称", "青峰索道", "登记编号", "SD-0812"),
    ("使用单位", "青峰旅游公司", "安全负责人", "罗志远"),
    ("线路长度", "1260米", "检验单位", "省特检院"),
    ("造价", "4300万元", "报废日期", ""),
)


def _html(rows: tuple[tuple[str, ...], ...]) -> str:
    cells = "".join("<tr><td>" + "</td><td>".join(row) + "</td></tr>" for row in rows)
    return f"<html><body><h1>青峰索道登记表</h1><table>{cells}</table></body></html>"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Of one form."""
    folder = tmp_path_factory.mktemp("form")
    (folder / "a.html").write_text(_html(_ROWS), "utf-8")
    build_index(folder / "a.html", folder / "index")
    return open_index(folder / "index")


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("青峰索道造价多少万元？", "造价 | 4300万元"),
        ("使用单位的安全负责人是谁？", "安全负责人 | 罗志远"),
        ("青峰索道的报废日期是什么时候？", ""),
        ("青峰索道的设计单位是哪家？", ""),
    ],
)
def test_each_pair_of_a_form_answers_for_itself(index: Index, question: str, quote: str) -> None:
    """With its label; what is left blank or not there does not."""
    answer = index.ask(question)
    assert "".join(each.quote for each in answer.citations[:1]) == quote


def test_data_without_a_header_is_no_form(tmp_path: Path) -> None:
    """Each column is of one kind there: a row stays whole."""
    rows = (("王一", "男", "科长", "3011"), ("李二", "女", "主任", "3012"), ("赵三", "男", "干事", "3013"))
    (tmp_path / "a.html").write_text(_html(rows), "utf-8")
    assert "王一 | 男 | 科长 | 3011" in read_document(tmp_path / "a.html", "a.html").document.text
