"""The functions that Gradio would make of texts in the browser, written into the page before it does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_SCRIPT = Path(__file__).with_name("functions.js")
_GIVEN = "element, trigger, props, server, upload, watch"  # what Gradio gives a script that runs on load


def page_functions(config: Mapping[str, Any]) -> str:
    """The script that stands before all others, for an app of that configuration; all of it is ours."""
    loads = {each["props"].get("js_on_load") for each in config["components"]}
    events = {_as_looked_up(each.get("js")) for each in config["dependencies"]}
    on_load = [f"{_quoted(text)}: function ({_GIVEN}) {{ {text} }}" for text in _texts(loads)]
    on_event = [f"{_quoted(text)}: ({text})" for text in _texts(events)]
    script = _SCRIPT.read_text("utf-8")
    return script.replace("ON_LOAD", _table(on_load), 1).replace("EVENTS", _table(on_event), 1)


def _as_looked_up(script: object) -> str:
    return script.strip().rstrip(";") if isinstance(script, str) else ""


def _texts(found: set[Any]) -> list[str]:
    return sorted(each for each in found if isinstance(each, str) and each)


def _quoted(text: str) -> str:
    return json.dumps(text).replace("</", "<\\/")


def _table(lines: list[str]) -> str:
    return "{\n    " + ",\n    ".join(lines) + "\n  }"
