"""A web page weighed: where its sentences are, which box holds them, which line is the title.

Articles are sentences; menus, bars and footers are links, buttons and scraps. Names of classes are
only compared with each other, never read: what an author calls a box says nothing of its worth.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import cached_property
from itertools import accumulate

from bs4 import Tag

from briefqa.reading.formats.web.lines import PageLine, PageLines, shape_of, squeezed
from briefqa.reading.formats.web.words import is_frame, is_trail, names_owner

_AROUND = frozenset("nav aside footer".split())
_AROUND_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "menu"}
_OF_TEXT = frozenset(
    "p li ul ol dl dt dd h1 h2 h3 h4 h5 h6 blockquote pre summary details figure figcaption caption th a b "
    "strong i em u".split()
)
_TITLE_TAGS = ("h1", "h2")
_NEARLY_ALL = 0.9  # of the sentences: what the article's box holds
_MOST = 0.6  # of the sentences, where the rest is thin: comments below an article are sentences too
_THIN = 0.3  # share of sentences among the characters of a frame
_HARDLY_SAID = 60  # characters of sentences that a box for comments or a footer may hold
_DENSE = 0.5  # share of sentences among the characters of a place that is no frame


class WeighedPage:
    """The lines of a page, weighed."""

    def __init__(self, root: Tag, page: PageLines, titles: Sequence[str]) -> None:
        self.root = root
        self.page = page
        self.lines = page.lines
        self.around = self._around()
        self.copies: set[int] = set()
        self._chars = [0, *accumulate(len(squeezed(line.text)) for line in self.lines)]
        self.titles = titles
        self._weigh(self._weights())
        self.sentences = self._sentences()

    def _weigh(self, weights: Sequence[int]) -> None:
        """Finds the box of the article and its title by what each line weighs."""
        self.total = sum(weights)
        self._sums = [0, *accumulate(weights)]
        self.main = self._main()
        self.first, self.last = self.page.span(self.main)
        self.title = self._title(self.titles)

    def mass(self, tag: Tag) -> int:
        """Characters of sentences in `tag`, each sentence counted where it stands first."""
        first, last = self.page.span(tag)
        return self._sums[last] - self._sums[first]

    def _around(self) -> set[int]:
        """Lines in elements that name themselves the page's frame, if they do not hold most of it."""
        around: set[int] = set()
        sums = [0, *accumulate(line.prose for line in self.lines)]
        for tag in self.root.find_all(True):
            header = tag.name == "header" and tag.find(("h1", "h2")) is None
            if tag.name in _AROUND or header or tag.get("role") in _AROUND_ROLES:
                first, last = self.page.span(tag)
                if 2 * (sums[last] - sums[first]) <= sums[-1] and not around.issuperset((first, last - 1)):
                    around.update(range(first, last))
        return around

    def _weights(self) -> list[int]:
        seen: set[str] = set()
        weights = []
        for i, line in enumerate(self.lines):
            key = squeezed(line.text)
            prose = 0 if i in self.around or names_owner(line) else line.prose
            if prose and key in seen:
                self.copies.add(i)
            weights.append(0 if key in seen else prose)
            if prose:
                seen.add(key)
        return weights

    def weigh_text(self, kept: Set[int]) -> bool:
        """Weighs all text below the title instead of sentences, if `kept` leaves out more than they hold.

        A list of names or prices, or lines that end in nothing, holds no sentence. Where more such
        text is left out between the title and the first sentence than all sentences hold, or as many
        lines where they hold hardly anything, these are of a box for comments or of a footer.
        """
        first = next((i for i in range(len(self.lines)) if self._weight(i)), 0)
        if self.title is None or self.title >= first:
            return False
        own = [0] * len(self.lines)
        for i in range(self.title + 1, len(self.lines)):
            line = self.lines[i]
            of_frame = i in self.around or i in self.copies or is_frame(line)
            own[i] = 0 if of_frame or line.exclaims or 2 * line.own < len(squeezed(line.text)) else line.own
        said = [self._weight(i) for i, line in enumerate(self.lines) if self._weight(i) and not line.exclaims]
        lost = [own[i] for i in range(first) if own[i] and i not in kept]
        few = sum(said) <= _HARDLY_SAID and len(lost) >= max(len(said), 2)
        if not few and sum(lost) <= sum(said):
            return False
        self._weigh([0 if self._weight(i) else each for i, each in enumerate(own)])
        self.sentences = {i for i in self._sentences() if not self.lines[i].exclaims}
        return True

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
        """Whether `inner` holds the article of `box`: nearly all, or most and only a frame is left.

        A box of the same shape that holds sentences and nothing of a frame is another part of it.
        """
        mass = self.mass(inner)
        if mass >= _NEARLY_ALL * self.total:
            return True
        others = (c for c in box.children if isinstance(c, Tag) and c is not inner)
        alike = (c for c in others if shape_of(c) == shape_of(inner) and self.mass(c))
        if not all(any(self.is_of_frame(i) for i in range(*self.page.span(c))) for c in alike):
            return False
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
        return i in self.around or line.linked > 0 or line.pressed > 0 or is_frame(line)

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
                if not is_trail(line) and 2 * line.linked < len(line.text) and is_inside(line.box, name):
                    return i
        return None

    def _weight(self, i: int) -> int:
        return self._sums[i + 1] - self._sums[i]

    def _sentences(self) -> set[int]:
        """The sentences of the article, and those outside its box below the title or near no frame."""
        found: set[int] = set()
        for i, line in enumerate(self.lines):
            prose = line.prose and i not in self.around and not names_owner(line)
            if self.first <= i < self.last or (prose and self._is_below_title(i)):
                if prose or self._weight(i):
                    found.add(i)
            elif self._weight(i) and self._is_dense(line):
                found.add(i)
        return found

    def _is_below_title(self, i: int) -> bool:
        """Whether line `i` stands between the title and the article."""
        return self.title is not None and self.title < i < self.first

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


def is_inside(box: Tag, name: str) -> bool:
    """Whether `box` or its parent is an element of that name."""
    parent = box.parent
    return box.name == name or (parent is not None and parent.name == name)
