"""Whether a sentence speaks of the opposite of what a question asks about, or of another of its kind.

At least and at most, men and women, the second and the third class, more than 15 tons and up to 15: what
stands around them is the same, so that likeness hardly tells one from the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isclose, isinf

from briefqa.question.conditions import Condition, ConditionKind, Verdict
from briefqa.splitting.views import Surroundings
from briefqa.text.contrasts import Denial, Member, Token, contrast_tokens, denials, members
from briefqa.text.folding import fold
from briefqa.text.intervals import Interval, intervals
from briefqa.text.quantities import quantities
from briefqa.text.said import Said


@dataclass(frozen=True, slots=True)
class OppositeCondition(Condition):
    """A member of an axis, see `members`, or a word that is denied or not, see `denials`."""

    kind = ConditionKind.CONTRAST
    asked: Member | Denial | None = None

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """Another in its place conflicts, unless what stands around the sentence says what is asked."""
        asked, told = self.asked, _tokens(where.named)
        if isinstance(asked, Member) and asked.only_labels:
            return _of_label(asked, where)
        if asked is None or not (instead := asked.opposite_in(told)) or self._is_in_stretch(where):
            return Verdict.CONTEXT, ""
        if asked.is_said(told):
            return Verdict.MET, ""
        if asked.is_beside(_tokens(where.about)):
            return Verdict.CONTEXT, ""
        return (Verdict.NEARBY if asked.is_beside(_tokens(where.passage)) else Verdict.CONFLICT), instead

    def _is_in_stretch(self, where: Surroundings) -> bool:
        """Whether it is a number of a tier that the sentence tells."""
        value = self.asked.token.value if isinstance(self.asked, Member) else None
        return value is not None and any(each.holds(value) for each in _stretches(where.sentence))


def _of_label(asked: Member, where: Surroundings) -> tuple[Verdict, str]:
    """What is said last of a level or a class holds for what follows, in the sentence or above it."""
    for said in (where.named, *where.before, *reversed(where.headings)):
        told = _tokens(said)
        if asked.is_beside(told):
            return Verdict.MET, ""
        if instead := asked.opposite_in(told):
            return Verdict.CONFLICT, instead
    return Verdict.CONTEXT, ""


_NO_STRETCH = Interval(0, 0, "")  # a field behind one with a default needs one


@dataclass(frozen=True, slots=True)
class StretchCondition(Condition):
    """A stretch of numbers that the question is about: more than 15 tons."""

    kind = ConditionKind.CONTRAST
    stretch: Interval = _NO_STRETCH

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """Stretches of its unit that share no more than a bound with it conflict."""
        told = [each for each in _stretches(where.named) if each.unit == self.stretch.unit]
        if not told or any(map(self._overlaps, told)):
            return Verdict.CONTEXT, ""
        nearby = any(map(self._overlaps, _stretches(where.passage)))
        return (Verdict.NEARBY if nearby else Verdict.CONFLICT), ""

    def _overlaps(self, other: Interval) -> bool:
        low, high = max(self.stretch.low, other.low), min(self.stretch.high, other.high)
        return other.unit == self.stretch.unit and low < high


def contrasts_of(question: str, *, denied: bool) -> Iterator[Condition]:
    """What a question must not be answered by the opposite of.

    Args:
        question: as it was asked.
        denied: words that it denies too: a question for yes or no may deny what its answer says.
    """
    folded = fold(question)
    yield from _of_stretches(question, folded)
    for member in members(folded):
        yield OppositeCondition(member.text, asked=member)
    for each in denials(folded):
        if denied or not each.by:
            yield OppositeCondition(each.text, asked=each)


def _of_stretches(question: str, folded: str) -> Iterator[Condition]:
    """Those that are open at one end: between two numbers any tier may lie."""
    numbers = quantities(folded)
    for stretch in intervals(folded, numbers):
        bound = stretch.low if isinf(stretch.high) else stretch.high
        written = (question[each.start : each.end] for each in numbers if isclose(each.value, bound))
        if stretch.unit and isinf(stretch.high - stretch.low) and (text := next(written, "")):
            yield StretchCondition(text, stretch=stretch)


def _tokens(said: Said) -> tuple[Token, ...]:
    return contrast_tokens(said.folded)


def _stretches(said: Said) -> tuple[Interval, ...]:
    return tuple(intervals(said.folded, said.quantities))
