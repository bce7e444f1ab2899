"""Which lines of a web page are its article, and which belong to the page around it.

Articles are sentences; menus, bars and footers are links, buttons and scraps. The lines that end a
sentence are weighed, the smallest box that holds nearly all of them is the article, and a line
without a sentence stays where its place in the page is like that of the sentences. Names of classes
are only compared with each other, never read: what an author calls a box says nothing of its worth.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from bs4 import Tag

from briefqa.reading.formats.web_lines import BLOCKS, PageLine, PageLines, lines_of, squeezed, steps
from briefqa.text.lexicon import any_of

_NAMES_UNSEEN = """
    script style noscript template iframe object svg canvas button select textarea input audio video map
    head dialog
"""
_UNSEEN = frozenset(_NAMES_UNSEEN.split())
_AROUND = frozenset("nav aside footer".split())
_AROUND_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "menu"}
_OF_TEXT = frozenset(
    "p li ul ol dl dt dd h1 h2 h3 h4 h5 h6 blockquote pre summary details figure figcaption caption th a b "
    "strong i em u".split()
)
_TEXT = tuple("p ul ol dl table blockquote pre h2 h3 h4 h5 h6 details".split())
_TITLE_TAGS = ("h1", "h2")
_NEARLY_ALL = 0.9  # of the sentences: what the article's box holds
_MOST = 0.6  # of the sentences, where the rest is thin: comments below an article are sentences too
_THIN = 0.3  # share of sentences among the characters of a frame
_DENSE = 0.5  # share of sentences among all characters of a place that is no frame
_DIRECT = ("", "")  # the shape of text that stands in no element of its own
_LINK_LIST = 4  # links that are a menu when they follow each other

_LABELLED = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff \u3000]{1,9}[：:]\s*[\w《〔（“]")
_DATE = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]|[〇○一二三四五六七八九]{4}年")
_NUMBERED = re.compile(r"[〔\[［]\s*(?:19|20)\d\d\s*[〕\]］]\s*第?\s*\d+\s*号|令\s*第\s*\d+\s*号")
_SIGNED = re.compile(r"[\u4e00-\u9fff（）()、 \u3000]{2,60}")
_DATED = re.compile(rf"(?:{_DATE.pattern}).{{0,12}}")
_ATTACHED = re.compile(r"附\s*[件表图录]")
_SCRAP = re.compile(any_of("web.scraps"))
_SCRAPS = re.compile(rf"(?:{_SCRAP.pattern}|[\W\d_A]|[大中小次])+")
_SIZES = re.compile(r"[\WA]*大[\WA]*中[\WA]*小\W*")
_FRAME = re.compile(any_of("web.frame"))
_TRAIL = re.compile(rf"{any_of('web.trail')}.*|[^>›»]{{2,12}}(?:\s*[>›»]+\s*[^>›»]{{2,40}})+")


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
    unseen = _unseen(root)
    page = _Page(root, lines_of(root, unseen), titles)
    if not page.total:  # scripts may show the article later
        never = _never(root)
        opened = _Page(root, lines_of(root, never), titles)
        unseen, page = (never, opened) if opened.total else (unseen, page)
    kept = page.kept()
    left_out = [line for i, line in enumerate(page.lines) if i not in kept]
    strings = {id(string) for line in left_out for string in line.strings}
    title = None if page.title is None else page.lines[page.title]
    whole = title is not None and (squeezed(title.text) in map(squeezed, titles) or _inside(title.box, "h1"))
    return Article(unseen | strings, len(left_out), title if whole else None)


def _never(root: Tag) -> set[int]:
    return {id(tag) for tag in root.find_all(_UNSEEN)}


def _unseen(root: Tag) -> set[int]:
    """Ids of elements that a page does not show, but for the closed answers of an accordion."""
    unseen = _never(root)
    twins: dict[int, Counter[tuple[str, str]]] = {}
    for tag in root.find_all(True):
        style = "".join(str(tag.get("style") or "").split()).lower()
        if not (tag.has_attr("hidden") or "display:none" in style or "visibility:hidden" in style):
            continue
        parent = tag.parent
        assert parent is not None
        if id(parent) in unseen:
            unseen.add(id(tag))
            continue
        if id(parent) not in twins:
            twins[id(parent)] = Counter(_shape(child) for child in parent.children if isinstance(child, Tag))
        if twins[id(parent)][_shape(tag)] < 2 or not re.search("[。？！；]", tag.get_text()):
            unseen.add(id(tag))
    return unseen


def _shape(tag: Tag) -> tuple[str, str]:
    return tag.name, " ".join(map(str, tag.get_attribute_list("class")))


class _Page:
    """The lines of a page, weighed."""

    def __init__(self, root: Tag, page: PageLines, titles: Sequence[str]) -> None:
        self.root = root
        self.page = page
        self.lines = page.lines
        self.around = self._around()
        self.copies: set[int] = set()
        weights = self._weights()
        self.total = sum(weights)
        self._sums = [0, *accumulate(weights)]
        self._chars = [0, *accumulate(len(squeezed(line.text)) for line in self.lines)]
        self.main = self._main()
        self.first, self.last = page.span(self.main)
        self.title = self._title(titles)

    def mass(self, tag: Tag) -> int:
        """Characters of sentences in `tag`, each sentence counted where it stands first."""
        first, last = self.page.span(tag)
        return self._sums[last] - self._sums[first]

    def _around(self) -> set[int]:
        """Lines in elements that name themselves the page's frame, if they do not hold most of it."""
        around: set[int] = set()
        whole = sum(line.prose for line in self.lines)
        for tag in self.root.find_all(True):
            header = tag.name == "header" and tag.find(("h1", "h2")) is None
            if tag.name in _AROUND or header or tag.get("role") in _AROUND_ROLES:
                span = range(*self.page.span(tag))
                if 2 * sum(self.lines[i].prose for i in span) <= whole:
                    around.update(span)
        return around

    def _weights(self) -> list[int]:
        seen: set[str] = set()
        weights = []
        for i, line in enumerate(self.lines):
            key = squeezed(line.text)
            prose = 0 if i in self.around or _FRAME.search(line.text) else line.prose
            if prose and key in seen:
                self.copies.add(i)
            weights.append(0 if key in seen else prose)
            if prose:
                seen.add(key)
        return weights

    def _main(self) -> Tag:
        """The smallest box that holds nearly all sentences; the root when there are none."""
        box = self.root
        while self.total:
            inner = max((c for c in box.children if isinstance(c, Tag)), key=self.mass, default=None)
            if inner is None or inner.name in _OF_TEXT or not self._is_article(inner, box):
                break
            first, last = self.page.span(inner)
            if inner.name in ("table", "tbody", "tr", "td") and last - first < 4:
                break
            box = inner
        return self._grown(box)

    def _is_article(self, inner: Tag, box: Tag) -> bool:
        """Whether `inner` holds the article of `box`: nearly all, or most and only a frame is left."""
        mass = self.mass(inner)
        if mass >= _NEARLY_ALL * self.total:
            return True
        return mass >= _MOST * self.total and self._density(box, inner) < _THIN

    def _density(self, box: Tag, inner: Tag) -> float:
        """The share of sentences in `box` outside `inner`."""
        (low, high), (first, last) = self.page.span(box), self.page.span(inner)
        chars = self._chars[high] - self._chars[low] - self._chars[last] + self._chars[first]
        return (self.mass(box) - self.mass(inner)) / chars if chars else 1.0

    def _grown(self, box: Tag) -> Tag:
        """The widest box around `box` that adds text only: no link, no button, no words of a frame."""
        while box is not self.root and box.parent is not None and box.parent is not self.root:
            first, last = self.page.span(box)
            low, high = self.page.span(box.parent)
            if any(self.is_of_frame(i) for i in (*range(low, first), *range(last, high))):
                break
            box = box.parent
        return box

    def is_of_frame(self, i: int) -> bool:
        """Whether line `i` shows a link, a button or words of a frame."""
        line = self.lines[i]
        return i in self.around or line.linked > 0 or line.pressed > 0 or _is_frame(line)

    def _title(self, titles: Sequence[str]) -> int | None:
        """The line that is, or begins, a title of the head; else the first heading that is no trail."""
        stop = next((i for i in range(self.first, self.last) if self._weight(i)), self.last)
        head = [i for i in range(min(stop + 1, len(self.lines))) if i not in self.around]
        for title in map(squeezed, titles):
            same = [i for i in head if squeezed(self.lines[i].text) == title]
            part = [
                i for i in head if len(own := squeezed(self.lines[i].text)) >= 6 and title.startswith(own)
            ]
            if found := same or part:
                above = [i for i in found if i < self.first]
                return above[-1] if above else found[0]
        for name in _TITLE_TAGS:
            for i in head:
                line = self.lines[i]
                if not _is_trail(line) and 2 * line.linked < len(line.text) and _inside(line.box, name):
                    return i
        return None

    def _weight(self, i: int) -> int:
        return self._sums[i + 1] - self._sums[i]

    @cached_property
    def sentences(self) -> set[int]:
        """The sentences of the article, and those outside its box where no frame is near them."""
        found: set[int] = set()
        for i, line in enumerate(self.lines):
            if self.first <= i < self.last:
                if line.prose and i not in self.around and not _FRAME.search(line.text):
                    found.add(i)
            elif self._weight(i) and self._is_dense(line):
                found.add(i)
        return found

    def _is_dense(self, line: PageLine) -> bool:
        """Whether what the smallest box around both the article and this line adds is mostly sentences."""
        box: Tag | None = self.main
        number = self._numbers[id(line)]
        while box is not None and not self.page.span(box)[0] <= number < self.page.span(box)[1]:
            box = box.parent
        if box is None:
            return False
        return self._density(box, self.main) >= _DENSE

    @cached_property
    def _numbers(self) -> dict[int, int]:
        return {id(line): i for i, line in enumerate(self.lines)}

    def kept(self) -> set[int]:
        """The numbers of the lines to read; all of them when hardly anything would be left."""
        kept = _Places(self).kept()
        chars = sum(len(squeezed(self.lines[i].text)) for i in kept)
        if not self.total and chars < 0.3 * self._chars[-1]:
            return set(range(len(self.lines))) - self.around or set(range(len(self.lines)))
        return kept


