"""A build whose files were held against their digests, once for all that a change does with it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from briefqa.store.corpus import Source


@dataclass(frozen=True, slots=True)
class CheckedBuild:
    """What was found out about a build.

    Attributes:
        damaged: names of the files that are not as they were written.
        sources: all its documents, in the order of their ids, when none of them is damaged.
    """

    damaged: Collection[str]
    sources: tuple[Source, ...] = ()
