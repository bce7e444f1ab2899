"""Follow-ups are completed, and new topics inherit nothing."""

import json
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefqa.models.embedding import open_embedder
from briefqa.question.followups import complete
from briefqa.question.followups.likeness import Vectors, likeness

SETS = Path(__file__).parents[1] / "benchmarks" / "sets"
SUBJECTS = ["苏州", "宁波的低空经济", "新质生产力", "《江苏省制造业强省行动方案》", "公务员录用考试"]
ASKS = ["是什么", "有哪些特点", "是多少", "是什么时候提出的", "包括哪些内容"]
PLACES = ["苏州", "无锡", "宁波", "昆山", "杭州"]
FIGURES = ["粮食产量", "规上工业总产值", "一般公共预算收入", "高新技术企业数量"]
YEARS = st.integers(2001, 2035)


def by_letters(texts: list[str] | tuple[str, ...]) -> Vectors:
    """Vectors by what characters a text has: for promises that hold with any model."""
    rows = np.full((len(texts), 64), 0.01, np.float32)
    for row, text in zip(rows, texts, strict=True):
        for each in text:
            row[ord(each) % 64] += 1
    unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def completed(question: str, *history: str) -> str:
    """With the packaged model."""
    return complete(question, history, open_embedder().embed_queries)


@pytest.mark.parametrize(
    ("earlier", "question", "searched"),
    [
        ("苏州到2026年GDP要达到多少？", "那无锡2030年的呢？", "无锡到2030年GDP要达到多少？"),
        ("第一条对策建议讲的是什么？", "第二条呢？", "第二条对策建议讲的是什么？"),
        ("是否允许外资企业参与昆山的项目？", "民营企业呢？", "是否允许民营企业参与昆山的项目？"),
        ("苏州有多少家灯塔工厂？", "占全国多少？", "苏州灯塔工厂占全国多少？"),
        ("姑苏实验室的研究方向是什么？", "它在哪里？", "姑苏实验室在哪里？"),
        ("温州民营经济的主要问题有哪些？", "这些问题怎么解决？", "温州民营经济的主要问题怎么解决？"),
        ("蘇州有多少家燈塔工廠？", "無錫呢？", "无锡有多少家灯塔工厂？"),
        ("2023年遵义市地区生产总值是多少？", "第二产业增加值呢？", "2023年遵义市第二产业增加值是多少？"),
        ("毕节市2021年生猪出栏多少头？", "牛呢？", "毕节市2021年牛出栏多少头？"),
        ("How much did exports grow in 2024?", "and imports?", "How much did imports grow in 2024?"),
        ("Did Hangzhou cut subsidies in 2023?", "Why?", "Why did Hangzhou cut subsidies in 2023?"),
        ("Who is Xu Feng?", "What does he recommend?", "What does Xu Feng recommend?"),
    ],
)
def test_a_follow_up_is_completed(earlier: str, question: str, searched: str) -> None:
    """Slots, nouns, asking words and pronouns, in both scripts and in English."""
    assert completed(question, earlier) == searched


@pytest.mark.parametrize("question", ["谁发布的？", "报送给谁？", "作者是什么职务？", "这一期是哪天出的？"])
def test_a_question_about_the_document_itself_inherits_only_a_document(question: str) -> None:
    """Who issued it? takes the title that the question before names, and nothing where that names none."""
    assert completed(question, "遵义市2015年粮食总产量比上年增长多少？") == question
    if not question.startswith("这"):
        assert completed(question, "《物业管理条例》修改了什么？") == f"《物业管理条例》{question}"


@pytest.mark.parametrize("question", ["四个现代化是什么", "户籍改革有哪些内容", "孵化器有什么政策？"])
def test_a_question_with_a_subject_of_its_own_inherits_nothing(question: str) -> None:
    """A noun phrase that is no general word, and what is asked of it."""
    assert completed(question, "1978年粮食产量是多少？") == question


def test_a_chinese_name_makes_no_english_question_chinese() -> None:
    """It is completed from the English one before it."""
    before = "How many teachers were recruited in Yanshan County (砚山县) in 2024?"
    assert completed("And in 2023?", before) == before.replace("2024", "2023")


def test_a_chain_is_completed_step_by_step() -> None:
    """Each question leans on the completed one before it; small talk between them counts for nothing."""
    assert (
        completed("2024年呢？", "苏州2023年的GDP是多少？", "那无锡呢？", "谢谢") == "无锡2024年的GDP是多少？"
    )


@pytest.mark.parametrize(
    ("name", "least_follow_ups", "least_topics"),
    [("held_out_follow_ups", 44, 32), ("follow_ups_fresh", 38, 15)],
)
def test_most_of_each_set_is_right(name: str, least_follow_ups: int, least_topics: int) -> None:
    """At least so many pairs are completed to what was meant, and so many new topics stay as they are."""
    follow_ups = topics = 0
    for pair in map(json.loads, (SETS / f"{name}.jsonl").read_text("utf-8").splitlines()):
        found = completed(pair["question"], *pair["history"])
        if pair["kind"].startswith("new"):
            topics += found == pair["question"]
        else:
            missing = [part for part in pair["must_have"] if part not in found]
            follow_ups += not missing and not any(part in found for part in pair["must_not"])
    assert follow_ups >= least_follow_ups
    assert topics >= least_topics


def test_likeness_is_measured_from_the_centre_of_common_words() -> None:
    """A word is most like its own kind, not like the commonest word, as plain cosines say."""
    embed = open_embedder().embed_queries
    assert np.argmax(likeness("水泥", ["产量", "白酒"], embed)) == 1
    assert np.argmax(likeness("种植面积", ["辣椒", "产量"], embed)) == 1
    assert likeness("水泥", ["水泥"], embed) == pytest.approx([1.0], abs=1e-5)


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
    assert complete(question, history, by_letters) == question


@given(st.permutations(PLACES), st.sampled_from(FIGURES), YEARS, YEARS)
def test_the_replaced_place_and_year_are_gone(
    places: list[str], figure: str, year: int, new_year: int
) -> None:
    """The figure asked for stays."""
    found = complete(f"那{places[1]}{new_year}年呢？", [f"{places[0]}{year}年{figure}是多少？"], by_letters)
    assert found == f"{places[1]}{new_year}年{figure}是多少？"


@given(
    st.text(max_size=60)
    | st.text("那它其中这些该第一二三四五年月苏州昆山“”《》的是多少呢吗谁？，的 itwhatAnd2019", max_size=40),
    st.lists(
        st.text(max_size=60) | st.text("苏州的目标是多少有哪些“”《》？呢第一条2019年", max_size=40),
        max_size=3,
    ),
)
@settings(max_examples=300)
def test_no_text_is_an_error(question: str, history: list[str]) -> None:
    """Any characters and any heap of the words that follow-ups are made of, in the question and before it."""
    assert isinstance(complete(question, history, by_letters), str)


@pytest.mark.parametrize(
    "piece", ["那", "它的", "第一", "多少", "嗯", "好了", "The ", "what is it ", "苏州，", "要达到"]
)
def test_long_text_is_read_quickly_and_never_made_longer_than_allowed(piece: str) -> None:
    """2,000 characters of one piece, as the question and as the one before."""
    long = (piece * 2_000)[:2_000]
    started = time.process_time()
    assert len(complete(long, ["苏州有多少家灯塔工厂？"], by_letters)) <= 2_000
    assert len(complete("它的目标和措施是什么？", [long], by_letters)) <= 2_000
    assert len(complete("那2019年的规模呢？", [long], by_letters)) <= 2_000
    assert time.process_time() - started < 5
