"""Pages of questions and answers: each question is the heading of its answer.

A question is told by structure: marks of question and answer, or a line that ends in a question mark and
has its answer below it, where the document holds several.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from briefqa.reading.document import BlockKind
from briefqa.reading.formats.base import RawBlock

_ASKS = re.compile(r"(?:【?问题?\s*\d{0,3}】?\s*[：:、.．]|[QＱ]\s*\d{0,3}\s*[：:、.．])")
_ANSWERS = re.compile(r"(?:【?(?:回?答复?|解答)\s*\d{0,3}】?\s*[：:、.．]|[AＡ]\s*\d{0,3}\s*[：:、.．])")
_LONGEST = 120  # characters of a question after its mark
_LONGEST_LINE = 64  # of one without
_FEWEST_LINES, _FEWEST_BOLD = 3, 2  # lines that only end in a question mark


def find_questions(blocks: Sequence[RawBlock], body: range, taken: Collection[int]) -> list[int]:
    """The questions among `blocks[body]` that have their answer below them; `taken` are other headings."""

    def answered(i: int) -> bool:
        return i + 1 in body and i + 1 not in taken and blocks[i + 1].kind is not BlockKind.NOTE

    free = [i for i in body if i not in taken and blocks[i].kind is BlockKind.TEXT and answered(i)]
    marked = [
        i
        for i in free
        if _ASKS.match(blocks[i].text)
        and len(blocks[i].text) <= _LONGEST
        and _ANSWERS.match(blocks[i + 1].text)
    ]
    lines = [i for i in free if _is_question(blocks[i]) and not _is_question(blocks[i + 1])]
    bold = [i for i in lines if blocks[i].bold and not blocks[i + 1].bold]
    if len(lines) >= _FEWEST_LINES:
        return sorted({*marked, *lines})
    return sorted({*marked, *(bold if len(bold) >= _FEWEST_BOLD else ())})


def _is_question(block: RawBlock) -> bool:
    text = block.text
    return 4 <= len(text) <= _LONGEST_LINE and text[-1] in "？?" and re.search(r"[。！；]", text) is None
