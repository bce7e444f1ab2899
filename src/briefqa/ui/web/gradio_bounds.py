"""What Gradio does on its own, and must not: fetch what visitors name, keep all of them, print questions."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from typing import Any

import gradio
import gradio.processing_utils
import gradio.queueing
import gradio.routes
import gradio.utils
from gradio.state_holder import StateHolder

from briefqa.errors import InputError

_LOGGER = logging.getLogger("briefqa")
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


class _KindsOnly:
    """Stands for the module `traceback` where Gradio prints errors, whose texts hold what was asked."""

    @staticmethod
    def print_exc(*_: Any, **__: Any) -> None:
        """Log of which kind the error is that is being handled, and where it arose."""
        error = sys.exc_info()[1]
        places = traceback.extract_tb(error.__traceback__) if error else None
        where = f" in {Path(places[-1].filename).name}:{places[-1].lineno}" if places else ""
        _LOGGER.error("%s%s", type(error).__name__, where)

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)


def print_no_questions() -> None:
    """What visitors sent is not printed when Gradio cannot use it."""
    for module in (gradio.queueing, gradio.routes, gradio.utils):
        if hasattr(module, "traceback"):
            setattr(module, "traceback", _KindsOnly())  # noqa: B010  # it is no attribute for mypy


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
