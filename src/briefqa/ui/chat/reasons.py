"""Why there is no answer, or what a reader of the quotes must know, in the page's language.

An answer tells it in the language of its question; the page and what leaves it keep to their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from briefqa.answering.answer import Answer
from briefqa.answering.refusals import NOT_FOUND, explain_missing, refusal_reason
from briefqa.answering.standing import standing
from briefqa.reading.document import Document
from briefqa.ui.words import Language

_YEAR = re.compile(r"(\d{4})年")


def told_reason(answer: Answer, language: Language, document_of: Callable[[str], Document | None]) -> str:
    """A line for each thing to know; "" when there is none."""
    english = language is Language.EN
    if not answer.found:
        told = refusal_reason(answer.hits, english) if answer.hits else answer.reason
        return _YEAR.sub(r"\1", told) if english else told
    lacking = explain_missing(answer.missing, english)
    if not lacking:  # an answer that was kept before it had them by name
        lacking = "\n".join(each for each in answer.reason.splitlines() if each.startswith(NOT_FOUND))
    cited = filter(None, (document_of(each.document_id) for each in answer.citations))
    notes = [lacking, *(standing(each, date.today(), english) for each in cited)]
    return "\n".join(dict.fromkeys(filter(None, notes)))
