"""Components whose words change with the language, and the changes when it is switched."""

from __future__ import annotations

from typing import Any

import gradio as gr

from briefqa.ui.words import Language, say


class Labels:
    """Remembers for each component which of its properties holds which text."""

    def __init__(self) -> None:
        self._keys: list[tuple[Any, dict[str, str]]] = []

    def word(self, component: Any, **keys: str) -> Any:
        """The component; `keys` are property → key in WORDS."""
        self._keys.append((component, keys))
        return component

    def button(self, key: str, **options: Any) -> Any:
        """A button with a text of WORDS."""
        return self.word(gr.Button(say(key, Language.ZH), **options), value=key)

    @property
    def components(self) -> list[Any]:
        """The components, in the order of `updates`."""
        return [component for component, _ in self._keys]

    def updates(self, language: Language) -> list[Any]:
        """For each component its texts in `language`."""
        return [_update({name: say(key, language) for name, key in keys.items()}) for _, keys in self._keys]


def own_html(value: str, script: str | None, **options: Any) -> Any:
    """HTML of ours, without Gradio's style; `script` names the events that it can trigger."""
    return gr.HTML(value, js_on_load=script, apply_default_css=False, **options)


def _update(properties: dict[str, Any]) -> Any:
    return gr.update(**properties)
