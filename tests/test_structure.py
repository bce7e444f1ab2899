"""Headings and pages of plain blocks: what counts, how it nests, what stays text."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefqa.reading.articles import articles_of
from briefqa.reading.document import BlockKind, Document
from briefqa.reading.files import read_document
from briefqa.reading.formats.base import Extract, RawBlock
from briefqa.reading.formats.docx_numbers import chinese
from briefqa.reading.pages import infer_page_starts
from briefqa.reading.structure import assemble
from briefqa.splitting.units import BODY as QUOTABLE
from briefqa.splitting.units import Units
from briefqa.text.numbering import chinese_number, is_contents_line, number_of

BODY = "工业是经济增长的引擎，也是一个地方综合实力的根基，必须坚持高质量发展这个首要任务。"


def document(*texts: str, gaps: dict[str, int] | None = None) -> Document:
    """The document of these paragraphs."""
    blocks = tuple(RawBlock(text, gap=(gaps or {}).get(text, 1)) for text in texts)
    return assemble(Extract(blocks), "a.txt", "a", "0")


def tree(*texts: str, gaps: dict[str, int] | None = None) -> list[tuple[int, str]]:
    """Level and title of each heading."""
    return [(h.level, h.title) for h in document(*texts, gaps=gaps).headings]


@pytest.mark.parametrize(
    ("text", "style", "value"),
    [
        ("第一章 总则", "章", 1),
        ("第二十三条 本条例自公布之日起施行。", "条", 23),
        ("第 二 十 六 条 本条例自公布之日起施行。", "条", 26),
        ("第 十 章 附 则", "章", 10),
        ("十一、加强领导", "一、", 11),
        ("（三）加快发展", "（一）", 3),
        ("(四)加快发展", "（一）", 4),
        ("７．加快发展", "1、", 7),
        ("2、加快发展", "1、", 2),
        ("（１）加快发展", "（1）", 1),
        ("③加快发展", "①", 3),
        ("1.2.3 范围", "1.1.1", 3),
    ],
)
def test_numbers_are_read(text: str, style: str, value: int) -> None:
    """Chinese, Arabic, circled and full-width numbers at the start of a line."""
    number = number_of(text)
    assert number is not None
    assert (number.style, number.value) == (style, value)


@pytest.mark.parametrize(
    "text",
    ["3.5%的增长", "2024年工作", "1.2亿元资金", "一是坚持创新", "二、", "12个百分点", "2 个重点", "1.5万亩"],
)
def test_quantities_and_prose_are_no_section_numbers(text: str) -> None:
    """A share, a year, an amount or 一是 does not make a heading."""
    assert tree("题目", BODY, text + "，" + BODY, text + "，" + BODY) == []


def test_chinese_numbers() -> None:
    """Tens, hundreds and zeros."""
    assert [chinese_number(t) for t in ("十", "二十", "三十五", "一百零五", "一百一十", "12")] == [
        10, 20, 35, 105, 110, 12,
    ]  # fmt: skip


def test_styles_nest_as_they_usually_do() -> None:
    """章 above 一、 above （一） above 1. above （1）, with no level left out."""
    assert tree(
        "关于工作的意见", "第一章 总则", BODY, "一、目标", BODY, "（1）近期。" + BODY, "（2）远期。" + BODY,
        "二、任务", BODY, "第二章 附件说明", BODY,
    ) == [
        (1, "第一章 总则"), (2, "一、目标"), (3, "（1）近期"), (3, "（2）远期"),
        (2, "二、任务"), (1, "第二章 附件说明"),
    ]  # fmt: skip


def test_a_document_may_nest_its_styles_the_other_way() -> None:
    """（一） stands above 一、 where the document shows it."""
    levels = {
        title: level
        for level, title in tree(
            "报告", "（一）形势", BODY, "（二）任务", "一、农业", BODY, "二、工业", BODY, "（三）前景", BODY
        )
    }
    assert levels["（三）前景"] == 1
    assert levels["二、工业"] == 2


def test_first_sentence_of_a_paragraph_is_a_heading() -> None:
    """`1、…。` opens a long paragraph: the heading is its first sentence, the block stays text."""
    made = document("题目", "一、建议", "1、坚持创新。" + BODY, "2、坚持开放。" + BODY, "二、结论", BODY)
    inline = made.headings[1]
    assert made.text[inline.start : inline.end] == "1、坚持创新。"
    assert (inline.title, inline.level) == ("1、坚持创新", 2)
    assert made.section_at(made.text.index("坚持开放"))[-1].title == "2、坚持开放"
    assert " ".join(b.kind for b in made.blocks) == "front heading text text heading text"


def test_short_items_are_a_list() -> None:
    """Numbered lines with nothing between them, or that end in ；, are items."""
    assert tree("题目", "一、要求", BODY, "1、苹果", "2、梨", "3、桃", "二、办法", BODY) == [
        (1, "一、要求"),
        (1, "二、办法"),
    ]
    assert tree("题目", BODY, "一、提高产量；", "二、提高质量；", "三、降低成本。", BODY) == []


def test_a_number_out_of_sequence_is_no_heading() -> None:
    """A lone 一、 and a 5、 after 1、 are not."""
    assert tree("题目", BODY, "一、总体情况", BODY) == []
    assert tree("题目", "1、甲项", BODY, "2、乙项", BODY, "5、丙项", BODY) == [(1, "1、甲项"), (1, "2、乙项")]


def test_table_of_contents_is_no_tree() -> None:
    """Lines with leaders, or that all come again below, do not count."""
    body = ["一、总体要求", BODY, "（一）原则", BODY, "（二）目标", BODY, "二、任务", BODY]
    contents = [text for text in body if text != BODY]
    assert is_contents_line("一、总体要求………………3")
    assert tree("题目", "目录", *(f"{t} {i}" for i, t in enumerate(contents)), *body) == tree("题目", *body)
    assert tree("题目", "目录", *(f"{t}……{i}" for i, t in enumerate(contents)), *body) == tree("题目", *body)


def test_articles_are_headings_by_their_number() -> None:
    """第一条 is an address, not a sentence."""
    articles = ["第一章 总则", "第一条 " + BODY, "第二条 " + BODY, "第二章 附则", "第三条 " + BODY]
    assert tree("某某条例", *articles) == [
        (1, "第一章 总则"), (2, "第一条"), (2, "第二条"), (1, "第二章 附则"), (2, "第三条"),
    ]  # fmt: skip


def test_lines_that_stand_out_are_headings() -> None:
    """Three short lines with wide space around them are headings without a number."""
    names = ["过去五年的工作", "今后五年的任务", "关于外交工作"]
    texts = [t for name in names for t in (name, BODY * 2)]
    assert tree("政府工作报告", BODY, *texts, gaps=dict.fromkeys(names, 4)) == [(1, name) for name in names]
    assert tree("政府工作报告", BODY, *texts) == []


def test_format_levels_win() -> None:
    """What the format calls a heading is one, and numbers without a style nest below it."""
    blocks = (
        RawBlock("大题目", level=0), RawBlock("背景", level=1), RawBlock(BODY), RawBlock("方案", level=1),
        RawBlock("一、目标。" + BODY), RawBlock("二、任务。" + BODY),
    )  # fmt: skip
    made = assemble(Extract(blocks), "a", "a", "0")
    assert made.title == "大题目"
    assert [(h.level, h.title) for h in made.headings] == [
        (1, "背景"),
        (1, "方案"),
        (2, "一、目标"),
        (2, "二、任务"),
    ]


def test_pages_are_inferred_where_lines_are_cut() -> None:
    """Cuts a page apart give pages; where one is missing, the nearest paragraph begins a page."""
    assert infer_page_starts([600, 1200, 2400, 3000], [0, 500, 1750, 2900], 3500) == (
        0,
        600,
        1200,
        1750,
        2400,
        3000,
    )
    assert infer_page_starts([600, 1200], [0], 1500) == ()
    assert infer_page_starts([50, 90, 4000, 4100], [0], 5000) == ()


def test_empty_pages_are_counted() -> None:
    """A page without text has a start, and the pages after it keep their numbers."""
    blocks = (RawBlock("一页", breaks=(0,)), RawBlock("三页", breaks=(0, 0)), RawBlock("", breaks=(0,)))
    made = assemble(Extract(blocks, paged=True), "a", "a", "0")
    assert made.page_starts == (0, 3, 3, 5)
    assert made.page_at(3) == 3


def test_articles_without_a_blank() -> None:
    """第一条为… is an article; 第三条规定的… and 第二条第一款… are references to one."""
    assert tree(
        "某某办法", "第一章 总则", "第一条为规范管理，" + BODY, "第二条本办法适用于本镇。", "第二章 开放",
        "第三条阅览室每周开放六天。", "第二条第一款规定的，除外。", "第三条规定的时间不含假日。",
        "第四条读者赔偿。",
    ) == [
        (1, "第一章 总则"), (2, "第一条"), (2, "第二条"), (1, "第二章 开放"), (2, "第三条"), (2, "第四条"),
    ]  # fmt: skip
    assert tree("某某通报", BODY, "第一条地铁已经开通。" + BODY, "第二条地铁正在建设。" + BODY) == []


def test_a_reference_is_no_article_beside_articles_with_a_blank() -> None:
    """第三条所附… counts nothing where 第三条 stands with a blank."""
    texts = ["第一条 " + BODY, "第二条 " + BODY, "第三条所附图纸见网站。", "第三条 " + BODY]
    assert [title for _, title in tree("某某办法", *texts)] == ["第一条", "第二条", "第三条"]


def test_an_article_put_in_behind_another_has_its_own_number() -> None:
    """第六条之一 and 之二 stand between 第六条 and 第七条; 第七条之规定 is a reference to an article."""
    titles = ["第五条", "第六条", "第六条之一", "第六条之二", "第七条", "第九条之三"]
    texts = [f"{title} {BODY}" for title in titles]
    made = document("某某办法", *texts[:5], "第七条之规定不适用于车站。", "第七条之一规定的除外。", texts[5])
    assert [heading.title for heading in made.headings] == titles
    numbers = [(5, 0), (6, 0), (6, 1), (6, 2), (7, 0), (9, 3)]
    assert [number for number, _ in articles_of(made)] == numbers


def test_parts_of_a_code_nest() -> None:
    """编, 章, 节, 条: 节 starts again in each 章, 条 runs on through all."""
    texts, expected, article = [], [], 0
    for part in "一二":
        texts.append(f"第{part}编 总则")
        expected.append((1, texts[-1]))
        for chapter in "一二":
            texts.append(f"第{chapter}章 开放")
            expected.append((2, texts[-1]))
            for section in "一二":
                texts.append(f"第{section}节 时间")
                expected.append((3, texts[-1]))
                for _ in range(2):
                    article += 1
                    texts.append(f"第{chinese(article)}条 {BODY}")
                    expected.append((4, f"第{chinese(article)}条"))
    assert tree("某某法典", *texts) == expected


@pytest.mark.parametrize("blank", [" ", ""])
def test_an_excerpt_keeps_its_printed_numbers(blank: str) -> None:
    """第七条, 第十五条, 第二十三条 are headings although they do not count up by one."""
    numbers = ["第七条", "第十五条", "第二十三条"]
    texts = [n + blank + "餐饮单位应当每日清运，" + BODY for n in numbers]
    assert [title for _, title in tree("某某条例（节选）", *texts)] == numbers


def test_a_number_before_a_year_is_a_number() -> None:
    """1.2025年度… is the first item, not section 1.2025 and not 1.2."""
    number = number_of("1.2025年度名额有多少个？")
    assert number is not None
    assert (number.style, number.value, number.end) == ("1、", 1, 2)
    assert number_of("1.2万人") is None or number_of("1.2万人").style != "1、"


def test_an_attachment_starts_numbers_again() -> None:
    """附件1 is a section of its own, whose 一、 is not the next after the letter's."""
    assert tree(
        "某某通知", "一、目标", BODY, "二、任务", BODY, "附件：1．指南", BODY, "附件1", "申报指南",
        "一、对象", BODY,
        "二、材料", BODY, "附件2：评分表", BODY, "一、指标", BODY, "二、权重", BODY,
    ) == [
        (1, "一、目标"), (1, "二、任务"), (1, "附件1"), (2, "一、对象"), (2, "二、材料"),
        (1, "附件2：评分表"), (2, "一、指标"), (2, "二、权重"),
    ]  # fmt: skip


