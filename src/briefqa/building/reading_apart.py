"""Files read by a process of its own, within a time and a memory, so that none can take the program with it.

PDF, Word and web files come from anywhere, and libraries in C read them; a large file of any kind can take
long. The process is started with the first such file and reads one after the other; one that stalls, grows
or dies costs its file, never the build. Small plain texts are read in this process, at once.

A request is a line of JSON, and so is an answer; boxes follow as the bytes of an .npy file. No pickle.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import IO, Any, Self

import numpy as np

import briefqa
from briefqa.errors import DocumentError, InputError
from briefqa.reading.files import FileReading, read_document
from briefqa.reading.formats.base import OnPage
from briefqa.reading.naming import readable_name
from briefqa.store.corpus import document_of

_PLAIN = frozenset((".txt", ".text", ".md", ".markdown"))
_SMALL = 2**20  # bytes of a plain text that is read in this process
_SECONDS = 300  # without a page or a result
_SECONDS_A_MB = 4.0  # more for large files without pages
_MEGABYTES = 4096  # of address space, libraries included


class ReadingProcess:
    """Reads files like `read_document`, within limits; a context manager.

    The limits can be set with BRIEFQA_READ_SECONDS (without progress) and BRIEFQA_READ_MB (of memory).

    Raises:
        InputError: one of the limits in the environment is no number.
    """

    def __init__(self) -> None:
        self._seconds = _limit("BRIEFQA_READ_SECONDS", _SECONDS)
        self._megabytes = _limit("BRIEFQA_READ_MB", _MEGABYTES)
        self._process: subprocess.Popen[bytes] | None = None
        self._heard: Queue[tuple[dict[str, Any], bytes] | None] = Queue()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def expect(self, files: Sequence[tuple[str, Path]]) -> None:
        """Nothing: each is read when it is asked for."""

    def read(self, path: Path, document_id: str, *, on_page: OnPage | None = None) -> FileReading:
        """Read one file; `on_page(done, total)` is called after each page, and may raise to stop.

        Raises:
            DocumentError: the file cannot be read, or not within the limits.
        """
        size = _size(path)
        if size is None or (path.suffix.lower() in _PLAIN and size <= _SMALL):
            return read_document(path, document_id, on_page=on_page)
        try:
            return self._read_apart(path, document_id, on_page, self._seconds + size / 2**20 * _SECONDS_A_MB)
        except DocumentError:
            raise
        except BaseException:  # the caller stops: what the process goes on to say is for nobody
            self._stop()
            raise

    def _read_apart(
        self, path: Path, document_id: str, on_page: OnPage | None, seconds: float
    ) -> FileReading:
        self._ask(path, document_id)
        while True:
            told, data = self._answer(path, seconds)
            if "page" in told:
                if on_page is not None:
                    on_page(*told["page"])
            elif "error" in told:
                raise DocumentError(path, told["error"])
            else:
                return reading_of(told, data)

    def _ask(self, path: Path, document_id: str) -> None:
        stdin = self._started().stdin
        assert stdin is not None
        request = {"path": str(path), "id": document_id}
        with suppress(OSError):  # it has ended, as the answer will tell
            stdin.write(json.dumps(request).encode() + b"\n")
            stdin.flush()

    def _answer(self, path: Path, seconds: float) -> tuple[dict[str, Any], bytes]:
        name = readable_name(path.name)
        try:
            heard = self._heard.get(timeout=seconds)
        except Empty:
            self._stop()
            raise DocumentError(
                path,
                f"{name} took more than {seconds:.0f} s without progress and was left out; save it in a "
                "plainer form, or allow more with BRIEFQA_READ_SECONDS.",
            ) from None
        if heard is None:
            self._stop()
            raise DocumentError(
                path,
                f"{name} broke the process that read it (it may need more than {self._megabytes:.0f} MB); "
                "save it in a plainer form, or allow more with BRIEFQA_READ_MB.",
            )
        return heard

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            package = str(Path(briefqa.__file__).parents[1])
            paths = filter(None, (package, os.environ.get("PYTHONPATH", "")))
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "briefqa.building.reading_worker", str(int(self._megabytes))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
            )
            self._heard = Queue()
            listening = threading.Thread(
                target=_listen, args=(self._process.stdout, self._heard), name="briefqa-reading", daemon=True
            )
            listening.start()
        return self._process

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process.wait()
            self._process = None


def _limit(name: str, usual: float) -> float:
    given = os.environ.get(name, "").strip()
    if not given:
        return usual
    try:
        value = float(given)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e9:
        raise InputError(f"{name} is {given!r}; give a number above 0, or leave it out for {usual}.")
    return value


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _listen(stream: IO[bytes], heard: Queue[tuple[dict[str, Any], bytes] | None]) -> None:
    """Put what the process says into the queue; None when it has ended."""
    try:
        for line in stream:
            told = json.loads(line)
            heard.put((told, stream.read(told.get("bytes", 0))))
    except (ValueError, OSError):
        pass  # a line that was cut: the process has ended
    heard.put(None)
    stream.close()


def reading_of(told: dict[str, Any], data: bytes) -> FileReading:
    """The reading that was told, see `reading_worker`.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    boxes = np.load(io.BytesIO(data), allow_pickle=False) if data else None
    document = document_of(told["record"], told["text"], boxes)
    lists = (tuple(told[name]) for name in ("empty_pages", "suspect_pages", "warnings"))
    return FileReading(document, told["removed_lines"], *lists)
