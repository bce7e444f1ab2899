"""What an index survives: kills, losses of power, refusals of the disk, flipped bits, hostile files.

    python benchmarks/measure/faults.py [--kills 1000] [--flips 1000] [--refusals 400] [--seed 0]

Each change of an index runs in a process of its own that dies, or is refused a file operation, at one
point of its way; then the index must hold the documents from before or from after, whole. As many are
killed as are asked for, however many come through before. Figures go to results/faults.json.
"""

from __future__ import annotations

import argparse
import errno
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure.changed_index import Room, check_whole, hashed_model, texts_of
from benchmarks.measure.cut_short import (
    after_a_while,
    at_operation,
    count_operations,
    die,
    lose_unsynced,
    recording,
    run_apart,
)
from benchmarks.measure.hostile import hostile_builds

import briefqa
from briefqa import BriefQAError
from briefqa.store import builds, manifest

_OF_THE_INDEX = ("build", "add", "add", "remove", "rollback")


def kills(root: Path, rounds: int, chance: random.Random) -> Counter[str]:
    """Kill changes, half of them with a loss of power; returns what happened how often.

    A change that came through has said so: it must outlive a loss of power at that moment.
    """
    told: Counter[str] = Counter()
    room, operations = Room(root / "kills", chance), dict[str, int]()
    for number in range(4 * rounds):
        if told["killed"] == rounds:
            break
        before, change = texts_of(room.index), room.next_change()
        if number % 25 == 0:
            operations.clear()
        if change.kind not in operations:
            operations[change.kind] = max(count_operations(room.index, change.work, root), 1)
        log, after = root / "written", change.after
        last = operations[change.kind] + operations[change.kind] // 8 + 1
        spoil = (
            after_a_while(chance.random() * 0.06)
            if number % 4 == 3
            else at_operation(chance.randrange(1, last + 1), die, room.root)
        )
        status = run_apart(change.work, recording(log, spoil))
        killed = os.WIFSIGNALED(status)
        told["killed" if killed else "came through"] += 1
        told[f"killed: {change.kind}"] += killed
        if number % 2 or not killed:
            told["losses of power"] += 1
            told["files that lost unsynced bytes"] += lose_unsynced(log, chance)
        wrong = check_whole(room.index, [before, after] if killed else [after])
        if wrong := wrong or room.check_written(change, not killed):
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
    told_file = root / "told"
    for _ in range(rounds):
        before, change, code = texts_of(room.index), room.next_change(), chance.choice(list(REFUSALS))

        def refuse(event: str, path: str, code: int = code) -> None:
            raise OSError(code, os.strerror(code), path)

        told_file.unlink(missing_ok=True)
        number = chance.randrange(1, 12 if change.kind in ("export", "verdict") else 70)
        status = run_apart(change.work, at_operation(number, refuse, room.root), told_file)
        code_given = os.waitstatus_to_exitcode(status)
        told[{0: "came through", 3: "one sentence"}.get(code_given, "FOREIGN")] += 1
        if code_given == 3:
            told[judged(told_file.read_text("utf-8"), code, room.root)] += 1
        if wrong := check_whole(room.index, [before, change.after]) or room.check_written(
            change, code_given == 0
        ):
            told[f"LOST: {wrong[:120]}"] += 1
    return told


# What a disk may refuse with → words of the advice that must come with it.
REFUSALS = {
    errno.ENOSPC: "free some space",
    errno.EIO: "keep a copy elsewhere",
    errno.EACCES: "change its permissions",
    errno.EROFS: "take another folder",
    errno.EDQUOT: "free some space",
}


def judged(sentence: str, code: int, root: Path) -> str:
    """Whether a refusal is told in one line with a path and with the advice for what was refused."""
    if "\n" in sentence:
        return f"LINES: {sentence[:200]}"
    if str(root) not in sentence:
        return f"NO PATH: {sentence[:200]}"
    return "with path and advice" if REFUSALS[code] in sentence else f"NO ADVICE: {sentence[:200]}"


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


