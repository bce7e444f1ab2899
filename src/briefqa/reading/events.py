"""What happened to a document and when: adopted, made public, amended, in force, valid, repealing others.

Such statements have a type each: a date and the verb that follows it, in the note below a title and in
the closing articles. A date of blanks in a draft is no date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from briefqa.text.lexicon import any_of
from briefqa.text.numbering import TO_TEN

CN_DIGITS = f"〇○零{TO_TEN}"
DATE = re.compile(
    rf"(?:\d{{4}}\s*年\s*\d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*[日号])?|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
    rf"|[{CN_DIGITS}]{{4}}年[{CN_DIGITS}]{{1,3}}月(?:[{CN_DIGITS}]{{1,3}}日)?)"
)
_TIME = re.compile(r"\s*\d{1,2}:\d\d(?::\d\d)?")
_VERBS = {
    "通过": "adopted",
    "修正": "amended",
    "修订": "amended",
    "公布": "date",
    "发布": "date",
    "印发": "date",
}
_VERB = re.compile("|".join(_VERBS))
_BOOK = re.compile(r"《[^》]{0,120}》")
_ITSELF = rf"本[\u4e00-\u9fff]{{0,4}}?{any_of('titles.endings')}"
_IN_FORCE = re.compile(
    rf"(?P<itself>{_ITSELF})?[自从于](?P<value>[^，,。；《]{{2,24}}?)起?(?:正式)?(?:[施执试]行|实施|生效)"
)
_DAY = re.compile(rf"[\d{CN_DIGITS}]|之日|即日")
YEAR_END = re.compile(r"(\d{4})\s*年[底末]")
ENDS = "(?:废止|失效|作废)"
_UNTIL = rf"(?:{DATE.pattern}|{YEAR_END.pattern})"
_LASTS = rf"[\d{CN_DIGITS}两]{{1,3}}\s*(?:年|个月)"
_TO = "[-—–至到]"
_BEFORE_VALUE = rf"[^，,。；《间\d{CN_DIGITS}]"
_VALID = re.compile(
    rf"(?P<itself>{_ITSELF})?的?(?:"
    rf"(?:有效期限?{_BEFORE_VALUE}{{0,13}}?|(?:暂定)?[试执施实][行施](?:期限?)?{_BEFORE_VALUE}{{0,4}}?)"
    rf"(?P<value>{_TO}?(?:{_UNTIL}(?:\s*{_TO}\s*{_UNTIL})?|{_LASTS}))(?![的以内后])"
    rf"|(?P<ends>{DATE.pattern})自[行动]{ENDS})"
)
_LEAD = 4  # characters before the date of a statement: a bracket, a preposition
_AROUND = " \u3000()。；;"
_OPENS = "，,。；"  # what a statement of its own stands behind


@dataclass(frozen=True, slots=True)
class Event:
    """A statement of a text: `start` to `end` is quoted, `value_start` to `value_end` of it is the value."""

    key: str
    start: int
    end: int
    value_start: int
    value_end: int


def starts_with_date(text: str) -> int:
    """Where the date at the start of a text and its time of day end; 0 without one."""
    date = DATE.match(text)
    if date is None:
        return 0
    time = _TIME.match(text, date.end())
    return time.end() if time else date.end()


def is_note(text: str) -> bool:
    """Whether a line is the note below a title that tells when a rule was adopted, amended, made public."""
    if re.match(r"[（(]?\s*\d{4}", text) and DATE.search(text[:20]) and dated_events(text):
        return True
    return is_history(text)


def is_history(text: str) -> bool:
    """Whether a line is made of such statements (amended on a date by …) to its end."""
    events = dated_events(text)
    return bool(events) and events[0].start <= _LEAD and not text[events[-1].end :].strip(_AROUND)


def dated_events(text: str) -> list[Event]:
    """`date … verb` of a note of when a law was passed and amended, each quoted to its verb.

    When a rule was made public the date alone is the value.
    """
    plain = _BOOK.sub(lambda book: "《" * len(book.group()), text)
    dates = list(DATE.finditer(plain))
    ends = [*(date.start() for date in dates[1:]), len(plain)][: len(dates)]
    events = []
    for date, end in zip(dates, ends, strict=True):
        verbs = list(_VERB.finditer(plain, date.end(), end))
        if verbs and not re.search(r"[，。；]", plain[date.end() : verbs[-1].end()]):
            last = verbs[-1]
            key, stop = _VERBS[last.group()], last.end()
            events.append(Event(key, date.start(), stop, date.start(), date.end() if key == "date" else stop))
    return events


def closing_events(text: str, *, of_itself: bool, near: bool = False) -> Iterator[Event]:
    """From when and until when the document applies.

    Args:
        text: of a line.
        of_itself: only where it names itself, or goes on from a statement that does.
        near: the line above says from when it applies.
    """
    force = next((each for each in _IN_FORCE.finditer(text) if _applies(each, of_itself)), None)
    valids = _VALID.finditer(text)
    valid = next((each for each in valids if not of_itself or _is_of_itself(each, force, near)), None)
    together = _goes_on(force, valid)  # one statement, quoted whole for both
    if force is not None:
        yield Event("effective", force.start(), (together or force).end(), *force.span("value"))
    if valid is not None:
        start = force.start() if force is not None and together else valid.start()
        told = "value" if valid["value"] else "ends"
        yield Event("validity", start, valid.end(), *valid.span(told))


def _is_of_itself(valid: re.Match[str], force: re.Match[str] | None, near: bool) -> bool:
    """Whether it names the document, or opens a clause beside what says from when that applies."""
    behind = force is not None and valid.start() >= force.end()
    opens = not valid.string[: valid.start()].strip() or valid.string[valid.start() - 1] in _OPENS
    return bool(valid["itself"]) or ((behind or (near and force is None)) and opens)


def _goes_on(first: re.Match[str] | None, second: re.Match[str] | None) -> re.Match[str] | None:
    """The second match when it follows the first with no more than a mark between them."""
    return second if first and second and 0 <= second.start() - first.end() <= 2 else None


def _applies(match: re.Match[str], of_itself: bool) -> bool:
    return _DAY.search(match["value"]) is not None and (bool(match["itself"]) or not of_itself)
