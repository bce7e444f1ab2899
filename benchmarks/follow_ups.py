"""Follow-ups: of pairs of questions, how many are completed to the question that was meant.

    python benchmarks/follow_ups.py

follow_ups.tsv holds, on each line, a question, the one after it, and the question that this one means by
itself; where the second is a new topic, it must stay as it is.
"""

from __future__ import annotations

from pathlib import Path

from briefqa.followups import complete

PAIRS = Path(__file__).parent / "follow_ups.tsv"


def main() -> None:
    kinds: dict[str, list[bool]] = {"follow-up": [], "new topic": []}
    for line in PAIRS.read_text("utf-8").splitlines():
        earlier, question, meant = line.split("\t")
        found = complete(question, [earlier])
        kinds["new topic" if question == meant else "follow-up"].append(found == meant)
        if found != meant:
            print(f"{earlier} + {question}: {found}, meant {meant}")
    for kind, right in kinds.items():
        print(f"{kind}: {sum(right)} of {len(right)} right")


if __name__ == "__main__":
    main()
