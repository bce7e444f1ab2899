"""What single lines of the front and back state: number, date, issuer, names, labelled values.

General rules of Chinese briefs and official documents only; no rule knows one file's words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from briefqa.reading.document import BlockKind
from briefqa.reading.formats.base import RawBlock
from briefqa.text.folding import simplified
from briefqa.text.numbering import DIGITS, LABEL, chinese_number

_KEYS = {
    "editor": "责任编辑 责编 编辑 编审",
    "chief_editor": "主编 副主编 总编 总编辑",
    "proofreader": "校对",
    "reviewer": "审核 审定 审稿 核稿 复核",
    "signer": "签发 签发人",
    "phone": "联系电话 电话 咨询电话 联系方式",
    "fax": "传真",
    "email": "邮箱 电子邮箱 电子邮件 投稿邮箱",
    "postcode": "邮编 邮政编码",
    "website": "网址",
    "contact": "联系人",
    "address": "地址 联系地址 通讯地址 单位地址",
    "copies": "共印 印数 印发份数",
    "recipients": "报 呈报 报送 呈送 呈 送 发 分送 主送",
    "cc": "抄送 抄报",
    "author": "作者 执笔 执笔人 撰稿 撰稿人 撰写 撰文 起草人 报告人",
    "author_note": "作者单位 作者简介",
    "team_leader": "课题组组长 课题组长 课题负责人",
    "team": "课题组成员 课题成员",
    "date": "日期 发布时间 发布日期 印发日期 成文日期 公布日期 出版日期",
    "effective": "施行日期 实施日期 生效日期",
    "validity": "有效期",
    "issuer": "主办 主办单位 编印 编印单位 印发 发布单位 发布机构 发文机关 发文单位",
    "organiser": "承办 承办单位",
    "doc_number": "发文字号 文号",
    "title": "标题",
    "issue": "期号",
    "total_issue": "总期号",
    "source": "来源 原载 文章来源",
    "held": "会议时间 召开时间",
    "time": "时间",
    "place": "地点 会议地点 召开地点",
    "chair": "主持 主持人 会议主持",
    "present": "出席 出席人员 参加 参加人员 参会人员 与会人员",
    "attending": "列席 列席人员",
    "absent": "缺席 缺席人员 请假",
    "recorder": "记录 记录人 会议记录",
}
_KEY_OF = {label: key for key, labels in _KEYS.items() for label in labels.split()}
_OF_MEETINGS = frozenset(("place", "chair", "present", "attending", "absent", "recorder"))
# 报 送 as well as 报送: short labels are often spread to the width of their neighbours.
_SPREAD = "|".join(
    r"[ \u3000]*".join(label) if len(label) == 2 else label
    for label in sorted(_KEY_OF, key=len, reverse=True)
)
FIELD_LABEL = re.compile(rf"(?:[（(]\s*)?(?:{_SPREAD})\s*[：:]|{LABEL.pattern}")
_UNKNOWN_LABEL = re.compile(r"[\u4e00-\u9fff]{2,6}[：:]\s*\S")

_CN = "〇○零一二三四五六七八九十"
DATE = re.compile(
    rf"(?:\d{{4}}\s*年\s*\d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*[日号])?|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
    rf"|[{_CN}]{{4}}年[{_CN}]{{1,3}}月(?:[{_CN}]{{1,3}}日)?)"
)
_YEAR = re.compile(rf"(?:19|20)\d\d(?=\s*年|[-/.])|[一二][{_CN}]{{3}}(?=年)")
_DOC_NUMBER = re.compile(
    r"(?:[\u4e00-\u9fffA-Za-z]{1,16}\s*|^\s*)[〔\[［（(【]\s*(?:19|20)\d\d\s*[〕\]］）)】]\s*第?\s*\d{1,5}\s*号"
)
_ORDER = re.compile(r"(?:^|(?<=[日\s(]))([\u4e00-\u9fff]{2,16})令\s*第\s*\d{1,5}\s*号")
_ADOPTED = re.compile(rf"{DATE.pattern}[^0-9，。；]{{0,40}}?(?:\d+[^0-9，。；]{{1,16}})?通过")
_MADE_PUBLIC = re.compile(rf"({DATE.pattern})[^，。；]{{0,25}}?(?:公布|发布|印发)")
_IN_FORCE = re.compile(
    r"(?:本[\u4e00-\u9fff]{2,8})?自(?P<effective>[^，。；]{2,20})起(?:正式)?(?:施行|实施|执行|生效|试行)"
    r"(?:[，,。；]\s*有效期(?:限)?(?P<validity>[^，。；]{2,20}))?"
)
_VALID = re.compile(r"本[\u4e00-\u9fff]{2,8}有效期(?:限)?(?P<validity>[^，。；]{2,20})")
_PRINTED_IN = re.compile(r"(?:刊|载|刊登|刊载|发表|原载)[于在](《[^》]{2,30}》[^，。；）)]{0,20})")
_ISSUE = re.compile(rf"(?<!总)第\s*[\d{_CN}]{{1,6}}\s*期")
_TOTAL_ISSUE = re.compile(r"总\s*(?:第\s*)?\d{1,6}\s*期|总\s*期\s*第?\s*\d{1,6}\s*期?")
COPIES = re.compile(r"(?:共印|印数|印发|印)\s*[：:]?\s*\d+\s*份|共\s*\d+\s*份")
_ISSUER = re.compile(r"(.{2,40}?)\s*(?:主\s*办|编\s*印|印\s*发|主\s*编|编\s*制|编\s*发)$")
AUTHOR_NOTE = re.compile(
    r"[（(]\s*(?:本文)?(?:作者|报告人)(?:单位|简介)?\s*[系为是：:，]"
    rf".+?[）)](?=$|\s*(?:{FIELD_LABEL.pattern}))|作者(?:系|简介|单位)[：:]?.+$"
)
RECIPIENTS_LINE = re.compile(r"各.{2,}[：:]$|.{2,30}(?:政府|局|厅|委|部|办|司|公司|单位|办公室)[：:]$")
# The hundred most common family names and the compound ones, both scripts: a short line is a
# name only when it begins with one.
_FAMILY = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許邓鄧韩韓冯馮曹彭曾萧蕭肖"
    "田董袁潘于蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范廖石金韦韋贾賈夏付傅方邹鄒熊白孟秦"
    "邱侯江尹薛闫閆段雷龙龍黎史陶贺賀毛郝顾顧龚龔邵万萬覃武钱錢戴严嚴莫孔向汤湯温溫康施文牛樊葛邢安齐齊易乔喬"
    "伍庞龐颜顏倪庄莊聂聶章鲁魯岳翟殷詹申欧歐耿关關兰蘭焦俞左柳甘祝包宁寧尚符舒阮柯纪紀梅童凌毕畢单單季裴霍涂"
    "成苗谷盛曲翁冉骆駱蓝藍路游辛靳管柴蒙鲍鮑华華喻祁房滕屈饶饒解牟艾尤时時穆农農司卓古吉缪繆简簡车車项項连連芦"
    "褚娄婁窦竇戚景党黨宫宮费費卜冷晏席卫衛米柏宗桂全佟应應臧闵閔苟邬鄔边邊卞姬师師和仇栾欒沙诸諸娜习習温仝迟遲"
)
_NAME = (
    rf"(?:(?:欧阳|司马|上官|诸葛|慕容|令狐|司徒|[{_FAMILY}])[\u4e00-\u9fff]{{1,2}}"
    rf"|[{_FAMILY}][ \u3000]+[\u4e00-\u9fff])"
)
NAMES = re.compile(rf"{_NAME}(?:[ \u3000]*[、，,；;][ \u3000]*{_NAME}|[ \u3000]+{_NAME})*")
OFFICE_AND_NAME = re.compile(rf"[\u4e00-\u9fff]{{2,16}}[ \u3000]+({_NAME})")


@dataclass(frozen=True, slots=True)
class Found:
    """A field as positions in blocks: from (block, start) to (end_block, end)."""

    key: str
    value: str
    block: int
    start: int
    end_block: int
    end: int


@dataclass(slots=True)
class Page:
    """The fields found so far in one document's blocks, and the blocks they are in."""

    blocks: Sequence[RawBlock]
    fields: list[Found] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    def plain(self, i: int) -> str:
        """Block `i` in the form that the patterns read, of the same length."""
        return plain(self.blocks[i].text)

    def add(self, key: str, value: str, block: int, start: int, end: int) -> None:
        """Adds a field that lies in one block."""
        self.fields.append(Found(key, tidy(value), block, start, block, end))
        self.used.add(block)


