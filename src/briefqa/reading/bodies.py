"""Names of organisations as lines of their own: who issues a document, not what it is called."""

from __future__ import annotations

import re

from briefqa.text.names import DIVISIONS

ABOUT = "关于"  # what a document is about follows
_DIVISION = re.compile(rf"[\u4e00-\u9fff]{{2,4}}?[{DIVISIONS}]")
_BODY = re.compile(
    r"[\u4e00-\u9fff（）()]{2,25}(?:政府|[局厅委部办署院队司校室厂]|[员工协学商合]会|中心|大学|集团)"
    r"(?:[（(][^（()）]+[)）])?"
)


def is_body(text: str) -> bool:
    """Whether a text, in the form that `fields.plain` gives it, is an organisation's name and no more."""
    return _BODY.fullmatch(text) is not None and ABOUT not in text


def is_bodies(text: str) -> bool:
    """Whether a text is the names of one or more organisations, parted by blanks or commas, and no more."""
    names = re.split(r"[\s、]+", text.strip())
    return all(map(is_body, names))


def place_of(name: str) -> str:
    """The divisions that an organisation's name begins with, one after another; "" where there are none."""
    at = 0
    while match := _DIVISION.match(name, at):
        at = match.end()
    return name[:at]
