"""A question as the search reads it, parsed once: language, terms, what it asks for, slots, conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice, pairwise

from briefqa.question.article_questions import asks_for_text
from briefqa.question.asked import Asked, AskedKind, read_asked
from briefqa.question.conditions import (
    ArticleCondition,
    Condition,
    ConditionKind,
    DefinitionCondition,
    FigureCondition,
    NumberCondition,
    OrdinalCondition,
)
from briefqa.question.contrast_conditions import contrasts_of
from briefqa.question.document_conditions import named_documents
from briefqa.question.frontmatter_questions import FrontmatterQuestion, frontmatter_question
from briefqa.question.limits import HALVES
from briefqa.question.name_conditions import BodyCondition, PersonCondition, PlaceCondition
from briefqa.question.period_conditions import PeriodCondition
from briefqa.question.scope_conditions import WHOLE_COUNTRY, CountryCondition
from briefqa.question.slots import JOINT, Slot, SlotKind, read_slots, without_held
from briefqa.question.stretch_conditions import StretchOfYearsCondition
from briefqa.question.time_conditions import TimeCondition
from briefqa.question.year_conditions import DocumentYearCondition, NewestCondition, Wanted, YearCondition
from briefqa.text.content import Word, content_words
from briefqa.text.folding import fold, is_english
from briefqa.text.names import Name
from briefqa.text.numbering import ArticleNumber
from briefqa.text.ordinals import ordinals
from briefqa.text.periods import parts_of_year
from briefqa.text.quantities import YEAR, Quantity
from briefqa.text.stretches import STRETCH, WRITTEN_YEAR, asked_stretch, year_stretches
from briefqa.text.timeline import (
    asked_years,
    asks_what_came,
    is_planned,
    may_ask_for_plan,
    without_plan_or_result,
)
from briefqa.text.tokens import terms
from briefqa.text.translations import english_words, translations

MAX_WORDS = 24  # of an English question that are looked up in the dictionary
MAX_CONDITIONS = 12  # a longer list of years or names is held against sentences by its beginning


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in the forms that the search compares.

    Attributes:
        text: as it is embedded.
        terms: distinct terms, sorted.
        words: the words that carry meaning.
        asked: what kind of thing answers, and by which words it is asked for.
        slots: years, numbers, names, articles, … in their order.
        conditions: those slots that an answer must keep to.
        contrasts: what it must not say the opposite of; they rule out, and no answer has to meet them.
        about_document: what of a document it asks for, when it may be about a document itself.
    """

    text: str
    terms: tuple[str, ...]
    words: tuple[Word, ...]
    asked: Asked
    slots: tuple[Slot, ...]
    conditions: tuple[Condition, ...]
    contrasts: tuple[Condition, ...]
    about_document: FrontmatterQuestion | None

    @property
    def checked(self) -> tuple[Condition, ...]:
        """All that a sentence is held against: the conditions, then the contrasts."""
        return *self.conditions, *self.contrasts

    @property
    def years(self) -> tuple[int, ...]:
        """Years that it asks about, of a fact or of a document."""
        dated = (each for each in self.conditions if isinstance(each, YearCondition | DocumentYearCondition))
        return tuple(each.year for each in dated)

    @property
    def as_read(self) -> str:
        """`text` without what conditions hold an answer to: calendar years, now, newest, the country.

        And without several places in a row: a sentence that tells of one of them is an answer too. A figure
        of a year is read without what says whether it is planned: a plan tells its figures as a result does.
        """
        places = [each for each in self.conditions if each.kind is ConditionKind.PLACE]
        countries = {each.text for each in places if isinstance(each, CountryCondition)}
        left_out = {each.text for each in places if each.joined}
        if any(isinstance(each, StretchOfYearsCondition) for each in self.conditions):
            left_out |= {each.text for each in self.slots if year_stretches(fold(each.text))}
        rest = without_held(self.text, self.slots, countries, left_out)
        years = (each for each in self.conditions if isinstance(each, YearCondition))
        said = any(each.wanted in (Wanted.PLAN, Wanted.WHAT_CAME) for each in years)
        if self.asked.kind is not AskedKind.FIGURE or not said:
            return rest
        figure = without_plan_or_result(rest)
        return figure if content_words(figure) else rest

    @property
    def translated(self) -> tuple[Mapping[str, float], ...]:
        """Of an English question the Chinese words that may say each of its words, and how exactly."""
        return tuple(map(translations, english_words(self.text)[:MAX_WORDS])) if self.is_english else ()

    @property
    def is_english(self) -> bool:
        """See `briefqa.text.folding.is_english`."""
        return is_english(self.text)


