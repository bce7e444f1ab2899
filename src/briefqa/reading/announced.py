"""The document that an announcement or an order makes public, and prints below itself with its own title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from briefqa.reading.bodies import is_body
from briefqa.reading.document import BlockKind
from briefqa.reading.events import DATE, closing_events, dated_events
from briefqa.reading.fields import DOC_NUMBER, ORDER, plain
from briefqa.reading.formats.base import RawBlock
from briefqa.reading.formats.lines import TITLE_END
from briefqa.text.numbering import number_of

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
    """What the first sentence names in 《》 and prints again below, where nothing above it is a title.

    Any text may name a law and head a part with its name; what is announced comes with the day.
    """
    for i, block in enumerate(blocks[: start + 1]):
        if block.kind is not BlockKind.TEXT:
            return None
        text = plain(block.text)
        if "《" in text and "。" in text:
            below = [_title_line(each) for each in blocks[i + 1 : i + 1 + _NEAR]]
            for first, end in islice(_named(text), _NAMES):
                if title := _printed_again(below, text, first, end):
                    title = range(i + 1 + title.start, i + 1 + title.stop)
                    between = (plain(each.text) for each in blocks[i + 1 : title.start])
                    dated = _tells_when(text[end:]) or any(map(DATE.search, between))
                    return Announced(i, title) if dated else None
            return None
        if not _of_masthead(text):
            return None
    return None


def _tells_when(text: str) -> bool:
    """Whether what a sentence says behind a name is when that was adopted or made public, or applies."""
    return bool(dated_events(text)) or any(closing_events(text, of_itself=False))


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
    """What a line may add to a title; nothing where it can be no line of one, as an item with its number."""
    if block.kind is not BlockKind.TEXT or len(block.text) > _LONGEST or number_of(plain(block.text)):
        return ""
    return _bare(block.text)


def _printed_again(below: Sequence[str], text: str, start: int, end: int) -> range | None:
    """The lines of `below` that are all of the name from `start` to `end` of `text`, but for the issuer.

    The sentence may put the issuer before 《name》, where the lines have it in the title, or in the name,
    where the lines leave it out.
    """
    if end - start > _LINES * _LONGEST:
        return None
    name, before = _bare(text[start:end]), _bare(text[max(0, start - _LONGEST) : start])
    for last in range(len(below)):
        lines, first = "", last + 1
        while first > 0 and last - first < _LINES and below[first - 1]:
            longer = below[first - 1] + lines
            issued = longer.endswith(name) and is_body(longer.removesuffix(name))
            if not (f"{before}{name}".endswith(longer) or (len(lines) < len(name) and issued)):
                break
            lines, first = longer, first - 1
        if lines.endswith(name) or (name.endswith(lines) and is_body(name.removesuffix(lines))):
            return range(first, last + 1)
    return None


def _bare(text: str) -> str:
    """Without marks and blanks."""
    return re.sub(r"[\W_]", "", plain(text))
