"""From the best sentence to the quote: the sentence itself, and its neighbours only when it needs them.

A quote is always one slice of the document and never leaves its paragraph, except that a list
announced by a colon goes on in the paragraphs below.
"""

from __future__ import annotations

import re

from briefqa.reading.document import BlockKind, Document
from briefqa.splitting.passages import Sentence, split_sentences

MAX_QUOTE = 500  # characters; a longer list is quoted by its beginning

# A sentence that opens so cannot be understood without the one before it.
_LEANS_BACK = re.compile(
    r"^(?:它们?|他们?|她们?|其(?!中|他|余|实|次)|这(?!次|里|一年)|此举|该|上述|前者|后者|为此|因此)"
)
_LISTS = re.compile(r"^[（(]?(?:[一二三四五六七八九十]+|\d{1,2}|[①-⑳])(?:[是、.．)）]|要(?!求))|^[①-⑳]")
_ASKS_FOR_LIST = re.compile(
    r"哪些|哪几|哪[二三四五六七八九十\d]|有何|措施|怎[么样]|如何|\b(?:which|what are|list|how)\b",
    re.IGNORECASE,
)


def quote_span(question: str, sentence: Sentence, document: Document) -> tuple[int, int]:
    """The span, `[start, end)` in the document's text, that answers when quoted alone."""
    sentences = _neighbourhood(document, sentence)
    at = next((i for i, each in enumerate(sentences) if each.start == sentence.start), None)
    if at is None:
        return sentence.start, sentence.end
    first, last = at, at
    if _LEANS_BACK.match(sentence.text) and at:
        first -= 1
    if _opens_list(sentence.text, question):
        while last + 1 < len(sentences) and _LISTS.match(sentences[last + 1].text):
            last += 1
    while sentences[last].end - sentences[first].start > MAX_QUOTE and last > at:
        last -= 1
    if sentences[last].end - sentences[first].start > MAX_QUOTE:
        first = at
    return sentences[first].start, sentences[last].end


def _opens_list(text: str, question: str) -> bool:
    announced = text.endswith(("：", ":"))
    first_item = re.match(r"^[（(]?(?:一|1|①)", text) and _LISTS.match(text)
    return announced or bool(first_item and _ASKS_FOR_LIST.search(question))


def _neighbourhood(document: Document, sentence: Sentence) -> list[Sentence]:
    """The sentences of the paragraph, and of the list below it when it ends in a colon."""
    found: list[Sentence] = []
    for block in document.blocks:
        if block.end <= sentence.start:
            continue
        goes_on = bool(found) and found[-1].end > sentence.start
        if found and not (goes_on and _continues(document, found, block.start, block.kind)):
            break
        found.extend(split_sentences(document.text[block.start : block.end], block.start))
    return found


def _continues(document: Document, found: list[Sentence], start: int, kind: BlockKind) -> bool:
    if kind not in (BlockKind.TEXT, BlockKind.HEADING, BlockKind.ROW):
        return False
    listing = found[-1].text.endswith(("：", ":")) or _LISTS.match(found[-1].text)
    return (
        bool(listing and _LISTS.match(document.text[start : start + 6]))
        and start - found[0].start < MAX_QUOTE
    )
