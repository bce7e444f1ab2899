"""What the words of one line of a web page say: that it is of the frame, or tells of the document."""

from __future__ import annotations

import re

from briefqa.reading.formats.web.lines import PageLine, squeezed
from briefqa.text.lexicon import any_of
from briefqa.text.numbering import TO_TEN

_LABELLED = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff \u3000]{1,9}[：:]\s*[\w《〔（“]")
_DATE = re.compile(rf"\d{{4}}\s*[-/.年]\s*\d{{1,2}}\s*[-/.月]|[〇○{TO_TEN[:-1]}]{{4}}年")
_NUMBERED = re.compile(r"[〔\[［]\s*(?:19|20)\d\d\s*[〕\]］]\s*第?\s*\d+\s*号|令\s*第\s*\d+\s*号")
_SIGNED = re.compile(r"[\u4e00-\u9fff（）()、 \u3000]{2,60}")
_DATED = re.compile(rf"(?:{_DATE.pattern}).{{0,12}}")
_ATTACHED = re.compile(r"附\s*[件表图录]")
_SCRAP = re.compile(any_of("web.scraps"))
_SCRAPS = re.compile(rf"(?:{_SCRAP.pattern}|[\W\d_A]|[大中小次])+")
_SIZES = re.compile(r"[\WA]*大[\WA]*中[\WA]*小\W*")
_FRAME = re.compile(any_of("web.frame"))
_TRAIL = re.compile(r"[^>›»]{2,12}(?:\s*[>›»]+\s*[^>›»]{2,40})+")
_STEP = re.compile(r"[>›»]")
_MORE_THAN = re.compile(r"[^\0\s>›»]\s*>\s*\d")  # behind a link it is a step
_LINKED = re.compile(r"[^\s>›»]")
_NEARLY_ALL = 0.8  # of the characters between the steps of a trail: links


def is_labelled(line: PageLine) -> bool:
    """A label with a value."""
    return _LABELLED.match(line.text) is not None


def tells(line: PageLine) -> bool:
    """Whether a line above the text tells of the document: a label, a date, a document's number."""
    return is_labelled(line) or (_NUMBERED.search(line.text) or _DATE.search(line.text)) is not None


def is_signature(line: PageLine, below: str) -> bool:
    """A date, or a name with a date in the line below it."""
    if _DATED.fullmatch(line.text):
        return True
    return _SIGNED.fullmatch(line.text) is not None and _DATED.fullmatch(below) is not None


def is_attachment(line: PageLine) -> bool:
    """An attachment's name, or a link to a file."""
    return line.to_file or _ATTACHED.match(line.text) is not None


def is_pressed(line: PageLine) -> bool:
    """Mostly links to other pages and buttons."""
    return 2 * line.own < len(squeezed(line.text)) and not line.to_file


def is_trail(line: PageLine) -> bool:
    """Home > news > notices: where in its site the page stands; days > 300 compares numbers."""
    if ">" not in line.text:
        return _TRAIL.fullmatch(line.text) is not None
    told = (_LINKED.sub("\0", s) if m else str(s) for s, m in zip(line.strings, line.marked, strict=True))
    steps = "".join(told)
    if _TRAIL.fullmatch(line.text) and not _MORE_THAN.search(steps):
        return True
    return line.text.count(">") > 1 and _is_trail_of_links(steps)


def _is_trail_of_links(steps: str) -> bool:
    """Whether nearly all between the first and the last > are links, or what is before them.

    `steps` has NUL for the characters of links. A sentence that compares numbers may hold a link too.
    """
    first, *parts = [squeezed(part) for part in _STEP.split(steps)]
    between = "".join(parts[:-1])
    return between.count("\0") >= _NEARLY_ALL * len(between) if between else first.endswith("\0")


def names_owner(line: PageLine) -> bool:
    """The words of a site's owner: its rights and its records."""
    return _FRAME.search(line.text) is not None


def is_frame(line: PageLine) -> bool:
    """Words that only a page's frame has: nothing but names of buttons, an owner, a trail."""
    scraps = _SCRAPS.fullmatch(line.text) is not None and _SCRAP.search(line.text) is not None
    scraps = (scraps or _SIZES.fullmatch(line.text) is not None) and line.box.name not in ("td", "th")
    return scraps or names_owner(line) or is_trail(line)
