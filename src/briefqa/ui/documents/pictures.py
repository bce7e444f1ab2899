"""Small pictures of the collection as SVG: documents by year and by format, pages by how they were read.

Each is drawn only where it tells something: of one document, or where all are alike, there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from briefqa.ui.documents.shelf import Entry
from briefqa.ui.html import element, escape
from briefqa.ui.words import Language, say

_BARS = 12
_ROW, _LABEL, _WIDTH = 22, 130, 480  # pixels


def collection(entries: Sequence[Entry], language: Language) -> str:
    """The pictures, with their headings; "" where none tells anything."""
    if len(entries) < 2:
        return ""
    counted = {
        "by_year": _years(entries, language),
        "by_format": _formats(entries, language),
        "by_reading": _pages(entries, language),
    }
    pictures = [_picture(key, counts, language) for key, counts in counted.items() if len(counts) > 1]
    return element("section", "".join(pictures), class_="panel pictures") if pictures else ""


def _years(entries: Sequence[Entry], language: Language) -> dict[str, int]:
    """How many documents are of which year: newest first, then all earlier ones, those without last."""
    years = Counter(each.year for each in entries)
    without = years.pop("", 0)
    newest = sorted(years.items(), reverse=True)
    shown, rest = newest[:_BARS], newest[_BARS:]
    if rest:
        shown.append((say("earlier_years", language), sum(count for _, count in rest)))
    if without:
        shown.append((say("no_year", language), without))
    return dict(shown)


def _formats(entries: Sequence[Entry], language: Language) -> dict[str, int]:
    """How many documents are of which format, the most frequent first."""
    return {
        say(f"format_{name}", language): count
        for name, count in Counter(each.format for each in entries).most_common()
    }


def _pages(entries: Sequence[Entry], language: Language) -> dict[str, int]:
    """How many pages of files that have pages were read as text, from their image, or not at all."""
    printed = [each for each in entries if each.pages and not each.inferred]
    recognised, unread = sum(each.recognised for each in printed), sum(each.unread for each in printed)
    counts = {
        "pages_text": sum(each.pages for each in printed) - recognised - unread,
        "pages_recognised": recognised,
        "pages_unread": unread,
    }
    return (
        {say(key, language): count for key, count in counts.items() if count} if recognised or unread else {}
    )


def _picture(key: str, counts: Mapping[str, int], language: Language) -> str:
    """Bars with their figures, and for who cannot see them the same in words."""
    most = max(counts.values())
    rows = []
    for number, (label, count) in enumerate(counts.items()):
        y = number * _ROW
        width = (_WIDTH - _LABEL - 60) * count / most
        rows.append(
            f'<text x="{_LABEL - 8}" y="{y + 15}" text-anchor="end">{escape(label)}</text>'
            f'<rect x="{_LABEL}" y="{y + 3}" width="{width:.1f}" height="{_ROW - 8}" rx="2"></rect>'
            f'<text x="{_LABEL + width + 6:.1f}" y="{y + 15}">{count:,}</text>'
        )
    name, told = f"picture-{key}", f"picture-{key}-told"
    between = "；" if language is Language.ZH else "; "
    spoken = between.join(f"{label} {count:,}" for label, count in counts.items())
    told_as = element("title", escape(say(key, language)), id=name) + element("desc", escape(spoken), id=told)
    drawn = element(
        "svg",
        told_as + "".join(rows),
        viewBox=f"0 0 {_WIDTH} {len(counts) * _ROW}",
        role="img",
        aria_labelledby=name,
        aria_describedby=told,
    )
    heading = element("h2", escape(say(key, language)))
    return element("div", heading + drawn, class_="picture")
