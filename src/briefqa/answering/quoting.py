"""From the best sentence to the quote: the sentence itself, and its neighbours only when it needs them.

A quote is always one slice of the document and never leaves its paragraph, except that a list
announced by a colon goes on in the paragraphs below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from briefqa.reading.document import BlockKind, Document
from briefqa.splitting.passages import Sentence, document_sentences
from briefqa.text.numbering import NAMED, TO_TEN, chinese_number, number_of

_COLONS = ("：", ":")
_OF_LISTS = (BlockKind.TEXT, BlockKind.HEADING, BlockKind.ROW)
_ORDINALS = ("首先", "其次", "再次", "最后")
MAX_QUOTE = 500  # characters; a longer list is quoted by its beginning

# A sentence that opens so cannot be understood without the one before it.
_LEANS_BACK = re.compile(
    r"^(?:[它他她]们?|其(?!中|他|余|实|次)|这(?!次|里|一年)|此举|该|上述|[前后]者|为此|因此)"
)
_SPOKEN = re.compile(rf"(?:([{TO_TEN}]{{1,3}})(?:是|要(?!求))|({'|'.join(_ORDINALS)})[，,])")
_BULLET = re.compile(r"[•·▪◆●○■□➢☑☐☒✓√※]|[-*+—]+\s?(?=\S)")
_ASKS_FOR_LIST = re.compile(
    rf"哪[些几{TO_TEN[1:]}\d]|有何|措施|怎[么样]|如何|\b(?:which|what are|list|how)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Item:
    """What a list item begins with: its style, and its number (0 for bullets)."""

    style: str
    value: int


def quote_span(question: str, sentence: Sentence, document: Document) -> tuple[int, int]:
    """The span, `[start, end)` in the document's text, that answers when quoted alone."""
    sentences, at = _neighbourhood(document, sentence)
    if not sentences:
        return sentence.start, sentence.end
    first, last = at, at
    if _LEANS_BACK.match(sentence.text) and at:
        first -= 1
    if _asks_for_list(question) and _item(sentence.text) is not None:
        first = _announcement(sentences, at)
    if sentences[first].text.endswith(_COLONS) or _begins_asked_list(question, sentence.text):
        last = _end_of_list(document, sentences, first)
    while sentences[last].end - sentences[first].start > MAX_QUOTE and last > at:
        last -= 1
    if sentences[last].end - sentences[first].start > MAX_QUOTE:
        first = at
    return sentences[first].start, sentences[last].end


def _asks_for_list(question: str) -> bool:
    return _ASKS_FOR_LIST.search(question) is not None


def _begins_asked_list(question: str, text: str) -> bool:
    item = _item(text)
    return item is not None and item.value == 1 and _asks_for_list(question)


def _item(text: str) -> _Item | None:
    if bullet := _BULLET.match(text):
        return _Item(bullet.group()[0], 0)
    if spoken := _SPOKEN.match(text):
        return _Item("是", chinese_number(spoken[1]) if spoken[1] else _ORDINALS.index(spoken[2]) + 1)
    number = number_of(text)
    return None if number is None or number.style in NAMED else _Item(number.style, number.value)


def _announcement(sentences: Sequence[Sentence], at: int) -> int:
    """The sentence that announces, with a colon, the list of which `sentences[at]` is an item; else `at`."""
    for before in range(at - 1, -1, -1):
        text = sentences[before].text
        if text.endswith(_COLONS):
            return before
        if _item(text) is None:
            break
    return at


def _end_of_list(document: Document, sentences: Sequence[Sentence], first: int) -> int:
    """The last sentence of the list that `sentences[first]` announces or begins.

    Its items count up in one style, items of another style may lie within an item, and a heading
    ends it unless its own items are printed as headings.
    """
    open_items: list[_Item] = []
    if not sentences[first].text.endswith(_COLONS) and (own := _item(sentences[first].text)):
        open_items = [own]
    kind: BlockKind | None = None
    last = first
    for number in range(first + 1, len(sentences)):
        text = sentences[number].text
        block = document.blocks[document.block_at(sentences[number].start)]
        item = _item(text)
        if item is None:
            if block.start == sentences[number].start:
                break  # a paragraph that is no item
            if not open_items:
                break
        elif not _next_in(open_items, item):
            break
        elif block.start == sentences[number].start:
            kind = kind or block.kind
            if block.kind is BlockKind.HEADING and kind is not BlockKind.HEADING:
                break
        last = number
    return last


def _next_in(open_items: list[_Item], item: _Item) -> bool:
    """Whether `item` comes next in the list, or opens one within its last item; notes how far it is."""
    for depth in range(len(open_items) - 1, -1, -1):
        if open_items[depth].style == item.style:
            if item.value and item.value != open_items[depth].value + 1:
                return False
            open_items[depth:] = [item]
            return True
    if item.value > 1:
        return False
    open_items.append(item)
    return True


def _neighbourhood(document: Document, sentence: Sentence) -> tuple[list[Sentence], int]:
    """The sentences of the paragraph and of those around it that a quote can reach, and its place there."""
    home = document.block_at(sentence.start)
    blocks = document.blocks
    low = high = home
    while low and blocks[home].end - blocks[low - 1].start <= MAX_QUOTE and _item(_begin(document, low)):
        low -= 1
    while high + 1 < len(blocks) and blocks[high + 1].start - blocks[home].start < MAX_QUOTE:
        if blocks[high + 1].kind not in _OF_LISTS or _item(_begin(document, high + 1)) is None:
            break
        high += 1
    found = [
        each
        for block in blocks[low : high + 1]
        for each in document_sentences(document, block.start, block.end)
    ]
    at = next((i for i, each in enumerate(found) if each.start == sentence.start), None)
    return (found, at) if at is not None else ([], 0)


def _begin(document: Document, block: int) -> str:
    start = document.blocks[block].start
    return document.text[start : min(start + 40, document.blocks[block].end)]


def within(spans: Sequence[tuple[int, int]], start: int, end: int) -> tuple[tuple[int, int], ...]:
    """What of the spans lies in `[start, end)`."""
    inside = ((max(first, start), min(last, end)) for first, last in spans)
    return tuple((first, last) for first, last in inside if first < last)
