"""Text → terms for the lexical index.

Chinese is cut into overlapping character bigrams, which need no dictionary and find names
that no dictionary has; Latin words and numbers stay whole. On Chinese policy text this ranks
better than a word segmenter. Numbers also get a term for their value, written out or not.
"""

from __future__ import annotations

import re

from briefqa.text.folding import fold
from briefqa.text.quantities import number_terms

_HAN = r"\u2e80-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?")
_RUNS = re.compile(rf"(?P<word>[^\W\d_{_HAN}]+)|(?P<number>{_NUMBER.pattern})|(?P<han>[{_HAN}]+)")
_BIGRAM = re.compile(rf"[{_HAN}]{{2}}")


def is_bigram(term: str) -> bool:
    """Whether a term is two Chinese characters: a text has it when they stand there, whatever is around."""
    return _BIGRAM.fullmatch(term) is not None


def is_number(term: str) -> bool:
    """Whether a term is a number; a text has it when `numbers` gives it."""
    return _NUMBER.fullmatch(term) is not None


def numbers(folded: str) -> list[str]:
    """The terms of a folded text that are numbers, in digits or by their value."""
    return [run.replace(",", "") for run in _NUMBER.findall(folded)] + number_terms(folded)


def characters(text: str) -> list[str]:
    """Like `terms`, with single characters in place of bigrams: how much of a question one sentence has."""
    found: list[str] = []
    for match in _RUNS.finditer(fold(text)):
        found.extend(match.group() if match.lastgroup == "han" else [match.group()])
    return found


def terms(text: str) -> list[str]:
    """The terms of `text` in order, with repeats; number values last."""
    folded = fold(text)
    found: list[str] = []
    for match in _RUNS.finditer(folded):
        run = match.group()
        if match.lastgroup == "han" and len(run) > 1:
            found.extend(run[at : at + 2] for at in range(len(run) - 1))
        elif match.lastgroup == "number":
            found.append(run.replace(",", ""))
        else:
            found.append(run)
    return found + number_terms(folded)
