"""The articles of a law: each from its number to the next heading of its level or the back matter."""

from __future__ import annotations

from itertools import islice

from briefqa.reading.document import BlockKind, Document
from briefqa.text.folding import fold
from briefqa.text.numbering import NAMED, ArticleNumber, number_of

Span = tuple[int, int]


def articles_of(document: Document) -> list[tuple[ArticleNumber, Span]]:
    """The number and the span of each article."""
    ends = [block.start for block in document.blocks if block.kind is BlockKind.BACK]
    last = min(ends, default=len(document.text))
    found = []
    for place, heading in enumerate(document.headings, 1):
        start = heading.start
        number = number_of(fold(document.text[start : heading.end]))
        if number and number.article:
            after = islice(document.headings, place, None)
            end = next((each.start for each in after if each.level <= heading.level), max(last, 0))
            if end > start:
                end = start + len(document.text[start:end].rstrip())
                found.append((number.article, (start, end)))
    return found


def part_of(text: str, article: Span, paragraph: int, item: int) -> Span | None:
    """The paragraph of an article with its items, or its item, by their numbers; 0 takes all.

    An item without a paragraph is that of the first paragraph that has one.
    """
    parts: list[Span] = []
    items: list[tuple[int, int, Span]] = []  # number of the paragraph, its own, where it is
    start, style = article[0], ""
    for line in text[slice(*article)].splitlines(keepends=True):
        end = start + len(line.rstrip())
        number = number_of(fold(line))
        own = number.style if number and number.style not in NAMED else ""
        unended = style and text[items[-1][2][1] - 1] not in "。；"  # a heading of an item
        if parts and (own or unended):
            parts[-1] = parts[-1][0], end
            style = style or own
            if number and own == style:
                items.append((len(parts), number.value, (start, end)))
            else:  # a part of the item
                items[-1] = (*items[-1][:2], (items[-1][2][0], end))
        elif end > start:
            parts.append((start, end))
            style = ""
        start += len(line)
    if item:
        return next((span for of, own, span in items if own == item and paragraph in (0, of)), None)
    return parts[paragraph - 1] if 0 < paragraph <= len(parts) else None if paragraph else article
