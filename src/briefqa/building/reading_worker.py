"""The process that `reading_apart` starts: reads the files that it is told, one after the other.

Run as a module with the megabytes of address space that it may take; ends with its standard input.
"""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import numpy as np

from briefqa.errors import DocumentError
from briefqa.reading.files import FileReading, read_document
from briefqa.store.corpus import document_record


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    def tell(told: dict[str, Any], data: bytes = b"") -> None:
        answers.write(json.dumps(told | {"bytes": len(data)}).encode() + b"\n" + data)
        answers.flush()

    for line in requests:
        request = json.loads(line)
        try:
            reading = read_document(
                Path(request["path"]),
                request["id"],
                on_page=lambda done, total: tell({"page": [done, total]}),
            )
        except DocumentError as error:
            tell({"error": str(error)})
            continue
        tell(told_of(reading), boxes_of(reading))


def told_of(reading: FileReading) -> dict[str, Any]:
    """A reading as JSON, but for its boxes."""
    return {
        "record": document_record(reading.document),
        "text": reading.document.text,
        "removed_lines": reading.removed_lines,
        "empty_pages": reading.empty_pages,
        "suspect_pages": reading.suspect_pages,
        "warnings": reading.warnings,
    }


def boxes_of(reading: FileReading) -> bytes:
    """The boxes of a reading as an .npy file; no bytes when it has none."""
    if reading.document.boxes is None:
        return b""
    stored = io.BytesIO()
    np.save(stored, reading.document.boxes)
    return stored.getvalue()


def _bound_memory(megabytes: int) -> None:
    with suppress(ImportError, OSError, ValueError):  # not on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))


if __name__ == "__main__":
    _bound_memory(int(sys.argv[1]))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not be taken for an answer
    _serve(sys.stdin.buffer, answers)
