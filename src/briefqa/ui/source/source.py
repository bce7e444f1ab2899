"""The source view as HTML: a whole document with one sentence and its passage marked.

Pure functions of the document and the place. What is shown is `document.text`, letter for
letter: page numbers are drawn by the style sheet and are no part of the text.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from briefqa.reading.document import Block, BlockKind, Document, Heading
from briefqa.ui.html import attributes, button, element, escape
from briefqa.ui.source.places import Place, Trail, link
from briefqa.ui.words import Language, say

# Characters shown at once; a longer document is shown in parts of this size.
PART = 200_000
LISTED = 12  # documents offered while none is open


def empty(offered: Sequence[tuple[str, str]], total: int, language: Language) -> str:
    """What the panel shows while no document is open: a hint and some of `total` documents, (id, title)."""
    items = [
        element("li", button(title, "open", class_="quiet", doc=name, at="0-0")) for name, title in offered
    ]
    more = total - len(offered)
    rest = (
        element("p", escape(say("more_documents", language, count=more)), class_="faint") if more > 0 else ""
    )
    hint = element("p", escape(say("source_empty", language)))
    return element("div", hint + element("ul", "".join(items)) + rest, class_="source-empty")


def told_apart(document: Document) -> str:
    """The document's title, with its id where another one has the same title."""
    return f"{document.title}（{document.id}）" if document.shares_title else document.title


def gone(language: Language) -> str:
    """Instead of a document that was removed since it was cited."""
    words = element("h2", escape(say("gone", language)), tabindex="-1", class_="source-title")
    head = element("header", _close(language) + words, class_="source-head")
    return element("div", head, class_="source-open")


def text_view(
    document: Document,
    place: Place,
    language: Language,
    *,
    trail: Trail | None = None,
    question: str = "",
    note: str = "",
    has_pages: bool = False,
) -> str:
    """The document's text, scrolled (by the page's script) to the marked sentence."""
    low, high = _part(document, place)
    other = _switch(place, "page", language) if has_pages else ""
    tools = outline(document, language, lambda heading: _entry(heading, document, low, high)) + other
    head = header(document, place, language, trail=trail, question=question, note=note, tools=tools)
    body = _body(document, place, low, high, language)
    return element("div", head + body, class_="source-open", data_link=link(place, question))


def header(
    document: Document,
    place: Place,
    language: Language,
    *,
    trail: Trail | None,
    question: str,
    note: str,
    tools: str,
) -> str:
    """Title, the way back, the way from hit to hit, and the link to this place.

    `note` is what a reader must know of the place, or "".
    """
    facts = [document.metadata.get("issuer", ""), document.metadata.get("date", ""), document.id]
    copy = button(
        say("copy_link", language),
        "link",
        class_="quiet",
        query=link(place, question),
    )
    title = element("h2", escape(document.title), tabindex="-1", class_="source-title")
    named = element("p", escape(" · ".join(dict.fromkeys(filter(None, facts)))), class_="faint")
    if note:
        named = element("p", escape(note), class_="note") + named
    bar = element("div", tools + "".join(_trail(trail, language)) + copy, class_="source-tools")
    return element("header", _close(language) + title + named + bar, class_="source-head")


def _close(language: Language) -> str:
    back = button(say("back", language), "close", class_="back")
    cross = button("✕", "close", title=say("close", language), class_="quiet cross")
    return back + cross


def _trail(trail: Trail | None, language: Language) -> list[str]:
    if trail is None:
        return []
    where = say("place_of", language, number=trail.number, count=trail.count)
    return [
        _step(trail.previous, "◀", say("previous", language)),
        element("span", escape(where), class_="faint"),
        _step(trail.next, "▶", say("next", language)),
    ]


def _step(place: Place | None, sign: str, name: str) -> str:
    if place is None:
        values = attributes(type="button", disabled=True, aria_label=name, class_="quiet")
        return f"<button{values}>{sign}</button>"
    return button(sign, "open", title=name, class_="quiet", **place_data(place))


def _switch(place: Place, view: str, language: Language) -> str:
    return button(say(f"view_{view}", language), "open", class_="quiet", view=view, **place_data(place))


def place_data(place: Place) -> dict[str, Any]:
    """What the page's script sends back to open this place."""
    return {"doc": place.document_id, "at": f"{place.start}-{place.end}"}


