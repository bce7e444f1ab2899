"""The leading passages read together with the question: how likely each answers, and by which sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from briefqa.models.reading import Reader, Window
from briefqa.question.parsing import Question
from briefqa.retrieval.candidates import Candidate, PassageReading, Ranked
from briefqa.retrieval.quotes import with_quote
from briefqa.retrieval.weights import READ, reading_weights
from briefqa.store.searchable import Searchable


def reread(
    reader: Reader,
    index: Searchable,
    question: Question,
    ranked: Sequence[Ranked],
    candidates: Mapping[int, Candidate],
    rarities: Mapping[str, float],
) -> list[Ranked]:
    """`ranked`, of which the first `READ` are weighed and quoted anew by what the reader makes of them.

    Args:
        ranked: best first.
        candidates: by their passages' numbers.
        rarities: the idf of the question's terms.
    """
    leading = [candidates[each.passage] for each in ranked[:READ]]
    readings = read_passages(reader, index, question.text, [each.passage for each in leading])
    found = [
        _weighed(with_quote(index, candidate, question, rarities, reading))
        for candidate, reading in zip(leading, readings, strict=True)
    ]
    # Those that were not read count as the worst of those that were: they must not gain by it.
    worst = min((each.scores.read for each in found), default=0.0)
    return found + [replace(each, scores=replace(each.scores, read=worst)) for each in ranked[READ:]]


def read_passages(
    reader: Reader, index: Searchable, question: str, passages: Sequence[int]
) -> list[PassageReading]:
    """A reading of each passage, in their order."""
    windows = [Window(index.units.context(each), index.units.passage_text(each)) for each in passages]
    found = []
    for passage, reading in zip(passages, reader.read(question, windows), strict=True):
        begin = int(index.units.passages[passage]["start"])
        spans = [index.units.span(number) for number in index.units.sentences_of(passage)]
        evidence = tuple(reading.of_span(start - begin, end - begin) for start, end in spans)
        found.append(PassageReading(reading.answered, evidence))
    return found


def _weighed(ranked: Ranked) -> Ranked:
    if ranked.reading is None:
        return ranked
    read = reading_weights().answered * ranked.reading.answered
    return replace(ranked, scores=replace(ranked.scores, read=read))
