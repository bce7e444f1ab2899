"""Whether what a program wrote into a file as its author names somebody."""

from __future__ import annotations

import re

_NOBODY = {  # makers of machines and programs, and words that stand for no name
    "lenovo", "dell", "hp", "asus", "acer", "thinkpad", "think", "ms", "microsoft", "python-docx",
    "apache poi", "autobvt", "wps", "anonymous", "unspecified", "untitled",
}  # fmt: skip
_ACCOUNT = re.compile(  # of a machine: who sat at it is not told
    r"(?:^|.*[^a-z])(?:users?|admins?|administrator|root|pc)[^a-z]*$|.*用户$", re.IGNORECASE
)
_MACHINE = re.compile(r"[A-Z0-9]+-[A-Z0-9]*")


def is_author_name(text: str) -> bool:
    """Whether a name that a program wrote into a file is of a person or a body.

    It is none of a machine, its maker, an account, an address or a number.
    """
    told = any(char.isalpha() for char in text) and "@" not in text and text.lower() not in _NOBODY
    return told and not (_ACCOUNT.fullmatch(text) or _MACHINE.fullmatch(text))
