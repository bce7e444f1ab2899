"""Front and back matter: title, author, issue, date, recipients, … each with its place.

General rules of Chinese briefs and official documents only; no rule knows one file's words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from briefqa.documents import BlockKind
from briefqa.numbering import DIGITS, LABEL, chinese_number, is_contents_line, number_of
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
_DATE = re.compile(
    rf"(?:\d{{4}}\s*年\s*\d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*[日号])?|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
    rf"|[{_CN}]{{4}}年[{_CN}]{{1,3}}月(?:[{_CN}]{{1,3}}日)?)"
)
_YEAR = re.compile(rf"(?:19|20)\d\d(?=\s*年|[-/.])|[一二][{_CN}]{{3}}(?=年)")
_DOC_NUMBER = re.compile(
    r"[\u4e00-\u9fffA-Za-z]{1,16}\s*[〔\[［（(【]\s*(?:19|20)\d\d\s*[〕\]］）)】]\s*第?\s*\d{1,5}\s*号"
)
_ISSUE = re.compile(rf"(?<!总)第\s*[\d{_CN}]{{1,6}}\s*期")
_TOTAL_ISSUE = re.compile(r"总\s*(?:第\s*)?\d{1,6}\s*期|总\s*期\s*第?\s*\d{1,6}\s*期?")
_COPIES = re.compile(r"(?:共印|印数|印发|印)\s*[：:]?\s*\d+\s*份|共\s*\d+\s*份")
_ISSUER = re.compile(r"(.{2,40}?)\s*(?:主\s*办|编\s*印|印\s*发|主\s*编|编\s*制|编\s*发)$")
_AUTHOR_NOTE = re.compile(
    r"[（(]\s*(?:本文)?作者(?:单位|简介)?\s*[系为：:，].+[）)]$|作者(?:系|简介|单位)[：:]?.+$"
)
_RIGHTS = re.compile(
    r"版权所有|版权声明|著作权法|公有领域|public domain|转载请注明|免责声明|ICP备|all rights reserved",
    re.I,
)
_SALUTATION = re.compile(r"(?:各位|同志们|尊敬的|女士们|先生们).{0,20}[：:！!]$")
_RECIPIENTS_LINE = re.compile(r"各.{2,}[：:]$|.{2,30}(?:政府|局|厅|委|部|办|司|公司|单位|办公室)[：:]$")
_TITLE_END = re.compile(
    r"(?:意见|通知|报告|方案|办法|规定|条例|决定|决议|公告|通报|规划|纲要|要点|思考|研究|建议|对策|分析|探讨|"
    r"启示|细则|函|批复|纪要|讲话|摘要|白皮书|指南|措施|计划|路径|实践|综述|解读|政策|标准)(?:[（(].*[）)])?$"
)
_AUTHOR_AFTER = re.compile(r"(?:文\s*[/／|丨]|作者[：:]|□|●|■|◎)\s*")
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
_NAMES = re.compile(rf"{_NAME}(?:[ \u3000]*[、，,；;][ \u3000]*{_NAME}|[ \u3000]+{_NAME})*")
_OFFICE_AND_NAME = re.compile(rf"[\u4e00-\u9fff]{{2,16}}[ \u3000]+({_NAME})")
_FRONT_LIMIT = 30  # blocks: a masthead is not longer


@dataclass(frozen=True, slots=True)
class Found:
    """A field as positions in blocks: from (block, start) to (end_block, end)."""

    key: str
    value: str
    block: int
    start: int
    end_block: int
    end: int


@dataclass(frozen=True, slots=True)
class Matter:
    """Blocks [0, body.start) are the front, those in `back` the back, and the fields of both."""

    body: range
    back: frozenset[int]
    title: str | None
    fields: tuple[Found, ...]


@dataclass(slots=True)
class _Page:
    blocks: Sequence[RawBlock]
    fields: list[Found] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    def add(self, key: str, value: str, block: int, start: int, end: int) -> None:
        self.fields.append(Found(key, _tidy(value), block, start, block, end))
        self.used.add(block)


def find_matter(blocks: Sequence[RawBlock], stem: str) -> Matter:
    """Front and back matter of a document whose file name without suffix is `stem`."""
    start = _body_start(blocks)
    page = _Page(blocks)
    back = _back_blocks(blocks, start)
    for i in range(start):
        _read_line(page, i)
    title = _title(page, start, stem)
    if title is not None:
        _authors(page, title, start)
        _series(page, start)
        _subtitle(page, title, start)
    for i in sorted(back):
        _read_line(page, i)
        _sign(page, i, back)
    _year(page, title)
    end = min((i for i in back), default=len(blocks))
    fields = sorted(page.fields, key=lambda f: (f.block, f.start, f.end))
    text = title.value if title else None
    return Matter(range(start, max(start, end)), frozenset(back), text, tuple(fields))


def _tidy(value: str) -> str:
    return re.sub(r"[\s\u3000]+", " ", value).strip()


def _body_start(blocks: Sequence[RawBlock]) -> int:
    """The first block of prose, salutation or numbered heading; 1 at most when there is none."""
    for i, block in enumerate(blocks[: _FRONT_LIMIT + 1]):
        text = block.text
        if block.kind is not BlockKind.TEXT:
            return i
        if block.level == 0 or _AUTHOR_NOTE.match(text) or LABEL.match(text):
            continue
        if block.level and number_of(text) is not None:
            return i
        if _SALUTATION.match(text) or re.fullmatch(r"目\s*录", text) or is_contents_line(text):
            return i
        number = number_of(text)
        if number and number.value == 1 and number.style != "1":
            return i
        if (
            len(text) >= 30
            and re.search(r"[。！？；]|[.!?](?:\s|$)", text)
            and not text.startswith(("（", "(", "—"))
        ):
            return i
        if len(text) >= 80:
            return i
    return min(len(blocks), 1)


def _read_line(page: _Page, i: int) -> None:
    """The fields that one line of the front or back states by itself."""
    text = page.blocks[i].text
    digits = text.translate(DIGITS)
    if page.blocks[i].kind is not BlockKind.TEXT:
        return
    if note := _AUTHOR_NOTE.match(text):
        page.add("author_note", note.group(), i, 0, len(text))
        return
    if _labelled(page, i):
        return
    for key, pattern in (
        ("doc_number", _DOC_NUMBER),
        ("total_issue", _TOTAL_ISSUE),
        ("issue", _ISSUE),
        ("copies", _COPIES),
    ):
        if (match := pattern.search(digits)) and len(text) <= 60:
            page.add(key, text[match.start() : match.end()], i, match.start(), match.end())
    date = _DATE.search(digits)
    whole = date and len(text) - (date.end() - date.start()) <= 8
    leads = re.match(r"\s*(?:——|—|[（(]|\d|[一二])", text) and len(text) <= 120
    if date and (whole or leads or re.search(r"(?:印发|发布|通过)[）)]?$", text)):
        page.add("date", text[date.start() : date.end()], i, date.start(), date.end())
    _issuer(page, i, date)
    if _RECIPIENTS_LINE.match(text) and i:
        page.add("recipients", text.rstrip("：:"), i, 0, len(text.rstrip("：:")))


def _issuer(page: _Page, i: int, date: re.Match[str] | None) -> None:
    text = page.blocks[i].text
    if date:
        text = text[: date.start()].rstrip() + (
            " 印发" if text[date.end() :].strip() in ("印发", "印") else ""
        )
    if len(text) <= 24 and re.fullmatch(r"[\u4e00-\u9fff]{4,20}文件", text):
        page.add("issuer", text[:-2], i, 0, len(text) - 2)
        return
    match = _ISSUER.match(text)
    if not match or len(text) > 50 or re.search(r"[，。；]", text):
        return
    first, value = i, match.group(1)
    above = page.blocks[i - 1].text if i else ""
    if (
        i
        and i - 1 not in page.used
        and page.blocks[i].gap == 0
        and re.fullmatch(r"[\u4e00-\u9fff（）()]{4,30}", above)
    ):
        first, value = i - 1, f"{above} {value}"  # two organisations, one line each
    end = min(len(text), len(page.blocks[i].text))
    page.fields.append(Found("issuer", _tidy(value), first, 0, i, end))
    page.used.update((first, i))


def _labelled(page: _Page, i: int) -> bool:
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
        if value:
            page.add(_KEY_OF.get(label, label), value.rstrip("。"), i, start, start + len(part))
    return True


def _title(page: _Page, start: int, stem: str) -> Found | None:
    free = [i for i in range(start) if i not in page.used and page.blocks[i].kind is BlockKind.TEXT]
    free = [i for i in free if not re.match(r"[—(（]", page.blocks[i].text) and len(page.blocks[i].text) >= 2]
    if given := next((f for f in page.fields if f.key == "title"), None):
        return given
    if not free:
        return None
    best = max(free, key=lambda i: (_title_score(page, i, start, stem), -i))
    first = last = best
    blocks = page.blocks
    if blocks[best].level != 0:
        while first - 1 in free and _part_of_title(blocks, first - 1, first):
            first -= 1
        while (
            last + 1 in free
            and not _TITLE_END.search(blocks[last].text)
            and _part_of_title(blocks, last, last + 1)
        ):
            last += 1
    value = " ".join(blocks[i].text for i in range(first, last + 1))
    value = re.sub(r"(?<=[\u3000-\u9fff]) (?=[\u3000-\u9fff])", "", value) if first != last else value
    found = Found("title", _tidy(value), first, 0, last, len(blocks[last].text))
    page.fields.append(found)
    page.used.update(range(first, last + 1))
    return found


def _title_score(page: _Page, i: int, start: int, stem: str) -> float:
    block = page.blocks[i]
    text = block.text
    if block.level == 0:
        return 100.0
    score = min(len(text), 30) / 10
    score += 4 * bool(_TITLE_END.search(text)) + 3 * ("关于" in text or "關於" in text)
    score += 3 * (text in stem or stem in text)
    score -= 6 * bool(_NAMES.fullmatch(text)) + 3 * (len(text) > 80)
    score += 2 * (i + 1 < start and _NAMES.fullmatch(page.blocks[i + 1].text) is not None)
    score += 1.5 * (block.level == 1)
    return score


def _part_of_title(blocks: Sequence[RawBlock], upper: int, lower: int) -> bool:
    """Two lines of one title: directly below each other, the upper one not complete by itself."""
    above, below = blocks[upper].text, blocks[lower].text
    if blocks[lower].gap > 1 or _NAMES.fullmatch(below) or _TITLE_END.search(above):
        return False
    open_end = re.search(r"(?:关于|印发|批转|转发|推进|推动|促进|加快|加强|的|和|与|及|、)$", above)
    opens = "关于" in above and bool(_TITLE_END.search(below)) and "关于" not in below
    return bool(open_end) or opens


def _authors(page: _Page, title: Found, start: int) -> None:
    if any(f.key == "author" for f in page.fields):
        return
    for i in range(title.end_block + 1, start):
        text = page.blocks[i].text
        if i in page.used or len(text) > 60:
            continue
        lead = _AUTHOR_AFTER.match(text)
        offset = lead.end() if lead else 0
        names = _NAMES.fullmatch(text, offset)
        office = _OFFICE_AND_NAME.fullmatch(text, offset)
        if names or lead:
            page.add("author", _names(text[offset:]), i, offset, len(text))
        elif office:
            page.add("author", _names(office.group(1)), i, office.start(1), office.end(1))
        else:
            continue
        return


def _names(text: str) -> str:
    """李　强 → 李强; several names are parted by 、."""
    text = re.sub(
        rf"(?<![\u4e00-\u9fff])([{_FAMILY}])[ \u3000]+([\u4e00-\u9fff])(?![\u4e00-\u9fff])",
        r"\1\2",
        text.strip(),
    )
    return re.sub(r"[ \u3000、，,；;]+", "、", text)


def _series(page: _Page, start: int) -> None:
    """The masthead's name stands right above the issue number."""
    issue = next((f for f in page.fields if f.key == "issue"), None)
    above = issue.block - 1 if issue else -1
    if above >= 0 and above not in page.used and 2 <= len(page.blocks[above].text) <= 20:
        page.add("series", page.blocks[above].text, above, 0, len(page.blocks[above].text))


