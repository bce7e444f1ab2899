"""The title of a document: which of its first lines it is, and how many of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from briefqa.reading.bodies import ABOUT, is_bodies, is_body
from briefqa.reading.document import BlockKind
from briefqa.reading.document_year import YEAR_LINE
from briefqa.reading.editions import series_of
from briefqa.reading.events import DATE
from briefqa.reading.fields import ATTACHED, NAMES, Page, PlacedField, plain, tidy
from briefqa.reading.formats.base import RawBlock
from briefqa.reading.formats.lines import BULLET, CANNOT_BEGIN, TITLE_END
from briefqa.text.folding import has_han
from briefqa.text.labels import LABEL
from briefqa.text.numbering import NAMED, number_of

_EDITORS_NOTE = re.compile(r"[【\[]?\s*(?:编者(?:按|的话)|按语?|内容(?:提要|摘要)|核心提示|导读)\s*[】\]：:]")
# What kind of paper it is, which attachment, or a number behind its label.
_PAPER = re.compile(
    rf"[\u4e00-\u9fff]{{2,12}}文件|{ATTACHED}\d*|[\u4e00-\u9fff]{{2,8}}[：:][^\u4e00-\u9fff]*"
)
_NAME_LABEL = re.compile(r"[\u4e00-\u9fff]{0,4}名\s*称\s*[：:][ \u3000|]*(?=.*[\u4e00-\u9fff])")
_LINES = 3  # of a title that does not say what it is about; more of one look are a list
_WORD = 4  # characters of a heading such as that of an abstract or a preface
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
    if given := next((f for f in page.fields if f.key == "title"), None):
        return given
    places = _may_hold_title(page, start)
    free = [i for i in places if _may_be_title(page, i, marked)]
    signed = [i for i in free if i != marked and _signs(page, i)]
    for i in signed:
        page.add("issuer", page.blocks[i].text, i, 0, len(page.blocks[i].text))
    free = [i for i in free if i not in signed]
    telling = [i for i in free if not names_nothing(page.plain(i))]
    rows = [i for i in places if page.blocks[i].kind is BlockKind.ROW and _labelled_name(page, i)]
    if rows and not telling:
        return add_title(page, rows[0], rows[0], _labelled_name(page, rows[0]))
    if not telling and (not free or has_han(stem)):
        return None
    chosen = marked if marked in (telling or free) else None
    best = max(telling or free, key=lambda i: (i == chosen, _title_score(page, i, telling, places, stem), -i))
    first, last = _extent(page, free, best)
    return add_title(page, first, last, _labelled_name(page, best) if first == best else 0)


def _may_be_title(page: Page, i: int, marked: int | None) -> bool:
    """Whether a line can be one: it states nothing else, and is no item, salutation or part."""
    text, block = page.plain(i), page.blocks[i]
    if i in page.used or block.kind is not BlockKind.TEXT or len(text) < 2:
        return False
    if re.match(r"[—(（]", block.text) or _HANDLING.match(text) or YEAR_LINE.fullmatch(text):
        return False
    if i == marked:
        return True
    if not re.search(r"[^\W\d_]", text) or BULLET.match(text) or text[0] in f".{''.join(CANNOT_BEGIN)}":
        return False
    return not (re.search(r"[。；：:]$", text) or _is_one_of_several(page, i))


def _is_one_of_several(page: Page, i: int) -> bool:
    """A chapter whose next one follows in the text: not the whole."""
    own = number_of(page.plain(i))
    if own is None or own.style not in NAMED:
        return False
    others = (number_of(block.text) for block in page.blocks[i + 1 :])
    return any(each and (each.style, each.value) == (own.style, own.value + 1) for each in others)


def names_nothing(text: str) -> bool:
    """A line of a cover besides the title: who, what kind of paper, which number."""
    bare = re.sub(r"\s", "", text)
    return is_body(bare) or _PAPER.fullmatch(bare) is not None


def _labelled_name(page: Page, i: int) -> int:
    """Where the name that a line or a row states behind its label begins; 0 where it states none."""
    text = page.plain(i)
    label = _NAME_LABEL.search(text)
    if label is None or (label.start() and not names_nothing(text[: label.start()])):
        return 0
    return 0 if names_nothing(text[label.end() :]) else label.end()


def _extent(page: Page, free: Sequence[int], best: int) -> tuple[int, int]:
    """The first and the last line of the title that `best` is a line of.

    A line that ends in a body's name is part of it only below one that says what the title is about.
    """
    first = last = best
    telling = {i for i in free if not names_nothing(page.plain(i))}
    text_size = _text_size(page.blocks)
    while first - 1 in telling and _part_of_title(page, first - 1, first, first - 1, text_size):
        first -= 1
    above = first - 1
    while above in free and above > first - _LINES and _of_one_look(page, above, first, text_size):
        opens = ABOUT in page.blocks[above].text and not TITLE_END.search(page.blocks[above].text)
        first, above = (above if opens else first), above - 1
    while last + 1 in telling or (last + 1 in free and _about(page, first, last)):
        if not _part_of_title(page, last, last + 1, last + 1, text_size):
            break
        last += 1
    listed = last - first >= _LINES and not _about(page, first, last)
    return (best, best) if listed else (first, last)


def _about(page: Page, first: int, last: int) -> bool:
    """Whether one of these lines begins to say what the title is about."""
    return any(ABOUT in page.blocks[i].text for i in range(first, last + 1))


def _of_one_look(page: Page, upper: int, lower: int, text_size: float) -> bool:
    """Whether two lines are printed alike, and larger than the text."""
    one, other = page.blocks[upper], page.blocks[lower]
    alike = abs(one.size - other.size) <= 0.02 * one.size and one.bold == other.bold
    levels = {one.level, other.level} - {None}
    return alike and one.size > 1.1 * text_size > 0 and len(levels) < 2


def _text_size(blocks: Sequence[RawBlock]) -> float:
    """The size in which most characters are printed; 0 when it is unknown."""
    counted: Counter[float] = Counter()
    for block in blocks:
        counted[round(block.size, 1)] += len(block.text)
    return max(counted, key=lambda size: counted[size], default=0.0)


def add_title(page: Page, first: int, last: int, start: int = 0) -> PlacedField:
    """Adds the title that is printed in the blocks `first`, from `start` on, to `last`."""
    lines = [block.text for block in page.blocks[first : last + 1]]
    end, lines[0] = len(lines[-1]), lines[0][start:]
    value = (
        re.sub(r"(?<=[\u3000-\u9fff]) (?=[\u3000-\u9fff])", "", " ".join(lines)) if lines[1:] else lines[0]
    )
    found = PlacedField("title", tidy(value), first, start, last, end)
    page.fields.append(found)
    page.used.update(range(first, last + 1))
    return found


def _signs(page: Page, i: int) -> bool:
    """Names of bodies between a line that is a year or a date and another: who issues, not what."""
    text = page.plain(i)
    above = page.plain(i - 1).strip() if i else ""
    below = page.plain(i + 1).strip() if i + 1 < len(page.blocks) else ""
    dated = bool(YEAR_LINE.fullmatch(above)) or (not above and DATE.fullmatch(below) is not None)
    return dated and is_bodies(text)


def _title_score(page: Page, i: int, telling: Sequence[int], places: Sequence[int], stem: str) -> float:
    block = page.blocks[i]
    text = plain(block.text)
    length = len(re.sub(r"\s", "", text))
    # A word right above the text and below other lines that are no smaller is the heading of the text.
    above = max((page.blocks[k].size for k in places if k < i), default=-1)
    heading = length <= _WORD and i == max(telling, default=i) and len(telling) > 1 and above >= block.size
    score = min(length, 30) / 10
    score += 4 * bool(not heading and TITLE_END.search(text)) + 3 * (ABOUT in text)
    score += 3 * (block.text in stem or (stem in block.text and 2 * len(stem) >= len(text)))
    numbered = number_of(text)
    score -= 6 * (numbered is not None and numbered.style in NAMED)  # a chapter, not the whole
    score -= 6 * bool(NAMES.fullmatch(text)) + 3 * (len(text) > 80)
    score += 2 * (i + 1 in places and NAMES.fullmatch(page.blocks[i + 1].text) is not None)
    below = {f.key for f in page.fields if f.block == i + 1}
    labelled = i + 1 in places and LABEL.match(page.plain(i + 1)) is not None
    # Web pages print the source, or the date behind its label, right below the title.
    score += 3 * ("source" in below or ("date" in below and labelled))
    sizes = [page.blocks[k].size for k in places if k not in page.used and not names_nothing(page.plain(k))]
    largest, smallest = max(sizes, default=0.0), min(sizes, default=0.0)
    score += 4 * (not heading and block.size > 0 and block.size >= 0.98 * largest > 1.1 * smallest)
    return score


def _part_of_title(page: Page, upper: int, lower: int, added: int, text_size: float) -> bool:
    """Two lines of one title: directly below each other, the upper one not complete by itself.

    They are of one look, which is not that of the text, or the words show it.
    """
    above, below, more = page.blocks[upper].text, page.blocks[lower].text, page.plain(added)
    if page.blocks[lower].gap > 1 or NAMES.fullmatch(below):
        return False
    alike = _of_one_look(page, upper, lower, text_size)
    opens = ABOUT in above and bool(TITLE_END.search(below)) and ABOUT not in below
    if end := TITLE_END.search(above):  # in the midst of a title that names a law, say
        return alike and opens and not above[: end.start()].endswith("的")
    if opens or re.search(rf"(?:{ABOUT}|印发|批转|转发|推[进动]|促进|加[快强]|[的和与及、])$", above):
        return True
    return (
        alike
        and re.search(r"[：:]", more) is None
        and len(re.sub(r"\s", "", more)) > 2
        and NAMES.fullmatch(more) is None
        and has_han(above)
        and has_han(below)
    )
