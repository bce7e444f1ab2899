"""The leading passages read together with the question: whether each answers, and by which sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from briefqa.models.reading import Reader, WindowReading
from briefqa.question.conditions import Check, ConditionKind, Verdict, rules_out
from briefqa.question.parsing import Question
from briefqa.question.row_labels import checks_of_rows
from briefqa.retrieval.candidates import HEADING_COSINE, Candidate, PassageReading, Ranked, SentenceReading
from briefqa.retrieval.instead import LITTLE, Around, liked_instead
from briefqa.retrieval.quotes import Quotable, Quoting
from briefqa.retrieval.weights import QUOTES_OF_ONE, QUOTES_READ, READ, READ_ON, SURE, reading_weights
from briefqa.retrieval.windows import ReadPart, alone, prose_part, row_part
from briefqa.store.lexical import TermRarities
from briefqa.store.searchable import Searchable
from briefqa.text.as_written import as_written


@dataclass(frozen=True, slots=True)
class Alike:
    """The candidates of a question before anything is read.

    Attributes:
        ranked: best first.
        candidates: by their passages' numbers.
        rarities: of the question's terms.
    """

    ranked: Sequence[Ranked]
    candidates: Mapping[int, Candidate]
    rarities: TermRarities


def reread(reader: Reader, index: Searchable, question: Question, alike: Alike) -> list[Ranked]:
    """The candidates, best first; of the leading ones order and quote as the reader makes of them.

    The first `READ` are read; where none of them is sure to answer, as many more as make `READ_ON`. Of the
    tables in one the likeliest row is read, in a window of its own. Then their sentences compete, and the
    best of all are read by themselves too: in a passage the reader may take for told what another sentence
    tells.
    """
    ranked, candidates = alike.ranked, alike.candidates
    leading = ranked[:READ]
    readings = read_passages(reader, index, question, leading, candidates)
    if all(max(each.answered) < SURE for each in readings):
        further = ranked[READ:READ_ON]
        leading = [*leading, *further]
        readings += read_passages(reader, index, question, further, candidates)
    choices: list[_Choice] = []
    for each, reading in zip(leading, readings, strict=True):
        quoting = Quoting(index, candidates[each.passage], question, alike.rarities)
        choices += [_Choice(quoting, quoting.quotable(n), reading) for n in quoting.places(reading)]
    read = _read_alone(reader, question, sorted(choices, key=_Choice.order))
    least = min((each.added for each in read), default=0.0)
    ruled_out: dict[int, float] = {}  # passage → the most evidence in a sentence that a condition rules out
    for choice in choices:
        if rules_out(choice.quotable.checks):
            evidence = choice.reading.evidence[choice.quotable.place]
            ruled_out[choice.passage] = max(evidence, ruled_out.get(choice.passage, -math.inf))
    first = [choice.ranked(ruled_out.get(choice.passage, -math.inf)) for choice in read]
    first[:1] = [
        _held_against(reader, question, choice, own) for choice, own in zip(read[:1], first[:1], strict=True)
    ]
    return [*first, *(_with_read(each, least) for each in ranked[len(leading) :])]


def _held_against(reader: Reader, question: Question, choice: _Choice, ranked: Ranked) -> Ranked:
    """The passage that comes first, its sentence held against the questions of siblings.

    A row of a table is held against its labels and headers instead.
    """
    view, place = choice.quoting.view, choice.quotable.place
    if ranked.reading is None or place in view.lines or rules_out(ranked.checks):
        return ranked
    around = Around(view.passage.section, view.passage.text)
    window = alone(view, place, question.text)
    asked = as_written(question.as_read, [window.text])
    other = liked_instead(reader, asked, window, around, ranked.reading.alone)
    checks = ranked.checks
    if other.gained > LITTLE:
        checks += (Check(ConditionKind.CONTRAST, other.asked, Verdict.NEARBY, other.told),)
    return replace(ranked, reading=replace(ranked.reading, instead=other.gained), checks=checks)


@dataclass(frozen=True, slots=True)
class _Choice:
    """A sentence that may be quoted, of a passage that was read; `alone` once it was read by itself."""

    quoting: Quoting
    quotable: Quotable
    reading: PassageReading
    alone: float | None = None

    @property
    def passage(self) -> int:
        """Its passage's number."""
        return self.quoting.candidate.passage

    @property
    def told_by_itself(self) -> float | None:
        """That it answers by itself, where it was read in its passage with no other sentence; else None."""
        place = self.quotable.place
        return self.reading.answered[place] if place in self.reading.by_itself else None

    @property
    def added(self) -> float:
        """What reading adds to the score of the passage."""
        place, weights = self.quotable.place, reading_weights()
        return (
            weights.answered * self.reading.answered[place]
            + weights.evidence * self.reading.evidence[place]
            + weights.likeness * self.quotable.likeness
            + weights.alone * (self.alone or 0.0)
        )

    def order(self) -> tuple[float, int, int]:
        """Best first; ties in the order of the passages and sentences."""
        value = self.quoting.candidate.scores.alike + self.quotable.conditions + self.added
        return -value, self.passage, self.quotable.place

    def ranked(self, ruled_out: float) -> Ranked:
        """Its passage with it as the sentence to quote.

        Args:
            ruled_out: the most evidence in a sentence of the passage that a condition rules out. Where it is
                more than in this one, it was by that sentence that the passage answered.
        """
        place = self.quotable.place
        answered, evidence = self.reading.answered[place], self.reading.evidence[place]
        alone = answered if self.alone is None else self.alone
        answered = min(answered, alone) if ruled_out > evidence else answered
        read = SentenceReading(answered, evidence, alone, self.reading.seen)
        return replace(_with_read(self.quoting.ranked(self.quotable), self.added), reading=read)


