"""The confidence is its formula, a broken condition stays below the threshold, years are read as meant."""

import math
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefqa import Index, build_index, open_index
from briefqa.answering.confidence import FOUND_FROM, Evidence, confidence
from briefqa.question.conditions import ConditionKind, NumberCondition, Verdict, rules_out
from briefqa.question.parsing import parse_question
from briefqa.reading.document import Document
from briefqa.splitting.views import Surroundings
from briefqa.text.names import NameKind, chinese_names
from briefqa.text.said import Said
from briefqa.text.timeline import Standpoint, explicit_years, is_planned

NAMES = [each.name for each in fields(Evidence)]
EVIDENCE = Evidence(*[0.5] * (len(NAMES) - 1), ruled_out=0.0)


@given(st.lists(st.floats(-5, 5), min_size=len(NAMES) + 1, max_size=len(NAMES) + 1))
def test_confidence_is_a_logistic_regression(values: list[float]) -> None:
    """1 / (1 + e^−(intercept + Σ weight · evidence)) for any weights."""
    weights = dict(zip(["intercept", *NAMES], values, strict=True))
    z = values[0] + 0.5 * sum(values[1:-1])
    assert confidence(EVIDENCE, weights) == pytest.approx(1 / (1 + math.exp(-z)))


def test_a_broken_condition_is_never_found() -> None:
    """However similar the sentence is."""
    alike = replace(EVIDENCE, sentence_cosine=1.0, sentence_cover=1.0, margin=5.0)
    assert confidence(alike) > FOUND_FROM
    assert confidence(replace(alike, ruled_out=1.0)) < FOUND_FROM


@pytest.mark.parametrize(
    "question",
    [
        "无锡有多少家灯塔工厂？",
        "苏州工业园区到2031年GDP要达到多少？",
        "太仓的“三个转型”是哪三个？",
        "昆山2024年规上工业总产值是多少？",
        "你好",
        "帮我写一首诗",
        "Who painted the Mona Lisa?",
        "How many lighthouse factories does Hangzhou have?",
    ],
)
def test_what_the_brief_does_not_say_is_refused(brief: Index, question: str) -> None:
    """Another city, another year, no figure where one is asked for, small talk."""
    answer = brief.ask(question)
    assert not answer.found
    assert answer.confidence < FOUND_FROM
    assert answer.reason


def test_a_question_about_two_places_gets_two_quotes(brief: Index) -> None:
    """Though they stand in two sentences of one passage."""
    answer = brief.ask("苏州工业园区和昆山在推进新型工业化上分别提出了什么目标？")
    quotes = [citation.quote for citation in answer.citations]
    assert any("昆山将重点聚焦" in quote for quote in quotes)
    assert any("苏州工业园区到" in quote for quote in quotes)


def test_what_of_a_question_is_left_open_is_told(brief: Index) -> None:
    """苏州和无锡: the answer quotes 苏州 and says that 无锡 was not found."""
    answer = brief.ask("苏州和无锡各有多少家灯塔工厂？")
    assert answer.found
    assert "苏州坐拥" in answer.citations[0].quote
    assert answer.reason == "文中未找到无锡的。"
    assert answer.text.endswith(answer.reason)


WORK_REPORT = Standpoint(2019, results=2018)
BULLETIN = Standpoint(2019, results=2019)


@pytest.mark.parametrize(
    ("text", "standpoint", "expected"),
    [
        ("一九八五年比一九八〇年增长百分之六十二", None, {1985}),
        ("1956年铺轨1985公里，比1955年铺轨里数增加62%", None, {1956}),
        ("去年国内生产总值增长6.6%", WORK_REPORT, {2018}),
        ("从2012年到2017年", None, {2012, 2017}),
        ("2019年和2020年国内生产总值分别增长6%和2.3%", None, {2019, 2020}),
        ("比2017年增加3.5万人", None, set()),
        ("城镇新增就业预期目标比去年多100万人", WORK_REPORT, set()),
        ("国内生产总值90万亿元，比上年增长6.6%", WORK_REPORT, {2018}),
        ("全市生产总值512.6亿元，比上年增长3.5%", BULLETIN, {2019}),
        ("经核实，2017年全市生产总值498亿元，比上年增长2.3%", BULLETIN, {2017}),
        ("三次产业比例由上年的3:45:52调整为2:44:54", BULLETIN, {2019}),
        ("登记失业率与上年末基本持平", BULLETIN, {2019}),
        ("本办法从去年起施行", BULLETIN, {2018}),
        ("上年全市生产总值498亿元", BULLETIN, {2018}),
        ("2300元（2010年不变价）", None, set()),
    ],
)
def test_years_that_a_sentence_speaks_of(
    text: str, standpoint: Standpoint | None, expected: set[int]
) -> None:
    """A year that another is only compared with does not count beside it."""
    assert explicit_years(text, standpoint) == expected


