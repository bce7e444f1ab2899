"""Which sentence of a passage to quote: meaning, words and the question's conditions count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from briefqa.question.conditions import Check, Verdict, rules_out
from briefqa.question.parsing import Question
from briefqa.question.row_labels import row_checks
from briefqa.question.sentence_checks import check_sentence
from briefqa.reading.document import Document
from briefqa.reading.editions import is_periodic
from briefqa.retrieval.candidates import HEADING_COSINE, Candidate, PassageReading, Ranked, SentenceReading
from briefqa.retrieval.weights import (
    QUOTABLE,
    QUOTE_COSINE,
    QUOTE_COVER,
    QUOTE_LATE,
    RULED_OUT,
    SUPERSEDED,
    VERDICTS,
    evidence_weight,
    lexical_evidence,
)
from briefqa.store.lexical import share
from briefqa.store.searchable import Searchable
from briefqa.text.tokens import terms


def with_quote(
    index: Searchable,
    candidate: Candidate,
    question: Question,
    rarities: Mapping[str, float],
    reading: PassageReading | None = None,
) -> Ranked:
    """The candidate with the sentence to quote.

    Args:
        rarities: the idf of the question's terms.
        reading: of the candidate's passage, where it was read.
    """
    passage = index.units.passage(candidate.passage)
    document = index.units.document(candidate.passage)
    spans = [index.units.span(number) for number in candidate.sentences]
    rows = row_checks(question.text, document, spans)
    superseded = SUPERSEDED if _is_superseded(document) and not question.years else 0.0
    best, best_value = candidate.ranked(index.units), -np.inf
    for place in _quotable(candidate, rows, reading):
        sentence = index.units.sentence(candidate.passage, spans[place])
        checks = check_sentence(question.conditions, sentence, passage, document)
        checks += (rows[place],) if place in rows else ()
        conditions = sum(VERDICTS[each.kind][each.verdict] for each in checks) - superseded
        conditions -= RULED_OUT if rules_out(checks) else 0.0
        cover = share(rarities, terms(sentence.text))
        value = (
            QUOTE_COSINE * float(candidate.cosines[place])
            + QUOTE_COVER * lexical_evidence(cover)
            + QUOTE_LATE * float(candidate.late[place])
            + conditions
        )
        if reading is not None:
            value += evidence_weight() * reading.evidence[place]
        if value > best_value:
            scores = replace(candidate.scores, conditions=conditions)
            read = None if reading is None else SentenceReading(reading.answered, reading.evidence[place])
            best, best_value = Ranked(candidate.passage, spans[place], scores, checks, read), value
    return best


def _is_superseded(document: Document) -> bool:
    return bool(document.repealed_by or (document.newest and not is_periodic(document)))


def _quotable(candidate: Candidate, rows: Mapping[int, Check], reading: PassageReading | None) -> list[int]:
    """The places of the nearest sentences, of rows that are named whole, of what reads as evidence."""
    found = [int(place) for place in np.argsort(-candidate.cosines, kind="stable")[:QUOTABLE]]
    found += [place for place, check in rows.items() if check.verdict is Verdict.MET]
    if reading is not None:
        evidence = np.where(candidate.cosines > HEADING_COSINE, reading.evidence, -np.inf)
        found += [int(place) for place in np.argsort(-evidence, kind="stable")[:QUOTABLE]]
    return (
        list(dict.fromkeys(place for place in found if candidate.cosines[place] > HEADING_COSINE))
        or found[:1]
    )
