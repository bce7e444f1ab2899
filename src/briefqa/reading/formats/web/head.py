"""What the head of a web page says of it: its title without the site's name, its author, date and source."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup

from briefqa.reading.bodies import place_of
from briefqa.text.names import NameKind, chinese_names

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
_LONGEST = 300  # characters of a title with a site's name behind it


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
    if place := next(filter(None, map(place_of, _parts(printed)[1:] + sites)), ""):
        properties["site_place"] = place
    if titles := [title for title in dict.fromkeys(titles) if title not in sites]:
        properties["title"] = titles[0]
    return PageHead(tuple(titles), properties)


def _is_no_author(author: str, sites: list[str], title: str) -> bool:
    """The name of the site or of a part of it, printed behind the title, or a template's example.

    The site stands last; a part of it begins as it does. A person there is the author, also where the
    site is that person's own.
    """
    if not author or _EXAMPLE.fullmatch(author):
        return bool(author)
    behind = _parts(title)[1:]
    site = behind[-1] if behind else ""
    of_site = site.startswith(author) or (author in behind and site.startswith(author[:2]))
    return author in sites or (of_site and not _is_person(author))


def _is_person(author: str) -> bool:
    return any(name.kind is NameKind.PERSON and name.text == author for name in chinese_names(author))


def _parts(title: str) -> list[str]:
    """What the marks in a title part; a longer text than titles are is one, as looking through it is slow."""
    return _BETWEEN.split(title) if len(title) <= _LONGEST else [title]


def _without_site(title: str, sites: list[str]) -> list[str]:
    """A title without the name of the site behind it, then as it is."""
    for site in sites:
        if title.endswith(site) and len(title) > len(site):
            shorter = title.removesuffix(site).rstrip(" _|｜丨–—-")
            return [shorter, title] if len(shorter) >= _SHORTEST else [title]
    first = _parts(title)[0]
    return [first, title] if len(first) >= _SHORTEST else [title]


def _folded(text: str) -> str:
    return " ".join(text.split())
