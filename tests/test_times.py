"""A time that is asked for must be told."""

from __future__ import annotations

import pytest

from briefqa.question.conditions import ConditionKind, Verdict
from briefqa.question.parsing import parse_question
from briefqa.reading.document import Document
from briefqa.splitting.views import Surroundings
from briefqa.text.said import Said
from briefqa.text.short_years import with_whole_years

DOCUMENT = Document("a.txt", "云岭市养犬办法", "", "", {}, ())


@pytest.mark.parametrize(
    ("question", "sentence", "verdict"),
    [
        ("养犬办法是哪天印发的？", "到2026年，全市建成犬只收容所三处。", Verdict.ABSENT),
        ("养犬办法是哪天印发的？", "本办法于2024年3月5日印发。", Verdict.MET),
        ("养犬办法什么时候施行？", "本办法自公布之日起施行。", Verdict.MET),
        ("养犬办法什么时候施行？", "本办法自    年  月  日起施行。", Verdict.ABSENT),
        ("养犬办法什么时候施行？", "应当提前20日申请，期限最长不超过1年。", Verdict.ABSENT),
        ("补正材料什么时候交？", "收到通知后15日内提交。", Verdict.CONTEXT),
        ("补正材料什么时候交？", "为了方便居民，制定本办法。", Verdict.ABSENT),
        ("收容所哪一年建成？", "到2026年，全市建成犬只收容所三处。", Verdict.MET),
    ],
)
def test_a_time_is_told_as_exactly_as_it_is_asked(question: str, sentence: str, verdict: Verdict) -> None:
    """A year is no day, a blank or a term is no date of issue, and what tells no time answers no when."""
    (condition,) = (each for each in parse_question(question).conditions if each.kind is ConditionKind.TIME)
    said = Said(sentence)
    assert condition.check(Surroundings(said, said, said, (), DOCUMENT)).verdict is verdict


@pytest.mark.parametrize(
    ("question", "sentence", "verdict"),
    [
        ("青禾学院2026年招生哪天报名？", "网上报名时间为2025年10月16日至27日。", Verdict.CONTEXT),
        ("When does enrolment for 2026 begin?", "网上报名时间为2025年10月16日至27日。", Verdict.CONTEXT),
        ("青禾学院2026年招多少人？", "截至2025年9月1日招生300人。", Verdict.CONFLICT),
        ("青禾学院2026年招生哪天报名？", "2025年报名的有300人。", Verdict.CONFLICT),
        ("青禾学院2024年招生哪天报名？", "网上报名时间为2025年10月16日至27日。", Verdict.CONFLICT),
    ],
)
def test_what_is_done_for_a_year_may_be_done_before(question: str, sentence: str, verdict: Verdict) -> None:
    """In a document of that year a day of another is what is asked for; a figure of another is not."""
    year = {"year": "2026"}
    document = Document("a.txt", "青禾学院2026年硕士研究生招生简章", sentence, "", year, ())
    (condition,) = (each for each in parse_question(question).conditions if each.kind is ConditionKind.YEAR)
    said = Said(sentence)
    where = Surroundings(said, said, said, (), document, standpoint=document.standpoint_at(0))
    assert condition.check(where).verdict is verdict


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("八六年产了多少布？", "1986年产了多少布？"),
        ("云岭市23年的GDP", "云岭市2023年的GDP"),
        ("到05年要建成几座桥？", "到2005年要建成几座桥？"),
        ("全省〇三年修了多少路？", "全省2003年修了多少路？"),
        ("渔业九一年的目标", "渔业1991年的目标"),
        ("与97年相比", "与1997年相比"),
    ],
)
def test_two_digits_of_a_year_are_written_out(question: str, whole: str) -> None:
    """As users and old texts write them."""
    assert with_whole_years(question) == whole


@pytest.mark.parametrize(
    "question",
    [
        "工龄15年以上的",
        "15年期的贷款",
        "干了七八年",
        "满30年的房子",
        "1986年",
        "一九八六年",
        "第05年",
        "四十五年",
    ],
)
def test_how_many_years_is_no_year(question: str) -> None:
    """A term, a rough number and a year that is written out stay as they are."""
    assert with_whole_years(question) == question


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("2024年末河湾市常住人口有多少万人？", "河湾市常住人口有多少万人？"),
        ("2016年版网络安全法中网络运营者是指什么？", "网络安全法中网络运营者是指什么？"),
        ("二〇一八年公司法对发起人有何规定？", "公司法对发起人有何规定？"),
        ("In 2023, how many hospitals were there?", "how many hospitals were there?"),
        ("去年比前年增长多少？", "去年比前年增长多少？"),
        ("目前最低工资是多少？", "最低工资是多少？"),
        ("最新的", "最新的"),
        ("2024年？", "2024年？"),
        ("2010年全国的粮食产量是多少？", "粮食产量是多少？"),
        ("我国？", "我国？"),
        ("海塘省和全国的粮食产量", "海塘省和全国的粮食产量"),
        ("南京、苏州和无锡的工业产值分别是多少？", "工业产值分别是多少？"),
        ("苏州到上海的高铁多久？", "苏州到上海的高铁多久？"),
        ("苏州和无锡的产值与南京和常州的人口分别是多少？", "产值与人口分别是多少？"),
        ("2025年计划修缮祠堂多少座？", "修缮祠堂多少座？"),
        ("2024年外贸的增长目标是多少？", "外贸的增长是多少？"),
        ("2023年实际利用外资多少亿美元？", "实际利用外资多少亿美元？"),
        ("2023年发布了哪些规划？", "发布了哪些规划？"),
        ("2023年的预期目标是多少？", "的预期目标是多少？"),
    ],
)
def test_years_and_the_country_are_left_to_the_conditions(asked: str, read: str) -> None:
    """The reader is asked without them, unless nothing else is asked."""
    assert parse_question(asked).as_read == read
