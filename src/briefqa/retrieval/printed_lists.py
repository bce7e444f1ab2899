"""A list that is asked for by the heading above it: its items are quoted whole, from the first to the last.

No item need be like the question: the heading says what they are, and a sentence is embedded without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from briefqa.question.article_questions import OF_LISTS
from briefqa.question.asked import AskedKind
from briefqa.question.parsing import Question
from briefqa.reading.document import Block, BlockKind, Document, Heading
from briefqa.reading.formats.lines import BULLET
from briefqa.retrieval.candidates import Ranked
from briefqa.store.searchable import Searchable
from briefqa.text.asking import without_asking
from briefqa.text.folding import fold
from briefqa.text.numbering import number_of

LOOKED_AT = 10  # candidates; the heading of a list is searched with its items, which are among the first
_FEWEST_ITEMS = 2
_LONGEST = 2000  # characters of a list; of a longer one the first items are quoted
_SHORTEST = 3  # characters of a heading that says what the items are


def lists_below(
    question: Question, index: Searchable, leading: Iterable[Ranked]
) -> Iterator[tuple[int, int, int]]:
    """(passage, start, end) of the lists that a question asks for by the whole of their heading.

    None where it names something (a year, a place) that is in neither heading nor name of the document.
    """
    if question.asked.kind is not AskedKind.LIST:
        return
    asked = _telling(question.text)
    seen: set[tuple[str, int]] = set()
    for ranked in leading:
        view = index.views.of(ranked.passage)
        if not any(_is_asked(asked, each, view.document) for each in view.passage.section[-1:]):
            continue  # before its document is read
        document = index.units.document(ranked.passage)
        for heading in document.section_at(ranked.sentence[0])[-1:]:
            place, items = (document.id, heading.start), _items(document, heading)
            if len(items) >= _FEWEST_ITEMS and place not in seen:
                seen.add(place)
                yield ranked.passage, items[0].start, items[-1].end


def _is_asked(asked: str, heading: str, document: Document) -> bool:
    number = number_of(heading)
    title = _telling(heading[number.end if number else 0 :])
    if len(title) < _SHORTEST or title not in asked:
        return False
    return set(asked.replace(title, "")) - OF_LISTS <= set(fold(document.title + document.id))


def _telling(text: str) -> str:
    """Letters and digits that ask nothing."""
    return "".join(filter(str.isalnum, without_asking(fold(text))))


def _items(document: Document, heading: Heading) -> Sequence[Block]:
    """The blocks below a heading up to the next one; none where one of them is no item."""
    following = (each.start for each in document.headings if each.start > heading.start)
    end = min(following, default=len(document.text))
    inside = [each for each in document.blocks if heading.end <= each.start < end]
    texts = [document.text[each.start : each.end] for each in inside]
    is_list = all(
        each.kind is BlockKind.TEXT and (number_of(text) or BULLET.match(text))
        for each, text in zip(inside, texts, strict=True)
    )
    return [each for each in inside if each.end - inside[0].start <= _LONGEST] if is_list else ()
