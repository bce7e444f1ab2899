"""What each closed list of words earns: each left out in turn, on questions not learned from.

    python benchmarks/ablate.py                  # every list
    python benchmarks/ablate.py followups labels # the lists of these tables

Each list is emptied in a process of its own, before any module has read it. Printed: the change against
the whole lexicon in held-out follow-ups and new topics, in fields of documents, in the first quotes and
refusals of the held-out questions on the brief, on documents of many kinds and on tables, and in the small
cases of reading (tests/cases). A list that changes nothing on any of them has not earned its place. What
the models make of each text is kept between the processes.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "briefqa"
CASES = ROOT / "tests" / "cases"


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
    options = parser.parse_args()
    if options.measure is not None:
        if options.measure:
            _lexicon().empty_list(options.measure)
        print(json.dumps(_figures()))
        return
    names = [
        name for name in _lexicon().list_names() if not options.tables or name.split(".")[0] in options.tables
    ]
    whole = _measured("")
    print("whole lexicon: " + ", ".join(f"{key} {value:.3f}" for key, value in whole.items()), flush=True)
    for name in names:
        found = _measured(name)
        changed = [f"{key} {found[key] - whole[key]:+.3f}" for key in whole if found[key] != whole[key]]
        print(f"without {name}: {', '.join(changed) or 'no change'}", flush=True)


def _measured(name: str) -> dict[str, float]:
    command: Sequence[str] = (sys.executable, __file__, "--measure", name)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _figures() -> dict[str, float]:
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
    for name in ("brief", "documents", "fresh", "tables"):
        asked = held_out.ask_all(name)
        right = [each.quote if each.record["answerable"] else not each.answer.found for each in asked]
        found[name] = sum(right) / len(right)
    found["cases"] = sum(not run(case, CASES / "files") for case in cases) / len(cases)
    return found


if __name__ == "__main__":
    main()
