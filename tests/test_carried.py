"""Which year a sentence without one speaks of, in a report that looks back and ahead."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefqa.question.conditions import Verdict
from briefqa.question.parsing import parse_question
from briefqa.question.year_conditions import YearCondition
from briefqa.reading.document import Document
from briefqa.reading.files import read_document
from briefqa.splitting.carried import years_before
from briefqa.splitting.passages import Sentence, make_passage
from briefqa.splitting.views import Surroundings, looked_at
from briefqa.text.folding import fold
from briefqa.text.quantities import years

REPORT = """青河县1994年政府工作报告

一、1993年工作的回顾和1994年工作的基本方针

在1992年快速增长的基础上，1993年全县经济继续发展。工业增加值比上年增长百分之二十一。钢产量达到八千八百吨。自1985年以来，县城面貌一新。新建学校三所。

1994年，我们要办好几件事。全年造林二万亩。

二、其他

桥梁三座正在修建。
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Document:
    """A report of two years."""
    path = Path(tmp_path_factory.mktemp("reports")) / "1994_青河县1994年政府工作报告.txt"
    path.write_text(REPORT, "utf-8")
    return read_document(path, path.name).document


def _around(document: Document, words: str) -> Surroundings:
    start = document.text.index(words)
    end = document.text.index("。", start) + 1
    passage = make_passage(document, start, end)
    return looked_at(passage, document, [Sentence(document.text[start:end], start, end)]).around(0)


@pytest.mark.parametrize(
    ("words", "carried"),
    [
        ("钢产量", {1993}),
        ("新建学校", {1993}),  # since 1985 says nothing of it
        ("全年造林", {1994}),
        ("桥梁三座", set()),  # another section
    ],
)
def test_a_sentence_goes_on_with_the_year_named_last(report: Document, words: str, carried: set[int]) -> None:
    """In its section, and not with one that is compared with, or since which something lasts."""
    assert years_before(report, report.text.index(words)) == carried


@pytest.mark.parametrize(
    ("question", "words", "verdict"),
    [
        ("1993年钢产量是多少吨？", "钢产量", Verdict.MET),
        ("1994年钢产量是多少吨？", "钢产量", Verdict.CONFLICT),
        ("1994年计划造林多少亩？", "全年造林", Verdict.MET),
        ("1994年要造林多少亩？", "全年造林", Verdict.MET),
        ("1994年造林多少亩？", "全年造林", Verdict.NEARBY),
        ("1994年实际造林多少亩？", "全年造林", Verdict.CONFLICT),
        ("1993年造林多少亩？", "全年造林", Verdict.CONFLICT),
        ("我想知道1993年钢产量是多少吨？", "钢产量", Verdict.MET),
        ("我要查1993年钢产量，是多少吨？", "钢产量", Verdict.MET),
        ("1993年炼钢要多少吨？", "钢产量", Verdict.MET),
        ("1994年实际使用外资造林多少亩？", "全年造林", Verdict.NEARBY),
    ],
)
def test_a_result_is_of_the_year_that_has_ended(
    report: Document, question: str, words: str, verdict: Verdict
) -> None:
    """And a plan of the one to come; where the result is asked for in so many words, no plan answers."""
    year = next(each for each in parse_question(question).conditions if isinstance(each, YearCondition))
    assert year.check(_around(report, words)).verdict is verdict


@pytest.mark.parametrize(
    "written", ["一九八○年", "一九九◯年", "二OO五年", "二00五年", "二○○五年", "二〇〇五年"]
)
def test_a_zero_is_written_in_many_ways(written: str) -> None:
    """The year is read all the same, and no letter is lost."""
    folded = fold(written)
    assert len(folded) == len(written)
    assert years(folded) & {1980, 1990, 2005}


def test_one_end_of_a_period_may_tell_of_all_of_it() -> None:
    """From 1965 to 1974: a sentence that names the last year, or the decade, is of the period."""
    conditions = parse_question("1965年到1974年建成了多少个大中型项目？").conditions
    assert all(each.joined for each in conditions if isinstance(each, YearCondition))
