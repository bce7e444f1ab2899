"""Which sentence of a passage to quote: meaning, words and the question's conditions count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from briefqa.question.conditions import Surroundings
from briefqa.question.parsing import Question
from briefqa.retrieval.candidates import Candidate, Ranked
from briefqa.retrieval.weights import (
    QUOTABLE,
    QUOTE_COSINE,
    QUOTE_COVER,
    QUOTE_LATE,
    VERDICTS,
    lexical_evidence,
)
from briefqa.store.lexical import share
from briefqa.store.searchable import Searchable
from briefqa.text.tokens import terms


def with_quote(
    index: Searchable, candidate: Candidate, question: Question, rarities: Mapping[str, float]
) -> Ranked:
    """The candidate with the sentence to quote; `rarities` are the idf of the question's terms."""
    passage = index.units.passage(candidate.passage)
    document = index.units.document(candidate.passage)
    best, best_value = candidate.ranked(index.units), -np.inf
    for place in np.argsort(-candidate.cosines, kind="stable")[:QUOTABLE]:
        number = candidate.sentences.start + int(place)
        text = index.units.sentence_text(number)
        where = Surroundings(text, passage.text, passage.section, document)
        checks = tuple(condition.check(where) for condition in question.conditions)
        conditions = sum(VERDICTS[each.kind][each.verdict] for each in checks)
        cover = share(rarities, terms(text))
        value = (
            QUOTE_COSINE * float(candidate.cosines[place])
            + QUOTE_COVER * lexical_evidence(cover)
            + QUOTE_LATE * float(candidate.late[place])
            + conditions
        )
        if value > best_value:
            scores = replace(candidate.scores, conditions=conditions)
            best, best_value = Ranked(candidate.passage, index.units.span(number), scores, checks), value
    return best
