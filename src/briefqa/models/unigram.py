"""The packaged model's tokenizer: XLM-RoBERTa's Unigram pieces, with the place of each token in the text.

A text is normalised (SentencePiece's NMT rules, NFKC, one blank for several, ▁ for a blank), then cut
into the pieces of the highest summed log probability (Kudo, Subword Regularization, 2018; Viterbi's
algorithm). The pieces are a plain dictionary: it is there in a tenth of a second, where the usual
libraries take most of a second and up to 290 MB to build their tries.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Spans = list[tuple[int, int]]

_BLANK = "▁"
_OPEN, _CLOSE = 0, 2  # ids of <s> and </s>
_UNKNOWN_PENALTY = 10.0  # below the least likely piece: SentencePiece's own number

# SentencePiece's NMT rules: control characters vanish, other white space is a blank.
_GONE = (*range(0x01, 0x09), 0x0B, *range(0x0E, 0x20), 0x7F, 0x8F, 0x9F)
_WHITE = (0x09, 0x0A, 0x0C, 0x0D, 0x1680, *range(0x200B, 0x2010), 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD)
# Most of what is met: ASCII, Latin letters, Chinese and full-width characters join nothing before them.
_ALONE = re.compile("[\\0-\u02ff\u2010-\u205f\u3000-\u3029\u3400-\u9fff\uff01-\uff5e]")
_NMT: dict[int, str | None] = dict.fromkeys(_GONE) | dict.fromkeys(_WHITE, " ")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text.

    Attributes:
        ids: with the marks <s> and </s> at both ends.
        spans: `[start, end)` of each token in the text, without the two marks.
    """

    ids: list[int]
    spans: Spans


class Unigram:
    """Cuts texts into pieces; threads may share it."""

    def __init__(self, pieces: Sequence[str], scores: Sequence[float], unknown: int) -> None:
        self._ids = dict(zip(pieces, range(len(pieces)), strict=True))
        self._scores = array("d", scores)
        self._longest: dict[str, int] = {}  # first character → characters of the longest such piece
        for piece in pieces:
            if len(piece) > self._longest.get(piece[:1], 0):
                self._longest[piece[:1]] = len(piece)
        self._unknown = unknown
        self._unknown_score = min(scores) - _UNKNOWN_PENALTY

    def tokens(self, text: str, most: int) -> Tokens:
        """The tokens of `text`, at most `most` of them, the two marks included; what is over is left out."""
        normal, places = _normalised(text)
        ids, spans = [], []
        for token, start, end in self._best_path(normal):
            ids.append(token)
            spans.append((places[start][0], places[end - 1][1]))
        own = most - 2
        return Tokens([_OPEN, *ids[:own], _CLOSE], spans[:own])

    def _best_path(self, text: str) -> list[tuple[int, int, int]]:
        """(id, start, end) of each piece; neighbouring unknown characters are one piece."""
        lookup, scores, longest = self._ids.get, self._scores, self._longest.get
        size = len(text)
        best = [float("-inf")] * (size + 1)
        came: list[tuple[int, int]] = [(0, 0)] * (size + 1)  # the id of the last piece, and its start
        best[0] = 0.0
        for start in range(size):
            here = best[start]
            for end in range(start + 1, min(start + longest(text[start], 0), size) + 1):
                token = lookup(text[start:end])
                if token is not None and here + scores[token] > best[end]:
                    best[end], came[end] = here + scores[token], (token, start)
            if text[start] not in self._ids and here + self._unknown_score > best[start + 1]:
                best[start + 1], came[start + 1] = here + self._unknown_score, (self._unknown, start)
        return list(self._pieces(came))[::-1]

    def _pieces(self, came: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
        """The pieces from the last to the first."""
        end = len(came) - 1
        while end:
            token, start = came[end]
            while token == self._unknown and start and came[start][0] == self._unknown:
                start = came[start][1]
            yield token, start, end
            end = start


def _normalised(text: str) -> tuple[str, Spans]:
    """The form that is cut into pieces, and for each of its characters the `[start, end)` in `text`."""
    characters: list[str] = []
    places: Spans = []
    for cluster, place in _clusters(text):
        for character in cluster:
            if character == " " and characters and characters[-1] == _BLANK:
                places[-1] = place  # several blanks are one, and it stands where the last does
                continue
            characters.append(_BLANK if character == " " else character)
            places.append(place)
    if characters and characters[0] != _BLANK:
        characters.insert(0, _BLANK)
        places.insert(0, places[0])
    return "".join(characters), places


def _clusters(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Normalised parts of `text` that change each other no further, each with its `[start, end)`."""
    held, begin = "", 0
    for at, character in enumerate(text):
        kept = _NMT.get(ord(character), character)
        if kept is None:
            continue
        if held and not _apart(held, kept):
            held += kept
            continue
        if held:
            yield unicodedata.normalize("NFKC", held), (begin, at)
        held, begin = kept, at
    if held:
        yield unicodedata.normalize("NFKC", held), (begin, len(text))


def _apart(before: str, after: str) -> bool:
    """Whether the normal form of the two together is that of each by itself."""
    if _ALONE.match(after):
        return True
    normal = unicodedata.normalize("NFKC", after)
    if unicodedata.combining(normal[0]):
        return False
    return unicodedata.normalize("NFKC", before + after) == unicodedata.normalize("NFKC", before) + normal
