"""What single lines of the front and back state: number, date, issuer, names, labelled values.

General rules of Chinese briefs and official documents only; no rule knows one file's words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from briefqa.documents import BlockKind
from briefqa.numbering import DIGITS, LABEL, chinese_number
from briefqa.readers.base import RawBlock

_KEYS = {
    "editor": "责任编辑 责编 编辑 主编 副主编 编审",
    "phone": "联系电话 电话 咨询电话",
    "address": "地址 联系地址 通讯地址 单位地址",
    "copies": "共印 印数 印发份数",
    "recipients": "报 呈报 报送 呈送 呈 送 发 分送 主送",
    "cc": "抄送 抄报",
    "author": "作者",
    "author_note": "作者单位 作者简介",
    "date": "日期 时间 发布时间 发布日期 印发日期 成文日期",
    "issuer": "主办 主办单位 编印 编印单位 印发 发布单位 发布机构 发文机关 发文单位",
    "doc_number": "发文字号 文号",
    "title": "标题",
    "issue": "期号",
    "total_issue": "总期号",
}
_KEY_OF = {label: key for key, labels in _KEYS.items() for label in labels.split()}

_CN = "〇○零一二三四五六七八九十"
DATE = re.compile(
    rf"(?:\d{{4}}\s*年\s*\d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*[日号])?|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
    rf"|[{_CN}]{{4}}年[{_CN}]{{1,3}}月(?:[{_CN}]{{1,3}}日)?)"
)
_YEAR = re.compile(rf"(?:19|20)\d\d(?=\s*年|[-/.])|[一二][{_CN}]{{3}}(?=年)")
_DOC_NUMBER = re.compile(
    r"[\u4e00-\u9fffA-Za-z]{1,16}\s*[〔\[［（(【]\s*(?:19|20)\d\d\s*[〕\]］）)】]\s*第?\s*\d{1,5}\s*号"
)
_ISSUE = re.compile(rf"(?<!总)第\s*[\d{_CN}]{{1,6}}\s*期")
_TOTAL_ISSUE = re.compile(r"总\s*(?:第\s*)?\d{1,6}\s*期|总\s*期\s*第?\s*\d{1,6}\s*期?")
COPIES = re.compile(r"(?:共印|印数|印发|印)\s*[：:]?\s*\d+\s*份|共\s*\d+\s*份")
_ISSUER = re.compile(r"(.{2,40}?)\s*(?:主\s*办|编\s*印|印\s*发|主\s*编|编\s*制|编\s*发)$")
AUTHOR_NOTE = re.compile(
    r"[（(]\s*(?:本文)?作者(?:单位|简介)?\s*[系为：:，].+[）)]$|作者(?:系|简介|单位)[：:]?.+$"
)
_RECIPIENTS_LINE = re.compile(r"各.{2,}[：:]$|.{2,30}(?:政府|局|厅|委|部|办|司|公司|单位|办公室)[：:]$")
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

    def add(self, key: str, value: str, block: int, start: int, end: int) -> None:
        """Adds a field that lies in one block."""
        self.fields.append(Found(key, tidy(value), block, start, block, end))
        self.used.add(block)


def tidy(value: str) -> str:
    """White space folded to single blanks."""
    return re.sub(r"[\s\u3000]+", " ", value).strip()


def read_line(page: Page, i: int) -> None:
    """The fields that one line of the front or back states by itself."""
    text = page.blocks[i].text
    digits = text.translate(DIGITS)
    if page.blocks[i].kind is not BlockKind.TEXT:
        return
    if note := AUTHOR_NOTE.match(text):
        page.add("author_note", note.group(), i, 0, len(text))
        return
    if _labelled(page, i):
        return
    for key, pattern in (
        ("doc_number", _DOC_NUMBER),
        ("total_issue", _TOTAL_ISSUE),
        ("issue", _ISSUE),
        ("copies", COPIES),
    ):
        if (match := pattern.search(digits)) and len(text) <= 60:
            page.add(key, text[match.start() : match.end()], i, match.start(), match.end())
    date = DATE.search(digits)
    whole = date and len(text) - (date.end() - date.start()) <= 8
    leads = re.match(r"\s*(?:——|—|[（(]|\d|[一二])", text) and len(text) <= 120
    if date and (whole or leads or re.search(r"(?:印发|发布|通过)[）)]?$", text)):
        page.add("date", text[date.start() : date.end()], i, date.start(), date.end())
    if _RECIPIENTS_LINE.match(text) and i:
        page.add("recipients", text.rstrip("：:"), i, 0, len(text.rstrip("：:")))


def issuer(page: Page, i: int) -> None:
    """`某某研究院 主办`, with another organisation in the line above it perhaps, or `某某文件`."""
    text = page.blocks[i].text
    if LABEL.match(text):
        return
    if match := re.fullmatch(r"([\u4e00-\u9fff]{2,20})文件", text):
        page.add("issuer", match.group(1), i, 0, match.end(1))
        return
    date = DATE.search(text.translate(DIGITS))
    if date and re.fullmatch(r"\s*印发?", text[date.end() :]):
        name = text[: date.start()].rstrip()
        if name:
            page.add("issuer", name, i, 0, len(name))
        return
    match = _ISSUER.match(text)
    if not match or len(text) > 50 or re.search(r"[，。；]|关于", text):
        return
    first, value = i, match.group(1)
    above = page.blocks[i - 1].text if i else ""
    close = i > 0 and i - 1 not in page.used and page.blocks[i].gap == 0
    if close and re.fullmatch(r"[\u4e00-\u9fff（）()]{4,30}", above):
        first, value = i - 1, f"{above} {value}"  # two organisations, one line each
    page.fields.append(Found("issuer", tidy(value), first, 0, i, len(text)))
    page.used.update((first, i))


def _labelled(page: Page, i: int) -> bool:
    """`标签：值`, several of them in one line as well."""
    text = page.blocks[i].text
    starts = [
        m.start() for m in LABEL.finditer(text) if not m.start() or text[m.start() - 1] in " \u3000\t，；）)"
    ]
    if not starts or starts[0]:
        if (
            not re.match(r"[\u4e00-\u9fff]{2,6}[：:]\s*\S", text)
            or len(text) > 60
            or re.search(r"[。；]", text)
        ):
            return False
        starts = [0, *starts]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        part = text[start:end].rstrip(" \u3000\t，；")
        label, value = re.split(r"\s*[：:]\s*", part, maxsplit=1)
        value = value.rstrip("。")
        if value:
            page.add(_KEY_OF.get(label, label), value, i, start, start + len(part))
    return True


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
