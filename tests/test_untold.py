"""What a question names and its document tells only elsewhere is counted; the mark of a near miss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefqa.answering.untold import untold

TEXTS = st.text(alphabet="面试体检成绩复核的", max_size=20)
KNOWN = "面试成绩当场公布。\n对体检结果有异议的，七日内申请复检。\n变更登记三个工作日办结。"


@pytest.mark.parametrize(
    ("question", "told", "stretches"),
    [
        ("对面试成绩有异议", "对体检结果有异议的，七日内申请复检。", ["面试成绩"]),
        ("对体检结果有异议", "对体检结果有异议的，七日内申请复检。", []),
        ("体检的结果不服咋办", "对体检结果有异议的，七日内申请复检。", []),  # in other words
        ("变更登记七日内办结吗", "对体检结果有异议的，七日内申请复检。", ["变更登记", "办结"]),
        ("换证要等几天", "对体检结果有异议的，七日内申请复检。", []),  # words that the document has not
    ],
)
def test_what_only_another_sentence_tells(question: str, told: str, stretches: list[str]) -> None:
    """A word of the document that the sentence lacks counts; a free wording does not."""
    assert list(untold(question, told, KNOWN)) == stretches


@given(TEXTS, TEXTS, TEXTS)
def test_untold_is_known_and_asked(question: str, told: str, known: str) -> None:
    """Each stretch stands in the question and in what is known, and not where it is told."""
    for each in untold(question, told, known):
        assert each in question
        assert each in known
        assert each not in told


@given(TEXTS, TEXTS)
def test_nothing_is_untold_of_what_says_the_question(question: str, known: str) -> None:
    """A text that holds the whole question leaves nothing open, and an empty document knows nothing."""
    assert not list(untold(question, question, known))
    assert not list(untold(question, known, ""))
