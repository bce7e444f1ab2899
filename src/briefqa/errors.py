"""Every error that briefqa raises on purpose, and the tree they hang on.

    BriefQAError
    ├── InputError               a question, a number or a path that cannot be used
    ├── DocumentError            one file cannot be read (carries `.path`)
    ├── EmptyCorpusError         there is nothing to index
    ├── IndexNotFoundError       no index in this folder
    ├── IndexMismatchError       built with another format or model
    ├── IndexCorruptError        files are missing or their checksums disagree
    ├── IndexBusyError           another process is changing the index
    ├── StorageError             the disk is full, or refuses to read or write
    │   └── ServerError          the server that holds an index, or a cluster, cannot be reached or refuses
    └── ModelUnavailableError    the model or its weights are absent

Each message is one sentence: what happened, the value, and what to do. "Nothing in the
documents answers this" is an `Answer`, never an error.
"""

from __future__ import annotations

from pathlib import Path


class BriefQAError(Exception):
    """The base of all errors that a caller may want to catch."""


class InputError(BriefQAError, ValueError):
    """A value that the caller gave cannot be used."""


class DocumentError(BriefQAError):
    """One file cannot be read; `path` says which."""

    def __init__(self, path: Path | str, message: str) -> None:
        super().__init__(message)
        self.path = Path(path)


class EmptyCorpusError(BriefQAError):
    """The given sources hold no readable document."""


class IndexNotFoundError(BriefQAError):
    """The folder holds no index."""


class IndexMismatchError(BriefQAError):
    """The index was built with another format version or another model."""


class IndexCorruptError(BriefQAError):
    """Files of the index are missing or changed."""


class IndexBusyError(BriefQAError):
    """Another process holds the lock for changing this index."""


class StorageError(BriefQAError):
    """The disk is full, or a file or folder cannot be read or written."""


class ServerError(StorageError):
    """The server that holds an index, or a cluster, cannot be reached or refuses what is asked of it."""


class ModelUnavailableError(BriefQAError):
    """The embedding model cannot be loaded."""
