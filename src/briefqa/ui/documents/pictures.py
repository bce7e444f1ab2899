"""A small picture of the collection as SVG: documents by year, passages by section."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from briefqa.reading.document import Document
from briefqa.splitting.passages import split_passages
from briefqa.ui.html import element, escape
from briefqa.ui.words import Language, say

_BARS = 12  # of one picture
_ROW, _LABEL, _WIDTH = 22, 190, 480  # pixels
_COUNTED = 2_000_000  # characters whose passages are counted; more would make the page wait


def collection(documents: Sequence[Document], language: Language) -> str:
    """Both pictures, side by side where there is room."""
    years = Counter(_year(document) or say("no_year", language) for document in documents)
    recent = dict(sorted(years.items(), reverse=True))
    pictures = [_picture("by_year", recent, language)]
    if sum(len(document.text) for document in documents) <= _COUNTED:
        pictures.append(_picture("by_section", _sections(documents, language), language))
    inner = element("h2", escape(say("picture", language))) + element(
        "div", "".join(pictures), class_="pictures"
    )
    return element("section", inner, class_="panel")


def _year(document: Document) -> str:
    stated = document.metadata.get("year") or document.metadata.get("date", "")
    match = re.search(r"(?:19|20)\d\d", stated) or re.search(r"(?:19|20)\d\d", document.title + document.id)
    return match.group() if match else ""


def _sections(documents: Sequence[Document], language: Language) -> dict[str, int]:
    """Passages by outermost section, in the order of the text; of many documents, by document."""
    counts: Counter[str] = Counter()
    for document in documents:
        for passage in split_passages(document):
            if len(documents) > 1:
                counts[document.title] += 1
            else:
                counts[passage.section[0] if passage.section else say("no_section", language)] += 1
    return dict(counts.most_common(_BARS)) if len(documents) > 1 else dict(counts)


def _picture(key: str, counts: Mapping[str, int], language: Language) -> str:
    shown = dict(list(counts.items())[:_BARS])
    most = max(shown.values(), default=1)
    rows = []
    for number, (label, count) in enumerate(shown.items()):
        y = number * _ROW
        width = (_WIDTH - _LABEL - 40) * count / most
        name = label if len(label) <= 14 else label[:13] + "…"
        rows.append(
            f"<g><title>{escape(label)}：{count}</title>"
            f'<text x="{_LABEL - 8}" y="{y + 15}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{_LABEL}" y="{y + 3}" width="{width:.1f}" height="{_ROW - 8}" rx="2"></rect>'
            f'<text x="{_LABEL + width + 6:.1f}" y="{y + 15}">{count}</text></g>'
        )
    title = say(key, language)
    spoken = "；".join(f"{label} {count}" for label, count in shown.items())
    svg = element(
        "svg",
        "".join(rows),
        viewBox=f"0 0 {_WIDTH} {len(shown) * _ROW}",
        role="img",
        aria_label=f"{title}：{spoken}",
    )
    return element("div", element("h3", escape(title)) + svg)