def test_each_question_of_a_page_is_a_heading() -> None:
    """问： before 答：, and lines that end in a question mark with text below."""
    asked = ["问：怎样办理？", "答：" + BODY, "问：何时办理？", "答：" + BODY]
    assert tree("问答", BODY, *asked) == [(1, "问：怎样办理？"), (1, "问：何时办理？")]
    lines = ["怎样办理？", BODY, "何时办理？", BODY, "在哪里办理？", BODY]
    assert [title for _, title in tree("问答", BODY, *lines)] == lines[::2]
    assert tree("讲话", BODY, "怎么办？", BODY) == []


def test_a_foreword_stands_beside_the_first_headings() -> None:
    """前言 and 结语 are not above 一、."""
    assert tree("报告", BODY, "前言", BODY, "一、现状", BODY, "二、对策", BODY, "结语", BODY) == [
        (1, "前言"), (1, "一、现状"), (1, "二、对策"), (1, "结语"),
    ]  # fmt: skip


STATED = """名词解释

一、财政拨款收入：指本级财政当年拨付的资金。

二、事业收入：指事业单位开展业务活动所取得的收入。如学校的学费收入、医院的医疗收入等。

三、经营收入：指在业务活动之外开展非独立核算经营活动取得的收入。

四、其他收入：指上述各项以外的收入。如饭堂收入、存款利息收入等。

五、申请办理

（一）单台补贴额在3万元以上的机具，自购买之日起2年内不得转让。

其他机具的期限由县里规定。

（二）申请对象。

本县从事农业生产的个人和组织都可以申请补贴。
"""


