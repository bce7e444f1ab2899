"""How long work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """What is being done."""

    READ = "read"  # files
    PAGES = "pages"  # pages of the file that is being read
    EMBED = "embed"  # passages and sentences
    WRITE = "write"  # the build's files


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` items of a stage; `detail` names the one at hand."""

    stage: Stage
    done: int
    total: int
    detail: str = ""


# Called often, from the thread that builds. Raising from it cancels the work and leaves the
# index as it was.
OnProgress = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """Tell nobody."""
