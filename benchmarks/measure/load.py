"""People asking a served index at once while documents come and go; with --soak two for a long while.

    python benchmarks/measure/load.py [--people 32] [--minutes 5] [--soak MINUTES]

Half of them ask as the page does, half as programs do. Errors, wrong answers (a document that is always there
must be quoted), answers refused as busy, p50 and p95 beside one person alone, and the memory of the server
over time: once with people who read an answer for up to 20 seconds, once with people who ask without a pause;
then 300 at once, of whom each is answered or told that the server is busy. Everything runs in folders of its
own; figures go to results/load.json. Ends with 1 where something was wrong.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.common import machine, write_results

import briefqa

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from servers import Reply, Server

_PATIENCE = 600.0  # seconds: on a machine that others use, waiting says nothing of the server
AT_ONCE, READING = 0.2, 20.0  # seconds at most before the next question: as fast as they can; as people do
PLACES = "甲乙丙丁戊己庚辛壬癸"
# With the places 300 different questions, several times what a server keeps of the last ones.
THINGS = (
    "公路桥梁 公共图书馆 污水处理厂 乡镇卫生院 普通中学 幼儿园 农贸市场 公交线路 体育场馆 水文站 变电站 "
    "消防站 养老院 文化站 博物馆 气象站 加油站 农家书屋 停车场 充电站 自然保护区 森林公园 湿地公园 地质公园 "
    "粮库 派出所 法律援助站 就业服务站 人民法庭 邮政所"
).split()


def _papers(folder: Path) -> Path:
    folder.mkdir()
    for number, place in enumerate(PLACES):
        told = "\n".join(f"{place}县2024年共有{thing}{_count(number, thing)}个。" for thing in THINGS)
        text = f"{place}县年报\n\n{told}\n地铁尚未开工。\n"
        (folder / f"{place}.txt").write_text(text, "utf-8")
    return folder


def _count(number: int, thing: str) -> int:
    """How many of a thing the place of this number has; no two places have equally many."""
    return 11 + number + len(PLACES) * THINGS.index(thing)


class Asker:
    """Asks one server, as the page does or as programs do."""

    def __init__(self, server: Server) -> None:
        self.server = server
        config = json.loads(server.ask("GET", "/config").body)
        parts = (each for each in config["components"] if "ask_question" in json.dumps(each))
        self._part = next(parts)["id"]

    def ask(self, number: int, thing: str, by_page: bool) -> tuple[str, float]:
        """ "right", "wrong", "busy" or the error, and the seconds it took."""
        began = time.monotonic()
        question = f"{PLACES[number]}县有多少个{thing}？"
        try:
            outcome = (self._by_page if by_page else self._by_program)(
                question, f"{thing}{_count(number, thing)}个"
            )
        except Exception as error:
            outcome = f"error {type(error).__name__}"
        return outcome, time.monotonic() - began

    def _by_page(self, question: str, right: str) -> str:
        data = {"question": question, "language": "zh", "visitor": "x"}
        body = {"session_hash": "load", "component_id": self._part, "fn_name": "ask_question", "data": data}
        reply = self._post("/gradio_api/component_server/", body)
        if reply.status in (429, 503):
            return "busy"
        if reply.status != 200:  # the page says what the server says
            return f"error {reply.status}"
        return "right" if right in json.loads(reply.body)["answer"]["citations"][0]["quote"] else "wrong"

    def _post(self, path: str, value: Any) -> Reply:
        headers = {"content-type": "application/json"}
        return self.server.ask("POST", path, headers, json.dumps(value).encode(), timeout=_PATIENCE)

    def _by_program(self, question: str, right: str) -> str:
        reply = self._post("/gradio_api/call/ask", {"data": [question, 3, [], []]})
        if reply.status in (429, 503):
            return "busy"
        told = _stream(self.server, json.loads(reply.body)["event_id"])
        if told is None:
            return "busy"
        return "right" if right in told else "busy" if "full" in told else "wrong"


def _stream(server: Server, event: str) -> str | None:
    """What the server tells of a question; None when it is too busy to tell."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=_PATIENCE)
    try:
        connection.request("GET", f"/gradio_api/call/ask/{event}")
        response = connection.getresponse()
        text = response.read().decode()
        if response.status in (429, 503):
            return None
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
        self.asker = Asker(server)
        self.told: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.memory: list[tuple[float, float]] = []
        self.stop = threading.Event()

    def person(self, seed: int, reading: float) -> None:
        """Ask one question after the other, each answer read for up to so many seconds."""
        chance = random.Random(seed)
        while not self.stop.is_set():
            number = chance.randrange(len(PLACES))
            outcome, seconds = self.asker.ask(number, chance.choice(THINGS), seed % 2 == 0)
            self.told[outcome] += 1
            self.seconds.append(seconds)
            self.stop.wait(chance.random() * reading)

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

    def run(self, people: int, minutes: float, changing: bool, reading: float) -> None:
        """Ask for so long."""
        work: list[Any] = [lambda seed=seed: self.person(seed, reading) for seed in range(people)]
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

    def crowd(self, people: int) -> None:
        """Have many ask once, at one moment."""
        together = threading.Barrier(people)

        def once(seed: int) -> None:
            together.wait()
            outcome, seconds = self.asker.ask(seed % len(PLACES), THINGS[seed % len(THINGS)], seed % 2 == 0)
            self.told[outcome] += 1
            self.seconds.append(seconds)

        threads = [threading.Thread(target=once, args=(seed,)) for seed in range(people)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.memory.append((0.0, _memory(self.server)))

    def figures(self) -> dict[str, Any]:
        """What happened how often, times, and memory; the slope is that of the second half."""
        p50, p95 = (round(float(np.percentile(self.seconds, q)), 2) for q in (50, 95))
        times, sizes = np.array(self.memory[len(self.memory) // 2 :]).T
        slope = round(float(np.polyfit(times, sizes, 1)[0] * 3600)) if len(times) > 9 else None
        most = round(max(size for _, size in self.memory))
        memory = {"first_mb": round(self.memory[0][1]), "last_mb": round(sizes[-1]), "most_mb": most}
        return {**dict(sorted(self.told.items())), "p50_s": p50, "p95_s": p95, **memory, "slope_mb_h": slope}


def wrong(figures: dict[str, Any]) -> list[str]:
    """What must not have happened."""
    return [
        f"{what} {count}"
        for what, count in figures.items()
        if what.startswith(("error", "wrong", "change f"))
    ]


def _phases(options: argparse.Namespace, server: Server) -> Iterator[tuple[str, dict[str, Any]]]:
    if options.soak:
        load = Load(server)
        load.run(2, options.soak, True, AT_ONCE)
        yield f"2 people for {options.soak:g} minutes, with changes", load.figures()
        return
    people, minutes = options.people, options.minutes
    load = Load(server)
    load.run(1, min(1.0, minutes), False, AT_ONCE)
    yield f"1 people for {min(1.0, minutes):g} minutes", load.figures()
    for reading in (READING, AT_ONCE):
        load = Load(server)
        load.run(people, minutes, True, reading)
        how = "who read each answer" if reading > AT_ONCE else "without a pause"
        yield f"{people} people {how}, for {minutes:g} minutes with changes", load.figures()
    load = Load(server)
    load.crowd(options.crowd)
    yield f"{options.crowd} people at once", load.figures()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=32)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--crowd", type=int, default=300)
    parser.add_argument("--soak", type=float, default=0.0, metavar="MINUTES")
    options = parser.parse_args()
    print(machine(), flush=True)
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        briefqa.build_index(_papers(room / "papers"), room / "index")
        server = Server(room / "index")
        try:
            for name, figures in _phases(options, server):
                busy = round(os.getloadavg()[1], 1)
                write_results("load", name, {**figures, "load_of_the_machine": busy})
                failed = failed or bool(wrong(figures))
                print(f"{name}: {figures}, load {busy}", flush=True)
        finally:
            server.stop()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
