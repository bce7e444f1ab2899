"""The leading passages read together with the question: whether each answers, and by which sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from briefqa.models.reading import Reader, WindowReading
from briefqa.question.conditions import Verdict
from briefqa.question.parsing import Question
from briefqa.question.row_labels import checks_of_rows
from briefqa.retrieval.candidates import HEADING_COSINE, Candidate, PassageReading, Ranked
from briefqa.retrieval.quotes import with_quote
from briefqa.retrieval.weights import QUOTES_READ, READ, READ_ON, SURE, reading_weights
from briefqa.retrieval.windows import ReadPart, alone, prose_part, row_part
from briefqa.store.lexical import TermRarities
from briefqa.store.searchable import Searchable


def reread(
    reader: Reader,
    index: Searchable,
    question: Question,
    ranked: Sequence[Ranked],
    candidates: Mapping[int, Candidate],
    rarities: TermRarities,
) -> list[Ranked]:
    """`ranked`; order and sentence to quote of the leading ones chosen anew by what the reader makes of them.

    The first `READ` are read; where none of them is sure to answer, as many more as make `READ_ON`. Of the
    tables in one the likeliest row is read, in a window of its own: more rows answered no more questions.

    Args:
        ranked: best first.
        candidates: by their passages' numbers.
        rarities: of the question's terms.
    """
    leading = ranked[:READ]
    readings = read_passages(reader, index, question, leading, candidates)
    if all(max(each.answered) < SURE for each in readings):
        further = ranked[READ:READ_ON]
        leading = [*leading, *further]
        readings += read_passages(reader, index, question, further, candidates)
    found = [
        with_quote(index, candidates[each.passage], question, rarities, reading)
        for each, reading in zip(leading, readings, strict=True)
    ]
    # By the sentence that is quoted: a passage must not lead by its prose and answer with a row.
    first = _in_order(found)
    quotes = _read_alone(reader, index, question, first[:QUOTES_READ])
    read = _in_order([*quotes, *first[QUOTES_READ:]])
    least = min(map(_added, read), default=0.0)
    return [*read, *(_with_read(each, least) for each in ranked[len(leading) :])]


def _in_order(found: Sequence[Ranked]) -> list[Ranked]:
    """By what the reader adds to their scores too, best first."""
    read = (_with_read(each, _added(each)) for each in found)
    return sorted(read, key=lambda each: (-each.scores.total, each.passage))


def _read_alone(
    reader: Reader, index: Searchable, question: Question, found: Sequence[Ranked]
) -> list[Ranked]:
    """The quotes by themselves too: in a passage the reader may take for told what another sentence tells."""
    windows = [alone(index.views.of(each.passage), *each.sentence) for each in found]
    readings = iter(reader.read(question.as_read, [each for each in windows if each]))
    return [
        replace(each, reading=replace(each.reading, alone=next(readings).answered))
        if window and each.reading
        else each
        for each, window in zip(found, windows, strict=True)
    ]


def _added(found: Ranked) -> float:
    if found.reading is None:
        return 0.0
    weights = reading_weights()
    return weights.answered * found.reading.answered + weights.alone * found.reading.alone


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
    readings = iter(reader.read(question.as_read, windows))
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
    return PassageReading(tuple(answered.values()), tuple(evidence.values()), seen)
