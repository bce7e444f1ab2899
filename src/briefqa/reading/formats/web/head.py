"""What the head of a web page says of it: its title without the site's name, its author, date and source."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup

# Names of <meta> that sites of the Chinese government, Open Graph and Dublin Core agree on.
_TITLES = ("articletitle", "og:title", "dc.title")
_SITES = ("sitename", "og:site_name")
_META = {
    "author": ("author", "dc.creator", "article:author"),
    "date": ("pubdate", "publishdate", "date", "dc.date", "article:published_time", "publish_date"),
    "source": ("contentsource", "source"),
    "issuer": ("dc.publisher",),
}
_BETWEEN = re.compile(r"\s*[_|｜丨]\s*|\s+[-–—]+\s+|\s*[-–—]+\s*(?=[^\d\s][^-–—]*$)")
_EXAMPLE = re.compile(r"name\s*,\s*email@.*", re.I)
_SHORTEST = 4  # characters of a title


@dataclass(frozen=True, slots=True)
class PageHead:
    """`titles` are what the page may be called, the surest first; `properties` are metadata."""

    titles: tuple[str, ...]
    properties: dict[str, str]


def read_head(soup: BeautifulSoup) -> PageHead:
    """The head of a page; nothing of it need be printed in the page."""
    named: dict[str, str] = {}
    for tag in soup.find_all("meta"):
        key = str(tag.get("name") or tag.get("property") or "").lower()
        if value := _folded(str(tag.get("content") or "")):
            named.setdefault(key, value)
    sites = [named[name] for name in _SITES if name in named]
    titles = [named[name] for name in _TITLES if name in named]
    printed = _folded(soup.title.get_text()) if soup.title else ""
    if printed:
        titles += _without_site(printed, sites)
    properties = {
        key: next(named[name] for name in names if name in named)
        for key, names in _META.items()
        if any(name in named for name in names)
    }
    if _is_no_author(properties.get("author", ""), sites, printed):
        del properties["author"]
    if titles := [title for title in dict.fromkeys(titles) if title not in sites]:
        properties["title"] = titles[0]
    return PageHead(tuple(titles), properties)


def _is_no_author(author: str, sites: list[str], title: str) -> bool:
    """The site's own name, which it may print behind the title, or a template's example of an author."""
    behind = _BETWEEN.split(title)[1:]
    named = author in sites or any(each.startswith(author) for each in behind)
    return bool(author) and (named or _EXAMPLE.fullmatch(author) is not None)


def _without_site(title: str, sites: list[str]) -> list[str]:
    """A title without the name of the site behind it, then as it is."""
    for site in sites:
        if title.endswith(site) and len(title) > len(site):
            shorter = re.sub(r"[\s_|｜丨–—-]+$", "", title.removesuffix(site))
            return [shorter, title] if len(shorter) >= _SHORTEST else [title]
    first = _BETWEEN.split(title)[0]
    return [first, title] if len(first) >= _SHORTEST else [title]


def _folded(text: str) -> str:
    return " ".join(text.split())
