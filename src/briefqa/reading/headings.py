"""Which numbered lines and first sentences are headings, and how they nest in this document.

A number alone proves little (`1、` opens list items, `3.5` is a share), so a heading must stand
in a sequence 1, 2, 3 …, and a sequence of short items with nothing between them is a list.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from briefqa.reading.document import BlockKind
from briefqa.reading.formats.base import RawBlock
from briefqa.reading.questions import find_questions
from briefqa.reading.sequences import LONGEST_HEADING, STOPS, Run, between, find_runs, label_end
from briefqa.text.numbering import ATTACHED, NAMED, STYLES, TO_TEN, is_contents_line, number_of

_WORD = re.compile(r"(?:前|引|导|序)\s*言|绪\s*论|结\s*(?:束\s*)?语|后\s*记|附\s*则|附\s*录|参考文献|编者按")
_ATTACHMENT = re.compile(
    rf"{ATTACHED}\s*(?:[\d０-９{TO_TEN}]{{1,3}}(?:[：: \u3000]\s*(?P<title>[^。；，]{{2,40}}))?)?"
)
_LONGEST_STOPPED = 16  # characters of a title that ends with a full stop
_LONGEST_PLAIN = 40  # characters of a heading without a number


@dataclass(frozen=True, slots=True)
class FoundHeading:
    """A heading: characters [0, end) of block `block`; `level` counts from 1 without gaps.

    `own_line`: it is all of its block, and nothing more than a heading.
    """

    block: int
    end: int
    level: int
    own_line: bool


def find_headings(blocks: Sequence[RawBlock], body: range, parts: Sequence[int] = ()) -> list[FoundHeading]:
    """The headings among `blocks[body]`, in order; those of `parts`, blocks of any place, stand above all.

    Numbers start again in each part.
    """
    hinted = {
        i: level for i in body if (level := blocks[i].level) and len(blocks[i].text) <= 1.5 * LONGEST_HEADING
    }
    hinted = {i: level for i, level in hinted.items() if i not in parts}
    attached = [i for i in _attachments(blocks, body) if i not in parts]
    runs = find_runs(blocks, body, hinted, sorted({*attached, *parts}))
    kept = _without_lists(runs, blocks, body, hinted)
    taken = {item.block for run in kept for item in run.items} | set(hinted) | set(attached) | set(parts)
    plain = _plain_headings(blocks, body, taken)
    asked = find_questions(blocks, body, taken)
    ranks = _ranks(kept, hinted, plain)
    if plain and all(ranks["plain"] <= ranks[run.style] for run in kept):
        plain = [i for i in plain if not any(_splits(i, run) for run in kept)]
    marks: dict[int, tuple[str, int, bool]] = {}
    for run in kept:
        for item in run.items:
            if item.end:
                label = label_end(blocks[item.block].text[: item.end])
                marks[item.block] = (run.style, label or item.end, item.own_line and not label)
    for i in body:
        if blocks[i].kind is BlockKind.TEXT and _WORD.fullmatch(blocks[i].text):
            marks[i] = ("word", len(blocks[i].text), True)
    for i in attached:
        marks[i] = ("attachment", len(blocks[i].text), True)
    for i in asked:
        marks[i] = ("question", len(blocks[i].text), True)
    for i in plain:
        marks.setdefault(i, ("plain", len(blocks[i].text), True))
    for i, level in hinted.items():
        marks[i] = (f"h{level}", len(blocks[i].text), True)
    marks = {
        i: (style, end, own_line and not tells_something(blocks[i].text))
        for i, (style, end, own_line) in marks.items()
    }
    for i in parts:
        marks[i] = ("part", len(blocks[i].text), True)
    return _levelled(marks, ranks)


def tells_something(line: str) -> bool:
    """Whether what opens a section is a sentence with its number, no title with a full stop."""
    number = number_of(line)
    text = line[number.end :] if number else line
    return text.endswith(STOPS) and (
        len(text) > _LONGEST_STOPPED or re.search(r"[，；：,;:\d]", text) is not None
    )


def _attachments(blocks: Sequence[RawBlock], body: range) -> list[int]:
    """Lines that open an attachment: its word and number alone, or with its title where text follows it.

    A list of attachments at the end of a letter is no attachment: its lines follow each other, or
    come again where the attachments begin.
    """
    texts = {i: match for i in body if (match := _opens_attachment(blocks[i])) is not None}
    last = {match.string: i for i, match in texts.items()}
    found = []
    for i, match in texts.items():
        titled = match["title"] is not None
        again = last[match.string] > i
        if i + 1 in body and not (titled and (again or i + 1 in texts or i - 1 in texts)):
            found.append(i)
    return found


def _opens_attachment(block: RawBlock) -> re.Match[str] | None:
    return _ATTACHMENT.fullmatch(block.text) if block.kind is BlockKind.TEXT and block.level is None else None


def _without_lists(
    runs: Sequence[Run], blocks: Sequence[RawBlock], body: range, hinted: dict[int, int]
) -> list[Run]:
    kept: list[Run] = []
    numbered = {item.block for run in runs for item in run.items}
    content = {i for i in body if i not in numbered and i not in hinted}
    order = {style: i for i, style in enumerate(STYLES)}
    for run in sorted(runs, key=lambda run: (-order.get(run.items[0].style, 50), -run.depth)):
        usable = [item for item in run.items if item.end]
        if len(usable) * 2 < len(run.items) or not usable:
            content.update(item.block for item in run.items)
            continue
        bare = 0
        for a, b in pairwise(run.items):
            has_text = not a.own_line or any(i in content for i in range(a.block + 1, b.block))
            bare += not has_text
        pairs = len(run.items) - 1
        listed = sum(item.listed for item in run.items)
        is_list = (pairs and bare > pairs / 2) or listed * 2 > len(run.items) or (pairs and listed and bare)
        in_format = any(item.block in hinted for item in run.items)
        if in_format or not is_list:
            kept.append(run)
        content.update(item.block for item in run.items)
    return kept


def _plain_headings(blocks: Sequence[RawBlock], body: range, taken: set[int]) -> list[int]:
    """Short lines without a number that stand out from the text: three or more in a document."""
    prose = [block for block in blocks if len(block.text) >= 60]
    gaps, sizes = sorted(b.gap for b in prose), sorted(b.size for b in prose)
    usual = gaps[len(gaps) // 2] if gaps else 1
    size = sizes[len(sizes) // 2] if sizes else 0.0
    bold_text = sum(block.bold for block in prose) * 2 > len(prose)

    def stands_out(i: int) -> bool:
        block = blocks[i]
        if (block.bold and not bold_text) or (size and block.size > 1.1 * size):
            return True
        return block.gap > usual and blocks[i + 1].gap >= usual

    found = [i for i in body if i + 1 in body and i not in taken and _is_short(blocks[i]) and stands_out(i)]
    return found if len(found) >= 3 else []


def _is_short(block: RawBlock) -> bool:
    text = block.text
    return (
        block.kind is BlockKind.TEXT
        and 3 <= len(text) <= _LONGEST_PLAIN
        and text[-1] not in "。！？：；，、:;,.!?）)”"
        and number_of(text) is None
        and not _WORD.fullmatch(text)
        and not is_contents_line(text)
        and re.match(r"[图表]\s*\d|[•·▪◆●○■□➢★☆※*-]", text) is None
    )


def _splits(block: int, run: Run) -> bool:
    return run.items[0].block < block < run.items[-1].block


def _ranks(runs: Sequence[Run], hinted: dict[int, int], plain: Sequence[int]) -> dict[str, float]:
    """Style → rank, outermost lowest."""
    usual = {style: float(i) for i, style in enumerate(STYLES)}
    usual["1"] = usual["1、"]

    def outermost_first(style: str) -> tuple[float, str]:
        bare = style.rstrip("′")
        return usual.get(bare, usual["1"] + len(bare) / 10) + 0.01 * (len(style) - len(bare)), style

    styles = sorted({run.style for run in runs}, key=outermost_first)
    of = {style: [run for run in runs if run.style == style] for style in styles}
    starts = {s: [run.items[0].block for run in of[s]] for s in styles}
    marks = {s: sorted(i.block for run in of[s] for i in run.items) for s in styles}

    @cache
    def inside(inner: str, outer: str) -> bool:
        within = any(between(run, other) for run in of[inner] for other in of[outer])
        return within or _contains(marks[outer], starts[inner])

    for _ in styles:
        for k in range(len(styles) - 1):
            upper, lower = styles[k], styles[k + 1]
            if {upper, lower} <= NAMED:
                continue  # sections start again in each chapter, articles run on through all
            if inside(upper, lower) and not inside(lower, upper):
                styles[k], styles[k + 1] = lower, upper
    if plain:
        where = next((k for k, s in enumerate(styles) if _contains(plain, starts[s])), None)
        first = not styles or plain[0] < min(min(marks[s]) for s in styles)
        styles.insert(where if where is not None else 0 if first else 1, "plain")
    ranks = {style: 100.0 + i for i, style in enumerate(styles)}
    ranks["part"], ranks["attachment"] = -2.0, -1.0
    ranks["question"] = 900.0
    ranks |= {f"h{level}": float(level) for level in set(hinted.values())}
    # A style that the format marks somewhere has the format's rank everywhere, and the styles
    # usually inside it come just below.
    floor = 0.0
    for i, style in enumerate(styles):
        levels = [hinted[b] for b in marks.get(style, ()) if b in hinted]
        if levels:
            floor = float(max(set(levels), key=levels.count))
            ranks[style] = floor
        elif floor and hinted:
            ranks[style] = floor + 0.01 * (i + 1)
    # A preface stands beside the outermost headings.
    ranks["word"] = min(
        (rank for style, rank in ranks.items() if style in styles or style[0] == "h"), default=0.0
    )
    return ranks


def _contains(outer: Sequence[int], starts: Sequence[int]) -> bool:
    """Whether a numbering starts again below at least two of the `outer` headings."""
    if len(starts) < 2:
        return False
    owners = [owner for start in starts if (owner := bisect_left(outer, start))]
    return len(set(owners)) >= 2 and len(set(owners)) == len(owners)


def _levelled(marks: dict[int, tuple[str, int, bool]], ranks: dict[str, float]) -> list[FoundHeading]:
    found: list[FoundHeading] = []
    stack: list[float] = []
    for block, (style, end, own_line) in sorted(marks.items()):
        rank = ranks[style]
        while stack and stack[-1] >= rank:
            stack.pop()
        stack.append(rank)
        found.append(FoundHeading(block, end, len(stack), own_line))
    return found
