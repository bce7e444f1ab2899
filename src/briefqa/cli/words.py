"""What a user of the command line reads; a file beside the page's words, read without the page's library."""

from __future__ import annotations

import tomllib
from importlib.resources import files

_WORDS: dict[str, dict[str, str]] = tomllib.loads(
    (files("briefqa") / "ui" / "wording" / "shell.toml").read_text("utf-8")
)
HELP = _WORDS["help"]
STAGES = _WORDS["stages"]
SHOWN = _WORDS["shown"]
