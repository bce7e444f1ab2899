"""What the body of a document says of its force: from when, until when, and what it repeals."""

from __future__ import annotations

from briefqa.reading.document import BlockKind
from briefqa.reading.events import closing_events
from briefqa.reading.fields import Page
from briefqa.reading.repeals import listed_repeals, repeals


def tell_of_itself(page: Page, i: int) -> None:
    """What a line of the body says of the document: when it takes effect, until when, what it repeals."""
    text = page.plain(i)
    page.add_events(i, closing_events(text, of_itself=True, near=_is_in_force_near(page, i)))
    if _is_in_force_near(page, i):
        page.add_events(i, repeals(text))


def tell_repealed(page: Page, body: range) -> None:
    """What lists in the body say is repealed."""
    rows = [page.blocks[i].kind is not BlockKind.TEXT for i in body]
    for place, event in listed_repeals([page.plain(i) for i in body], rows):
        page.add_events(body[place], [event])


def _is_in_force_near(page: Page, i: int) -> bool:
    return any(f.key == "effective" and 0 <= i - f.block <= 1 for f in page.fields)
