"""`briefqa serve` in a process that has Gradio already: importing it takes longer than all that a test does.

The processes are forked from one that has imported what the command imports, and has done nothing else. What
depends on how Python itself starts and ends is tested with Python that is started anew.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

_FORKING = get_context("forkserver")
_FORKING.set_forkserver_preload(["briefqa.cli", "briefqa.ui"])


class Forked:
    """A running command, with the methods of `subprocess.Popen`.

    Args:
        arguments: of `briefqa`.
        environment: the whole of it.
        log: a file that is there, for all that the command writes.
        settings: values of `module.NAME` that the command has instead of its own.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        given = (tuple(arguments), dict(environment), str(log), dict(settings or {}))
        self._process = _FORKING.Process(target=_run, args=given, daemon=True)
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Its exit code, once it has ended."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code; subprocess.TimeoutExpired when it does not end in time."""
        self._process.join(timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired("briefqa", timeout or 0.0)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal to it while it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it without a word."""
        self.send_signal(signal.SIGKILL)


def _run(
    arguments: Sequence[str], environment: Mapping[str, str], log: str, settings: Mapping[str, object]
) -> None:
    """What `python -m briefqa` does from its first line on."""
    os.environ.clear()
    os.environ.update(environment)
    written = os.open(log, os.O_WRONLY | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(written, stream)
    sys.argv = ["briefqa", *arguments]
    for name, value in settings.items():
        module, _, attribute = name.rpartition(".")
        setattr(import_module(module), attribute, value)
    sys.exit(import_module("briefqa.cli").main(arguments))
