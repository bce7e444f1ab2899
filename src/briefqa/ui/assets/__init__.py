"""The page's own HTML, style and script, as they are sent to a browser. Everything from this machine."""

from __future__ import annotations

import json
from pathlib import Path

from briefqa.ui.words import Language, texts_of

_HERE = Path(__file__).parent
# In this order: each uses those before it.
_SCRIPTS = ("start", "store", "source", "tables", "talk", "talks", "scope", "documents", "keys", "print")
_STYLES = ("base", "talk", "source", "documents", "narrow", "print")


def page_part(name: str) -> str:
    """The HTML of a part of the page; its words are filled in by the script."""
    return (_HERE / f"{name}.html").read_text("utf-8")


def script() -> str:
    """The whole script of the page, its words before it."""
    words = json.dumps({each.value: texts_of(each) for each in Language}, ensure_ascii=False)
    parts = "\n".join((_HERE / f"{name}.js").read_text("utf-8") for name in _SCRIPTS)
    return f"window.briefqa = {{ texts: {words} }};\n{parts}"


def early_script() -> str:
    """What runs before anything of Gradio."""
    return (_HERE / "early.js").read_text("utf-8")


def head() -> str:
    """What stands in the page's head: icon, style, words and script."""
    style = "\n".join((_HERE / f"{name}.css").read_text("utf-8") for name in _STYLES)
    return f'<link rel="icon" href="data:,"><style>{style}</style><script>{script()}</script>'
