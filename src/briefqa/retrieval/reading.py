"""The leading passages read together with the question: whether each answers, and by which sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from briefqa.models.reading import Reader, Window
from briefqa.question.parsing import Question
from briefqa.retrieval.candidates import Candidate, PassageReading, Ranked
from briefqa.retrieval.quotes import with_quote
from briefqa.retrieval.weights import READ, READ_ON, SURE, reading_weights
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

    The first `READ` are read; where none of them is sure to answer, as many more as make `READ_ON`.

    Args:
        ranked: best first.
        candidates: by their passages' numbers.
        rarities: of the question's terms.
    """
    leading = [each.passage for each in ranked[:READ]]
    readings = read_passages(reader, index, question.undated, leading)
    if all(each.answered < SURE for each in readings):
        further = [each.passage for each in ranked[READ:READ_ON]]
        leading += further
        readings += read_passages(reader, index, question.undated, further)
    found = [
        with_quote(index, candidates[passage], question, rarities, reading)
        for passage, reading in zip(leading, readings, strict=True)
    ]
    added = [reading_weights().answered * reading.answered for reading in readings]
    read = [_with_read(each, value) for each, value in zip(found, added, strict=True)]
    read.sort(key=lambda each: (-each.scores.total, each.passage))
    return [*read, *(_with_read(each, min(added, default=0.0)) for each in ranked[len(leading) :])]


def _with_read(ranked: Ranked, value: float) -> Ranked:
    return replace(ranked, scores=replace(ranked.scores, read=value))


def read_passages(
    reader: Reader, index: Searchable, question: str, passages: Sequence[int]
) -> list[PassageReading]:
    """A reading of each passage, in their order."""
    views = [index.views.of(each) for each in passages]
    windows = [Window(view.context, view.passage.text) for view in views]
    found = []
    for passage, reading in zip(passages, reader.read(question, windows), strict=True):
        begin = int(index.units.passages[passage]["start"])
        spans = [index.units.span(number) for number in index.units.sentences_of(passage)]
        evidence = tuple(reading.of_span(start - begin, end - begin) for start, end in spans)
        seen = tuple((begin + start, begin + end) for start, end in reading.seen())
        found.append(PassageReading(reading.answered, evidence, seen))
    return found
