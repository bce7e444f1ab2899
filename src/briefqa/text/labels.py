"""The labels that documents print before a colon, and the field that each one names."""

from __future__ import annotations

import re

from briefqa.text.lexicon import any_of, keyed

CHROME = "chrome"  # labels of the page around a text: they end the value before them and state nothing
_DATED = "日期"
_SAME = "时间"  # means the same

_KEYS = {label: key for key, labels in keyed("labels").items() for label in labels}

_BEFORE, _AFTER = any_of("label_parts.before"), any_of("label_parts.after")


def label_form(label: str) -> str:
    """A pattern of a label in its forms; the characters of short ones are often spread."""
    if len(label) > len(_DATED) and label.endswith(_DATED):
        return f"{label.removesuffix(_DATED)}(?:{_DATED}|{_SAME})"
    spread = r"[ \u3000]*".join(label) if len(label) == 2 else label
    return f"{_BEFORE}?{spread}{_AFTER}?" if len(label) == 2 else spread


LABEL = re.compile(
    rf"(?:[（(]\s*)?(?:{'|'.join(map(label_form, sorted(_KEYS, key=len, reverse=True)))})\s*[：:]"
)
_PARTS = re.compile(f"^{_BEFORE}|{_AFTER}$")


def key_of(label: str) -> str:
    """The key of the field that a label names, in simplified characters; an unknown label is its own key."""
    label = re.sub(r"\s", "", label)
    dated = label.removesuffix(_SAME) + _DATED
    for form in (label, dated, _PARTS.sub("", label, count=1), _PARTS.sub("", label)):
        if form in _KEYS:
            return _KEYS[form]
    return label
