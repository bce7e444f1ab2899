"""The articles of a law: each from its number to the next heading or the back matter."""

from __future__ import annotations

from itertools import pairwise

from briefqa.reading.document import BlockKind, Document
from briefqa.text.folding import fold
from briefqa.text.numbering import ArticleNumber, number_of


def articles_of(document: Document) -> list[tuple[ArticleNumber, tuple[int, int]]]:
    """The number and the span of each article."""
    ends = [block.start for block in document.blocks if block.kind is BlockKind.BACK]
    last = min(ends, default=len(document.text))
    starts = [heading.start for heading in document.headings] + [max(last, 0)]
    found = []
    for heading, (start, end) in zip(document.headings, pairwise(starts), strict=True):
        number = number_of(fold(document.text[heading.start : heading.end]))
        if number and number.article and end > start:
            found.append((number.article, (start, start + len(document.text[start:end].rstrip()))))
    return found
