"""What an index survives: kills, losses of power, refusals of the disk, flipped bits, hostile files.

    python benchmarks/measure/faults.py [--kills 1000] [--flips 1000] [--refusals 400] [--seed 0]

Each change of an index runs in a process of its own that dies, or is refused a file operation, at one
point of its way; then the index must hold the documents from before or from after, whole. The texts are
real, the vectors come from a hash: no model is needed to lose a file.
"""

from __future__ import annotations

import argparse
import errno
import hashlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.measure.hostile import hostile_builds

import briefqa
from briefqa import BriefQAError
from briefqa.building import changes
from briefqa.models.late import WIDTH
from briefqa.reading.files import read_document
from briefqa.store import builds, manifest
from briefqa.store.build import stored_sources

_EVENTS = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.chmod", "os.truncate")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
Texts = dict[str, str]


class HashedEmbedder:
    """Unit vectors from a digest of the text, in no time."""

    name, dimension, digest, precision, direction = "hashed", 16, "hashed", "float32", None

    def embed_passages(self, texts: Sequence[str], done: Callable[[int], None] | None = None) -> Any:
        rows = np.array(
            [list(hashlib.sha256(text.encode()).digest()[:16]) for text in texts], np.float32
        ).reshape(-1, 16)
        if done is not None:
            done(len(texts))
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)

    def embed_queries(self, texts: Sequence[str]) -> Any:
        return self.embed_passages(texts)

    def embed_sentences(self, texts: Sequence[str], done: Callable[[int], None] | None = None) -> Any:
        return self.embed_passages(texts, done), [np.ones((2, WIDTH), np.int8) for _ in texts]


@contextmanager
def hashed_model() -> Iterator[None]:
    """Build with `HashedEmbedder` inside."""
    embedder, before = HashedEmbedder(), changes.open_embedder
    changes.open_embedder = lambda *_, **__: embedder  # type: ignore[assignment,return-value]
    try:
        yield
    finally:
        changes.open_embedder = before


