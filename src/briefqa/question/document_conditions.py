"""Whether a sentence is of the document that a question names by its number or its title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from briefqa.question.conditions import Condition, ConditionKind, Verdict
from briefqa.question.slots import Slot, SlotKind
from briefqa.reading.repeals import DOCUMENT_NUMBER
from briefqa.splitting.views import Surroundings
from briefqa.text.folding import fold
from briefqa.text.lexicon import any_of

_TITLED = re.compile(rf"《([^》]*{any_of('titles.endings')}(?:[(（][^()（）]*[)）])?)》")
_NUMBER = re.compile(DOCUMENT_NUMBER)
_ALIKE = 0.85  # share of a title's neighbouring characters that a document is called by: a short form of it


@dataclass(frozen=True, slots=True)
class NumberedCondition(Condition):
    """The document of a number."""

    kind = ConditionKind.DOCUMENT_YEAR

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """Met by its own; CONTEXT where the text names it; any other document conflicts.

        The number alone tells nothing of what is asked.
        """
        own = where.document.metadata.get("doc_number", "")
        if own and self._is_it(own):
            alone = _letters(where.sentence.text) == _letters(own)
            return (Verdict.NEARBY if alone else Verdict.MET), ""
        told = (number for each in (where.named, where.passage) for number in _NUMBER.findall(each.text))
        return (Verdict.CONTEXT, "") if any(map(self._is_it, told)) else (Verdict.CONFLICT, own)

    def _is_it(self, number: str) -> bool:
        """Words may stand before a number without a mark."""
        one, other = _letters(self.text), _letters(number)
        return one.endswith(other) or other.endswith(one)


@dataclass(frozen=True, slots=True)
class TitledCondition(Condition):
    """The document of a title."""

    kind = ConditionKind.DOCUMENT_YEAR

    def verdict(self, where: Surroundings) -> tuple[Verdict, str]:
        """Met by what a document is called by; CONTEXT where the text names it, or by nearly its title."""
        wanted, title = _letters(self.text), _letters(where.document.title)
        called = _letters(where.about.text)
        if wanted in called or title in wanted:
            return Verdict.MET, ""
        named = any(wanted in _letters(each.text) for each in (where.named, where.passage))
        pairs = _pairs(wanted)
        if named or len(pairs & _pairs(called)) >= _ALIKE * len(pairs):
            return Verdict.CONTEXT, ""
        return Verdict.CONFLICT, f"《{where.document.title}》"


def named_documents(text: str, slots: Sequence[Slot]) -> Iterator[Condition]:
    """What a question says of which document it means, but for its year."""
    for slot in slots:
        if slot.kind is SlotKind.EDITION and isinstance(slot.value, str):
            yield NumberedCondition(slot.text)
    for match in _TITLED.finditer(text):
        yield TitledCondition(match.group())


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))


def _pairs(letters: str) -> set[str]:
    return {letters[at : at + 2] for at in range(len(letters) - 1)}
