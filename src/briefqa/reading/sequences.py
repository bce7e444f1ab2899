"""Numbered lines that count up: runs 1, 2, 3 … of one style, which headings and lists are made of."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from briefqa.reading.document import BlockKind
from briefqa.reading.formats.base import RawBlock
from briefqa.text.numbering import ARTICLE_STYLE, NAMED, is_contents_line, number_of

_FIRST_SENTENCE = re.compile(r"[^。！？；]*[。！？](?=[^”’」』）》]|$)|[^。！？；]*$")
# Not before the colon of a time, a ratio or an address.
_LABEL = re.compile(r"[^。；，：:]{2,40}(?=(?:(?<!\d)[：:]|[：:](?!\s*\d))(?!//)\s*\S)")
STOPS = ("。", "！")
LONGEST_HEADING = 64  # characters: above it a sentence is prose
_MOST_OPEN = 8  # runs of one style that can go on at one place
_FEWEST_TIGHT = 3  # of articles without a blank: their word also counts lines of trains


@dataclass(slots=True, eq=False)
class NumberedBlock:
    """A block that begins with a number."""

    block: int
    style: str
    value: int
    prefix: tuple[int, ...]
    end: int  # 0: the first sentence is too long to be a heading
    own_line: bool
    listed: bool  # ends with ；, as a list item does
    closed: bool  # ends with a full stop
    tight: bool = False  # an article's number without a blank behind it
    under: int = 0  # see `Number`


@dataclass(slots=True, eq=False)
class Run:
    """Items 1, 2, 3 … of one numbering style; `depth` runs of the same style lie around it."""

    items: list[NumberedBlock] = field(default_factory=list)
    depth: int = 0

    @property
    def style(self) -> str:
        """The numbering style, marked for each run around this one."""
        return self.items[0].style + "′" * self.depth

    def continued_by(self, item: NumberedBlock, jump: int) -> bool:
        """Whether `item` counts `jump` further than the last item."""
        last = self.items[-1]
        if item.under:
            return (item.value, item.under) == (last.value, last.under + jump)
        return item.prefix == last.prefix and item.value == last.value + jump

    @property
    def stands(self) -> bool:
        """Whether it is long enough to be believed without a sign of the format's own."""
        first = self.items[0]
        if all(item.tight for item in self.items):
            return len(self.items) >= _FEWEST_TIGHT
        alone = first.style in NAMED or ("." in first.style and first.own_line)
        return len(self.items) > 1 or alone


def find_runs(
    blocks: Sequence[RawBlock], body: range, hinted: Collection[int], attached: Sequence[int] = ()
) -> list[Run]:
    """The runs among `blocks[body]`; `hinted` are blocks that the format itself marks as headings.

    `attached` are the blocks, in order, at which an attachment begins: numbers start again there.

    A run inside another of its style is a deeper level when all its items stand alone in their
    lines, and a list otherwise.
    """
    candidates = [c for i in body if (c := _candidate(i, blocks[i])) is not None]
    candidates = _without_references(_without_contents(candidates, blocks))
    runs: list[Run] = []
    for room in _rooms(candidates, attached):
        runs.extend(_runs(room, hinted))
    _count_depth(runs)
    return [run for run in runs if not run.depth or all(item.own_line for item in run.items)]


def _candidate(index: int, block: RawBlock) -> NumberedBlock | None:
    if block.kind is not BlockKind.TEXT or is_contents_line(block.text):
        return None
    number = number_of(block.text)
    if number is None:
        return None
    text = block.text
    listed = text.endswith(("；", ";", "，"))
    if number.style == ARTICLE_STYLE:
        end = number.end
        bracket = re.match(r"\s*(?:【[^】]{1,30}】|（[^）]{1,30}）(?=\s|$))", text[end:])
        end += bracket.end() if bracket else 0
        own = len(text) <= end
        return NumberedBlock(
            index, ARTICLE_STYLE, number.value, (), end, own, False, False, number.tight, number.under
        )
    match = _FIRST_SENTENCE.match(text, number.end)
    end = match.end() if match else len(text)
    if end - number.end > LONGEST_HEADING:
        end = label_end(text[:end])
    own = end >= len(text)
    if own and text.endswith(("：", ":")) and len(text) > 30:
        end = 0
    if number.style in ("1", "第一，") and not own:
        end = 0
    closed = text.endswith(("。", "；", ";", "."))
    return NumberedBlock(index, number.style, number.value, number.prefix, end, own, listed, closed)


