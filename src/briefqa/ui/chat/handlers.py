"""What Gradio calls for each event: reads the browser's state, calls the idea's module, draws.

Turns and settings come from the browser with every event, so the server keeps nothing about its
visitors and may be restarted at any time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from briefqa.index import MAX_QUESTION, Index
from briefqa.ui import page
from briefqa.ui.chat import chat
from briefqa.ui.chat.feedback import record
from briefqa.ui.chat.turns import Turn, dump, interrupted, load
from briefqa.ui.engine import Engine
from briefqa.ui.words import Language, language_from, language_of, say

_LOOK = 0.2  # seconds between two looks at whether the model is there
_REMEMBERED = 1000

Outputs = tuple[Any, ...]
Writer = Callable[[Sequence[Turn], Index, Language], Path]


class Handlers:
    """The handlers of the page but for the documents tab; outputs are in the order of `layout`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._stopped: dict[str, None] = {}  # tickets of stopped questions, oldest first

    # Outputs: kept, talk, question, editing, notice, send, stop.

    def begin(self, question: str, kept: Any, editing: int, scope: list[str], settings: Any) -> Outputs:
        """Take a question in; a refused one stays in its field."""
        language = language_from(settings)
        try:
            turns = chat.begin(load(kept), question or "", scope or [], editing, language)
        except chat.Refused as error:
            gr.Warning(str(error))
            return _unchanged(7)
        return self._shown(turns, language)

    def begin_example(
        self, kept: Any, editing: int, scope: list[str], settings: Any, event: gr.EventData
    ) -> Outputs:
        """Take in the question of a button."""
        return self.begin(_data(event).get("question", ""), kept, editing, scope, settings)

    def retry(self, kept: Any, settings: Any, event: gr.EventData) -> Outputs:
        """Ask a question again."""
        return self._shown(chat.again(load(kept), _turn_of(event)), language_from(settings))

    def stopped(self, kept: Any, settings: Any) -> Outputs:
        """Leave the pending question unanswered."""
        turns = load(kept)
        self._stop(turns)
        return self._shown(interrupted(turns), language_from(settings))

    def cleared(self, kept: Any, settings: Any) -> Outputs:
        """Forget the conversation."""
        self._stop(load(kept))
        return self._shown((), language_from(settings))

    def _stop(self, turns: Sequence[Turn]) -> None:
        number = chat.pending(turns)
        if number is not None:
            self._stopped[turns[number].ticket] = None
        while len(self._stopped) > _REMEMBERED:
            self._stopped.pop(next(iter(self._stopped)))

    def _shown(self, turns: Sequence[Turn], language: Language) -> Outputs:
        """The conversation and an empty line to type in."""
        talk = page.talk(self.engine, turns, language)
        return dump(turns), talk, "", -1, "", *_busy(chat.pending(turns) is not None)

    # Outputs: kept, talk, head, send, stop.

    async def finish(self, kept: Any, settings: Any) -> Outputs:
        """Answer the pending question, if there is one; wait for the model, but not once stopped."""
        turns, language = load(kept), language_from(settings)
        number = chat.pending(turns)
        if number is None:
            return _unchanged(5)
        ticket = turns[number].ticket
        while not self.engine.settled and ticket not in self._stopped:
            await asyncio.sleep(_LOOK)
        if ticket not in self._stopped:
            turns = await asyncio.to_thread(chat.answered, self.engine, turns, number)
        if ticket in self._stopped:  # maybe while it was being answered
            return _unchanged(5)
        talk = page.talk(self.engine, turns, language)
        return dump(turns), talk, page.head(self.engine, language), *_busy(False)

    # Single turns and the source.

    def open(self, kept: Any, settings: Any, event: gr.EventData) -> str:
        """The source panel for a citation, a passage, a heading, a page or a document."""
        return page.open_source(self.engine, _data(event), load(kept), language_from(settings))

    def close(self, settings: Any) -> str:
        """The source panel when nothing is open."""
        return page.empty_source(self.engine, language_from(settings))

    def edit(self, settings: Any, event: gr.EventData) -> Outputs:
        """Put a past question into the field (question, editing, notice)."""
        number = _turn_of(event)
        notice = page.editing_notice(number, language_from(settings))
        return _data(event).get("question", ""), number, notice

    def rate(self, kept: Any, settings: Any, event: gr.EventData) -> Outputs:
        """Keep a verdict (kept, talk)."""
        turns, number, data = load(kept), _turn_of(event), _data(event)
        value = data.get("value", "")
        if not 0 <= number < len(turns) or value not in ("up", "down", "this"):
            return gr.skip(), gr.skip()
        language = language_from(settings)
        if self.engine.read_only:
            gr.Info(say("read_only", language))
            return gr.skip(), gr.skip()
        turn, quote = turns[number], data.get("quote", "")
        if not record(self.engine.folder, turn, value, quote, text_of=self.engine.text_of):
            return gr.skip(), gr.skip()
        turns = chat.rated(turns, number, "down" if value == "this" else value)
        return dump(turns), page.talk(self.engine, turns, language)

    def exporter(self, write: Writer) -> Callable[[Any, Any], str]:
        """A handler that writes the conversation into a file."""

        def export(kept: Any, settings: Any) -> str:
            turns, language = load(kept), language_from(settings)
            if not any(turn.answer for turn in turns):
                raise gr.Error(say("nothing_to_export", language), print_exception=False)
            return str(write(turns, self.engine.index, language))

        return export

    # The page as a whole. Outputs: settings, kept, head, theme, talk, welcome, source, send, stop.

    def load(self, kept: Any, settings: Any, request: gr.Request) -> Outputs:
        """The page as it was left, or as its address says (`?q=…&doc=…&at=start-end`)."""
        if not (isinstance(settings, dict) and settings.get("chosen")):
            accepted = request.headers.get("accept-language", "")
            settings = {"language": language_of(accepted).value, "chosen": False}
        turns = interrupted(load(kept))
        query = {name: str(value) for name, value in dict(request.query_params).items()}
        asked = query.get("q", "").strip()
        if asked and len(asked) <= MAX_QUESTION:
            if all(turn.question != asked for turn in turns):
                turns = chat.begin(turns, asked, (), -1, language_from(settings))
            query["turn"] = str(max(n for n, turn in enumerate(turns) if turn.question == asked))
        outputs = self._everything(turns, settings, query)
        if turns:
            return outputs
        # A quick visitor may have asked already: leave the conversation (kept, talk, send, stop) alone.
        left = gr.skip()
        return (outputs[0], left, *outputs[2:4], left, *outputs[5:7], left, left)

    def switch_language(self, kept: Any, settings: Any) -> Outputs:
        """The whole page in the other language."""
        settings = {"language": language_from(settings).other.value, "chosen": True}
        return self._everything(load(kept), settings, {})

    def _everything(self, turns: Sequence[Turn], settings: Any, query: dict[str, str]) -> Outputs:
        engine, language = self.engine, language_from(settings)
        opened = page.open_source(engine, query, turns, language) if query.get("doc") else None
        return (
            settings,
            dump(turns),
            page.head(engine, language),
            page.theme_button(language),
            page.talk(engine, turns, language),
            page.welcome_part(engine, language),
            opened or page.empty_source(engine, language),
            *_busy(chat.pending(turns) is not None),
        )


def _data(event: gr.EventData) -> dict[str, str]:
    """What a button says of itself; it comes from outside."""
    data = event._data
    return {str(name): str(value) for name, value in data.items()} if isinstance(data, dict) else {}


def _turn_of(event: gr.EventData) -> int:
    number = _data(event).get("turn", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 7 else -1


def _unchanged(outputs: int) -> Outputs:
    return tuple(gr.skip() for _ in range(outputs))


def _busy(busy: bool) -> tuple[Any, Any]:
    return gr.update(visible=not busy), gr.update(visible=busy)