def test_a_line_that_says_something_is_more_than_a_heading(tmp_path: Path) -> None:
    """A numbered sentence in a line of its own can be quoted; its label, or it all, names the section."""
    path = tmp_path / "a.txt"
    path.write_text(STATED, "utf-8")
    document = read_document(path, "a.txt").document
    headings = [heading.title for heading in document.headings]
    assert headings[-5:-2] == ["三、经营收入", "四、其他收入", "五、申请办理"]
    own_lines = [
        document.text[block.start : block.end] for block in document.blocks if block.kind is BlockKind.HEADING
    ]
    assert own_lines[-2:] == ["五、申请办理", "（二）申请对象。"]
    said = document.text.index("单台补贴额")
    assert document.section_at(said)[-1].title.startswith("（一）单台补贴额")


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("一、会议时间为上午9:30。", "一、会议时间为上午9:30"),
        ("一、资金按3:2的比例配套。", "一、资金按3:2的比例配套"),
        ("一、网址为http://www.example.cn/2023。", "一、网址为http://www.example.cn/2023"),
        ("一、基本支出：指保障运转的支出。", "一、基本支出"),
    ],
)
def test_times_ratios_and_addresses_are_no_labels(line: str, title: str, tmp_path: Path) -> None:
    """A section is not called by half of a number."""
    path = tmp_path / "a.txt"
    path.write_text(
        f"通知\n\n{line}\n\n请准时参加本次会议，不得缺席。\n\n二、其他。\n\n另行通知各单位。\n", "utf-8"
    )
    document = read_document(path, "a.txt").document
    assert document.headings[-2].title == title


