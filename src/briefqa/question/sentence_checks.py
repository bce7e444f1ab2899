"""The conditions of a question held against one sentence in its surroundings."""

from __future__ import annotations

from collections.abc import Sequence

from briefqa.question.conditions import Check, Condition, checks_of
from briefqa.reading.document import Document
from briefqa.splitting.passages import Passage, Sentence
from briefqa.splitting.views import looked_at


def check_sentence(
    conditions: Sequence[Condition], sentence: Sentence, passage: Passage, document: Document
) -> tuple[Check, ...]:
    """See `checks_of`."""
    if not conditions:
        return ()
    where = looked_at(passage, document, (sentence,)).around(0)
    return checks_of(conditions, where)
