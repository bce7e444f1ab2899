"""Which sites may show the page in a frame, as the policy of the page names them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from briefqa.errors import InputError

# No `*`, which would be many sites; no path, at which browsers do not look; no address in [], which they do
# not know there.
_SITE = re.compile(r"https?://[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?::(\d{1,5}))?")


def embedding_sites(given: Iterable[str]) -> str:
    """The sites as one text with blanks between; "" for none.

    Raises:
        InputError: one is not a scheme, a name and maybe a port.
    """
    return " ".join(dict.fromkeys(map(_site, given)))


def _site(given: str) -> str:
    site = given.strip().lower().removesuffix("/")
    written = _SITE.fullmatch(site)
    if written is None or not 0 < int(written[1] or 1) < 65_536:
        raise InputError(
            f"The site {given!r} cannot be allowed to show the page; give its scheme and its name, without "
            "a path or *, such as https://intranet.example."
        )
    return site


def is_framed(headers: Mapping[str, str]) -> bool:
    """Whether a browser says that what it asks for is to be shown in a frame."""
    return headers.get("sec-fetch-dest") == "iframe"
