"""Questions about a document itself: 作者是谁, 哪天出的, 印了多少份, 谁做的记录.

They are answered from the printed front and back matter. A question counts as one only when
nothing is left of it but the asking words, words for "this document", and words that name it:
「全国推进大会是什么时候召开的」 asks about the text, not about the document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from briefqa.reading.document import Document, Field
from briefqa.text.folding import fold
from briefqa.text.names import Name, contains, romanised_names
from briefqa.text.numbering import chinese_number
from briefqa.text.quantities import years

# All patterns are read on folded text: simplified, half width, lower case.
_WHEN = (
    r"哪一?[天日年月]|何[时日年]|什么(?:时候|时间|日期|日子)|啥时候?|几月几?[日号]?|几时|几[号日点]|多会儿|"
    r"日期|时间(?!.*多[长久])|\bwhen\b|\b(?:what|which) (?:date|day|year|month(?: and year)?)\b|\bdate\b"
)
_APPEARED = (
    r"出版|出刊|发布|发表|发行|发出|公布|颁布|出台|印[发制刷]|刊[发登出]|编印|成文|签发|下发|落款|写[成好]|完成|定稿|"
    r"[出发印刊写作](?:[的于]|\W*$)|"
    r"\b(?:issued?|published?|released?|dated|written|publication|appear(?:ed)?|c[oa]me out)\b"
)
_ORGANISATION = (
    r"谁|哪[一二两三几]?[家个]?|哪些|什么|由|\bwho\b|\bby whom\b|\b(?:which|what)(?: \w+)? "
    r"(?:organi[sz]ations?|bod(?:y|ies)|institut\w+|agenc\w+|departments?|offices?)\b"
)
_ISSUES = (
    r"主办|编印|印发|发布|出版|公布|颁布|制定|出台|下发|印制|[办出发]的|办[这本该]|"
    r"\b(?:issued?|published?|released?|produced?|organi[sz]e[sd]?|sponsor(?:s|ed)?|host(?:s|ed)|runs)\b"
)
_WHO = r"谁|哪[一几]?[位个些]?|何人|什么人|几个?人|人|员|\bwhom?\b"
_POST = (
    r"职务|职位|职称|任职|身份|头衔|背景|来历|简介|介绍|单位|机构|供职|就职|担任|当过|[现曾原]任|工作|何许人|干什么|做什么|"
    r"\b(?:positions?|posts?|jobs?|titles?|affiliat\w+|background|work(?:s|ed|ing)?|occupation|roles?|office)\b"
)
_AUTHOR = r"作者|署名|笔者|撰稿人?|撰写[人者]?|撰文|执笔[人者]?|起草[人者]|报告人|\b(?:authors?|writers?)\b"
_WHERE = r"哪(?:里|儿|\W*$)|什么地方|何[处地]|地点|\bwhere\b|\bvenue\b"
_ORGANISERS = r"(?:主办|编印|印发|发文|出版|发布|制定|发行)(?:单位|机关|机构|部门|方|者)|出版社"

# What answers (the first of these keys that a document prints) = patterns that must all be found.
# Where several rows apply, the first whose other words are all accounted for is meant.
_ASKING = rf"""
total_issue = 总第?[几多]少?期|总期[数号]|总第多少|\b(?:total|cumulative|overall|running) (?:issue|number)
issue source = 第?(?:几|哪一?|多少)期|期[数号]
issue source = \bissue (?:number|no)\b|\b(?:which|what) (?:issue|number|edition|volume)\b
copies = [几多]少?份|印[刷制]?数?量|印数|份数|发行量|\bcopies\b|\bprint run\b
author_note team_leader = {_AUTHOR} && {_POST}
author_note = [写撰] && 的人 && {_POST}
author team_leader = [写撰] && 的人
author = (?<!工)作[的了这]?[份个]?报告 && 谁
author_note = 职务|职位|任职|身份|头衔|\b(?:position|post|job)\b
author team_leader = {_AUTHOR}|谁(?:写|作|撰|著|撰写|起草|执笔)的?|出自(?:谁|何人)(?:之手|手笔)?
author team_leader = 谁的(?:手笔|文章|作品|署名)|\b(?:wrote|written by|drafted|by whom)\b
team_leader author = (?:课题组?)?组长|课题负责人|\bteam leader\b
team = 课题组|课题成员|组员|\bteam\b && 成员|组员|谁|哪些人|\bmembers?\b|\bwho\b
address = 编辑部|编印单位|主办单位|\beditor(?:s|ial)?\b && {_WHERE}
chief_editor = 总编辑?|主编|\beditor-in-chief|\bchief editor\b
editor = 责任编辑|责编
editor chief_editor = 编辑|编者(?!按)|谁编|\b(?:editors?|edited|edits)\b
proofreader = 校对|\bproof-?read\w*
reviewer = 审核|审定|审稿|核稿|\breview(?:ed|er)\b
signer = 签发 && {_WHO}
cc recipients = 抄送|抄报|\bcc\b|\bcopied to\b
recipients cc = 报送|呈[送报]|主送|分送|送[给达往到]|发[给送到往]+|印[送发]给|寄给|[上抄]报|[报送发]给
recipients cc = 收[文件到]|读者|给[谁哪]|\b(?:recipients?|addressees?|addressed to|sent to|circulated)\b
recipients cc = \b(?:submitted(?: to)?|distribut\w+|receive[ds]?(?: (?:a )?cop(?:y|ies))?)\b
issuer = {_ORGANISERS}|\b(?:publishers?|issuer|organi[sz]er|issuing \w+)\b
issuer = {_ORGANISATION} && {_ISSUES}
organiser = [承协]办(?:单位|方)?
source = (?:发表|刊登|刊载|刊|载)[在于]|原载|出处|来源|\b(?:published|appear(?:ed)?) in\b|\bwhich journal\b
date = {_WHEN} && {_APPEARED}
date = 日期|时间(?!.*多[长久])|\bdated?\b
adopted = 通过|\badopted\b && {_WHEN}
effective = 施行|实施|执行|生效|\b(?:take effect|effective|into force|in force)\b && {_WHEN}|开始
validity = 有效期限?|有效(?:多久|到|至)|失效|到期|为止|\b(?:valid|validity|expires?|expiry)\b
fax = 传真|\bfax\b
phone email address = 联[系络]方式|\bcontact (?:details|information)\b
phone = 电话(?:号码)?|热线|(?:如何|怎[么样])联[系络]|\b(?:tele)?phone\b|\bcontact number\b
email = (?:电子)?邮[箱件]|\be-?mail\b
postcode = 邮编|邮政编码|\b(?:postcode|postal code|zip code)\b
website = 网址|网站|\bwebsite\b
contact = 联[系络]人|\bcontact person\b
address = 地址|通讯处|\baddress\b
doc_number = 文号|发文字号|字号|文件号|编号|第?几号令?|\b(?:document|reference|file) (?:number|no)\b
series title = 刊物|刊名|期刊|内参|内刊|杂志|简报 && 名[字称]?|叫
series title = \b(?:newsletter|periodical|journal|series)\b && \b(?:name|called|title)\b
title = 标题|题目|题名|篇名|名称|叫(?:做?什么|啥)|[叫是]什么名字|\b(?:title|titled|entitled|called|headline)\b
recorder = [记纪]录 && {_WHO}
recorder = \b(?:took|taking|wrote|kept) (?:the )?minutes\b|\bminute-?taker\b|\brecorder\b
chair = 主持|\bchair(?:ed|s|man|person)?\b|\bpresid\w+
present = ^(?!.*(?:多少|几)[个名位]?人) && 出席|参加|与会|参会|到会|\b(?:attend\w*|participa\w+|present at)\b
attending = 列席|\bsat in\b
absent = 缺席|请了?假|没[有来]来?|未到|\babsent\b
place = 召?开(?!始)|举行|\b(?:held|took place|take place)\b && {_WHERE}
place = 会议地点|\bvenue\b
held = 召?开(?!始)|举行|会议|\b(?:held|took place|take place)\b && {_WHEN}
"""
_PATTERNS = tuple(
    (tuple(keys.split()), tuple(re.compile(part) for part in parts.split(" && ")))
    for keys, _, parts in (row.partition(" = ") for row in _ASKING.strip().splitlines())
)
# These are asked of things in a text as well: a few words of a title do not make it the document.
_OF_MANY_THINGS = frozenset(
    "phone fax email address website contact date issuer organiser recipients cc effective adopted validity "
    "doc_number held place chair present attending absent".split()
)
_DOCUMENT = (
    r"文章|简报|报告|文件|文档|文献|材料|资料|刊物|内参|内刊|期刊|杂志|文稿|稿[件子]|论文|通知|通报|专报|[全原正]文|一文|纪要|会议|"
    r"本(?:[期篇]|文(?!件)|刊(?!物)|报(?!告))|[这那该此][份篇期本次部项]|该[文刊报]|"
    r"\b(?:documents?|brief(?:ing)?s?|reports?|papers?|articles?|issues?|texts?|minutes|notices?|newsletters?|"
    r"meeting|edition|volume|essay|publication|bulletin|file|memo)\b"
)
_DOCUMENT_WORD = re.compile(rf"{_DOCUMENT}|《")
# No 应当 and no "should": what ought to be is content.
_FILLER = re.compile(
    rf"{_DOCUMENT}|{_WHEN}|请问|请|告诉我|我?想知道|什么|哪[里儿些个位家本份篇部]?|[几多]少?个?[年月日天]|[几多]少|"
    r"多[久长]|[几两]个?家?|一共|总共|共计|姓?名[字单]?|叫做|单位|机构|部门|机关|领导|[省市县]里|读者|号码|负责|"
    r"现在|目前|现任|如今|原来|原先|以前|之前|曾经|过去|原任|曾任|退休前|开始|正式|起草|打|联[系络]|通[讯信]|"
    r"(?:责任)?编辑部?|主编|责编|校对|审核|主持人?|记录[人员]?|东西|作品|来自|干过?|当[过的]?|设在|位于|属于|隶属|"
    r"刊登|刊载|发表|署名|联合|共同|分别|寄信?|发行|编号|序号|管到|开会|手[里上中]|[留给]下?|文[末中首]|末尾|落款|"
    r"印[着有]|上面|标注|注明|写[着明]|列出|所在|之手|可以|能够|当时|具体|到底|究竟|大概|一下|查|看|有效|做出|担任|任|"
    r"公布|发布|印[发刷]|出版|刊发|号?文(?=[的是由])|"
    r"[的是了都有写于儿在由和与吗呢呀啊嘛吧谁哪多少些几人员共被给叫号份篇期本一这那该此做作为及到从自起往把上印里中内]|"
    r"[各位名第次个家会曾啥能要得着过我您你也又就还并其它们向想将何处地报送发]|"
    r"\b(?:the|this|that|these|is|was|were|are|be|been|of|by|to|from|for|with|about|at|on|in|into|and|or|an?|its?|"
    r"who|whom|whose|what|when|where|which|how|many|much|did|does|do|has|have|had|can|could|i|we|you|your|let|"
    r"know|want|like|please|tell|me|names?|numbers?|no|there|here|printed|print|made|given?|stated|shown|listed|"
    r"current|currently|former|formerly|previous|previously|holds?|held|now|then|he|she|his|her|their|they|people|"
    r"persons?|date|day|year|first|come|take|get|got|write|long|editors?|distributed|reach|find|before|earlier|"
    r"present|past|end|back|bottom|top|front|cover|foot|page|mailing|postal|contact|call|organi[sz]ations?|"
    r"institutions?|bod(?:y|ies)|office|full|exact|own|responsible|as|s)\b|[\W_]"
)
_ISSUE = re.compile(
    r"总?第?\s*(\d{1,5})\s*期|总?第\s*([〇零一二三四五六七八九十百]{1,5})\s*期|"
    r"\b(?:issue|no|number|vol)\b\.?\s*#?(\d{1,5})\b"
)
_YEAR = re.compile(r"(?<![〔\[(])(?:(?:19|20)\d\d|[一二][〇零○一二三四五六七八九]{3}(?=年))\s*年?度?")
_LATIN = re.compile(r"[a-z]+")
_TELLING = 6  # characters of a title in one run that can only mean the document
_ENDING = 2  # characters by which a title ends: what kind of document it is


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a question: the keys that would answer, and the words beside those that ask."""

    keys: tuple[str, ...]
    rest: str
    asked: tuple[str, ...]
    characters: frozenset[str]  # of `rest` without fillers: those that a document must account for


