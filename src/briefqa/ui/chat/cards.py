"""An answer as HTML: its quotes, or why there is none. Pure functions of records and language.

The question above it, and what stands there before an answer comes, is drawn in the browser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from briefqa.answering.answer import Answer, Citation
from briefqa.reading.document import Document
from briefqa.ui.chat import citing
from briefqa.ui.chat.courtesy import is_courtesy
from briefqa.ui.chat.examples import Example
from briefqa.ui.chat.passages import copies_of, found_passages, nearest_passages, why_found
from briefqa.ui.chat.reasons import told_reason
from briefqa.ui.chat.row_tables import drawn_table, row_table
from briefqa.ui.chat.sureness import level_of, sureness, told_confidence
from briefqa.ui.chat.turns import Rating, Turn
from briefqa.ui.html import attributes, button, element, escape
from briefqa.ui.source.around import around
from briefqa.ui.words import Language, say

# Document id → the document; None for one that is no longer in the index.
DocumentOf = Callable[[str], Document | None]

_GAP = 2  # characters between two marks that are one
_NEARLY_ALL = 0.9  # of a quote: to mark that much says nothing
_OFFERED = {
    True: (Rating.RIGHT, Rating.WRONG, Rating.NO_ANSWER),
    False: (Rating.RIGHT, Rating.MISSED),
}


def welcome(examples: Sequence[Example], language: Language) -> str:
    """The first screen: questions that can be asked, and how."""
    questions = "".join(
        element("li", button(example.question, "example", question=example.question)) for example in examples
    )
    title = say("welcome" if examples else "welcome_plain", language)
    return (
        '<section class="welcome">'
        + element("h2", escape(title))
        + (element("ul", questions, class_="examples") if examples else "")
        + element("p", escape(say("welcome_hint", language)))
        + element("p", escape(say("keys", language)), class_="faint keys")
        + "</section>"
    )


def card(turn: Turn, language: Language, document_of: DocumentOf, total: int) -> str:
    """The card of an answered question; `total` is the number of documents there are."""
    answer = turn.answer
    if is_courtesy(answer):
        told = say("courtesy", language, documents=f"{total:,}")
        return element("div", element("p", escape(told)), class_="card courtesy")
    parts = []
    if answer.searched != answer.question:
        understood = escape(say("searched_as", language, question=answer.searched))
        alone = button(say("ask_alone", language), "ask-alone", class_="quiet")
        parts.append(element("p", f"{understood} {alone}", class_="faint"))
    if turn.documents:
        parts.append(_scope(turn, language, total))
    if answer.found:
        quotes = [_quote(each, answer, language, document_of) for each in answer.citations]
        parts.append(element("ol", "".join(quotes), class_="quotes", lang="zh"))
        if reason := told_reason(answer, language, document_of):
            parts.append(_line(reason, "reason"))
        parts.append(found_passages(answer, language, document_of))
    else:
        parts.append(_line(say("not_found", language), "refusal"))
        parts.append(_line(told_reason(answer, language, document_of), "reason"))
        parts.append(nearest_passages(answer, language, document_of))
    parts.append(_details(turn, language))
    parts.append(_rating(turn, language))
    kind = (
        f"found {level_of(max(sureness(answer), default=answer.confidence))}" if answer.found else "not-found"
    )
    return element("div", "".join(parts), class_=f"card {kind}", **_first(answer))


def _line(text: str, kind: str) -> str:
    return element("p", escape(text), class_=kind)


def _first(answer: Answer) -> dict[str, Any]:
    """The place that opens by itself: the first quote, or of a refusal the nearest sentence."""
    if answer.citations:
        best = answer.citations[0]
        return {"data_doc": best.document_id, "data_at": f"{best.start}-{best.end}"}
    if answer.hits:
        near = answer.hits[0]
        span = f"{near.sentence.start}-{near.sentence.end}"
        return {"data_doc": near.passage.document_id, "data_at": span}
    return {}


def _scope(turn: Turn, language: Language, total: int) -> str:
    words = escape(say("scope_searched", language, count=len(turn.documents), total=total))
    if turn.gone:
        words += " " + escape(say("scope_some_gone", language, count=turn.gone))
    again = "" if turn.answer.found else button(say("ask_all", language), "ask-all", class_="quiet")
    return element("p", f"{words} {again}", class_="scoped faint")


def _quote(citation: Citation, answer: Answer, language: Language, document_of: DocumentOf) -> str:
    document = document_of(citation.document_id)
    place = {"doc": citation.document_id, "at": f"{citation.start}-{citation.end}"}
    peek = _peek(citation, document, language, place) if document is not None else ""
    cite = button(
        f"[{citation.number}]",
        "open",
        title=say("open_source", language, number=citation.number),
        class_="cite",
        **place,
    )
    cite = element("span", cite + peek, class_="citing")
    data = {f"data_{name}": value for name, value in place.items()}
    said = element("span", _read(citation, language), class_="quote", **data, data_act="open")
    quote = element("blockquote", _row_quote(citation, said, cite, language) or f"{said} {cite}")
    notes = [say("ocr", language)] if citation.ocr else []
    address = _line(" · ".join([citation.address, *notes]), "address")
    metadata = document.metadata if document is not None else {}
    level = level_of(citation.confidence or answer.confidence)
    sure = _line(say(f"confidence_{level}", language), f"confidence {level}")
    address += copies_of(citation, answer, language, document_of)
    address += _line(citing.gbt7714(citation, metadata), "reference on-paper")
    return element("li", sure + quote + address + _copies(citation, language, metadata), class_=level)


def _read(citation: Citation, language: Language) -> str:
    """The quote, what of it the reader took for evidence faintly marked; unmarked where that is all of it."""
    quote, at, parts = citation.quote, 0, []
    for start, end in _seen(citation):
        words = element("u", escape(quote[start:end]), class_="seen", title=say("seen", language))
        parts += [escape(quote[at:start]), words]
        at = end
    return "".join([*parts, escape(quote[at:])])


def _seen(citation: Citation) -> list[tuple[int, int]]:
    """What of a quote is marked; nothing where that would be all of it."""
    quote = citation.quote
    spans = [(start - citation.start, end - citation.start) for start, end in citation.evidence]
    seen = _joined(spans, quote)
    return seen if sum(end - start for start, end in seen) < _NEARLY_ALL * len(quote) else []


def _joined(spans: Sequence[tuple[int, int]], quote: str) -> list[tuple[int, int]]:
    """Spans whose gaps are small as one, of each line from word to word; a single character says nothing."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start - joined[-1][1] <= _GAP:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    words = [(start + low, start + high) for start, end in joined for low, high in _words(quote[start:end])]
    return [(low, high) for low, high in words if high - low > 1]