def parse_question(text: str) -> Question:
    """Read a question; half a character (a lone surrogate), which no library takes, is read as U+FFFD."""
    text = HALVES.sub("\ufffd", text)
    slots = read_slots(text)
    asked = read_asked(text, slots)
    about_document = frontmatter_question(text)
    contrasts = contrasts_of(text, denied=asked.kind is not AskedKind.YES_NO)
    return Question(
        text=text,
        terms=tuple(sorted(set(terms(text)))),
        words=tuple(content_words(text)),
        asked=asked,
        slots=slots,
        conditions=tuple(islice(_conditions(text, slots, asked, about_document), MAX_CONDITIONS)),
        contrasts=tuple(islice(contrasts, MAX_CONDITIONS)),
        about_document=about_document,
    )


def _conditions(
    text: str, slots: Sequence[Slot], asked: Asked, about: FrontmatterQuestion | None
) -> Iterator[Condition]:
    """Each thing once, in the order years, numbers, names and articles, and what is asked for."""
    seen: set[tuple[type[Condition], str]] = set()
    found = chain(
        named_documents(text, slots),
        _of_years(_without_numbers(text, slots), slots, asked),
        _of_periods(text, slots, asked),
        (each for slot in slots if (each := _of_slot(slot, slots, text))),
        _of_country(text, slots),
        _of_asked(asked, about),
    )
    for condition in found:
        key = (type(condition), condition.text)
        if key not in seen:
            seen.add(key)
            yield condition


def _of_country(text: str, slots: Sequence[Slot]) -> Iterator[Condition]:
    """The whole country is meant where no place, person or body in it is named."""
    match = WHOLE_COUNTRY.search(fold(text))
    if match and not any(isinstance(slot.value, Name) for slot in slots):
        yield CountryCondition(text[match.start() : match.end()])


def _of_asked(asked: Asked, about: FrontmatterQuestion | None) -> Iterator[Condition]:
    """What must be told: a figure or a time that is asked for, a number where a named field holds one."""
    fields = about.fields if about is not None else ()
    if asked.kind is AskedKind.FIGURE:
        yield FigureCondition(asked.text, unit=asked.unit, of_time=asked.of_time)
    elif asked.kind is AskedKind.TIME:
        yield TimeCondition(asked.text, on_calendar=any(each.holds_date for each in fields))
    elif asked.kind is AskedKind.DEFINITION:
        yield DefinitionCondition(asked.text)
    elif asked.kind is AskedKind.THING and fields and fields[0].holds_number:
        yield FigureCondition(asked.text)


def _of_years(text: str, slots: Sequence[Slot], asked: Asked) -> Iterator[Condition]:
    of_document = {slot.value for slot in slots if slot.kind is SlotKind.EDITION and slot.value}
    wanted = _wanted(text)
    for slot in slots:
        if slot.kind is SlotKind.EDITION and isinstance(slot.value, int):
            written = f"{slot.value}年"
            yield (
                DocumentYearCondition(written, year=slot.value) if slot.value else NewestCondition(slot.text)
            )
    found = sorted(asked_years(text) - of_document)
    when, figure = asked.kind is AskedKind.TIME, asked.kind is AskedKind.FIGURE
    stretch = asked_stretch(text) if figure else None
    if stretch is not None and stretch.by_name:
        yield StretchOfYearsCondition(
            stretch.text, year=stretch.years[1], stretch=stretch.years, by_name=True
        )
    for year in found:
        written = f"{year}年目标" if wanted is Wanted.PLAN else f"{year}年"
        several = _several(found, fold(text))
        if stretch is not None and not stretch.by_name:
            yield StretchOfYearsCondition(written, several, year, wanted, when, figure, stretch=stretch.years)
        else:
            yield YearCondition(written, several, year, wanted, when, figure)


