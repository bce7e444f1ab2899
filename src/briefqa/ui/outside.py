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
from briefqa.text.folding import has_han
from briefqa.ui.words import Language, say

_LOGGER = logging.getLogger("briefqa")
# A path of this machine, as a message may quote it: /a/b, C:\\a\\b.
_PATH = re.compile(r"(?<![\w/:.])(?:/[^\s'\"/:;,，；。]+){2,}/?|[A-Za-z]:\\[^\s'\";,，；。]+")

_ADDRESS = re.compile(r"(?:milvus|milvus\+tls|https?|tcp|tls)://[^\s'\";,]+")
_NUMBERED = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?")

_KINDS: tuple[tuple[type[BriefQAError], str], ...] = (
    (InputError, "error_input"),
    (ModelUnavailableError, "error_model"),
    (IndexBusyError, "failed_busy"),
    (ServerError, "error_server"),
    (StorageError, "error_storage"),
    (IndexCorruptError, "error_damaged"),
    (IndexMismatchError, "error_damaged"),
    (IndexNotFoundError, "error_damaged"),
)


def told_to_visitor(error: BriefQAError, folder: Path, language: Language) -> str:
    """The sentence for a reader of the page; our errors speak English, unless the page made them."""
    told = told_outside(error, folder)
    if language is Language.EN or has_han(told):
        return told
    key = next((key for kind, key in _KINDS if isinstance(error, kind)), "")
    return say(key, language, error=told) if key else told


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
