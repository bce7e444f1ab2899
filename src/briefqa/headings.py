"""Which numbered lines and first sentences are headings, and how they nest in this document.

A number alone proves little (`一、` opens list items, `3.5` is a share), so a heading must stand
in a sequence 1, 2, 3 …, and a sequence of short items with nothing between them is a list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from briefqa.documents import BlockKind
from briefqa.numbering import STYLES, is_contents_line, number_of
from briefqa.readers.base import RawBlock

_FIRST_SENTENCE = re.compile(r"[^。！？；]*[。！？](?=[^”’」』）》]|$)|[^。！？；]*$")
_WORD = re.compile(
    r"(?:前|引|导|序)\s*言|绪\s*论|结\s*(?:束\s*)?语|后\s*记|附\s*则|附\s*录|参考文献|编者按|附件\s*\d{0,2}"
)
_LONGEST_HEADING = 64  # characters: above it a sentence is prose
_LONGEST_PLAIN = 40  # characters of a heading without a number
_NO_START = frozenset({"篇", "章", "节", "条"})  # an excerpt may begin with 第三章


@dataclass(frozen=True, slots=True)
class Found:
    """A heading: characters [0, end) of block `block`; `level` counts from 1 without gaps."""

    block: int
    end: int
    level: int
    own_line: bool


@dataclass(slots=True)
class _Candidate:
    block: int
    style: str
    value: int
    prefix: tuple[int, ...]
    end: int  # 0: the first sentence is too long to be a heading
    own_line: bool
    listed: bool  # ends with ；, as a list item does
    closed: bool  # ends with a full stop


@dataclass(slots=True)
class _Run:
    """Items 1, 2, 3 … of one numbering style; `depth` runs of the same style lie around it."""

    items: list[_Candidate] = field(default_factory=list)
    depth: int = 0

    @property
    def style(self) -> str:
        return self.items[0].style + "′" * self.depth

    def continued_by(self, item: _Candidate, jump: int) -> bool:
        last = self.items[-1]
        return item.prefix == last.prefix and item.value == last.value + jump


def find_headings(blocks: Sequence[RawBlock], body: range) -> list[Found]:
    """The headings among `blocks[body]`, in order."""
    hinted = {
        i: level for i in body if (level := blocks[i].level) and len(blocks[i].text) <= 1.5 * _LONGEST_HEADING
    }
    candidates = [c for i in body if (c := _candidate(i, blocks[i])) is not None]
    candidates = _without_contents(candidates, blocks)
    runs = _runs(candidates, hinted)
    for run in runs:
        run.depth = sum(_inside(run, other) for other in runs)
    runs = [run for run in runs if not run.depth or all(item.own_line for item in run.items)]
    kept = _without_lists(runs, blocks, body, hinted)
    plain = _plain_headings(blocks, body, {item.block for run in kept for item in run.items})
    ranks = _ranks(kept, hinted, plain)
    if plain and all(ranks["plain"] <= ranks[run.style] for run in kept):
        plain = [i for i in plain if not any(_splits(i, run) for run in kept)]
    marks: dict[int, tuple[str, int, bool]] = {}
    for run in kept:
        for item in run.items:
            if item.end:
                marks[item.block] = (run.style, item.end, item.own_line)
    for i in body:
        if blocks[i].kind is BlockKind.TEXT and _WORD.fullmatch(blocks[i].text):
            marks[i] = ("word", len(blocks[i].text), True)
    for i in plain:
        marks.setdefault(i, ("plain", len(blocks[i].text), True))
    for i, level in hinted.items():
        marks[i] = (f"h{level}", len(blocks[i].text), True)
    return _levelled(marks, ranks)


def _candidate(index: int, block: RawBlock) -> _Candidate | None:
    if block.kind is not BlockKind.TEXT or is_contents_line(block.text):
        return None
    number = number_of(block.text)
    if number is None:
        return None
    text = block.text
    listed = text.endswith(("；", ";", "，"))
    if number.style == "条":
        end = number.end
        bracket = re.match(r"\s*(?:【[^】]{1,30}】|（[^）]{1,30}）(?=\s|$))", text[end:])
        end += bracket.end() if bracket else 0
        own = len(text) <= end
        return _Candidate(index, "条", number.value, (), end, own, False, False)
    match = _FIRST_SENTENCE.match(text, number.end)
    end = match.end() if match else len(text)
    if end - number.end > _LONGEST_HEADING:
        end = 0
    own = end >= len(text)
    if own and text.endswith(("：", ":")) and len(text) > 30:
        end = 0
    if number.style in ("1", "第一，") and not own:
        end = 0
    closed = text.endswith(("。", "；", ";", "."))
    return _Candidate(index, number.style, number.value, number.prefix, end, own, listed, closed)


def _without_contents(
    candidates: Sequence[_Candidate], blocks: Sequence[RawBlock]
) -> list[_Candidate]:
    """Leaves a table of contents out: lines below each other that all come again further on."""
    texts = [re.sub(r"[\s.．·…]*\d{0,4}$", "", blocks[c.block].text) for c in candidates]
    last = {text: i for i, text in enumerate(texts)}
    dropped: set[int] = set()
    stretch: list[int] = []
    for i, text in enumerate(texts):
        follows = stretch and candidates[i].block == candidates[stretch[-1]].block + 1
        if not (last[text] > i and follows):
            stretch = []
        if last[text] > i:
            stretch.append(i)
        if len(stretch) >= 3:
            dropped.update(stretch)
    return [c for i, c in enumerate(candidates) if i not in dropped]


def _runs(candidates: Sequence[_Candidate], hinted: dict[int, int]) -> list[_Run]:
    """Sequences that count up by one; a number that fits none of them is no heading."""
    runs: list[_Run] = []
    open_runs: dict[str, list[_Run]] = {}
    decimals = any("." in c.style for c in candidates)
    for item in candidates:
        if item.style == "1" and not decimals:
            continue  # "1 总则" only beside "1.1 …"
        stack = open_runs.setdefault(item.style, [])
        run = _fitting(stack, item)
        if run is not None:
            run.items.append(item)
            del stack[stack.index(run) + 1 :]
        elif item.value == 1 or (item.style in _NO_START and not stack):
            run = _Run([item])
            runs.append(run)
            stack.append(run)
    return [
        run
        for run in runs
        if len(run.items) > 1
        or run.style in _NO_START
        or run.items[0].block in hinted
        or ("." in run.style and run.items[0].own_line)
    ]


def _fitting(stack: list[_Run], item: _Candidate) -> _Run | None:
    """The latest open run that `item` continues, one of the same shape first."""
    shape = (item.own_line, item.closed)
    for jump in (1, 2):  # one missing number is a slip of the author's, in a sequence that stands
        fitting = [
            run
            for run in reversed(stack)
            if run.continued_by(item, jump) and (jump == 1 or len(run.items) > 1)
        ]
        alike = [r for r in fitting if (r.items[-1].own_line, r.items[-1].closed) == shape]
        if alike or fitting:
            return (alike or fitting)[0]
    return None


def _inside(run: _Run, other: _Run) -> bool:
    """Whether `run` lies between two items of `other`, a run of the same style."""
    if other is run or other.items[0].style != run.items[0].style:
        return False
    return run.items[0].prefix == other.items[0].prefix and _between(run, other)


def _between(run: _Run, other: _Run) -> bool:
    first, last = run.items[0].block, run.items[-1].block
    pairs = pairwise(other.items)
    return any(a.block < first and last < b.block for a, b in pairs)


def _without_lists(
    runs: Sequence[_Run], blocks: Sequence[RawBlock], body: range, hinted: dict[int, int]
) -> list[_Run]:
    kept: list[_Run] = []
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
    """Short lines without a number that stand out by wider blank space, if there are three or more."""
    gaps = [b.gap for b in blocks if len(b.text) >= 60]
    usual = sorted(gaps)[len(gaps) // 2] if gaps else 1
    found = []
    for i in body:
        block = blocks[i]
        following = blocks[i + 1] if i + 1 < len(blocks) else None
        if (
            i not in taken
            and block.kind is BlockKind.TEXT
            and 3 <= len(block.text) <= _LONGEST_PLAIN
            and not _WORD.fullmatch(block.text)
            and number_of(block.text) is None
            and block.text[-1] not in "。！？：；，、:;,.!?）)”"
            and following is not None
            and i + 1 in body
            and block.gap > usual
            and following.gap >= usual
        ):
            found.append(i)
    return found if len(found) >= 3 else []


def _splits(block: int, run: _Run) -> bool:
    return run.items[0].block < block < run.items[-1].block


def _ranks(runs: Sequence[_Run], hinted: dict[int, int], plain: Sequence[int]) -> dict[str, float]:
    """Style → rank, outermost lowest."""
    usual = {style: float(i) for i, style in enumerate(STYLES)} | {"1": 6.0}

    def outermost_first(style: str) -> tuple[float, str]:
        bare = style.rstrip("′")
        return usual.get(bare, 6.0 + len(bare) / 10) + 0.01 * (len(style) - len(bare)), style

    styles = sorted({run.style for run in runs}, key=outermost_first)
    of = {style: [run for run in runs if run.style == style] for style in styles}
    starts = {s: [run.items[0].block for run in of[s]] for s in styles}
    marks = {s: sorted(i.block for run in of[s] for i in run.items) for s in styles}

    def inside(inner: str, outer: str) -> bool:
        within = any(_between(run, other) for run in of[inner] for other in of[outer])
        return within or _contains(marks[outer], starts[inner])

    for _ in styles:
        for k in range(len(styles) - 1):
            upper, lower = styles[k], styles[k + 1]
            if inside(upper, lower) and not inside(lower, upper):
                styles[k], styles[k + 1] = lower, upper
    if plain:
        where = next((k for k, s in enumerate(styles) if _contains(plain, starts[s])), None)
        first = not styles or plain[0] < min(min(marks[s]) for s in styles)
        styles.insert(where if where is not None else 0 if first else 1, "plain")
    ranks = {style: 100.0 + i for i, style in enumerate(styles)}
    ranks["word"] = -1.0
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
    return ranks


def _contains(outer: Sequence[int], starts: Sequence[int]) -> bool:
    """Whether a numbering starts again below at least two of the `outer` headings."""
    if len(starts) < 2:
        return False
    owners = {sum(1 for mark in outer if mark < start) for start in starts}
    owners.discard(0)
    return len(owners) >= 2 and len(owners) == len([s for s in starts if any(mark < s for mark in outer)])


def _levelled(marks: dict[int, tuple[str, int, bool]], ranks: dict[str, float]) -> list[Found]:
    found: list[Found] = []
    stack: list[float] = []
    for block, (style, end, own_line) in sorted(marks.items()):
        rank = ranks[style]
        while stack and stack[-1] >= rank:
            stack.pop()
        stack.append(rank)
        found.append(Found(block, end, len(stack), own_line))
    return found
