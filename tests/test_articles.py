"""Articles asked for by their number, of excerpts too: the whole of that article, and of no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefqa import Answer, build_index, open_index
from briefqa.question.conditions import Verdict
from briefqa.reading.articles import articles_of, part_of
from briefqa.reading.files import read_document

_EXCERPT = """沙湾市游船管理条例（节选）

第四条　游船每年检验一次。

第四条之一　租用游船的，押金为二百元。

第九条　违反第四条规定的，处八百元罚款。
"""
_PROSE = "本报讯，昨天上午八时整，厂里举行了简短而隆重的仪式，全体工人都到场祝贺，大家都很高兴。"


def _ask(folder: Path, text: str, question: str, name: str = "a.txt") -> Answer:
    (folder / name).write_text(text, "utf-8")
    build_index([folder / name], folder / "index")
    return open_index(folder / "index").ask(question)


def _numbers(folder: Path, text: str) -> list[str]:
    path = folder / "a.txt"
    path.write_text(text, "utf-8")
    return [str(number) for number, _ in articles_of(read_document(path, path.name).document)]


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("第四条规定了什么？", "第四条　游船每年检验一次。"),
        ("第四条之一规定了什么？", "第四条之一　租用游船的，押金为二百元。"),
        ("第九条之一规定了什么？", None),
    ],
)
def test_an_article_is_quoted_by_its_own_number(tmp_path: Path, question: str, quote: str | None) -> None:
    """第四条之一 is neither 第四条 nor part of it."""
    answer = _ask(tmp_path, _EXCERPT, question)
    assert [each.quote for each in answer.citations] == ([quote] if quote else [])


def test_an_excerpt_begins_with_an_article_of_any_number(tmp_path: Path) -> None:
    """However short it is; a line of a factory in a masthead is none, nor a title that begins like one."""
    assert _numbers(tmp_path, _EXCERPT) == ["第4条", "第4条之1", "第9条"]
    for line in ("第四条生产线投产。", "第四条 生产线投产纪实", "（根据《某某条例》第四条 制定）"):
        assert _numbers(tmp_path, f"某某厂通讯\n\n{line}\n\n{_PROSE}\n") == []


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("第八条规定了什么？", False),
        ("第八条的内容是什么", False),
        ("第五条规定了什么？", False),
        ("违反第八条罚多少？", True),
        ("违反第八条规定怎么处理", True),
    ],
)
def test_what_refers_to_an_article_does_not_tell_its_text(tmp_path: Path, question: str, found: bool) -> None:
    """An article that is not there is not found; what follows from breaking it is."""
    text = (
        "根据《某某条例》第五条的规定，结合本县渡口管理的实际情况和工作需要，制定本办法。\n\n"
        "第一条 渡船须登记。\n\n第二条 违反第八条规定的，处三百元罚款。\n"
    )
    assert _ask(tmp_path, f"某某县渡口办法\n\n{text}", question).found == found


def test_what_amends_an_article_may_tell_its_text(tmp_path: Path) -> None:
    """Its new text stands behind its number: such a sentence is not ruled out."""
    items = "一、将第四条修改为：“渡船每年检验两次。”\n\n二、增加一条，作为第七条：“渡工须持证。”\n"
    for question in ("第四条规定了什么？", "第七条规定了什么？"):
        leading = _ask(tmp_path, f"某某县渡口办法修正案\n\n{items}", question).hits[0]
        assert [check.verdict for check in leading.checks] == [Verdict.CONTEXT]


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("第二条第一款规定了什么？", "第二条 渡船分两类：\n（一）客船：\n1. 大船；\n2. 小船；\n（二）货船。"),
        ("第二条第2款的内容是什么？", "渡口办法另行公布。"),
        ("第二条第（二）项是什么？", "（二）货船。"),
        ("第二条第一款第一项规定了什么？", "（一）客船：\n1. 大船；\n2. 小船；"),
        (
            "第二条规定了什么？",
            "第二条 渡船分两类：\n（一）客船：\n1. 大船；\n2. 小船；\n（二）货船。\n渡口办法另行公布。",
        ),
    ],
)
def test_a_paragraph_or_an_item_is_quoted_by_its_number(tmp_path: Path, question: str, quote: str) -> None:
    """A paragraph goes with its items."""
    text = (
        "某某县渡口办法\n\n第一条 渡船须登记。\n\n"
        "第二条 渡船分两类：\n\n（一）客船：\n\n1. 大船；\n\n2. 小船；\n\n（二）货船。\n\n"
        "渡口办法另行公布。\n\n第三条 违反第二条第二款的，处罚款。\n"
    )
    answer = _ask(tmp_path, text, question, "a.md")
    assert ["".join(each.quote.split()) for each in answer.citations] == ["".join(quote.split())]


def test_no_paragraph_is_counted_where_lines_were_put_together(tmp_path: Path) -> None:
    """Which of them is the second would be a guess; an item has its number."""
    text = "某某县渡口办法\n\n第一条 渡船分两类：\n\n（一）客船；\n\n（二）货船。\n\n渡口另行公布。\n"
    assert _ask(tmp_path, text, "第一条第（二）项是什么？").confidence > 0.9
    assert _ask(tmp_path, text, "第一条第二款规定了什么？").confidence < 0.9


def test_what_stands_below_the_name_of_an_item_is_of_the_item() -> None:
    """It is no paragraph of the article."""
    text = "第三条 船费如下：\n（一）客船\n每人五元。\n（二）货船\n每吨九元。"
    assert part_of(text, (0, len(text)), 1, 0) == (0, len(text))
    assert part_of(text, (0, len(text)), 2, 0) is None
    assert part_of(text, (0, len(text)), 0, 1) == (text.index("（一）"), text.index("\n（二）"))


_PARTS = """滨湖区内河航道办法

第一章 总则

第一条 本区航道由区交通局管理。

第二章 养护

第二条 航道每季度清淤一次。

第三条 清淤费每立方米十八元。

附件1

航标维护细则

第一条 航标灯每月检查两次。

附件2

船闸运行细则

第一条 船闸每日开放六次。
"""


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("第二章讲什么？", "第二章 养护\n第二条 航道每季度清淤一次。\n第三条 清淤费每立方米十八元。"),
        ("第二章第三条规定了什么？", "第三条 清淤费每立方米十八元。"),
        ("附件2第一条是什么？", "第一条 船闸每日开放六次。"),
        ("航标维护细则第一条规定了什么？", "第一条 航标灯每月检查两次。"),
        ("第四章规定了什么？", ""),
        ("附件3的内容是什么？", ""),
    ],
)
def test_a_part_is_quoted_by_its_number(tmp_path: Path, question: str, quote: str) -> None:
    """A chapter, an annex, or an article of one of them; none where there is no such number."""
    answer = _ask(tmp_path, _PARTS, question)
    assert [each.quote for each in answer.citations] == ([quote] if quote else [])
