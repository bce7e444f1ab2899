"""Characters that are not seen."""

from __future__ import annotations

import re

# What is not seen, and so can hide that a number is another: Unicode's Default_Ignorable_Code_Point with the
# controls, the marks of direction and of notes between lines, and half characters. U+200D and the forms of a
# character (U+FE0F) stay behind an emoji.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c"
    "\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff]"
    "|(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d|(?<![\u2190-\u2bff\U0001f000-\U0001faff])[\ufe00-\ufe0f]"
)


def shown(name: str) -> str:
    """A name in one line, with a mark where it holds what is not seen or breaks the line."""
    return INVISIBLE.sub("\ufffd", re.sub(r"[\t\n\f\r\x0b\x85\u2028\u2029]", "\ufffd", name))
