"""Files that join the texts of several years: each sentence is of the year of its part."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefqa import build_index, open_index
from briefqa.reading.document import Document
from briefqa.reading.files import read_document
from briefqa.splitting.units import Units
from briefqa.store.corpus import document_of, document_record
from briefqa.text.timeline import Standpoint

_BODY = (
    "一、综合\n\n全年海带产量{tons}吨，比上年增长2%，渔船靠港全部有序。\n\n"
    "二、渔港\n\n渔港{ports}座，全部开放。\n\n"
)
_YEARS = {2024: (611, 7), 2022: (599, 6), 2021: (587, 5)}


def _read(folder: Path, text: str) -> Document:
    path = folder / "海岬.txt"
    path.write_text(text, "utf-8")
    return read_document(path, path.name).document


def _titled() -> str:
    return "".join(
        f"海岬县{year}年渔业统计公报\n\n发布日期：{year + 1}-03-05\n\n" + _BODY.format(tons=tons, ports=ports)
        for year, (tons, ports) in _YEARS.items()
    )


def _untitled() -> str:
    parts = [
        f"海岬县渔业局\n\n{year + 1}年4月\n\n{year}年是海岬县渔业站稳脚跟、渔民收入回升的一年。\n\n"
        + _BODY.format(tons=tons, ports=ports)
        for year, (tons, ports) in _YEARS.items()
    ]
    return "海岬县2024年渔业统计公报\n\n" + "".join(parts)


@pytest.mark.parametrize("text", [_titled(), _untitled()])
def test_a_sentence_is_of_the_year_of_its_part(tmp_path: Path, text: str) -> None:
    """Whether the parts are titled or only dated, each figure is of its own year, stored or not."""
    read = _read(tmp_path, text)
    document = document_of(document_record(read), read.text, None)
    for year, (tons, _) in _YEARS.items():
        place = document.text.index(f"产量{tons}吨")
        assert document.standpoint_at(place) == Standpoint(year, year)
        path = [heading.title for heading in document.section_at(place)]
        assert str(year) in path[0]
        assert path[1:] == ["一、综合"]
    units = Units.split([document])
    spoken = {
        int(pair["year"]) for pair in units.years() if "599吨" in units.passage_text(int(pair["passage"]))
    }
    assert spoken == {2022}


@pytest.mark.parametrize(
    ("name", "cover", "title"),
    [
        ("a.md", "", "# 海岬县{year}年渔业统计公报\n\n"),
        ("a.md", "# 海岬县渔业统计公报汇编\n\n", "## 海岬县{year}年渔业统计公报\n\n"),
        ("a.txt", "", "海岬县渔业统计公报\n{year}年度\n海岬县渔业局\n\n"),
        (
            "海岬县2021—2024年渔业公报.txt",
            "",
            "海岬县渔业局\n\n{next}年4月\n\n{year}年渔业回升，渔民增收。\n\n",
        ),
    ],
)
def test_parts_are_told_however_their_titles_look(tmp_path: Path, name: str, cover: str, title: str) -> None:
    """Headings, a cover above them, a year below the title, or no title at all."""
    path = tmp_path / name
    parts = [
        title.format(year=year, next=year + 1) + _BODY.format(tons=tons, ports=ports)
        for year, (tons, ports) in _YEARS.items()
    ]
    path.write_text(cover + "".join(parts), "utf-8")
    document = read_document(path, path.name).document
    for year, (tons, _) in _YEARS.items():
        place = document.text.index(f"产量{tons}吨")
        assert document.year_at(place) == year
        assert str(year) in document.section_at(place)[0].title


def test_the_figure_of_another_year_is_not_quoted(tmp_path: Path) -> None:
    """Asked for each year in turn, the quote is that year's; a year without a part is refused."""
    (tmp_path / "docs").mkdir()
    _read(tmp_path / "docs", _untitled())
    build_index(tmp_path / "docs", tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        for year, (tons, _) in _YEARS.items():
            answer = index.ask(f"海岬县{year}年海带产量是多少吨？")
            assert answer.found
            assert f"{tons}吨" in answer.citations[0].quote
        assert not index.ask("海岬县2019年海带产量是多少吨？").found


@pytest.mark.parametrize(
    "text",
    [
        # The halves of a work report.
        "海岬县2024年政府工作报告\n\n2024年1月9日\n\n一、2023年工作回顾\n\n2023年修建码头3座，群众满意。\n\n"
        "二、2024年工作安排\n\n2024年计划修建码头4座，年内全部完工。\n",
        # Attachments, whose numbers start again.
        "海岬县2024年渔业统计公报\n\n一、综合\n\n全年海带产量611吨，渔船靠港全部有序。\n\n二、渔港\n\n渔港7座。\n\n"
        "附件1\n\n一、综合\n\n2023年的口径与此相同，不再另行说明。\n\n附件2\n\n一、综合\n\n2022年的口径从略。\n",
        # A list of earlier bulletins, which no text follows.
        "海岬县2024年渔业统计公报\n\n一、综合\n\n全年海带产量611吨，渔船靠港全部有序。\n\n二、渔港\n\n渔港7座。\n\n"
        "海岬县2023年渔业统计公报\n\n海岬县2022年渔业统计公报\n",
        # A signature above an attachment that looks back.
        "海岬县2024年渔业统计公报\n\n一、综合\n\n全年海带产量611吨，渔船靠港全部有序。\n\n二、渔港\n\n渔港7座。\n\n"
        "海岬县渔业局\n\n2025年3月5日\n\n2023年的口径与此相同，渔港与码头按同一张表统计，不再另行说明。\n\n一、海带\n\n略。\n",
        # The title above every page.
        "海岬县2024年渔业统计公报\n\n一、综合\n\n全年海带产量611吨，渔船靠港全部有序。\n\n"
        "海岬县2024年渔业统计公报\n\n二、渔港\n\n渔港7座，全部对渔船开放，往来有序，秩序良好，没有事故。\n",
    ],
)
def test_a_document_of_one_year_has_no_parts(tmp_path: Path, text: str) -> None:
    """Reviews, plans, attachments, lists of titles and running heads begin no part of another year."""
    document = _read(tmp_path, text)
    assert document.parts == ()
    assert document.year == 2024
