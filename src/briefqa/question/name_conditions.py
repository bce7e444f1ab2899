"""Whether a sentence speaks of the place, person or body that the question names."""

from __future__ import annotations

from dataclasses import dataclass

from briefqa.question.conditions import Condition, ConditionKind, Verdict
from briefqa.splitting.views import Surroundings
from briefqa.text.names import Name, NameKind
from briefqa.text.said import Said

_NO_NAME = Name(NameKind.PLACE, "", "")  # a field behind one with a default needs one


@dataclass(frozen=True, slots=True)
class NameCondition(Condition):
    """A name in the question: of a place, person or body."""

    kind = ConditionKind.PLACE
    name: Name = _NO_NAME

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """What a document says of itself holds for all of its text; another name instead conflicts."""
        if where.named.has_name(self.name):
            return Verdict.MET, ""
        if where.about.has_name(self.name):
            return Verdict.CONTEXT, ""
        instead = "、".join(self._others(where.named)[:2])
        if not where.passage.has_name(self.name):
            return (Verdict.CONFLICT if instead else Verdict.ABSENT), instead
        if instead:
            return (Verdict.NEARBY if self._may_go_on(where) else Verdict.CONFLICT), instead
        return self._by_what_stands_before(where)

    def _others(self, said: Said) -> list[str]:
        any_kind = self.name.kind is NameKind.ROMANISED
        return [each.text for each in said.names if any_kind or each.kind is self.name.kind]

    def _may_go_on(self, where: Surroundings) -> bool:
        """Whether a sentence that names another may still be about this one; a row is of whom it names."""
        return not where.is_row

    def _by_what_stands_before(self, where: Surroundings) -> tuple[Verdict, str]:
        """A sentence without a name goes on with the one named last before it."""
        for said in where.before:
            if said.has_name(self.name):
                return Verdict.CONTEXT, ""
            if others := self._others(said):
                return Verdict.NEARBY, others[0]
        return self._named_elsewhere(where)

    def _named_elsewhere(self, where: Surroundings) -> tuple[Verdict, str]:
        """Only further on, or beside a row."""
        return Verdict.CONTEXT, ""


class PlaceCondition(NameCondition):
    """A place that the question names; what a document on one place says is of it, until it names another."""

    __slots__ = ()

    def _may_go_on(self, where: Surroundings) -> bool:
        """What is told of one place is not of another that is named only behind it."""
        return not where.is_row and any(said.has_name(self.name) for said in where.before)

    def _named_elsewhere(self, where: Surroundings) -> tuple[Verdict, str]:
        own = [] if where.is_row else self._others(Said(where.document.title))
        return (Verdict.CONFLICT, own[0]) if own else (Verdict.CONTEXT, "")


class PersonCondition(NameCondition):
    """A person that the question names."""

    __slots__ = ()
    kind = ConditionKind.PERSON


class BodyCondition(NameCondition):
    """An authority, company or other body that the question names."""

    __slots__ = ()
    kind = ConditionKind.BODY
