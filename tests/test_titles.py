"""The title of a document: which of its first lines it is, how many of them, and which never."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from briefqa.reading.document import BlockKind, Document
from briefqa.reading.formats.base import Extract, RawBlock
from briefqa.reading.structure import assemble

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


def test_a_letterhead_tells_the_issuer() -> None:
    """A body's name or the number below it makes it one; a kind of paper is none."""
    assert document(("海岬县人民政府文件", "关于渔港的通知")).metadata["issuer"] == "海岬县人民政府"
    numbered = document(("中共海岬中央文件", "海发〔2024〕15号", "关于渔港的通知"))
    assert numbered.metadata["issuer"] == "中共海岬中央"
    assert "issuer" not in document(("公开招标文件", "渔港食堂外包项目")).metadata
