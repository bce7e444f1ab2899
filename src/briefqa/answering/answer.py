"""Ranked hits → answer: quotes with addresses, or an honest "not found" with what failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from briefqa.answering.quoted_rows import answering_cell, listed_rows, quoted_rows
from briefqa.answering.quoting import MAX_QUOTE, quote_span, within
from briefqa.answering.refusals import NOT_FOUND, refusal_reason
from briefqa.question.conditions import (
    Condition,
    ConditionKind,
    Verdict,
    breaks,
)
from briefqa.question.parsing import Question
from briefqa.question.sentence_checks import check_sentence
from briefqa.question.year_conditions import DocumentYearCondition, YearCondition
from briefqa.reading.document import Document
from briefqa.reading.table_spans import Span, TableRow
from briefqa.retrieval.ranking import Hit
from briefqa.splitting.passages import Passage, document_sentences, paragraph_at, sentence_at
from briefqa.splitting.units import TITLE_BLOCKS
from briefqa.text.tokens import terms

# Kinds of conditions of which a question may name several that do not stand in one sentence.
_SEVERAL = (
    ConditionKind.YEAR,
    ConditionKind.DOCUMENT_YEAR,
    ConditionKind.PLACE,
    ConditionKind.PERSON,
    ConditionKind.BODY,
)
SEARCHED_WHOLE = 3  # hits whose other sentences are looked at for a second quote


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
        address: the Chinese form: title, page, section, paragraph; the id follows a title that two have.
        context: of a table's row as one text: caption, unit and each cell with its header; else "".
        rows: the rows of a table that the quote consists of, as data; () for any other text.
        evidence: `[start, end)` of what of the quote the reader took for evidence; () where nothing was read.
        cell: `[start, end)` of the cell that answers, when one row is quoted and its column is asked for.
        confidence: probability that this quote answers, or its part of the question, 0 to 1.
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
    context: str = ""
    rows: tuple[TableRow, ...] = ()
    cell: tuple[int, int] | None = None
    evidence: tuple[tuple[int, int], ...] = ()
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the documents say to a question.

    Attributes:
        question: as it was asked.
        found: whether the documents answer it.
        confidence: probability that the documents answer it with the first hit, 0 to 1.
        text: what a chat shows first: the quotes with their numbers, or that nothing was found and why.
        citations: the quotes; empty when nothing was found.
        hits: the best passages; when nothing was found, the nearest ones, which are no answer.
        reason: when nothing was found, the condition that failed, one sentence; else what a reader of the
            quotes must know, a line each: which of several places, years or names was not found, and that
            a document is repealed, has expired or has a newer edition in the index; else "".
        searched: the question that was searched: a follow-up is completed from the conversation.
        missing: of several places, years or names of the question, those that no quote is about.
    """

    question: str
    found: bool
    confidence: float
    text: str
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    reason: str
    searched: str
    missing: tuple[str, ...] = ()


def quotable(question: Question, hits: Sequence[Hit], document_of: Callable[[str], Document]) -> list[Hit]:
    """The hits to quote: the first, and one more for each condition that it fails and another meets.

    A question about two years needs two places; so does one about two cities, which may stand
    in two sentences of one passage.
    """
    chosen = [hits[0]]
    if hits[0].scores.printed:
        return [hit for hit in hits if hit.scores.printed]
    kinds = Counter(condition.kind for condition in question.conditions if condition.kind in _SEVERAL)
    for condition in question.conditions:
        if kinds[condition.kind] > 1 and not any(_meets(hit, condition) for hit in chosen):
            of_passage = (
                _with_sentence_for(condition, hit, question, document_of(hit.passage.document_id))
                for hit in hits[:SEARCHED_WHOLE]
            )
            meeting = (hit for hit in hits if _meets(hit, condition))
            more = next(meeting, None) or next(filter(None, of_passage), None)
            if more is not None:
                chosen.append(more)
    return chosen


def missing(question: Question, quoted: Sequence[Hit]) -> tuple[str, ...]:
    """Of places, years or names that the question gives in a row, those that no quote is about."""
    return tuple(
        condition.text
        for condition in question.conditions
        if condition.joined and not any(_meets(hit, condition) for hit in quoted)
    )


