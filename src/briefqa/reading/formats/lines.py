"""Lines → logical paragraphs: joins what page breaks, hard wraps and cut-out links have cut.

A line that is prose and does not end a sentence goes on in the next line, blank lines between
them or not, unless that begins a heading, a list item, a labelled line or an indented paragraph.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from statistics import mean

from briefqa.reading.formats.base import RawBlock
from briefqa.text.labels import LABEL
from briefqa.text.lexicon import any_of
from briefqa.text.numbering import ARTICLE_STYLE, TO_TEN, is_contents_line, number_of

_CLOSERS = "”’\"'）)》」』】〕］]〉"
CANNOT_BEGIN = frozenset("，。、；：！？）》」』】〕”’％%‰,;:!?)")
_SENTENCE_END = re.compile(rf"[。！？!?…；;：:](?:[{re.escape(_CLOSERS)}]|\s)*$|[.](?:[\"')\]]|\s)*$")
GOES_ON = re.compile(r"(?:[，、,（(《“‘「『【〔〈]|[的和与及或在对对从向于把将被由为以])$")
_OPENS = re.compile(r"[，、,（(《“‘「『【〔〈]$")
_PUNCTUATION = re.compile(r"[，、；。：？！,;]")
_MARKER_ONLY = re.compile(
    rf"(?:第?[{TO_TEN}]{{1,3}}[是、，,]|首先，|其次，|再次，|最后，|\d{{1,2}}[、.．]|"
    rf"[（(][{TO_TEN}\d]{{1,3}}[）)]、?|——)$"
)
BULLET = re.compile(r"(?:[•·▪◆●○■□➢★☆※☑☐☒✓√]|[-*+]\s)")
TITLE_END = re.compile(rf"{any_of('titles.endings')}(?:[（(].*[）)])?$")
_BRACKETS = {"（": "）", "《": "》", "“": "”", "「": "」", "『": "』", "【": "】", "〔": "〕"}
_LONG = 60  # characters of a line that only prose reaches
_WRAP_SLACK = 4  # half-width columns by which a full line may miss the margin


@dataclass(frozen=True, slots=True)
class TextLine:
    """One non-empty line: `gap` blank lines above it, `indent` in half-width columns."""

    text: str
    gap: int = 0
    indent: int = 0
    pages: int = 0  # page breaks between the line before and this one


@dataclass(frozen=True, slots=True)
class _Style:
    """What this file's line breaks mean."""

    usual_gap: int  # blank lines between two paragraphs
    soft: bool  # blank lines part paragraphs: a bare line break means nothing
    wrap: int  # half-width columns at which lines are cut; 0 when they are not
    base_indent: int
    indents: bool  # paragraphs begin with an indent
    hangs: bool  # and lines without one finish them, wherever they were cut
    inline: frozenset[str]  # numbering styles whose items run on into prose
    cut_out: bool  # links and figures stand in lines of their own, in mid-sentence


