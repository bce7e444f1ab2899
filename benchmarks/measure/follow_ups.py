"""Follow-ups: how many are completed to what was meant, and how many new topics stay as they are.

    python benchmarks/measure/follow_ups.py [--show] [FILE]

Each line of a set holds the questions before (`history`), the `question`, what it means by itself (`meant`;
for a new topic the question itself), and what a completion of it must have and must not have. A new topic
is right when it comes back unchanged. follow_ups.jsonl is a development set of older rules; the pairs of
held_out_follow_ups.jsonl and follow_ups_fresh.jsonl were written without looking at any rule, but what went
wrong with some of them was looked at since.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

from benchmarks.common import BENCHMARK_SETS, write_results

from briefqa.models.embedding import open_embedder
from briefqa.question.followups import complete

PAIRS = BENCHMARK_SETS / "follow_ups.jsonl"
HELD_OUT = BENCHMARK_SETS / "held_out_follow_ups.jsonl"
FRESH = BENCHMARK_SETS / "follow_ups_fresh.jsonl"


def is_right(pair: dict[str, object], found: str) -> bool:
    if pair["meant"] == pair["question"]:
        return found == pair["question"]
    return all(part in found for part in pair["must_have"]) and not any(
        part in found for part in pair["must_not"]
    )


def shares(file: Path) -> dict[str, tuple[int, int]]:
    """Of follow-ups and of new topics, how many are right and how many there are."""
    rights: dict[str, list[bool]] = defaultdict(list)
    embed = open_embedder().embed_queries
    for pair in map(json.loads, file.read_text("utf-8").splitlines()):
        kind = "new topics" if pair["kind"].startswith("new") else "follow-ups"
        rights[kind].append(is_right(pair, complete(pair["question"], pair["history"], embed)))
    return {kind: (sum(each), len(each)) for kind, each in rights.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, default=PAIRS)
    parser.add_argument("--show", action="store_true", help="print what is wrong")
    options = parser.parse_args()
    kinds: dict[str, list[bool]] = defaultdict(list)
    embed = open_embedder().embed_queries
    for line in options.file.read_text("utf-8").splitlines():
        pair = json.loads(line)
        found = complete(pair["question"], pair["history"], embed)
        right = is_right(pair, found)
        kinds[pair["kind"]].append(right)
        kinds["all new topics" if pair["kind"].startswith("new") else "all follow-ups"].append(right)
        if options.show and not right:
            print(f"{' / '.join(pair['history'])} + {pair['question']}: {found}, meant {pair['meant']}")
    for kind in sorted(kinds, key=lambda kind: (kind.startswith("all"), kind)):
        right_ones = kinds[kind]
        right = {"right": sum(right_ones), "of": len(right_ones)}
        write_results("follow_ups", f"{options.file.stem}, {kind}", right)
        print(f"{kind}: {sum(right_ones)} of {len(right_ones)} ({sum(right_ones) / len(right_ones):.3f})")


if __name__ == "__main__":
    main()
