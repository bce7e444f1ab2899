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

_WHEN = r"(?:哪天|哪一天|哪年哪月|何时|什么时候|几月几[日号]|几时|哪一?年|什么日期)"
_APPEARED = r"(?:出版|发布|发表|印发|刊发|编印|成文|出|发|印|刊|写)"
# Metadata key → the words that ask for it; read on folded text (simplified, lower case).
_ASKING = {
    "author": r"作者|撰稿人?|撰写人?|执笔人?|是?谁写|谁(?:撰写|起草|执笔)|\b(?:authors?|wrote|written)\b",
    "total_issue": r"总第?[几多]少?期|总期[数号]|total issue",
    "issue": r"第?(?:几|哪一?|多少)期|期[数号]|issue number|(?:which|what) issue|\bissue no\b",
    "copies": r"(?:共?印制?|印刷|印发)?了?(?:多少|几)份|印数|份数|\bcopies\b",
    "editor": r"责任编辑|责编|编辑是?谁|谁编辑的?|\b(?:editor|edited)\b",
    "recipients": r"报送|抄送|主送|分送|[报送发]给了?[谁哪]些?|\brecipients?\b|(?:sent|distributed) to",
    "issuer": r"主办(?:单位|方|者)?|编印|(?:印发|发文|出版|发布)(?:单位|机关|者)|谁(?:发布|出版|印发|办)的?|"
    r"哪个(?:单位|机构|部门)(?:主办|发布|印发|出版|办|出)的?|\bpublisher\b|"
    r"(?:published|issued) by|who (?:published|issued)",
    "date": rf"{_WHEN}(?:是|在)?{_APPEARED}+[版布表刊]?的?|{_APPEARED}*(?:日期|时间)(?:是|在)?{_WHEN}?|"
    r"when (?:was|is|were)|what date|\b(?:date|published|issued)\b",
    "phone": r"联系电话|电话(?:号码)?|联系方式|\b(?:tele)?phone\b|contact number",
    "address": r"地址(?:是|在哪里?)?|\baddress\b",
    "doc_number": r"文号|发文字号|document number",
    "title": r"标题|题目|题名|篇名|[叫是]什么名字|\b(?:title|called)\b",
}
_PATTERNS = {key: re.compile(pattern) for key, pattern in _ASKING.items()}
_FILLER = re.compile(
    r"[这那][份篇个期本一]*|本[期文刊篇报]?|该|此|份|篇|期|文章|简报|报告|文件|文档|材料|刊物|内参|文稿|论文|通知|全文|原文|资料|"
    r"请问|请|告诉我|我?想知道|[的是了在由和与吗呢呀啊谁哪多少些几人共被给有叫号]|什么|哪[里儿些个]|多少|一共|总共|姓?名字?|单位|机构|"
    r"\b(?:the|this|that|is|was|were|of|by|who|what|when|where|which|how|many|much|documents?|brief|report|paper|"
    r"article|issue|text|it|its|and|for|a|an|in|on|to|are|did|does|do|please|tell|me|name|number|there|printed|made)\b|"
    r"[\W_]"
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
