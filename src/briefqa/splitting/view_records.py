"""`PassageView` ↔ text: what questions look at is found out when an index is built.

The first line is JSON; then follow the facts of the passage, of its headings, of its sentences and of the
lines of tables among them, a line each, so that those are read that a question asks for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from briefqa.reading.document import Document
from briefqa.reading.table_labels import LabelledRow
from briefqa.splitting.passages import Passage, Sentence
from briefqa.splitting.views import PassageView, TableLine
from briefqa.text.facts import RecalledSaid, facts_of


def view_record(view: PassageView) -> str:
    """The view without its document."""
    passage = view.passage
    rests = list(dict.fromkeys(line.rest for line in view.lines.values()))
    head = [
        [passage.start, passage.end, passage.page, passage.paragraph],
        passage.section,
        passage.text,
        view.table,
        [offset for each in view.sentences for offset in (each.start, each.end)],
        [[row.place, row.table, row.labels] for row in view.rows],
        [
            [place, rests.index(line.rest), *(each.text for each in (line.named, *line.above))]
            for place, line in view.lines.items()
        ],
        rests,
        sorted(view.carried),
    ]
    return "\n".join((json.dumps(head, ensure_ascii=False, separators=(",", ":")), *_facts(view)))


def _facts(view: PassageView) -> Iterator[str]:
    standpoint = view.standpoint(view.passage.start)
    for each in (view.whole, *view.headings):
        yield facts_of(each, standpoint)
    for sentence, said in zip(view.sentences, view.said, strict=True):
        yield facts_of(said, view.standpoint(sentence.start))
    for line in view.lines.values():  # nobody asks those for relative years
        yield from (facts_of(each, None) for each in (line.named, *line.above))


def recalled_view(record: str, document: Document) -> PassageView:
    """The view of a record that `view_record` made.

    Args:
        document: its document's head, see `PassageView`.

    Raises:
        ValueError, TypeError, LookupError: it is none.
    """
    first, *noted = record.split("\n")
    (start, end, page, paragraph), section, text, table, offsets, rows, lines, rests, carried = json.loads(
        first
    )
    facts = iter(noted)
    standpoint = document.standpoint_at(start)
    places = list(zip(offsets[::2], offsets[1::2], strict=True))
    sentences = tuple(Sentence(text[low - start : high - start], low, high) for low, high in places)
    whole = RecalledSaid(text, next(facts), standpoint)
    headings = tuple(RecalledSaid(title, next(facts), standpoint) for title in section)
    said = tuple(
        RecalledSaid(
            each.text, next(facts), document.standpoint_at(each.start) if document.parts else standpoint
        )
        for each in sentences
    )
    passage = Passage(
        f"{document.id}#{start}-{end}", document.id, text, start, end, tuple(section), page, paragraph
    )
    return PassageView(
        passage,
        document,
        sentences,
        said,
        whole,
        headings,
        tuple(LabelledRow(place, first, tuple(labels)) for place, first, labels in rows),
        {place: _line(texts, rests[rest], facts) for place, rest, *texts in lines},
        table,
        frozenset(map(int, carried)),
    )


def _line(texts: list[str], rest: str, facts: Iterator[str]) -> TableLine:
    named, *above = [RecalledSaid(each, next(facts), None) for each in texts]
    return TableLine(named, rest, tuple(above))
