"""Everything that was tried against it, in one report: faults, flips, inputs, attacks, load, packets out.

    python benchmarks/measure/safety.py [--short] [--soak MINUTES] [--only PART…] [--skip PART…] [--again]

Each part is a script of its own (the attack list: the tests of a running server) in a process of its own.
What was done with this program before, without a failure, is not done again but with --again; so it goes on
where it was stopped. Writes results/safety.json; ends with 1 where something failed or is missing. --short
takes some minutes, keeps figures of its own, and leaves the other files of results/ alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.common import RESULTS, machine, write_results

ROOT = Path(__file__).parents[2]
_ATTACKS = ("test_attacks", "test_web_bounds", "test_gate", "test_hostile_folder", "test_hidden_text")
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One script: how it is called in full and in short, and what its results say."""

    script: str
    full: str
    short: str
    told: Callable[[Figures], Figures]


def _sum(figures: Mapping[str, Any], names: Sequence[str]) -> int:
    return sum(int(figures.get(name, 0)) for name in names)


def _faults(results: Figures) -> Figures:
    """Words in capitals are losses, see `faults`."""
    kinds = {
        "kills": ("killed",),
        "losses of power": ("losses of power",),
        "refusals of the disk": ("one sentence",),
        "changes beside each other": ("built", "told to wait"),
        "hostile builds": ("refused",),
        "flipped bits": ("found by verify",),
    }
    parts = {**results, "losses of power": results["kills"], "changes beside each other": {}}
    parts["changes beside each other"] = results["beside each other"]
    survived = {kind: _sum(parts[kind], names) for kind, names in kinds.items()}
    lost = {
        f"{kind}: {what}": count
        for kind, figures in results.items()
        for what, count in figures.items()
        if what.split(":")[0].split(",")[0].split(" ")[0].isupper()
    }
    failed = sum(lost.values())
    tried = {kind: count for kind, count in survived.items() if kind != "flipped bits"}
    flips = _sum(results["flipped bits"], ("found by verify", "NOT FOUND"))
    return {
        "faults tried": sum(tried.values()) + failed,
        "survived": tried,
        "lost": failed,
        "what was lost": lost,
        "asked after a flip": _plain({"": results["asked after a flip"]}),
        "bits flipped": flips,
        "flips found": survived["flipped bits"],
    }


def _fuzz(results: Figures) -> Figures:
    targets = [each for each in results["inputs"].values() if isinstance(each, dict)]
    return {
        "inputs tried": sum(each["inputs"] for each in targets),
        "foreign exceptions": sum(bool(each["wrong"]) for each in targets),
        "slowest, s": max(each["slowest_s"] for each in targets),
        "most memory, MB": max(each["largest_mb"] for each in targets),
    }


def _requests(results: Figures) -> Figures:
    kinds = [each for each in results["requests"].values() if isinstance(each, dict)]
    return {
        "answers": sum(sum(each["answers"].values()) for each in kinds),
        "faults": sum(each["faults"] for each in kinds),
    }


def _documents(results: Figures) -> Figures:
    told = results["documents"]
    other = [each for each in told if each not in ("read", "refused", "machine", "date")]
    foreign = {each: told[each] for each in other if not each.startswith("slowest")}
    return {
        "documents": _sum(told, ("read", "refused", *foreign)),
        "refused": told.get("refused", 0),
        "foreign exceptions": sum(foreign.values()),
        "slowest, s": told["slowest, s"],
    }


def _load(results: Figures) -> Figures:
    unread = ("machine", "date")
    return {
        name: {what: figure for what, figure in phase.items() if what not in unread}
        for name, phase in results.items()
    }


def _plain(results: Figures) -> Figures:
    (part,) = results.values()
    return {what: figure for what, figure in part.items() if what not in ("machine", "date")}


PARTS = {
    "faults": Part("faults", "", "--kills 24 --refusals 16 --flips 40 --beside 2 --asked 40", _faults),
    "fuzz": Part("fuzz", "", "--inputs 600", _fuzz),
    "documents": Part("hostile_documents", "", "--seconds 10 --every 9", _documents),
    "requests": Part("hostile_requests", "", "--requests 60", _requests),
    "attacks": Part("", " ".join(_ATTACKS), "test_attacks", _plain),
    "load": Part("load", "", "--people 4 --minutes 0.3 --crowd 30", _load),
    "soak": Part("load", "--soak {soak:g}", "--soak {soak:g}", _load),
    "offline": Part("offline", "", "", _plain),
}


