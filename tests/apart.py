"""Coroutines of a test, run in a thread of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def run_apart(work: Coroutine[object, object, Result]) -> Result:
    """What a coroutine returns: the browser keeps a loop running in the thread of the tests."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, work).result()
