"""The builds of an index: written aside, switched to at once, one kept to go back to.

    index/
      CURRENT              id of the live build
      PREVIOUS             id of the build before it, for `rollback`
      SOURCES              see `origins`
      builds/<id>/         see `build`; never changed once written

A build is written into a folder aside, synced, renamed to its id and then named in CURRENT:
a killed build or a loss of power changes nothing, and a reader keeps the build that it opened.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from briefqa.errors import IndexBusyError, IndexCorruptError, IndexNotFoundError, InputError, StorageError
from briefqa.store.durable import read_small, remove, storage, sync_folder, sync_tree, write_atomically
from briefqa.store.leases import is_leased
from briefqa.store.manifest import (
    MANIFEST,
    built_with,
    damaged_files,
    is_build_id,
    is_intact,
    read_manifest,
)
from briefqa.store.sums import BySums

_CURRENT = "CURRENT"
_PREVIOUS = "PREVIOUS"
_BUILDS = "builds"
_LOCK = ".lock"
_ASIDE = ".new-"
_GONE = ".old-"  # builds on their way out
_STAGE = ".stage-"
_STAGED = (f"{_STAGE}*", ".upload-*", "*.new")  # of changes and small files that were cut short
_STALE = 3600.0  # seconds; a change that goes on has begun later, for one holds the lock


def current_build(index_dir: Path) -> Path:
    """The folder of the live build.

    Raises:
        IndexNotFoundError: the folder holds no index.
        IndexCorruptError: CURRENT names a build that is not there.
        StorageError: the folder cannot be read.
    """
    try:
        with storage(index_dir):
            os.lstat(index_dir / _CURRENT)
    except StorageError as error:
        if isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
            raise IndexNotFoundError(
                f"There is no index in {str(index_dir)!r}; "
                f"make one with: briefqa build FOLDER --index {index_dir}"
            ) from None
        raise
    name = _named(index_dir / _CURRENT)
    build = index_dir / _BUILDS / (name or "?")
    if not name or build.is_symlink() or build.parent.is_symlink() or not (build / MANIFEST).is_file():
        raise IndexCorruptError(
            f"The index in {str(index_dir)!r} names the build {name!r}, which is not complete; "
            f"go back with: briefqa rollback --index {index_dir}, or build it again."
        )
    return build


def _named(pointer: Path) -> str:
    """The id that a pointer names; "" when it names none."""
    return next(iter(_all_named(pointer)), "")


def _all_named(pointer: Path) -> list[str]:
    try:
        lines = read_small(pointer, 4096).decode("ascii").split("\n")
    except (OSError, UnicodeDecodeError):
        return []
    return [name for line in lines if is_build_id(name := line.strip())]


@contextlib.contextmanager
def changing(index_dir: Path) -> Iterator[None]:
    """Hold the right to change the index; one process at a time. What others left half done is removed.

    Raises:
        IndexBusyError: another one holds it.
        StorageError: the disk refuses something, here or inside.
        InputError: a file stands where the folder should be.
    """
    if os.path.lexists(index_dir) and not index_dir.is_dir():
        raise InputError(f"The index folder {str(index_dir)!r} is a file; give a folder.")
    with storage(index_dir):
        index_dir.mkdir(parents=True, exist_ok=True)
        if (index_dir / _LOCK).is_symlink() or (index_dir / _LOCK).is_dir():
            remove(index_dir / _LOCK)
        lock = FileLock(index_dir / _LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise IndexBusyError(
                f"Another process is changing the index in {str(index_dir)!r}; try again when it is done."
            ) from error
        try:
            _sweep(index_dir)
            yield
        finally:
            lock.release()


def _sweep(index_dir: Path) -> None:
    """Remove what killed processes left; whatever cannot be removed stays until the next time."""
    stale = time.time() - _STALE
    for pattern in _STAGED:
        for path in index_dir.glob(pattern):
            with contextlib.suppress(OSError):
                if path.lstat().st_mtime < stale:
                    remove(path)
    builds = index_dir / _BUILDS
    for pattern in (f"{_ASIDE}*", f"{_GONE}*"):  # the lock says that nobody writes there
        for path in () if builds.is_symlink() else builds.glob(pattern):
            with contextlib.suppress(OSError):
                remove(path)


@contextlib.contextmanager
def staging(index_dir: Path) -> Iterator[Path]:
    """An empty folder for files on their way; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=_STAGE, dir=index_dir))
    try:
        yield folder
    finally:
        with contextlib.suppress(OSError):
            remove(folder)


