"""Text with a few bad bytes: read all the same, each damaged place marked with U+FFFD.

Used only after every strict decoding has failed. In UTF-8 a bad byte spoils one character; in
GB18030 and Big5 a lost byte shifts the pairs behind it, so that the place is searched at which
both sides are made of common characters.
"""

from __future__ import annotations

import re
from functools import cache

MARK = "\ufffd"
_SAMPLE = 2**16  # bytes by which an encoding is judged
_PAIRED = ("gb18030", "big5")
_FEW = 8  # good characters for each bad byte, or the bytes are something else
_MOST_COMMON = 0.8  # share of common characters below which an encoding is not believed
_LONGEST = 1200  # bytes between two ASCII signs in which a lost byte is searched
_MOST_STRETCHES = 10  # such stretches; the others keep their marks


def damaged_utf8(data: bytes) -> str | None:
    """UTF-8 text with a mark for each bad place; None when these are too many for UTF-8."""
    text = data.decode("utf-8-sig", "replace")
    wide = sum(char > "\x7f" and char != MARK for char in text[:_SAMPLE])
    bad = text.count(MARK) if len(text) <= _SAMPLE else text[:_SAMPLE].count(MARK)
    return text if wide >= _FEW * bad and wide else None


def damaged_pairs(data: bytes) -> str | None:
    """GB18030 or Big5 text with a mark for each bad place; None when it is neither."""
    best: tuple[float, str] = (0.0, "")
    for encoding in _PAIRED:
        sample = _paired(data[:_SAMPLE], encoding)
        if len(sample) >= _FEW * sample.count(MARK):
            best = max(best, (_common(sample, encoding), encoding))
    return _paired(data, best[1]) if best[0] >= _MOST_COMMON else None


def _common(text: str, encoding: str) -> float:
    """Share of everyday characters among those of a text beyond ASCII."""
    wide = [char for char in text if char > "\x7f" and char != MARK]
    return sum(_is_common(char, encoding) for char in wide) / len(wide) if wide else 0.0


@cache
def _is_common(char: str, encoding: str) -> bool:
    """First level of GB 2312 or of Big5 (some 4,000 and 5,400 characters), or a mark."""
    if encoding == "big5":
        code = char.encode("big5", "ignore")
        return len(code) == 2 and 0xA1 <= code[0] <= 0xC6
    code = char.encode("gb2312", "ignore")
    return len(code) == 2 and 0xA1 <= code[0] <= 0xD7


def _paired(data: bytes, encoding: str) -> str:
    tries = _MOST_STRETCHES
    parts: list[str] = []
    # An ASCII byte that ends no pair sets the pairs right again: no loss reaches beyond it.
    for stretch in re.split(rb"(?<=[\x00-\x2f])", data):
        try:
            parts.append(stretch.decode(encoding))
        except UnicodeDecodeError:
            if tries and len(stretch) <= _LONGEST:
                tries -= 1
                parts.append(_shifted(stretch, encoding))
            else:
                parts.append(stretch.decode(encoding, "replace"))
    return "".join(parts)


def _shifted(stretch: bytes, encoding: str) -> str:
    """The text with one mark for the byte or pair without which the rest reads best."""

    def cut_at(place: int, width: int) -> str:
        head = stretch[:place].decode(encoding, "replace")
        return head + MARK + stretch[place + width :].decode(encoding, "replace")

    def quality(text: str) -> int:
        return sum(_is_common(char, encoding) or char < "\x7f" for char in text) - 2 * text.count(MARK)

    places = ((place, width) for place in range(len(stretch)) for width in (1, 2))
    return max((cut_at(*place) for place in places), key=quality)
