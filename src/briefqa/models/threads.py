"""Linear algebra on one thread while a question is ranked.

OpenBLAS's threads spin for a while after each product and keep torch's off the cores: with them,
embedding the next question took 73 ms instead of 16 ms (two cores). The products of one question
are small; one thread is enough for them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

import threadpoolctl

_P = ParamSpec("_P")
_T = TypeVar("_T")


@lru_cache(maxsize=1)
def _controller() -> Any:
    controller: Any = threadpoolctl.ThreadpoolController
    return controller()  # looks through all loaded libraries, 11 ms: once


def one_blas_thread(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Run `function` with the BLAS libraries that are loaded held to one thread."""

    @wraps(function)
    def limited(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        with _controller().limit(limits=1, user_api="blas"):
            return function(*args, **kwargs)

    return limited