@dataclass(frozen=True, slots=True)
class FrontmatterQuestion:
    """What of a document may be asked for, and how the document is named."""

    readings: tuple[Reading, ...]
    issues: frozenset[int]
    years: frozenset[int]
    names: tuple[Name, ...]
    says_document: bool


@dataclass(frozen=True, slots=True)
class _Known:
    """What a document may be called by, folded."""

    titles: tuple[str, ...]  # title, series, subtitle, name of its file
    text: str


def frontmatter_question(question: str) -> FrontmatterQuestion | None:
    """The question as one about a document itself; None when it cannot be."""
    folded = fold(question)
    bare = _YEAR.sub("\n", _ISSUE.sub("\n", folded))
    readings = []
    for keys, patterns in _PATTERNS:
        rest, asked = bare, []
        for pattern in patterns:
            found = pattern.search(rest)
            if found is None:
                break
            asked.append(found.group())
            rest = pattern.sub("\n", rest)
        else:
            readings.append(Reading(keys, rest, tuple(asked), frozenset(_FILLER.sub("", rest))))
    if not readings:
        return None
    return FrontmatterQuestion(
        tuple(readings),
        frozenset(_numbers(folded)),
        frozenset(years(folded)),
        romanised_names(question),
        _DOCUMENT_WORD.search(folded) is not None,
    )


