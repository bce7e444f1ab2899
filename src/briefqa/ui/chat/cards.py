"""The conversation as HTML: one card a question. Pure functions of records and language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from briefqa.answering.answer import Answer, Citation
from briefqa.question.conditions import Check, Verdict
from briefqa.retrieval.ranking import Hit
from briefqa.ui.chat import citing
from briefqa.ui.chat.examples import Example
from briefqa.ui.chat.row_tables import drawn_table, row_table
from briefqa.ui.chat.turns import Turn, TurnState
from briefqa.ui.html import attributes, button, element, escape
from briefqa.ui.words import Language, say

# Document id → its metadata; {} for one that is no longer in the index.
MetadataOf = Callable[[str], Mapping[str, str]]
TitleOf = Callable[[str], str]

_HIGH, _FAIR = 0.8, 0.5
_VERDICTS = {Verdict.MET: "✓", Verdict.CONTEXT: "✓", Verdict.CONFLICT: "✗"}


def conversation(
    turns: Sequence[Turn],
    language: Language,
    metadata_of: MetadataOf,
    *,
    title_of: TitleOf,
    waiting_model: bool = False,
) -> str:
    """All turns; "" when there are none."""
    if not turns:
        return ""
    cards = [
        _turn(number, turn, language, metadata_of, title_of, waiting_model)
        for number, turn in enumerate(turns)
    ]
    state = f"{len(turns)}{turns[-1].state}"
    return f'<div class="talk" data-state="{state}">{"".join(cards)}</div>'


def welcome(examples: Sequence[Example], language: Language) -> str:
    """The first screen: questions that can be asked, and how."""
    questions = "".join(
        element("li", button(example.question, "example", question=example.question)) for example in examples
    )
    return (
        '<section class="welcome">'
        + element("h2", escape(say("welcome", language)))
        + element("ul", questions, class_="examples")
        + element("p", escape(say("welcome_hint", language)))
        + element("p", escape(say("keys", language)), class_="faint")
        + "</section>"
    )


def _turn(
    number: int,
    turn: Turn,
    language: Language,
    metadata_of: MetadataOf,
    title_of: TitleOf,
    waiting_model: bool,
) -> str:
    label = say("turn_label", language, number=number + 1)
    question = element("p", escape(turn.question), class_="asked") + button(
        say("edit", language),
        "edit",
        title=f"{say('edit_label', language)}：{turn.question}"[:120],
        class_="quiet",
        turn=number,
        question=turn.question,
    )
    if turn.state is TurnState.DONE and turn.answer is not None:
        body = _card(number, turn, turn.answer, language, metadata_of, title_of)
    else:
        body = _no_answer_yet(number, turn, language, waiting_model)
    heading = element("h2", escape(label), class_="visually-hidden")
    return element(
        "article",
        heading + element("div", question, class_="question") + body,
        class_="turn",
        data_turn=number,
    )


def _no_answer_yet(number: int, turn: Turn, language: Language, waiting_model: bool) -> str:
    if turn.state is TurnState.PENDING:
        text = say("waiting_model" if waiting_model else "asking", language)
        return element(
            "div", f'<span class="spin" aria-hidden="true"></span>{escape(text)}', class_="card pending"
        )
    text = (
        say("stopped", language)
        if turn.state is TurnState.STOPPED
        else say("error", language, error=turn.error)
    )
    again = button(say("retry", language), "retry", turn=number)
    return element("div", element("p", escape(text)) + again, class_="card stopped")


def _card(
    number: int,
    turn: Turn,
    answer: Answer,
    language: Language,
    metadata_of: MetadataOf,
    title_of: TitleOf,
) -> str:
    parts = []
    if answer.searched != answer.question:
        parts.append(
            element("p", escape(say("searched_as", language, question=answer.searched)), class_="faint")
        )
    if answer.found:
        quotes = [_quote(number, each, language, metadata_of(each.document_id)) for each in answer.citations]
        parts.append(element("ol", "".join(quotes), class_="quotes"))
        if answer.reason:  # one of several places or years was not found
            parts.append(element("p", escape(answer.reason), class_="reason"))
        parts.append(_confidence(answer.confidence, language))
    else:
        parts.append(element("p", escape(say("not_found", language)), class_="refusal"))
        chance = say("chance", language, value=answer.confidence)
        parts.append(element("p", escape(answer.reason), class_="reason"))
        parts.append(element("p", escape(chance), class_="faint"))
    parts.append(_others(number, answer, language, title_of))
    parts.append(_rating(number, turn, language))
    kind = "found" if answer.found else "not-found"
    return element("div", "".join(parts), class_=f"card {kind}")


def _quote(number: int, citation: Citation, language: Language, metadata: Mapping[str, str]) -> str:
    place = _place(citation.document_id, citation.start, citation.end, number)
    cite = button(
        f"[{citation.number}]",
        "open",
        title=say("open_source", language, number=citation.number),
        class_="cite",
        **place,
    )
    said = element("span", escape(citation.quote), class_="quote", **_data(place), data_act="open")
    quote = element("blockquote", _row_quote(citation, said, cite, language) or f"{said} {cite}")
    notes = [say("ocr", language)] if citation.ocr else []
    address = element("p", escape(" · ".join([citation.address, *notes])), class_="address")
    return element("li", quote + address + _copies(citation, language, metadata))


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
            done=say("copied", language),
        )
        for key, text in texts.items()
    ]
    return element("p", element("span", escape(say("copy", language))) + "".join(buttons), class_="copies")


def _confidence(confidence: float, language: Language) -> str:
    level = "high" if confidence >= _HIGH else "fair" if confidence >= _FAIR else "low"
    words = say(f"confidence_{level}", language)
    text = f"{say('confidence', language)}：{words} {confidence:.0%}"
    bar = f'<span class="bar" aria-hidden="true"><i style="width:{confidence:.0%}"></i></span>'
    return element("p", bar + escape(text), class_=f"confidence {level}")


def _others(number: int, answer: Answer, language: Language, title_of: TitleOf) -> str:
    cited = {(each.document_id, each.start) for each in answer.citations}
    hits = [each for each in answer.hits if (each.passage.document_id, each.sentence.start) not in cited]
    if not hits:
        return ""
    items = "".join(_hit(number, answer, each, language, title_of) for each in hits)
    listed = element("ul", items, class_="hits")
    if answer.found:
        summary = element("summary", escape(say("others", language, count=len(hits))))
        return element("details", summary + listed, class_="others")
    return element("h3", escape(say("nearest", language))) + listed


def _hit(number: int, answer: Answer, hit: Hit, language: Language, title_of: TitleOf) -> str:
    passage, sentence = hit.passage, hit.sentence
    place = _place(passage.document_id, sentence.start, sentence.end, number)
    text = _marked(passage.text, sentence.start - passage.start, sentence.end - passage.start)
    where = " › ".join((f"《{title_of(passage.document_id)}》", *passage.section))
    page = [say("page", language, number=passage.page)] if passage.page else []
    scores = hit.scores
    why = " · ".join(
        (
            say("why_meaning", language, value=scores.cosine),
            say("why_sentence", language, value=scores.sentence_cosine),
            say("why_late", language, value=scores.late),
            say("why_words", language, value=scores.coverage),
            *(_check(each, language) for each in hit.checks),
        )
    )
    label = "" if answer.found else element("span", escape(say("no_answer_mark", language)), class_="tag")
    title = f"{say('open', language)}：{sentence.text}"[:80]
    return element(
        "li",
        element("p", label + text, class_="passage-text")
        + element("p", escape(" · ".join([where, *page])), class_="address")
        + element("p", f"{escape(say('why', language))}：{escape(why)}", class_="faint")
        + element(
            "p",
            button(say("source", language), "open", title=title, class_="quiet", **place)
            + button(
                say("rate_this", language),
                "rate",
                title=f"{say('rate_this', language)}：{sentence.text}"[:80],
                class_="quiet",
                turn=number,
                value="this",
                quote=sentence.text,
            ),
            class_="copies",
        ),
    )


def _check(check: Check, language: Language) -> str:
    """One condition of the question, held against the sentence."""
    if check.verdict is Verdict.CONFLICT and check.instead:
        return say("check_instead", language, text=check.text, instead=check.instead)
    return f"{_VERDICTS.get(check.verdict, '–')} {check.text}"


def _marked(text: str, start: int, end: int) -> str:
    """The passage on one card: its best sentence in bold, line breaks as they are."""
    return f"{escape(text[:start])}<b>{escape(text[start:end])}</b>{escape(text[end:].rstrip())}"


def _rating(number: int, turn: Turn, language: Language) -> str:
    def verdict(value: str) -> str:
        pressed = "true" if turn.rating == value else "false"
        values = attributes(data_turn=number, data_value=value, aria_pressed=pressed, class_="quiet verdict")
        return (
            f'<button type="button" data-act="rate"{values}>{escape(say(f"rate_{value}", language))}</button>'
        )

    thanks = escape(say("rated", language)) if turn.rating else escape(say("rate", language))
    return element("p", f"<span>{thanks}</span>{verdict('up')}{verdict('down')}", class_="rating")


def _place(document_id: str, start: int, end: int, turn: int) -> dict[str, Any]:
    return {"doc": document_id, "at": f"{start}-{end}", "turn": turn}


def _data(values: Mapping[str, object]) -> dict[str, Any]:
    return {f"data_{name}": value for name, value in values.items()}