@contextlib.contextmanager
def writing(index_dir: Path) -> Iterator[Path]:
    """An empty folder aside for a new build; whatever is left in it is deleted."""
    builds = index_dir / _BUILDS
    if builds.is_symlink() or (os.path.lexists(builds) and not builds.is_dir()):
        remove(builds)  # of a link only the link: where it leads, other things may lie
    builds.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=builds))
    try:
        yield folder
    finally:
        with contextlib.suppress(OSError):
            remove(folder)


def publish(index_dir: Path, folder: Path, build_id: str, opens: Callable[[Path], object]) -> None:
    """Sync the finished build in `folder`, which was opened, give it its place and make it the live one.

    A build of that id that is there already is the same but for the last bits of its vectors; it stays, for
    somebody may be reading it, unless it is damaged, `opens` raises, or its model gives other vectors now.

    Raises:
        OSError: the disk did not take all of it.
    """
    sync_tree(folder)  # its digests are those of what was written: a disk that does not take it says so here
    target = index_dir / _BUILDS / build_id
    if os.path.lexists(target) and (target.is_symlink() or not _serves(target, folder, opens)):
        _discard(target)
    if not os.path.lexists(target):
        folder.chmod(0o755)
        os.replace(folder, target)
    sync_folder(target.parent)
    switch(index_dir, build_id)


def _serves(target: Path, folder: Path, opens: Callable[[Path], object]) -> bool:
    if not is_intact(target, BySums(target, folder)):  # the new one's links were read for it
        return False
    try:
        opens(target)
    except Exception:  # somebody made it so that its checksums agree
        return False
    return built_with(read_manifest(target)).matches(built_with(read_manifest(folder)))


def switch(index_dir: Path, build_id: str) -> None:
    """Make `build_id` the live build, remember the one before it, and delete older ones."""
    pointer, before = index_dir / _CURRENT, index_dir / _PREVIOUS
    live = _named(pointer)
    if live and live != build_id:
        # Until CURRENT is replaced, the build before is still the one that PREVIOUS named till now.
        earlier = [each for each in _all_named(before) if each not in (live, build_id)]
        write_atomically(before, "\n".join([live, *earlier[:1]]))
        write_atomically(pointer, build_id)
        write_atomically(before, live)
    else:
        write_atomically(pointer, build_id)
    _prune(index_dir)


def previous_build(index_dir: Path) -> str:
    """The id of the build before the live one, "" when there is none."""
    live = _named(index_dir / _CURRENT)
    earlier = [each for each in _all_named(index_dir / _PREVIOUS) if each != live]
    return next((each for each in earlier if holds_build(index_dir, each)), "")


def go_back(index_dir: Path) -> str:
    """Make the build before the live one live again; a second call undoes the first. Returns its id.

    Raises:
        IndexNotFoundError: there is no earlier build.
        IndexCorruptError: it is damaged.
    """
    if not index_dir.is_dir():
        current_build(index_dir)  # raises with the usual sentence
    with changing(index_dir):
        name = previous_build(index_dir)
        if not name:
            raise IndexNotFoundError(f"The index in {str(index_dir)!r} has no earlier build to go back to.")
        if damaged := damaged_files(index_dir / _BUILDS / name):
            raise IndexCorruptError(
                f"The earlier build {name!r} is damaged ({damaged[0]!r}), so the index stays as it is; "
                "build it again with: briefqa build FOLDER"
            )
        switch(index_dir, name)
        return name


def _prune(index_dir: Path) -> None:
    """Keep the live build, the one before it, and those that are being read."""
    keep = {_named(index_dir / _CURRENT), previous_build(index_dir)}
    for build in (index_dir / _BUILDS).iterdir():
        if build.name not in keep and not is_leased(build / MANIFEST):
            with contextlib.suppress(OSError):
                _discard(build)


def _discard(build: Path) -> None:
    """Take a build's name away at once, then its files, so that no half of it is ever found."""
    gone = Path(tempfile.mkdtemp(prefix=_GONE, dir=build.parent))
    try:
        os.replace(build, gone / build.name)
    finally:
        with contextlib.suppress(OSError):
            remove(gone)


def holds_build(index_dir: Path, build_id: str) -> bool:
    """Whether the index has the build of that id."""
    build = index_dir / _BUILDS / build_id
    return is_build_id(build_id) and not build.is_symlink() and (build / MANIFEST).is_file()
