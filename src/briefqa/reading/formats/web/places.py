"""Which lines of a weighed page to read: one without a sentence stays if it stands like the sentences."""

from __future__ import annotations

from collections.abc import Set
from itertools import accumulate

from bs4 import Tag

from briefqa.reading.formats.web.lines import BLOCKS, PageLine, shape_of, squeezed, steps
from briefqa.reading.formats.web.page import WeighedPage
from briefqa.reading.formats.web.words import (
    is_attachment,
    is_frame,
    is_labelled,
    is_pressed,
    is_signature,
    tells,
)

_TEXT = tuple("p ul ol dl table blockquote pre h2 h3 h4 h5 h6 details".split())
_DIRECT = ("", "")  # the shape of text that stands in no element of its own
_LINK_LIST = 4  # links that are a menu when they follow each other
_HARDLY_ANYTHING = 0.3  # of a page without sentences


def kept_lines(page: WeighedPage) -> set[int]:
    """The numbers of the lines to read; of a page without sentences nearly all, if little would be left."""
    kept = _Places(page).kept()
    if page.weigh_text(kept):
        kept = _Places(page).kept()
    everything = set(range(len(page.lines)))
    if page.total or _length(page, kept) >= _HARDLY_ANYTHING * _length(page, everything):
        return kept
    return everything - page.around or everything


def _length(page: WeighedPage, numbers: Set[int]) -> int:
    return sum(len(squeezed(page.lines[i].text)) for i in numbers)


class _Places:
    """Where each line stands among the sentences of its page."""

    def __init__(self, page: WeighedPage) -> None:
        self.page = page
        self.lines = page.lines
        self.counts = [0, *accumulate(i in page.sentences for i in range(len(page.lines)))]
        self.anchors = self._anchors()
        self.shapes: dict[int, set[tuple[str, str]]] = {}
        # Where the page's frame lies below the box, all that is in the box is its author's.
        self.framed = any(i not in page.around for i in range(page.last, len(page.lines)))
        self.above = {id(page.main.parent)} | {id(tag) for tag in page.main.parents}

    def holds(self, tag: Tag) -> bool:
        first, last = self.page.page.span(tag)
        return self.counts[last] > self.counts[first]

    def _anchors(self) -> dict[int, tuple[Tag, Tag | None]]:
        """Element → (the smallest element around it with a sentence, that one's child on the way)."""
        root = self.page.root
        anchors: dict[int, tuple[Tag, Tag | None]] = {id(root): (root, None)}
        for tag, entered in steps(root):
            if not isinstance(tag, Tag) or not entered:
                continue
            assert tag.parent is not None
            around, child = anchors[id(tag.parent)]
            anchors[id(tag)] = (tag, None) if self.holds(tag) else (around, child or tag)
        return anchors

    def kept(self) -> set[int]:
        page = self.page
        menu = self._menu()
        kept: set[int] = set()
        ended = False  # a line of the page's frame has followed the last sentence
        end = max(page.sentences, default=len(self.lines))
        for i, line in enumerate(self.lines):
            stays = i in page.sentences or (
                i not in page.around and i not in page.copies and self._stays(i, line, menu, ended)
            )
            if i == page.title or stays:
                kept.add(i)
            elif i > end:
                ended = True
        return kept | self._rest_of_tables(kept)

    def _rest_of_tables(self, kept: Set[int]) -> set[int]:
        """All lines of the tables outside the article of which some are kept: the document's data."""
        rest: set[int] = set()
        counts = [0, *accumulate(i in kept for i in range(len(self.lines)))]
        for table in self.page.root.find_all("table"):
            first, last = self.page.page.span(table)
            around_main = first <= self.page.first and self.page.last <= last
            if counts[first] < counts[last] and not around_main and table.find("table") is None:
                rest.update(range(first, last))
        return rest

    def _menu(self) -> set[int]:
        """Lines of links to other pages, four links or more one after the other."""
        menu: set[int] = set()
        run: list[int] = []
        for i, line in enumerate([*self.lines, None]):
            if line is not None and line.linked > 0.8 * len(squeezed(line.text)):
                run.append(i)
                continue
            if sum(self.lines[k].links for k in run) >= _LINK_LIST:
                menu.update(run)
            run = []
        return menu

    def _stays(self, i: int, line: PageLine, menu: Set[int], ended: bool) -> bool:
        """Whether a line that ends no sentence belongs to the article."""
        page = self.page
        if not page.total:
            return i not in menu and not is_frame(line)
        around, child = self.anchors[id(line.box)]
        first, last = page.page.span(around)
        before, after = self.counts[i] == self.counts[first], self.counts[i] == self.counts[last]
        outside = id(around) in self.above
        if not before and not after and not outside and (i not in menu or around is page.main):
            return True
        if i in menu or is_frame(line):
            return False
        if is_attachment(line):
            return True
        if self.framed and page.first <= i < page.last:
            return not line.pressed
        if is_pressed(line):
            return False
        if before and (i < page.first or page.title is not None):
            return self._opens(i, line, outside)
        if outside:
            return not before and not after
        return before or self._closes(i, around, child, ended)

    def _opens(self, i: int, line: PageLine, outside: bool) -> bool:
        """A line above the first sentence: it tells of the document, or follows the title in its box."""
        title = self.page.title
        if tells(line):
            return True
        if title is None or i < title:
            if outside:  # beside the article's own box
                return line.box.get("align") == "center" and line.box.parent is self.page.main.parent
            return line.box.name in ("p", "center", "td", "th", "li", "dt", "dd")
        return not outside or line.box.parent is self.lines[title].box.parent

    def _closes(self, i: int, around: Tag, child: Tag | None, ended: bool) -> bool:
        """A line below the last sentence: one that stands like the sentences, a signature or a date."""
        line = self.lines[i]
        below = self.lines[i + 1].text if i + 1 < len(self.lines) else ""
        if is_signature(line, below):
            return True
        if ended:
            return False
        if is_labelled(line):
            return True
        shapes = self._shapes(around)
        if child is None:
            return _DIRECT in shapes
        like = shape_of(child) in shapes or (child.name == "p" and any(name == "p" for name, _ in shapes))
        return like or self._is_text(child)

    def _is_text(self, child: Tag) -> bool:
        """Whether an element below the article holds paragraphs, lists or tables, and nothing of a frame."""
        if any(self.page.is_of_frame(i) for i in range(*self.page.page.span(child))):
            return False
        return child.name in _TEXT or child.find(_TEXT) is not None

    def _shapes(self, around: Tag) -> set[tuple[str, str]]:
        """The shapes of the children of `around` that hold sentences; `_DIRECT` for its own text."""
        if id(around) not in self.shapes:
            holding = [c for c in around.children if isinstance(c, Tag) and self.holds(c)]
            blocks = {shape_of(c) for c in holding if c.name in BLOCKS or c.find(BLOCKS)}
            self.shapes[id(around)] = blocks or {_DIRECT}
        return self.shapes[id(around)]