def test_plans_are_told_from_results() -> None:
    """预定, 打算 and 准备 look ahead; a plain past figure does not."""
    assert is_planned("今年全社会固定资产投资预定增长10%")
    assert is_planned("2018年打算新开工多少套棚改房？")
    assert is_planned("夏征和秋征的总额准备增加到约414亿斤")
    assert not is_planned("去年城镇新增就业1361万人")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("作者在常熟市委党校任职", ["常熟市"]),
        ("浙江省杭州市西湖区的人口", ["浙江省", "杭州市", "西湖区"]),
        ("企业扎堆在海洋经济区上市", []),
        ("法国的首都", ["法国"]),
        ("苏州工业园区和昆山", ["苏州工业园区", "昆山"]),
        ("黔东南州城镇常住居民", ["黔东南州"]),
        ("东州新区的面积", ["东州新区"]),
        ("柳塘县东山镇的人口", ["柳塘县", "东山镇"]),
    ],
)
def test_places_are_those_of_a_gazetteer(text: str, places: list[str]) -> None:
    """Words that a tagger takes for places are none."""
    assert [name.text for name in chinese_names(text) if name.kind is NameKind.PLACE] == places


@pytest.mark.parametrize(
    ("text", "persons"),
    [
        ("领取失业金的这段时间", []),
        ("这张桌子和哪章规定", []),
        ("我局王小明和段志强", ["王小明"]),
        ("其中李建国已到", ["李建国"]),
    ],
)
def test_a_measure_word_is_no_surname(text: str, persons: list[str]) -> None:
    """After this or which it counts; after words that mean persons or things it may be a name."""
    assert [name.text for name in chinese_names(text) if name.kind is NameKind.PERSON] == persons


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("有多少种新模式", True),
        ("共有幾個园区", True),
        ("占比多高？", True),
        ("What was the GDP growth rate in 1994?", True),
        ("探索哪几种新模式", False),
        ("近几年出台了哪些政策", False),
        ("这几个园区有什么特色", False),
        ("许多高新技术企业得到了什么支持", False),
        ("按比例分配的原则是什么", False),
        ("How should talent be attracted?", False),
    ],
)
def test_which_questions_ask_for_a_figure(question: str, asks: bool) -> None:
    """多少 and 几个 do; a list, 近几年 and 许多 do not."""
    assert any(each.kind is ConditionKind.FIGURE for each in parse_question(question).conditions) is asks


def test_an_article_is_no_number() -> None:
    """一座 insists on nothing."""
    assert parse_question("建成一座什么城").conditions == ()


def test_of_places_in_a_row_one_is_enough() -> None:
    """苏州和无锡: a sentence about 苏州 is not ruled out; 太仓 beside 苏州's title is."""
    document = Document("a.txt", "苏州的工业", "昆山有7家工厂。", "", {}, ())
    said = Said("昆山有7家工厂。")
    where = Surroundings(said, said, said, (), document)
    ruled_out = {
        question: rules_out([each.check(where) for each in parse_question(question).conditions])
        for question in ("昆山和无锡有多少家工厂", "苏州太仓有多少家工厂", "无锡有多少家工厂")
    }
    assert list(ruled_out.values()) == [False, True, True]


@pytest.mark.parametrize("text", ["一万" * 900, "9" * 1900, "一" * 1900, "二分之" * 600])
def test_endless_numerals_are_read_without_an_error(text: str) -> None:
    """Documents and questions are not trusted: whatever number comes out can be compared."""
    numbers = [each for each in parse_question(text + "个").conditions if isinstance(each, NumberCondition)]
    assert all(each.quantity.value > 0 for each in numbers)


def test_a_place_in_the_title_holds_for_the_whole_text() -> None:
    """苏州 in the title makes every sentence about 苏州 as far as nothing else is said."""
    document = Document("苏州市意见.txt", "关于工业的意见", "全市有7家工厂。", "", {}, ())
    conditions = parse_question("苏州有多少家工厂").conditions
    condition = next(each for each in conditions if each.kind is ConditionKind.PLACE)
    said = Said(document.text)
    where = Surroundings(said, said, said, (), document)
    assert condition.check(where).verdict is Verdict.CONTEXT


