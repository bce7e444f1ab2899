"""Example questions made from the documents' own sentences, headings and fields, as a person would ask them.

A question that the document itself prints is taken as it is; a definition becomes 什么是, a figure with its
year 多少, a counted list 有哪些, a dated event 什么时候, a heading that says what is to be done 如何, the
day of coming into force 什么时候施行. What is asked about must be a noun phrase (part-of-speech tags) that
stands alone; of several documents a figure must come with its year or its place. Whether the document
answers it is tried by the engine: none at all is better than a silly one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from briefqa.reading.document import BlockKind, Document, Heading
from briefqa.splitting.passages import split_sentences
from briefqa.text.content import tagged
from briefqa.text.folding import fold
from briefqa.text.quantities import years
from briefqa.ui.chat.yearly import Subject, how_large, subject_of

_CHARACTERS = 20_000  # of a document that are looked at
_SHORTEST, _LONGEST = 6, 26  # characters of a question
_LONGEST_TITLE = 18
_BELOW = 400  # characters below a heading that may answer it
_TOLD = 40  # characters below a heading from which on they say how; fewer repeat it

_HAN = "\u4e00-\u9fff"
_NUMBER = r"\d[\d,.]*\s*(?:万亿|亿|万|千|百)?(?:元|%|％|个百分点|倍|吨|公里|人|件|户)"
_NUMBERING = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]+[)）、.．]*|第[一二三四五六七八九十百\d]+[章节条])\s*|^问[：:]\s*"
)
# A definition for a part of the text only says what is meant there.
_OF_PART = re.compile(r"^(?:[前上]|本(?=[条款项节章])|第[一二三四五六七八九十百]+)[条款项节章]?")
_ASKS = re.compile(r"什么|哪些|哪里|哪个|如何|怎么|怎样|多少|多久|是否|能否|可以.*吗|吗？$|谁")
# What points at something around it, and so says nothing alone.
_POINTS = re.compile(
    r"^(?:全(?![国球民面])|[各该其此这那本我上下前后同当去今]|新[建增开])|[本该此]|上述|有关|相关|以下|其中"
)
_DOES = re.compile(
    r"推动|推进|加快|加强|完善|提升|深化|促进|优化|健全|落实|支持|强化|培育|构建|提高|扩大|保障|加大|建立|建设|防范|发展"
)


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the place `[start, end)` of a document that it was made from."""

    question: str
    document_id: str
    start: int
    end: int


def _how_much(clause: str) -> str | None:
    match = re.match(
        rf"(?P<what>[{_HAN}A-Za-z ]{{3,14}}?)\s*(?P<verb>达到|达|超过|突破|占|增长|下降)了?\s*{_NUMBER}",
        clause,
    )
    return f"{match['what'].strip()}{match['verb']}多少？" if match and _is_thing(match["what"]) else None


def _how_many(clause: str) -> str | None:
    match = re.match(
        rf"(?P<who>[{_HAN}]{{2,10}}?)(?P<verb>坐拥|拥有|共有|现有|设有|建成|新增|有)\s*[\d,]+\s*(?P<unit>[家个项所条座种名])"
        rf"(?P<what>[{_HAN}]{{2,8}})$",
        clause,
    )
    if not match or not _is_thing(match["who"]) or not _is_thing(match["what"]):
        return None
    verb = "有" if match["verb"] in ("坐拥", "拥有", "共有", "现有", "有") else match["verb"]
    return f"{match['who']}{verb}多少{match['unit']}{match['what']}？"


def _which(clause: str) -> str | None:
    match = re.search(
        rf"(?:[{_HAN}]+、)+[{_HAN}A-Za-z]+?等?\s*[\d两三四五六七八九十]+\s*[个大项类]\s*(?P<what>[{_HAN}]{{3,10}})$",
        clause,
    )
    return f"有哪些{match['what']}？" if match and _is_thing(match["what"]) else None


def _when(sentence: str) -> str | None:
    match = re.match(
        r"(?:\d{4}\s*年)\s*(?:\d{1,2}\s*月)?(?:\s*\d{1,2}\s*日)?，?"
        r"(?P<what>[^，。；、“”]{4,16})(?P<verb>召开|发布|印发|成立|出台|实施|举行|开幕)[，。]",
        sentence,
    )
    what = match["what"].strip() if match else ""
    return f"{what}是什么时候{match['verb']}的？" if match and _is_thing(what) else None


def _what_is(sentence: str) -> str | None:
    said = _NUMBERING.sub("", sentence)
    match = re.match(rf"(?P<where>[{_HAN}]{{0,6}}所称的?)?(?P<what>[{_HAN}]{{2,10}}?)，?是指", said)
    if not match or _OF_PART.match(match["where"] or ""):
        return None
    return f"什么是{match['what']}？" if _is_thing(match["what"]) else None


_OF_SENTENCE: tuple[Callable[[str], str | None], ...] = (_what_is, _when)
_OF_CLAUSE: tuple[Callable[[str], str | None], ...] = (_how_many, _how_much)
# Kinds in the order in which they are offered; a "figure" is one of a report whose title says place and year.
_ORDER = ("printed", "figure", "_how_many", "_what_is", "_how_much", "_when", "how", "_which", "field")


