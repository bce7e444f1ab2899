"""The inline marks of Markdown: formulas, struck text, small characters, footnotes.

Struck text is no longer valid, so it is left out of the document's text and counted; everything
else stays, without its marks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from briefqa.reading.formats.formulas import latex_line
from briefqa.reading.formats.lines import join_text
from briefqa.reading.formats.markdown_tables import table_rule
from briefqa.reading.formats.scripts import lowered, raised

# CommonMark leaves **…。** and ~~…。~~ open when a Chinese letter follows the closing marks. The length is
# bounded, because a mark that is never closed is looked for to the end of its paragraph.
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.{1,500}?)(?<=\S)\1")
_STRUCK = re.compile(r"~~(?=\S)(.{1,500}?)(?<=\S)~~")
_TAG = re.compile(r"<(/?)(sup|sub|del|s|strike)\b[^>]*>", re.I)
_MATH = re.compile(r"\$\$(.+?)\$\$|\$(?![\s$])((?:[^$\\\n]|\\.)+?)(?<!\s)\$(?!\d)", re.S)
_PROSE = re.compile(r"[，。；：、]")
_REFERENCE = re.compile(r"\[\^([^\]\s]+)\]")
_DEFINITION = re.compile(r" {0,3}\[\^([^\]\s]+)\]:[ \t]*(.*)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_OPENS_BLOCK = re.compile(r"\s*(?:#|>|[-*+]\s|\d+[.)]\s|\||```|~~~|<)")
_MOST_NESTED = 60  # lists and quotations within each other


@dataclass(slots=True)
class InlineText:
    """The text of one paragraph: a line for each hard break.

    `notes`: the footnotes that it refers to, in order; `struck`: stretches of text left out.
    """

    lines: list[str] = field(default_factory=lambda: [""])
    notes: list[str] = field(default_factory=list)
    struck: int = 0


def make_parser() -> MarkdownIt:
    """A parser of CommonMark with tables, struck text and formulas."""
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": _MOST_NESTED})
    parser.enable(["table", "strikethrough"])
    parser.inline.ruler.before("escape", "math", _math)
    parser.block.ruler.at("table", table_rule, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.before("table", "depth", _depth)
    return parser


def _depth(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Refuses what the parser would drop without a word."""
    if state.level >= _MOST_NESTED - 2:
        raise RecursionError
    return False


def _math(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "$":
        return False
    match = _MATH.match(state.src, state.pos)
    if match is None:
        return False
    source = match[1] or match[2]
    if "\\" not in source and _PROSE.search(source):
        return False  # two prices in one sentence
    if not silent:
        state.push("math", "math", 0).content = latex_line(source)
    state.pos = match.end()
    return True


def is_bold(token: Token) -> bool:
    """Whether all the text of an inline token is in bold."""
    depth = 0
    for child in token.children or []:
        depth += (child.type == "strong_open") - (child.type == "strong_close")
        if not depth and child.type != "strong_close" and child.content.strip():
            return False
    return bool(token.content.strip())


def read_inline(token: Token) -> InlineText:
    """The text of an inline token."""
    found = InlineText()
    lines = found.lines
    soft, struck = False, 0
    outer = 0  # where the small text began in the last line
    for child in token.children or []:
        tag = _TAG.fullmatch(child.content) if child.type == "html_inline" else None
        if child.type in ("s_open", "s_close") or (tag and tag[2].lower() in ("del", "s", "strike")):
            opens = child.type == "s_open" or (tag is not None and not tag[1])
            struck = struck + 1 if opens else max(struck - 1, 0)
            found.struck += opens
        elif struck:
            continue
        elif tag and not tag[1]:
            outer = len(lines[-1])
        elif tag:
            small = raised if tag[2].lower() == "sup" else lowered
            lines[-1] = lines[-1][:outer] + small(lines[-1][outer:])
        elif child.type == "softbreak":
            soft = True
        elif child.type == "hardbreak" or re.fullmatch(r"<br\s*/?>", child.content):
            lines.append("")
            outer = 0
        elif child.type in ("text", "code_inline", "image", "math"):
            lines[-1] += (join_text(lines[-1], child.content) if soft else "") + child.content
            soft = False
    found.lines = [_finished(line, found) for line in lines]
    return found


def _finished(line: str, found: InlineText) -> str:
    found.struck += len(_STRUCK.findall(line))
    found.notes.extend(_REFERENCE.findall(line))
    return _REFERENCE.sub("", _STRUCK.sub("", _BOLD.sub(r"\2", line))).strip()


def take_footnotes(source: str) -> tuple[str, dict[str, str]]:
    """`source` without the definitions of footnotes, and their texts by their labels."""
    if "[^" not in source:
        return source, {}
    kept: list[str] = []
    notes: dict[str, str] = {}
    label, fence, blank = "", "", False
    for line in source.split("\n"):
        mark = _FENCE.match(line)
        if mark and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else mark[1]
        definition = None if fence or mark else _DEFINITION.match(line)
        indented = line.startswith(("    ", "\t"))
        if definition:
            label, blank = definition[1], False
            notes[label] = f"{notes[label]}\n{definition[2]}" if label in notes else definition[2]
        elif label and not line.strip():
            blank = True
            kept.append(line)
        elif label and not mark and (indented or not (blank or _OPENS_BLOCK.match(line))):
            notes[label] += f"\n{line.strip()}"
        else:
            label = ""
            kept.append(line)
    return "\n".join(kept), notes
