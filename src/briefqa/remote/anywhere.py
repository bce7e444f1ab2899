"""Changes that are written for a folder, of an index wherever it is."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from briefqa.progress import silent
from briefqa.remote.address import address_of

P = ParamSpec("P")
R = TypeVar("R")


def anywhere(change: Callable[P, R]) -> Callable[P, R]:
    """A change of an index in a folder as one of an index wherever it is: `index_dir` may be on a server."""
    signature = inspect.signature(change)

    @functools.wraps(change)
    def changed(*values: P.args, **named: P.kwargs) -> R:
        bound = signature.bind(*values, **named)
        bound.apply_defaults()
        address = address_of(bound.arguments["index_dir"])
        if address is None:
            return change(*values, **named)
        from briefqa.remote.changing import copied  # with all that a server needs

        with copied(address, bound.arguments.get("progress") or silent) as folder:
            bound.arguments["index_dir"] = folder
            return change(*bound.args, **bound.kwargs)

    return changed