def example_questions(documents: Sequence[Document], *, several: bool) -> tuple[Example, ...]:
    """Distinct questions, kinds and documents taken in turn; `several`: there are more documents than one."""
    kinds: dict[str, list[Example]] = defaultdict(list)
    of_years = len({year for each in documents if (year := each.year)}) > 1
    for document in documents:
        for kind, example in _of_document(document, several, of_years):
            if _SHORTEST <= len(example.question) <= _LONGEST or kind in ("field", "figure"):
                kinds[kind].append(example)
    rows = [_spread(kinds[kind]) for kind in _ORDER if kinds[kind]]
    longest = max((len(row) for row in rows), default=0)
    first: dict[str, Example] = {}
    for example in (row[n] for n in range(longest) for row in rows if n < len(row)):
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


def _of_document(document: Document, several: bool, of_years: bool) -> Iterator[tuple[str, Example]]:
    subject = subject_of(document)
    for block in document.blocks:
        if block.kind is not BlockKind.TEXT or block.end > _CHARACTERS:
            continue
        for sentence in split_sentences(document.text[block.start : block.end], block.start):
            for kind, question in _of_sentence(sentence.text, several, of_years, subject):
                yield kind, Example(question, document.id, sentence.start, sentence.end)
    for heading in document.headings:
        # The text below a heading answers it.
        place = document.id, heading.start, heading.end + _BELOW
        title = _NUMBERING.sub("", heading.title).split("，")[0].rstrip("。")
        if title.endswith(("？", "?")) and _ASKS.search(title) and "“" not in title:
            if not several or _names_a_thing(title):
                yield "printed", Example(title, *place)
        elif _DOES.match(title) and _is_deed(title) and _says_how(document, heading):
            yield "how", Example(f"如何{title}？", *place)
    days = [each for each in document.fields if each.key == "effective"]
    # One of several is of a part, and one without a year (自公布之日) is no day.
    alone = len({each.value for each in days}) == 1
    if alone and len(document.title) <= _LONGEST_TITLE and years(fold(days[0].value)):
        question = f"《{document.title}》什么时候施行？"
        yield "field", Example(question, document.id, days[0].start, days[0].end)


def _of_sentence(
    sentence: str, several: bool, of_years: bool, subject: Subject | None
) -> Iterator[tuple[str, str]]:
    """Questions by their kinds.

    Args:
        several: there are more documents, so that a question must say which place it is about.
        of_years: they are of several years, so that it must say which one.
        subject: what the document's figures are about, where its title says so.
    """
    for rule in _OF_SENTENCE:
        if question := rule(sentence):
            yield rule.__name__, question
    if not several and (question := next(filter(None, map(_which, _clauses(sentence))), None)):
        yield _which.__name__, question
    yield from _of_figures(sentence, several, of_years, subject)


def _of_figures(
    sentence: str, several: bool, of_years: bool, subject: Subject | None
) -> Iterator[tuple[str, str]]:
    # A year that something is compared with is not the year of the figure.
    told = set(re.findall(r"(?<![\d比较])((?:19|20)\d\d)\s*年", sentence))
    if subject and told <= {subject.year}:
        within = (subject.within(_without_time(each)) for each in _clauses(sentence))
        levels = [question for each in within if (question := how_large(each))]
        if len(levels) == 1:  # several are parts of a whole
            yield "figure", subject.asked(levels[0])
        return
    for clause in _clauses(sentence):
        for rule in _OF_CLAUSE:
            if question := rule(_without_time(clause.split("、")[0])):
                dated = f"{next(iter(told))}年{question}" if len(told) == 1 else question
                if not told or len(told) > 1:
                    placed = tagged(fold(question))[0][1] == "ns"
                    if several and (of_years or not placed):
                        continue
                yield rule.__name__, dated
                break


def _clauses(sentence: str) -> list[str]:
    return [each.strip() for each in re.split(r"[，。；！？：]|——", sentence)]


def _without_time(clause: str) -> str:
    """A clause without the year that it begins with."""
    return re.sub(r"^(?:到|至|截至)?\s*(?:19|20)\d\d\s*年(?:底|末)?", "", clause).strip()


def _is_thing(text: str) -> bool:
    """Whether a text is a noun phrase that stands alone."""
    if _POINTS.search(text.strip()):
        return False
    tags = [tag for word, tag in tagged(fold(text.strip())) if word.strip()]
    inner = all(_is_noun(tag) or tag[0] in "abskpv" or tag == "uj" for tag in tags)
    return bool(tags) and inner and tags[0][0] not in "pku" and _is_noun(tags[-1])


def _names_a_thing(question: str) -> bool:
    """Whether a question says what it is about, which among several documents it must.

    Its last word is what is asked of that (可以网上办理吗？), whatever the tagger takes it for.
    """
    said = [(word, tag) for word, tag in tagged(fold(question)) if tag[0] not in "xyw"]
    return any(tag[0] == "n" and len(word) > 1 for word, tag in said[:-1])


def _is_deed(title: str) -> bool:
    """Whether a heading says one thing to be done, and to what: a set phrase is no thing."""
    if len(title) < _SHORTEST or re.search(r"[，、；：,:和及与的]", title) or _POINTS.search(title):
        return False
    return not all(tag[0] in "li" for _, tag in tagged(fold(_DOES.sub("", title, count=1))))


def _says_how(document: Document, heading: Heading) -> bool:
    """Whether there is more below a heading, up to the next one of its rank, than would repeat it."""
    first = bisect_right(document.headings, heading.start, key=lambda each: each.start)
    after = map(
        document.headings.__getitem__, range(first, len(document.headings))
    )  # a slice would be a copy
    nexts = (each for each in after if each.level <= heading.level)
    end = next((each.start for each in nexts), len(document.text))
    return end - heading.end >= _TOLD


def _is_noun(tag: str) -> bool:
    return tag[0] in "njli" or tag in ("vn", "eng", "an")
