"""How Gradio is imported: without what the page does not use, and told to stay on this machine.

Pandas takes half a second and 66 MB. Gradio asks it what the values of cached functions are, and after each
event it has pandas sum up all events for a monitoring page, which is closed here: both are for nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

# No analytics, no look-up of newer versions; no sums, and so nothing to sum up, for the monitoring page.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(2**62)  # events between two sums
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # see `briefqa.cli`


class Postponed(ModuleType):
    """Stands for a module, which is imported when something of it is used for the first time."""

    def __getattr__(self, name: str) -> Any:
        """What the module has of that name."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


@contextmanager
def postponed(name: str) -> Iterator[None]:
    """Give `Postponed` to whoever imports the module of that name meanwhile, unless it is there already."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = stands_for = Postponed(name)
    try:
        yield
    finally:
        if sys.modules.get(name) is stands_for:
            del sys.modules[name]  # from now on an import is an import


def do_without_plots() -> None:
    """Have this process do without matplotlib, which Gradio imports before each event to set how it draws."""
    sys.modules.setdefault("matplotlib", None)  # type: ignore[arg-type]  # so Python says that it is not here


with postponed("pandas"):
    import gradio as gradio