@pytest.mark.parametrize(
    ("title", "sentence", "verdict"),
    [
        ("2023年苏州市统计公报", "粮食产量99.35万吨。", Verdict.CONFLICT),
        ("2023年苏州市统计公报", "全国粮食产量69541万吨。", Verdict.MET),
        ("2023年统计公报", "粮食产量69541万吨。", Verdict.CONTEXT),
    ],
)
@pytest.mark.parametrize("question", ["2023年全国粮食产量是多少", "What was China's grain output in 2023?"])
def test_what_holds_for_one_place_is_no_answer_about_the_country(
    question: str, title: str, sentence: str, verdict: Verdict
) -> None:
    """A document titled by a place speaks of that place, unless a sentence says that it speaks of all."""
    document = Document("a.txt", title, sentence, "", {}, ())
    conditions = parse_question(question).conditions
    condition = next(each for each in conditions if each.kind is ConditionKind.PLACE)
    said = Said(sentence)
    assert condition.check(Surroundings(said, said, said, (), document)).verdict is verdict


def test_a_place_in_the_country_is_what_is_asked_about() -> None:
    """全国 beside 苏州 belongs to what is said of 苏州."""
    conditions = parse_question("苏州的GDP在全国排第几").conditions
    assert [each.text for each in conditions if each.kind is ConditionKind.PLACE] == ["苏州"]


def _of_number(question: str, sentence: str) -> Verdict:
    """What the condition on the number of a question finds in a document of one sentence."""
    conditions = parse_question(question).conditions
    condition = next(each for each in conditions if each.kind is ConditionKind.NUMBER)
    said = Said(sentence)
    where = Surroundings(said, said, said, (), Document("a.txt", "标题", sentence, "", {}, ()))
    return condition.check(where).verdict


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("第17号泊位停靠3艘船。", Verdict.MET),
        ("东港 | 泊位 | 3", Verdict.ABSENT),
        ("泊位3个。", Verdict.ABSENT),
    ],
)
def test_an_ordinal_of_several_digits_must_be_told(sentence: str, verdict: Verdict) -> None:
    """第17号泊位 is another thing than a berth without that number."""
    assert _of_number("第17号泊位停靠几艘船？", sentence) is verdict


@pytest.mark.parametrize(
    ("text", "has"), [("各月水位如下。", False), ("两家工厂", True), ("建成数十座桥", True)]
)
def test_what_counts_nothing_is_no_numeral(text: str, has: bool) -> None:
    """A tagger calls words such as 各月 numerals; a lead-in with one answers no how many."""
    assert Said(text).has_numeral is has


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("参保职工101—200人的，每人450元。", Verdict.MET),
        ("第三档 | 101—200人 | 450", Verdict.MET),
        ("参保职工31人以上100人以下的，每人600元。", Verdict.CONFLICT),
        ("每户补助600元。", Verdict.ABSENT),
    ],
)
def test_a_number_is_told_by_the_tier_that_it_lies_in(sentence: str, verdict: Verdict) -> None:
    """150 persons are of 101 to 200, in which no 150 stands."""
    assert _of_number("参保职工150人，稳岗补助每人多少钱？", sentence) is verdict


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [("65至69周岁每人每月50元。", Verdict.MET), ("年满70周岁的免费乘车。", Verdict.CONFLICT)],
)
def test_full_years_of_age_are_years_of_age(sentence: str, verdict: Verdict) -> None:
    """People say 岁 where rules say 周岁."""
    assert _of_number("我妈67岁了，每月能领多少钱？", sentence) is verdict


@pytest.mark.parametrize(
    ("passage", "before", "title", "verdict"),
    [
        ("全省改造小区1062个。其中昆山市改造23个。", (), "江苏省2023年改造计划", Verdict.CONFLICT),
        ("全省改造小区1062个。其中昆山市改造23个。", (), "改造计划", Verdict.CONTEXT),
        ("昆山市开工早。改造小区23个。", ("昆山市开工早。",), "江苏省2023年改造计划", Verdict.CONTEXT),
        (
            "昆山市开工早。太仓市更早。改造小区23个。",
            ("太仓市更早。", "昆山市开工早。"),
            "计划",
            Verdict.NEARBY,
        ),
    ],
)
def test_a_sentence_goes_on_with_the_place_named_last(
    passage: str, before: tuple[str, ...], title: str, verdict: Verdict
) -> None:
    """Else it is of the place of its document, whatever its passage names further on."""
    conditions = parse_question("昆山市计划改造多少个小区？").conditions
    condition = next(each for each in conditions if each.kind is ConditionKind.PLACE)
    said, whole = Said("计划改造小区1062个。"), Said(passage)
    document = Document("a.txt", title, passage, "", {}, ())
    where = Surroundings(said, said, whole, (), document, before=tuple(map(Said, before)))
    assert condition.check(where).verdict is verdict


