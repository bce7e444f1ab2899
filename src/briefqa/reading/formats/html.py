"""HTML: the article's headings, paragraphs, lists and tables, without the page around it.

Which lines are the article, what the page's head says and which paragraphs are questions is for `web`.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import replace
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

from briefqa.reading.formats.base import Extract, OnPage, RawBlock
from briefqa.reading.formats.html_marks import check_tags, mark_warnings, settle_marks
from briefqa.reading.formats.html_tables import html_table
from briefqa.reading.formats.lines import TextLine, columns, join_lines, join_text
from briefqa.reading.formats.text import check_length, decode, read_bytes
from briefqa.reading.formats.web.article import Article, find_article
from briefqa.reading.formats.web.head import read_head
from briefqa.reading.formats.web.lines import BLOCKS, steps
from briefqa.reading.formats.web.questions import mark_questions

_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.I)
_END_OF_PAGE = re.compile(r"</(?:html|body)\b[^<>]*>", re.I)
_HEADING = re.compile("h[1-6]|summary")
_LABEL = re.compile(r"\s*[\u4e00-\u9fff]{2,6}\s*[：:]")
_CLOCK = re.compile(r"\s*(?:\d{4}-\d{1,2}-\d|\d{1,2}:\d\d)")
_CLOCK_END = re.compile(r"(?<!\d)(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}:\d\d)$")
_SUMMARY_LEVEL = 6  # below whatever heading stands above it
_BOLD = frozenset(("b", "strong", "dt"))


def read_html(path: Path, on_page: OnPage | None = None) -> Extract:
    """An HTML file in the encoding that it declares; `removed_lines` are those around its article."""
    return extract_html(read_bytes(path), path)


def extract_html(data: bytes, path: Path, charset: str | None = None) -> Extract:
    """The bytes of an HTML page; `charset` is what its sender says, `path` is for messages."""
    declared = _CHARSET.search(data[:4096])
    text = decode(data, path, declared.group(1).decode("ascii") if declared else charset)
    check_length(text, path)
    check_tags(text, path)
    # A header that is a page of its own ends the page for the parser, though not for a browser.
    soup = BeautifulSoup(_END_OF_PAGE.sub("", text), "lxml")
    struck = settle_marks(soup)
    head = read_head(soup)
    article = find_article(soup.body or soup, head.titles)
    blocks = _Walker(article).blocks_of(soup.body or soup)
    return Extract(
        tuple(mark_questions(blocks)),
        properties=head.properties,
        removed_lines=article.removed,
        warnings=tuple(mark_warnings(_pictures(soup, article), struck)),
    )


def _pictures(page: Tag, article: Article) -> list[Tag]:
    """The pictures of the article: those in no element that was left out."""
    return [
        image
        for image in page.find_all("img")
        if not any(id(each) in article.unseen for each in (image, *image.parents))
    ]


class _Walker:
    """Gathers the blocks of one element in the order of the page."""

    def __init__(self, article: Article) -> None:
        self.unseen = article.unseen
        self.title_strings = {id(string) for string in article.title.strings} if article.title else set()
        self.blocks: list[RawBlock] = []
        self.lines: list[TextLine] = []  # lines of paragraphs not yet joined
        self.line = ""
        self.gap = 1
        self.number = ""
        self.counters: list[int | None] = []  # of the lists around the present place; None: bullets
        self.bold = 0  # how many elements around the present place are bold
        self.plain = False  # the paragraph holds text that is not bold
        self.bold_lines: set[str] = set()
        self.left = False  # an inline element has ended just here
        self.titled = False  # the paragraph holds the title of the page
        self.inside: Tag | None = None  # the heading or table that is read as a whole

    def blocks_of(self, root: Tag) -> list[RawBlock]:
        """The blocks of `root`, without what is unseen."""
        for node, entered in steps(root, self.unseen):
            if self.inside is not None:
                self.inside = None if node is self.inside else self.inside
            elif not isinstance(node, Tag):
                self.add(str(node))
                self.titled = self.titled or id(node) in self.title_strings
            elif entered:
                self.enter(node)
            else:
                self.leave(node)
        self.end_paragraph()
        self.flush()
        return self.blocks

    def end_line(self) -> None:
        text = self.line.strip()
        if text:
            if self.titled:
                self.flush()
                self.blocks.append(RawBlock(text, level=0))
                self.line, self.plain, self.titled, self.number = "", False, False, ""
                return
            indent = columns(self.line[: len(self.line) - len(self.line.lstrip())])
            self.lines.append(TextLine(self.number + text, self.gap, indent))
            if not self.plain:
                self.bold_lines.add(self.number + text)
            self.gap, self.number = 0, ""
        self.line, self.plain = "", False

    def end_paragraph(self) -> None:
        self.end_line()
        self.gap = 1

    def flush(self) -> None:
        joined = join_lines(self.lines, gaps_end=True)
        self.blocks.extend(replace(b, bold=True) if b.text in self.bold_lines else b for b in joined)
        self.lines.clear()
        self.bold_lines.clear()

    def add(self, text: str) -> None:
        """Adds running text; white space is one blank, and none where a line ends in Chinese."""
        if text.strip():
            self.plain = self.plain or not self.bold
            self.left = False
        for k, part in enumerate(re.split(r"[ \t]*[\r\n][ \t\r\n]*", text)):
            part = re.sub(r"[ \t]+", " ", part)
            if k and self.line and part:
                self.line += join_text(self.line, part)
            self.line += part if self.line.strip() else part.lstrip(" ")

    def enter(self, tag: Tag) -> None:
        name = tag.name
        self.bold += name in _BOLD
        if self.left and self.line and name not in BLOCKS and self.stands_apart(next(tag.strings, "")):
            self.line += " "  # source and date stand apart on the page
        self.left = False
        if name == "br":
            self.end_line()
        elif _HEADING.fullmatch(name):
            self.add_heading(tag)
        elif name == "table" and _is_data(tag):
            self.end_paragraph()
            self.flush()
            self.blocks.extend(html_table(tag, lambda cell: _plain_text(cell, self.unseen)))
            self.inside = tag
        elif name == "pre":
            self.end_paragraph()
            self.lines.extend(TextLine(line, 0) for line in _lines_of_code(tag, self.unseen))
            self.inside = tag
        elif name in BLOCKS:
            self.end_paragraph()
            self.enter_list(tag)

    def stands_apart(self, text: str) -> bool:
        """Whether an element next to another begins a label or a date, or follows a date or a time."""
        if _LABEL.match(text) or (_CLOCK.match(text) and self.line[-1:].isalnum()):
            return True
        return _CLOCK_END.search(self.line) is not None and text[:1].isalnum()

    def add_heading(self, tag: Tag) -> None:
        self.end_paragraph()
        self.flush()
        text = _plain_text(tag, self.unseen)
        holds_title = any(id(node) in self.title_strings for node, _ in steps(tag, self.unseen))
        if text:
            level = 0 if holds_title else _SUMMARY_LEVEL if tag.name == "summary" else int(tag.name[1])
            self.blocks.append(RawBlock(text, level=level))
        self.inside = tag

    def enter_list(self, tag: Tag) -> None:
        if tag.name in ("ol", "ul"):
            start = re.fullmatch(r"-?[0-9]{1,9}", str(tag.get("start") or "1").strip())
            self.counters.append((int(start.group()) if start else 1) if tag.name == "ol" else None)
        elif tag.name == "li" and self.counters and (position := self.counters[-1]) is not None:
            self.number = f"{position}. "
            self.counters[-1] = position + 1
        elif tag.name == "li" and self.counters:
            self.number = "• "

    def leave(self, tag: Tag) -> None:
        self.bold -= tag.name in _BOLD
        self.left = tag.name not in BLOCKS
        if tag.name in BLOCKS:
            self.end_paragraph()
            self.number = ""
        if tag.name in ("ol", "ul") and self.counters:
            self.counters.pop()


def _plain_text(tag: Tag, unseen: Set[int]) -> str:
    """The text of a heading or cell in one line."""
    text = ""
    for node, _ in steps(tag, unseen):
        if not isinstance(node, Tag):
            text += join_text(text, str(node).lstrip()) + str(node) if "\n" in node else str(node)
        elif node.name in BLOCKS or node.name == "br":
            text += " "
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


def _lines_of_code(tag: Tag, unseen: Set[int]) -> list[str]:
    """The lines of preformatted text: they end as written, at a <br>, or with a box or a <code> of many."""
    ends, apart = BLOCKS | {"br"}, _followed_by_code(tag)
    text = "".join(
        str(node) if not isinstance(node, Tag) else "\n" if node.name in ends or id(node) in apart else ""
        for node, _ in steps(tag, unseen)
    )
    return [line.strip() for line in text.split("\n") if line.strip()]


def _followed_by_code(tag: Tag) -> set[int]:
    """Ids of the <code>s in `tag` that have only blanks before the next; others are words of a line."""
    apart: set[int] = set()
    last: Tag | None = None
    for child in tag.children:
        if isinstance(child, Tag):
            if last is not None and child.name == "code":
                apart.add(id(last))
            last = child if child.name == "code" else None
        elif str(child).strip() and not isinstance(child, PreformattedString):
            last = None
    return apart


def _is_data(table: Tag) -> bool:
    """A table of data rather than of layout: no table inside, and cells, not articles."""
    if table.find("table"):
        return False
    cells, rows = table.find_all(("td", "th")), table.find_all("tr")
    widest = max((len(row.find_all(("td", "th"))) for row in rows), default=0)
    if len(rows) == 1 and any(len(c.find_all("br")) > 3 and c.get_text().count("。") > 2 for c in cells):
        return False  # a menu and the paragraphs beside it
    return widest > 1 and not any(len(c.get_text()) > 600 or len(c.find_all("p")) > 5 for c in cells)


def html_blocks(root: Tag) -> list[RawBlock]:
    """The blocks of a piece of HTML, such as a table in a Markdown file: all of it is read."""
    return _Walker(Article(frozenset(), 0, None)).blocks_of(root)