def _part(document: Document, place: Place) -> tuple[int, int]:
    """The characters that are shown: all, or a part around the place, cut between blocks."""
    if len(document.text) <= PART:
        return 0, len(document.text)
    low = max(0, min(place.start - PART // 2, len(document.text) - PART))
    high = max(low + PART, place.end)
    starts = [block.start for block in document.blocks]
    first = max(bisect_right(starts, low) - 1, 0)
    last = bisect_left(starts, high)
    return (starts[first] if first else 0), (starts[last] if last < len(starts) else len(document.text))


def outline(document: Document, language: Language, entry: Callable[[Heading], str]) -> str:
    """The headings behind a switch; `entry` is the button that leads to one. "" without headings."""
    if not document.headings:
        return ""
    items = [
        element("li", entry(heading), class_=f"level-{min(heading.level, 4)}")
        for heading in document.headings
    ]
    summary = element("summary", escape(say("outline", language, count=len(items))))
    contents = element(
        "nav", element("ul", "".join(items)), aria_label=say("outline", language, count=len(items))
    )
    return element("details", summary + contents, class_="outline")


def _entry(heading: Heading, document: Document, low: int, high: int) -> str:
    if low <= heading.start < high:
        return button(heading.title, "jump", to=f"at-{heading.start}")
    far = Place(document.id, heading.start, heading.start)
    return button(heading.title, "open", view="text", **place_data(far))


def _body(document: Document, place: Place, low: int, high: int, language: Language) -> str:
    blocks = [block for block in document.blocks if low <= block.start < high]
    shown = _Blocks(document, place, language)
    parts = [shown.html(block) for block in blocks]
    if low > 0:
        parts.insert(0, _further(document, max(low - PART // 2, 0), "earlier", place, language))
    if high < len(document.text):
        parts.append(_further(document, min(high + PART // 2, len(document.text)), "later", place, language))
    return element("div", "".join(parts), class_="source-text", lang="zh")


def _further(document: Document, at: int, key: str, place: Place, language: Language) -> str:
    far = Place(document.id, at, at)
    return element("p", button(say(key, language), "open", view="text", **place_data(far)))


class _Blocks:
    """Writes the blocks of one document with the marks of one place."""

    def __init__(self, document: Document, place: Place, language: Language) -> None:
        self._document = document
        self._place = place
        self._language = language
        self._headings = {heading.start: heading for heading in document.headings}

    def html(self, block: Block) -> str:
        """One paragraph, heading or row."""
        document, place = self._document, self._place
        cuts = {block.start, block.end, place.start, place.end, place.passage_start, place.passage_end}
        cuts.update(place.cell or ())
        inside = [each for each in self._headings.values() if block.start <= each.start < block.end]
        cuts.update(offset for heading in inside for offset in (heading.start, heading.end))
        cuts.update(document.page_starts)
        points = sorted(each for each in cuts if block.start <= each <= block.end)
        inner = "".join(self._span(a, b) for a, b in itertools.pairwise(points))
        if block.kind is BlockKind.HEADING:
            level = inside[0].level if inside else 1
            return element(f"h{min(level + 2, 6)}", inner, class_=f"level-{min(level, 4)}")
        return element("p", inner, class_=block.kind.value)

    def _span(self, start: int, end: int) -> str:
        place, text = self._place, escape(self._document.text[start:end])
        if self._document.text[start:end].strip() == "":
            return self._page_mark(start) + text
        heading = self._heading_at(start)
        # Where an outline entry or a link to a heading leads to.
        anchor = f"at-{start}" if heading is not None and heading == start else None
        if place.start <= start and end <= place.end:
            answers = place.cell is not None and place.cell[0] <= start and end <= place.cell[1]
            inner = element("mark", text, class_="sentence cell" if answers else "sentence", id=anchor)
        elif place.passage_start <= start and end <= place.passage_end:
            inner = element("mark", text, class_="passage", id=anchor)
        elif anchor or start == place.start == place.end:
            inner = element("span", text, id=anchor, class_="target" if start == place.start else None)
        else:
            inner = text
        if heading is not None:
            inner = element("b", inner)
        return self._page_mark(start) + inner

    def _heading_at(self, offset: int) -> int | None:
        """The start of the heading whose own words hold `offset`."""
        at = bisect_right(self._document.headings, offset, key=lambda each: each.start) - 1
        if at < 0 or offset >= self._document.headings[at].end:
            return None
        return self._document.headings[at].start

    def _page_mark(self, offset: int) -> str:
        """The page number, where a page begins; its text is drawn by the style sheet."""
        document = self._document
        at = bisect_left(document.page_starts, offset)
        if at >= len(document.page_starts) or document.page_starts[at] != offset:
            return ""
        page = document.page_at(offset)
        key = "page_inferred" if document.pages_inferred else "page"
        label = say(key, self._language, number=page)
        return f"<i{attributes(class_='page-mark', data_label=label)}></i>"