def plain(text: str) -> str:
    """`text` in simplified characters with half-width digits and brackets, one for one."""
    return simplified(text).translate(DIGITS)


def tidy(value: str) -> str:
    """White space folded to single blanks."""
    return re.sub(r"[\s\u3000]+", " ", value).strip()


def read_line(page: Page, i: int) -> None:
    """The fields that one line of the front or back states by itself."""
    text, shown = page.plain(i), page.blocks[i].text
    if page.blocks[i].kind is not BlockKind.TEXT:
        return
    if match := _PRINTED_IN.search(text):
        page.add("source", shown[match.start(1) : match.end(1)], i, match.start(), match.end())
    if note := AUTHOR_NOTE.match(text):
        page.add("author_note", shown[: note.end()], i, 0, note.end())
        _labelled(page, i, note.end())
        return
    if _labelled(page, i):
        return
    if order := _ORDER.search(text):
        page.add("issuer", shown[order.start(1) : order.end(1)], i, order.start(1), order.end(1))
    for key, pattern in (
        ("doc_number", _DOC_NUMBER),
        ("doc_number", _ORDER),
        ("total_issue", _TOTAL_ISSUE),
        ("issue", _ISSUE),
        ("copies", COPIES),
    ):
        if (match := pattern.search(text)) and (len(text) <= 60 or text.startswith("(")):
            page.add(key, shown[match.start() : match.end()], i, match.start(), match.end())
    _date(page, i)
    in_force(page, i)
    if RECIPIENTS_LINE.match(text) and i:
        page.add("recipients", shown.rstrip("：:"), i, 0, len(text.rstrip("：:")))