def _meets(hit: Hit, condition: Condition) -> bool:
    """Whether the sentence itself says so, and breaks nothing else; a year may be told around it."""
    if any(breaks(each) for each in hit.checks if not each.joined and each.text != condition.text):
        return False
    dated = isinstance(condition, YearCondition | DocumentYearCondition)
    enough = (Verdict.MET, Verdict.CONTEXT) if dated else (Verdict.MET,)
    return any(check.text == condition.text and check.verdict in enough for check in hit.checks)


def _with_sentence_for(condition: Condition, hit: Hit, question: Question, document: Document) -> Hit | None:
    """The hit with the sentence of its passage that meets a condition and shares most with the question."""
    asked = set(question.terms)
    found: list[tuple[int, Hit]] = []
    for sentence in document_sentences(document, hit.passage.start, hit.passage.end):
        if document.blocks[document.block_at(sentence.start)].kind in TITLE_BLOCKS:
            continue
        checks = check_sentence(question.checked, sentence, hit.passage, document)
        if checks[question.conditions.index(condition)].verdict is Verdict.MET:
            shared = len(asked & set(terms(sentence.text)))
            found.append((shared, replace(hit, sentence=sentence, checks=checks)))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def found_answer(
    question: str,
    parsed: Question,
    quoted: Sequence[tuple[Hit, Document]],
    hits: Sequence[Hit],
    confidences: Sequence[float],
    reason: str = "",
    cells: Sequence[Span | None] = (),
) -> Answer:
    """The answer that quotes the given hits, in their order, each with its confidence; and its `reason`.

    Args:
        question: as it was asked.
        parsed: the question that was searched.
        cells: of each quoted row the cell that answers, where that is known.
    """
    citations: list[Citation] = []
    searched = parsed.text
    known = cells or [None] * len(quoted)
    for (hit, document), confidence, cell in zip(quoted, confidences, known, strict=True):
        start, end = hit.sentence.start, hit.sentence.end
        if not hit.scores.printed and not cells:
            rows = listed_rows(parsed, hit.sentence, document, MAX_QUOTE)
            start, end = rows or quote_span(searched, hit.sentence, document)
        if any(
            each.document_id == document.id and each.start < end and start < each.end for each in citations
        ):
            continue
        made = make_citation(len(citations) + 1, document, start, end, hit.passage, searched)
        evidence = within(hit.seen, start, end)
        citations.append(replace(made, evidence=evidence, confidence=confidence, cell=cell or made.cell))
    lines = [f"{citation.quote}[{citation.number}]" for citation in citations]
    text = "\n".join([*lines, reason] if reason else lines)
    return Answer(question, True, confidences[0], text, tuple(citations), tuple(hits), reason, searched)


def refusal(question: str, searched: str, hits: Sequence[Hit], confidence: float, english: bool) -> Answer:
    """Not found, and which condition of the question failed."""
    reason = refusal_reason(hits, english)
    text = f"{NOT_FOUND} (not found in the documents). {reason}" if english else f"{NOT_FOUND}。{reason}"
    return Answer(question, False, confidence, text, (), tuple(hits), reason, searched)


def make_citation(
    number: int, document: Document, start: int, end: int, passage: Passage, question: str = ""
) -> Citation:
    """The citation of `document.text[start:end]`, found in `passage` for `question`."""
    section = tuple(heading.title for heading in document.section_at(start))
    page = document.page_at(start)
    paragraph = paragraph_at(document, start)
    row = document.row_context(start)
    rows = quoted_rows(document, start, end)
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
        passage_start=passage.start,
        passage_end=passage.end,
        address=_address(document, page, section, paragraph),
        context=row.part(start, end).told if row is not None else "",
        rows=rows,
        cell=answering_cell(question, rows, document.title),
    )


def _address(document: Document, page: int | None, section: tuple[str, ...], paragraph: int) -> str:
    parts = []
    if page is not None:
        note = "（推断）" if document.pages_inferred else "（文字识别）" if page in document.ocr_pages else ""
        parts.append(f"第{page}页{note}")
    if section:
        parts.append(" › ".join(section))
    parts.append(f"第{paragraph}段")
    apart = f"（{document.id}）" if document.shares_title else ""
    return f"《{document.title}》{apart}" + "，".join(parts)
