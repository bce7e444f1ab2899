"""What one text says, for comparing: its terms, numbers, years, names and times, each found out once.

A question is held against the same sentences and passages again and again; what stands in them does not
change. `briefqa.question` decides what it means for a question.
"""

from __future__ import annotations

import re

from briefqa.text.content import tagged
from briefqa.text.folding import fold
from briefqa.text.kept import kept
from briefqa.text.names import Name, NameKind, chinese_names, sound, tells_place
from briefqa.text.numbering import ARTICLE, DIGITS, NUMERALS, ArticleNumber, number_of
from briefqa.text.quantities import YEAR, Quantity, quantities
from briefqa.text.timeline import Standpoint, explicit_years, is_of_several_years, is_planned
from briefqa.text.tokens import numbers, terms

# The number of a thing (a table, a figure), no figure; so is the number that a list item begins with.
_LABELS = re.compile(r"(?:第|[图表]|附件)\s*$")
_ARTICLE = re.compile(ARTICLE)
_NUMBERED = re.compile(r"(?:19|20)\d{2}\s*年?|第\s*\S|[图表]\s*\d+")
_COUNTS = re.compile(rf"[\d{NUMERALS}〇两双半几数千万亿]")
_NUMERAL = rf"[\d〇零○{NUMERALS}]"
# A point in time: a year of four figures, a month, a day of one; years or days alone tell how long.
_CALENDAR = re.compile(
    rf"{_NUMERAL}{{4}}\s*[年/.-]|(?:19|20)\d\d(?!\d)|(?<!个){_NUMERAL}\s*月|[之即当次]日|每?周[{NUMERALS}日末]"
)
_DAY = re.compile(rf"(?<!个){_NUMERAL}\s*月|\d{{4}}[/.-]\d|[之即当次]日")
_ANY_TIME = Standpoint(2000, 2000)  # a tagger calls the young and the middle-aged times too
_RELATIVE = re.compile(rf"{_NUMERAL}\s*个?(?:年|月|天|日|周|小时|工作日|季度)|[后前时内起止末底期]")


class Said:
    """A text and what it says; everything but `text` is found when it is first asked for, and kept."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._years: tuple[Standpoint | None, frozenset[int]] | None = None

    @kept
    def folded(self) -> str:
        """The matching form, see `fold`."""
        return fold(self.text)

    @kept
    def terms(self) -> frozenset[str]:
        """Its lexical terms."""
        return frozenset(terms(self.text))

    @kept
    def numbers(self) -> frozenset[str]:
        """Those of its terms that are numbers."""
        return frozenset(numbers(self.folded))

    @kept
    def quantities(self) -> tuple[Quantity, ...]:
        """All its numbers, years too."""
        return quantities(self.folded)

    @kept
    def figures(self) -> tuple[Quantity, ...]:
        """The numbers that can be a count or an amount: no years, no numbers of items or tables."""
        numbered = number_of(self.folded)
        begins = numbered.end if numbered else 0
        return tuple(
            each
            for each in self.quantities
            if each.start >= begins
            and not (each.unit == YEAR and 1900 <= each.value < 2100)
            and not _LABELS.search(self.folded[: each.start])
        )

    @kept
    def has_numeral(self) -> bool:
        """Whether it has a figure, or what a tagger calls a numeral and counts: two of them, not each."""
        words = tagged(self._without_number)
        return bool(self.figures) or any(tag[:1] == "m" and _COUNTS.search(word) for word, tag in words)

    @property
    def _without_number(self) -> str:
        number = number_of(self.folded)
        return _NUMBERED.sub("", self.folded[number.end if number else 0 :])

    @kept
    def names(self) -> tuple[Name, ...]:
        """The places, persons and bodies that it names in Chinese."""
        return chinese_names(self.text)

    @kept
    def article(self) -> ArticleNumber | None:
        """The number of the article that it opens with; None when it opens with none."""
        number = number_of(self.folded)
        return number.article if number else None

    @kept
    def articles(self) -> tuple[ArticleNumber, ...]:
        """The numbers of the articles that it names."""
        return tuple(map(ArticleNumber.of, _ARTICLE.finditer(self.folded)))

    @kept
    def is_planned(self) -> bool:
        """Whether it is about a target rather than a result."""
        return is_planned(self.text)

    @kept
    def is_of_several_years(self) -> bool:
        """Whether what it tells is of several years together."""
        return is_of_several_years(self.text)

    @kept
    def tells_day(self) -> bool:
        """Whether it names a day, or at least a month."""
        return _DAY.search(self.folded) is not None or self._has_time_word

    @kept
    def tells_year(self) -> bool:
        """Whether it names any point in time: a year will do."""
        return _CALENDAR.search(self.folded) is not None or self._has_time_word

    @kept
    def tells_term(self) -> bool:
        """Whether it says how long, or before or after what."""
        return _RELATIVE.search(self.text.translate(DIGITS)) is not None

    @kept
    def _has_time_word(self) -> bool:
        words = (word for word, tag in tagged(self.folded) if tag == "t")
        return any(not word.endswith(YEAR) or explicit_years(word, _ANY_TIME) for word in words)

    @kept
    def _sound(self) -> str:
        return sound(self.text)

    def years(self, standpoint: Standpoint | None) -> frozenset[int]:
        """The years that it speaks of, see `explicit_years`."""
        if self._years is None or self._years[0] != standpoint:
            self._years = standpoint, explicit_years(self.text, standpoint)
        return self._years[1]

    def has_name(self, name: Name) -> bool:
        """Whether it has the name; romanised ones by sound, a place by what it is too."""
        if name.kind is NameKind.PLACE:
            return tells_place(name, self.folded)
        return name.stem in (self._sound if name.kind is NameKind.ROMANISED else self.folded)
