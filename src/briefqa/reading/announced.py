"""The document that an announcement or an order makes public, and prints below itself with its own title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from briefqa.reading.bodies import is_body
from briefqa.reading.document import BlockKind
from briefqa.reading.events import DATE
from briefqa.reading.fields import DOC_NUMBER, ORDER, plain
from briefqa.reading.formats.base import RawBlock
from briefqa.reading.formats.lines import TITLE_END

_LINES = 8  # that a title may have, its issuers each in one of their own
_NEAR = 12  # blocks between the announcement's sentence and the title: who signs, when, the number
_NAMES = 8  # in the sentence that are looked for below: the laws it rests on, and what it makes public
_LONGEST = 200  # characters of a line of a title
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
            below = [_title_line(each) for each in blocks[i + 1 : i + 1 + _NEAR]]
            spans = (_printed_again(below, text, *span) for span in islice(_named(text), _NAMES))
            title = next((range(i + 1 + at.start, i + 1 + at.stop) for at in spans if at), None)
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


def _title_line(block: RawBlock) -> str:
    """What a line may add to a title; nothing where it can be no line of one."""
    return _bare(block.text) if block.kind is BlockKind.TEXT and len(block.text) <= _LONGEST else ""


def _printed_again(below: Sequence[str], text: str, start: int, end: int) -> range | None:
    """The lines of `below` that are the name from `start` to `end` of `text`, and the issuer too.

    The sentence may put the issuer before 《name》; in the lines it is part of the title.
    """
    if end - start > _LINES * _LONGEST:
        return None
    name, before = _bare(text[start:end]), _bare(text[max(0, start - _LONGEST) : start])
    for last in range(len(below)):
        lines, first = "", last + 1
        while first > 0 and last - first < _LINES and below[first - 1]:
            longer = below[first - 1] + lines
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
