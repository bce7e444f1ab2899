"""What happens in a conversation: ask, stop, retry, edit, rate. No layout, and nothing kept here.

Each function takes the turns that the browser keeps and gives them back changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from briefqa.index import MAX_QUESTION
from briefqa.ui.chat.turns import Turn, TurnState, new_ticket
from briefqa.ui.engine import Engine
from briefqa.ui.outside import told_outside
from briefqa.ui.words import Language, say

HITS = 5  # passages that come with an answer


class Refused(Exception):
    """The question cannot be asked; the message is for the user, in the page's language."""


def begin(
    turns: Sequence[Turn], question: str, documents: Sequence[str], editing: int, language: Language
) -> tuple[Turn, ...]:
    """The turns with the question at their end; `editing` ≥ 0 replaces that turn and those after it.

    Raises:
        Refused: it is too long.
    """
    question = question.strip()
    if len(question) > MAX_QUESTION:
        raise Refused(say("too_long", language, length=f"{len(question):,}", limit=f"{MAX_QUESTION:,}"))
    kept = turns[:editing] if 0 <= editing < len(turns) else turns
    if not question:
        return tuple(kept)
    return (*kept, Turn(question, documents=tuple(documents), ticket=new_ticket()))


def again(turns: Sequence[Turn], number: int) -> tuple[Turn, ...]:
    """The turns with one of them to be asked anew."""
    new = {"state": TurnState.PENDING, "answer": None, "error": "", "rating": "", "ticket": new_ticket()}
    return _changed(turns, number, **new)


def pending(turns: Sequence[Turn]) -> int | None:
    """Number of the turn that waits for its answer."""
    return next((n for n, turn in enumerate(turns) if turn.state is TurnState.PENDING), None)


def answered(engine: Engine, turns: Sequence[Turn], number: int) -> tuple[Turn, ...]:
    """The turns with one of them answered, or marked as FAILED; waits for the model."""
    turn = turns[number]
    history = [each.question for each in turns[:number]]
    try:
        answer, build = engine.ask(turn.question, HITS, history, turn.documents)
    except Exception as error:  # whatever it is, the card says so and offers to try again
        return _changed(turns, number, state=TurnState.FAILED, error=told_outside(error, engine.folder))
    return _changed(turns, number, state=TurnState.DONE, answer=answer, build=build)


def rated(turns: Sequence[Turn], number: int, rating: str) -> tuple[Turn, ...]:
    """The turns with one of them rated "up" or "down"."""
    return _changed(turns, number, rating=rating)


def _changed(turns: Sequence[Turn], number: int, **values: object) -> tuple[Turn, ...]:
    return tuple(
        replace(turn, **values) if n == number else turn  # type: ignore[arg-type]
        for n, turn in enumerate(turns)
    )