def _date(page: Page, i: int) -> None:
    """The date of a line; where it tells when a rule was adopted and made public, the latter."""
    text, shown = page.plain(i), page.blocks[i].text
    date = DATE.search(text)
    whole = date and len(text) - (date.end() - date.start()) <= 8
    leads = re.match(r"\s*(?:——|—|[（(]|\d|[一二])", text) and len(text) <= 120
    if not date or not (whole or leads or re.search(r"(?:印发|发布|通过)[）)]?$", text)):
        return
    public = _MADE_PUBLIC.search(text) if leads else None
    start, end = public.span(1) if public else date.span()
    page.add("date", shown[start:end], i, start, end)
    if leads and (adopted := _ADOPTED.search(text)):
        page.add("adopted", shown[adopted.start() : adopted.end()], i, adopted.start(), adopted.end())


def in_force(page: Page, i: int, *, of_body: bool = False) -> None:
    """From when and until when the document applies; in a body only where it says 本办法 of itself."""
    text, shown = page.plain(i), page.blocks[i].text
    matches = [*_IN_FORCE.finditer(text), *_VALID.finditer(text)]
    match = next((each for each in matches if not of_body or each.group().startswith("本")), None)
    if match is None:
        return
    for key, value in match.groupdict().items():
        if value:
            start, end = match.span(key)
            page.fields.append(Found(key, tidy(shown[start:end]), i, match.start(), i, match.end()))


def issuer(page: Page, i: int) -> None:
    """`某某研究院 主办`, with another organisation in the line above it perhaps, or `某某文件`."""
    text, shown = page.plain(i), page.blocks[i].text
    if FIELD_LABEL.match(text):
        return
    if match := re.fullmatch(r"([\u4e00-\u9fff]{2,20})文件", text):
        page.add("issuer", shown[: match.end(1)], i, 0, match.end(1))
        return
    date = DATE.search(text)
    if date and re.fullmatch(r"\s*印发?", text[date.end() :]):
        if name := shown[: date.start()].rstrip():
            page.add("issuer", name, i, 0, len(name))
        return
    if date and date.end() == len(text):  # 某某研究院编印        2023年9月18日
        text = text[: date.start()].rstrip()
    match = _ISSUER.match(text)
    if not match or len(text) > 50 or re.search(r"[，。；]|关于", text):
        return
    if date and date.start() >= len(text):
        page.add("date", shown[date.start() : date.end()], i, date.start(), date.end())
    first, value = i, shown[: match.end(1)]
    above = page.blocks[i - 1].text if i else ""
    close = i > 0 and i - 1 not in page.used and page.blocks[i].gap == 0
    if close and re.fullmatch(r"[\u4e00-\u9fff（）()]{4,30}", above):
        first, value = i - 1, f"{above} {value}"  # two organisations, one line each
    page.fields.append(Found("issuer", tidy(value), first, 0, i, len(text)))
    page.used.update((first, i))


