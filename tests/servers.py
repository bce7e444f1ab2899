"""A server over a small index in a process of its own, and raw requests to it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forked import Forked


@dataclass(frozen=True)
class Reply:
    """What came back; header names in lower case, the last of equal ones."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


class Server:
    """A running `briefqa serve`.

    Args:
        settings: see `Forked`.
        port: where it listens; 0 for any free port.
        anew: Python itself is started for it, in place of a process that has imported all already.
    """

    def __init__(
        self,
        index: Path,
        *options: str,
        environment: Mapping[str, str] | None = None,
        settings: Mapping[str, object] | None = None,
        port: int = 0,
        anew: bool = False,
    ) -> None:
        self.index = index
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = port or int(probe.getsockname()[1])
        arguments = ["serve", "--port", str(self.port), "--index", str(index), *options]
        self.log = (index.parent / f"{self.port}.log").open("w+", encoding="utf-8")
        whole = os.environ | dict(environment or {})
        self.process: subprocess.Popen[bytes] | Forked
        if anew:
            command = [sys.executable, "-m", "briefqa", *arguments]
            self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, env=whole)
        else:
            self.process = Forked(arguments, whole, Path(self.log.name), settings)
        latest = time.monotonic() + 400  # on a busy machine the imports alone take minutes
        while time.monotonic() < latest:
            assert self.process.poll() is None, self.said()
            try:
                if self.ask("GET", "/healthz").status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        self.stop()
        raise AssertionError(f"the server did not begin: {self.said()}")

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        *,
        timeout: float = 60,
    ) -> Reply:
        """One request, with exactly these headers but for Host and Content-Length where they are missing."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, dict(headers or {}))
            reply = connection.getresponse()
            found = {name.lower(): value for name, value in reply.getheaders()}
            stream = found.get("content-type", "").startswith("text/event-stream")
            return Reply(reply.status, found, reply.read(1) if stream else reply.read())
        finally:
            connection.close()

    def post(self, path: str, value: Any, headers: Mapping[str, str] | None = None) -> Reply:
        """Post JSON."""
        return self.ask(
            "POST", path, {"content-type": "application/json", **(headers or {})}, json.dumps(value).encode()
        )

    def said(self) -> str:
        """Everything that it wrote."""
        self.log.flush()
        return Path(self.log.name).read_text("utf-8")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it; its exit code."""
        self.process.send_signal(number)
        try:
            return self.process.wait(60)
        finally:
            self.process.kill()
            self.log.close()
