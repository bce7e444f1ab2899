"""A question as the search reads it."""

from __future__ import annotations

from dataclasses import dataclass

from briefqa.question.conditions import Condition, ConditionKind, conditions
from briefqa.question.frontmatter_questions import FrontmatterQuestion, frontmatter_question
from briefqa.text.folding import has_han
from briefqa.text.tokens import terms


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in the forms that the search compares.

    Attributes:
        text: as it is embedded.
        terms: distinct terms, sorted.
        conditions: years, numbers and names that an answer must keep to.
        about_document: what of a document it asks for, when it may be about a document itself.
    """

    text: str
    terms: tuple[str, ...]
    conditions: tuple[Condition, ...]
    about_document: FrontmatterQuestion | None

    @property
    def years(self) -> tuple[int, ...]:
        """Years that it asks about, of a fact or of a document."""
        kinds = (ConditionKind.YEAR, ConditionKind.DOCUMENT_YEAR)
        return tuple(each.year for each in self.conditions if each.kind in kinds)

    @property
    def is_english(self) -> bool:
        """Whether it holds no Chinese character."""
        return not has_han(self.text)


def parse_question(text: str) -> Question:
    """Read a question."""
    return Question(text, tuple(sorted(set(terms(text)))), conditions(text), frontmatter_question(text))
