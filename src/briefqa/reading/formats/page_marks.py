"""Page numbers in lines of their own, and the running title below them: they are no text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from briefqa.reading.formats.lines import TextLine

PAGE_MARK = re.compile(
    r"[—–―－-]+\s*(\d{1,4})\s*[—–―－-]+|第\s*(\d{1,4})\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?"
)


def without_page_marks(lines: Sequence[TextLine]) -> list[TextLine]:
    """`lines` without page numbers that count up one by one, and the title that follows each of them.

    The line after a page break is at least one blank line away, however its page began.
    """
    marks = {i: int(m[1] or m[2]) for i, line in enumerate(lines) if (m := PAGE_MARK.fullmatch(line.text))}
    numbers = list(marks.values())
    apart = not any(i + 1 in marks for i in marks)
    if len(marks) < 2 or not apart or numbers != list(range(numbers[0], numbers[0] + len(marks))):
        return list(lines)
    below = [i + 1 for i in marks if i + 1 < len(lines)]
    title = lines[below[0]].text if below else ""
    repeated = all(lines[i].text == title for i in below)
    above = [i for i, line in enumerate(lines) if line.text == title and i not in below]
    kept: list[TextLine] = []
    gap = pages = 0
    for i, line in enumerate(lines):
        running = repeated and i in below and (above[:1] or below)[0] < i
        if i in marks or running:
            gap, pages = 1, pages + line.pages
        else:
            kept.append(replace(line, gap=max(gap, line.gap), pages=pages + line.pages))
            gap = pages = 0
    return kept
