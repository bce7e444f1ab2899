"""A document whose title names no place is of its issuer's place, and answers no question on another."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefqa import Index, build_index, open_index
from briefqa.question.slots import SlotKind, read_slots
from briefqa.reading.files import read_document
from briefqa.text.names import chinese_names, tells_place, unknown_places

NOTICE = """# 关于做好2025年义务教育阶段招生工作的通知

**柳泽县教育局 柳泽县公安局**

各乡镇中心校、县直各学校：

## 一、报名时间

小学一年级新生于6月20日至6月25日在网上报名。

## 二、收费

义务教育阶段免收学费、杂费，作业本费每生每学期18元。
"""
PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8">
<title>殡葬服务常见问题_松岗市民政局</title></head><body>
<h1>殡葬服务常见问题</h1>
<p>为方便群众办事，现将殡葬服务中大家问得最多的几个问题集中解答如下。</p>
<h2>火化要多少钱？</h2>
<p>普通炉火化费每具380元，遗体接运费每次200元，均按发展改革部门核定的标准收取。</p>
<h2>骨灰可以寄存多久？</h2>
<p>骨灰寄存期限一般为3年，期满可以续存，每年收取寄存费60元，困难家庭免收。</p>
</body></html>"""


@pytest.fixture(scope="module")
def notices(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """A notice whose issuers stand below its title, and a page whose site stands behind its own."""
    folder = tmp_path_factory.mktemp("notices")
    (folder / "招生.md").write_text(NOTICE, "utf-8")
    (folder / "殡葬.html").write_text(PAGE, "utf-8")
    build_index(folder, folder / "index")
    return open_index(folder / "index")


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("柳泽县小学一年级什么时候报名？", "6月20日至6月25日"),
        ("柳泽县的作业本费每学期多少元？", "18元"),
        ("在松岗市火化一次要多少钱？", "380元"),
        ("松岗市的骨灰寄存期限是几年？", "3年"),
    ],
)
def test_what_is_asked_of_the_issuers_place_is_found(notices: Index, question: str, told: str) -> None:
    """No sentence names the place, nor does the title."""
    answer = notices.ask(question)
    assert answer.found
    assert told in answer.citations[0].quote


@pytest.mark.parametrize(
    "question",
    ["青屏县小学一年级什么时候报名？", "请问在岚州市火化一次要多少钱？", "鹿湾区的骨灰寄存期限是几年？"],
)
def test_what_is_asked_of_a_place_that_none_names_is_refused(notices: Index, question: str) -> None:
    """Whether or not a gazetteer or a tagger knows the place."""
    assert not notices.ask(question).found


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("岚州市养犬要办证吗？", "岚州市"),
        ("请问在碧溪州开店要什么手续？", "碧溪州"),
        ("谷丰县的耕地面积是多少？", "谷丰县"),
        ("优化市场监管要做什么？", None),
        ("两个县的产量是多少？", None),
        ("2023年城镇新增就业多少人？", None),
        ("旧小区怎么改造？", None),
        ("换小区的路灯要多少钱？", None),
        ("发展乡镇企业有哪些措施？", None),
    ],
)
def test_a_place_is_told_by_its_division(question: str, place: str | None) -> None:
    """Also an unknown one, whole; what only reads like one is none."""
    places = [slot.text for slot in read_slots(question) if slot.kind is SlotKind.PLACE]
    assert places == ([place] if place else [])


@pytest.mark.parametrize(
    ("last", "issuer"),
    [("云溪市中心医院 2025年2月27日", "云溪市中心医院"), ("召开时间 2025年2月27日", None)],
)
def test_who_signs_may_stand_in_the_line_of_the_date(tmp_path: Path, last: str, issuer: str | None) -> None:
    """A body before the date is who issues it; other words are not."""
    path = tmp_path / "公告.txt"
    path.write_text(
        f"关于招聘工作人员的公告\n\n因工作需要，现面向社会公开招聘护理人员十二名，欢迎报名。\n\n{last}\n",
        "utf-8",
    )
    assert read_document(path, path.name).document.metadata.get("issuer") == issuer


@pytest.mark.parametrize(
    ("asked", "told", "same"),
    [
        ("吴江市有多少人口", "吴江区人民政府工作报告", True),  # a city that became a district
        ("长沙市有多少人口", "长沙县人民政府工作报告", False),  # both are there
        ("禾杉县有多少人口", "禾杉镇工作总结", False),
    ],
)
def test_a_place_that_was_renamed_is_the_same(asked: str, told: str, same: bool) -> None:
    """A county that is a district now is; a city and the county or the town of that name are two."""
    assert tells_place(next(iter((*chinese_names(asked), *unknown_places(asked)))), told) is same