def _subtitle(page: _Page, title: Found, start: int) -> None:
    for i in range(title.end_block + 1, start):
        text = page.blocks[i].text
        if i not in page.used and text.startswith(("——", "--", "—")):
            page.add("subtitle", text.lstrip("—-– "), i, 0, len(text))


def _back_blocks(blocks: Sequence[RawBlock], start: int) -> set[int]:
    """Trailing blocks of notices, labels and signatures; rows and notes among them are passed over."""
    back: set[int] = set()
    tail = range(len(blocks) - 1, max(start - 1, len(blocks) - 20, -1), -1)
    for i in tail:
        if blocks[i].kind is BlockKind.TEXT and _RIGHTS.search(blocks[i].text):
            after = [b for b in blocks[i:] if b.kind is BlockKind.TEXT]
            if sum(len(b.text) for b in after) <= 1500:
                back.update(k for k in range(i, len(blocks)) if blocks[k].kind is BlockKind.TEXT)
    pending: list[int] = []
    for i in tail:
        if i in back or blocks[i].kind is not BlockKind.TEXT or i <= start:
            continue
        text = blocks[i].text
        if _is_back(text, below=blocks[i + 1].text if i + 1 < len(blocks) else ""):
            back.update((i, *pending))
            pending.clear()
        elif (
            re.match(r"[\u4e00-\u9fff]{2,6}[：:]\s*\S", text)
            and len(text) <= 60
            and not text.endswith(("。", "；"))
        ):
            pending.append(i)  # an unknown label counts only among known ones
        else:
            break
    return back