def printed_fields(asked: FrontmatterQuestion, documents: Sequence[Document]) -> list[tuple[int, Field]]:
    """The (document number, field) pairs that answer; empty when the question is about something else.

    Words left over must all stand in the document's own title, series, issue or year.
    """
    found = []
    for number, document in enumerate(documents):
        known = _known(document)
        for reading in asked.readings:
            field = _field(reading, document)
            if field is not None and _means(
                asked, reading, known, fold(document.text[field.start : field.end])
            ):
                found.append((number, field))
                break
    return found


def _numbers(folded: str) -> list[int]:
    return [chinese_number(next(filter(None, match))) for match in _ISSUE.findall(folded)]


def _field(reading: Reading, document: Document) -> Field | None:
    """The first field of the best key; of several, the one whose line goes on as the question does: …印发."""
    for key in reading.keys:
        if key not in document.metadata:
            continue
        fields = [each for each in document.fields if each.key == key and each.end > each.start]
        if fields:
            return max(fields, key=lambda each: _says(document.text[each.end : each.end + 6], reading.asked))
    return None


def _says(text: str, asked: tuple[str, ...]) -> bool:
    return any(len(word) > 1 and word[:2] in fold(text) for word in asked)


def _known(document: Document) -> _Known:
    told = document.metadata
    titles = [document.title, *(told.get(key, "") for key in ("series", "subtitle"))]
    titles.append(PurePosixPath(document.id).stem)
    others = [told.get(key, "") for key in ("author", "issuer", "doc_number", "issue", "total_issue", "date")]
    return _known_by(tuple(titles), "\n".join([*others, f"{told.get('year', '')}年"]))


