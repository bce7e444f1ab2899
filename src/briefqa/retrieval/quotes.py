"""Which sentence of a passage to quote: meaning, words and the question's conditions count."""

from __future__ import annotations

from dataclasses import dataclass

from briefqa.question.conditions import Check, ConditionKind, Verdict, checks_of, rules_out
from briefqa.question.parsing import Question
from briefqa.question.row_labels import checks_of_rows
from briefqa.reading.document import Document
from briefqa.retrieval.candidates import HEADING_COSINE, Candidate, PassageReading, Ranked
from briefqa.retrieval.weights import (
    QUOTABLE,
    QUOTE_COSINE,
    QUOTE_COVER,
    QUOTE_LATE,
    RULED_OUT,
    SUPERSEDED,
    VERDICTS,
    lexical_evidence,
)
from briefqa.store.lexical import TermRarities
from briefqa.store.searchable import Searchable
from briefqa.text.folding import fold


@dataclass(frozen=True, slots=True)
class Quotable:
    """A sentence of a passage that may be quoted: its place there, and what speaks for it.

    Attributes:
        likeness: how like the question it is by meaning and words; higher is better.
        conditions: what the question's conditions add or take.
        checks: of those conditions.
    """

    place: int
    likeness: float
    conditions: float
    checks: tuple[Check, ...]


class Quoting:
    """Which sentences of a candidate may be quoted for a question.

    `rarities`: of the question's terms.
    """

    def __init__(
        self, index: Searchable, candidate: Candidate, question: Question, rarities: TermRarities
    ) -> None:
        self._question, self._rarities = question, rarities
        self._checked = question.checked
        self.candidate = candidate
        self.view = index.views.of(candidate.passage)
        self._cosines, self._late = candidate.cosines.tolist(), candidate.late.tolist()
        self._rows = checks_of_rows(question.text, self.view.rows)
        superseded = _is_superseded(self.view.document) and not question.years
        superseded = superseded and fold(self.view.document.title) not in fold(question.text)
        self._superseded = SUPERSEDED if superseded else 0.0

    def at_most(self) -> float:
        """What the conditions can add at most."""
        kinds = [each.kind for each in self._question.conditions] + [ConditionKind.ROW] * bool(self._rows)
        return sum(max(VERDICTS[kind].values()) for kind in kinds)

    def places(self, reading: PassageReading | None = None) -> list[int]:
        """Those of the nearest sentences, of rows that are named whole, of what reads as evidence."""
        cosines = self._cosines
        found = sorted(range(len(cosines)), key=lambda place: -cosines[place])[:QUOTABLE]
        found += [place for place, check in self._rows.items() if check.verdict is Verdict.MET]
        if reading is not None:
            able = [place for place in range(len(cosines)) if cosines[place] > HEADING_COSINE]
            found += sorted(able, key=lambda place: -reading.evidence[place])[:QUOTABLE]
        return list(dict.fromkeys(place for place in found if cosines[place] > HEADING_COSINE)) or found[:1]

    def likeness(self, place: int) -> float:
        """See `Quotable`."""
        words = lexical_evidence(self._rarities.share_of(self.view.said[place]))
        value = QUOTE_COSINE * self._cosines[place] + QUOTE_LATE * self._late[place] + QUOTE_COVER * words
        return float(value)

    def quotable(self, place: int) -> Quotable:
        """The sentence at a place, its conditions checked."""
        checks: tuple[Check, ...] = ()
        if self._checked:
            checks = checks_of(self._checked, self.view.around(place))
        if place in self._rows:
            checks = (*checks, self._rows[place])
        conditions = sum(VERDICTS[each.kind][each.verdict] for each in checks) - self._superseded
        conditions -= RULED_OUT if rules_out(checks) else 0.0
        return Quotable(place, self.likeness(place), conditions, checks)

    def ranked(self, quotable: Quotable) -> Ranked:
        """The candidate with a sentence to quote."""
        sentence = self.view.sentences[quotable.place]
        scores = self.candidate.scores.with_conditions(quotable.conditions)
        return Ranked(self.candidate.passage, (sentence.start, sentence.end), scores, quotable.checks)


def with_quote(index: Searchable, candidate: Candidate, question: Question, rarities: TermRarities) -> Ranked:
    """The candidate with the sentence to quote, as far as likeness and the conditions tell."""
    quoting = Quoting(index, candidate, question, rarities)
    at_most = quoting.at_most()
    best: Quotable | None = None
    for place in quoting.places():
        if best is not None and quoting.likeness(place) + at_most <= best.likeness + best.conditions:
            continue  # whatever its checks say
        found = quoting.quotable(place)
        if best is None or found.likeness + found.conditions > best.likeness + best.conditions:
            best = found
    return candidate.ranked(index.units) if best is None else quoting.ranked(best)


def _is_superseded(document: Document) -> bool:
    return bool(document.repealed_by or document.newest)
