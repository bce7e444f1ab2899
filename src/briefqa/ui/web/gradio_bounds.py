"""What Gradio does on its own, and must not: fetch addresses that visitors name, and keep all of them."""

from __future__ import annotations

from typing import Any

import gradio
import gradio.processing_utils
from gradio.state_holder import StateHolder

from briefqa.errors import InputError

_FETCHES = "async_ssrf_protected_get"
KEPT = 500  # visitors, of whom Gradio keeps a copy of the page's parts; a program's question counts as one


async def _fetch_nothing(url: str) -> Any:
    raise ValueError("this server asks no other machine")


def fetch_nothing() -> None:
    """A file that a visitor names by an address is fetched by nobody; it would be read as if uploaded.

    Raises:
        InputError: this version of Gradio fetches in another way.
    """
    if not hasattr(gradio.processing_utils, _FETCHES):
        raise InputError(
            f"Gradio {gradio.__version__} fetches files in a way that cannot be forbidden; "
            "install the version of constraints.txt."
        )
    setattr(gradio.processing_utils, _FETCHES, _fetch_nothing)


class FewVisitors(StateHolder):
    """Keeps `KEPT` visitors, whatever is asked for; nothing of ours is kept with them."""

    def set_blocks(self, blocks: Any) -> None:
        """Belong to an app."""
        super().set_blocks(blocks)
        self.capacity = KEPT

    def __getitem__(self, session_id: str) -> Any:
        """What is kept of a visitor; made anew where it was forgotten, meanwhile too."""
        try:
            return super().__getitem__(session_id)
        except KeyError:
            return super().__getitem__(session_id)
