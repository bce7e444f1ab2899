"""The sentences on either side of a quote."""

from __future__ import annotations

from briefqa.reading.document import Document
from briefqa.splitting.passages import document_sentences

_NEAR = 300  # characters looked at on either side


def around(document: Document, start: int, end: int) -> tuple[str, str]:
    """The sentence before `[start, end)` and the one after it; "" where there is none near."""
    low, high = max(start - _NEAR, 0), min(end + _NEAR, len(document.text))
    before = document_sentences(document, low, start) if low < start else ()
    after = document_sentences(document, end, high) if end < high else ()
    return _cut(before[-1].text, at_start=True) if before else "", (
        _cut(after[0].text, at_start=False) if after else ""
    )


def _cut(text: str, *, at_start: bool) -> str:
    """A very long sentence keeps the part that is next to the quote."""
    if len(text) < _NEAR // 2:
        return text
    return "…" + text[-_NEAR // 2 :] if at_start else text[: _NEAR // 2] + "…"
