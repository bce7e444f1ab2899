"""Pages of questions and answers: each question is a heading, so that its answer stands below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from briefqa.reading.document import BlockKind
from briefqa.reading.formats.base import RawBlock
from briefqa.text.numbering import TO_TEN, number_of

_ASKS = re.compile(rf"[（(【\[]?\s*(?:问题?|提问|[Qq])\s*[{TO_TEN}\d]*\s*[】\])）]?\s*[：:、.．]")
_ANSWERS = re.compile(
    rf"[（(【\[]?\s*(?:答案?|回答|回复|答复|[Aa])\s*[{TO_TEN}\d]*\s*[】\])）]?\s*[：:、.．]"
)
_NUMBERED = re.compile(r"\d{1,3}\s*[.．、]|[（(]\d{1,3}[）)]")
_QUESTION_END = re.compile(r"[?？][”\"」』）)]?\s*$")
_LONGEST = 90  # characters of a question
_LONGEST_GROUP = 40  # of the heading of a group of questions
_GROUP, _QUESTION = 5, 6  # levels: below whatever headings the page marks


def mark_questions(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """The blocks with levels for questions that stand above their answers, if there are two or more."""
    marked = list(blocks)
    asked = [i for i in range(len(blocks) - 1) if _asks(blocks, i)]
    summaries = [i for i, block in enumerate(blocks) if block.level == _QUESTION]
    if len(asked) + len(summaries) < 2:
        return marked
    for i in asked:
        marked[i] = replace(blocks[i], level=_QUESTION)
        above = i - 1
        if above >= 0 and _names_group(blocks, above) and above not in asked:
            marked[above] = replace(blocks[above], level=_GROUP)
    return marked


def _asks(blocks: Sequence[RawBlock], i: int) -> bool:
    """Whether block `i` is a question by itself and the next one goes on with something else."""
    block, below = blocks[i], blocks[i + 1]
    if block.kind is not BlockKind.TEXT or block.level is not None or len(block.text) > _LONGEST:
        return False
    if below.level or _ASKS.match(below.text):
        return False
    if _ASKS.match(block.text):
        return True
    if not _QUESTION_END.search(block.text) or re.search("[。；]", block.text):
        return False
    if _ANSWERS.match(below.text):
        return True
    stands_out = block.bold or _NUMBERED.match(block.text) or len(block.text) <= _LONGEST_GROUP
    return bool(stands_out) and not _QUESTION_END.search(below.text)


def _names_group(blocks: Sequence[RawBlock], i: int) -> bool:
    """A numbered heading directly above a question."""
    block = blocks[i]
    number = number_of(block.text)
    short = len(block.text) <= _LONGEST_GROUP and not re.search(r"[。；：？?]$", block.text)
    return block.kind is BlockKind.TEXT and block.level is None and number is not None and short
