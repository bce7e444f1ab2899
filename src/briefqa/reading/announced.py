"""The document that an announcement or an order makes public, and prints below itself with its own title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from briefqa.reading.bodies import is_body
from briefqa.reading.document import BlockKind
from briefqa.reading.events import DATE
from briefqa.reading.fields import DOC_NUMBER, ORDER, plain
from briefqa.reading.formats.base import RawBlock
from briefqa.reading.formats.lines import TITLE_END

_LINES = 8  # that a title may have, its issuers each in one of their own
_NEAR = 12  # blocks between the announcement's sentence and the title: who signs, when, the number
_SHORT = 4  # characters of a line that can only say what kind of paper it is


@dataclass(frozen=True, slots=True)
class Announced:
    """The block of the sentence that names the document, and those of the title printed below it."""

    sentence: int
    title: range


def find_announced(blocks: Sequence[RawBlock], start: int) -> Announced | None:
    """What the first sentence names in 《》 and prints again below, where nothing above it is a title."""
    for i, block in enumerate(blocks[: start + 1]):
        if block.kind is not BlockKind.TEXT:
            return None
        text = plain(block.text)
        if "《" in text and "。" in text:
            spans = (_printed_again(blocks, i, text, *span) for span in _named(text))
            title = next((span for span in spans if span), None)
            return Announced(i, title) if title else None
        if not _of_masthead(text):
            return None
    return None


def _of_masthead(text: str) -> bool:
    """A line of who issues and what kind of paper it is, or its number or date; not of what it is about."""
    if DOC_NUMBER.search(text) or ORDER.search(text) or DATE.search(text):
        return True
    bare = _bare(text)
    numbered = len(bare) <= 2 * _SHORT and re.search(r"\d", bare) is not None
    return numbered or len(bare) <= _SHORT or bare.endswith("令") or is_body(TITLE_END.sub("", bare))


def _named(text: str) -> Iterator[tuple[int, int]]:
    """Where the outermost names in 《》 begin and end, without the marks."""
    depth = first = 0
    for at, character in enumerate(text):
        if character == "《":
            first, depth = (at + 1 if not depth else first), depth + 1
        elif character == "》" and depth:
            depth -= 1
            if not depth:
                yield first, at


def _printed_again(blocks: Sequence[RawBlock], i: int, text: str, start: int, end: int) -> range | None:
    """The lines below block `i` that are the name from `start` to `end` of its text, and the issuer too.

    The sentence may put the issuer before 《name》; in the lines it is part of the title.
    """
    name, before = _bare(text[start:end]), _bare(text[:start])
    for last in range(i + 1, min(i + 1 + _NEAR, len(blocks))):
        lines, first = "", last + 1
        while first > i + 1 and last - first < _LINES and blocks[first - 1].kind is BlockKind.TEXT:
            longer = _bare(blocks[first - 1].text) + lines
            within = f"{before}{name}".endswith(longer) or (len(lines) < len(name) and longer.endswith(name))
            if not within:
                break
            lines, first = longer, first - 1
        if lines.endswith(name) or (name.endswith(lines) and 2 * len(lines) > len(name)):
            return range(first, last + 1)
    return None


def _bare(text: str) -> str:
    """Without marks and blanks."""
    return re.sub(r"[\W_]", "", plain(text))
