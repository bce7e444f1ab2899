"""Writing so that a loss of power loses nothing, removing whatever is there, and telling what the disk says.

A file is safe when it was synced and the folder that names it was synced too; a rename is safe when the
folder was synced after it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from briefqa.errors import StorageError

_SAID = {
    errno.ENOSPC: "the disk is full; free some space and try again",
    errno.EDQUOT: "your share of the disk is used up; free some space and try again",
    errno.EACCES: "this user may not read or write it; change its permissions or take another folder",
    errno.EPERM: "this user may not change it; change its permissions or take another folder",
    errno.EROFS: "the disk is read-only; take another folder",
    errno.EIO: "the disk reports an error; check it, and keep a copy elsewhere",
    errno.ENAMETOOLONG: "the name is too long for this disk; take a shorter one",
    errno.ENOTDIR: "a part of the path is a file; take another folder",
    errno.EISDIR: "a folder stands where a file should be; remove it or take another folder",
    errno.EMFILE: "too many files are open; close some programs and try again",
    errno.ELOOP: "its links lead in a circle; take another folder",
}


@contextlib.contextmanager
def storage(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses inside into one sentence with the path.

    Raises:
        StorageError: instead of any OSError but that of a reader of the output that went away.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        path = error.filename if isinstance(error.filename, str | bytes | os.PathLike) else folder
        reason = _SAID.get(error.errno or 0, f"{error.strerror or error}; check the disk and try again")
        where = "" if os.fsdecode(path) == str(folder) else f"{os.fsdecode(path)!r} of "
        raise StorageError(f"Cannot use {where}the index in {str(folder)!r}: {reason}.") from error


def sync_tree(folder: Path) -> None:
    """Sync every file and folder below and the folder itself.

    Links to files of another build too: where that index is a copy, nobody has synced them yet. Of 1,441
    small files that are safe already this took .14 s.
    """
    for inner, _, names in os.walk(folder, topdown=False):
        for name in names:
            _sync(os.path.join(inner, name))
        sync_folder(Path(inner))


def sync_folder(folder: Path) -> None:
    """Sync a folder's names; Windows has no such thing, and does it with the files."""
    if os.name == "posix":
        _sync(folder)


def _sync(path: str | Path) -> None:
    # Windows syncs only what is open for writing.
    number = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system that cannot sync a folder
            raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        os.close(number)


def read_small(path: Path, most: int) -> bytes:
    """The first bytes of a file that is one itself: a link or a pipe may lead anywhere, or never end.

    Raises:
        OSError: it is none, or cannot be read.
    """
    if not stat.S_ISREG(os.lstat(path).st_mode):
        raise OSError(errno.EINVAL, "it is no file", str(path))
    with path.open("rb") as file:
        return file.read(most)


def write_atomically(path: Path, text: str) -> None:
    """Replace a small file; a reader sees the old text or the new one, and so does the next start.

    What stands there is replaced, a link too: whoever gave the folder away may have it lead elsewhere.
    """
    aside = path.with_name(f"{path.name}.new")
    remove(aside)
    with aside.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    if path.is_dir() and not path.is_symlink():
        remove(path)
    os.replace(aside, path)
    sync_folder(path.parent)


def remove(path: Path) -> None:
    """Remove a file, a link, or a folder with all that is in it, also where it was write-protected.

    Raises:
        OSError: it is still there.
    """
    if path.is_symlink() or path.is_file():
        path.unlink(missing_ok=True)
    elif path.is_dir():
        with contextlib.suppress(OSError):
            shutil.rmtree(path)
            return
        for inner, folders, _ in os.walk(path):
            for name in (".", *folders):
                with contextlib.suppress(OSError):
                    if not Path(inner, name).is_symlink():
                        Path(inner, name).chmod(stat.S_IRWXU)
        shutil.rmtree(path)
    elif os.path.lexists(path):
        path.unlink()
