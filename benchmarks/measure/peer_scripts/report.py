"""What `peers.py` measured as tables, results/peers.json and results/peers.png."""

from __future__ import annotations

import json
import os
import statistics
from datetime import date
from pathlib import Path

import matplotlib.pyplot as plt
from benchmarks.common import SETS, machine
from benchmarks.measure.peer_scripts.environments import PEERS, versions

Rows = dict[str, dict[str, float]]
TIMED = ("install", "serving", "indexing")
RANKED = ("hit@1", "hit@5", "MRR@10")
SHOWN = {
    "MB": "install (MB)",
    "import: s of processor": "import (s of processor)",
    "cold start: s": "cold start to the first answer (s)",
    "cold start: s of processor": "the same (s of processor)",
    "question: p50 ms": "question p50 (ms)",
    "question: p95 ms": "question p95 (ms)",
    "question: ms of processor": "question (ms of processor)",
    "passages/s": "indexing (passages/s)",
    "passages per s of processor": "indexing (passages per s of processor)",
    "peak MB": "peak memory of serving (MB)",
}


def report(measured: Rows, folder: Path) -> None:
    """Print the tables and write peers.json and peers.png to a folder."""
    ranking, timings = ranking_of(measured), timings_of(measured)
    loads = [figures["load"] for figures in measured.values() if "load" in figures]
    head = {"machine": machine(), "date": date.today().isoformat(), "versions": versions()}
    head |= {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"), "load": [min(loads), max(loads)]}
    text = json.dumps(head | {"ranking": ranking, "timings": timings}, ensure_ascii=False, indent=1)
    (folder / "peers.json").write_text(text + "\n", "utf-8")
    print(
        head["machine"], f"load {min(loads):.0f} to {max(loads):.0f}", json.dumps(head["versions"]), sep="\n"
    )
    _print_ranking(ranking)
    _print_timings(timings)
    _plot(ranking, timings, folder / "peers.png")


def ranking_of(measured: Rows) -> dict[str, Rows]:
    """Library and tokenizer → set → figures."""
    rows: dict[str, Rows] = {}
    for peer in PEERS:
        for tokens in peer.tokens:
            name = peer.name if tokens == "default" else f"{peer.name}, {tokens}"
            keys = {each: f"ranking|{peer.name}|{tokens}|{each}" for each in SETS}
            rows[name] = {
                each: {figure: round(measured[key][figure], 4) for figure in RANKED}
                for each, key in keys.items()
                if key in measured
            }
    return {name: row for name, row in rows.items() if row}


def timings_of(measured: Rows) -> Rows:
    """Library → figure → the middle of its rounds."""
    rows: Rows = {}
    for peer in PEERS:
        found: dict[str, list[float]] = {}
        for key, figures in measured.items():
            task, name, *_ = key.split("|")
            for figure, value in figures.items() if name == peer.name and task in TIMED else ():
                found.setdefault(figure, []).append(value)
        rows[peer.name] = {figure: round(statistics.median(values), 3) for figure, values in found.items()}
    return {name: row for name, row in rows.items() if row}


def _print_ranking(ranking: dict[str, Rows]) -> None:
    sets = [name for name in SETS if any(name in row for row in ranking.values())]
    print("\n| hit@1 / hit@5 / MRR@10 | " + " | ".join(sets) + " |\n|---" + "|---" * len(sets) + "|")
    for name, row in ranking.items():
        cells = (" / ".join(f"{value:.3f}" for value in row.get(each, {}).values()) or "–" for each in sets)
        print(f"| {name} | " + " | ".join(cells).replace("0.", ".") + " |")


def _print_timings(timings: Rows) -> None:
    print("\n| | " + " | ".join(timings) + " |\n|---" + "|---" * len(timings) + "|")
    for figure, label in SHOWN.items():
        mine = timings.get("briefqa", {}).get(figure)
        cells = [
            _cell(row.get(figure), None if row is timings.get("briefqa") else mine)
            for row in timings.values()
        ]
        print(f"| {label} | " + " | ".join(cells) + " |")


def _cell(value: float | None, mine: float | None) -> str:
    if value is None:
        return "–"
    shown = f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"
    return f"{shown} (×{value / mine:.2g})" if mine and mine > 0.01 else shown


def _plot(ranking: dict[str, Rows], timings: Rows, path: Path) -> None:
    """Chinese against English questions; question against cold start; install size against memory."""
    figure, axes = plt.subplots(1, 3, figsize=(13, 4.2))
    across, upward = "xquad-zh", "xquad-en2zh"
    pairs = {
        name: (row[across]["hit@1"], row[upward]["hit@1"])
        for name, row in ranking.items()
        if {across, upward} <= row.keys()
    }
    _scatter(axes[0], pairs, f"hit@1, Chinese questions ({across})", f"hit@1, English questions ({upward})")
    for place, across, upward in (
        (axes[1], "question: p50 ms", "cold start: s"),
        (axes[2], "MB", "peak MB"),
    ):
        pairs = {
            name: (row[across], row[upward])
            for name, row in timings.items()
            if {across, upward} <= row.keys()
        }
        _scatter(place, pairs, SHOWN[across], SHOWN[upward])
        if pairs and upward == "cold start: s":  # an empty plot has no logarithms
            place.set_xscale("log")
            place.set_yscale("log")
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def _scatter(place: plt.Axes, pairs: dict[str, tuple[float, float]], across: str, upward: str) -> None:
    for number, (name, (x, y)) in enumerate(pairs.items()):
        mine = name == "briefqa"
        place.scatter(x, y, marker="*" if mine else "o", s=120 if mine else 40)
        place.annotate(name, (x, y), textcoords="offset points", xytext=(6, (4, -10)[number % 2]), fontsize=8)
    place.margins(0.25)
    place.set_xlabel(across)
    place.set_ylabel(upward)
