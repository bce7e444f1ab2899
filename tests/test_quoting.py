"""Lists in quotes: whole, and not one line further."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefqa import build_index, open_index
from briefqa.answering.quoted_rows import listed_rows, quoted_rows
from briefqa.answering.quoting import MAX_QUOTE, quote_span
from briefqa.question.parsing import parse_question
from briefqa.reading.files import read_document
from briefqa.reading.formats.base import Extract, RawBlock
from briefqa.reading.structure import assemble
from briefqa.splitting.passages import Sentence, split_sentences

LEAD = "申请补贴应当提交下列材料："
BODY = "工业是经济增长的引擎，也是一个地方综合实力的根基，必须坚持高质量发展这个首要任务。"


def quote(question: str, said: str, *texts: str) -> str:
    """The quote for the sentence that begins with `said` in a document of these paragraphs."""
    document = assemble(Extract(tuple(map(RawBlock, ("某某办法", *texts)))), "a", "a", "0")
    sentences = [s for b in document.blocks for s in split_sentences(document.text[b.start : b.end], b.start)]
    sentence = next(s for s in sentences if s.text.startswith(said))
    return document.text[slice(*quote_span(question, sentence, document))]


LISTS = [
    ["• 营业执照", "• 健康证明", "• 平面图"],
    ["1. 营业执照；", "2. 健康证明；", "3. 平面图。"],
    ["（一）具有户籍；", "（二）低于十五平方米；", "（三）低于三千元。"],
    ["①营业执照", "②健康证明"],
    ["☑ 身份证", "☐ 户口簿"],
    ["1、材料：", "（1）身份证；", "（2）户口簿。", "2、表格。"],
]


@pytest.mark.parametrize("items", LISTS)
@pytest.mark.parametrize(
    "after", ["二、补贴标准", "每户每月四百元。", "第四条 " + BODY, "4. 其他事项。" + BODY]
)
def test_a_list_is_quoted_whole_and_ends(items: list[str], after: str) -> None:
    """From the colon to the last item; neither the next heading nor the next paragraph belongs to it."""
    if after[:2] == "4." and items[0].startswith("1") and len(items) == 3:
        pytest.skip("a fourth item")
    expected = "\n".join([LEAD, *items])
    assert quote("需要哪些材料？", LEAD, "一、条件", BODY, LEAD, *items, after, BODY) == expected


@pytest.mark.parametrize("items", LISTS[:5])
def test_an_item_brings_its_list_when_a_list_is_asked_for(items: list[str]) -> None:
    """Found by its second item, the list comes whole; asked for one thing, the item stands alone."""
    assert quote("需要哪些材料？", items[1], BODY, LEAD, *items, BODY) == "\n".join([LEAD, *items])
    assert quote("户口簿交几份？", items[1], BODY, LEAD, *items, BODY) == items[1]


def test_a_quote_stays_within_its_length() -> None:
    """A long list is quoted by its beginning, in whole items."""
    items = [f"{i}. {BODY}" for i in range(1, 30)]
    found = quote("需要哪些材料？", LEAD, BODY, LEAD, *items)
    assert MAX_QUOTE - 60 < len(found) <= MAX_QUOTE
    assert found.endswith(BODY)


def test_a_colon_without_a_list_brings_nothing() -> None:
    """What follows is no item."""
    assert quote("有哪些？", LEAD, BODY, LEAD, BODY) == LEAD
    assert quote("有哪些？", LEAD, BODY, LEAD, "第四条 " + BODY, "第五条 " + BODY) == LEAD


GUIDE = """芦港县渔船更新办理指南

一、补贴对象

（一）船龄20年以上的木质渔船。

（二）在本县登记满三年的渔户。

二、申请材料

（一）渔船登记证书。

（二）船主身份证明。

（三）拆解回执。

三、办理地点

县渔业局一楼窗口办理，工作日上午受理，节假日不办。
"""


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("申请材料有哪些？", "（一）渔船登记证书。\n\n（二）船主身份证明。\n\n（三）拆解回执。"),
        (
            "芦港县渔船更新的补贴对象包括哪些？",
            "（一）船龄20年以上的木质渔船。\n\n（二）在本县登记满三年的渔户。",
        ),
    ],
)
def test_a_list_is_found_by_the_heading_above_it(tmp_path: Path, question: str, quote: str) -> None:
    """Whole, to the last item before the next heading, though no item has a word of the question."""
    (tmp_path / "a.txt").write_text(GUIDE, "utf-8")
    build_index(tmp_path / "a.txt", tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        answer = index.ask(question)
        assert "".join(answer.citations[0].quote.split()) == "".join(quote.split())
        assert not index.ask("收费标准有哪些？").found


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("补办不动产权证需要提交哪些材料？", "登记申请书", "遗失声明"),
        ("What documents are needed to replace the title certificate?", "登记申请书", "遗失声明"),
        ("哪些材料要在报纸上刊登？", "遗失声明", "遗失声明"),
    ],
)
def test_a_list_in_a_table_is_all_of_its_rows(tmp_path: Path, question: str, first: str, last: str) -> None:
    """Unless a word of the question tells one row from the others."""
    (tmp_path / "补证.md").write_text(
        "# 不动产权证遗失补办指南\n\n## 一、条件\n\n不动产权证书遗失、灭失的，权利人可以申请补发。\n\n"
        "## 二、提交材料\n\n| 材料名称 | 份数 | 说明 |\n|---|---|---|\n| 登记申请书 | 1份 | 窗口领取 |\n"
        "| 权利人身份证明 | 1份 | 核对原件 |\n| 遗失声明 | 1份 | 在报纸上刊登 |\n",
        "utf-8",
    )
    document = read_document(tmp_path / "补证.md", "补证.md").document
    at = document.text.index("遗失声明")
    found = Sentence(document.text[at:], at, len(document.text))
    span = listed_rows(parse_question(question), found, document, MAX_QUOTE) or (at, len(document.text))
    rows = quoted_rows(document, *span)
    assert (rows[0].cells[0].text, rows[-1].cells[0].text) == (first, last)