class _Places:
    """Where each line stands among the sentences of its page."""

    def __init__(self, page: _Page) -> None:
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
        for table in self.page.root.find_all("table"):
            span = self.page.page.span(table)
            around_main = span[0] <= self.page.first and self.page.last <= span[1]
            if not around_main and table.find("table") is None and any(i in kept for i in range(*span)):
                rest.update(range(*span))
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
            return i not in menu and not _is_frame(line)
        around, child = self.anchors[id(line.box)]
        first, last = page.page.span(around)
        before = self.counts[i] == self.counts[first]
        after = self.counts[i] == self.counts[last]
        outside = id(around) in self.above
        if not before and not after and not outside and (i not in menu or around is page.main):
            return True
        if i in menu or _is_frame(line):
            return False
        if line.to_file or _ATTACHED.match(line.text):
            return True
        if self.framed and page.first <= i < page.last:
            return not line.pressed
        if _is_pressed(line):
            return False
        if before and (i < page.first or page.title is not None):
            return self._opens(i, line, outside)
        if outside:
            return not before and not after
        return before or self._closes(i, line, around, child, ended)

    def _opens(self, i: int, line: PageLine, outside: bool) -> bool:
        """A line above the first sentence: what tells of the document, and inside its box what follows its title."""
        told = _LABELLED.match(line.text) or _NUMBERED.search(line.text) or _DATE.search(line.text)
        title = self.page.title
        if told:
            return True
        if title is None or i < title:
            return not outside and line.box.name in ("p", "center", "td", "th", "li", "dt", "dd")
        return not outside or line.box.parent is self.lines[title].box.parent

    def _closes(self, i: int, line: PageLine, around: Tag, child: Tag | None, ended: bool) -> bool:
        """A line below the last sentence: one that stands like the sentences, a signature or a date."""
        below = self.lines[i + 1].text if i + 1 < len(self.lines) else ""
        if _DATED.fullmatch(line.text) or (_SIGNED.fullmatch(line.text) and _DATED.fullmatch(below)):
            return True
        if ended:
            return False
        if _LABELLED.match(line.text):
            return True
        shapes = self._shapes(around)
        if child is None:
            return _DIRECT in shapes
        like = _shape(child) in shapes or (child.name == "p" and any(name == "p" for name, _ in shapes))
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
            blocks = {_shape(c) for c in holding if c.name in BLOCKS or c.find(BLOCKS)}
            self.shapes[id(around)] = blocks or {_DIRECT}
        return self.shapes[id(around)]


def _is_pressed(line: PageLine) -> bool:
    return 2 * line.own < len(squeezed(line.text)) and not line.to_file


def _is_trail(line: PageLine) -> bool:
    """首页 > 政务公开 > 通知公告: where in its site the page stands."""
    return _TRAIL.fullmatch(line.text.strip()) is not None


def _is_frame(line: PageLine) -> bool:
    """Words that only a page's frame has, or a trail."""
    scraps = _SCRAPS.fullmatch(line.text) is not None and _SCRAP.search(line.text) is not None
    scraps = (scraps or _SIZES.fullmatch(line.text) is not None) and line.box.name not in ("td", "th")
    return scraps or _FRAME.search(line.text) is not None or _is_trail(line)


def _inside(box: Tag, name: str) -> bool:
    parent = box.parent
    return box.name == name or (parent is not None and parent.name == name)
