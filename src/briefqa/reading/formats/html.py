"""HTML: the article's headings, paragraphs, lists and tables, without the page around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from briefqa.reading.document import BlockKind
from briefqa.reading.formats.base import Extract, OnPage, RawBlock
from briefqa.reading.formats.lines import Line, columns, join_lines, join_text
from briefqa.reading.formats.text import check_length, decode, read_bytes

_NAMES_DROPPED = """
    script style noscript template nav aside footer iframe object svg canvas form button select textarea
    input audio video map head dialog
"""
_DROPPED = frozenset(_NAMES_DROPPED.split())
_DROPPED_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "menu"}
_DROPPED_NAMES = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|breadcrumbs?|crumbs?|menu|sidebar|footer|share|sharing|related|recommend|"
    r"copyright|advert|ads?|toolbar|pagination|pager|comments?|login|cookie|qrcode|print)(?:$|[-_ ])"
    r"|breadcrumb|sidebar|navigation",
    re.I,
)
_NAMES_OF_BLOCKS = """
    address article aside blockquote body center dd details div dl dt fieldset figcaption figure header
    h1 h2 h3 h4 h5 h6 hr li main ol p pre section summary table tbody td tfoot th thead tr ul html
"""
_BLOCKS = frozenset(_NAMES_OF_BLOCKS.split())
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.I)
_META = {
    "author": ("author", "dc.creator", "article:author"),
    "date": ("pubdate", "publishdate", "date", "dc.date", "article:published_time", "publish_date"),
    "title": ("articletitle", "og:title", "dc.title"),
    "issuer": ("contentsource", "dc.publisher"),
}


def read_html(path: Path, on_page: OnPage | None = None) -> Extract:
    """An HTML file in the encoding that it declares."""
    data = read_bytes(path)
    declared = _CHARSET.search(data[:4096])
    text = decode(data, path, declared.group(1).decode("ascii") if declared else None)
    check_length(text, path)
    soup = BeautifulSoup(text, "lxml")
    properties = _properties(soup)
    main = _main(soup)
    _drop(main)
    return Extract(tuple(_Walker().blocks_of(main)), properties=properties)


def _properties(soup: BeautifulSoup) -> dict[str, str]:
    found: dict[str, str] = {}
    named = {
        str(tag.get("name") or tag.get("property") or "").lower(): str(tag.get("content") or "").strip()
        for tag in soup.find_all("meta")
    }
    for key, names in _META.items():
        value = next((named[name] for name in names if named.get(name)), None)
        if value:
            found[key] = re.sub(r"\s+", " ", value)
    if "title" not in found and soup.title and (title := soup.title.get_text().strip()):
        found["title"] = re.sub(r"\s+", " ", title)
    return found


def _main(soup: BeautifulSoup) -> Tag:
    """The one <article> or <main> that holds most of the page's text, else the whole body."""
    body = soup.body or soup
    whole = sum(len(p.get_text()) for p in body.find_all(("p", "td", "li"))) or len(body.get_text())
    for name in ("article", "main"):
        tags = body.find_all(name)
        if len(tags) == 1 and len(tags[0].get_text()) >= 0.5 * whole:
            return tags[0]
    return body


def _drop(main: Tag) -> None:
    whole = len(main.get_text())
    for tag in main.find_all(True):
        if tag.decomposed:
            continue
        style = re.sub(r"\s", "", str(tag.get("style") or "")).lower()
        named = " ".join([*map(str, tag.get_attribute_list("class")), str(tag.get("id") or "")])
        hidden = tag.has_attr("hidden") or "display:none" in style or "visibility:hidden" in style
        around = tag.name == "header" and tag.find(("h1", "h2")) is None
        boilerplate = bool(_DROPPED_NAMES.search(named)) and len(tag.get_text()) < 0.3 * whole
        if (
            tag.name in _DROPPED
            or around
            or hidden
            or tag.get("role") in _DROPPED_ROLES
            or (tag.name not in ("html", "body") and (boilerplate or _is_link_list(tag)))
        ):
            tag.decompose()