def _is_back(text: str, below: str) -> bool:
    digits = text.translate(DIGITS)
    if LABEL.match(text) or _AUTHOR_NOTE.match(text):
        return not text.startswith(("附件", "时间", "单位")) and len(text) <= 400
    if re.fullmatch(r"[（(].{2,20}(?:公开发布|公开|发布)[）)]", text):
        return True
    if len(text) <= 60 and _COPIES.search(digits):
        return True
    date = _DATE.search(digits)
    if date and len(text) <= 50 and not re.search(r"[，。；]", text):
        return date.end() - date.start() + 10 >= len(text) or bool(re.search(r"(?:印发|印)$", text))
    signs = _DATE.fullmatch(below.translate(DIGITS).strip()) is not None
    return signs and re.fullmatch(r"[\u4e00-\u9fff（）() \u3000]{2,40}", text) is not None


def _sign(page: _Page, i: int, back: set[int]) -> None:
    """The line above a closing date is who signs."""
    following = page.blocks[i + 1].text.translate(DIGITS).strip() if i + 1 < len(page.blocks) else ""
    text = page.blocks[i].text
    if i not in page.used and i + 1 in back and _DATE.fullmatch(following):
        page.add("issuer", text, i, 0, len(text))


def _year(page: _Page, title: Found | None) -> None:
    """The year of the date; without a date, the one in the title."""
    date = next((f for f in page.fields if f.key == "date"), None)
    source = date or title
    if source is None or source.block != source.end_block:
        return
    text = page.blocks[source.block].text
    match = _YEAR.search(text.translate(DIGITS), source.start, source.end + 1)
    if match:
        digits = match.group().translate(DIGITS).replace("○", "〇")
        value = (
            digits
            if digits.isdigit() and digits.isascii()
            else "".join(str(chinese_number(c)) for c in digits)
        )
        page.fields.append(Found("year", value, source.block, match.start(), source.block, match.end()))
