"""Whether the document that is quoted still holds: repealed, expired, or followed by a newer edition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from briefqa.answering.refusals import explain_missing
from briefqa.reading.document import Document
from briefqa.reading.editions import dates, is_periodic
from briefqa.reading.events import YEAR_END
from briefqa.text.folding import fold
from briefqa.text.numbering import DIGITS
from briefqa.text.quantities import YEAR, quantities

_NO_LONGER = re.compile(r"失效|废止|无效")
_NEGATED = re.compile(r"[未没不]")
_MONTHS = {YEAR: 12, "个月": 1, "月": 1}


def standing(document: Document, today: date, english: bool) -> str:
    """One sentence for the reader of a quote; "" for a document that, as far as it is known, holds.

    Args:
        document: of the index, with what the others say of it.
        today: by which its period of validity is judged.
        english: in English instead of Chinese.
    """
    title = f"《{document.title}》"
    if by := document.repealed_by:
        return f"{title} is repealed by {by}." if english else f"{title}已由{by}废止。"
    status = fold(document.metadata.get("status", ""))
    if _NO_LONGER.search(status) and not _NEGATED.search(status):
        said = document.metadata["status"]
        return f"{title} is marked {said}." if english else f"{title}标明的有效性是“{said}”。"
    until = min(_ends(document), default=None)
    if until is not None and until < today:
        return (
            f"{title} was valid until {until}." if english else f"{title}的有效期至{_chinese(until)}，已过。"
        )
    if document.newest and not is_periodic(document):
        return (
            f"There is a newer edition: {document.newest}." if english else f"另有较新的{document.newest}。"
        )
    return ""


def notes(lacking: Sequence[str], documents: Sequence[Document], english: bool) -> str:
    """What a reader of quotes must know, a line each: what is missing, which document holds no more."""
    told = [explain_missing(lacking, english), *(standing(each, date.today(), english) for each in documents)]
    return "\n".join(dict.fromkeys(filter(None, told)))


def _ends(document: Document) -> Iterator[date]:
    """The days on which the printed periods of validity end: a date, or so long after it came into force."""
    begins = min(dates(document.metadata.get("effective", "")), default=None)
    begins = begins or min(dates(document.metadata.get("date", "")), default=None)
    for field in document.fields:
        if field.key not in ("validity", "repealed"):
            continue
        ends = [date(int(year), 12, 31) for year in YEAR_END.findall(field.value.translate(DIGITS))]
        if printed := [*dates(field.value), *ends]:
            yield max(printed)
            continue
        lasts = [
            each.value * _MONTHS[each.unit] for each in quantities(fold(field.value)) if each.unit in _MONTHS
        ]
        if begins is not None and lasts and 0 < max(lasts) < 1200:
            yield _later(begins, int(max(lasts)))


def _later(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 + months
    return date(total // 12, total % 12 + 1, min(day.day, 28))


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
