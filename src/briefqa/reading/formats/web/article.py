"""The article of a web page: what to read of it and what to leave out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import accumulate

from bs4 import Tag

from briefqa.reading.formats.web.lines import (
    BLOCKS,
    PageLine,
    PageLines,
    is_hidden,
    lines_of,
    shape_of,
    squeezed,
)
from briefqa.reading.formats.web.page import WeighedPage, is_inside
from briefqa.reading.formats.web.places import kept_lines

_NAMES_NEVER_SHOWN = """
    script style noscript template iframe object svg canvas button select textarea input audio video map
    head dialog
"""
_NEVER_SHOWN = frozenset(_NAMES_NEVER_SHOWN.split())


@dataclass(frozen=True, slots=True)
class Article:
    """What of a page to read: all but the nodes whose ids are in `unseen`.

    `removed` counts the lines left out that a reader of the page saw; `title` is the line that
    prints its whole title, or None.
    """

    unseen: Set[int]
    removed: int
    title: PageLine | None


def find_article(root: Tag, titles: Sequence[str]) -> Article:
    """The article in `root`, given the titles that the page's head names, the surest first."""
    never = {id(tag) for tag in root.find_all(_NEVER_SHOWN)}
    written = lines_of(root, never)
    unseen = never | _hidden(root, written)
    page = WeighedPage(root, lines_of(root, unseen), titles)
    if not page.total and any(line.prose for line in written.lines):  # scripts show the article later
        unseen, page = never, WeighedPage(root, written, titles)
    kept = kept_lines(page)
    left_out = [line for i, line in enumerate(page.lines) if i not in kept]
    strings = {id(string) for line in left_out for string in line.strings}
    title = None if page.title is None else page.lines[page.title]
    whole = title is not None and (
        squeezed(title.text) in map(squeezed, titles) or is_inside(title.box, "h1")
    )
    return Article(unseen | strings, len(left_out), title if whole else None)


def _hidden(root: Tag, written: PageLines) -> set[int]:
    """Ids of elements that a page does not show, but for the closed answers of an accordion."""
    hidden: set[int] = set()
    twins: dict[int, Counter[tuple[str, str]]] = {}
    sentences = [0, *accumulate(line.prose > 0 for line in written.lines)]
    for tag in root.find_all(True):
        if not is_hidden(tag):
            continue
        parent = tag.parent
        assert parent is not None
        if id(parent) not in twins:
            twins[id(parent)] = Counter(
                shape_of(child) for child in parent.children if isinstance(child, Tag)
            )
        first, last = written.span(tag)
        if (
            tag.name not in BLOCKS
            or twins[id(parent)][shape_of(tag)] < 2
            or sentences[first] == sentences[last]
        ):
            hidden.add(id(tag))
    return hidden
