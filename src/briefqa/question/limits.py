"""What a caller may ask: how long, how much of what was said before, how many passages.

Everything that comes from outside passes here before anything reads it, so that no input costs
more than its share, and what cannot be used is one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from numbers import Integral

from briefqa.errors import InputError

MAX_QUESTION = 2_000  # characters
MAX_HISTORY = 6  # earlier questions that a follow-up may lean on; what lies before is not read
_MOST_PASSAGES = 1_000_000  # of one answer
# No character: UTF-8 has no bytes for it, and no library takes it.
HALVES = re.compile("[\ud800-\udfff]")


def checked_question(question: object) -> str:
    """The question without blanks around it.

    Raises:
        InputError: it is no text, empty, too long, or holds half a character.
    """
    if not isinstance(question, str):
        raise InputError(f"The question is of the type {type(question).__name__}; give a text.")
    question = question.strip()
    if not question:
        raise InputError("The question is empty; type one.")
    if len(question) > MAX_QUESTION:
        raise InputError(
            f"The question has {len(question):,} characters; at most {MAX_QUESTION:,} are read. Shorten it."
        )
    if half := HALVES.search(question):
        raise InputError(
            f"The question holds half a character (U+{ord(half.group()):04X}) at place {half.start() + 1}; "
            "type it again."
        )
    return question


def checked_history(history: object) -> list[str]:
    """The last of the questions before, oldest first, as `checked_question` gives them; blank ones left out.

    Raises:
        InputError: it is no list, or one of the last is no question.
    """
    if isinstance(history, str) or not isinstance(history, Sequence):
        raise InputError(f"The history is of the type {type(history).__name__}; give a list of questions.")
    last = history[-MAX_HISTORY:]
    return [checked_question(each) for each in last if not isinstance(each, str) or each.strip()]


def check_count(k: object) -> None:
    """Raise InputError unless `k` is a number of passages."""
    if not isinstance(k, Integral) or isinstance(k, bool):
        raise InputError(f"k is of the type {type(k).__name__}; give a whole number of passages.")
    count = int(k)
    if not 1 <= count <= _MOST_PASSAGES:
        told = (
            f"{count:,}" if abs(count) < 10**12 else "a number of many digits"
        )  # which Python does not print
        raise InputError(f"k is {told}; the number of passages must be at least 1 and at most a million.")