def _words(text: str) -> list[tuple[int, int]]:
    """Where the first word of each line begins and its last one ends."""
    return [match.span() for match in re.finditer(r"\w(?:.*\w)?", text)]


def _peek(citation: Citation, document: Document, language: Language, place: Mapping[str, str]) -> str:
    """What hovering or focusing [n] shows: the sentence with one on either side, and its page."""
    before, after = around(document, citation.start, citation.end)
    text = f"{escape(before)}{element('mark', escape(citation.quote))}{escape(after)}"
    page = say("page_inferred" if citation.page_inferred else "page", language, number=citation.page)
    where = [f"《{citation.document_title}》", *([page] if citation.page else [])]
    inner = (
        element("span", text, class_="peek-text", lang="zh")
        + element("span", escape(" · ".join(where)), class_="faint")
        + button(say("open_here", language), "open", class_="quiet", **place)
    )
    return element("span", inner, class_="peek", role="group", aria_label=say("around", language))


def _row_quote(citation: Citation, said: str, cite: str, language: Language) -> str:
    """A quoted row as a small table, with its line of text behind a switch; "" for other quotes."""
    table = row_table(citation)
    if table is None:
        return ""
    shown = drawn_table(table, language, say("row_of", language, title=citation.document_title))
    verbatim = element(
        "details", element("summary", escape(say("verbatim", language))) + said, class_="verbatim"
    )
    return shown + element("div", cite + verbatim, class_="below-table")


def _copies(citation: Citation, language: Language, metadata: Mapping[str, str]) -> str:
    texts = {
        "copy_plain": citing.plain_citation(citation),
        "copy_gbt": citing.gbt7714(citation, metadata),
        "copy_markdown": citing.markdown(citation),
    }
    buttons = [
        button(
            say(key, language),
            "copy",
            title=f"{say('copy', language)} [{citation.number}] {say(key, language)}",
            class_="quiet",
            text=text,
        )
        for key, text in texts.items()
    ]
    return element("p", element("span", escape(say("copy", language))) + "".join(buttons), class_="copies")


def _details(turn: Turn, language: Language) -> str:
    """Figures for those who want them: the probability, the scores of the first passage, the build."""
    answer = turn.answer
    facts = [told_confidence(answer, language)]
    if answer.hits:
        facts += why_found(answer.hits[0], language)
    facts.append(say("build", language, build=turn.build[:8]))
    summary = element("summary", escape(say("details", language)))
    told = _line(" · ".join(facts), "faint")
    if any(map(_seen, answer.citations)):
        told = _line(say("seen_told", language), "faint") + told
    return element("details", summary + told, class_="facts")


def _rating(turn: Turn, language: Language) -> str:
    def verdict(value: Rating) -> str:
        pressed = "true" if turn.rating == value else "false"
        values = attributes(data_value=value.value, aria_pressed=pressed, class_="quiet verdict")
        words = escape(say(f"rate_{value.value}", language))
        return f'<button type="button" data-act="rate"{values}>{words}</button>'

    asked = escape(say("rated" if turn.rating else "rate", language))
    choices = "".join(map(verdict, _OFFERED[turn.answer.found]))
    return element("p", f"<span>{asked}</span>{choices}", class_="rating")
