"""The builds of an index: written aside, switched to at once, one kept to go back to.

    index/
      CURRENT              id of the live build
      PREVIOUS             id of the build before it, for `rollback`
      SOURCES              see `origins`
      builds/<id>/         see `build`; never changed once written

A build is written into a folder aside, verified, renamed to its id and then named in CURRENT:
a killed build changes nothing, and a reader keeps the build that it opened.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from briefqa.errors import IndexBusyError, IndexCorruptError, IndexNotFoundError
from briefqa.store.manifest import MANIFEST, built_with, damaged_files, is_intact, read_manifest

_CURRENT = "CURRENT"
_PREVIOUS = "PREVIOUS"
_BUILDS = "builds"
_LOCK = ".lock"
_ASIDE = ".new-"


def current_build(index_dir: Path) -> Path:
    """The folder of the live build.

    Raises:
        IndexNotFoundError: the folder holds no index.
        IndexCorruptError: CURRENT names a build that is not there.
    """
    pointer = index_dir / _CURRENT
    if not pointer.is_file():
        raise IndexNotFoundError(
            f"There is no index in {str(index_dir)!r}; "
            f"make one with: briefqa build FOLDER --index {index_dir}"
        )
    build = index_dir / _BUILDS / pointer.read_text("utf-8").strip()
    if not (build / MANIFEST).is_file():
        raise IndexCorruptError(
            f"The index in {str(index_dir)!r} names the build {build.name!r}, which is not complete; "
            f"go back with: briefqa rollback --index {index_dir}, or build it again."
        )
    return build


@contextlib.contextmanager
def changing(index_dir: Path) -> Iterator[None]:
    """Hold the right to change the index; one process at a time.

    Raises:
        IndexBusyError: another one holds it.
    """
    index_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(index_dir / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise IndexBusyError(
            f"Another process is changing the index in {str(index_dir)!r}; try again when it has finished."
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def writing(index_dir: Path) -> Iterator[Path]:
    """An empty folder aside for a new build; whatever is left in it is deleted."""
    builds = index_dir / _BUILDS
    builds.mkdir(parents=True, exist_ok=True)
    for leftover in builds.glob(f"{_ASIDE}*"):  # of a killed build; the lock says nobody writes
        shutil.rmtree(leftover, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=builds))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(index_dir: Path, folder: Path, build_id: str) -> None:
    """Verify the finished build in `folder`, give it its place and make it the live one.

    A build of that id that is there already is the same but for the last bits of its vectors;
    it stays, for somebody may be reading it, unless it is damaged or its model gives other vectors now.

    Raises:
        IndexCorruptError: the disk did not take all of it.
    """
    if damaged := damaged_files(folder):
        raise IndexCorruptError(
            f"The new build did not reach the disk whole ({damaged[0]!r}); the index is unchanged. Try again."
        )
    target = index_dir / _BUILDS / build_id
    if target.exists() and not _serves(target, folder):
        shutil.rmtree(target)
    if not target.exists():
        folder.chmod(0o755)
        os.replace(folder, target)
    switch(index_dir, build_id)


def _serves(target: Path, folder: Path) -> bool:
    return is_intact(target) and built_with(read_manifest(target)).matches(built_with(read_manifest(folder)))


def switch(index_dir: Path, build_id: str) -> None:
    """Make `build_id` the live build, remember the one before it, and delete older ones."""
    pointer = index_dir / _CURRENT
    live = pointer.read_text("utf-8").strip() if pointer.is_file() else ""
    if live and live != build_id:
        write_atomically(index_dir / _PREVIOUS, live)
    write_atomically(pointer, build_id)
    _prune(index_dir)


def go_back(index_dir: Path) -> str:
    """Make the build before the live one live again; a second call undoes the first. Returns its id.

    Raises:
        IndexNotFoundError: there is no earlier build.
    """
    with changing(index_dir):
        pointer = index_dir / _PREVIOUS
        name = pointer.read_text("utf-8").strip() if pointer.is_file() else ""
        if not name or not holds_build(index_dir, name):
            raise IndexNotFoundError(f"The index in {str(index_dir)!r} has no earlier build to go back to.")
        switch(index_dir, name)
        return name


def _prune(index_dir: Path) -> None:
    """Keep the live build and the one before it."""
    keep = {
        (index_dir / name).read_text("utf-8").strip()
        for name in (_CURRENT, _PREVIOUS)
        if (index_dir / name).is_file()
    }
    for build in (index_dir / _BUILDS).iterdir():
        if build.name not in keep and not build.name.startswith(_ASIDE):
            shutil.rmtree(build, ignore_errors=True)


def holds_build(index_dir: Path, build_id: str) -> bool:
    """Whether the index has the build of that id."""
    return (index_dir / _BUILDS / build_id / MANIFEST).is_file()


def write_atomically(path: Path, text: str) -> None:
    """Replace a small file of the index; a reader sees the old text or the new one."""
    aside = path.with_name(f"{path.name}.new")
    with aside.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
