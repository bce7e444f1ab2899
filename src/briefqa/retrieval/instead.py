"""Whether a sentence answers another question better: that of the sibling of what is asked about.

The same question is read with what the sentence has in the place of one of its parts. Other words for the
same change little; where it then reads as answered and did not before, the sentence tells of a sibling.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace
from itertools import islice, pairwise
from typing import NamedTuple

from briefqa.models.reading import Reader, Window
from briefqa.text.folding import fold, has_han
from briefqa.text.stand_ins import StandIn, stand_ins

# What other words for the same gain, a difference of log-odds. Above it a sibling is likelier: with its
# weight in the confidence 35 of 249 near misses more are refused, and 3 of 679 true questions.
LITTLE = 2.5
MOST_READ = 4  # readings for one sentence
HEADINGS = 2  # the nearest ones above it
SURE_ENOUGH = 2.0  # log-odds from which on a sentence answers what was asked, whatever else it may answer
_NOWHERE = -1  # the place in the sentence of what stands above it
_CLAUSE = re.compile(r"[^;；]+")


class Around(NamedTuple):
    """Where a sentence stands: the headings above it, outermost first, and the text of its passage."""

    headings: Sequence[str]
    passage: str


class Instead(NamedTuple):
    """What a sentence tells in the place of a part of a question, and by how much it is liked better.

    Attributes:
        gained: a difference of log-odds, 0 or more.
        asked: the words of the question; "" where nothing gains.
        told: what stands in the sentence for them; "" for nothing.
    """

    gained: float = 0.0
    asked: str = ""
    told: str = ""


def liked_instead(reader: Reader, question: str, window: Window, around: Around, answered: float) -> Instead:
    """By how much a window answers the question better once a part is replaced by what stands in its place.

    Args:
        question: as it is read.
        window: the sentence by itself with what stands above it.
        around: where it stands.
        answered: log-odds that it answers the question as it is.
    """
    if answered >= SURE_ENOUGH or not has_han(question):
        return Instead()
    found = [*stand_ins(question, window.text)]
    for heading in reversed(around.headings[-HEADINGS:]):
        found += [replace(each, at=_NOWHERE) for each in stand_ins(question, heading)]
    context, passage = fold(window.context), fold(around.passage)
    untold = (each for each in found if not _is_told(fold(question), each, context, passage))
    gains = (
        Instead(_gain(reader, question, window, answered, each), *each.words)
        for each in islice(untold, MOST_READ)
    )
    return max(gains, default=Instead(), key=lambda each: each.gained)


def _is_told(question: str, other: StandIn, context: str, passage: str) -> bool:
    """Whether what stands above a sentence tells the asked part: a word, or a character with the next two.

    Where the sentence has nothing in its place, it is enough that the passage tells the word.
    """
    is_word = other.end - other.start > 1
    part = question[other.start : other.end if is_word else other.end + 2]
    return part in context or (is_word and not other.told and part in passage)


def _gain(reader: Reader, question: str, window: Window, answered: float, other: StandIn) -> float:
    clauses = [replace(window, text=each) for each in _clauses(fold(question), window.text, other)]
    if clauses:
        answered = max(each.answered for each in reader.read(question, clauses))
        window = clauses[0]
    changed = reader.read(other.put_into(question), [window])[0].answered
    return max(changed - answered, 0.0)


def _clauses(question: str, text: str, other: StandIn) -> list[str]:
    """The clauses of a text, that of what stands in first, where the asked part is told in others only.

    None of them are to be read apart where one behind it has the asked part without the head: it leaves out
    what has been told. What goes before cannot.
    """
    part, beside = question[other.start : other.end], question[max(other.start - other.head, 0) :]
    head = {pair for pair in map("".join, pairwise(beside[: 2 * other.head + len(part)])) if pair.isalnum()}
    spans = [each.span() for each in _CLAUSE.finditer(fold(text))]
    own = next((n for n, (start, end) in enumerate(spans) if start <= other.at < end), None)
    clauses = [text[start:end] for start, end in spans]
    having = [n for n, each in enumerate(clauses) if part in fold(each)]
    if own is None or not having or own in having:
        return []
    if any(n > own and not _has_head(fold(clauses[n]), part, head) for n in having):
        return []
    return [clauses[own], *clauses[:own], *clauses[own + 1 :]]


def _has_head(clause: str, part: str, head: Set[str]) -> bool:
    """Whether a clause has characters of the head that do not touch the part."""
    return any(pair in rest for rest in clause.split(part) for pair in head)
