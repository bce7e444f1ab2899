"""What people outside are told of an error: our own sentences, without paths of this machine."""

from __future__ import annotations

import logging
import re
import traceback
from pathlib import Path

from briefqa.errors import (
    BriefQAError,
    IndexBusyError,
    IndexCorruptError,
    IndexMismatchError,
    IndexNotFoundError,
    InputError,
    ModelUnavailableError,
    ServerError,
    StorageError,
)
from briefqa.ui.words import Language, say

_LOGGER = logging.getLogger("briefqa")
# A path of this machine, as a message may quote it: /a/b, C:\\a\\b.
_PATH = re.compile(r"(?<![\w/:.])(?:/[^\s'\"/:;,，；。]+){2,}/?|[A-Za-z]:\\[^\s'\";,，；。]+")

_ADDRESS = re.compile(r"(?:milvus|milvus\+tls|https?|tcp|tls)://[^\s'\";,]+")
_NUMBERED = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?")

# What a reader of the page can do about an error, by its kind: the first that fits. A disk that a library
# stumbles over is a disk as well.
_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (InputError, "error_input"),
    (ModelUnavailableError, "error_model"),
    (IndexBusyError, "failed_busy"),
    (ServerError, "error_server"),
    (StorageError, "error_storage"),
    (OSError, "error_storage"),
    (IndexCorruptError, "error_damaged"),
    (IndexMismatchError, "error_damaged"),
    (IndexNotFoundError, "error_damaged"),
)


class PageError(InputError):
    """A sentence of the page's own, in the language of who reads it."""


def told_to_visitor(error: Exception, folder: Path, language: Language) -> str:
    """The sentence for a reader of the page.

    The library's sentences are English: a Chinese page has its own for each kind, and what the library said
    goes to the log, but for questions, which stay between their asker and the page.
    """
    told = told_outside(error, folder)
    if isinstance(error, PageError) or (language is Language.EN and isinstance(error, BriefQAError)):
        return told
    if isinstance(error, BriefQAError) and not isinstance(error, InputError):
        _LOGGER.warning("%s", told)
    return say(kind_of(error), language)


def kind_of(error: Exception) -> str:
    """Which text of the page tells a reader of such an error what to do."""
    return next((key for kind, key in _KINDS if isinstance(error, kind)), "error_other")


def told_outside(error: BaseException, folder: Path) -> str:
    """The sentence for the user of a server over the index in `folder`; the rest goes to the log."""
    if not isinstance(error, BriefQAError):
        # Where it came from, but not what it says: that may quote a question.
        where = "".join(traceback.format_tb(error.__traceback__))
        _LOGGER.error("%s\n%s", type(error).__name__, where)
        return f"Something went wrong inside ({type(error).__name__}); the server's log says more."
    text = str(error)
    if isinstance(error, ServerError):
        text = _NUMBERED.sub("…", re.sub(r" \(.*\)", "", text))  # what is said there of its address
    for written in {str(folder.resolve()), str(folder.absolute()), str(folder)}:
        if len(written) > 3 and written not in ("index",):
            text = text.replace(written, "index")
    text = _ADDRESS.sub("of the index", text)
    return _PATH.sub(lambda found: re.split(r"[/\\]", found.group().rstrip("/"))[-1], text)
