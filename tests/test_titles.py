"""The title of a document: which of its first lines it is, how many of them, and which never."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from briefqa.reading.document import BlockKind, Document
from briefqa.reading.formats.base import Extract, RawBlock
from briefqa.reading.frontmatter import find_matter
from briefqa.reading.structure import assemble
from briefqa.reading.titles import names_nothing

BODY = "为了渔港安全，根据有关法律的规定，结合本县实际，经研究，对渔船的登记作出如下规定，请遵照执行。"


def document(lines: Sequence[str | tuple[str, float]], stem: str = "0001") -> Document:
    """The document of lines, each with its size in points perhaps, above a paragraph of prose."""
    sized = [(each, 0.0) if isinstance(each, str) else each for each in lines]
    size = 12.0 if any(points for _, points in sized) else 0.0
    blocks = [RawBlock(text, size=points or size) for text, points in sized]
    return assemble(Extract((*blocks, RawBlock(BODY, size=size))), f"{stem}.docx", stem, "0")


ANNOUNCED = (
    "海岬县高级人民法院",
    "公    告",
    "《海岬县高级人民法院关于审理渔港案件适用法律若干问题的规定》已于2015年12月28日由审判委员会第1674次会议通过，"
    "现予公布，自2016年3月1日起施行。",
    "2016年2月24日",
    "海岬县高级人民法院",
    "关于审理渔港案件适用法律",
    "若干问题的规定",
    "海法释〔2016〕4号",
)


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (ANNOUNCED, "海岬县高级人民法院关于审理渔港案件适用法律若干问题的规定"),
        (
            [each.replace("《海岬县高级人民法院", "海岬县高级人民法院《") for each in ANNOUNCED],
            "海岬县高级人民法院关于审理渔港案件适用法律若干问题的规定",
        ),
        (
            (
                "海岬县人民政府令",
                "第711号",
                "现公布修订后的《海岬县渔港管理条例》，自2019年5月15日起施行，请各单位遵照执行。",
                "县 长 李明",
                "2019年4月3日",
                "海岬县渔港管理条例",
            ),
            "海岬县渔港管理条例",
        ),
    ],
)
def test_the_title_is_that_of_what_is_announced(lines: Sequence[str], title: str) -> None:
    """An announcement or an order is called what it makes public and prints below itself."""
    made = document(lines)
    assert made.title == title
    assert not made.headings
    assert [block.kind for block in made.blocks].count(BlockKind.TEXT) == 1


def test_who_signs_an_order_is_not_who_issues_it() -> None:
    """The order's first line tells the issuer, and its number stands in the line below."""
    told = document(
        (
            "海岬县人民政府令",
            "第711号",
            "现公布修订后的《海岬县渔港管理条例》，自2019年5月15日起施行，请各单位遵照执行。",
            "县 长 李明",
            "2019年4月3日",
            "海岬县渔港管理条例",
        )
    ).metadata
    assert (told["issuer"], told["doc_number"]) == ("海岬县人民政府", "海岬县人民政府令第711号")
    assert (told["date"], told["signer"]) == ("2019年4月3日", "县 长 李明")


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("县长　王　明", "signer"),
        ("县 长 李明", "signer"),
        ("渔业部　王明", "signer"),
        ("渔业部　黄委", "issuer"),
        ("渔业部　商务部", "issuer"),
    ],
)
def test_a_person_signs_and_a_body_issues(line: str, key: str) -> None:
    """An office with a name, spread out or not, is a person's; two bodies may stand side by side."""
    blocks = tuple(map(RawBlock, ("关于渔港的通知", BODY, line, "2019年4月3日")))
    told = assemble(Extract(blocks), "0001.docx", "0001", "0").metadata
    assert {each: told[each] for each in ("signer", "issuer") if each in told} == {key: told[key]}


def test_a_line_of_blanks_signs_nothing() -> None:
    """A line of wide blanks above a date is nobody's name."""
    blocks = tuple(map(RawBlock, ("关于渔港的通知", BODY, "\u3000\u3000", "2019年4月3日")))
    assert not {"issuer", "signer"} & {each.key for each in find_matter(blocks, "0001").fields}


def test_a_notice_keeps_its_title_above_what_it_sends_out() -> None:
    """A title of its own goes before that of the attachment that the first sentence names."""
    made = document(
        (
            "关于做好渔港检查的通知",
            "现将《海岬县渔港检查方案》印发给你们，请结合本单位的实际情况认真遵照执行。",
            "海岬县渔业局",
            "2019年4月3日",
            "海岬县渔港检查方案",
        )
    )
    assert made.title == "关于做好渔港检查的通知"


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (("讲话稿", "今天学习《渔港安全法》。", "渔港安全法", "大家要学。"), "讲话稿"),
        (
            ("讲话稿", "今天学习2019年4月3日公布的《渔港安全法》。", "渔港安全法", "大家要学。"),
            "讲话稿",
        ),
        (
            ("简报", "县政府召开会议学习《渔港安全法》，部署工作。", "一、学习渔港安全法", "大家要学。"),
            "简报",
        ),
        (
            ("简报", "《渔港安全管理法》自2019年5月1日起施行。", "安全管理法", "大家要学。"),
            "简报",
        ),
    ],
)
def test_a_law_that_a_text_names_is_not_its_title(lines: Sequence[str], title: str) -> None:
    """A heading that repeats a name of the first sentence, whole or in part, makes no announcement of it."""
    blocks = tuple(map(RawBlock, lines))
    assert assemble(Extract(blocks), "0001.docx", "0001", "0").title == title


