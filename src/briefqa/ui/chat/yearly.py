"""What a yearly report is about, and the questions for its figures: they must say its place and its year.

A title says both (甲市2024年统计公报, 2024年甲市统计公报); sentences below it do not repeat them. Of a report
that looks back on another year, and of a title with a span of years, no figure is asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from briefqa.reading.document import Document
from briefqa.text.content import tagged
from briefqa.text.folding import fold

_TITLE = re.compile(r"(?P<before>[^\d《]*?)(?P<year>(?:19|20)\d\d)年度?(?P<after>[^\d]*)")
_AREA = re.compile(r"[省市州盟区县旗]$")
_LONGEST_PLACE = 14
# What a clause says of its year and its place, which the question says by their names.
_SCOPE = re.compile(r"^(?:(?:全年|年末|全[省市州盟区县旗])实?现?)+")
_LEVEL = re.compile(
    r"(?P<what>[\u4e00-\u9fff]{3,12}?)(?:达到|达|为)?\s*\d[\d,.]*\s*"
    r"(?:(?:万亿|亿|万)?(?P<unit>元|美元|吨|公里|平方公里|平方米|人|户|辆|千瓦时)|[%％])"
)
_COUNTED = re.compile(r"人[口数]$")  # of people no other noun is a figure


@dataclass(frozen=True, slots=True)
class Subject:
    """The one place and the one year that a report is about."""

    place: str
    year: str

    def asked(self, question: str) -> str:
        """A question for a figure, of this place and year."""
        return f"{self.place}{self.year}年{question}"

    def within(self, clause: str) -> str:
        """A clause without the year and the place that it begins with, as a whole or by name."""
        return _SCOPE.sub("", clause).removeprefix(self.place)


def subject_of(document: Document) -> Subject | None:
    """What a report of one place and one year is about; None for any other document."""
    match = _TITLE.fullmatch(re.sub(r"\s", "", document.title))
    told = document.standpoint_at(0)
    if not match or document.parts or told is None or not told.year == told.results == int(match["year"]):
        return None
    place = match["before"] or (match["after"] and _area_before(match["after"]))
    stands = 1 < len(place) <= _LONGEST_PLACE and is_name(place)
    return Subject(place, match["year"]) if stands else None


def _area_before(text: str) -> str:
    """The name of a province, a city or a county that a text begins with, which the tagger may cut in two."""
    words = tagged(fold(text))[:2]
    named = "".join(word for word, _ in words) if len(words) > 1 and len(words[1][0]) == 1 else words[0][0]
    return named if len(named) > 2 and _AREA.search(named) else ""


def how_large(clause: str) -> str | None:
    """The question for the level of a figure (常住人口186万人), named by nouns alone."""
    match = _LEVEL.fullmatch(clause)
    if not match or not is_name(match["what"]):
        return None
    if match["unit"] in ("人", "户") and not _COUNTED.search(match["what"]):
        return None
    return f"{match['what']}是多少？"


def is_name(text: str) -> bool:
    """Whether a text is nouns from end to end, so that it names something without any other word."""
    tags = [tag for _, tag in tagged(fold(text))]
    return bool(tags) and all(tag[0] in "nlj" or tag == "vn" for tag in tags) and tags[-1][0] == "n"
