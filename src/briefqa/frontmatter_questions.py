"""Questions about a document itself: 作者是谁, 哪天出的, 印了多少份.

They are answered from the printed front and back matter. A question counts as one only when
nothing is left of it but the asking words, words for "this document", and words of a title:
「全国推进大会是什么时候召开的」 asks about the text, not about the document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from briefqa.documents import Document, Field
from briefqa.folding import fold

# Metadata key → the words that ask for it; read on folded text (simplified, lower case).
_ASKING = {
    "author": r"作者|撰稿人?|撰写人?|执笔人?|(?:是)?谁写|谁(?:撰写|起草|执笔)|\bauthors?\b|\bwrote\b|\bwritten by\b|\bwritten\b",
    "total_issue": r"总第?(?:几|多少)期|总期[数号]|total issue",
    "issue": r"第?(?:几|哪一?|多少)期|期[数号]|issue number|(?:which|what) issue|\bissue no\b",
    "copies": r"(?:共?印制?|印刷|印发)了?(?:多少|几)份|(?:多少|几)份|印数|份数|how many copies|\bcopies\b",
    "editor": r"责任编辑|责编|编辑是?谁|谁编辑的?|\beditor\b|\bedited by\b|\bedited\b",
    "recipients": r"报送|抄送|主送|分送|(?:报|送|发)给(?:了)?(?:谁|哪些|哪)|\brecipients?\b|sent to|distributed to",
    "issuer": r"主办(?:单位|方|者)?|编印|印发(?:单位|机关)|发文(?:单位|机关)|出版(?:单位|者)?|发布(?:单位|机关|机构)|"
    r"谁(?:发布|出版|印发|办)的?|哪个(?:单位|机构|部门)(?:主办|发布|印发|出版|办|出)的?|\bpublisher\b|\bpublished by\b|who published|who issued|\bissued by\b",
    "date": r"(?:是|在)?(?:哪天|哪一天|哪年哪月|何时|什么时候|几月几[日号]|几时|哪年|什么日期|哪一?年)(?:出|发|印|刊|成文|写|发布|发表|印发|出版|刊发|编印)+(?:版|布|表|刊)?的?"
    r"|(?:出版|发布|成文|印发|发表|刊发|编印)?(?:日期|时间)(?:是)?(?:哪天|什么时候|多少|什么|何时)?|when (?:was|is|were)|what date|\bdate\b|\bpublished\b|\bissued\b",
    "phone": r"联系电话|电话(?:号码)?|联系方式|\bphone\b|\btelephone\b|contact number",
    "address": r"地址(?:是|在哪里?)?|\baddress\b",
    "doc_number": r"文号|发文字号|document number",
    "title": r"标题|题目|题名|篇名|(?:叫|是)什么名字|\btitle\b|\bcalled\b",
}
_PATTERNS = {key: re.compile(pattern) for key, pattern in _ASKING.items()}
_FILLER = re.compile(
    r"这[份篇个期本一]*|那[份篇个]|本[期文刊篇报]?|该|此|份|篇|期|文章|简报|报告|文件|文档|材料|刊物|内参|文稿|论文|通知|全文|原文|资料|"
    r"请问|请|告诉我|我想知道|想知道|的|是|了|在|由|和|与|吗|呢|呀|啊|谁|什么|哪里|哪儿|哪些|哪个|哪|多少|几|人|共|一共|总共|被|给|有|叫|名字|姓名|号|单位|机构|"
    r"\b(?:the|this|that|is|was|were|of|by|who|what|when|where|which|how|many|much|document|documents|brief|report|paper|article|"
    r"issue|text|it|its|and|for|a|an|in|on|to|are|did|does|do|please|tell|me|name|number|there|printed|made)\b|[\W_]"
)


@dataclass(frozen=True, slots=True)
class FrontmatterQuestion:
    """What of a document is asked for, and what is left of the question: words that may name the document."""

    key: str
    rest: str


def frontmatter_question(question: str) -> FrontmatterQuestion | None:
    """The question as one about a document itself; None when it cannot be."""
    folded = fold(question)
    for key, pattern in _PATTERNS.items():
        match = pattern.search(folded)
        if match is not None:
            rest = pattern.sub(" ", folded)
            return FrontmatterQuestion(key, _FILLER.sub("", rest))
    return None


def printed_fields(asked: FrontmatterQuestion, documents: Sequence[Document]) -> list[tuple[int, Field]]:
    """The (document number, field) pairs that answer; empty when the question is about something else.

    Words left over must all stand in the document's own title, series, issue or year.
    """
    found = []
    for number, document in enumerate(documents):
        if not _named_by(asked.rest, document):
            continue
        field = next((each for each in document.fields if each.key == asked.key), None)
        if field is not None and field.end > field.start:
            found.append((number, field))
    return found


def _named_by(rest: str, document: Document) -> bool:
    if not rest:
        return True
    keys = ("series", "issue", "total_issue", "date", "year", "subtitle")
    known = fold(" ".join([document.title, *(document.metadata.get(key, "") for key in keys)]))
    return all(character in known for character in rest)
