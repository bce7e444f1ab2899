"""Whether the document that is quoted still holds: repealed, expired, or followed by a newer edition."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from briefqa.answering.refusals import explain_missing
from briefqa.reading.document import Document
from briefqa.reading.editions import is_periodic
from briefqa.reading.events import ENDS
from briefqa.reading.validity import in_force_until
from briefqa.text.folding import fold

_NO_LONGER = re.compile(rf"{ENDS}|无效")
_NEGATED = re.compile(r"[未没不]")


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
    until = in_force_until(document)
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


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
