"""What single lines of the front and back state: number, date, issuer, names, labelled values.

General rules of Chinese briefs and official documents only; no rule knows one file's words. Dated
events and the closing articles are for `briefqa.reading.events`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from briefqa.reading.bodies import ABOUT, is_body
from briefqa.reading.document import BlockKind
from briefqa.reading.events import (
    CN_DIGITS,
    DATE,
    Event,
    closing_events,
    dated_events,
    is_history,
    starts_with_date,
)
from briefqa.reading.formats.base import RawBlock
from briefqa.reading.repeals import NUMBER_IN_YEAR
from briefqa.text.folding import simplified
from briefqa.text.labels import CHROME, LABEL, key_of
from briefqa.text.lexicon import any_of
from briefqa.text.numbering import DIGITS

_OF_MEETINGS = frozenset(("place", "chair", "present", "attending", "absent", "recorder"))
ATTACHED = "附件"
_UNKNOWN_LABEL = re.compile(r"[\u4e00-\u9fff]{2,6}[：:]\s*\S")
_CELL = " | "  # between the cells of a row
DOC_NUMBER = re.compile(rf"(?:[\u4e00-\u9fffA-Za-z]{{1,16}}|^){NUMBER_IN_YEAR}")
ORDER = re.compile(r"(?:^|(?<=[日\s(]))([\u4e00-\u9fff]{2,16})令\s*第\s*\d{1,5}\s*号")
_PRINTED_IN = re.compile(r"(?:刊登|发表|[原刊]?[刊载])[于在](《[^》]{2,30}》[^，。；）)]{0,20})")
_ISSUE = re.compile(rf"(?<!总)第\s*[\d{CN_DIGITS}]{{1,6}}\s*期")
_TOTAL_ISSUE = re.compile(r"总\s*(?:第\s*)?\d{1,6}\s*期|总\s*期\s*第?\s*\d{1,6}\s*期?")
COPIES = re.compile(r"(?:共印|印[数发]?)\s*[：:]?\s*\d+\s*份|共\s*\d+\s*份")
_ISSUER = re.compile(r"(.{2,40}?)\s*(?:主\s*[办编]|编\s*[印制发]|印\s*发)$")
AUTHOR_NOTE = re.compile(
    r"[（(]\s*(?:本文)?(?:作者|报告人)(?:单位|简介)?\s*[系为是：:，]"
    rf".+?[）)](?=$|\s*(?:{LABEL.pattern}))|作者(?:系|简介|单位)[：:]?.+$"
)
RECIPIENTS_LINE = re.compile(r"各.{2,}[：:]$|.{2,30}(?:政府|局|厅|委|部|办|司|单位|办公室)[：:]$")
# A family name opens a name; two characters parted by blanks are one only behind a simple one.
_SIMPLE = ("surnames.common", "surnames.ambiguous", "surnames.other")
_FAMILY = any_of(*_SIMPLE)
_NAME = (
    rf"(?:{any_of(*_SIMPLE, 'surnames.compound')}[\u4e00-\u9fff]{{1,2}}"
    rf"|{_FAMILY}[ \u3000]+[\u4e00-\u9fff])"
)
NAMES = re.compile(rf"{_NAME}(?:[ \u3000]*[、，,；;][ \u3000]*{_NAME}|[ \u3000]+{_NAME})*")
OFFICE_AND_NAME = re.compile(rf"[\u4e00-\u9fff]{{2,16}}[ \u3000]+({_NAME})")
_MUCH_MORE = 20  # characters besides an issue's number
_BLANKS = " \u3000\t"


@dataclass(frozen=True, slots=True)
class PlacedField:
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
    fields: list[PlacedField] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    def plain(self, i: int) -> str:
        """Block `i` in the form that the patterns read, of the same length."""
        return plain(self.blocks[i].text)

    def add(self, key: str, value: str, block: int, start: int, end: int) -> None:
        """Adds a field that lies in one block."""
        self.fields.append(PlacedField(key, tidy(value), block, start, block, end))
        self.used.add(block)

    def add_events(self, block: int, events: Iterable[Event]) -> None:
        """Adds what a line tells of the document's making and force."""
        shown = self.blocks[block].text
        for each in events:
            value = tidy(shown[each.value_start : each.value_end])
            self.fields.append(PlacedField(each.key, value, block, each.start, block, each.end))


