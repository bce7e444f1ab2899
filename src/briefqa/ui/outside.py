"""What people outside are told of an error: our own sentences, without paths of this machine."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from briefqa.errors import BriefQAError

_LOGGER = logging.getLogger("briefqa")
# A path of this machine, as a message may quote it: /a/b, C:\\a\\b.
_PATH = re.compile(r"(?<![\w/:.])(?:/[^\s'\"/:;,，；。]+){2,}/?|[A-Za-z]:\\[^\s'\";,，；。]+")


def told_outside(error: BaseException, folder: Path) -> str:
    """The sentence for the user of a server over the index in `folder`; the rest goes to the log."""
    if not isinstance(error, BriefQAError):
        _LOGGER.error("%s", type(error).__name__, exc_info=error)
        return f"Something went wrong inside ({type(error).__name__}); the server's log says more."
    text = str(error)
    for written in {str(folder.resolve()), str(folder.absolute()), str(folder)}:
        if len(written) > 3 and written not in ("index",):
            text = text.replace(written, "index")
    return _PATH.sub(lambda found: re.split(r"[/\\]", found.group().rstrip("/"))[-1], text)
