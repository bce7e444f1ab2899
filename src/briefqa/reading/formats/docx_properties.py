"""What a Word file says of itself: its title, and its author where that names somebody."""

from __future__ import annotations

import re
from typing import Any

_MAKERS = {
    "lenovo", "dell", "hp", "asus", "acer", "thinkpad", "think", "ms", "microsoft", "python-docx",
    "apache poi", "autobvt",
}  # fmt: skip
_ACCOUNT = re.compile(  # of a machine: who sat at it is not told
    r"(?:^|.*[^a-z])(?:users?|admins?|administrator|root|pc)[^a-z]*$|.*用户$", re.IGNORECASE
)
_MACHINE = re.compile(r"[A-Z0-9]+-[A-Z0-9]*")


def core_properties(core: Any) -> dict[str, str]:
    """The title and the author of a file; `core` are its core properties."""
    found = {"title": (core.title or "").strip(), "author": (core.author or "").strip()}
    if not is_author_name(found["author"]):
        found["author"] = ""
    return {key: value for key, value in found.items() if value}


def is_author_name(text: str) -> bool:
    """Whether a name that an office program wrote into a file is of a person or a body.

    It is none of a machine, its maker, an account, an address or a number.
    """
    told = any(char.isalpha() for char in text) and "@" not in text and text.lower() not in _MAKERS
    return told and not (_ACCOUNT.fullmatch(text) or _MACHINE.fullmatch(text))