def plain(text: str) -> str:
    """`text` in simplified characters with half-width digits and brackets, one for one."""
    return simplified(text).translate(DIGITS)


def tidy(value: str) -> str:
    """White space folded to single blanks."""
    return re.sub(r"[\s\u3000]+", " ", value).strip()


def read_line(page: Page, i: int) -> None:
    """The fields that one line of the front or back states by itself."""
    text, shown = page.plain(i), page.blocks[i].text
    if page.blocks[i].kind is BlockKind.ROW:
        _cells(page, i)
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
    if order := ORDER.search(text):
        page.add("issuer", shown[order.start(1) : order.end(1)], i, order.start(1), order.end(1))
    for key, pattern in (
        ("doc_number", DOC_NUMBER),
        ("doc_number", ORDER),
        ("total_issue", _TOTAL_ISSUE),
        ("issue", _ISSUE),
        ("copies", COPIES),
    ):
        if (match := pattern.search(text)) and (len(text) <= 60 or text.startswith("(")):
            _state(page, key, i, match.start(), match.end())
    _dates(page, i)
    if RECIPIENTS_LINE.match(text) and i:
        page.add("recipients", shown.rstrip("：:"), i, 0, len(text.rstrip("：:")))


def _state(page: Page, key: str, i: int, start: int, end: int) -> None:
    """Adds what a part of a line states; a line that says much more may still be the title."""
    shown = page.blocks[i].text
    page.add(key, shown[start:end], i, start, end)
    if key in ("issue", "total_issue") and len(shown) - (end - start) > _MUCH_MORE:
        page.used.discard(i)


def _dates(page: Page, i: int) -> None:
    """The date of a line, or what it tells of the document's making: made public goes before adopted."""
    text, shown = page.plain(i), page.blocks[i].text
    page.add_events(i, closing_events(text, of_itself=False))
    date = DATE.search(text)
    in_force = any(f.key == "effective" and f.block == i for f in page.fields)
    if date is None or (in_force and len(list(DATE.finditer(text))) == 1):
        return
    whole = len(text) - (date.end() - date.start()) <= 8
    leads = re.match(r"\s*(?:——|—|[（(]|\d|[一二])", text) and len(text) <= 600
    events = dated_events(text) if leads or is_history(text) else []
    if events:
        page.used.add(i)
        page.add_events(i, events)
    if {"date", "amended"}.intersection(each.key for each in events):
        return
    if whole or (leads and len(text) <= 120) or re.search(r"(?:印发|发布|通过)[）)]?$", text):
        page.add("date", shown[date.start() : date.end()], i, *date.span())


def issuer(page: Page, i: int) -> None:
    """Who issues it by its verb, with another organisation in the line above it perhaps, or a letterhead."""
    text, shown = page.plain(i), page.blocks[i].text
    if LABEL.match(text):
        return
    letterhead = re.fullmatch(r"([\u4e00-\u9fff]{2,20})文件", text)
    below = range(i + 1, min(i + 4, len(page.blocks)))
    numbered = any(DOC_NUMBER.search(page.plain(k)) for k in below)
    if (match := letterhead) and (numbered or is_body(match[1])):
        page.add("issuer", shown[: match.end(1)], i, 0, match.end(1))
        return
    date = DATE.search(text)
    if date and re.fullmatch(r"\s*印发?", text[date.end() :]):
        if name := shown[: date.start()].rstrip():
            page.add("issuer", name, i, 0, len(name))
        return
    if date and date.end() == len(text):  # the date stands at the end of the issuer's line
        text = text[: date.start()].rstrip()
    match = _ISSUER.match(text)
    if not match or len(text) > 50 or re.search(rf"[，。；《]|{ABOUT}", text):
        return
    if date and date.start() >= len(text):
        page.add("date", shown[date.start() : date.end()], i, date.start(), date.end())
    first, value = i, shown[: match.end(1)]
    above = page.blocks[i - 1].text if i else ""
    close = i > 0 and i - 1 not in page.used and page.blocks[i].gap == 0
    if close and re.fullmatch(r"[\u4e00-\u9fff（）()]{4,30}", above):
        first, value = i - 1, f"{above} {value}"  # two organisations, one line each
    page.fields.append(PlacedField("issuer", tidy(value), first, 0, i, len(text)))
    page.used.update((first, i))