def _without_numbers(text: str, slots: Sequence[Slot]) -> str:
    """A question with blanks where it tells a document by its number, whose year is none of a fact's."""
    for slot in slots:
        if slot.kind is SlotKind.EDITION and isinstance(slot.value, str):
            text = f"{text[: slot.start]}{' ' * len(slot.text)}{text[slot.end :]}"
    return text


def _of_periods(text: str, slots: Sequence[Slot], asked: Asked) -> Iterator[Condition]:
    """The parts of a year that a figure is asked for; of other things they say when, not of what."""
    if asked.kind is AskedKind.FIGURE:
        for slot in slots:
            if slot.kind is SlotKind.PERIOD and (months := parts_of_year(fold(slot.text))):
                yield PeriodCondition(slot.text, _is_joined(slot, slots, text), months=months[0])


def _wanted(text: str) -> Wanted:
    """What of a year a question asks for."""
    if is_planned(text):
        return Wanted.PLAN
    if may_ask_for_plan(text):
        return Wanted.RATHER_PLAN
    return Wanted.WHAT_CAME if asks_what_came(text) else Wanted.RATHER_RESULT


def _several(found: Sequence[int], folded: str) -> bool:
    """Whether years stand in a row, or are the ends of a period: one of them may tell of it all."""
    row = _IN_A_ROW.search(folded)
    if row is None or len(found) < 2:
        return False
    # A school year or a heating season is one: it has both.
    return not folded[row.end() - 1 :].startswith((f"{YEAR}度", f"{row[0][-1]}学", f"{row[0][-1]}{YEAR}度"))


_IN_A_ROW = re.compile(rf"{WRITTEN_YEAR}{JOINT.pattern}{WRITTEN_YEAR}|{STRETCH}")


def _of_slot(slot: Slot, slots: Sequence[Slot], text: str) -> Condition | None:
    joined = partial(_is_joined, slot, slots, text)
    if isinstance(slot.value, Quantity):
        article = slot.value.value == 1 and slot.text.startswith("一")  # an article
        # A time tells little about what, which three asks for what it counts.
        loose = article or slot.value.unit == YEAR or text[: slot.start].endswith("哪")
        return None if loose else NumberCondition(slot.text, joined(), quantity=slot.value)
    if isinstance(slot.value, Name):
        kinds = {SlotKind.PERSON: PersonCondition, SlotKind.BODY: BodyCondition}
        return kinds.get(slot.kind, PlaceCondition)(slot.text, joined(), name=slot.value)
    if isinstance(slot.value, ArticleNumber):
        whole = asks_for_text(text, slots)
        return ArticleCondition(slot.text, joined(), number=slot.value, whole=whole)
    # Community 404: an ordinal of several digits is a name that what answers must have.
    if slot.kind is SlotKind.ORDINAL and (digits := _SEVERAL_DIGITS.search(slot.text)):
        return NumberCondition(slot.text, joined(), quantity=Quantity(float(digits.group()), "", 0, 0))
    if slot.kind is SlotKind.ORDINAL and (ordinal := next(ordinals(text[slot.start :]), None)):
        own = ordinal.value and text.startswith(ordinal.written, slot.start)
        return OrdinalCondition(ordinal.text, joined(), ordinal=ordinal) if own else None
    return None


_SEVERAL_DIGITS = re.compile(r"\d{2,9}")


def _is_joined(slot: Slot, slots: Sequence[Slot], text: str) -> bool:
    """Whether another slot of its kind stands beside it with nothing but a joint between."""
    alike = [each for each in slots if each.kind is slot.kind]
    at = alike.index(slot)
    return any(
        JOINT.fullmatch(text, first.end, second.start) is not None
        for first, second in pairwise(alike[max(at - 1, 0) : at + 2])
    )
