"""Going back to the build before a change, as long as nothing else has changed since."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from briefqa.errors import InputError
from briefqa.index import open_index, rollback
from briefqa.progress import OnProgress
from briefqa.remote.address import address_of
from briefqa.store.builds import current_build, previous_build
from briefqa.ui.documents.jobs import JobKind, Task


def taking_back(index_dir: Path, made: str, before: str = "") -> Task:
    """Go back from the build `made`, to the build `before` where that is given.

    What is live by then, or would be, may be another one: then nothing is done.
    """

    def work(_: OnProgress) -> str:
        if _live(index_dir) != made or (before and earlier_build(index_dir) != before):
            raise InputError("The documents have been changed since; nothing was taken back.")
        return rollback(index_dir)

    return Task(work, JobKind.ROLLBACK)


def _live(index_dir: Path) -> str:
    if address_of(index_dir) is None:
        return current_build(index_dir).name
    with open_index(index_dir) as index:
        return index.build_id


def earlier_build(index_dir: Path) -> str:
    """The id of the build that there is to go back to; "" when there is none."""
    if (address := address_of(index_dir)) is None:
        return previous_build(index_dir)
    from briefqa.remote.ledger import Ledger  # the library of the server, too
    from briefqa.remote.server import Server

    with closing(Server(address)) as server:
        found = Ledger(server).before()
    return found.build_id if found is not None else ""