_ASKED = "甲市有多少家智能工厂？"
_PAPERS = {"甲.txt": "甲市有12家智能工厂。去年新增3家。\n", "乙.txt": "乙市到2030年建成地铁5条。\n"}


def asked(root: Path, rounds: int, chance: random.Random) -> Counter[str]:
    """Flip one bit and ask the packaged model: the right answer, one sentence, or another true quote."""
    told: Counter[str] = Counter()
    (root / "papers").mkdir(parents=True)
    for name, text in _PAPERS.items():
        (root / "papers" / name).write_text(text, "utf-8")
    briefqa.build_index(root / "papers", root / "asked")
    build = builds.current_build(root / "asked")
    files = [path for path in sorted(build.rglob("*")) if path.is_file()]
    usual = manifest._CHECKED_ON_OPENING
    for number in range(rounds):
        path = files[number % len(files)]
        data = path.read_bytes()
        place = chance.randrange(len(data))
        path.write_bytes(data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :])
        manifest._CHECKED_ON_OPENING = 0 if number // len(files) % 2 else usual  # as a large, a small index
        try:
            with briefqa.open_index(root / "asked") as opened:
                told[_judged_answer(opened.ask(_ASKED))] += 1
        except BriefQAError as error:
            told["LINES" if "\n" in str(error) else "refused in a sentence"] += 1
        except Exception as error:
            told[f"FOREIGN {type(error).__name__}"] += 1
        path.write_bytes(data)
    manifest._CHECKED_ON_OPENING = usual
    return told


def _judged_answer(answer: briefqa.Answer) -> str:
    quotes = [citation.quote for citation in answer.citations]
    if any(all(quote not in text for text in _PAPERS.values()) for quote in quotes):
        return "OTHER TEXT quoted"
    if quotes and "12家" in quotes[0]:
        return "answered rightly"
    return (
        "another quote of the texts"
        if quotes
        else "not found, with its reason"
        if answer.reason
        else "SILENT"
    )


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
        works = [room.next_change(_OF_THE_INDEX).work, room.next_change(_OF_THE_INDEX).work]
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
    kinds = (
        ("kills", kills, "kills"),
        ("refusals of the disk", refusals, "refusals"),
        ("flipped bits", flips, "flips"),
        ("beside each other", beside, "beside"),
    )
    with hashed_model():
        for kind, work, name in kinds:
            if counts[name]:  # what is left out keeps its figures
                yield kind, work(root, counts[name], chance)
        yield "hostile builds", hostile(root)
    if counts["asked"]:
        yield "asked after a flip", asked(root, counts["asked"], chance)


def failures(told: dict[str, Counter[str]]) -> list[str]:
    """The figures that must be none."""
    return [
        f"{kind}: {what} × {count}"
        for kind, counter in told.items()
        for what, count in counter.items()
        if what.split(":")[0].split(",")[0].split(" ")[0].isupper()
    ]


def _keep(kind: str, told: Counter[str], seed: int) -> None:
    from benchmarks.common import write_results  # heavy; forks are quicker without it

    write_results("faults", kind, {"seed": seed, **dict(sorted(told.items()))})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (
        ("kills", 1000),
        ("refusals", 400),
        ("flips", 1000),
        ("beside", 40),
        ("asked", 200),
        ("seed", 0),
    ):
        parser.add_argument(f"--{name}", type=int, default=usual)
    options = parser.parse_args()
    began = time.monotonic()
    told = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind, counter in all_faults(Path(folder), vars(options), options.seed):
            told[kind] = counter
            _keep(kind, counter, options.seed)
            figures = ", ".join(f"{what} {count}" for what, count in sorted(counter.items()))
            print(f"{kind}: {figures}", flush=True)
    wrong = failures(told)
    print(f"failures: {wrong or 'none'}; {time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
