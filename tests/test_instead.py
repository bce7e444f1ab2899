"""A sibling of what is asked about is told from other words for it, by what stands beside the same head."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefqa import build_index, open_index
from briefqa.question.conditions import rules_out
from briefqa.question.parsing import parse_question
from briefqa.reading.document import Document
from briefqa.splitting.views import Surroundings
from briefqa.text.said import Said
from briefqa.text.stand_ins import stand_ins


@pytest.mark.parametrize(
    ("question", "text", "words"),
    [
        ("南展厅每日接待观众多少人次？", "北展厅每日接待观众600人次。", ("南展厅", "北展厅")),
        ("经营户转让的，几日内换证？", "经营户停业的，5日内换证。", ("转让", "停业")),
        ("D类摊位租金多少？", "B类摊位租金90元。", ("D类", "B类")),
        ("非会员入场费多少？", "会员入场费20元。", ("非会员", "")),
    ],
)
def test_what_stands_before_the_same_head_may_be_a_sibling(
    question: str, text: str, words: tuple[str, str]
) -> None:
    """No list has to know the series."""
    assert words in [each.words for each in stand_ins(question, text)]


def test_what_both_have_beside_the_head_is_no_sibling() -> None:
    """Nor is its neighbour in a list, nor a year in which it is told."""
    assert not stand_ins("南展厅面积多少？", "北展厅面积300平方米，南展厅面积200平方米。")
    assert not stand_ins("五年展厅面积多少？", "展厅面积300平方米。")


def test_a_sibling_is_not_quoted_as_if_it_were_asked_about(tmp_path: Path) -> None:
    """What is asked about itself is, by the same words and by others."""
    source = tmp_path / "notice.txt"
    source.write_text("东湖文化馆公告\n\n北展厅每日接待观众600人次。\n\n后勤处管理。\n", "utf-8")
    build_index(source, tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        refused = index.ask("南展厅每日接待观众多少人次？")
        assert not refused.found
        assert "南展厅" in refused.reason
        assert index.ask("北展厅每日接待观众多少人次？").found
        assert index.ask("北展厅一天能接待多少观众？").found


def test_of_clauses_one_behind_may_leave_out_what_one_before_has_told(tmp_path: Path) -> None:
    """One before cannot: a level told of monuments is none of the museums."""
    one = "全市有国家级文保单位4处，省级31处；国家级博物馆2家。"
    other = "全市有国家级博物馆2家；省级9家。"
    for name, text in (("one", one), ("other", other)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(f"松岭市文化简况\n\n{text}\n\n以上为年末数。\n", "utf-8")
        build_index([tmp_path / name], tmp_path / f"{name}_index")
    with open_index(tmp_path / "one_index") as index:
        assert index.ask("省级博物馆有多少家？").confidence < 0.5
    with open_index(tmp_path / "other_index") as index:
        assert index.ask("省级博物馆有多少家？").found


def _ruled_out(question: str, sentence: str, before: str = "", heading: str = "") -> bool:
    said, document = Said(sentence), Document("a.txt", "预案", sentence, "", {}, ())
    headings = (Said(heading),) if heading else ()
    told = (Said(before),) if before else ()
    where = Surroundings(said, said, said, headings, document, before=told)
    return rules_out([each.check(where) for each in parse_question(question).checked])


def test_a_roman_level_holds_for_what_follows_it() -> None:
    """In a heading or a sentence before, written in one character or in letters."""
    question, sentence = "Ⅱ级预警期间多久巡查一次？", "每4小时巡查一次。"
    assert _ruled_out(question, sentence, heading="（三）Ⅲ级预警")
    assert _ruled_out(question, sentence, before="发布III级预警期间停工。", heading="二、Ⅱ级预警")
    assert not _ruled_out(question, sentence, heading="（二）II级预警")


def test_a_season_of_two_years_is_one() -> None:
    """One of its years does not do."""
    assert not any(each.joined for each in parse_question("2021—2022年度采暖费多少元？").conditions)


def test_what_is_missed_is_not_answered_with_confidence(tmp_path: Path) -> None:
    """Of two places asked for, one is told: the answer says so, and is half as sure."""
    source = tmp_path / "notice.txt"
    source.write_text("林果产业情况\n\n岭北县种植苹果8万亩。\n\n以上为年末数。\n", "utf-8")
    build_index(source, tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        answer = index.ask("岭北县和岭南县种植苹果多少亩？")
        assert "岭南县" in answer.reason
        assert answer.confidence <= 0.5
