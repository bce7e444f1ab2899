"""The title of a document: which of its first lines it is, and how many of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefqa.reading.bodies import is_body
from briefqa.reading.document import BlockKind
from briefqa.reading.document_year import YEAR_LINE
from briefqa.reading.editions import series_of
from briefqa.reading.events import DATE
from briefqa.reading.fields import NAMES, Page, PlacedField, plain, tidy
from briefqa.reading.formats.base import RawBlock
from briefqa.reading.formats.lines import TITLE_END
from briefqa.text.labels import LABEL
from briefqa.text.numbering import NAMED, number_of

_EDITORS_NOTE = re.compile(r"[【\[]?\s*(?:编者(?:按|的话)|按语?|内容(?:提要|摘要)|核心提示|导读)\s*[】\]：:]")
# How a paper is to be kept: never its title.
_HANDLING = re.compile(r"内部(?:资料|参考)|注意保存|[绝机秘]密|[特加]急")


def marked_title(blocks: Sequence[RawBlock]) -> int | None:
    """The block that the format marks as the title: its own style, or the one highest heading.

    Of several highest ones that differ in no more than the year it is the first.
    """
    levels = [(block.level, i) for i, block in enumerate(blocks) if block.level is not None]
    if not levels:
        return None
    highest, first = min(levels)
    equals = {series_of(blocks[i].text) for level, i in levels if level == highest}
    alone = len(equals) == 1 and number_of(blocks[first].text) is None
    return first if highest == 0 or (alone and first == levels[0][1]) else None


def _may_hold_title(page: Page, start: int) -> list[int]:
    """The front, and the short lines between an editor's note at its end and the text proper."""
    places = list(range(start))
    if start < len(page.blocks) and _EDITORS_NOTE.match(page.plain(start)):
        for i in range(start + 1, min(start + 4, len(page.blocks))):
            text = page.plain(i)
            if len(text) > 40 or number_of(text) or re.search(r"[。；：:]$", text):
                break
            places.append(i)
    return places


def find_title(page: Page, start: int, stem: str, marked: int | None) -> PlacedField | None:
    """The title among the blocks before `start`, added to the page's fields; `stem` is the file's name."""
    places = _may_hold_title(page, start)
    free = [i for i in places if i not in page.used and page.blocks[i].kind is BlockKind.TEXT]
    free = [i for i in free if not re.match(r"[—(（]", page.blocks[i].text) and len(page.blocks[i].text) >= 2]
    free = [i for i in free if i == marked or not page.blocks[i].text.endswith(("。", "；"))]
    free = [i for i in free if not (_HANDLING.match(page.plain(i)) or YEAR_LINE.fullmatch(page.plain(i)))]
    if given := next((f for f in page.fields if f.key == "title"), None):
        return given
    signed = [i for i in free if i != marked and _signs(page, i)]
    for i in signed:
        page.add("issuer", page.blocks[i].text, i, 0, len(page.blocks[i].text))
    free = [i for i in free if i not in signed]
    if not free:
        return None
    best = max(free, key=lambda i: (i == marked, _title_score(page, i, places, stem), -i))
    first = last = best
    blocks = page.blocks
    if best != marked:
        while first - 1 in free and _part_of_title(blocks, first - 1, first):
            first -= 1
        while (
            last + 1 in free
            and not TITLE_END.search(blocks[last].text)
            and _part_of_title(blocks, last, last + 1)
        ):
            last += 1
    return add_title(page, first, last)


def add_title(page: Page, first: int, last: int) -> PlacedField:
    """Adds the title that is printed in the blocks `first` to `last`."""
    lines = [block.text for block in page.blocks[first : last + 1]]
    value = (
        re.sub(r"(?<=[\u3000-\u9fff]) (?=[\u3000-\u9fff])", "", " ".join(lines)) if lines[1:] else lines[0]
    )
    found = PlacedField("title", tidy(value), first, 0, last, len(lines[-1]))
    page.fields.append(found)
    page.used.update(range(first, last + 1))
    return found


def _signs(page: Page, i: int) -> bool:
    """Names of bodies between a line that is a year or a date and another: who issues, not what."""
    text = page.plain(i)
    above = page.plain(i - 1).strip() if i else ""
    below = page.plain(i + 1).strip() if i + 1 < len(page.blocks) else ""
    dated = bool(YEAR_LINE.fullmatch(above)) or (not above and DATE.fullmatch(below) is not None)
    return dated and all(is_body(name) for name in re.split(r"[ \u3000、]+", text) if name)


def _title_score(page: Page, i: int, places: Sequence[int], stem: str) -> float:
    block = page.blocks[i]
    text = plain(block.text)
    score = min(len(text), 30) / 10
    score += 4 * bool(TITLE_END.search(text)) + 3 * ("关于" in text)
    score += 3 * (block.text in stem or (stem in block.text and 2 * len(stem) >= len(text)))
    numbered = number_of(text)
    score -= 6 * (numbered is not None and numbered.style in NAMED)  # a chapter, not the whole
    score -= 6 * bool(NAMES.fullmatch(text)) + 3 * (len(text) > 80)
    score += 2 * (i + 1 in places and NAMES.fullmatch(page.blocks[i + 1].text) is not None)
    below = {f.key for f in page.fields if f.block == i + 1}
    labelled = i + 1 in places and LABEL.match(page.plain(i + 1)) is not None
    # Web pages print the source, or the date behind its label, right below the title.
    score += 3 * ("source" in below or ("date" in below and labelled))
    sizes = [page.blocks[k].size for k in places if k not in page.used]
    score += 4 * (block.size > 0 and block.size >= 0.98 * max(sizes) > 1.1 * min(sizes))
    return score


def _part_of_title(blocks: Sequence[RawBlock], upper: int, lower: int) -> bool:
    """Two lines of one title: directly below each other, the upper one not complete by itself."""
    above, below = blocks[upper].text, blocks[lower].text
    if blocks[lower].gap > 1 or NAMES.fullmatch(below) or TITLE_END.search(above):
        return False
    open_end = re.search(r"(?:关于|印发|批转|转发|推[进动]|促进|加[快强]|[的和与及、])$", above)
    opens = "关于" in above and bool(TITLE_END.search(below)) and "关于" not in below
    return bool(open_end) or opens
