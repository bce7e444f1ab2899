"""What of a question only says which document is meant does not choose among that document's sentences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from briefqa import build_index, open_index
from briefqa.models.embedding import EmbeddedQuestion, open_embedder
from briefqa.question.parsing import parse_question
from briefqa.reading.document import Document
from briefqa.retrieval.focus import focused, told_by

NAMED = Document("青禾职业技术学院学籍管理办法.pdf", "学籍管理办法", "", "", {"issuer": "柳塘县教育局"}, ())


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("青禾职业技术学院休学最长几年？", ["青禾职业技术学院"]),
        ("青禾职业技术学院学籍管理办法由谁解释？", ["青禾职业技术学院学籍管理办法"]),
        ("柳塘县的学生休学最长几年？", ["柳塘县"]),
        ("学籍管理由谁负责？", []),
        ("How long may a student be away?", []),
    ],
)
def test_names_and_long_runs_of_a_title_name_its_document(question: str, told: list[str]) -> None:
    """A few words that title and question share are what is asked about."""
    found = [question[start:end] for start, end in told_by(parse_question(question), NAMED)]
    assert sorted(set(found), key=len)[-len(told) :] == told if told else found == []


def _embedded(question: str) -> EmbeddedQuestion:
    return open_embedder().embed_question(question)


def test_what_is_told_counts_little_and_all_still_sums_to_one() -> None:
    """The other tokens keep their order; the terms are those of what is left."""
    text = "青禾职业技术学院休学最长几年？"
    question, embedded = parse_question(text), _embedded(text)
    focus = focused(question, embedded, [NAMED])
    weights, spans = focus.embedded.tokens.weights, embedded.tokens.spans
    told = spans[:, 1] <= len("青禾职业技术学院")
    assert weights.sum() == pytest.approx(1)
    assert weights[told].max() < weights[~told].max() / 5
    assert np.array_equal(focus.embedded.vector, embedded.vector)
    assert "休学" in focus.terms
    assert "学院" not in focus.terms


@pytest.mark.parametrize("text", ["青禾职业技术学院学籍管理办法", "青禾职业技术学院学籍管理办法是什么？", ""])
def test_a_question_for_nothing_else_is_left_whole(text: str) -> None:
    """Where only words that ask would be left."""
    question, embedded = parse_question(text), _embedded(text)
    focus = focused(question, embedded, [NAMED])
    assert focus.embedded is embedded
    assert focus.terms == question.terms


def test_a_sentence_that_repeats_the_name_does_not_answer_for_it(tmp_path: Path) -> None:
    """The name stands in the title, so that every sentence is about it."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "青禾县人民医院2023年技能大赛.txt").write_text(
        "青禾县人民医院2023年技能大赛\n\n"
        "本次大赛邀请了青禾县第二人民医院主任药师周明担任评委，青禾县人民医院院长出席大赛并讲话。"
        "经过激烈角逐，最终林岚荣获一等奖，方宁荣获二等奖。"
        "大赛由药剂科主任田青主持。\n",
        "utf-8",
    )
    build_index([tmp_path / "docs"], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        answer = index.ask("青禾县人民医院2023年技能大赛的一等奖是谁？")
    assert [each.quote for each in answer.citations] == ["经过激烈角逐，最终林岚荣获一等奖，方宁荣获二等奖。"]
