"""One question with its answer, as it comes back from the browser that keeps it.

The server keeps nothing of a conversation. What comes back may be old or damaged: a turn that is
not of today's form is no turn, never an error.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from briefqa.answering.answer import Answer
from briefqa.question.limits import HALVES


class Rating(StrEnum):
    """What a user says of an answer; NOTHING takes it back."""

    NOTHING = ""
    RIGHT = "up"
    WRONG = "wrong"  # another sentence answers, or this one does not
    NO_ANSWER = "none"  # the documents do not answer it, though a sentence was quoted
    MISSED = "missed"  # they do, though nothing was found
    THIS = "this"  # a passage that was shown below is the answer


@dataclass(frozen=True, slots=True)
class Turn:
    """An answered question.

    `build` is the index's build that answered; `documents` the ids it was limited to (empty: all), and
    `gone` how many more were chosen that the index no longer held.
    """

    question: str
    answer: Answer
    build: str = ""
    documents: tuple[str, ...] = ()
    gone: int = 0
    rating: Rating = Rating.NOTHING


def turn_from(record: object) -> Turn | None:
    """The turn of a JSON object; None when it is none, or has no answer yet."""
    try:
        restored = _restored(Turn, record)
    except (TypeError, ValueError, KeyError, RecursionError):
        return None
    return restored if isinstance(restored, Turn) else None


def _restored(kind: Any, value: Any) -> Any:
    """`value` as the annotated type: the counterpart of `to_json` for this module's records."""
    if isinstance(kind, type) and is_dataclass(kind):
        if not isinstance(value, Mapping):
            raise TypeError(f"{value!r} is no object")
        hints = get_type_hints(kind)
        return kind(
            **{
                each.name: _restored(hints[each.name], value[each.name])
                for each in fields(kind)
                if each.name in value
            }
        )
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        inner = next(each for each in arguments if each is not types.NoneType)
        return None if value is None else _restored(inner, value)
    if origin is tuple:
        if not isinstance(value, list):
            raise TypeError(f"{value!r} is no list")
        kinds = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else list(arguments)
        return tuple(_restored(each, item) for each, item in zip(kinds, value, strict=True))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(kind, type) or not isinstance(value, kind):
        raise TypeError(f"{value!r} is not of {kind}")
    if isinstance(value, str) and HALVES.search(value):  # JSON can hold what no page and no file can
        raise ValueError("half a character")
    return value
