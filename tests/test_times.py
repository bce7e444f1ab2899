"""A time that is asked for must be told."""

from __future__ import annotations

import pytest

from briefqa.question.conditions import ConditionKind, Verdict
from briefqa.question.parsing import parse_question
from briefqa.reading.document import Document
from briefqa.splitting.views import Surroundings
from briefqa.text.said import Said

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
