"""What each closed list of words earns: each left out in turn, on questions not learned from.

    python benchmarks/ablate.py                  # every list
    python benchmarks/ablate.py followups labels # the lists of these tables
    python benchmarks/ablate.py --many           # on the 72 reports and their years too, which takes hours

Each list is emptied in a process of its own, before any module has read it. Printed: the change against
the whole lexicon in held-out follow-ups and new topics, in fields of documents, in the first quotes and
refusals of the held-out questions on the brief, on documents of many kinds and on tables, and in the small
cases of reading (tests/cases). What the models make of each text is kept between the processes.

The figures of each list are kept in results/ablate.json as soon as they are there, and a list that has
figures of the lexicon and the questions as they are is not measured again: stopped, it goes on where it was.

What reading the figures alone cannot prove:

- That a list is of no use. The sets are small (of 60 questions one is .017) and were written about few kinds
  of documents; a list for what none of them holds, as surnames or degrees, changes nothing on them.
- That two lists can go because each can: one stands in for the other. Leave the first out, and measure again.
- That a list earns its place on documents of others. It may know the very words of these sets, some of
  which were looked at while lists were written (benchmarks/README.md tells which).
- Anything about the order of words in a list, about single words, or about the speed.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "briefqa"
CASES = ROOT / "tests" / "cases"
RESULTS = Path(__file__).parent / "results" / "ablate.json"
SETS = ("brief", "documents", "fresh", "tables")
MANY = ("reports", "years", "years_fresh")
WHOLE = ""  # the name under which nothing is left out


def _lexicon() -> ModuleType:
    """The lexicon alone: `import briefqa` would have every module read its lists before one is emptied."""
    package = ModuleType("briefqa")
    package.__path__ = [str(SOURCE)]
    sys.modules["briefqa"] = package
    lexicon = importlib.import_module("briefqa.text.lexicon")
    del sys.modules["briefqa"]
    return lexicon


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tables", nargs="*", help="tables of the lexicon; default: all")
    parser.add_argument("--measure", metavar="LIST", help="print the figures with one list left out")
    parser.add_argument("--many", action="store_true", help="ask of the 72 reports too")
    options = parser.parse_args()
    sets = (*SETS, *MANY) if options.many else SETS
    if options.measure is not None:
        if options.measure:
            _lexicon().empty_list(options.measure)
        print(json.dumps(_figures(sets)))
        return
    names = [
        name for name in _lexicon().list_names() if not options.tables or name.split(".")[0] in options.tables
    ]
    measured = Measured(RESULTS, _asked(sets))
    whole = measured.of(WHOLE, options.many)
    print("whole lexicon: " + ", ".join(f"{key} {value:.3f}" for key, value in whole.items()), flush=True)
    for name in names:
        found = measured.of(name, options.many)
        changed = [f"{key} {found[key] - whole[key]:+.3f}" for key in whole if found[key] != whole[key]]
        print(f"without {name}: {', '.join(changed) or 'no change'}", flush=True)


class Measured:
    """The figures of each list, in a file that is written whenever one was measured.

    Args:
        asked: digest of what is asked and of what answers; figures of another are not gone on from.
    """

    def __init__(self, path: Path, asked: str) -> None:
        self._path = path
        kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
        self._lists: dict[str, dict[str, float]] = kept["lists"] if kept.get("asked") == asked else {}
        self._asked = asked

    def of(self, name: str, many: bool) -> dict[str, float]:
        """The figures with a list left out, measured where they are not there yet."""
        if name not in self._lists:
            self._lists[name] = run_without(name, many)
            self._keep()
        return self._lists[name]

    def _keep(self) -> None:
        told = {"asked": self._asked, "date": date.today().isoformat(), "lists": self._lists}
        begun = self._path.with_suffix(".part")
        begun.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
        begun.replace(self._path)


def _asked(sets: Iterable[str]) -> str:
    """A digest of the program, its lists, the questions, and which sets are asked."""
    folders = (SOURCE, ROOT / "benchmarks" / "sets", CASES)
    files = sorted(each for folder in folders for each in folder.rglob("*") if each.is_file())
    digest = hashlib.sha256(" ".join(sets).encode())
    for path in files:
        if path.suffix != ".pyc":
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def run_without(name: str, many: bool) -> dict[str, float]:
    command: Sequence[str] = (sys.executable, __file__, "--measure", name, *["--many"] * many)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _figures(sets: Iterable[str]) -> dict[str, float]:
    """Shares, each higher for better; imported here so that a list is emptied before it is read."""
    from benchmarks.measure import fields, follow_ups, held_out
    from benchmarks.remembered import remember_runs
    from tests.cases.run_cases import run

    remember_runs()  # what the models say of a text does not depend on the lists

    cases = json.loads((CASES / "cases.json").read_text("utf-8"))
    found = {
        f"{kind} ({file.stem})": right / count
        for file in (follow_ups.HELD_OUT, follow_ups.FRESH)
        for kind, (right, count) in follow_ups.shares(file).items()
    }
    for file in (fields.QUESTIONS, fields.FRESH_QUESTIONS):
        found[f"fields ({file.stem})"] = fields.share_right(file)
    for name in sets:
        asked = held_out.ask_all(name)
        right = [each.quote if each.record["answerable"] else not each.answer.found for each in asked]
        found[name] = sum(right) / len(right)
    found["cases"] = sum(not run(case, CASES / "files") for case in cases) / len(cases)
    return found


if __name__ == "__main__":
    main()
