"""Questions about a document itself: who issued this.

Each printed field is a small unit that is found like text, by the words of the question that name it
(`briefqa.question.asked_fields`). It answers only when nothing else is left of the question but what glues,
what stands for the document, and what the document itself is called by: when a congress was held asks
about the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from briefqa.question.asked_fields import AskedField, Span, any_form, asked_fields, places_in, sought_in
from briefqa.reading.called import Called, called
from briefqa.reading.document import Document, Field
from briefqa.text.asking import ENGLISH_GRAMMAR
from briefqa.text.content import tagged
from briefqa.text.folding import fold
from briefqa.text.lexicon import any_of, words_of
from briefqa.text.names import Name, contains, romanised_names
from briefqa.text.numbering import NUMERALS, chinese_number
from briefqa.text.quantities import year_quantities, years

# These are asked of things in a text as well: a few words of a title do not make it the document.
_OF_MANY_THINGS = frozenset(
    "phone fax email address website contact date issuer organiser recipients cc effective adopted amended "
    "repeals repealed validity status doc_number index_number held place chair present attending "
    "absent".split()
)
_GLUE_TAGS = frozenset("rupdcyemqf")  # pronouns, particles, prepositions, adverbs, …: first letters
_NEVER_GLUE = frozenset(f"不没未无非{NUMERALS[3:]}千万0123456789")
_DOCUMENT = re.compile(
    rf"[这那该此本][份篇期本个部项次]?(?:({any_of('titles.endings')})|(?=\W|[的是由在]))|"
    "[这那该此本][份篇期次]|《|》"
)
_ISSUE = re.compile(
    rf"总?第?\s*(\d{{1,5}})\s*期|总?第\s*([{NUMERALS}]{{1,5}})\s*期|"
    r"\b(?:issue|no|number|vol)\b\.?\s*#?(\d{1,5})\b"
)
_LATIN = re.compile(r"[a-z]+")
_LONGEST = 200  # characters; a longer text is no question about a document, and time is bounded
_TELLING = 6  # characters of a title in one run that can only mean the document
_ENDING = 2  # characters by which a title ends: what kind of document it is
_STANDS_FOR_DOCUMENT, _GLUE = (any_form(*words_of(f"{name}.words")) for name in ("this_document", "glue"))
_TITLE_ENDS = re.compile(f"{any_of('titles.endings')}$")


@dataclass(frozen=True, slots=True)
class FrontmatterQuestion:
    """What of a document may be asked for, and how the document is named; places are in `folded`.

    Attributes:
        folded: the question.
        fields: that may be asked for, the likeliest first.
        settled: characters that ask, glue, or stand for the document, its year or issue.
        issues, years: that the document must be of.
        names: in Latin letters.
        says_document: whether it says "this document" in some way.
        kinds: of document, one of which it must be.
    """

    folded: str
    fields: tuple[AskedField, ...]
    settled: frozenset[int]
    issues: frozenset[int]
    years: frozenset[int]
    names: tuple[Name, ...]
    says_document: bool
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Known:
    """What a document may be called by, folded, with the issues and years that are told of it."""

    titles: tuple[str, ...]  # title, series, subtitle, name of its file
    text: str
    issues: frozenset[int]
    years: frozenset[int]


def frontmatter_question(question: str) -> FrontmatterQuestion | None:
    """The question as one about a document itself; None when it cannot be."""
    folded = fold(question)
    if len(folded) > _LONGEST:
        return None
    said = list(_DOCUMENT.finditer(folded))
    stands = [match.span() for match in (*said, *_STANDS_FOR_DOCUMENT.finditer(folded))]
    sought = sought_in(folded)
    asking = [span for spans in sought.values() for span in spans]
    fields = tuple(asked_fields(folded, sought, stands))
    if not fields:
        return None
    numbered = [match.span() for match in _ISSUE.finditer(folded)]
    dated = [(each.start, each.end) for each in year_quantities(folded)]
    return FrontmatterQuestion(
        folded,
        fields,
        frozenset(places_in([*asking, *stands, *_glue(folded), *numbered, *dated])),
        _issues(folded),
        frozenset(years(folded)),
        romanised_names(question),
        bool(stands),
        frozenset(match[1] for match in said if match[1] and not _STANDS_FOR_DOCUMENT.fullmatch(match[1])),
    )


def _glue(folded: str) -> Iterator[Span]:
    yield from (match.span() for match in _GLUE.finditer(folded))
    at = 0
    for word, tag in tagged(folded):
        start, at = at, at + len(word)
        if _LATIN.fullmatch(word):
            glues = word in ENGLISH_GRAMMAR or len(word) == 1
        else:
            glues = tag[0] in _GLUE_TAGS and not _NEVER_GLUE.intersection(word)
        if glues or not any(map(str.isalnum, word)):
            yield start, at


def _issues(folded: str) -> frozenset[int]:
    return frozenset(chinese_number(next(filter(None, match))) for match in _ISSUE.findall(folded))


def printed_fields(asked: FrontmatterQuestion, documents: Sequence[Document]) -> list[tuple[int, Field]]:
    """The (document number, field) pairs that answer; empty when the question is about something else.

    Words left over must all stand in the document's own title, series, issue or year.
    """
    return list(fields_among(asked, documents, range(len(documents))))


def fields_among(
    asked: FrontmatterQuestion, documents: Sequence[Document], numbers: Iterable[int]
) -> Iterator[tuple[int, Field]]:
    """Likewise, among the documents of some numbers, one by one."""
    for number in numbers:
        document = documents[number]
        known = _known(document)
        if not asked.issues <= known.issues or not asked.years <= known.years:
            continue
        if asked.kinds and not any(kind in title for kind in asked.kinds for title in known.titles):
            continue
        for each in asked.fields:
            field = _field(each.key, asked.folded, document)
            if field and _means(asked, each, known, document.text[field.start : field.end]):
                yield number, field
                break


def needed_of_document(asked: FrontmatterQuestion, field: AskedField) -> tuple[set[str], set[str]]:
    """What a document must have for `printed_fields` to find the field in it.

    Returns:
        Characters that stand in its titles and fields, and sounds that its names have.
    """
    left = _left(asked, field)
    spans = {name.stem: set(places_in([_place(asked, name)])) for name in asked.names}
    sounds = {stem for stem, places in spans.items() if places & left}
    named = set().union(*spans.values())
    return {asked.folded[at] for at in left - named}, sounds


def _left(asked: FrontmatterQuestion, field: AskedField) -> set[int]:
    """The places of the characters that neither ask for the field nor glue."""
    left = {at for at, each in enumerate(asked.folded) if not each.isspace()} - asked.settled
    return left.difference(places_in(field.words))


def _place(asked: FrontmatterQuestion, name: Name) -> Span:
    at = asked.folded.find(name.text.lower())
    return at, at + len(name.text)


def _field(key: str, folded: str, document: Document) -> Field | None:
    """The field of that key; of several the one whose line goes on as the question does.

    Of the times that it was amended the last one counts.
    """
    if key not in document.metadata:
        return None
    fields = [each for each in document.fields if each.key == key and each.end > each.start]
    if key == "amended":
        fields.reverse()
    pairs = {folded[at : at + 2] for at in range(len(folded) - 1)} if len(fields) > 1 else set()

    def said(field: Field) -> int:
        line = fold(document.text[field.end - 6 : field.end + 6])
        return len(pairs.intersection(line[at : at + 2] for at in range(len(line) - 1)))

    return max(fields, key=said, default=None)


def _known(document: Document) -> _Known:
    return _known_by(called(document))


@lru_cache(maxsize=4096)
def _known_by(names: Called) -> _Known:
    return _Known(names.titles, names.text, _issues(names.text), frozenset(years(names.text)))


def _means(asked: FrontmatterQuestion, field: AskedField, known: _Known, printed: str) -> bool:
    """Whether everything else that the question says is said of this document."""
    folded, printed = asked.folded, fold(printed)
    left = _left(asked, field)
    # Cheap, and true of nearly no document that is not meant.
    if not asked.names and any(folded[at] not in known.text and folded[at] not in printed for at in left):
        return False
    in_title = set(places_in(_runs(folded, "\n".join(known.titles))))
    if field.evidence and in_title.issuperset(start for start, _ in field.evidence):
        return False  # a word of the title of the document asks for nothing
    runs = _runs(folded, known.text)
    left.difference_update(places_in(runs), places_in(_named(asked, known)))
    # Words of the answer itself may be known.
    if left.difference(places_in(_runs(folded, printed))):
        return False
    naming = [folded[start:end] for start, end in runs if not asked.settled.issuperset(range(start, end))]
    if asked.says_document or not naming:
        return asked.says_document or bool(field.evidence)
    ends = tuple(title[-_ENDING:] for title in known.titles)
    return field.key not in _OF_MANY_THINGS or any(
        len(run) >= _TELLING or run.endswith(ends) or _TITLE_ENDS.search(run) for run in naming
    )


def _named(asked: FrontmatterQuestion, known: _Known) -> Iterator[Span]:
    """What is said in Latin letters of the document: its words, and Chinese names by their sound."""
    for match in _LATIN.finditer(asked.folded):
        if match.group() in known.text:
            yield match.span()
    for name in asked.names:
        if contains(known.text, name):
            yield _place(asked, name)


def _runs(folded: str, known: str) -> list[Span]:
    """The runs of two and more characters, Latin letters apart, that `known` has."""
    runs: list[Span] = []
    at = 0
    while at < len(folded):
        end = at
        while end < len(folded) and not folded[end].isspace() and folded[at : end + 1] in known:
            end += 1
        if end - at >= 2 and not _LATIN.match(folded[at]):
            runs.append((at, end))
            at = end
        else:
            at += 1
    return runs
