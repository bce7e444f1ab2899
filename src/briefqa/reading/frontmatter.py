"""Which blocks are the front and the back of a document, and its authors.

What a single line states by itself is for `briefqa.reading.fields`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from briefqa.reading.announced import find_announced
from briefqa.reading.bodies import is_body
from briefqa.reading.document import BlockKind
from briefqa.reading.document_year import year_field
from briefqa.reading.events import DATE, is_note
from briefqa.reading.fields import (
    ATTACHED,
    AUTHOR_NOTE,
    COPIES,
    DOC_NUMBER,
    NAMES,
    OFFICE_AND_NAME,
    ORDER,
    RECIPIENTS_LINE,
    Page,
    PlacedField,
    issuer,
    plain,
    read_line,
    tell_meeting,
    tidy,
    tidy_names,
)
from briefqa.reading.formats.base import RawBlock
from briefqa.reading.own_force import tell_of_itself, tell_repealed
from briefqa.reading.signatures import PUBLIC, read_masthead, read_signatures
from briefqa.reading.titles import add_title, find_title, marked_title, names_nothing
from briefqa.text.labels import LABEL
from briefqa.text.numbering import Number, is_contents_line, number_of

_RIGHTS = re.compile(
    r"版权(?:所有|声明)|著作权法|公有领域|public domain|转载请注明|免责声明|ICP备|all rights reserved",
    re.I,
)
_SALUTATION = re.compile(r"(?:各位|同志们|尊敬的|女士们|先生们).{0,20}[：:！!]$")
_AUTHOR_AFTER = re.compile(r"(?:文\s*[/／|丨]|作者[：:]|□|●|■|◎)\s*")
_COVER = 4  # lines of a cover without any prose below it
_LONGEST_NAME = 60  # characters
_FRONT_LIMIT = 30  # blocks: a masthead is not longer


@dataclass(frozen=True, slots=True)
class Matter:
    """Blocks [0, body.start) are the front, those in `back` the back, and the fields of both."""

    body: range
    back: frozenset[int]
    title: str | None
    fields: tuple[PlacedField, ...]


def find_matter(blocks: Sequence[RawBlock], stem: str) -> Matter:
    """Front and back matter of a document whose file name without suffix is `stem`."""
    marked = marked_title(blocks)
    start = _body_start(blocks, marked)
    page = Page(blocks)
    signed: set[int] = set()
    if announced := find_announced(blocks, start):
        add_title(page, announced.title.start, announced.title.stop - 1)
        signed = read_signatures(page, range(announced.sentence, announced.title.start))
        start = _body_start(blocks, None, announced.title.stop)
    back = _back_blocks(blocks, start)
    body = range(start, max(start, min(back, default=len(blocks))))
    for i in range(start):
        if i not in page.used:
            read_line(page, i)
    _series(page)
    _order(page, start)
    for i in range(start):
        issuer(page, i)
    title = find_title(page, start, stem, marked)
    if title is not None:
        read_masthead(page, title, start)
        _authors(page, title, start)
        _subtitle(page, title, min(max(start, title.end_block + 2), len(blocks)))
    signed |= read_signatures(page, range(start, len(blocks)))
    for i in sorted(back - signed):
        read_line(page, i)
        issuer(page, i)
    for i in body:
        if i not in signed:
            tell_of_itself(page, i)
    tell_repealed(page, body)
    _number(page)
    fields = sorted(tell_meeting(page.fields), key=_place)
    fields = _of_this_edition(fields)
    fields = sorted([*fields, *year_field(blocks, fields, range(start))], key=_place)
    return Matter(body, frozenset(back | signed), title.value if title else None, tuple(fields))


def _of_this_edition(fields: Sequence[PlacedField]) -> list[PlacedField]:
    """Without a date that is only the day of a law's adoption where it was amended since."""
    adopted = {(each.block, each.start) for each in fields if each.key == "adopted"}
    if not any(each.key == "amended" for each in fields):
        adopted = set()
    return [each for each in fields if each.key != "date" or (each.block, each.start) not in adopted]


def _place(found: PlacedField) -> tuple[int, int, int]:
    return found.block, found.start, found.end


def _body_start(blocks: Sequence[RawBlock], marked: int | None, first: int = 0) -> int:
    """The block from `first` on that is prose, salutation or numbered heading; 1 at most when none is."""
    for i, block in enumerate(blocks[first : first + _FRONT_LIMIT + 1], first):
        text = plain(block.text)
        if block.kind is not BlockKind.TEXT or i == marked:
            continue  # web pages print a table of the document's data above it
        if AUTHOR_NOTE.match(text) or LABEL.match(text) or is_note(text):
            continue
        if block.level:
            if not _of_cover(blocks, first, i):
                return i
            continue
        if i and RECIPIENTS_LINE.match(plain(blocks[i - 1].text)) and text.endswith("。"):
            return i
        if _SALUTATION.match(text) or re.fullmatch(r"目\s*录", text) or is_contents_line(text):
            return i
        number = number_of(text)
        if number and ((number.value == 1 and number.style != "1") or _is_article(text, number)):
            return i
        if (
            len(text) >= 30
            and re.search(r"[。！？；]|[.!?](?:\s|$)", text)
            and not text.startswith(("（", "(", "—"))
        ):
            return i
        if len(text) >= 80:
            return i
    end = min(len(blocks), first or 1)
    while end < min(len(blocks), first + _COVER) and (
        _of_cover(blocks, first, end) or (end and _is_mark(plain(blocks[end].text)))
    ):
        end += 1
    return end


