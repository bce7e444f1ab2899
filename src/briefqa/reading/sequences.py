"""Numbered lines that count up: runs 1, 2, 3 … of one style, which headings and lists are made of."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from briefqa.reading.document import BlockKind
from briefqa.reading.formats.base import RawBlock
from briefqa.text.numbering import is_contents_line, number_of

_FIRST_SENTENCE = re.compile(r"[^。！？；]*[。！？](?=[^”’」』）》]|$)|[^。！？；]*$")
LONGEST_HEADING = 64  # characters: above it a sentence is prose
_MOST_OPEN = 8  # runs of one style that can go on at one place
_NO_START = frozenset({"篇", "章", "节", "条"})  # an excerpt may begin with 第三章


@dataclass(slots=True, eq=False)
class Candidate:
    """A block that begins with a number."""

    block: int
    style: str
    value: int
    prefix: tuple[int, ...]
    end: int  # 0: the first sentence is too long to be a heading
    own_line: bool
    listed: bool  # ends with ；, as a list item does
    closed: bool  # ends with a full stop


@dataclass(slots=True, eq=False)
class Run:
    """Items 1, 2, 3 … of one numbering style; `depth` runs of the same style lie around it."""

    items: list[Candidate] = field(default_factory=list)
    depth: int = 0

    @property
    def style(self) -> str:
        """The numbering style, marked for each run around this one."""
        return self.items[0].style + "′" * self.depth

    def continued_by(self, item: Candidate, jump: int) -> bool:
        """Whether `item` counts `jump` further than the last item."""
        last = self.items[-1]
        return item.prefix == last.prefix and item.value == last.value + jump


def find_runs(blocks: Sequence[RawBlock], body: range, hinted: Collection[int]) -> list[Run]:
    """The runs among `blocks[body]`; `hinted` are blocks that the format itself marks as headings.

    A run inside another of its style is a deeper level when all its items stand alone in their
    lines, and a list otherwise.
    """
    candidates = [c for i in body if (c := _candidate(i, blocks[i])) is not None]
    runs = _runs(_without_contents(candidates, blocks), hinted)
    _count_depth(runs)
    return [run for run in runs if not run.depth or all(item.own_line for item in run.items)]


def _candidate(index: int, block: RawBlock) -> Candidate | None:
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
        return Candidate(index, "条", number.value, (), end, own, False, False)
    match = _FIRST_SENTENCE.match(text, number.end)
    end = match.end() if match else len(text)
    if end - number.end > LONGEST_HEADING:
        end = 0
    own = end >= len(text)
    if own and text.endswith(("：", ":")) and len(text) > 30:
        end = 0
    if number.style in ("1", "第一，") and not own:
        end = 0
    closed = text.endswith(("。", "；", ";", "."))
    return Candidate(index, number.style, number.value, number.prefix, end, own, listed, closed)


def _without_contents(candidates: Sequence[Candidate], blocks: Sequence[RawBlock]) -> list[Candidate]:
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


def _runs(candidates: Sequence[Candidate], hinted: Collection[int]) -> list[Run]:
    """Sequences that count up by one; a number that fits none of them is no heading."""
    runs: list[Run] = []
    open_runs: dict[str, list[Run]] = {}
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
            run = Run([item])
            runs.append(run)
            stack.append(run)
            del stack[:-_MOST_OPEN]
    return [
        run
        for run in runs
        if len(run.items) > 1
        or run.style in _NO_START
        or run.items[0].block in hinted
        or ("." in run.style and run.items[0].own_line)
    ]


def _fitting(stack: list[Run], item: Candidate) -> Run | None:
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


def _count_depth(runs: Sequence[Run]) -> None:
    """Counts for each run those of its style that it lies inside of; `runs` are in order."""
    around: dict[tuple[str, tuple[int, ...]], list[Run]] = {}
    for run in runs:
        first = run.items[0]
        key = (first.style, first.prefix)
        around[key] = [other for other in around.get(key, ()) if other.items[-1].block > first.block]
        run.depth = sum(between(run, other) for other in around[key])
        around[key].append(run)


def between(run: Run, other: Run) -> bool:
    """Whether all of `run` lies between two neighbouring items of `other`."""
    after = bisect_right(other.items, run.items[0].block, key=lambda item: item.block)
    return 0 < after < len(other.items) and run.items[-1].block < other.items[after].block
