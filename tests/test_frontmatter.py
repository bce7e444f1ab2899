"""Title, author, issue, date, recipients, … of briefs and official documents, each with its quote."""

from __future__ import annotations

import pytest

from briefqa.documents import BlockKind, Document
from briefqa.readers.base import Extract
from briefqa.readers.lines import join_lines
from briefqa.readers.text import split_lines
from briefqa.structure import assemble

BODY = "工业是经济增长的引擎，也是一个地方综合实力的根基，必须坚持高质量发展这个首要任务。"


def document(text: str, stem: str = "文件") -> Document:
    """The document of a plain text."""
    return assemble(Extract(tuple(join_lines(split_lines(text)))), "a.txt", stem, "0")


def quotes(made: Document) -> dict[str, str]:
    """What would be quoted for each key, the first of each."""
    return {f.key: made.text[f.start : f.end] for f in reversed(made.fields)}


def test_masthead_of_a_brief() -> None:
    """Series, issue, issuer, date, title, author and imprint of a brief."""
    made = document(
        f"决策内参\n\n2023年第18期\n(总第305期)\n\n江南研究院\n江南智库 编印\n\n2023年11月8日\n\n"
        f"关于加快低空经济发展的几点建议\n\n李　明 欧阳文海\n\n{BODY}\n\n{BODY}\n\n"
        "（作者单位：江南研究院经济所）\n\n送：市委办、市府办，\n各区县。\n\n"
        "编辑：王芳  电话：025-12345678\n\n印数：120份\n"
    )
    assert quotes(made) == {
        "series": "决策内参",
        "issue": "第18期",
        "total_issue": "总第305期",
        "issuer": "江南研究院\n江南智库 编印",
        "date": "2023年11月8日",
        "year": "2023",
        "title": "关于加快低空经济发展的几点建议",
        "author": "李　明 欧阳文海",
        "author_note": "（作者单位：江南研究院经济所）",
        "recipients": "送：市委办、市府办，各区县。",
        "editor": "编辑：王芳",
        "phone": "电话：025-12345678",
        "copies": "印数：120份",
    }
    assert made.metadata["author"] == "李明、欧阳文海"
    assert made.metadata["copies"] == "120份"
    kinds = [b.kind for b in made.blocks]
    assert kinds.count(BlockKind.TEXT) == 2
    assert kinds.count(BlockKind.BACK) == 4


def test_official_document() -> None:
    """Red header, document number, two-line title, addressee, signature, copies to."""
    made = document(
        f"某某市人民政府文件\n\n某政发〔2024〕15号\n\n某某市人民政府关于印发\n某某市数字经济行动方案的通知\n\n"
        f"各县（区）人民政府，市政府各部门：\n\n{BODY}\n\n一、目标\n\n{BODY}\n\n二、任务\n\n{BODY}\n\n"
        "某某市人民政府\n\n二〇二四年五月六日\n\n（此件公开发布）\n\n附件\n\n"
        f"{BODY}\n\n抄送：市委各部门。\n\n某某市人民政府办公室  2024年5月8日印发\n"
    )
    found = quotes(made)
    assert made.title == "某某市人民政府关于印发某某市数字经济行动方案的通知"
    assert found["doc_number"] == "某政发〔2024〕15号"
    assert found["recipients"] == "各县（区）人民政府，市政府各部门"
    assert found["date"] == "二〇二四年五月六日"
    assert made.metadata["year"] == "2024"
    assert found["cc"] == "抄送：市委各部门。"
    assert {f.value for f in made.fields if f.key == "issuer"} == {"某某市人民政府", "某某市人民政府办公室"}
    assert [h.title for h in made.headings] == ["一、目标", "二、任务", "附件"]


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("——2024年3月5日在第十四届全国人民代表大会第二次会议上", "2024年3月5日"),
        ("（2021年3月11日第十三届全国人民代表大会第四次会议通过）", "2021年3月11日"),
        ("2024-06-03", "2024-06-03"),
        ("发布日期：2024年6月3日", "发布日期：2024年6月3日"),
    ],
)
def test_dates_of_reports(line: str, date: str) -> None:
    """The date stands in the subtitle, alone, or behind its label."""
    made = document(f"政府工作报告\n\n{line}\n\n国务院总理 李强\n\n各位代表：\n\n{BODY}")
    assert quotes(made)["date"] == date
    assert made.metadata["year"] == date[-10:][:4] if "-" in date else made.metadata["year"] in date
    assert made.metadata["author"] == "李强"
    assert made.title == "政府工作报告"


def test_year_of_a_title() -> None:
    """Without a date the year comes from the title; the first line is the title."""
    made = document(f"2019年某某市政府工作报告\n\n各位代表：\n\n{BODY}")
    assert made.metadata["year"] == "2019"
    assert "date" not in made.metadata
    assert quotes(made)["year"] == "2019"


def test_body_is_not_taken_for_matter() -> None:
    """A text that begins with prose has its file's name as the title and no fields."""
    made = document(f"{BODY}\n\n{BODY}", stem="会议记录")
    assert made.title == "会议记录"
    assert made.fields == ()
    assert {b.kind for b in made.blocks} == {BlockKind.TEXT}


def test_rights_notice_is_back_matter() -> None:
    """What a web page says about its rights comes after the text."""
    made = document(f"某某公告\n\n{BODY}\n\n{BODY}\n\n\n\n版权所有 某某网站 转载请注明出处\n\n某ICP备1号")
    assert [b.kind for b in made.blocks][-2:] == [BlockKind.BACK] * 2