def _cells(page: Page, i: int) -> None:
    """A row of labels and values by turns."""
    shown, at = page.blocks[i].text, 0
    cells = []
    for cell in shown.split(_CELL):
        cells.append((at, cell))
        at += len(cell) + len(_CELL)
    for (start, label), (at, value) in pairwise(cells):
        name = plain(label).rstrip("：: ")
        if LABEL.fullmatch(f"{name}:") and value and not LABEL.match(plain(value)):
            _value(page, i, key_of(name), value, start, at + len(value))


def _labelled(page: Page, i: int, first: int = 0) -> bool:
    """Labels and their values, several of them in one line as well, and the date before them on web pages."""
    text, shown = page.plain(i), page.blocks[i].text
    starts = [m.start() for m in LABEL.finditer(text, first) if _begins_label(text, m, first)]
    if first and not starts:
        return False
    dated = starts_with_date(text)
    if starts and dated and starts[0] <= dated + 2:
        page.add("date", shown[:dated], i, 0, dated)
    elif not first and (not starts or re.search(r"\w", text[: starts[0]])):  # a mark may stand before it
        if not _unknown_label(page, i):
            return False
        starts = [0, *starts]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        part = shown[start:end].rstrip(f"{_BLANKS}\xa0，；【[|｜丨")
        if end == len(text) and text.startswith("(") and part.endswith(("）", ")")):
            part = part[:-1]  # the bracket around the whole line
        if part.startswith(("（", "(")):
            start, part = start + 1, part[1:]
        label, value = re.split(r"\s*[：:]\s*", part, maxsplit=1)
        _value(page, i, key_of(plain(label)), value.rstrip("。"), start, start + len(part))
    return True


def _value(page: Page, i: int, key: str, value: str, start: int, end: int) -> None:
    """Adds what a label says, and apart from it a date or a fax number that stands behind it."""
    shown = page.blocks[i].text
    date = DATE.search(plain(shown), start, end)
    apart = date and re.search(rf"[{_BLANKS}]{{2,}}$", shown[start : date.start()])
    if date and apart and date.end() == end and key != "date":
        page.add("date", shown[date.start() : end], i, date.start(), end)
        end = date.start() - len(apart.group())
        value = re.split(r"\s*[：:]\s*", shown[start:end], maxsplit=1)[1]
    if fax := re.search(r"([\d-]{6,})\s*\(传真\)", plain(shown[start:end])):
        page.add("fax", fax.group(1), i, start + fax.start(), start + fax.end())
    if key == CHROME:
        page.used.add(i)
    elif value:
        page.add(key, value, i, start, end)


def _begins_label(text: str, match: re.Match[str], first: int) -> bool:
    """Whether a label begins there: after a blank or a mark, or anywhere behind another one or a date.

    Lines are joined where a list of names is wrapped, so that a label may follow a name.
    """
    start = match.start()
    if not start or text[start - 1] in f"{_BLANKS}\xa0，；。)、【[":
        return True
    led = LABEL.match(text, first) is not None or 0 < starts_with_date(text) == start
    return len(match.group()) > 2 and led


def _unknown_label(page: Page, i: int) -> bool:
    """A label that no list knows counts only next to a known one: it may be a title."""
    text = page.plain(i)
    if not _UNKNOWN_LABEL.match(text) or len(text) > 60 or re.search(r"[。；]", text):
        return False
    around = [k for k in (i - 1, i + 1) if 0 <= k < len(page.blocks)]
    return any(LABEL.match(page.plain(k)) for k in around)


def tell_meeting(fields: Sequence[PlacedField]) -> list[PlacedField]:
    """The time of minutes is when the meeting was held, not the document's date."""
    key = "held" if any(each.key in _OF_MEETINGS for each in fields) else "date"
    return [replace(f, key=key) if f.key == "time" else f for f in fields]


def tidy_names(text: str) -> str:
    """Names without the blank that widens short ones; several are parted by 、."""
    text = re.sub(
        rf"(?<![\u4e00-\u9fff])({_FAMILY})[ \u3000]+([\u4e00-\u9fff])(?![\u4e00-\u9fff])",
        r"\1\2",
        text.strip(),
    )
    return re.sub(r"[ \u3000、，,；;]+", "、", text)
