"""Follow-ups: how many are completed to what was meant, and how many new topics stay as they are.

    python benchmarks/measure/follow_ups.py [--show] [FILE]

Each line of follow_ups.jsonl holds the questions before (`history`), the `question`, what it means by
itself (`meant`; for a new topic the question itself), and what a completion of it must have and must not
have. A new topic is right when it comes back unchanged. `follow_first` and `new_first` are the pairs that
were written beside the first rules. The others were written without looking at any rule, but the rules
were then improved on them: all these figures are of a development set, and other questions do worse.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

from benchmarks.common import BENCHMARK_SETS

from briefqa.question.followups import complete

PAIRS = BENCHMARK_SETS / "follow_ups.jsonl"
HELD_OUT = BENCHMARK_SETS / "held_out_follow_ups.jsonl"


def is_right(pair: dict[str, object], found: str) -> bool:
    if pair["meant"] == pair["question"]:
        return found == pair["question"]
    return all(part in found for part in pair["must_have"]) and not any(
        part in found for part in pair["must_not"]
    )


def shares(file: Path) -> dict[str, float]:
    """The shares of follow-ups and of new topics that are right."""
    rights: dict[str, list[bool]] = defaultdict(list)
    for pair in map(json.loads, file.read_text("utf-8").splitlines()):
        kind = "new topics" if pair["kind"].startswith("new") else "follow-ups"
        rights[kind].append(is_right(pair, complete(pair["question"], pair["history"])))
    return {kind: sum(each) / len(each) for kind, each in rights.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, default=PAIRS)
    parser.add_argument("--show", action="store_true", help="print what is wrong")
    options = parser.parse_args()
    kinds: dict[str, list[bool]] = defaultdict(list)
    for line in options.file.read_text("utf-8").splitlines():
        pair = json.loads(line)
        found = complete(pair["question"], pair["history"])
        right = is_right(pair, found)
        kinds[pair["kind"]].append(right)
        kinds["all new topics" if pair["kind"].startswith("new") else "all follow-ups"].append(right)
        if options.show and not right:
            print(f"{' / '.join(pair['history'])} + {pair['question']}: {found}, meant {pair['meant']}")
    for kind in sorted(kinds, key=lambda kind: (kind.startswith("all"), kind)):
        right_ones = kinds[kind]
        print(f"{kind}: {sum(right_ones)} of {len(right_ones)} ({sum(right_ones) / len(right_ones):.3f})")


if __name__ == "__main__":
    main()
