"""The text of drawings in a web page: what they write, and the pages in their boxes, as lines of text."""

from __future__ import annotations

import re

from bs4 import Tag
from bs4.element import NavigableString

from briefqa.reading.formats.web.lines import BLOCKS, is_hidden, steps

_NOT_DRAWN = frozenset(
    "defs symbol clippath mask marker pattern title desc metadata script style noscript template".split()
)
_WRITING = frozenset(("text", "foreignobject"))  # the second holds a piece of a page, as in flow charts
_NOTHING = re.compile(r"[-+]?[0.]+[a-z%]*", re.I)  # a length of zero


def settle_drawings(page: Tag) -> None:
    """Writes the texts of each drawing in its place: one as running text, several as lines of their own.

    Each drawing is walked once, with those inside it: however they nest, the cost is one step a node.
    """
    inner: set[int] = set()
    for drawing in page.find_all("svg"):
        if id(drawing) in inner:
            continue
        lines = _Written(drawing, inner).lines
        if len(lines) > 1:
            drawing.replace_with(_figure(lines))
        else:  # what it stands next to may be a number that its own would lengthen
            drawing.replace_with(NavigableString("".join(f" {line} " for line in lines)))


def _figure(lines: list[str]) -> Tag:
    box = Tag(name="figure")
    for line in lines:
        part = Tag(name="p")
        part.append(NavigableString(line))
        box.append(part)
    return box


class _Written:
    """The lines that a drawing writes; ids of the drawings inside it are added to `inner`."""

    def __init__(self, drawing: Tag, inner: set[int]) -> None:
        self.lines: list[str] = []
        self.parts: list[str] = []  # of the present line
        self.writing = 0  # how many elements around the present place write
        self.baseline: str | None = None  # height of the present line, where it is told
        self.passed_over: set[int] = set()  # alternatives to what is drawn
        undrawn = drawing if _is_undrawn(drawing) else None
        for node, entered in steps(drawing):
            if isinstance(node, Tag) and node.name == "svg":
                inner.add(id(node))
            if undrawn is not None:
                undrawn = None if node is undrawn else undrawn
            elif not isinstance(node, Tag):
                self.parts += [str(node)] * (self.writing > 0)
            elif entered and (id(node) in self.passed_over or _is_undrawn(node)):
                undrawn = node
            elif entered:
                self.enter(node)
            else:
                self.leave(node)

    def enter(self, tag: Tag) -> None:
        if tag.name in _WRITING:
            self.end_line()
            self.writing += 1
            self.baseline = _first(tag, "y")
        elif tag.name == "tspan":
            self.move(tag)
        elif tag.name == "switch":  # shows the first of its elements, the others where that cannot be
            self.passed_over.update(id(each) for each in tag.find_all(True, recursive=False)[1:])
        elif tag.name in BLOCKS or tag.name == "br":
            self.end_line()

    def leave(self, tag: Tag) -> None:
        if tag.name in _WRITING or tag.name in BLOCKS:
            self.end_line()
        self.writing -= tag.name in _WRITING

    def move(self, tag: Tag) -> None:
        """A part with a place of its own: a new line if it stands lower or higher, else a blank.

        What is only moved from where the text has come to is a small character above or below it.
        """
        y, down = _first(tag, "y"), _first(tag, "dy")
        stepped = tag.has_attr("x") and down is not None and not _NOTHING.fullmatch(down)
        if stepped or (y is not None and y != self.baseline):
            self.end_line()
            self.baseline = None if stepped else y
        elif any(tag.has_attr(name) for name in ("x", "y", "dx", "dy")):
            self.parts.append(" ")

    def end_line(self) -> None:
        if text := " ".join("".join(self.parts).split()):
            self.lines.append(text)
        self.parts.clear()


def _first(tag: Tag, name: str) -> str | None:
    """The first of the lengths in an attribute, which may have one for each character."""
    return next(iter(re.split(r"[\s,]+", str(tag.get(name) or "").strip())), "") or None


def _is_undrawn(tag: Tag) -> bool:
    said = [str(tag.get(name) or "").lower() for name in ("display", "visibility")]
    unseen = said[0] == "none" or said[1] in ("hidden", "collapse")
    return unseen or tag.name in _NOT_DRAWN or is_hidden(tag)
