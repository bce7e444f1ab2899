"""Every word that a user of the web page reads, in Chinese and in English.

A text may hold `{name}` places, filled by `say`. Quotes, titles and addresses are never
translated: they are what the documents say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from briefqa.ui.wording.asking import ASKING
from briefqa.ui.wording.reading import READING


class Language(StrEnum):
    """The languages of the page."""

    ZH = "zh"
    EN = "en"


_COUNTED = re.compile(r"(\{(\w+)\}(?: \w+)+)\(s\)")

WORDS: dict[str, tuple[str, str]] = ASKING | READING


def language_from(named: object) -> Language:
    """The language that a browser names; Chinese, as the documents are, for anything else."""
    return Language.EN if named == Language.EN else Language.ZH


def say(key: str, language: Language, **values: object) -> str:
    """The text of `key` in `language`, its places filled with `values` (not escaped)."""
    zh, en = WORDS[key]
    if language is Language.ZH:
        return zh.format(**values)
    return _counted(en, values).format(**values)


def _counted(text: str, values: Mapping[str, object]) -> str:
    """`{count} document(s)` → `{count} document` for a count of 1, else `{count} documents`."""
    return _COUNTED.sub(lambda found: found[1] + ("" if str(values.get(found[2])) == "1" else "s"), text)


def texts_of(language: Language, keys: Iterable[str] = WORDS) -> dict[str, str]:
    """The texts of `keys` in one language, for a script; all of them if none are given."""
    return {key: WORDS[key][0 if language is Language.ZH else 1] for key in keys}