def _labelled(page: Page, i: int, first: int = 0) -> bool:
    """`标签：值`, several of them in one line as well."""
    text, shown = page.plain(i), page.blocks[i].text
    starts = [m.start() for m in FIELD_LABEL.finditer(text, first) if _begins_label(text, m, first)]
    if first and not starts:
        return False
    if not first and (not starts or starts[0]):
        if not _unknown_label(page, i):
            return False
        starts = [0, *starts]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        part = shown[start:end].rstrip(" \u3000\t，；")
        if end == len(text) and text.startswith("(") and part.endswith(("）", ")")):
            part = part[:-1]  # （执笔：某某；审核：某某）
        if not start and part.startswith(("（", "(")):
            start, part = 1, part[1:]
        label, value = re.split(r"\s*[：:]\s*", part, maxsplit=1)
        label = re.sub(r"\s", "", plain(label))
        _value(page, i, _KEY_OF.get(label, label), value.rstrip("。"), start, start + len(part))
    return True


def _value(page: Page, i: int, key: str, value: str, start: int, end: int) -> None:
    """Adds what a label says, and apart from it a date or a fax number that stands behind it."""
    shown = page.blocks[i].text
    date = DATE.search(plain(shown), start, end)
    apart = date and re.search(r"[ \u3000\t]{2,}$", shown[start : date.start()])
    if date and apart and date.end() == end and key != "date":
        page.add("date", shown[date.start() : end], i, date.start(), end)
        end = date.start() - len(apart.group())
        value = re.split(r"\s*[：:]\s*", shown[start:end], maxsplit=1)[1]
    if fax := re.search(r"([\d-]{6,})\s*\(传真\)", plain(shown[start:end])):
        page.add("fax", fax.group(1), i, start + fax.start(), start + fax.end())
    if value:
        page.add(key, value, i, start, end)


def _begins_label(text: str, match: re.Match[str], first: int) -> bool:
    """Whether a label begins there: after a blank or a mark, or anywhere in a line that begins with one.

    Lines are joined where a list of names is wrapped: 省交通运输厅抄送：…
    """
    start = match.start()
    if not start or text[start - 1] in " \u3000\t，；。)、":
        return True
    return len(match.group()) > 2 and FIELD_LABEL.match(text, first) is not None


def _unknown_label(page: Page, i: int) -> bool:
    """A label that no list knows counts only next to a known one: 以人为尺：… may be a title."""
    text = page.plain(i)
    if not _UNKNOWN_LABEL.match(text) or len(text) > 60 or re.search(r"[。；]", text):
        return False
    around = [k for k in (i - 1, i + 1) if 0 <= k < len(page.blocks)]
    return any(FIELD_LABEL.match(page.plain(k)) for k in around)


def tell_meeting(fields: Sequence[Found]) -> list[Found]:
    """时间 of minutes is when the meeting was held, not the document's date."""
    key = "held" if any(each.key in _OF_MEETINGS for each in fields) else "date"
    return [replace(f, key=key) if f.key == "time" else f for f in fields]


def tidy_names(text: str) -> str:
    """李　强 → 李强; several names are parted by 、."""
    text = re.sub(
        rf"(?<![\u4e00-\u9fff])([{_FAMILY}])[ \u3000]+([\u4e00-\u9fff])(?![\u4e00-\u9fff])",
        r"\1\2",
        text.strip(),
    )
    return re.sub(r"[ \u3000、，,；;]+", "、", text)


def year(blocks: Sequence[RawBlock], fields: Sequence[Found]) -> list[Found]:
    """The year of the date; without a date, the one in the title."""
    for key in ("date", "title"):
        source = next((f for f in fields if f.key == key), None)
        if source is None or source.block != source.end_block:
            continue
        text = blocks[source.block].text.translate(DIGITS)
        if match := _YEAR.search(text, source.start, source.end + 1):
            shown = match.group().replace("○", "〇")
            value = shown if shown.isascii() else "".join(str(chinese_number(c)) for c in shown)
            return [Found("year", value, source.block, match.start(), source.block, match.end())]
    return []
