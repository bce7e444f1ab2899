"""The conversation as each browser keeps it: questions with their answers, as plain JSON.

The server keeps nothing of it. What comes back from a browser may be old or damaged: a turn
that is not of today's form is left out, never an error.
"""

from __future__ import annotations

import secrets
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from briefqa.answering.answer import Answer
from briefqa.answering.jsonable import to_json

# A turn is about 10 kB with its passages, and a browser keeps 5 MB for a site.
MAX_TURNS = 50


class TurnState(StrEnum):
    """How far a question has come."""

    PENDING = "pending"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Turn:
    """One question; `answer` is there when it is DONE, `error` says why it FAILED.

    `build` is the index's build that answered; `documents` the ids it was limited to (empty: all);
    `rating` is "up", "down", or ""; `ticket` tells one asking of the question from another.
    """

    question: str
    state: TurnState = TurnState.PENDING
    answer: Answer | None = None
    error: str = ""
    build: str = ""
    documents: tuple[str, ...] = ()
    rating: str = ""
    ticket: str = ""


def new_ticket() -> str:
    """A mark that no other asking has."""
    return secrets.token_hex(8)


def dump(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """The newest turns as JSON values."""
    return [to_json(turn) for turn in turns[-MAX_TURNS:]]


def load(data: object) -> tuple[Turn, ...]:
    """What `dump` gave, back again."""
    turns = []
    for each in data[-MAX_TURNS:] if isinstance(data, list) else []:
        try:
            turn = _restored(Turn, each)
        except (TypeError, ValueError, KeyError, RecursionError):
            continue
        if turn.state is TurnState.DONE and turn.answer is None:
            continue
        turns.append(turn)
    return tuple(turns)


def interrupted(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The turns as they are when nobody works on them: pending ones are stopped."""
    return tuple(
        replace(turn, state=TurnState.STOPPED) if turn.state is TurnState.PENDING else turn for turn in turns
    )


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
    return value