def _kinds(path: Path) -> dict[str, int]:
    """Sentence → its kind."""
    units = Units.split([read_document(path, path.name).document])
    return {
        units.documents[0].text[row["start"] : row["end"]].strip(): row["kind"] for row in units.sentences
    }


def test_a_sentence_that_opens_a_section_is_found(tmp_path: Path) -> None:
    """It is text where answers are looked for, not only where blocks are named."""
    path = tmp_path / "a.txt"
    path.write_text(
        "公告\n\n一、2023年完成投资120亿元，增长5%。\n\n其中工业投资较多，各区都有增长。\n\n"
        "二、2023年完成税收30亿元，增长6%。\n\n税收结构继续改善，各税种都有增长。\n",
        "utf-8",
    )
    assert _kinds(path)["二、2023年完成税收30亿元，增长6%。"] == QUOTABLE


def test_a_first_sentence_that_says_something_can_be_quoted(tmp_path: Path) -> None:
    """Though what stands behind it makes it the heading of a paragraph; a title cannot."""
    path = tmp_path / "a.txt"
    path.write_text(
        "关于举办书法展的通知\n\n一、报名费每人35元。团体报名费每队260元，现场缴纳，不另收费。\n\n"
        "二、加强宣传。各乡镇应当广泛动员居民报名参加，认真做好组织工作。\n",
        "utf-8",
    )
    kinds = _kinds(path)
    assert kinds["一、报名费每人35元。"] == QUOTABLE
    assert kinds["二、加强宣传。"] != QUOTABLE


def test_a_form_that_nobody_filled_in_says_nothing(tmp_path: Path) -> None:
    """A label with a blank behind it is no answer; one with something behind it is."""
    path = tmp_path / "a.txt"
    path.write_text(
        "关于申报茶叶补贴的通知\n\n请于2024年6月30日前报送申报表，逾期不再受理，表样附后。\n\n"
        "申报单位：________  联系人：____\n\n申报日期：    年   月   日\n\n受理单位：县茶叶局\n",
        "utf-8",
    )
    kinds = _kinds(path)
    assert kinds["申报单位：________  联系人：____"] != QUOTABLE
    assert kinds["申报日期：    年   月   日"] != QUOTABLE
    assert kinds["受理单位：县茶叶局"] == QUOTABLE
