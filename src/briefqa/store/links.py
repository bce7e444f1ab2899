"""Files that a new build shares with the one before it: links, with the digests that they have there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from briefqa.errors import BriefQAError
from briefqa.store.manifest import files_of, read_manifest
from briefqa.store.sums import Sums, read_sums


class Links:
    """Links to files of earlier builds, which never change; the user's own files are never linked.

    What was damaged since it was read keeps the digest that it does not have, and so is found.

    Attributes:
        digests: name → digest, as the earlier build tells it.
        sums: name → sum, likewise; None where it tells none.

    Args:
        folder: the new build's.
    """

    def __init__(self, folder: Path) -> None:
        self.digests: dict[str, str] = {}
        self.sums: dict[str, str | None] = {}
        self._folder = folder
        self._told: dict[Path, tuple[Mapping[str, str], Sums]] = {}

    def link(self, build: Path | None, old: str, new: str) -> bool:
        """Whether a file of a build is in the new one too now; if not, none of its name is there."""
        digests, sums = ({}, {}) if build is None else self._told_by(build)
        if old not in digests:
            return False
        try:
            os.link(f"{build}/{old}", f"{self._folder}/{new}")
        except OSError:
            # A link may be there although it is said to have failed, on a disk behind a network: what is
            # written under its name next would go into the file of the earlier build.
            Path(f"{self._folder}/{new}").unlink(missing_ok=True)
            return False
        self.digests[new], self.sums[new] = digests[old], sums.get(old)
        return True

    def _told_by(self, build: Path) -> tuple[Mapping[str, str], Sums]:
        if build not in self._told:
            try:
                self._told[build] = files_of(read_manifest(build)), read_sums(build)
            except BriefQAError:
                self._told[build] = {}, {}
        return self._told[build]
