"""Places in documents that the source view can show, and the way from one to the next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from briefqa.answering.answer import Answer


@dataclass(frozen=True, slots=True)
class Place:
    """The characters `[start, end)` of a document, and the passage around them.

    An empty span is the document's beginning or a heading: nothing is highlighted.
    `cell` is the `[start, end)` of the cell that answers, within a table's row, or None.
    `text` is what an answer found there, "" for any other place.
    """

    document_id: str
    start: int = 0
    end: int = 0
    passage_start: int = 0
    passage_end: int = 0
    cell: tuple[int, int] | None = None
    text: str = ""

    def moved(self, to: int) -> Place:
        """The same text where it begins elsewhere; what was around it is unknown there."""
        end, cell = to + self.end - self.start, self.cell
        shifted = (cell[0] + to - self.start, cell[1] + to - self.start) if cell else None
        return Place(self.document_id, to, end, to, end, shifted, self.text)


@dataclass(frozen=True, slots=True)
class Trail:
    """Where a place stands among those of its answer; `number` counts from 1."""

    number: int
    count: int
    previous: Place | None
    next: Place | None


def span_of(at: str) -> tuple[int, int] | None:
    """`"12-40"` → (12, 40); None for anything else."""
    match = re.fullmatch(r"(\d{1,9})-(\d{1,9})", at)
    if not match or int(match[1]) > int(match[2]):
        return None
    return int(match[1]), int(match[2])


def places_of(answer: Answer) -> tuple[Place, ...]:
    """The places of an answer: its citations, then the sentences of its other passages."""
    cited = [
        Place(
            each.document_id,
            each.start,
            each.end,
            each.passage_start,
            each.passage_end,
            each.cell,
            each.quote,
        )
        for each in answer.citations
    ]
    others = [
        Place(
            each.passage.document_id,
            each.sentence.start,
            each.sentence.end,
            each.passage.start,
            each.passage.end,
            text=each.sentence.text,
        )
        for each in answer.hits
    ]
    first: dict[tuple[str, int, int], Place] = {}
    for each in (*cited, *others):
        first.setdefault((each.document_id, each.start, each.end), each)
    return tuple(first.values())


def find_place(document_id: str, span: tuple[int, int], answer: Answer | None) -> tuple[Place, Trail | None]:
    """The place with its passage and its trail, when the answer knows it."""
    places = places_of(answer) if answer is not None else ()
    for number, place in enumerate(places):
        if (place.document_id, place.start, place.end) == (document_id, *span):
            before = places[number - 1] if number else None
            after = places[number + 1] if number + 1 < len(places) else None
            return place, Trail(number + 1, len(places), before, after)
    return Place(document_id, *span, *span), None


def found_again(place: Place, text: str) -> Place | None:
    """The place of an answer in the document's `text` as it is now; None where its words are gone.

    It is the same place unless the document was replaced; then the words may stand elsewhere.
    """
    if not place.text or text[place.start : place.end] == place.text:
        return place
    starts = [match.start() for match in re.finditer(re.escape(place.text), text)]
    return place.moved(min(starts, key=lambda each: abs(each - place.start))) if starts else None


def link(place: Place, question: str) -> str:
    """The address that opens the same place again: `?q=…&doc=…&at=start-end`."""
    query = {"q": question} if question else {}
    return "?" + urlencode(query | {"doc": place.document_id, "at": f"{place.start}-{place.end}"})
