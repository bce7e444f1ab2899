"""A question is read with its numbers as the text writes equal ones."""

import pytest

from briefqa.text.as_written import as_written


@pytest.mark.parametrize(
    ("question", "text", "read"),
    [
        ("三千五百名学生从哪来？", "招收学生3500名。", "3500名学生从哪来？"),
        ("花2.4亿元建了什么？", "投资24000万元，建设码头。", "花24000万元建了什么？"),
        ("第3小学有多少学生？", "市第三小学有学生900人。", "第三小学有多少学生？"),
        ("第3小学有多少学生？", "第三中学有学生900人。", "第3小学有多少学生？"),
        ("花2.4亿元建了什么？", "一期2.4亿元，即24000万元。", "花2.4亿元建了什么？"),
        ("12人的班怎么收费？", "12元一次。", "12人的班怎么收费？"),
    ],
)
def test_equal_numbers_are_written_alike(question: str, text: str, read: str) -> None:
    """Of one unit or of one kind; what the text writes as the question does stays."""
    assert as_written(question, [text]) == read
