"""What the reader is given of a passage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from briefqa import build_index, open_index
from briefqa.models.reading import WindowReading
from briefqa.reading.files import read_document
from briefqa.retrieval.windows import LONG_ROW, prose_part, row_part
from briefqa.splitting.units import Units
from briefqa.splitting.views import PassageView, looked_at

TABLE = """# 澜坪统计年鉴

## 教育

全市各级学校情况见表。

表1　学校情况（单位：所）

| 年份 | 小学 | 初中 |
| --- | --- | --- |
| 2021 | 261 | 115 |
| 2022 | 243 | 113 |

注：不含特殊教育学校。
"""


@pytest.fixture
def views(tmp_path: Path) -> list[PassageView]:
    """Of the passages of a document with a table."""
    return _views(tmp_path, TABLE)


def _views(tmp_path: Path, text: str) -> list[PassageView]:
    path = tmp_path / "a.md"
    path.write_text(text, "utf-8")
    document = read_document(str(path), "a.md").document
    units = Units.split([document])
    found = []
    for number in range(len(units.passages)):
        sentences = [units.sentence(number, units.span(each)) for each in units.sentences_of(number)]
        found.append(looked_at(units.passage(number), document, sentences))
    return found


def test_a_row_is_read_with_caption_and_headers(views: list[PassageView]) -> None:
    """A bare figure does not tell what it counts."""
    told = [row_part(view, row.place, "").window.text for view in views for row in view.rows]
    assert any("表1" in each and "年份：2022" in each and "小学：243" in each for each in told)


def test_prose_is_read_as_it_stands_and_without_rows(views: list[PassageView]) -> None:
    """Each sentence that is no row of a table is found in the window where it is said to be."""
    for view in views:
        part = prose_part(view)
        places = set(range(len(view.sentences))) - {row.place for row in view.rows}
        assert set(part.spans if part else ()) == places
        for place in places:
            start, end = part.spans[place]
            assert part.window.text[start:end] == view.sentences[place].text
        assert not part or not view.lines or "243" not in part.window.text


def test_evidence_is_marked_where_it_stands_in_the_document(views: list[PassageView]) -> None:
    """What reads as evidence in the second sentence of a window lies in that sentence of the document."""
    view = next(each for each in views if each.lines)
    part = prose_part(view)
    place = max(part.spans)
    start, _ = part.spans[place]
    reading = WindowReading(1.0, np.array([2.0], np.float32), np.array([[start + 1, start + 3]]))
    sentence = view.sentences[place]
    ((first, end),) = part.seen(reading)
    assert sentence.start <= first <= sentence.start + 3 < end <= sentence.end


def test_of_a_row_too_long_to_be_read_the_cell_that_is_asked_for_is_kept(tmp_path: Path) -> None:
    """Fifty columns do not fit; the label and the asked column do."""
    names = [f"指标{number}完成情况（万元）" for number in range(50)]
    names[44] = "绿地率（%）"
    lines = [["县区", *names], ["---"] * 51, ["青渠县", *(str(1000 + number) for number in range(50))]]
    text = "# 青渠市统计\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
    told = [
        row_part(view, row.place, "青渠县绿地率是多少").window.text
        for view in _views(tmp_path, text)
        for row in view.rows
    ]
    assert any("青渠县" in each and "绿地率（%）：1044" in each and len(each) <= LONG_ROW for each in told)


@pytest.mark.parametrize(
    "text",
    [
        "<h1>价格</h1><table><tr><th>品名</th><th>价格</th></tr><tr><td>猪肉</td><td>13.5</td></tr>"
        "<tr><td colspan=2>注：全市平均价格为各监测点价格的简单平均。</td></tr></table>",
        "<table><tr>" + "".join(f"<th>某一指标名称（万元）{n}</th>" for n in range(60)) + "</tr></table>",
        "<h1>标题</h1>",
    ],
)
def test_whatever_a_passage_consists_of_a_question_about_it_is_answered_or_refused(
    tmp_path: Path, text: str
) -> None:
    """Notes in a table, header lines alone, a heading alone."""
    (source := tmp_path / "docs").mkdir()
    (source / "a.html").write_text(f"<html><body>{text}</body></html>", "utf-8")
    build_index(source, tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        for question in ("全市平均价格是怎么算出来的？", "某一指标名称（万元）3是多少？", "标题"):
            assert 0 <= index.ask(question).confidence <= 1