@lru_cache(maxsize=4096)
def _known_by(titles: tuple[str, ...], others: str) -> _Known:
    folded = tuple(fold(title) for title in titles if title)
    return _Known(folded, "\n".join((*folded, fold(others))))


def _means(asked: FrontmatterQuestion, reading: Reading, known: _Known, printed: str) -> bool:
    """Whether everything else that the question says is said of this document."""
    # Cheap, and true of nearly no document that is not meant.
    if not asked.names and not reading.characters.issubset(known.text + printed):
        return False
    if not asked.issues.issubset(_numbers(known.text)) or not asked.years <= years(known.text):
        return False
    rest = reading.rest
    for name in asked.names:
        if contains(known.text, name):
            rest = rest.replace(name.text.lower(), " ")
    words = set(_LATIN.findall(known.text))
    rest = _LATIN.sub(lambda match: " " if match.group() in words else match.group(), rest)
    rest, runs = _without(rest, known.text)
    # Words of the answer itself may be known: 作者在党校担任过什么职务.
    if _FILLER.sub("", rest) and _FILLER.sub("", _without(rest, printed)[0]):
        return False
    if not runs or asked.says_document or not _OF_MANY_THINGS.intersection(reading.keys):
        return True
    ends = tuple(title[-_ENDING:] for title in known.titles)
    return any(len(run) >= _TELLING or run.endswith(ends) for run in runs)


def _without(rest: str, known: str) -> tuple[str, list[str]]:
    """`rest` without the runs of two and more characters, Latin letters apart, that `known` has."""
    kept, runs, at = [], [], 0
    while at < len(rest):
        end = at
        while end < len(rest) and not rest[end].isspace() and rest[at : end + 1] in known:
            end += 1
        if end - at >= 2 and not _LATIN.match(rest[at]):
            runs.append(rest[at:end])
            kept.append("\n")
            at = end
        else:
            kept.append(rest[at])
            at += 1
    return "".join(kept), runs
