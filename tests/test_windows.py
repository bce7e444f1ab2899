"""What the reader is given of a passage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from briefqa.models.reading import WindowReading
from briefqa.reading.files import read_document
from briefqa.retrieval.windows import prose_part, row_part
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
    path = tmp_path / "a.md"
    path.write_text(TABLE, "utf-8")
    document = read_document(str(path), "a.md").document
    units = Units.split([document])
    found = []
    for number in range(len(units.passages)):
        sentences = [units.sentence(number, units.span(each)) for each in units.sentences_of(number)]
        found.append(looked_at(units.passage(number), document, sentences))
    return found


def test_a_row_is_read_with_caption_and_headers(views: list[PassageView]) -> None:
    """A bare figure does not tell what it counts."""
    told = [row_part(view, row.place).window.text for view in views for row in view.rows]
    assert any("表1" in each and "年份：2022" in each and "小学：243" in each for each in told)


def test_prose_is_read_as_it_stands_and_without_rows(views: list[PassageView]) -> None:
    """Each sentence that is no line of a table is found in the window where it is said to be."""
    for view in views:
        part = prose_part(view)
        places = set(range(len(view.sentences))) - set(view.lines)
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
    assert list(part.seen(reading)) == [(sentence.start + 1, sentence.start + 3)]
