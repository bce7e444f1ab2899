"""The opposite of what is asked, or another of its kind, is no answer; other words for it are neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefqa import build_index, open_index
from briefqa.question.conditions import rules_out
from briefqa.question.parsing import parse_question
from briefqa.reading.document import Document
from briefqa.splitting.views import Surroundings
from briefqa.text.said import Said

OPPOSITES = [
    ("池水温度不得高于28度。", "池水温度不得低于多少度？"),
    ("女职工体检每年2次。", "男职工体检每年几次？"),
    ("内河修堤4公里。", "外河修堤多少公里？"),
    ("二类窗口共9个。", "三类窗口共几个？"),
    ("一般债务支出3亿元。", "一般债务收入多少亿元？"),
    ("养殖成本减少40万元。", "养殖成本增加多少万元？"),
    ("正式党员有210名。", "非正式党员有多少名？"),
    ("非机动船检验费90元。", "机动船检验费多少元？"),
    ("护林津贴每人每月300元。", "护林津贴每人每年多少元？"),
    ("用电80度以内的部分每度五角。", "用电超过80度的部分每度多少？"),
    ("3A级村庄12个。", "4A级村庄多少个？"),
    ("引进的博士每月补贴3000元。", "引进的硕士每月补贴多少元？"),
]
ANSWERS = [
    ("押金最高不超过500元。", "押金上限是多少元？"),
    ("会费不少于60元。", "会费最低多少元？"),
    ("城乡低保资金2亿元。", "乡村低保资金多少？"),
    ("男、女职工均发80元。", "女职工发多少元？"),
    ("奖金一等900元、二等600元、三等300元。", "二等奖金多少元？"),
    ("年满60岁的居民免票。", "65岁的居民要买票吗？"),
    ("硕士和博士均可租公寓，月租600元。", "硕士租公寓月租多少元？"),
    ("税收比去年增加2亿元，支出减少1亿元。", "支出减少多少亿元？"),
    ("大力推广节水器具800套。", "小区推广节水器具多少套？"),
    ("不予登记的，5日内说明理由。", "不能登记的几日内说明理由？"),
]


def _ruled_out(sentence: str, question: str, heading: str = "") -> bool:
    said, document = Said(sentence), Document("a.txt", "通知", sentence, "", {}, ())
    headings = (Said(heading),) if heading else ()
    where = Surroundings(said, said, said, headings, document)
    return rules_out([each.check(where) for each in parse_question(question).checked])


@pytest.mark.parametrize(("sentence", "question"), OPPOSITES)
def test_the_opposite_is_ruled_out(sentence: str, question: str) -> None:
    """Where it stands in the place of what is asked."""
    assert _ruled_out(sentence, question)


@pytest.mark.parametrize(("sentence", "question"), ANSWERS)
def test_other_words_for_what_is_asked_are_no_opposite(sentence: str, question: str) -> None:
    """Nor is what a sentence says beside what is asked, nor a character of another word."""
    assert not _ruled_out(sentence, question)


def test_what_the_heading_says_holds_below_it() -> None:
    """A heading over the sentence that has what is asked settles it."""
    assert _ruled_out("上游清淤8公里。", "下游清淤多少公里？")
    assert not _ruled_out("上游清淤8公里。", "下游清淤多少公里？", heading="下游清淤工程")


def test_of_two_sentences_that_of_the_asked_one_is_quoted(tmp_path: Path) -> None:
    """And with the opposite alone nothing is found."""
    asked, other = "女生宿舍楼共有床位380张。", "男生宿舍楼共有床位420张。"
    for name, text in (("both", other + asked), ("one", other)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "notice.txt").write_text(f"青禾学校住宿安排\n\n{text}\n\n后勤处管理。\n", "utf-8")
        build_index([tmp_path / name], tmp_path / f"{name}_index")
    with open_index(tmp_path / "both_index") as index:
        assert index.ask("女生宿舍楼共有床位多少张？").citations[0].quote == asked
    with open_index(tmp_path / "one_index") as index:
        assert not index.ask("女生宿舍楼共有床位多少张？").found


@pytest.mark.parametrize(("said", "is_told"), [("云桥镇", False), ("云桥", True), ("云桥县", True)])
def test_the_county_of_a_name_is_not_its_town(said: str, is_told: bool) -> None:
    """A place is told by its name without what it is, or by both."""
    (name,) = Said("云桥县").names
    assert Said(f"{said}有车站两座。").has_name(name) is is_told
