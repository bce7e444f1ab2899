"""What a text says as one line of JSON: found out when an index is built, recalled for a question."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from briefqa.text.kept import kept
from briefqa.text.names import Name, NameKind
from briefqa.text.numbering import ArticleNumber
from briefqa.text.quantities import Quantity
from briefqa.text.said import Said
from briefqa.text.timeline import Standpoint

# One bit each.
_FLAGS = ("has_numeral", "is_planned", "is_of_several_years", "tells_day", "tells_year", "tells_term")


def facts_of(said: Said, standpoint: Standpoint | None) -> str:
    """What the text says, spoken from `standpoint`, in one line; `RecalledSaid` takes it back."""
    if isinstance(said, RecalledSaid):
        return said.noted
    counted = {each.start for each in said.figures}
    facts = [
        sum(getattr(said, name) << bit for bit, name in enumerate(_FLAGS)),
        sorted(said.years(standpoint)),
        sorted(said.numbers),
        [[each.value, each.unit, each.start, each.end] for each in said.quantities],
        [place for place, each in enumerate(said.quantities) if each.start in counted],
        [[each.kind.value, each.text, each.stem] for each in said.names],
        said.article,
        list(said.articles),
    ]
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


class RecalledSaid(Said):
    """A text whose facts were found out before; nothing of it is read but its letters."""

    def __init__(self, text: str, noted: str, standpoint: Standpoint | None) -> None:
        """`noted`: what `facts_of` gave of the text and the standpoint."""
        super().__init__(text)
        self.noted = noted
        self._standpoint = standpoint

    @kept
    def _facts(self) -> list[Any]:
        facts: list[Any] = json.loads(self.noted)
        return facts

    def _flag(self, name: str) -> bool:
        return bool(self._facts[0] >> _FLAGS.index(name) & 1)

    def years(self, standpoint: Standpoint | None) -> frozenset[int]:
        """The years that it speaks of, see `explicit_years`."""
        return self._own_years if standpoint == self._standpoint else super().years(standpoint)

    @kept
    def _own_years(self) -> frozenset[int]:
        return frozenset(self._facts[1])

    @kept
    def numbers(self) -> frozenset[str]:
        """Those of its terms that are numbers."""
        return frozenset(self._facts[2])

    @kept
    def quantities(self) -> tuple[Quantity, ...]:
        """All its numbers, years too."""
        return _quantities(self._facts[3])

    @kept
    def figures(self) -> tuple[Quantity, ...]:
        """The numbers that can be a count or an amount."""
        return _quantities([self._facts[3][place] for place in self._facts[4]])

    @kept
    def names(self) -> tuple[Name, ...]:
        """The places, persons and bodies that it names in Chinese."""
        return tuple(Name(NameKind(kind), text, stem) for kind, text, stem in self._facts[5])

    @kept
    def article(self) -> ArticleNumber | None:
        """The number of the article that it opens with; None when it opens with none."""
        return ArticleNumber(*self._facts[6]) if self._facts[6] else None

    @kept
    def articles(self) -> tuple[ArticleNumber, ...]:
        """The numbers of the articles that it names."""
        return tuple(ArticleNumber(*each) for each in self._facts[7])

    @kept
    def has_numeral(self) -> bool:
        """Whether it has a figure, or what a tagger calls a numeral and counts."""
        return self._flag("has_numeral")

    @kept
    def is_planned(self) -> bool:
        """Whether it is about a target rather than a result."""
        return self._flag("is_planned")

    @kept
    def is_of_several_years(self) -> bool:
        """Whether what it tells is of several years together."""
        return self._flag("is_of_several_years")

    @kept
    def tells_day(self) -> bool:
        """Whether it names a day, or at least a month."""
        return self._flag("tells_day")

    @kept
    def tells_year(self) -> bool:
        """Whether it names any point in time: a year will do."""
        return self._flag("tells_year")

    @kept
    def tells_term(self) -> bool:
        """Whether it says how long, or before or after what."""
        return self._flag("tells_term")


def _quantities(rows: Sequence[Sequence[Any]]) -> tuple[Quantity, ...]:
    return tuple(Quantity(value, unit, start, end) for value, unit, start, end in rows)