def _read_alone(reader: Reader, question: Question, choices: Sequence[_Choice]) -> list[_Choice]:
    """Of `choices`, best first, the best of each passage, best first, once some were read by themselves.

    Those of passages of which none was count as the least that was.
    """
    chosen = _contenders(choices)
    told = {id(each): each.told_by_itself for each in chosen}
    unread = [each for each in chosen if told[id(each)] is None]
    windows = [alone(each.quoting.view, each.quotable.place, question.text) for each in unread]
    asked = as_written(question.as_read, [each.text for each in windows])
    for each, reading in zip(unread, reader.read(asked, windows), strict=True):
        told[id(each)] = reading.answered
    read = [replace(each, alone=told[id(each)]) for each in chosen]
    least = min((each.alone for each in read if each.alone is not None), default=0.0)
    passages = {each.passage for each in chosen}
    read += [replace(each, alone=least) for each in choices if each.passage not in passages]
    best: dict[int, _Choice] = {}
    for each in sorted(read, key=_Choice.order):
        best.setdefault(each.passage, each)
    return list(best.values())


def _contenders(choices: Sequence[_Choice]) -> list[_Choice]:
    """The first `QUOTES_READ`, no more than `QUOTES_OF_ONE` of a passage."""
    chosen: list[_Choice] = []
    for each in choices:
        if sum(other.passage == each.passage for other in chosen) < QUOTES_OF_ONE:
            chosen.append(each)
    return chosen[:QUOTES_READ]


def _with_read(ranked: Ranked, value: float) -> Ranked:
    return replace(ranked, scores=replace(ranked.scores, read=value))


def read_passages(
    reader: Reader,
    index: Searchable,
    question: Question,
    ranked: Sequence[Ranked],
    candidates: Mapping[int, Candidate],
) -> list[PassageReading]:
    """A reading of each passage, in their order."""
    parts = [_parts(index, question, each, candidates[each.passage]) for each in ranked]
    windows = [part.window for each in parts for part in each]
    readings = iter(reader.read(as_written(question.as_read, [each.text for each in windows]), windows))
    return [
        _of_passage(len(candidates[each.passage].cosines), [(part, next(readings)) for part in own])
        for each, own in zip(ranked, parts, strict=True)
    ]


def _parts(index: Searchable, question: Question, ranked: Ranked, candidate: Candidate) -> list[ReadPart]:
    """The prose of a passage, and the row of its tables that is most likely to be quoted."""
    view = index.views.of(ranked.passage)
    named = checks_of_rows(question.text, view.rows)
    rows = {row.place: view.sentences[row.place] for row in view.rows}

    def likely(place: int) -> tuple[bool, bool, float]:
        is_first = (rows[place].start, rows[place].end) == ranked.sentence
        is_named = place in named and named[place].verdict is Verdict.MET
        return is_first, is_named, float(candidate.cosines[place])

    read = [row_part(view, max(rows, key=likely), question.text)] if rows else []
    prose = prose_part(view)
    has_prose = any(candidate.cosines[place] > HEADING_COSINE for place in prose.spans) if prose else False
    return [*([prose] if prose and (has_prose or not read) else []), *read]


def _of_passage(count: int, parts: Sequence[tuple[ReadPart, WindowReading]]) -> PassageReading:
    """What is known of `count` sentences: of one that was in no window, as little as of any."""
    answered = dict.fromkeys(range(count), min((reading.answered for _, reading in parts), default=0.0))
    told = {place: reading.of_span(*span) for part, reading in parts for place, span in part.spans.items()}
    answered |= {place: reading.answered for part, reading in parts for place in part.spans}
    evidence = dict.fromkeys(range(count), min(told.values(), default=0.0)) | told
    seen = tuple(span for part, reading in parts for span in part.seen(reading))
    by_itself = frozenset(place for part, _ in parts if len(part.spans) == 1 for place in part.spans)
    return PassageReading(tuple(answered.values()), tuple(evidence.values()), seen, by_itself)
