"""The passages that come with an answer, as HTML: below quotes the others, below a refusal the nearest.

A sentence that stands in several documents is shown once, with all its places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from briefqa.answering.answer import Answer, Citation
from briefqa.question.conditions import Check, Verdict
from briefqa.reading.document import Document
from briefqa.retrieval.ranking import Hit
from briefqa.ui.chat.turns import Rating
from briefqa.ui.html import button, element, escape
from briefqa.ui.words import Language, say

_VERDICTS = {Verdict.MET: "✓", Verdict.CONTEXT: "✓", Verdict.CONFLICT: "✗"}
_TitleOf = Callable[[str], Document | None]


def found_passages(answer: Answer, language: Language, document_of: _TitleOf) -> str:
    """The passages beside those that are quoted, folded."""
    cited = {(each.document_id, each.start) for each in answer.citations}
    groups = [
        group
        for group in _alike(answer.hits)
        if not any((each.passage.document_id, each.sentence.start) in cited for each in group)
    ]
    return _folded(groups, "others", language, document_of)


def nearest_passages(answer: Answer, language: Language, document_of: _TitleOf) -> str:
    """The sentence nearest to an unanswered question, then the others, folded."""
    groups = list(_alike(answer.hits))
    if not groups:
        return ""
    first = element("ul", _passage(groups[0], language, document_of, whole=False), class_="hits nearest")
    heading = element("h3", escape(say("nearest", language)))
    return heading + first + _folded(groups[1:], "others_near", language, document_of)


def copies_of(citation: Citation, answer: Answer, language: Language, document_of: _TitleOf) -> str:
    """In which other documents among those found a quote stands, folded; "" for none."""
    copies = [
        hit
        for hit in answer.hits
        if _bare(hit.sentence.text) == _bare(citation.quote)
        and hit.passage.document_id != citation.document_id
    ]
    return _also_in(copies, language, document_of) if copies else ""


def why_found(hit: Hit, language: Language) -> list[str]:
    """Why a passage was found, one text a score and a condition."""
    scores = hit.scores
    return [
        say("why_meaning", language, value=scores.cosine),
        say("why_sentence", language, value=scores.sentence_cosine),
        say("why_late", language, value=scores.late),
        say("why_words", language, value=scores.coverage),
        *(_check(each, language) for each in hit.checks),
    ]


def _alike(hits: Sequence[Hit]) -> Iterator[list[Hit]]:
    """The hits by sentence, in the order of the first of each."""
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(_bare(hit.sentence.text), []).append(hit)
    yield from groups.values()


def _bare(text: str) -> str:
    return "".join(text.split())


def _folded(groups: Sequence[list[Hit]], key: str, language: Language, document_of: _TitleOf) -> str:
    if not groups:
        return ""
    items = "".join(_passage(each, language, document_of, whole=True) for each in groups)
    summary = element("summary", escape(say(key, language, count=len(groups))))
    return element("details", summary + element("ul", items, class_="hits"), class_="others")


def _passage(group: Sequence[Hit], language: Language, document_of: _TitleOf, *, whole: bool) -> str:
    hit, *copies = group
    passage, sentence = hit.passage, hit.sentence
    text = escape(sentence.text)
    if whole:
        text = _marked(passage.text, sentence.start - passage.start, sentence.end - passage.start)
    parts = [
        element("p", text, class_="passage-text"),
        element("p", escape(_where(hit, language, document_of)), class_="address"),
    ]
    if copies:
        parts.append(_also_in(copies, language, document_of))
    open_here = button(
        say("open_here", language),
        "open",
        title=f"{say('open_here', language)}：{sentence.text}"[:80],
        class_="quiet",
        doc=passage.document_id,
        at=f"{sentence.start}-{sentence.end}",
    )
    answers = button(
        say("rate_this", language),
        "rate",
        title=f"{say('rate_this', language)}：{sentence.text}"[:80],
        class_="quiet",
        value=Rating.THIS.value,
        quote=sentence.text,
    )
    parts.append(element("p", open_here + answers, class_="copies"))
    if whole:
        summary = element("summary", escape(say("details", language)))
        scores = element("p", escape(" · ".join(why_found(hit, language))), class_="faint")
        parts.append(element("details", summary + scores, class_="facts"))
    return element("li", "".join(parts))


def _also_in(copies: Sequence[Hit], language: Language, document_of: _TitleOf) -> str:
    """Where else the sentence stands, folded: a collection may hold one text many times."""
    summary = element("summary", escape(say("also_in", language, count=len(copies))))
    items = ""
    for each in copies:
        at = f"{each.sentence.start}-{each.sentence.end}"
        named = " · ".join(_titled(each, language, document_of))
        shown = button(named, "open", class_="quiet", doc=each.passage.document_id, at=at)
        items += element("li", shown)
    return element("details", summary + element("ul", items), class_="also")


def _where(hit: Hit, language: Language, document_of: _TitleOf) -> str:
    named, *page = _titled(hit, language, document_of)
    return " · ".join([" › ".join((named, *hit.passage.section)), *page])


def _titled(hit: Hit, language: Language, document_of: _TitleOf) -> list[str]:
    """The document, and the page where there are pages."""
    passage = hit.passage
    document = document_of(passage.document_id)
    title, apart = (document.title, document.shares_title) if document else (passage.document_id, False)
    named = f"《{title}》（{passage.document_id}）" if apart else f"《{title}》"
    key = "page_inferred" if document and document.pages_inferred else "page"
    return [named, *([say(key, language, number=passage.page)] if passage.page else [])]


def _check(check: Check, language: Language) -> str:
    """One condition of the question, held against the sentence."""
    if check.verdict is Verdict.CONFLICT and check.instead:
        return say("check_instead", language, text=check.text, instead=check.instead)
    return f"{_VERDICTS.get(check.verdict, '–')} {check.text}"


def _marked(text: str, start: int, end: int) -> str:
    """The passage on one card: its best sentence in bold, line breaks as they are."""
    return f"{escape(text[:start])}<b>{escape(text[start:end])}</b>{escape(text[end:].rstrip())}"
