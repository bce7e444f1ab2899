"""Which row of a table a question names: a label counts only whole.

Community 30 is not the row of community 4, though that row holds the number 30 too. Similarity cannot tell
the rows of a numbered series apart, so a row of another number rules itself out like another year.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from briefqa.question.conditions import Check, ConditionKind, Verdict
from briefqa.reading.document import Document
from briefqa.reading.table_labels import PART, LabelledRow, labelled_rows, row_labels
from briefqa.reading.table_spans import Span
from briefqa.text.content import tagged
from briefqa.text.folding import fold
from briefqa.text.names import DIVISION, sound
from briefqa.text.numbering import NUMERALS, TO_TEN, chinese_number
from briefqa.text.quantities import years

_NUMBER = re.compile(rf"\d+(?:\.\d+)?|[{NUMERALS}千]+")
_DIGITS = frozenset(f"0123456789{NUMERALS}千")
_PREFIX = re.compile(
    rf"(?:{PART}|其[它他](?=\s*[:：])|#|\d{{1,2}}\s*[、.．]|[（(]?[{TO_TEN}]{{1,3}}[）)]?\s*[、.．])\s*[:：]?\s*"
)
_SPACE = re.compile(r"\s+")
_MOST_NUMBERS = 4  # of a label, as of a date; more are a text
_DIVISION = re.compile(rf"(?:{DIVISION})$")
_SHORTEST = 3  # characters of a label that another may be nearly
_SUFFIX = re.compile(r"\s*[（(\[【][^）)\]】]*[）)\]】]$")


@dataclass(frozen=True, slots=True)
class RowMatch:
    """How a question names a row.

    Attributes:
        whole: labels of the row that the question holds whole.
        labels: labels that the row has: the cells before its first figure.
        other: the row that the question names instead, which differs from this one in a number only;
            "" when it names none.
        own: those labels, else the one that has another number, else the first.
        unlike: what the question names in place of a label of this row, though not of its whole table.
    """

    whole: int
    labels: int
    other: str = ""
    own: str = ""
    unlike: str = ""


def row_checks(question: str, document: Document, spans: Sequence[Span]) -> dict[int, Check]:
    """How the question names the rows among some spans of a document, by their place in `spans`.

    MET by all of a row's labels, CONTEXT by one of several, a CONFLICT for a row of another number or name.
    Where the question asks for another number, a row of the same table with a name is not meant either.
    Nothing is said of a row that the question does not name, nor of other text.
    """
    return checks_of_rows(question, labelled_rows(document, spans))


def checks_of_rows(question: str, rows: Sequence[LabelledRow]) -> dict[int, Check]:
    """Likewise, with the rows among the spans found before."""
    matches = {row.place: (row.table, labels_match(question, row.labels)) for row in rows}
    others = {table: match.other for table, match in matches.values() if match.other}
    checks = {}
    for place, (table, match) in matches.items():
        if match.unlike:
            checks[place] = Check(ConditionKind.ROW, match.unlike, Verdict.CONFLICT, match.own)
        elif match.whole and not match.other:
            verdict = Verdict.MET if match.whole == match.labels else Verdict.CONTEXT
            checks[place] = Check(ConditionKind.ROW, match.own, verdict)
        elif other := others.get(table):
            checks[place] = Check(ConditionKind.ROW, other, Verdict.CONFLICT, match.own)
    return checks


def row_matches(question: str, cells: Sequence[str]) -> RowMatch:
    """How `question` names the row with these cells, from the left; see `labels_match`."""
    return labels_match(question, row_labels(cells))


def labels_match(question: str, labels: Sequence[str]) -> RowMatch:
    """How `question` names the row with these labels.

    White space, width, case and script do not matter, nor how a number is written, nor what a label says in
    brackets at its end.
    """
    named = [label for label in labels if label_in(question, label)]
    for label in labels:
        if label not in named and (other := _other_number(question, label)):
            return RowMatch(len(named), len(labels), other, label)
    for label in labels:
        if label not in named and (unlike := named_instead(question, label)):
            return RowMatch(len(named), len(labels), own=label, unlike=unlike)
    return RowMatch(len(named), len(labels), own=" ".join(named or labels[:1]))


def label_in(question: str, label: str) -> bool:
    """Whether the label stands in the question, and not as a part of a longer number or Latin word."""
    return next(label_places(compared_form(question), label), None) is not None


def label_places(asked: str, label: str) -> Iterator[Span]:
    """`[start, end)` of the label in a question in the form of `compared_form`; a place may come twice."""
    folded = compared_form(label)
    for form in sorted({folded, _bare(folded)} - {""}, key=len, reverse=True):
        yield from _whole(asked, form)
    yield from (span for span, same in _numbered_alike(asked, _bare(folded)) if same)


def named_instead(question: str, label: str) -> str:
    """What the question, which has not the label, names nearly so; "" where it names nothing of the kind.

    Another place of the same stem (a county for a town), or a word that differs in one character (doctors for
    masters); not in a numeral, nor in a character of the same sound, which is a slip.
    """
    asked, form = compared_form(question), _bare(compared_form(label))
    return _other_division(asked, form) or _other_character(asked, form)


@lru_cache(maxsize=4096)  # a question is held against many rows, and they against many questions
def compared_form(text: str) -> str:
    """The form in which labels and questions are compared: folded, without white space."""
    return fold(_SPACE.sub("", text))


def _bare(label: str) -> str:
    stripped = _PREFIX.sub("", label, count=1) if _PREFIX.match(label) else label
    return _SUFFIX.sub("", stripped)


def _other_division(asked: str, form: str) -> str:
    own = _DIVISION.search(form)
    stem = form[: own.start()] if own else ""
    if own is None or len(stem) < _SHORTEST - 1 or stem not in asked:
        return ""
    found = re.finditer(rf"{re.escape(stem)}({DIVISION})", asked)
    return next((match.group() for match in found if match[1] != own.group()), "")


def _other_character(asked: str, form: str) -> str:
    half, length = len(form) // 2, len(form)
    if length < _SHORTEST or not (form[:half] in asked or form[half:] in asked):
        return ""
    for at in range(len(asked) - length + 1):
        written = asked[at : at + length]
        differ = [place for place in range(length) if written[place] != form[place]]
        # The last one says how a thing is counted, and before the rest of the label it is a word between.
        if len(differ) == 1 and differ[0] < length - 1 and form[differ[0] :] not in asked[at:]:
            low, high = _word_at(asked, at + differ[0])
            alone = min(high, at + length) - max(low, at) < 2  # it stands beside the name
            if not alone and _is_another(written, form, differ[0]):
                return written
    return ""


def _is_another(one: str, other: str, place: int) -> bool:
    """Whether the characters at a place are of two words, not of two numerals or of one that is misspelt."""
    pair = one[place], other[place]
    return all(each.isalpha() and each not in _DIGITS for each in pair) and sound(pair[0]) != sound(pair[1])


def _word_at(text: str, place: int) -> Span:
    ends = _word_ends(text)
    low = bisect_right(ends, place)
    return (ends[low - 1] if low else 0), ends[low]


@lru_cache(maxsize=64)
def _word_ends(text: str) -> tuple[int, ...]:
    return tuple(accumulate(len(word) for word, _ in tagged(text)))


def _whole(asked: str, form: str) -> Iterator[Span]:
    at = asked.find(form)
    while at >= 0:
        end = at + len(form)
        before, after = asked[at - 1 : at], asked[end : end + 1]
        if not _same_word(before, form[0]) and not _same_word(form[-1], after):
            yield at, end
        at = asked.find(form, at + 1)


def _same_word(left: str, right: str) -> bool:
    """Two characters next to each other that are of one number or one Latin word."""
    if left in _DIGITS and right in _DIGITS and left and right:
        return True
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()


def _other_number(question: str, label: str) -> str:
    """The label with another number in its place, where the question has it; "" for a calendar year.

    Years have conditions of their own, which know of the document's year too.
    """
    for (start, end), same in _numbered_alike(compared_form(question), _bare(compared_form(label))):
        written = _SPACE.sub("", question)[start:end]
        if not same and not years(fold(written)):
            return written
    return ""


def _numbered_alike(asked: str, form: str) -> Iterator[tuple[Span, bool]]:
    """Where the label stands with any numbers in the places of its own, and whether those are as large."""
    words = _NUMBER.split(form)
    # Without words around it, any number of the question would be another row.
    if not 1 < len(words) <= _MOST_NUMBERS or not any(map(str.isalpha, "".join(words))):
        return
    if not all(word in asked for word in words):
        return
    own = [_value(each) for each in _NUMBER.findall(form)]
    pattern = f"({_NUMBER.pattern})".join(map(re.escape, words))
    for match in re.finditer(pattern, asked):
        yield match.span(), [_value(each) for each in match.groups()] == own


def _value(number: str) -> float:
    return float(number) if number[0].isdecimal() else chinese_number(number)
