"""People asking a served index at once while documents come and go; with --soak one at a time for an hour.

    python benchmarks/measure/load.py [--people 32] [--minutes 5] [--soak]

Errors, wrong answers (a document that is always there must be quoted), answers refused as busy, p50 and p95
beside one person alone, and the memory of the server over time. Everything runs in folders of its own.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.common import machine

import briefqa

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from servers import Server

PLACES = "甲乙丙丁戊己庚辛壬癸"


def _papers(folder: Path) -> Path:
    folder.mkdir()
    for number, place in enumerate(PLACES, start=11):
        text = f"{place}县交通年报\n\n{place}县2024年共有公路桥梁{number}座。地铁尚未开工。\n"
        (folder / f"{place}.txt").write_text(text, "utf-8")
    return folder


def _ask(server: Server, place: str, number: int) -> tuple[str, float]:
    """ "right", "wrong", "busy" or the error, and the seconds it took."""
    began = time.monotonic()
    try:
        reply = server.post("/gradio_api/call/ask", {"data": [f"{place}县有多少座公路桥梁？", 3, [], []]})
        if reply.status in (429, 503):
            return "busy", time.monotonic() - began
        event = reply.body.decode().split('"event_id":"')[1].split('"')[0]
        told = _stream(server, event)
        outcome = "right" if f"桥梁{number}座" in told else "busy" if "full" in told else "wrong"
        return outcome, time.monotonic() - began
    except Exception as error:
        return f"error {type(error).__name__}", time.monotonic() - began


def _stream(server: Server, event: str) -> str:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    try:
        connection.request("GET", f"/gradio_api/call/ask/{event}")
        text = connection.getresponse().read().decode()
        return text.encode().decode("unicode_escape", "ignore") if "\\u" in text else text
    finally:
        connection.close()


def _memory(server: Server) -> float:
    """Megabytes of the server that no other process shares, by /proc."""
    lines = Path(f"/proc/{server.process.pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


class Load:
    """What was asked, and how it went."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.told: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.memory: list[tuple[float, float]] = []
        self.stop = threading.Event()

    def person(self, seed: int) -> None:
        """Ask one question after the other."""
        chance = random.Random(seed)
        while not self.stop.is_set():
            number = chance.randrange(len(PLACES))
            outcome, seconds = _ask(self.server, PLACES[number], number + 11)
            self.told[outcome] += 1
            self.seconds.append(seconds)
            time.sleep(chance.random() * 0.2)

    def changer(self) -> None:
        """Add a document and take it out again, by the command line beside the server."""
        extra = self.server.index.parent / "来去.txt"
        run = [sys.executable, "-m", "briefqa"]
        index = ["--index", str(self.server.index)]
        while not self.stop.is_set():
            extra.write_text(f"来去县有{time.time_ns()}座水库。", "utf-8")
            for work in (["add", str(extra)], ["remove", "来去.txt"]):
                done = subprocess.run([*run, *work, *index], capture_output=True, check=False)
                self.told["changes" if done.returncode == 0 else f"change failed {work[0]}"] += 1

    def run(self, people: int, minutes: float, changing: bool) -> None:
        """Ask for so long."""
        work: list[Any] = [lambda seed=seed: self.person(seed) for seed in range(people)]
        threads = [threading.Thread(target=each) for each in [*work, *([self.changer] if changing else [])]]
        for thread in threads:
            thread.start()
        began = time.monotonic()
        while time.monotonic() - began < minutes * 60:
            time.sleep(5)
            self.memory.append((time.monotonic() - began, _memory(self.server)))
        self.stop.set()
        for thread in threads:
            thread.join()

    def figures(self) -> str:
        """One line."""
        p50, p95 = (np.percentile(self.seconds, q) for q in (50, 95))
        times, sizes = np.array(self.memory).T
        slope = np.polyfit(times, sizes, 1)[0] * 3600 if len(times) > 2 else 0.0
        counts = ", ".join(f"{what} {count}" for what, count in sorted(self.told.items()))
        return (
            f"{counts}; p50 {p50:.2f} s, p95 {p95:.2f} s; memory {sizes[0]:.0f} to {sizes[-1]:.0f} MB, "
            f"most {sizes.max():.0f}, slope {slope:+.0f} MB an hour"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=32)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--soak", action="store_true")
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        briefqa.build_index(_papers(room / "papers"), room / "index")
        server = Server(room / "index")
        try:
            for people, minutes, changing in (
                [(1, 60.0, False)]
                if options.soak
                else [(1, 0.5, False), (options.people, options.minutes, True)]
            ):
                load = Load(server)
                load.run(people, minutes, changing)
                print(f"{people} people, {minutes:g} min{', changes' if changing else ''}: {load.figures()}")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
