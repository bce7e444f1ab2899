"""A change in a process of its own that dies, or is refused a file operation, at one point of its way."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from briefqa import BriefQAError

_EVENTS = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.chmod", "os.truncate")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def run_apart(work: Callable[[], object], spoil: Callable[[], None], told: Path | None = None) -> int:
    """Run `work` in a forked process after `spoil`; its wait status. Our own error is written to `told`."""
    child = os.fork()
    if child == 0:
        try:
            spoil()
            work()
            os._exit(0)
        except BriefQAError as error:
            if told is not None:
                told.write_text(str(error), "utf-8")
            os._exit(3)
        except BaseException as error:
            sys.stderr.write(f"foreign: {type(error).__name__}: {error}\n")
            os._exit(4)
    return os.waitpid(child, 0)[1]


def _written_path(event: str, arguments: tuple[Any, ...]) -> str:
    """The path that an audited file operation changes; "" for any other event."""
    if event not in _EVENTS or not arguments or not isinstance(arguments[0], str | os.PathLike):
        return ""
    if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & _WRITING):
        return ""
    return os.path.abspath(os.fspath(arguments[0]))


def at_operation(number: int, act: Callable[[str, str], None], below: Path) -> Callable[[], None]:
    """A `spoil` that calls `act(event, path)` at the `number`th file operation below a folder."""

    def spoil() -> None:
        seen, root = 0, str(below)

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal seen
            path = _written_path(event, arguments)
            if path.startswith(root):
                seen += 1
                if seen == number:
                    act(event, path)

        sys.addaudithook(hook)

    return spoil


def die(event: str, path: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after_a_while(seconds: float) -> Callable[[], None]:
    """A `spoil` that kills at a random moment rather than at an operation."""

    def spoil() -> None:
        signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-4))

    return spoil


def recording(log: Path, spoil: Callable[[], None]) -> Callable[[], None]:
    """A `spoil` that also notes which files were written and synced, in a file that outlives a kill."""

    def both() -> None:
        number = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
        sync = os.fsync

        def noted(file: int) -> None:
            sync(file)
            os.write(number, f"S\t{os.readlink(f'/proc/self/fd/{file}')}\n".encode())

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            path = _written_path(event, arguments)
            if path and event == "open":
                emptied = arguments[2] & os.O_TRUNC or not os.path.isfile(path)
                there = 0 if emptied else os.path.getsize(path)
                os.write(number, f"W\t{path}\t{there}\n".encode())
            elif event == "os.rename":
                source, target = (os.path.abspath(os.fspath(each)) for each in arguments[:2])
                os.write(number, f"R\t{source}\t{target}\n".encode())

        os.fsync = noted
        sys.addaudithook(hook)
        spoil()

    return both


def lose_unsynced(log: Path, chance: random.Random) -> int:
    """Take from each file that was written and not synced what a loss of power may take; how many.

    What stood in a file before it was opened stays: whoever wrote that has synced it, or it is tried then.
    """
    unsynced: dict[str, int] = {}  # path → bytes that were there before
    for line in log.read_text("utf-8").splitlines():
        kind, *paths = line.split("\t")
        if kind == "W":
            unsynced.setdefault(paths[0], int(paths[1]))
        elif kind == "S":
            unsynced.pop(paths[0], None)
        else:
            below = [each for each in unsynced if each == paths[0] or each.startswith(f"{paths[0]}/")]
            unsynced |= {paths[1] + each[len(paths[0]) :]: unsynced.pop(each) for each in below}
    lost = 0
    for name, before in unsynced.items():
        path = Path(name)
        if path.is_file() and not path.is_symlink() and path.name != ".lock" and path.stat().st_nlink == 1:
            data = path.read_bytes()
            keep = chance.randrange(min(before, len(data)), len(data) + 1)
            zeros = chance.choice((0, len(data) - keep))
            path.write_bytes(data[:keep] + bytes(zeros))
            lost += 1
    return lost


def count_operations(index: Path, work: Callable[[], object], scratch: Path) -> int:
    """How many file operations a change of an index takes, by a trial on a copy; also beside the index."""
    log = scratch / "count"

    def count() -> None:
        number = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
        root = str(index.parent)

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            if _written_path(event, arguments).startswith(root):
                os.write(number, b".")

        sys.addaudithook(hook)

    copy = scratch / "copy"
    shutil.copytree(index, copy, symlinks=True)
    run_apart(work, count)
    shutil.rmtree(index)
    copy.rename(index)
    return log.stat().st_size if log.is_file() else 0