def _is_link_list(tag: Tag) -> bool:
    """A list of links to other pages, such as a menu: hardly any text outside its links."""
    if tag.name not in ("ul", "ol", "div"):
        return False
    links = tag.find_all("a")
    if len(links) < 4 or tag.find(("h1", "h2", "h3", "p", "table")):
        return False
    return sum(len(a.get_text(strip=True)) for a in links) > 0.8 * len(tag.get_text(strip=True))


class _Walker:
    """Gathers the blocks of one element in the order of the page."""

    def __init__(self) -> None:
        self.blocks: list[RawBlock] = []
        self.lines: list[Line] = []  # lines of paragraphs not yet joined
        self.line = ""
        self.gap = 1
        self.number = ""

    def blocks_of(self, root: Tag) -> list[RawBlock]:
        self.walk(root)
        self.end_paragraph()
        self.flush()
        return self.blocks

    def end_line(self) -> None:
        text = self.line.strip()
        if text:
            indent = columns(self.line[: len(self.line) - len(self.line.lstrip())])
            self.lines.append(Line(self.number + text, self.gap, indent))
            self.gap, self.number = 0, ""
        self.line = ""

    def end_paragraph(self) -> None:
        self.end_line()
        self.gap = 1

    def flush(self) -> None:
        self.blocks.extend(join_lines(self.lines, gaps_end=True))
        self.lines.clear()

    def walk(self, tag: Tag) -> None:
        for child in tag.children:
            if isinstance(child, PreformattedString):  # comments, declarations
                continue
            if isinstance(child, NavigableString):
                self.add(str(child))
            elif isinstance(child, Tag):
                self.enter(child)

    def add(self, text: str) -> None:
        """Adds running text; white space is one blank, and none where a line ends in Chinese."""
        for k, part in enumerate(re.split(r"[ \t]*[\r\n][ \t\r\n]*", text)):
            part = re.sub(r"[ \t]+", " ", part)
            if k and self.line and part:
                self.line += join_text(self.line, part)
            self.line += part if self.line.strip() else part.lstrip(" ")

    def enter(self, tag: Tag) -> None:
        name = tag.name
        if name == "br":
            self.end_line()
        elif re.fullmatch("h[1-6]", name):
            self.end_paragraph()
            self.flush()
            text = _Walker().plain_text(tag)
            if text:
                self.blocks.append(RawBlock(text, level=int(name[1])))
        elif name == "table" and _is_data(tag):
            self.end_paragraph()
            self.flush()
            self.blocks.extend(RawBlock(row, BlockKind.ROW) for row in _rows(tag))
        elif name == "pre":
            self.end_paragraph()
            self.lines.extend(Line(t.strip(), 0) for t in tag.get_text().split("\n") if t.strip())
        elif name in _BLOCKS:
            self.end_paragraph()
            if name == "li" and tag.parent is not None and tag.parent.name == "ol":
                self.number = f"{_position(tag)}. "
            self.walk(tag)
            self.end_paragraph()
            self.number = ""
        else:
            self.walk(tag)

    def plain_text(self, tag: Tag) -> str:
        """The text of a heading or cell in one line."""
        self.walk(tag)
        self.end_line()
        text = ""
        for line in self.lines:
            text += (" " if text else "") + line.text
        return text


def _position(item: Tag) -> int:
    parent = item.parent
    assert parent is not None
    start = str(parent.get("start") or "1")
    before = len(item.find_previous_siblings("li"))
    return (int(start) if start.lstrip("-").isdigit() else 1) + before


def _is_data(table: Tag) -> bool:
    """A table of data rather than of layout: no table inside, and cells, not articles."""
    if table.find("table"):
        return False
    cells = table.find_all(("td", "th"))
    widest = max((len(row.find_all(("td", "th"))) for row in table.find_all("tr")), default=0)
    return widest > 1 and not any(len(c.get_text()) > 600 or len(c.find_all("p")) > 5 for c in cells)


def _rows(table: Tag) -> Iterator[str]:
    if table.caption and (caption := _Walker().plain_text(table.caption)):
        yield caption
    for row in table.find_all("tr"):
        cells = [_Walker().plain_text(cell) for cell in row.find_all(("td", "th"))]
        if any(cells):
            yield " | ".join(cells)
