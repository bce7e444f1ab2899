"""Hits → answer: quotes with addresses, or an honest 文中未找到."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from briefqa.documents import Document
from briefqa.passages import paragraph_at, sentence_at
from briefqa.ranking import Hit

NOT_FOUND = "文中未找到"


@dataclass(frozen=True, slots=True)
class Citation:
    """One quote and where it stands: `document.text[start:end] == quote`.

    Attributes:
        number: printed as [1], [2], …
        id: "<document id>#<start>-<end>", the same for the same source, build after build.
        page: 1-based page of the quote's first character, or None when the source has no pages.
        page_inferred: the source shows no page breaks; the page was inferred.
        ocr: the quote's page was recognised from an image and may hold misread characters.
        section: headings above the quote, outermost first.
        paragraph: 1-based, within the section.
        sentence: 1-based, within the paragraph.
        passage_start, passage_end: the passage around the quote, in the same document.
        address: the Chinese form, e.g. 《…》第3页，二、…，第2段.
    """

    number: int
    quote: str
    id: str
    document_id: str
    document_title: str
    start: int
    end: int
    page: int | None
    page_inferred: bool
    ocr: bool
    section: tuple[str, ...]
    paragraph: int
    sentence: int
    passage_start: int
    passage_end: int
    address: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the documents say to a question.

    Attributes:
        question: as it was asked.
        found: whether the documents answer it.
        confidence: probability that the first citation (or, if nothing was found, the nearest
            passage) answers the question, 0 to 1.
        text: what a chat shows first: the quotes with their numbers, or 文中未找到 and why.
        citations: the quotes; empty when nothing was found.
        hits: the best passages; when nothing was found, the nearest ones, which are no answer.
        reason: when nothing was found, the condition that failed, one sentence; else "".
        searched: the question that was searched, where a follow-up was completed from the
            conversation; otherwise `question`.
    """

    question: str
    found: bool
    confidence: float
    text: str
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    reason: str
    searched: str


def make_citation(number: int, document: Document, start: int, end: int, hit: Hit) -> Citation:
    """The citation of `document.text[start:end]`, found in the passage of `hit`."""
    section = tuple(heading.title for heading in document.section_at(start))
    page = document.page_at(start)
    paragraph = paragraph_at(document, start)
    return Citation(
        number=number,
        quote=document.text[start:end],
        id=f"{document.id}#{start}-{end}",
        document_id=document.id,
        document_title=document.title,
        start=start,
        end=end,
        page=page,
        page_inferred=document.pages_inferred and page is not None,
        ocr=page in document.ocr_pages,
        section=section,
        paragraph=paragraph,
        sentence=sentence_at(document, start),
        passage_start=hit.passage.start,
        passage_end=hit.passage.end,
        address=_address(document, page, section, paragraph),
    )


def _address(document: Document, page: int | None, section: tuple[str, ...], paragraph: int) -> str:
    """《title》第3页（推断），section › section，第2段."""
    parts = []
    if page is not None:
        parts.append(f"第{page}页（推断）" if document.pages_inferred else f"第{page}页")
    if section:
        parts.append(" › ".join(section))
    parts.append(f"第{paragraph}段")
    return f"《{document.title}》" + "，".join(parts)


def make_answer(question: str, hits: list[Hit], documents: Sequence[Document]) -> Answer:
    by_id = {document.id: document for document in documents}
    hit = hits[0]
    citation = make_citation(1, by_id[hit.passage.document_id], hit.sentence.start, hit.sentence.end, hit)
    return Answer(question, True, 0.5, f"{citation.quote}[1]", (citation,), tuple(hits), "", question)