def program() -> str:
    """A digest of what is tried, so that figures of another program are not taken for its own."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "src").rglob("*.py")):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _run(part: Part, options: argparse.Namespace, room: Path) -> Figures:
    """Run one part, its results in `room`; its figures, how long it took, and what failed ("" if nothing)."""
    given = (part.short if options.short else part.full).format(soak=options.soak).split()
    attacks, report = not part.script, room / "attacks.xml"
    if attacks:
        files = [str(ROOT / "tests" / f"{each}.py") for each in given]
        command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *files]
    else:
        command = [str(Path(__file__).with_name(f"{part.script}.py")), *given]
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    environment = os.environ | {"PYTHONPATH": paths, "BRIEFQA_RESULTS": str(room), "BRIEFQA_INSIST": "1"}
    began = time.monotonic()
    done = subprocess.run([sys.executable, *command], env=environment, cwd=ROOT, check=False)
    failed = f"ended with {done.returncode}" if done.returncode else ""
    try:
        figures = part.told(_tests(report) if attacks else _written(room, part.script))
    except (OSError, KeyError, ValueError) as error:
        figures, failed = {}, f"{failed} wrote no figures ({type(error).__name__}: {error})".strip()
    return {"seconds": round(time.monotonic() - began), "failed": failed, **figures}


def _written(room: Path, script: str) -> Figures:
    return dict(json.loads((room / f"{script}.json").read_text("utf-8")))


def _keep(room: Path) -> None:
    """Put what a part wrote among the results, as if it had been run by itself."""
    for path in room.glob("*.json"):
        kept = RESULTS / path.name
        before = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
        together = before | json.loads(path.read_text("utf-8"))
        kept.write_text(json.dumps(together, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _tests(report: Path) -> Figures:
    suite = next(iter(ElementTree.parse(report).getroot().iter("testsuite")))
    tried, wrong = int(suite.get("tests", 0)), _sum(suite.attrib, ("failures", "errors"))
    skipped = int(suite.get("skipped", 0))
    return {
        "attacks": {
            "attacks": tried,
            "refused": tried - wrong - skipped,
            "not refused": wrong,
            "skipped": skipped,
        }
    }


def _kept(form: str, made_by: str) -> Figures:
    path = RESULTS / "safety.json"
    told = json.loads(path.read_text("utf-8")).get(form, {}) if path.exists() else {}
    if told.get("program") != made_by:
        return {}
    return {name: told[name] for name in PARTS if name in told and not told[name]["failed"]}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="some minutes, as a check before a change")
    parser.add_argument("--soak", type=float, default=0.0, metavar="MINUTES", help="two people for so long")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    parser.add_argument("--skip", nargs="+", choices=PARTS, default=[], metavar="PART")
    parser.add_argument("--again", action="store_true", help="also what was done before")
    return parser.parse_args()


def main() -> int:
    options = _options()
    form, made_by = "short" if options.short else "full", program()
    told = _kept(form, made_by)
    print(machine(), flush=True)
    for name, part in PARTS.items():
        wanted = name in options.only and name not in options.skip and (name != "soak" or options.soak > 0)
        if wanted and (options.again or name not in told):
            print(f"== {name}", flush=True)
            with tempfile.TemporaryDirectory() as room:
                found = _run(part, options, Path(room))
                if not options.short:
                    _keep(Path(room))
            # Also what a run beside this one has done since: a soak takes an hour.
            told = _kept(form, made_by) | told | {name: found}
            write_results("safety", form, {"program": made_by, **told})
    missing = [name for name in PARTS if name not in told and name != "soak"]
    print(json.dumps({form: told, "not tried": missing}, ensure_ascii=False, indent=1))
    failed = [f"{name}: {each['failed']}" for name, each in told.items() if each["failed"]]
    print(f"failures: {failed or 'none'}; not tried: {missing or 'nothing'}")
    return 1 if failed or missing else 0


if __name__ == "__main__":
    sys.exit(main())
