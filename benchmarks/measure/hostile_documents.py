"""Files that somebody made so that a reader runs out of time, memory or its folder.

    python benchmarks/measure/hostile_documents.py [--seconds 60] [--every 1]

Each is read by the process that reads whatever comes, within its limits, and cut into passages. Read
or refused in one sentence is well; a foreign exception is not. Writes results/hostile_documents.json.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks.common import machine, write_results
from benchmarks.measure.hostile_packages import SAID, Make, pdf_files, word_files

from briefqa.building.reading_apart import ReadingProcess
from briefqa.errors import BriefQAError
from briefqa.splitting.units import Units


def hostile_documents() -> dict[str, Make]:
    """File name, which tells what it does, → its bytes."""
    return {**_texts(), **_markdown(), **_pages(), **word_files(), **pdf_files()}


def _encoded(text: Callable[[], str]) -> Make:
    return lambda: text().encode()


def _texts() -> dict[str, Make]:
    texts: dict[str, Callable[[], str]] = {
        "one line of digits": lambda: "9" * 3_000_000,
        "one line without a stop": lambda: "甲市智能工厂" * 300_000,
        "opened brackets": lambda: "（《【“" * 300_000,
        "numbered headings": lambda: "".join(f"第{n}条 总则\n" for n in range(60_000)),
        "one heading above the other": lambda: "\n".join(".".join("1" * n) + " 节" for n in range(1, 900)),
        "captions": lambda: "表1 工厂（单位：家）\n" * 60_000,
        "bars": lambda: "| | |\n" * 200_000,
        "one row of 100,000 columns": lambda: "|".join("甲" * 100_000) + "\n" + "|".join(["---"] * 100_000),
        "pages": lambda: "\f" * 500_000 + SAID,
        "blank lines": lambda: "\n" * 3_000_000 + SAID,
        "fields": lambda: "标题：甲\n发文字号：甲发〔2024〕1号\n" * 40_000,
        "years": lambda: "2024年、" * 300_000,
        "marks of no width": lambda: "\u200b\u2060\u034f" * 1_000_000 + SAID,
        "combined marks": lambda: "1" + "\u0338\u0336" * 1_000_000 + SAID,
        "questions": lambda: "问：有多少？\n答：有。\n" * 60_000,
        "no blank": lambda: "a" * 2_000_000,
        "dots": lambda: ("目录" + "." * 200 + "3\n") * 20_000,
    }
    return {f"{name}.txt": _encoded(text) for name, text in texts.items()}


def _markdown() -> dict[str, Make]:
    texts: dict[str, Callable[[], str]] = {
        "quotes in quotes": lambda: ">" * 50_000 + SAID,
        "lists in lists": lambda: "\n".join(" " * (2 * n) + f"- {n}" for n in range(1_500)),
        "brackets": lambda: "[" * 200_000 + SAID,
        "links in links": lambda: "[a](" * 100_000,
        "stars": lambda: "*a **b " * 100_000,
        "ticks": lambda: "`" * 100_001 + "a " + " ".join("`" * n for n in range(1, 500)),
        "names of links": lambda: "[a]: /x\n" * 50_000 + "[a][a]" * 50_000,
        "a table of 100,000 columns": lambda: (
            "|a" * 100_000 + "|\n" + "|-" * 100_000 + "|\n" + "|b" * 100_000
        ),
        "a table of 100,000 rows": lambda: "|a|b|\n|-|-|\n" + "|1|2|\n" * 100_000,
        "a head without an end": lambda: "---\n" + "a: b\n" * 200_000,
        "a head of itself": lambda: (
            "---\na: &a [*a,*a]\nb: !!python/object/apply:os.system ['x']\n---\n" + SAID
        ),
        "tags": lambda: "<div>" * 60_000 + SAID,
        "tables in tables": lambda: "<table><tr><td>" * 3_000 + SAID,
        "comments": lambda: "<!--" * 200_000 + SAID,
        "entities": lambda: "&amp;" * 300_000 + "&#99999999999999;" * 1_000,
        "fences": lambda: "```\n~~~\n" * 60_000,
        "rules": lambda: "a\n===\n" * 60_000,
        "notes of notes": lambda: "[^1]: [^2]\n[^2]: [^1]\n" * 10_000 + "[^1]" * 10_000,
        "underscores": lambda: "_a" * 200_000,
        "exclamations": lambda: "![" * 200_000 + "](x)" * 100,
    }
    return {f"{name}.md": _encoded(text) for name, text in texts.items()}


def _pages() -> dict[str, Make]:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    texts: dict[str, Callable[[], str]] = {
        "tables in tables": lambda: "<table><tr><td>" * 5_000 + SAID,
        "a row of 100,000 cells": lambda: f"<table><tr>{'<td>1' * 100_000}</tr><tr><td>2<td>3</tr></table>",
        "spans": lambda: "<table>" + "<tr><td colspan=999999 rowspan=999999>1<td>2</tr>" * 2_000 + "</table>",
        "divisions": lambda: "<div>" * 200_000 + SAID,
        "attributes": lambda: "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + f">{SAID}",
        "a bomb of entities": lambda: f'<!DOCTYPE x [<!ENTITY e0 "甲">{bomb}]><p>&e11;{SAID}',
        "an entity of a file": lambda: f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><p>&e;{SAID}',
        "a comment without an end": lambda: f"<p>{SAID}<!--" + "-" * 1_000_000,
        "half tags": lambda: "<a<" * 300_000 + SAID,
        "lists in lists": lambda: "<ul><li>" * 5_000 + SAID,
        "headings": lambda: "".join(f"<h{n % 6 + 1}>甲{n}</h{n % 6 + 1}>" for n in range(30_000)),
        "inline": lambda: "<b><i><span>" * 20_000 + SAID,
        "another encoding": lambda: (
            f'<meta charset="utf-7"><p>+ADw-script+AD4-alert(1)+ADw-/script+AD4-{SAID}'
        ),
        "an encoding that is none": lambda: f'<meta charset="zlib_codec"><p>{SAID}',
        "pictures": lambda: f"<p>{SAID}" + '<img src="http://169.254.169.254/">' * 50_000,
        "a picture in itself": lambda: f'<p>{SAID}<img src="data:image/png;base64,{"A" * 3_000_000}">',
        "cells": lambda: "<table>" + "<tr><td>1<td>2</tr>" * 60_000 + "</table>",
        "scripts": lambda: "<script>" * 50_000 + SAID,
        "notes": lambda: f"<p>{SAID}" + "<sup><a href=#a>1</a></sup>" * 50_000,
    }
    return {f"{name}.html": _encoded(text) for name, text in texts.items()}


def outcome(process: ReadingProcess, path: Path) -> str:
    """What came of a file: read, refused, or the name of a foreign exception."""
    try:
        Units.split([process.read(path, path.name).document])
    except BriefQAError as error:
        return "refused" if len(str(error).splitlines()) == 1 else "refused in more than a line"
    except Exception as error:  # it would have gone to the user
        return type(error).__name__
    return "read"


def main() -> int:
    """Read them all; 1 where something foreign was raised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="without progress, for each file")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth file")
    options = parser.parse_args()
    os.environ["BRIEFQA_READ_SECONDS"] = str(options.seconds)
    print(machine(), flush=True)
    found: Counter[str] = Counter()
    slowest = (0.0, "")
    with tempfile.TemporaryDirectory() as folder, ReadingProcess() as process:
        for name, make in list(hostile_documents().items())[:: options.every]:
            path = Path(folder) / name
            path.write_bytes(make())
            began = time.perf_counter()
            came = outcome(process, path)
            took = time.perf_counter() - began
            path.unlink()
            found[came] += 1
            slowest = max(slowest, (took, name))
            print(f"{took:6.1f} s  {came:8} {name}", flush=True)
    figures = {**found, "slowest, s": round(slowest[0], 1), "slowest": slowest[1]}
    print(figures)
    write_results("hostile_documents", "documents", figures)
    return 1 if found.keys() - {"read", "refused"} else 0


if __name__ == "__main__":
    raise SystemExit(main())