@pytest.mark.parametrize(
    ("before", "verdict"),
    [
        ((), Verdict.CONFLICT),
        (("其中太仓市规模最大。",), Verdict.CONFLICT),
        (("昆山市与各市比较如下。",), Verdict.NEARBY),
    ],
)
def test_what_is_told_of_one_place_is_not_of_the_next(before: tuple[str, ...], verdict: Verdict) -> None:
    """A sentence on another place may be about the one asked for only where that stands before it."""
    conditions = parse_question("昆山市的产值目标是多少？").conditions
    condition = next(each for each in conditions if each.kind is ConditionKind.PLACE)
    said = Said("太仓市产值达7500亿元。")
    passage = Said("".join((*before, said.text, "昆山市将聚焦三个转型。")))
    document = Document("a.txt", "各市材料", passage.text, "", {}, ())
    where = Surroundings(said, said, passage, (), document, before=tuple(map(Said, before)))
    assert condition.check(where).verdict is verdict


@pytest.mark.parametrize(
    ("sentence", "is_row", "verdict"),
    [
        ("2210203 | 购房补贴 | 3121.53", True, Verdict.ABSENT),
        ("购房补贴 | 反映向职工发放的用于购买住房的补贴", True, Verdict.MET),
        ("购房补贴支出3121.53万元。", False, Verdict.MET),
    ],
)
def test_a_row_of_figures_defines_nothing(sentence: str, is_row: bool, verdict: Verdict) -> None:
    """How much of it there is does not say what it is."""
    (condition,) = parse_question("购房补贴是指什么？").conditions
    said, named = Said(sentence), Said(sentence)
    document = Document("a.txt", "决算", sentence, "", {}, ())
    where = Surroundings(said, named if is_row else said, said, (), document)
    assert condition.check(where).verdict is verdict


def test_the_row_of_another_place_is_ruled_out() -> None:
    """Though its passage names the place that is asked about."""
    condition = parse_question("昆山市有多少所学校？").conditions[0]
    row, passage = Said("太仓市 | 学校 | 15"), Said("太仓市 | 学校 | 15\n昆山市另计")
    where = Surroundings(Said("太仓市 | 15"), row, passage, (), Document("a.md", "学校", "", "", {}, ()))
    assert condition.check(where).verdict is Verdict.CONFLICT


@pytest.mark.parametrize("question", ["2022年7月起栖阳市水价是多少？", "按栖阳市的规定，水价是多少？"])
def test_a_place_that_no_gazetteer_has_is_cut_from_the_word_before(question: str) -> None:
    """The tagger takes the word before for its first character."""
    assert "栖阳市" in [each.text for each in parse_question(question).conditions]


@pytest.mark.parametrize("place", ["宁屿市", "澜海市", "东浦新区", "岚川县"])
def test_a_place_that_the_tagger_cuts_in_two_is_one(place: str) -> None:
    """A person and a city, two places."""
    assert place in [each.text for each in parse_question(f"{place}有多少所学校？").conditions]


NOTICE = "关于开放游泳馆的通知\n\n县游泳馆从2024年7月1日起对外开放，成人票每张20元，学生凭证半价。\n"


@pytest.mark.parametrize("copies", [1, 2])
def test_a_short_notice_answers_by_itself(tmp_path: Path, copies: int) -> None:
    """One passage is all there is, or it stands there twice: its own fact is found, no other."""
    for number in range(copies):
        (tmp_path / f"{number}.txt").write_text(f"{number}{NOTICE}", "utf-8")
    build_index(sorted(tmp_path.glob("*.txt")), tmp_path / "index")
    with open_index(tmp_path / "index") as opened:
        for question in ("游泳馆成人票多少钱？", "How much is an adult ticket for the swimming pool?"):
            answer = opened.ask(question)
            assert answer.found, (question, answer.confidence)
            assert "20元" in answer.citations[0].quote
        for question in ("游泳馆的停车费是多少？", "Who is the mayor?", "光速是多少？"):
            assert not opened.ask(question).found, question


@pytest.mark.parametrize(
    "question", ["Hello", "Who is the mayor?", "How many hospital beds are there?", "asdf qwer"]
)
def test_what_a_few_documents_do_not_say_is_refused_in_english(small_index: Path, question: str) -> None:
    """Titles, with nothing to quote, are no rivals that any sentence leads by far."""
    with open_index(small_index) as opened:
        answer = opened.ask(question)
        assert not answer.found, (answer.confidence, answer.citations[0].quote)