def label_end(first: str) -> int:
    """Where the label of a first sentence ends that tells something of it: "Term: what it means."; else 0."""
    match = _LABEL.match(first)
    return match.end() if match and (first.endswith(STOPS) or re.search(r"\d", first[match.end() :])) else 0


def _without_contents(candidates: Sequence[NumberedBlock], blocks: Sequence[RawBlock]) -> list[NumberedBlock]:
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
            dropped.update(stretch[-3:])
    return [c for i, c in enumerate(candidates) if i not in dropped]


def _without_references(candidates: Sequence[NumberedBlock]) -> list[NumberedBlock]:
    """Leaves out an article without a blank where another paragraph has its number with one."""
    articles = {(c.value, c.under) for c in candidates if c.style == ARTICLE_STYLE and not c.tight}
    return [c for c in candidates if not (c.tight and (c.value, c.under) in articles)]


def _rooms(candidates: Sequence[NumberedBlock], attached: Sequence[int]) -> list[list[NumberedBlock]]:
    rooms: list[list[NumberedBlock]] = [[] for _ in range(len(attached) + 1)]
    for candidate in candidates:
        rooms[bisect_right(attached, candidate.block)].append(candidate)
    return rooms


def _runs(candidates: Sequence[NumberedBlock], hinted: Collection[int]) -> list[Run]:
    """Sequences that count up by one; a number that fits none of them is no heading."""
    runs: list[Run] = []
    open_runs: dict[str, list[Run]] = {}
    decimals = any("." in c.style for c in candidates)
    coming = _last_places(candidates)
    for place, item in enumerate(candidates):
        if item.style == "1" and not decimals:
            continue  # "1 title" only beside "1.1 …"
        stack = open_runs.setdefault(item.style, [])
        run = _fitting(stack, item) or _gone_on(stack, item, place, coming)
        if run is not None:
            run.items.append(item)
            del stack[stack.index(run) + 1 :]
        elif item.value == 1 or _begins_excerpt(stack, item):
            run = Run([item])
            runs.append(run)
            stack.append(run)
            del stack[:-_MOST_OPEN]
    return [run for run in runs if run.stands or run.items[0].block in hinted]


def _last_places(candidates: Sequence[NumberedBlock]) -> dict[tuple[str, int, int], int]:
    """Where each number of a style comes last."""
    return {(item.style, item.value, item.under): place for place, item in enumerate(candidates)}


def _gone_on(
    stack: Sequence[Run], item: NumberedBlock, place: int, coming: dict[tuple[str, int, int], int]
) -> Run | None:
    """The run that `item` goes on with after a gap, as excerpts do: what is left out comes nowhere below."""
    if item.style not in NAMED or not stack:
        return None
    last = stack[-1].items[-1]
    follows = (last.value, last.under + 1) if item.value == last.value else (last.value + 1, 0)
    missing = coming.get((item.style, *follows), -1) > place
    later = (item.value, item.under) > (last.value, last.under)
    return stack[-1] if later and not missing else None


def _begins_excerpt(stack: Sequence[Run], item: NumberedBlock) -> bool:
    if item.style not in NAMED:
        return False
    return not stack or (not item.tight and item.value < stack[-1].items[0].value)


def _fitting(stack: list[Run], item: NumberedBlock) -> Run | None:
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
