"""A small picture of the collection as SVG: its documents by year. None where it would tell nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from briefqa.ui.documents.shelf import Entry
from briefqa.ui.html import element, escape
from briefqa.ui.words import Language, say

_BARS = 12
_ROW, _LABEL, _WIDTH = 22, 90, 480  # pixels


def collection(entries: Sequence[Entry], language: Language) -> str:
    """How many documents are of which year, newest first; "" when all are of one."""
    years = Counter(each.year or say("no_year", language) for each in entries)
    if len(years) < 2:
        return ""
    recent = dict(sorted(years.items(), reverse=True)[:_BARS])
    inner = element("h2", escape(say("by_year", language))) + _picture("by_year", recent, language)
    return element("section", inner, class_="panel pictures")


def _picture(key: str, counts: Mapping[str, int], language: Language) -> str:
    most = max(counts.values())
    rows = []
    for number, (label, count) in enumerate(counts.items()):
        y = number * _ROW
        width = (_WIDTH - _LABEL - 40) * count / most
        rows.append(
            f'<text x="{_LABEL - 8}" y="{y + 15}" text-anchor="end">{escape(label)}</text>'
            f'<rect x="{_LABEL}" y="{y + 3}" width="{width:.1f}" height="{_ROW - 8}" rx="2"></rect>'
            f'<text x="{_LABEL + width + 6:.1f}" y="{y + 15}">{count}</text>'
        )
    spoken = "；".join(f"{label} {count}" for label, count in counts.items())
    return element(
        "svg",
        "".join(rows),
        viewBox=f"0 0 {_WIDTH} {len(counts) * _ROW}",
        role="img",
        aria_label=f"{say(key, language)}：{spoken}",
    )
