"""Example questions made from the documents' own sentences and headings, as a person would ask them.

A figure becomes 多少, a counted list 有哪些, a dated event 什么时候, a heading that begins with a verb
如何…. What is asked about must begin and end with a noun (part-of-speech tags), so that nothing asks
for 过去一年; of several documents the question names the year of its own. Whether the document
answers it is tried by `Engine.verify_examples`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from briefqa.reading.document import BlockKind, Document
from briefqa.splitting.passages import split_sentences
from briefqa.text.content import tagged
from briefqa.text.folding import fold

# Enough for good examples; a large collection is sampled, evenly.
_DOCUMENTS = 24
_CHARACTERS = 20_000  # of each
_LONGEST = 30  # characters of a question

_HAN = "\u4e00-\u9fff"
_NUMBER = r"\d[\d,.]*\s*(?:万亿|亿|万|千|百)?(?:元|%|％|个百分点|倍)?"
_NUMBERING = re.compile(r"^[（(]?[一二三四五六七八九十\d]+[)）、.．]*\s*")


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the sentence `[start, end)` of a document that it was made from."""

    question: str
    document_id: str
    start: int
    end: int


def _how_much(clause: str) -> str | None:
    match = re.match(
        rf"(?P<what>[{_HAN}A-Za-z ]{{3,18}}?)(?P<verb>达到|达|超过|突破|占|增长)了?\s*{_NUMBER}", clause
    )
    return f"{_subject(match['what'])}{match['verb']}多少？" if match and _subject(match["what"]) else None


def _how_many(clause: str) -> str | None:
    match = re.match(
        rf"(?P<who>[{_HAN}]{{2,10}}?)(?P<verb>坐拥|拥有|共有|现有|设有|建成|新增|有)\s*[\d,]+\s*(?P<unit>[家个项所条座种名])"
        rf"(?P<what>[{_HAN}]{{2,8}})$",
        clause,
    )
    if not match or not _subject(match["who"]):
        return None
    verb = "有" if match["verb"] in ("坐拥", "拥有", "共有", "现有", "有") else match["verb"]
    return f"{_subject(match['who'])}{verb}多少{match['unit']}{match['what']}？"


def _which(clause: str) -> str | None:
    match = re.search(
        rf"(?:[{_HAN}]+、)+[{_HAN}A-Za-z]+?等?\s*[\d两三四五六七八九十]+\s*[个大项类]\s*(?P<what>[{_HAN}]{{3,10}})$",
        clause,
    )
    return f"有哪些{match['what']}？" if match else None


def _when(sentence: str) -> str | None:
    match = re.match(
        r"(?:\d{4}\s*年)\s*(?:\d{1,2}\s*月)?(?:\s*\d{1,2}\s*日)?，?"
        r"(?P<what>[^，。；、“”]{4,20})(?P<verb>召开|发布|印发|成立|出台|实施|举行|开幕)[，。]",
        sentence,
    )
    if not match or not _subject(match["what"]):
        return None
    return f"{_subject(match['what'])}是什么时候{match['verb']}的？"


def _what_is(sentence: str) -> str | None:
    match = re.match(rf"(?P<what>[{_HAN}]{{2,10}})，?(?:是指|指的是|，是)[^，。]{{4,}}", sentence)
    return f"什么是{match['what']}？" if match and _subject(match["what"]) == match["what"] else None


_OF_CLAUSE: tuple[Callable[[str], str | None], ...] = (_how_many, _which, _how_much)
_OF_SENTENCE: tuple[Callable[[str], str | None], ...] = (_when, _what_is)


def example_questions(documents: Sequence[Document]) -> tuple[Example, ...]:
    """Distinct questions, kinds and documents taken in turn, most telling kinds first."""
    step = max(1, len(documents) // _DOCUMENTS)
    kinds: dict[str, list[Example]] = defaultdict(list)
    for document in documents[::step]:
        for kind, example in _of_document(document):
            kinds[kind].append(example)
    order = [each.__name__ for each in (_how_many, _when, _which, _how_much, _what_is)] + ["heading"]
    rows = [_spread(kinds[kind]) for kind in order if kinds[kind]]
    longest = max((len(row) for row in rows), default=0)
    in_turn = [row[n] for n in range(longest) for row in rows if n < len(row)]
    first: dict[str, Example] = {}
    dated = {each.id: _year(each) for each in documents}
    several = len(set(dated.values())) > 1
    for example in in_turn:
        year = dated.get(example.document_id, "")
        if several and year and not re.search(r"\d{4}", example.question):
            example = replace(example, question=f"{year}年{example.question}")
        first.setdefault(example.question.replace(" ", ""), example)
    return tuple(first.values())


def _spread(row: list[Example]) -> list[Example]:
    """One of each document before a second of any."""
    seen: dict[str, int] = defaultdict(int)
    keyed: list[tuple[int, int, Example]] = []
    for example in row:
        keyed.append((seen[example.document_id], len(keyed), example))
        seen[example.document_id] += 1
    return [example for *_, example in sorted(keyed, key=lambda each: each[:2])]


def _of_document(document: Document) -> Iterator[tuple[str, Example]]:
    for block in document.blocks:
        if block.kind is not BlockKind.TEXT or block.end > _CHARACTERS:
            continue
        for sentence in split_sentences(document.text[block.start : block.end], block.start):
            for kind, question in _of_sentence(sentence.text):
                yield kind, Example(question, document.id, sentence.start, sentence.end)
    for heading in document.headings:
        title = _NUMBERING.sub("", heading.title).split("，")[0].rstrip("。")
        # With 的 it names a thing, whatever word it begins with.
        does = "的" not in title and tagged(fold(title))[0][1].startswith("v") if title else False
        if does and 6 <= len(title) <= _LONGEST - 9:
            # The heading's own text answers, so the place runs to the end of its section's start.
            yield "heading", Example(f"如何{title}？", document.id, heading.start, heading.end + 400)


def _year(document: Document) -> str:
    """The year that a document is of, as its fields or its title say."""
    stated = document.metadata.get("year") or document.metadata.get("date", "")
    match = re.search(r"(?:19|20)\d\d", document.title) or re.search(r"(?:19|20)\d\d", stated)
    return match.group() if match else ""


def _of_sentence(sentence: str) -> Iterator[tuple[str, str]]:
    for rule in _OF_SENTENCE:
        if (question := rule(sentence)) and len(question) <= _LONGEST:
            yield rule.__name__, question
    for clause in re.split(r"[，。；！？：]|——", sentence):
        for rule in _OF_CLAUSE:
            part = clause.strip() if rule is _which else re.split("、", clause)[0].strip()
            if (question := rule(part)) and len(question) <= _LONGEST:
                yield rule.__name__, question
                break


def _subject(text: str) -> str:
    """A subject from its first noun on; "" when it has none, or does not end with one."""
    words = tagged(fold(text.strip()))
    first = next((n for n, (_, tag) in enumerate(words) if _is_noun(tag)), None)
    if first is None or not _is_noun(words[-1][1]):
        return ""
    skipped = sum(len(word) for word, _ in words[:first])
    subject = text.strip()[skipped:].strip()
    return subject if len(subject) >= 2 else ""


def _is_noun(tag: str) -> bool:
    return tag[0] in "njli" or tag in ("vn", "eng")
