"""The lines of a web page as a reader sees them: their text, where it stands, how much of it is links.

One walk with a stack of its own: however deep a page nests, it costs one step for each node.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field

from bs4 import Tag
from bs4.element import NavigableString, PreformattedString

_NAMES_OF_BLOCKS = """
    address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul
"""
BLOCKS = frozenset(_NAMES_OF_BLOCKS.split())
_SENTENCE = re.compile(r"[。！？；]|[\w)”\"][.!?;](?:\s|$)")
_SHORTEST_LATIN = 40  # characters of a line in a Western script that may count as a sentence
_FILE = re.compile(r"\.(?:docx?|xlsx?|pptx?|wps|et|ofd|pdf|rtf|txt|csv|zip|rar|7z)(?:$|[?#&])", re.I)
_BUTTON = 6  # characters: a longer link without an address may be a question that opens its answer


@dataclass(slots=True)
class PageLine:
    """One line that the page shows.

    Attributes:
        box: the innermost block element around it.
        strings: the strings that it is made of, in order.
        linked: characters of it that lead to other pages.
        links: how many links to other pages it holds.
        pressed: characters of it that are buttons: links and marks without an address.
        opening: characters of it that are longer links without an address.
        to_file: it leads to a file, such as an attachment.
        marked: for each of `strings`, whether a link or a button holds it.
    """

    box: Tag
    strings: list[NavigableString] = field(default_factory=list)
    linked: int = 0
    links: int = 0
    pressed: int = 0
    opening: int = 0
    to_file: bool = False
    marked: list[bool] = field(default_factory=list)
    text: str = ""

    @property
    def own(self) -> int:
        """Characters that are neither links to other pages nor buttons."""
        return len(squeezed(self.text)) - self.linked - self.pressed

    @property
    def exclaims(self) -> bool:
        """Whether it only calls out or trails off, as the prompts of a box for comments do."""
        return re.fullmatch(r"[^。；？?]*[！!]|[^。；]*\.{3}", self.text) is not None

    @property
    def prose(self) -> int:
        """`own` of a line that ends a sentence somewhere, else 0: what articles are made of."""
        if not _SENTENCE.search(self.text) or 2 * (self.own - self.opening) < len(squeezed(self.text)):
            return 0
        return self.own if re.search(r"[\u3040-\u9fff]", self.text) or self.own >= _SHORTEST_LATIN else 0


@dataclass(slots=True)
class PageLines:
    """All lines of an element, and which of them lie in each element below it."""

    lines: list[PageLine]
    spans: dict[int, tuple[int, int]]  # id of an element → [first, last) of `lines`

    def span(self, tag: Tag) -> tuple[int, int]:
        """[first, last) of the lines in `tag`; (0, 0) when it holds none."""
        return self.spans.get(id(tag), (0, 0))


def squeezed(text: str) -> str:
    """`text` without white space, in which lines are compared and measured."""
    return "".join(text.split())


def shape_of(tag: Tag) -> tuple[str, str]:
    """The name and the classes of an element, to tell which elements are alike."""
    return tag.name, " ".join(map(str, tag.get_attribute_list("class")))


def is_hidden(tag: Tag) -> bool:
    """Whether an element says of itself that it is not shown."""
    style = "".join(str(tag.get("style") or "").split()).lower()
    if re.search(r"font-size:0(?![.\d])", style) and tag.find(True) is None:
        return True  # of a box it only takes the blanks between its children out
    return tag.has_attr("hidden") or "display:none" in style or "visibility:hidden" in style


def steps(root: Tag, unseen: Set[int] = frozenset()) -> Iterator[tuple[Tag | NavigableString, bool]]:
    """Every node below `root` in the order of the page: strings once, elements entered and left.

    Yields (node, True) on entering it and (element, False) on leaving it; elements and strings
    whose id is in `unseen` are passed over with all that they hold.
    """
    stack: list[tuple[Tag, Iterator[object]]] = [(root, iter(root.children))]
    while stack:
        tag, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            if stack:
                yield tag, False
        elif id(child) in unseen:
            continue
        elif isinstance(child, Tag):
            yield child, True
            stack.append((child, iter(child.children)))
        elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            yield child, True


class _Gatherer:
    def __init__(self, root: Tag) -> None:
        self.lines: list[PageLine] = []
        self.spans: dict[int, tuple[int, int]] = {}
        self.boxes = [root]
        self.marks: list[Tag] = []  # links and buttons around the present place
        self.line = PageLine(root)
        self.shown = False  # the line holds more than blanks

    def enter(self, tag: Tag) -> None:
        if tag.name in BLOCKS or tag.name == "br":
            self.end_line()
        if tag.name in BLOCKS:
            self.boxes.append(tag)
        if tag.name == "a" or tag.has_attr("onclick"):
            self.marks.append(tag)
        self.spans[id(tag)] = (len(self.lines), 0)

    def leave(self, tag: Tag) -> None:
        if tag.name in BLOCKS:
            self.end_line()
            self.boxes.pop()
        if self.marks and self.marks[-1] is tag:
            self.marks.pop()
        # A line that an inline element shares with its neighbours belongs to it as well.
        self.spans[id(tag)] = (self.spans[id(tag)][0], len(self.lines) + self.shown)

    def add(self, string: NavigableString) -> None:
        text = squeezed(string)
        self.line.strings.append(string)
        self.line.marked.append(bool(self.marks))
        if text and not self.shown:
            self.line.box, self.shown = self.boxes[-1], True
        if not self.marks or not text:
            return
        address = next((str(m.get("href")) for m in reversed(self.marks) if m.get("href")), "")
        if _FILE.search(address):
            self.line.to_file = True
        elif address and not re.match(r"\s*(?:#|javascript:)", address, re.I):
            self.line.linked += len(text)
            self.line.links += 1
        elif len(text) <= _BUTTON and text[-1] not in "?？" and _is_button(self.marks[-1]):
            self.line.pressed += len(text)
        elif address:
            self.line.opening += len(text)

    def end_line(self) -> None:
        self.line.text = "".join(self.line.strings).strip()
        if self.shown:
            self.lines.append(self.line)
        self.line, self.shown = PageLine(self.boxes[-1]), False


def _is_button(mark: Tag) -> bool:
    """Something to press rather than an anchor that only has a name."""
    return mark.has_attr("href") or mark.has_attr("onclick")


def lines_of(root: Tag, unseen: Set[int]) -> PageLines:
    """The lines below `root`, without the elements whose id is in `unseen`."""
    gatherer = _Gatherer(root)
    for node, entered in steps(root, unseen):
        if isinstance(node, NavigableString):
            gatherer.add(node)
        elif entered:
            gatherer.enter(node)
        else:
            gatherer.leave(node)
    gatherer.end_line()
    gatherer.spans[id(root)] = (0, len(gatherer.lines))
    return PageLines(gatherer.lines, gatherer.spans)
