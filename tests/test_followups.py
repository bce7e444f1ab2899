"""Follow-ups are completed, and new topics inherit nothing."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefqa.question.followups import complete

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "benchmarks" / "sets" / "follow_ups.jsonl")
    .read_text("utf-8")
    .splitlines()
]
SUBJECTS = [
    "苏州",
    "宁波的低空经济",
    "新质生产力",
    "《江苏省制造业强省行动方案》",
    "粮食产量",
    "公务员录用考试",
]
ASKS = ["是什么", "有哪些特点", "是多少", "是什么时候提出的", "包括哪些内容"]
PLACES = ["苏州", "无锡", "宁波", "昆山", "杭州"]
FIGURES = ["粮食产量", "规上工业总产值", "一般公共预算收入", "高新技术企业数量"]
YEARS = st.integers(2001, 2035)


@pytest.mark.parametrize(
    ("earlier", "question", "searched"),
    [
        ("苏州到2026年GDP要达到多少？", "那无锡2030年的呢？", "无锡到2030年GDP要达到多少？"),
        ("到2027年全市要新建多少个充电桩？", "全省呢", "到2027年全省要新建多少个充电桩？"),
        ("第一条对策建议讲的是什么？", "第二条呢？", "第二条对策建议讲的是什么？"),
        ("是否允许外资企业参与昆山的项目？", "民营企业呢？", "是否允许民营企业参与昆山的项目？"),
        ("2024年粮食产量实际完成多少？", "那2025年的目标呢", "2025年粮食产量目标完成多少？"),
        ("张家港有多少家上市公司？", "我问的是太仓", "太仓有多少家上市公司？"),
        ("How much did exports grow in 2024?", "and imports?", "How much did imports grow in 2024?"),
        ("What was China's GDP target in 2025?", "And in 2026?", "What was China's GDP target in 2026?"),
    ],
)
def test_a_slot_is_replaced_by_one_of_its_kind(earlier: str, question: str, searched: str) -> None:
    """Times, places, ordinals and nouns each find the part that they stand in for."""
    assert complete(question, [earlier]) == searched


@pytest.mark.parametrize(
    ("earlier", "question", "searched"),
    [
        ("苏州有多少家灯塔工厂？", "占全国多少？", "苏州灯塔工厂占全国多少？"),
        ("福州2023年数字经济规模有多大？", "增长了多少？", "福州2023年数字经济规模增长了多少？"),
        ("苏州为什么要推进新型工业化？", "有哪些具体措施？", "苏州推进新型工业化有哪些具体措施？"),
        ("2021年研发经费投入强度达到多少？", "那目标呢", "2021年研发经费投入强度目标是多少？"),
        ("扬州市支持文旅消费的措施有哪些？", "还有呢？", "扬州市支持文旅消费的措施还有哪些？"),
        ("Did Hangzhou cut subsidies in 2023?", "Why?", "Why did Hangzhou cut subsidies in 2023?"),
    ],
)
def test_asking_words_alone_keep_the_subject(earlier: str, question: str, searched: str) -> None:
    """What is asked changes, what it is asked of stays."""
    assert complete(question, [earlier]) == searched


@pytest.mark.parametrize(
    ("earlier", "question", "searched"),
    [
        ("苏州有哪些万亿级产业？", "它们占全市工业的比重是多少", "苏州万亿级产业占全市工业的比重是多少？"),
        ("姑苏实验室的研究方向是什么？", "它在哪里？", "姑苏实验室在哪里？"),
        ("温州民营经济的主要问题有哪些？", "这些问题怎么解决？", "温州民营经济的主要问题怎么解决？"),
        ("产业链和创新链哪个更重要？", "后者怎么建设？", "创新链怎么建设？"),
        ("Who is Xu Feng?", "What does he recommend?", "What does Xu Feng recommend?"),
    ],
)
def test_pronouns_become_the_phrase_that_they_stand_for(earlier: str, question: str, searched: str) -> None:
    """The whole phrase with its modifiers."""
    assert complete(question, [earlier]) == searched


def test_a_chain_is_completed_step_by_step() -> None:
    """Each question leans on the completed one before it; small talk between them counts for nothing."""
    history = ["苏州2023年的GDP是多少？", "那无锡呢？", "谢谢"]
    assert complete("2024年呢？", history) == "无锡2024年的GDP是多少？"


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["question"])
def test_completing_twice_changes_nothing(pair: dict[str, object]) -> None:
    """What is complete stands alone."""
    history = [str(asked) for asked in pair["history"]]  # type: ignore[attr-defined]
    once = complete(str(pair["question"]), history)
    assert complete(once, history) == once


def test_most_of_the_benchmark_is_right() -> None:
    """No change of a rule loses more than a few of the pairs."""
    follow_ups = [pair for pair in PAIRS if pair["kind"].startswith("follow")]
    topics = [pair for pair in PAIRS if pair["kind"].startswith("new")]
    right = [
        all(part in found for part in pair["must_have"])
        and not any(part in found for part in pair["must_not"])
        for pair in follow_ups
        for found in [complete(pair["question"], pair["history"])]
    ]
    kept = [complete(pair["question"], pair["history"]) == pair["question"] for pair in topics]
    assert sum(right) / len(right) > 0.95
    assert sum(kept) / len(kept) > 0.97


@given(
    st.sampled_from(SUBJECTS),
    st.sampled_from(ASKS),
    st.lists(
        st.text(max_size=40) | st.sampled_from(["昆山有多少家灯塔工厂？", "占多少？", "Why?"]), max_size=3
    ),
)
def test_a_question_with_subject_and_asking_word_inherits_nothing(
    subject: str, asks: str, history: list[str]
) -> None:
    """Whatever was asked before it."""
    question = f"{subject}的重点任务{asks}？"
    assert complete(question, history) == question


@given(st.permutations(PLACES), st.sampled_from(FIGURES), YEARS, YEARS)
def test_the_replaced_place_and_year_are_gone(
    places: list[str], figure: str, year: int, new_year: int
) -> None:
    """The figure asked for stays."""
    completed = complete(f"那{places[1]}{new_year}年呢？", [f"{places[0]}{year}年{figure}是多少？"])
    assert completed == f"{places[1]}{new_year}年{figure}是多少？"


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=3))
def test_no_text_is_an_error(question: str, history: list[str]) -> None:
    """Any characters, in the question and before it."""
    assert isinstance(complete(question, history), str)


@given(
    st.text("那它其中这些该第一二三四五年月苏州昆山“”《》的是多少呢吗谁？，的 itwhatAnd2019", max_size=40),
    st.text("苏州的目标是多少有哪些“”《》？呢第一条2019年", max_size=40),
)
@settings(max_examples=300)
def test_no_follow_up_is_an_error(question: str, earlier: str) -> None:
    """Nor any heap of the words that follow-ups are made of."""
    assert isinstance(complete(question, [earlier]), str)


@pytest.mark.parametrize(
    "piece", ["那", "它的", "第一", "多少", "嗯", "好了", "The ", "what is it ", "苏州，", "要达到"]
)
def test_long_text_is_read_quickly_and_never_made_longer_than_allowed(piece: str) -> None:
    """2,000 characters of one piece, as the question and as the one before."""
    long = (piece * 2_000)[:2_000]
    started = time.monotonic()
    assert len(complete(long, ["苏州有多少家灯塔工厂？"])) <= 2_000
    assert len(complete("它的目标和措施是什么？", [long])) <= 2_000
    assert time.monotonic() - started < 5
