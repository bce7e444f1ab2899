"""What is asked for by its number and quoted whole: a chapter, an annex, an article of one of its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from briefqa.question.parsing import Question
from briefqa.question.section_questions import (
    SectionQuestion,
    is_in_order,
    number_of_heading,
    section_question,
)
from briefqa.reading.document import BlockKind, Document, Heading
from briefqa.reading.table_spans import Span
from briefqa.store.searchable import Searchable
from briefqa.text.folding import fold
from briefqa.text.numbering import ATTACHED

_LONGEST = 2000  # characters of a section; of a longer one its first paragraphs are quoted
_BARE = 6  # characters of the heading of an attachment that is its number alone
_LONGEST_TITLE = 40
_MOST_DOCUMENTS = 10  # that may be meant: their headings are looked at


def printed_sections(
    question: Question, index: Searchable, leading: Iterable[int], documents: Sequence[int] | None
) -> Iterator[tuple[int, int, int]]:
    """(document number, start, end) of the sections that a question asks for by their numbers alone.

    Args:
        leading: numbers of the documents of the leading passages.
        documents: numbers of those to look at; None means all.
    """
    asked = section_question(question)
    if asked is None:
        return
    named = {int(each) for each in index.catalogue.with_characters(asked.rest)}
    meant = {*leading} if len(named) > _MOST_DOCUMENTS or not named else named
    for number in sorted(meant if documents is None else meant.intersection(documents)):
        document = index.units.documents[number]
        yield from ((number, *span) for span in _sections(asked, document))


def _sections(asked: SectionQuestion, document: Document) -> Iterator[Span]:
    """The sections with the numbers, whose document and headings have all else that the question says."""
    of_document = set(fold(document.title + document.id))
    for place, heading in enumerate(document.headings):
        if number_of_heading(heading.title) != asked.path[-1]:
            continue
        above = document.section_at(heading.start)
        titles = fold("".join(_called(document, each) for each in above))
        if asked.rest - of_document <= set(titles) and is_in_order(
            asked.path, [number_of_heading(each.title) for each in above]
        ):
            yield _whole(document, heading, document.headings[place + 1 :])


def _called(document: Document, heading: Heading) -> str:
    """The title of a heading; where it is a number alone, with the line below it, which is the title then."""
    below = document.block_at(heading.start) + 1
    number = number_of_heading(heading.title)
    bare = number is not None and number[0] == ATTACHED and below < len(document.blocks)
    block = document.blocks[below] if bare and len(heading.title) <= _BARE else None
    return heading.title + (document.text[block.start : block.end][:_LONGEST_TITLE] if block else "")


def _whole(document: Document, heading: Heading, following: Sequence[Heading]) -> Span:
    """A section from its heading to the next one that is no part of it, or to the back matter."""
    end = next((each.start for each in following if each.level <= heading.level), len(document.text))
    inside = [
        block
        for block in document.blocks[document.block_at(heading.start) :]
        if block.start < end and block.kind is not BlockKind.BACK
    ]
    last = max((block.end for block in inside if block.end - heading.start <= _LONGEST), default=heading.end)
    return heading.start, max(last, heading.end)
