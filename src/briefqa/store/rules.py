"""By which rules texts are read and cut: a digest of the program's own files that do it.

What one version of them found out about a text is nothing that another one may take over.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_READ_BY = ("text/**/*.py", "splitting/*.py", "reading/*.py", "store/*.py", "data/*.toml", "data/*.txt")


@lru_cache(maxsize=1)
def rules_digest() -> str:
    """SHA-256 of the files, hexadecimal."""
    paths = sorted(path for pattern in _READ_BY for path in _PACKAGE.glob(pattern))
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in paths)).hexdigest()
