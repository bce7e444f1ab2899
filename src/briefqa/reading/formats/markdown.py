"""Markdown: headings, paragraphs, lists and tables without their marks; YAML front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import yaml
from markdown_it.token import Token

from briefqa.reading.cells import Cell
from briefqa.reading.document import BlockKind
from briefqa.reading.formats.base import Extract, OnPage, RawBlock
from briefqa.reading.formats.html import html_blocks
from briefqa.reading.formats.html_tables import on_lines_of_their_own, parsed
from briefqa.reading.formats.left_out import CHECK, struck_left_out
from briefqa.reading.formats.lines import TextLine, join_lines
from briefqa.reading.formats.markdown_inline import is_bold, make_parser, read_inline, take_footnotes
from briefqa.reading.formats.markdown_tables import is_wide, wide_table
from briefqa.reading.formats.table_blocks import clean_cell, table_blocks
from briefqa.reading.formats.text import check_length, clean, decode, read_bytes
from briefqa.reading.tables import Table

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_TASK = re.compile(r"\[([ xX])\]\s+")
_MARKUP = re.compile(r"<!--.*?(?:-->|\Z)|<[^<>]*>", re.S)
_MOST_FRONT_MATTER = 20_000  # characters; more is no front matter
_MOST_VALUES, _LONGEST_VALUE = 100, 2_000  # aliases can repeat a value without end
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
    text, notes = take_footnotes(text)
    collector = _Collector(notes)
    blocks = collector.blocks_of(collector.parser.parse(on_lines_of_their_own(text)))
    return Extract(tuple(blocks), properties=properties, warnings=tuple(collector.warnings()))


def _yaml(source: str) -> dict[str, str] | None:
    """Plain values of a YAML mapping as text; None when it is no mapping, or too much to be one."""
    if len(source) > _MOST_FRONT_MATTER:
        return None
    try:
        loaded = yaml.load(source, Loader=yaml.BaseLoader)  # every scalar stays text
    except (yaml.YAMLError, RecursionError):
        return None
    if not isinstance(loaded, Mapping):
        return None
    found: dict[str, str] = {}
    for key, value in loaded.items():
        values = value if isinstance(value, list) else [value]
        if str(key) in _KEEP and all(isinstance(v, str) for v in values):
            found[str(key)] = "、".join(values[:_MOST_VALUES])[:_LONGEST_VALUE]
    return found


class _Collector:
    """Walks the tokens of one file and gathers its blocks in order."""

    def __init__(self, notes: dict[str, str]) -> None:
        self.parser = make_parser()
        self.notes = notes  # footnotes that are not yet placed
        self.referred: list[str] = []  # labels of those that belong below the present block
        self.struck = 0
        self.bold: set[str] = set()  # paragraphs that are bold as a whole
        self.blocks: list[RawBlock] = []
        self.lines: list[TextLine] = []  # paragraphs not yet joined
        self.cells: list[Cell] = []  # of the table being read
        self.extra: list[str] = []  # sources of the cells beyond the header row's
        self.rows = self.head = self.wide = 0
        self.in_cell = False
        self.level: int | None = None
        self.number = ""  # "3. " or "• " of an item, part of its text

    def blocks_of(self, tokens: list[Token]) -> list[RawBlock]:
        """All blocks; footnotes without a reference come last."""
        for token in tokens:
            self.take(token)
        self.referred.extend(self.notes)
        self.place_notes()
        self.flush()
        return self.blocks

    def warnings(self) -> Iterator[str]:
        """What the reader left out, for the user."""
        yield from struck_left_out(self.struck)
        if self.wide:
            yield f"有 {self.wide} 个表格的行比表头宽：各单元格均已收入，哪一列属于哪个表头{CHECK}"

    def place_notes(self) -> None:
        """Adds the footnotes that the blocks so far refer to, each once."""
        labels, self.referred = self.referred, []
        for label in labels:
            source = self.notes.pop(label, None)
            if source is None:
                continue
            self.flush()
            for token in self.parser.parseInline(source):
                inline = self.read(token)
                self.blocks.append(RawBlock(" ".join(inline), BlockKind.NOTE))

    def read(self, token: Token) -> list[str]:
        """The lines of an inline token; its footnotes are noted for later."""
        inline = read_inline(token)
        self.referred.extend(inline.notes)
        self.struck += inline.struck
        return inline.lines

    def flush(self) -> None:
        joined = join_lines(self.lines)
        self.blocks.extend(replace(b, bold=True) if b.text in self.bold else b for b in joined)
        self.lines.clear()
        self.bold.clear()

    def add_plain(self, content: str) -> None:
        self.flush()
        self.blocks.extend(RawBlock(line) for line in content.split("\n") if line.strip())

    def take(self, token: Token) -> None:
        kind = token.type
        if kind == "heading_open":
            self.level = int(token.tag[1])
        elif kind == "list_item_open":
            self.number = f"{token.info}{token.markup} " if token.info else "• "
        elif kind in ("th_open", "td_open", "th_close", "td_close"):
            self.in_cell = kind.endswith("open")
        elif kind == "tr_open":
            self.extra = token.meta.get("extra", [])
        elif kind == "tr_close":
            self.end_row()
        elif kind == "thead_close":
            self.head = self.rows if any(cell.text for cell in self.cells) else 0
        elif kind == "table_close":
            self.end_table()
        elif kind == "inline":
            self.take_inline(self.read(token), is_bold(token))
        elif kind in ("fence", "code_block"):
            self.add_plain(token.content)
        elif kind == "html_block" and "<table" in token.content.lower():
            self.flush()
            self.blocks.extend(html_blocks(parsed(token.content)))
        elif kind == "html_block":
            self.add_plain(_MARKUP.sub("", token.content))

    def end_row(self) -> None:
        for source in self.extra:
            for token in self.parser.parseInline(source) if source else ():
                self.add_cell(self.read(token))
            if not source:
                self.add_cell([])
        self.rows += 1

    def end_table(self) -> None:
        self.flush()
        wide = is_wide(self.cells)
        self.wide += wide
        table = wide_table(self.cells) if wide else Table.of(self.cells, marked_rows=self.head)
        self.blocks.extend(table_blocks(table))
        self.cells, self.rows, self.head = [], 0, 0

    def add_cell(self, parts: list[str]) -> None:
        column = self.cells[-1].column + 1 if self.cells and self.cells[-1].row == self.rows else 0
        self.cells.append(Cell(self.rows, column, clean_cell(" ".join(parts))))

    def take_inline(self, parts: list[str], bold: bool) -> None:
        if self.in_cell:
            self.add_cell(parts)
            return
        parts = [part for part in parts if part]
        if not parts:
            return
        if self.number and (task := _TASK.match(parts[0])):
            mark = "☐ " if task[1] == " " else "☑ "
            parts[0] = self.number.removeprefix("• ") + mark + parts[0][task.end() :]
        else:
            parts[0] = self.number + parts[0]
        self.number = ""
        if self.level is not None:
            self.flush()
            self.blocks.append(RawBlock(" ".join(parts), level=self.level))
            self.level = None
        else:
            if bold and len(parts) == 1:
                self.bold.add(parts[0])
            self.lines.extend(TextLine(part, gap=int(k == 0)) for k, part in enumerate(parts))
        self.place_notes()
