"""How Gradio is imported: without what the page does not use, and told to stay on this machine.

Pandas takes half a second and 66 MB. Gradio asks it what the values of cached functions are, and after each
event it has pandas sum up all events for a monitoring page, which is closed here: both are for nothing.

At each import Gradio parses the source of each of its 80 components twice, to write stubs for editors beside
it: half of the time that the import takes, and a server need not write into its own installation. Components
that come from no file have no stubs; so are all of them while Gradio is imported.
"""

from __future__ import annotations

import inspect
import os
import sys
import threading
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
        _take_away(self)
        return getattr(import_module(self.__name__), name)


_taking = threading.Lock()  # else one thread takes away what another has imported since it looked


def _take_away(stands_for: Postponed) -> None:
    with _taking:
        if sys.modules.get(stands_for.__name__) is stands_for:
            del sys.modules[stands_for.__name__]  # from now on an import is an import


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
        _take_away(stands_for)


def do_without_plots() -> None:
    """Have this process do without matplotlib, which Gradio imports before each event to set how it draws."""
    sys.modules.setdefault("matplotlib", None)  # type: ignore[arg-type]  # so Python says that it is not here


@contextmanager
def from_no_file(package: str) -> Iterator[None]:
    """Have `inspect` say meanwhile that the classes of a package come from no file."""
    real = inspect.getfile

    def getfile(what: Any) -> str:
        if isinstance(what, type) and str(what.__module__).startswith(f"{package}."):
            raise OSError(f"{what.__name__} is taken for a class without a file")
        return real(what)

    inspect.getfile = getfile  # type: ignore[assignment]  # it names more kinds than it is asked for
    try:
        yield
    finally:
        if inspect.getfile is getfile:  # else somebody has put another one in its place
            inspect.getfile = real


with postponed("pandas"), from_no_file("gradio"):
    import gradio as gradio
