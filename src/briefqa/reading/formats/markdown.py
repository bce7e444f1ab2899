"""Markdown: headings, paragraphs, lists and tables without their marks; YAML front matter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from briefqa.reading.document import BlockKind
from briefqa.reading.formats.base import Extract, OnPage, RawBlock
from briefqa.reading.formats.lines import TextLine, join_lines, join_text
from briefqa.reading.formats.text import check_length, clean, decode, read_bytes

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_KEEP = {"title", "author", "date", "issuer", "description", "keywords"}


def read_markdown(path: Path, on_page: OnPage | None = None) -> Extract:
    """A Markdown file; paragraphs that a page break cut in mid-sentence are joined."""
    text = clean(decode(read_bytes(path), path)).replace("\f", "\n\n")
    check_length(text, path)
    properties: dict[str, str] = {}
    match = _FRONT_MATTER.match(text)
    if match and (loaded := _yaml(match.group(1))) is not None:
        properties = loaded
        text = text[match.end() :]
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    return Extract(tuple(_blocks(tokens)), properties=properties)


def _yaml(source: str) -> dict[str, str] | None:
    """Plain values of a YAML mapping as text; None when it is no mapping."""
    try:
        loaded = yaml.load(source, Loader=yaml.BaseLoader)  # every scalar stays text
    except yaml.YAMLError:
        return None
    if not isinstance(loaded, Mapping):
        return None
    found: dict[str, str] = {}
    for key, value in loaded.items():
        values = value if isinstance(value, list) else [value]
        if str(key) in _KEEP and all(isinstance(v, str) for v in values):
            found[str(key)] = "、".join(values)
    return found


class _Collector:
    """Walks the tokens of one file and gathers its blocks in order."""

    def __init__(self) -> None:
        self.blocks: list[RawBlock] = []
        self.lines: list[TextLine] = []  # paragraphs not yet joined
        self.cells: list[str] = []
        self.in_cell = False
        self.level: int | None = None
        self.number = ""  # "3. " of an ordered item, part of its text

    def flush(self) -> None:
        self.blocks.extend(join_lines(self.lines))
        self.lines.clear()

    def add_plain(self, content: str) -> None:
        self.flush()
        self.blocks.extend(RawBlock(line) for line in content.split("\n") if line.strip())

    def take(self, token: Token) -> None:
        kind = token.type
        if kind == "heading_open":
            self.level = int(token.tag[1])
        elif kind == "list_item_open":
            self.number = f"{token.info}{token.markup} " if token.info else ""
        elif kind in ("th_open", "td_open", "th_close", "td_close"):
            self.in_cell = kind.endswith("open")
        elif kind == "tr_close":
            self.flush()
            self.blocks.append(RawBlock(" | ".join(self.cells), BlockKind.ROW))
            self.cells = []
        elif kind == "inline":
            self.take_inline(_hard_lines(token))
        elif kind in ("fence", "code_block"):
            self.add_plain(token.content)
        elif kind == "html_block":
            self.add_plain(re.sub(r"<!--.*?-->|<[^>]*>", "", token.content, flags=re.S))

    def take_inline(self, parts: list[str]) -> None:
        if self.in_cell:
            self.cells.append(" ".join(parts))
            return
        parts = [part for part in parts if part]
        if not parts:
            return
        parts[0] = self.number + parts[0]
        self.number = ""
        if self.level is not None:
            self.flush()
            self.blocks.append(RawBlock(" ".join(parts), level=self.level))
            self.level = None
        else:
            self.lines.extend(TextLine(part, gap=int(k == 0)) for k, part in enumerate(parts))


def _blocks(tokens: list[Token]) -> list[RawBlock]:
    collector = _Collector()
    for token in tokens:
        collector.take(token)
    collector.flush()
    return collector.blocks


def _hard_lines(token: Token) -> list[str]:
    """The text of a paragraph, one item for each hard line break."""
    lines = [""]
    soft = False
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            glue = join_text(lines[-1], child.content) if soft else ""
            lines[-1] += glue + child.content
            soft = False
        elif child.type == "softbreak":
            soft = True
        elif child.type == "image":
            lines[-1] += child.content
        elif child.type == "hardbreak" or re.fullmatch(r"<br\s*/?>", child.content):
            lines.append("")
    # CommonMark leaves **…。** open when a Chinese letter follows the closing marks.
    return [_BOLD.sub(r"\2", line).strip() for line in lines]
