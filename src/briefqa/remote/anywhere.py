"""What is written for an index in a folder, for an index wherever it is."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import ParamSpec, TypeVar

from briefqa.progress import OnProgress, silent
from briefqa.remote.address import Address, address_of

P = ParamSpec("P")
R = TypeVar("R")


def anywhere(change: Callable[P, R]) -> Callable[P, R]:
    """A change of an index in a folder as one of an index wherever it is: `index_dir` may be on a server."""
    return _in_folder(change, _copied)


def read_anywhere(read: Callable[P, R]) -> Callable[P, R]:
    """Likewise what reads the live build and changes nothing."""
    return _in_folder(read, _fetched)


def _in_folder(
    work: Callable[P, R], folder_of: Callable[[Address, OnProgress], AbstractContextManager[Path]]
) -> Callable[P, R]:
    signature = inspect.signature(work)

    @functools.wraps(work)
    def done(*values: P.args, **named: P.kwargs) -> R:
        bound = signature.bind(*values, **named)
        bound.apply_defaults()
        address = address_of(bound.arguments["index_dir"])
        if address is None:
            return work(*values, **named)
        with folder_of(address, bound.arguments.get("progress") or silent) as folder:
            bound.arguments["index_dir"] = folder
            return work(*bound.args, **bound.kwargs)

    return done


def _copied(address: Address, tell: OnProgress) -> AbstractContextManager[Path]:
    from briefqa.remote.changing import copied  # with all that a server needs

    return copied(address, tell)


def _fetched(address: Address, tell: OnProgress) -> AbstractContextManager[Path]:
    from briefqa.remote.changing import fetched

    return fetched(address)
