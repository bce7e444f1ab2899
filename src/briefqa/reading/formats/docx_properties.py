"""What a Word file says of itself: its title, and its author where that names somebody."""

from __future__ import annotations

from typing import Any

from briefqa.reading.formats.author_names import is_author_name


def core_properties(core: Any) -> dict[str, str]:
    """The title and the author of a file; `core` are its core properties."""
    found = {"title": (core.title or "").strip(), "author": (core.author or "").strip()}
    if not is_author_name(found["author"]):
        found["author"] = ""
    return {key: value for key, value in found.items() if value}