def test_a_sentence_of_very_many_names_is_read_in_time() -> None:
    """Reading a sentence takes time by its length, however many names in 《》 it holds."""
    begun = time.process_time()
    made = document(("公告", f"现公布{'《甲乙》' * 20_000}。", "正文一。"))
    assert time.process_time() - begun < 5
    assert made.title != "甲乙"


BIG = 22.0


@pytest.mark.parametrize(
    "lines",
    [
        ("关于审理单位犯罪案件对其直接负责", "的主管人员和其他直接责任人员是否", "区分主犯、从犯问题的批复"),
        ("关于正确确定", "县级以上地方人民政府", "行政诉讼被告资格若干问题的规定"),
        ("关于为索取法律不予保护的债务非法", "拘禁他人行为如何定罪问题的解释"),
        ("关于海岬县与青溪县渔港", "相互认可渔船登记的安排"),
        ("海岬县“强渔之路”大课“悟”阶段", "交叉讨论课教学指南"),
    ],
)
def test_a_title_of_several_lines_is_whole(lines: Sequence[str]) -> None:
    """Lines of one look, larger than the text, are one title; the issuer above them is none of it."""
    printed = [(each, BIG) for each in ("海岬县高级人民法院", *lines)]
    assert document([*printed, "海法释〔2000〕31号", "青溪县人民法院："]).title == "".join(lines)


def test_lines_of_a_list_are_no_title() -> None:
    """Many lines of one look that do not say what they are about are not joined."""
    slogans = ["倾注未来的海风", "卓尔不群的渔船", "精彩纷呈的渔港", "向海而行的青春", "渔业成果展示"]
    assert document([(each, BIG) for each in slogans]).title in slogans


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (("海岬科技大学", "本科生毕业设计（论文）中期检查表"), "本科生毕业设计（论文）中期检查表"),
        (("附件3", "海岬职业大学", "本科毕业论文开题书"), "本科毕业论文开题书"),
        (("中科海图科技股份有限公司海岬分公司", "招聘简章"), "招聘简章"),
        (("渔船定位：海图与信标", "摘要"), "渔船定位：海图与信标"),
        (("渔 船 登 记 任 务 书", "______________________"), "渔 船 登 记 任 务 书"),
        (("项目编号：HJ-2025060601", "渔港食堂外包项目"), "渔港食堂外包项目"),
        (("招标文件", "项目名称：2026年渔港辅助服务项目"), "2026年渔港辅助服务项目"),
    ],
)
def test_the_line_that_tells_what_it_is_is_the_title(lines: Sequence[str], title: str) -> None:
    """Who issues it, what kind of paper it is, its number and the heading of its text go after its name."""
    assert document([(each, 16.0) for each in lines]).title == title
    printed = [RawBlock(each, size=16.0) for each in lines]
    table = [RawBlock("姓名 | 学号", kind=BlockKind.ROW), RawBlock("李明 | 1", kind=BlockKind.ROW)]
    if "摘要" not in lines:
        assert assemble(Extract((*printed, *table)), "0001.docx", "0001", "0").title == title


@pytest.mark.parametrize(
    "line",
    [
        "亲爱的学员：",
        "背景：",
        "• 渔船登记（第3学期完成）：",
        "!!!!!!!!",
        ". 1. 基本政策",
        "海岬渔业有限公司",
    ],
)
def test_what_is_never_a_title_leaves_it_to_the_files_name(line: str) -> None:
    """Salutations, items, marks and the name of a company say nothing of what the document is."""
    assert document((line,), "渔业员工手册").title == "渔业员工手册"


def test_a_chapter_is_not_the_title_of_the_whole() -> None:
    """The next chapter follows in the text."""
    blocks = [RawBlock(each) for each in ("第二章 聘用规定", BODY, "第三章 工作时间", BODY)]
    assert assemble(Extract(tuple(blocks)), "a.pdf", "渔业员工手册", "0").title == "渔业员工手册"


def test_the_name_in_a_row_of_the_cover_is_the_title() -> None:
    """It stands behind its label, where the other lines tell only who issues and what kind of paper it is."""
    row = RawBlock("项目名称： | 渔港2025年劳务派遣服务项目", kind=BlockKind.ROW)
    cover = [RawBlock("招标文件", size=42.0), row, RawBlock("海岬渔港（集团）有限公司", size=16.0)]
    made = assemble(Extract((*cover, RawBlock("2025年10月"), RawBlock(BODY))), "0001.docx", "0001", "0")
    assert made.title == "渔港2025年劳务派遣服务项目"
    assert "招标" not in made.metadata.get("issuer", "")


def test_a_letterhead_tells_the_issuer() -> None:
    """A body's name or the number below it makes it one; a kind of paper is none."""
    assert document(("海岬县人民政府文件", "关于渔港的通知")).metadata["issuer"] == "海岬县人民政府"
    numbered = document(("中共海岬中央文件", "海发〔2024〕15号", "关于渔港的通知"))
    assert numbered.metadata["issuer"] == "中共海岬中央"
    assert "issuer" not in document(("公开招标文件", "渔港食堂外包项目")).metadata


@pytest.mark.parametrize("name", ["海岬县总工会", "海岬县渔业协会", "海岬县政府研究室", "海岬县船厂"])
def test_unions_offices_and_works_are_bodies(name: str) -> None:
    """The name of a union, an association, an office or a works tells who issues, not what it is called."""
    assert document([(each, 16.0) for each in (name, "渔船登记任务书")]).title == "渔船登记任务书"
    assert names_nothing(name)
    assert not names_nothing("海岬县渔业座谈会")
