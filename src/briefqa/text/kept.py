"""What is found out of an object when it is first asked for, and kept with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class kept(Generic[T]):
    """`functools.cached_property` without the lock of Python 3.11, which takes longer than most of the work.

    Two threads may both find the same; what the first has found is kept for both.
    """

    def __init__(self, find: Callable[[Any], T]) -> None:
        self._find = find
        self._name = find.__name__
        self.__doc__ = find.__doc__

    @overload
    def __get__(self, instance: None, owner: Any = None) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: Any = None) -> T: ...
    def __get__(self, instance: object | None, owner: Any = None) -> Self | T:
        if instance is None:
            return self
        # Of two threads' the first stays: what another has already put into it must not be lost.
        found: T = instance.__dict__.setdefault(self._name, self._find(instance))
        return found
