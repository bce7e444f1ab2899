"""Near misses on the brief and the reports: true questions with one slot changed must be refused.

    python benchmarks/measure/near_misses.py [--show]

The slot is a city, a district, a year, a figure, a person or an institution. The questions of the brief are
those of the shared development set; those of the reports are the year questions of years.py.
"""

from __future__ import annotations

import argparse
import json
import random

from benchmarks.common import CACHE, SHARED, machine, write_results
from benchmarks.measure.years import reports, year_questions

from briefqa import Index, build_index, open_index
from briefqa.question.conditions import Condition, ConditionKind, NumberCondition
from briefqa.question.name_conditions import NameCondition
from briefqa.question.parsing import parse_question
from briefqa.question.year_conditions import DocumentYearCondition, YearCondition

SEEDS = (0, 1, 2)
OTHERS = {
    ConditionKind.PLACE: [
        "无锡",
        "常州",
        "南通",
        "杭州",
        "宁波",
        "太仓",
        "张家港",
        "青岛",
        "浦东新区",
        "合肥",
    ],
    ConditionKind.PERSON: ["王建国", "李志强", "张伟民", "刘海洋", "赵明远"],
    ConditionKind.BODY: ["南京大学", "浙江大学", "无锡市发改委", "上海证券交易所"],
}
ENGLISH_PLACES = ["Wuxi", "Hangzhou", "Ningbo", "Nantong", "Qingdao"]


def changed(question: str, rng: random.Random) -> list[str]:
    """The question with each of its slots changed in turn."""
    parsed = parse_question(question)
    made = (_with_other(question, condition, rng) for condition in parsed.conditions)
    return [text for text in made if text and text != question]


def _with_other(question: str, condition: Condition, rng: random.Random) -> str | None:
    if isinstance(condition, YearCondition | DocumentYearCondition):
        return question.replace(str(condition.year), str(rng.choice([1938, 1949, 2028, 2031, 2035, 2041])), 1)
    if isinstance(condition, NumberCondition):
        digits = "".join(filter(str.isdigit, condition.text))
        return question.replace(digits, str(int(digits) + rng.randint(11, 400)), 1) if digits else None
    if not isinstance(condition, NameCondition):
        return None
    others = ENGLISH_PLACES if parse_question(question).is_english else OTHERS.get(condition.kind, [])
    return question.replace(condition.text, rng.choice(others), 1) if others else None


def brief_questions() -> list[str]:
    lines = (SHARED / "eval" / "brief-dev.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    return [record["question"] for record in records if record["answerable"]]


def measure(name: str, index: Index, questions: list[str], show: bool) -> None:
    for seed in SEEDS:
        rng = random.Random(seed)
        chosen = rng.sample(questions, min(80, len(questions)))
        misses = [text for question in chosen for text in changed(question, rng)]
        found = [text for text in misses if index.ask(text).found]
        refused = [text for text in chosen if not index.ask(text).found]
        print(f"{name:<8}{seed:<6}{len(misses):<13}{1 - len(found) / len(misses):<10.3f}"
              f"{len(chosen):<16}{len(refused) / len(chosen):.3f}")  # fmt: skip
        shares = {"near misses refused": 1 - len(found) / len(misses), "refused": len(refused) / len(chosen)}
        write_results("near_misses", f"{name}, seed {seed}", shares)
        if show:
            print("  answered:", *found, sep="\n    ")
            print("  refused:", *refused, sep="\n    ")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    options = parser.parse_args()
    print(machine())
    print("index   seed  near misses  refused   true questions  refused")
    build_index(SHARED / "brief", CACHE / "brief")
    measure("brief", open_index(CACHE / "brief"), brief_questions(), options.show)
    index = reports()
    measure("reports", index, [question.text for question in year_questions(index)], options.show)


if __name__ == "__main__":
    main()