def columns(text: str) -> int:
    """Width of `text` in half-width columns."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def join_text(left: str, right: str) -> str:
    """What belongs between two halves of a cut paragraph: a blank between Latin words, else nothing."""
    if not left or not right or left[-1].isspace() or right[0].isspace():
        return ""
    if not (_is_latin(left[-1]) and _is_latin(right[0])):
        return ""
    if left[-1].isalpha() and right[0].isalpha():
        return " "
    # Digits and marks: PM + 2.5 in Chinese text is one word, "in" + "2024" in English text is two.
    around = left[-12:] + right[:12]
    english = " " in around.strip() and not re.search(r"[\u3040-\u9fff]", around)
    return " " if english and (left[-1].isalnum() or left[-1] in ".,;:!?)\"'%") else ""


def _is_latin(char: str) -> bool:
    return char.isascii() or "\u00c0" <= char <= "\u024f"


def join_lines(lines: Sequence[TextLine], *, gaps_end: bool = False) -> list[RawBlock]:
    """The logical paragraphs of a text, each with the offsets at which it was cut.

    `gaps_end`: a gap is the format's own end of a paragraph, so that only an open bracket or a
    closing comma proves that a sentence was cut there.
    """
    if len(lines) == 1:
        return [RawBlock(lines[0].text, breaks=(0,) * lines[0].pages, gap=lines[0].gap)]
    style = _style_of(lines)
    if gaps_end:
        style = replace(style, usual_gap=0)
    blocks: list[RawBlock] = []
    last: TextLine | None = None
    in_body = False
    for line, after in zip_longest(lines, lines[1:]):
        if last is not None and (
            _goes_on(blocks[-1].text, last, line, style, in_body) or _is_cut_out(blocks[-1].text, line, after)
        ):
            blocks[-1] = _extend(blocks[-1], line)
        else:
            pages = (0,) * line.pages
            blocks.append(RawBlock(line.text, breaks=pages, gap=line.gap))
        text = blocks[-1].text
        in_body = in_body or (len(text) >= 40 and ends_sentence(text) and bool(_PUNCTUATION.search(text)))
        last = line
    return blocks


def _extend(block: RawBlock, line: TextLine) -> RawBlock:
    glue = join_text(block.text, line.text)
    cut = len(block.text) + len(glue)
    marks = (cut,) * max(line.pages, 1 if line.gap else 0)
    return replace(block, text=block.text + glue + line.text, breaks=block.breaks + marks)


def _goes_on(text: str, last: TextLine, line: TextLine, style: _Style, in_body: bool) -> bool:
    """Whether the paragraph `text`, whose last line is `last`, goes on in `line`."""
    if line.text[0] in CANNOT_BEGIN:
        return True
    if LABEL.match(line.text) or is_contents_line(text) or is_contents_line(line.text):
        return False
    if BULLET.match(line.text) or (style.indents and line.indent - style.base_indent >= 2):
        return False
    if _MARKER_ONLY.fullmatch(text):
        return line.gap <= style.usual_gap
    number = number_of(line.text)
    numbered = number is not None and (not number.tight or ends_sentence(text))
    # 。 alone before a mark closes a sentence even inside quotation marks that stay open.
    if _OPENS.search(text[-1:]) or leaves_open(text, line.text):
        return not (numbered and number_of(text) and line.gap)
    ended = ends_sentence(text)
    if style.wrap and not line.gap and _is_full(last, line, style.wrap):
        if numbered and (ended or number_of(text)):
            return False
        return not ended or style.indents or style.soft
    if numbered:
        return False
    if ended:
        prose = style.cut_out or is_prose(line.text)
        return style.soft and not line.gap and in_body and is_prose(text) and prose
    if len(line.text) == 1 and not line.gap and line.text.isalpha():
        return True
    if style.hangs and not line.gap and line.indent <= style.base_indent:
        return True
    return _cut_in_sentence(text, line, style, in_body)


def _cut_in_sentence(text: str, line: TextLine, style: _Style, in_body: bool) -> bool:
    """Whether `text`, which does not end a sentence, is prose that was cut here."""
    number = number_of(text)
    if number and len(text) <= _LONG and not re.search(r"[。！？]", text):
        inline = number.style in style.inline or (number.style == ARTICLE_STYLE and is_prose(text))
        return inline and line.gap <= style.usual_gap
    if not line.gap and not line.pages:
        if style.soft and in_body and (style.cut_out or GOES_ON.search(text[-1:])):
            return True
        return is_prose(text) and (style.soft or len(text) >= 25)
    if line.gap > style.usual_gap:
        return False
    if len(text) >= _LONG or "。" in text:
        return True
    return in_body and "，" in text and len(text) >= 20 and not TITLE_END.search(text)


def _is_cut_out(text: str, line: TextLine, after: TextLine | None) -> bool:
    """A line between two halves of a sentence: the next one begins with a closing mark."""
    return (
        after is not None
        and not line.gap
        and not after.gap
        and after.text[0] in CANNOT_BEGIN
        and not ends_sentence(text)
        and number_of(line.text) is None
        and not LABEL.match(line.text)
    )


def ends_sentence(text: str) -> bool:
    """Whether a sentence, or what leads up to a list, ends there."""
    return _SENTENCE_END.search(text[-40:]) is not None


def is_prose(text: str) -> bool:
    """Whether a line is part of sentences rather than a name or a figure."""
    return len(text) >= _LONG or _PUNCTUATION.search(text) is not None


def leaves_open(text: str, following: str) -> bool:
    """A bracket or quotation mark opened in `text` is closed early in `following`."""
    tail = text[-120:]
    for opening, closing in _BRACKETS.items():
        if tail.rfind(opening) > tail.rfind(closing):
            at = following[:80].find(closing)
            again = following[:80].find(opening)
            if at >= 0 and (again < 0 or at < again):
                return True
    return False


def _style_of(lines: Sequence[TextLine]) -> _Style:
    after = [(a, b) for a, b in pairwise(lines) if ends_sentence(a.text)]
    ends = [(a, b) for a, b in after if len(a.text) >= _LONG]
    wrap = wrap_width(lines)
    if wrap:
        groups = 1 + sum(1 for line in lines[1:] if line.gap)
        soft = len(lines) / groups >= 2 and groups >= 2
    else:
        soft = bool(ends) and mean(b.gap > 0 for _, b in ends) >= 0.9
    gaps = Counter(b.gap for a, b in after if b.gap and len(a.text) >= 25)
    indents = Counter(line.indent for line in lines)
    base = max(indents, key=lambda i: (indents[i], -i)) if wrap else 0
    return _Style(
        usual_gap=max(1, min(gaps, key=lambda g: (-gaps[g], g)) if gaps else 1),
        soft=soft,
        wrap=wrap,
        base_indent=base,
        indents=sum(line.indent >= base + 2 and len(line.text) >= 15 for line in lines) >= 2,
        hangs=_hangs(lines, base),
        inline=_inline_styles(lines),
        cut_out=sum(line.text[0] in CANNOT_BEGIN and not line.gap for line in lines) >= 2,
    )


def _hangs(lines: Sequence[TextLine], base: int) -> bool:
    """Whether lines without an indent only ever finish the sentence of an indented one above them."""
    bare = [not line.gap and line.indent <= base for line in lines]
    indented = sum(line.indent >= base + 2 for line in lines)
    if indented < 2 or not any(bare[1:]) or bare[1]:  # a title stands above what begins with no indent
        return False
    return all(
        ends_sentence(line.text) != goes_on and not (own and number_of(line.text))
        for line, own, goes_on in zip(lines[1:], bare[1:], [*bare[2:], False], strict=True)
        if own or goes_on
    )


def wrap_width(lines: Sequence[TextLine]) -> int:
    """The column at which most lines of prose were cut, or 0 for lines of any length."""
    if len(lines) < 4:
        return 0
    widest = max(columns(line.text[:200]) + line.indent for line in lines)
    if not 24 <= widest <= 130:
        return 0
    full = sum(_is_full(a, b, widest) for a, b in pairwise(lines))
    return widest if full >= max(3, 0.35 * len(lines)) else 0


def _is_full(line: TextLine, following: TextLine, wrap: int) -> bool:
    """The first word of the following line would not have fitted into this one."""
    word = re.match(r"[!-~]+", following.text)
    needed = len(word.group()) + 1 if word else _WRAP_SLACK
    return columns(line.text) + line.indent + max(needed, _WRAP_SLACK) >= wrap


def _inline_styles(lines: Sequence[TextLine]) -> frozenset[str]:
    """Numbering styles most of whose items are a sentence with prose after it."""
    seen: Counter[str] = Counter()
    inline: Counter[str] = Counter()
    for line in lines:
        number = number_of(line.text)
        if number:
            seen[number.style] += 1
            inline[number.style] += "。" in line.text[:-1]
    return frozenset(style for style in seen if inline[style] >= max(1, 0.6 * (seen[style] - 1)))