class Room:
    """A folder with sources and an index of them, and what the index may hold."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self.chance = chance
        self.docs, self.index = root / "docs", root / "index"
        self.docs.mkdir(parents=True)
        for number in range(4):
            self._write(number)
        briefqa.build_index(self.docs, self.index)

    def _write(self, number: int) -> Path:
        path = self.docs / f"{number}.txt"
        figure = self.chance.randrange(10**6)
        path.write_text(
            f"第{number}号通知\n\n一、总则\n\n本县有{figure}座桥。去年新增{number}座。\n", "utf-8"
        )
        return path

    def next_change(self) -> tuple[Callable[[], object], Texts]:
        """A change to try, drawn by chance, and what the index holds after it."""
        kind = self.chance.choice(("build", "add", "add", "remove", "rollback"))
        number, held = self.chance.randrange(6), texts_of(self.index)
        if kind == "add":
            path = self._write(number)
            return lambda: briefqa.add_documents(path, self.index), held | _read([path])
        if kind == "remove" and len(held) > 2:
            name = self.chance.choice(sorted(held))
            rest = {each: text for each, text in held.items() if each != name}
            return lambda: briefqa.remove_documents(name, self.index), rest
        if kind == "rollback" and (name := builds.previous_build(self.index)):
            sources = stored_sources(self.index / "builds" / name)
            before = {each.document.id: each.document.text for each in sources}
            return lambda: briefqa.rollback(self.index), before
        self._write(number)
        return lambda: briefqa.build_index(self.docs, self.index), _read(sorted(self.docs.iterdir()))


def _read(paths: Sequence[Path]) -> Texts:
    return {path.name: read_document(path, path.name).document.text for path in paths}


def texts_of(index: Path) -> Texts:
    """The documents of an index, opened as a reader does."""
    with briefqa.open_index(index) as opened:
        return {document.id: document.text for document in opened.documents}


def run_apart(work: Callable[[], object], spoil: Callable[[], None]) -> int:
    """Run `work` in a forked process after `spoil`; its wait status."""
    child = os.fork()
    if child == 0:
        try:
            spoil()
            work()
            os._exit(0)
        except BriefQAError:
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
                os.write(number, f"W\t{path}\n".encode())
            elif event == "os.rename":
                source, target = (os.path.abspath(os.fspath(each)) for each in arguments[:2])
                os.write(number, f"R\t{source}\t{target}\n".encode())

        os.fsync = noted
        sys.addaudithook(hook)
        spoil()

    return both


def lose_unsynced(log: Path, chance: random.Random) -> int:
    """Take from each file that was written and not synced what a loss of power may take; how many."""
    unsynced: set[str] = set()
    for line in log.read_text("utf-8").splitlines():
        kind, *paths = line.split("\t")
        if kind == "W":
            unsynced.add(paths[0])
        elif kind == "S":
            unsynced.discard(paths[0])
        else:
            below = {each for each in unsynced if each == paths[0] or each.startswith(f"{paths[0]}/")}
            unsynced = (unsynced - below) | {paths[1] + each[len(paths[0]) :] for each in below}
    lost = 0
    for path in map(Path, unsynced):
        if path.is_file() and not path.is_symlink() and path.name != ".lock" and path.stat().st_nlink == 1:
            data = path.read_bytes()
            keep = chance.randrange(len(data) + 1)
            zeros = chance.choice((0, len(data) - keep))
            path.write_bytes(data[:keep] + bytes(zeros))
            lost += 1
    return lost


def check_whole(index: Path, allowed: Sequence[Texts]) -> str:
    """What is wrong with an index that must hold one of the `allowed` sets of documents; "" if nothing."""
    try:
        held = texts_of(index)
        damaged = briefqa.verify(index)
    except Exception as error:
        return f"does not open: {type(error).__name__}: {error}"
    if damaged:
        return f"damaged: {damaged}"
    if held not in allowed:
        return "holds other documents"
    live, before = builds.current_build(index), builds.previous_build(index)
    if before == live.name:
        return "PREVIOUS is CURRENT"
    if before and manifest.damaged_files(live.with_name(before)):
        return "the build to go back to is damaged"
    return ""


def _operations(room: Room, work: Callable[[], object], scratch: Path) -> int:
    """How many file operations a change takes, by a trial on a copy."""
    log = scratch / "count"

    def count() -> None:
        number = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
        root = str(room.index)

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            if _written_path(event, arguments).startswith(root):
                os.write(number, b".")

        sys.addaudithook(hook)

    copy = scratch / "copy"
    shutil.copytree(room.index, copy, symlinks=True)
    run_apart(work, count)
    shutil.rmtree(room.index)
    copy.rename(room.index)
    return log.stat().st_size if log.is_file() else 0


def kills(root: Path, rounds: int, chance: random.Random) -> Counter[str]:
    """Kill changes, half of them with a loss of power; returns what happened how often."""
    told: Counter[str] = Counter()
    room, operations = Room(root / "kills", chance), 60
    for number in range(rounds):
        before, (work, after) = texts_of(room.index), room.next_change()
        if number % 25 == 0:
            operations = max(_operations(room, work, root), 1)
        log = root / "written"
        spoil = (
            after_a_while(chance.random() * 0.06)
            if number % 4 == 3
            else at_operation(chance.randrange(1, operations + 10), die, room.index)
        )
        status = run_apart(work, recording(log, spoil))
        told["killed" if os.WIFSIGNALED(status) else "came through"] += 1
        if number % 2 and os.WIFSIGNALED(status):
            told["files that lost unsynced bytes"] += lose_unsynced(log, chance)
        if wrong := check_whole(room.index, [before, after]):
            told[f"LOST: {wrong[:120]}"] += 1
            shutil.rmtree(root / "kills")
            room = Room(root / "kills", chance)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 4:
            told["FOREIGN exception"] += 1
    return told


def refusals(root: Path, rounds: int, chance: random.Random) -> Counter[str]:
    """Refuse one file operation of a change: one sentence with a path, and the index is whole."""
    told: Counter[str] = Counter()
    room = Room(root / "refusals", chance)
    codes = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EDQUOT)
    for _ in range(rounds):
        before, (work, after), code = texts_of(room.index), room.next_change(), chance.choice(codes)

        def refuse(event: str, path: str, code: int = code) -> None:
            raise OSError(code, os.strerror(code), path)

        status = run_apart(work, at_operation(chance.randrange(1, 70), refuse, room.index))
        told[{0: "came through", 3: "one sentence"}.get(os.waitstatus_to_exitcode(status), "FOREIGN")] += 1
        if wrong := check_whole(room.index, [before, after]):
            told[f"LOST: {wrong[:120]}"] += 1
    return told


def flips(root: Path, rounds: int, chance: random.Random) -> Counter[str]:
    """Flip one bit of one file: verify names it; opening refuses it, or gives the same texts."""
    told: Counter[str] = Counter()
    room = Room(root / "flips", chance)
    whole = texts_of(room.index)
    build = builds.current_build(room.index)
    files = [path for path in sorted(build.rglob("*")) if path.is_file()]
    for number in range(rounds):
        path = files[number % len(files)]
        data = path.read_bytes()
        place = chance.randrange(len(data))
        path.write_bytes(data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :])
        name = path.relative_to(build).as_posix()
        try:
            told["found by verify" if briefqa.verify(room.index) == [name] else "NOT FOUND"] += 1
        except BriefQAError:
            told["found by verify"] += 1
        for size in (manifest._CHECKED_ON_OPENING, 0):  # as a small and as a large index
            kept, manifest._CHECKED_ON_OPENING = manifest._CHECKED_ON_OPENING, size
            try:
                same = texts_of(room.index) == whole
                told["opened, the same" if same else f"OTHER TEXTS, {'small' if size else 'large'}"] += 1
            except BriefQAError:
                told["refused on opening"] += 1
            except Exception as error:
                told[f"FOREIGN {type(error).__name__}"] += 1
            manifest._CHECKED_ON_OPENING = kept
        path.write_bytes(data)
    return told


def hostile(root: Path) -> Counter[str]:
    """Open builds that somebody made to do harm, with checksums that agree: each is refused."""
    told: Counter[str] = Counter()
    room = Room(root / "hostile", random.Random(0))
    for name, spoil in hostile_builds().items():
        copy = Path(shutil.copytree(room.index, root / "one", symlinks=True))
        spoil(copy)
        try:
            texts_of(copy)
            told[f"OPENED: {name}"] += 1
        except BriefQAError:
            told["refused"] += 1
        except Exception as error:
            told[f"FOREIGN {type(error).__name__}: {name}"] += 1
        shutil.rmtree(copy)
    return told


def beside(root: Path, rounds: int, chance: random.Random) -> Counter[str]:
    """Read while two others change the index: readers see whole documents, builders finish or wait."""
    told: Counter[str] = Counter()
    room = Room(root / "beside", chance)
    for _ in range(rounds):
        works = [room.next_change()[0], room.next_change()[0]]
        children = []
        for work in works:
            child = os.fork()
            if child == 0:
                try:
                    work()
                    os._exit(0)
                except BriefQAError:
                    os._exit(3)
                except BaseException:
                    os._exit(4)
            children.append(child)
        while children:
            done, status = os.waitpid(-1, os.WNOHANG)
            if done:
                children.remove(done)
                told[{0: "built", 3: "told to wait"}.get(os.waitstatus_to_exitcode(status), "FOREIGN")] += 1
            with briefqa.open_index(room.index) as opened:
                for document in opened.documents:
                    told["read" if opened.original(document.id).is_file() else "ORIGINAL GONE"] += 1
    return told


def all_faults(root: Path, counts: dict[str, int], seed: int) -> Iterator[tuple[str, Counter[str]]]:
    """Every kind of fault with its figures, as they come. Words in capitals are failures."""
    chance = random.Random(seed)
    with hashed_model():
        yield "kills", kills(root, counts["kills"], chance)
        yield "refusals of the disk", refusals(root, counts["refusals"], chance)
        yield "flipped bits", flips(root, counts["flips"], chance)
        yield "hostile builds", hostile(root)
        yield "beside each other", beside(root, counts["beside"], chance)


def failures(told: dict[str, Counter[str]]) -> list[str]:
    """The figures that must be none."""
    return [
        f"{kind}: {what} × {count}"
        for kind, counter in told.items()
        for what, count in counter.items()
        if what.split(":")[0].split(",")[0].split(" ")[0].isupper()
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("kills", 1000), ("refusals", 400), ("flips", 1000), ("beside", 40), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    options = parser.parse_args()
    began = time.monotonic()
    told = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind, counter in all_faults(Path(folder), vars(options), options.seed):
            told[kind] = counter
            figures = ", ".join(f"{what} {count}" for what, count in sorted(counter.items()))
            print(f"{kind}: {figures}", flush=True)
    wrong = failures(told)
    print(f"failures: {wrong or 'none'}; {time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