def _is_mark(text: str) -> bool:
    """Whether a line is a number or a date alone, which is no text even where only short lines follow."""
    return any(pattern.fullmatch(text.strip()) for pattern in (DOC_NUMBER, DATE))


def _is_article(text: str, number: Number) -> bool:
    """Whether a line is an article of whatever number: excerpts begin with any."""
    opens = number.article is not None and not number.tight
    return opens and (number.end >= len(text) or text.endswith(("。", "；", "：")))


def _of_cover(blocks: Sequence[RawBlock], first: int, i: int) -> bool:
    """A name below lines of a cover that name nothing, or the next line of such a name."""
    block = blocks[i]
    if block.kind is not BlockKind.TEXT or len(block.text) > _LONGEST_NAME or number_of(block.text):
        return False
    if i == first:
        return is_body(plain(block.text))
    if all(names_nothing(plain(each.text)) for each in blocks[first:i]):
        return not re.search(r"[。：:]$", block.text)
    above = blocks[i - 1]
    alike = block.level is not None and (above.level, above.size) == (block.level, block.size)
    return alike and i - 1 > first and _of_cover(blocks, first, i - 1)


def _authors(page: Page, title: PlacedField, start: int) -> None:
    if any(f.key == "author" for f in page.fields):
        return
    for i in range(title.end_block + 1, start):
        text = page.blocks[i].text
        if i in page.used or len(text) > 60:
            continue
        lead = _AUTHOR_AFTER.match(text)
        offset = lead.end() if lead else 0
        names = NAMES.fullmatch(text, offset)
        office = OFFICE_AND_NAME.fullmatch(text, offset)
        if names or lead:
            page.add("author", tidy_names(text[offset:]), i, offset, len(text))
        elif office:
            page.add("author", tidy_names(office.group(1)), i, office.start(1), office.end(1))
            page.add("author_note", text[offset:], i, offset, len(text))
        else:
            continue
        return


def _series(page: Page) -> None:
    """The masthead's name stands right above the issue number."""
    issue = next((f for f in page.fields if f.key in ("issue", "total_issue")), None)
    above = issue.block - 1 if issue else -1
    if above >= 0 and above not in page.used and 2 <= len(page.blocks[above].text) <= 20:
        page.add("series", page.blocks[above].text, above, 0, len(page.blocks[above].text))


def _number(page: Page) -> None:
    """A number alone in one of the first lines, even where the text seems to begin above it."""
    if any(f.key == "doc_number" for f in page.fields):
        return
    for i in range(min(_COVER, len(page.blocks))):
        if page.blocks[i].kind is BlockKind.TEXT and DOC_NUMBER.fullmatch(page.plain(i).strip()):
            page.add("doc_number", page.blocks[i].text, i, 0, len(page.blocks[i].text))
            return


def _order(page: Page, start: int) -> None:
    """Who gives an order, with its number in the line below."""
    for i in range(start - 1):
        first, number = page.blocks[i].text, page.blocks[i + 1].text
        order = ORDER.fullmatch(plain(first + number))
        if order and order.end(1) < len(first):
            page.add("issuer", first[: order.end(1)], i, 0, order.end(1))
            value = tidy(first + number)
            page.fields.append(PlacedField("doc_number", value, i, 0, i + 1, len(number)))
            page.used.update((i, i + 1))


def _subtitle(page: Page, title: PlacedField, start: int) -> None:
    for i in range(title.end_block + 1, start):
        text = page.blocks[i].text
        dated = any(f.key == "date" and f.block == i for f in page.fields)
        told = text.lstrip("—-– ")
        if (dated or i not in page.used) and told and text.startswith(("——", "--", "—")):
            page.add("subtitle", told, i, 0, len(text))


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
            re.match(r"[（(]?[\u4e00-\u9fff]{2,6}[：:]\s*\S", text)
            and len(text) <= 60
            and not text.endswith(("。", "；"))
        ):
            pending.append(i)  # an unknown label counts only among known ones
        else:
            break
    return back


def _is_back(text: str, below: str) -> bool:
    text = plain(text)
    if LABEL.match(text) or AUTHOR_NOTE.match(text):
        return not text.startswith((ATTACHED, "时间", "单位")) and len(text) <= 400
    if PUBLIC.fullmatch(text):
        return True
    if len(text) <= 60 and COPIES.search(text):
        return True
    date = DATE.search(text)
    if date and len(text) <= 50 and not re.search(r"[，。；]", text):
        return date.end() - date.start() + 10 >= len(text) or bool(re.search(r"(?:印发|印)$", text))
    signs = DATE.fullmatch(plain(below).strip()) is not None
    return signs and re.fullmatch(r"[\u4e00-\u9fff（）() \u3000]{2,40}", text) is not None
