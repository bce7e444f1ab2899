"""Changes of an index on a server: made in a folder of this machine as ever, then sent and switched to.

The folder holds a copy of the live build while the change goes on, and what has been embedded by one that was
cut short. The server's builds are touched by nothing but the switch.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from briefqa.errors import BriefQAError, IndexCorruptError, IndexMismatchError, IndexNotFoundError
from briefqa.progress import OnProgress
from briefqa.remote.address import Address, room_of
from briefqa.remote.checking import damaged_parts
from briefqa.remote.ledger import Ledger, Stored
from briefqa.remote.opened_remote import heading_of, opened_files
from briefqa.remote.server import Server
from briefqa.remote.upload import upload
from briefqa.store.build import Build
from briefqa.store.builds import changing, current_build, staging, switch, writing
from briefqa.store.durable import storage
from briefqa.store.manifest import MANIFEST, is_intact
from briefqa.store.origins import ORIGINS

_COPIES = 10**9  # so many that no two changes write the same one, even if one has lost the right to


@contextlib.contextmanager
def copied(address: Address, tell: OnProgress) -> Iterator[Path]:
    """A folder with the live build; the build that is live in it afterwards is that of the server, too.

    Raises:
        IndexBusyError: another process changes the index.
        IndexMismatchError: what has its name is no index.
        ServerError: the server cannot be reached, or refuses; the index is as it was.
    """
    with (
        contextlib.closing(Server(address)) as server,
        (ledger := Ledger(server)).changing(),
        storage(folder := room_of(address)),
    ):
        with _standing_for(address, folder):
            before = _pull(ledger, folder)
            known = _origins(folder)
            yield folder
            _push(ledger, folder, before if _origins(folder) == known else None, tell)
        _clear(folder)


@contextlib.contextmanager
def fetched(address: Address) -> Iterator[Path]:
    """A folder with the live build, to be read; nobody deletes it on the server while it is fetched.

    Raises:
        IndexNotFoundError, IndexMismatchError, IndexCorruptError: as `open_remote`; files may be damaged.
        ServerError: the server cannot be reached, or refuses.
    """
    with (
        contextlib.closing(Server(address)) as server,
        storage(room := room_of(address)),
        staging(room) as folder,
        _standing_for(address, folder),
    ):
        live, said = Ledger(server).read_live()
        try:
            heading_of(server, live)
            _fetch(server, live, folder)
        finally:
            said.release()
        yield folder


@contextlib.contextmanager
def _standing_for(address: Address, folder: Path) -> Iterator[None]:
    """Name the address in errors: that is what the user knows, not the folder."""
    try:
        yield
    except BriefQAError as error:
        error.args = tuple(str(each).replace(str(folder), str(address)) for each in error.args)
        raise


def _pull(ledger: Ledger, folder: Path) -> Stored | None:
    """Have the live build in a folder; None when there is none."""
    try:
        live = ledger.live()
    except IndexNotFoundError:
        _clear(folder)
        return None
    with contextlib.suppress(BriefQAError):
        if is_intact(held := current_build(folder)) and held.name == live.build_id:
            return live
    _clear(folder)
    _fetch(ledger.server, live, folder)
    return live


def _fetch(server: Server, live: Stored, folder: Path) -> None:
    """Copy a build into a folder, damage and all, which is dealt with as that of a disk is."""
    with changing(folder), writing(folder) as aside:
        room = aside / ".opened"
        with contextlib.suppress(IndexCorruptError, IndexMismatchError):
            # Where even the manifest cannot be read, it is all that there is.
            files = opened_files(server, live, room)[0]
            shutil.rmtree(room)
            for name in files.sizes:
                path = (folder if name == ORIGINS else aside) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as target:
                    target.writelines(files.written(name))
        if (room / live.build_id / MANIFEST).is_file():
            (room / live.build_id / MANIFEST).replace(aside / MANIFEST)
        (aside / MANIFEST).touch()
        shutil.rmtree(room, ignore_errors=True)
        aside.replace(aside.with_name(live.build_id))
        switch(folder, live.build_id)


def _origins(folder: Path) -> bytes:
    """What is remembered of the files that documents came from: no part of the build, and sent with it."""
    return (folder / ORIGINS).read_bytes() if (folder / ORIGINS).is_file() else b""


def _clear(folder: Path) -> None:
    """Forget what was copied; what has been embedded stays."""
    for name in ("CURRENT", "PREVIOUS", ORIGINS):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "builds", ignore_errors=True)


def _push(ledger: Ledger, folder: Path, before: Stored | None, tell: OnProgress) -> None:
    """Write the live build of a folder to the server, and make it the live one there.

    `before`: what is there, if that is as good where it is the same build; else None.
    """
    live = current_build(folder)
    if before is not None and before.build_id == live.name and not damaged_parts(ledger.server, before):
        return
    new = Stored(ledger.name, live.name, secrets.randbelow(_COPIES))
    beside = {ORIGINS: folder / ORIGINS} if (folder / ORIGINS).is_file() else {}
    try:
        upload(ledger.server, Build.open(live), new, beside, tell)
        if wrong := damaged_parts(ledger.server, new):
            raise IndexCorruptError(
                f"The new build did not reach the server whole ({wrong[0]!r}); the index is unchanged. "
                "Try again."
            )
        ledger.switch(new)
    except BaseException:
        with contextlib.suppress(BriefQAError):
            if not ledger.is_live(new):  # the answer to the switch may have been lost on its way
                ledger.discard(new)
        raise
    ledger.prune()


def roll_back(address: Address) -> str:
    """Make the build before the live one live again; a second call undoes the first. Returns its id.

    Raises:
        IndexNotFoundError: there is no earlier build.
        IndexCorruptError: it is damaged.
    """
    with contextlib.closing(Server(address)) as server, (ledger := Ledger(server)).changing():
        before = ledger.before()
        if before is None:
            raise IndexNotFoundError(f"The index {str(address)!r} has no earlier build to go back to.")
        if wrong := damaged_parts(ledger.server, before):
            raise IndexCorruptError(
                f"The earlier build {before.build_id!r} is damaged ({wrong[0]!r}), so the index stays as "
                "it is; build it again with: briefqa build FOLDER"
            )
        ledger.switch(before)
        return before.build_id


def damaged_remote(address: Address) -> list[str]:
    """Names of the live build's files and collections that are missing or changed; empty when all is well."""
    with contextlib.closing(Server(address)) as server:
        live, said = Ledger(server).read_live()
        try:
            return damaged_parts(server, live)
        finally:
            said.release()
