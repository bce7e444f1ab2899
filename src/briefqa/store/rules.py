"""By which rules texts are read and cut: a digest of the program's files that do it, and of what they use.

What one version of them found out about a text is nothing that another one may take over.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from unicodedata import unidata_version

_PACKAGE = Path(__file__).parents[1]
_READ_BY = ("text/**/*.py", "splitting/*.py", "reading/*.py", "store/*.py", "data/*.toml", "data/*.txt")
_USES = ("rjieba", "pypinyin", "opencc")


@lru_cache(maxsize=1)
def rules_digest() -> str:
    """SHA-256 of the files and of the versions of tagger, spelling and folding, hexadecimal."""
    paths = sorted(path for pattern in _READ_BY for path in _PACKAGE.glob(pattern))
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    versions = [version(name) for name in _USES]
    return hashlib.sha256("\n".join([*digests, *versions, unidata_version]).encode()).hexdigest()
