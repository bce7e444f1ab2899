"""Which sentence of a passage to quote: meaning, words and the question's conditions count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from briefqa.question.conditions import Check, ConditionKind, Verdict, rules_out
from briefqa.question.parsing import Question
from briefqa.question.row_labels import checks_of_rows
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
    lexical_evidence,
    reading_weights,
)
from briefqa.splitting.views import Surroundings
from briefqa.store.lexical import TermRarities
from briefqa.store.searchable import Searchable


def with_quote(
    index: Searchable,
    candidate: Candidate,
    question: Question,
    rarities: TermRarities,
    reading: PassageReading | None = None,
) -> Ranked:
    """The candidate with the sentence to quote.

    Args:
        rarities: of the question's terms.
        reading: of the candidate's passage, where it was read.
    """
    view = index.views.of(candidate.passage)
    rows = checks_of_rows(question.text, view.rows)
    superseded = SUPERSEDED if _is_superseded(view.document) and not question.years else 0.0
    cosines, late = candidate.cosines.tolist(), candidate.late.tolist()
    at_most = _most(question, bool(rows))
    best: tuple[float, int, float, tuple[Check, ...]] | None = None
    for place in _quotable(cosines, rows, reading):
        value = QUOTE_COSINE * cosines[place] + QUOTE_LATE * late[place]
        value += QUOTE_COVER * lexical_evidence(rarities.share_of(view.said[place]))
        if reading is not None:
            value += reading_weights().evidence * reading.evidence[place]
        if best is not None and value + at_most <= best[0]:
            continue  # whatever its checks say
        checks = _checks(question, view.around(place) if question.conditions else None, rows.get(place))
        conditions = sum(VERDICTS[each.kind][each.verdict] for each in checks) - superseded
        conditions -= RULED_OUT if rules_out(checks) else 0.0
        value += conditions
        if best is None or value > best[0]:
            best = value, place, conditions, checks
    if best is None:
        return candidate.ranked(index.units)
    _, place, conditions, checks = best
    sentence = view.sentences[place]
    scores = candidate.scores.with_conditions(conditions)
    read = None if reading is None else _of_sentence(reading, place)
    return Ranked(candidate.passage, (sentence.start, sentence.end), scores, checks, read)


def _most(question: Question, has_rows: bool) -> float:
    """What the conditions can add at most."""
    kinds = [each.kind for each in question.conditions] + [ConditionKind.ROW] * has_rows
    return sum(max(VERDICTS[kind].values()) for kind in kinds)


def _of_sentence(reading: PassageReading, place: int) -> SentenceReading:
    answered = reading.answered[place]
    return SentenceReading(answered, reading.evidence[place], answered, reading.seen)


def _checks(question: Question, where: Surroundings | None, row: Check | None) -> tuple[Check, ...]:
    checks = () if where is None else tuple(each.check(where) for each in question.conditions)
    return checks if row is None else (*checks, row)


def _is_superseded(document: Document) -> bool:
    return bool(document.repealed_by or (document.newest and not is_periodic(document)))


def _quotable(
    cosines: Sequence[float], rows: Mapping[int, Check], reading: PassageReading | None
) -> list[int]:
    """The places of the nearest sentences, of rows that are named whole, of what reads as evidence."""
    found = sorted(range(len(cosines)), key=lambda place: -cosines[place])[:QUOTABLE]
    found += [place for place, check in rows.items() if check.verdict is Verdict.MET]
    if reading is not None:
        able = [place for place in range(len(cosines)) if cosines[place] > HEADING_COSINE]
        found += sorted(able, key=lambda place: -reading.evidence[place])[:QUOTABLE]
    return list(dict.fromkeys(place for place in found if cosines[place] > HEADING_COSINE)) or found[:1]
