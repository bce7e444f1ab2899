"""How fast and how heavy: briefqa beside plain sentence-transformers with the same weights, in one run.

    python benchmarks/measure/speed.py [--rounds 3]     # prints the table, writes results/speed.json

Every figure comes from a process of its own, the two sides by turns; the middle of the rounds is kept.
Plain means: load the packaged model as a SentenceTransformer in float32 with torch's own threads, and encode.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results"
QUESTION = "苏州有多少家灯塔工厂？"
QUESTIONS = (
    "苏州有多少家灯塔工厂？ 新质生产力是什么？ 昆山将重点聚焦哪三个转型？ 苏州的规上工业总产值是多少？ "
    "太仓有多少家德企？ 张家港的主导产业有哪些？ 如何引进海外人才？ 国家级专精特新小巨人企业有多少家？ "
    "工业用地如何保障？ 生物医药产业规模多大？"
).split()
WITH_TORCH = {"sentence-transformers", "transformers", "tokenizers", "torch"}
Figures = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--part", choices=sorted(PARTS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        print(json.dumps(PARTS[options.part]()))
        return
    rows: dict[str, Figures] = {}
    for name in ("import", "cold question", "questions", "busy machine", "eight at once", "indexing"):
        mine, plain = _by_turns(name, options.rounds)
        rows |= {
            f"{name}: {figure}": {"briefqa": value, "plain": plain[figure]} for figure, value in mine.items()
        }
    rows |= {f"whole answer: {key}": {"briefqa": value} for key, value in _part("whole answers").items()}
    rows |= {f"page: {key}": {"briefqa": value} for key, value in served().items()}
    rows["install: MB"] = {"briefqa": _install("briefqa"), "plain": _install("sentence-transformers")}
    rows["install: MB without torch"] = {"briefqa": _install("briefqa", WITH_TORCH)}
    _show(rows)


def _by_turns(name: str, rounds: int) -> tuple[Figures, Figures]:
    found = [(_part(name), _part(f"{name}, plain")) for _ in range(rounds)]
    mine, plain = zip(*found, strict=True)
    return _middle(mine), _middle(plain)


def _middle(rounds: tuple[Figures, ...]) -> Figures:
    return {key: round(statistics.median(each[key] for each in rounds), 4) for key in rounds[0]}


def _part(name: str) -> Figures:
    command = [sys.executable, __file__, "--part", name]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _process(*command: str) -> Figures:
    """Wall and processor seconds, and the peak memory, of a process from its start to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, capture_output=True, cwd=ROOT)
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"s": seconds, "s of processor": cpu, "peak MB": after.ru_maxrss / 1024}


def _embed_one() -> Callable[[str], object]:
    from briefqa.models.embedding import open_embedder

    return open_embedder().embed_question


def _encode_one() -> Callable[[str], object]:
    from briefqa.models.reference import load_reference_model

    model = load_reference_model()
    return lambda text: model.encode(text, prompt_name="query")


def _questions(ask: Callable[[str], object], texts: Sequence[str] = QUESTIONS * 6) -> Figures:
    ask(QUESTION)
    times = []
    for text in texts:
        began = time.perf_counter()
        ask(text)
        times.append((time.perf_counter() - began) * 1000)
    p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    return {"p50 ms": p50, "p95 ms": p95, "p95 / p50": p95 / p50}


@contextlib.contextmanager
def _busy() -> Iterator[None]:
    """A process beside that wants a core for itself."""
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _busy_questions(ask: Callable[[str], object]) -> Figures:
    with _busy():
        return _questions(ask)


def _eight(ask: Callable[[str], object]) -> Figures:
    ask(QUESTION)
    people = [threading.Thread(target=lambda: [ask(text) for text in QUESTIONS]) for _ in range(8)]
    began = time.perf_counter()
    for each in people:
        each.start()
    for each in people:
        each.join()
    return {"questions/s": 8 * len(QUESTIONS) / (time.perf_counter() - began)}


def _texts() -> list[str]:
    """All passages and sentences of the committed index, as they are embedded."""
    from briefqa.index import open_index
    from briefqa.store.searchable import searched_texts

    passages, sentences = searched_texts(open_index(ROOT / "index")._build.searchable.units)
    return [*passages, *sentences]


def _indexing() -> Figures:
    from briefqa.models.embedding import open_embedder

    embedder = open_embedder()
    texts = _texts()
    print(f"indexing in {embedder.precision}", file=sys.stderr)
    began, cpu = time.perf_counter(), time.process_time()
    embedder.embed_sentences(texts)
    return _rate(len(texts), began, cpu)


def _indexing_plain() -> Figures:
    from briefqa.models.reference import load_reference_model

    model, texts = load_reference_model(), _texts()
    model.encode(texts[:2])
    began, cpu = time.perf_counter(), time.process_time()
    model.encode(texts, prompt_name="passage")
    return _rate(len(texts), began, cpu)


def _rate(count: int, began: float, cpu: float) -> Figures:
    return {
        "texts/s": count / (time.perf_counter() - began),
        "texts per s of processor": count / (time.process_time() - cpu),
    }


def _whole_answers() -> Figures:
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as `briefqa` and app.py do
    from briefqa.index import open_index

    index = open_index(ROOT / "index")
    texts = _different_questions()
    embedded = _questions(_embed_one(), texts[::2])
    whole = _questions(index.ask, texts[::2])
    with _busy():
        busy = _questions(index.ask, texts[1::2])
    return {
        "p50 ms": whole["p50 ms"],
        "p95 ms": whole["p95 ms"],
        "p50 ms beyond embedding": whole["p50 ms"] - embedded["p50 ms"],
        "p95 / p50 beside a busy process": busy["p95 / p50"],
        "memory MB": _memory(os.getpid()),
    }


def _different_questions() -> list[str]:
    """Each once: what the reader made of the last questions is kept."""
    lines = (ROOT / "benchmarks" / "sets" / "held_out" / "brief.jsonl").read_text("utf-8").splitlines()
    return list(dict.fromkeys(json.loads(line)["question"] for line in lines))


def _memory(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _at_rest(pid: int, seconds: float = 8.0) -> float:
    """Milliseconds of processor a second that a process takes while nobody asks anything."""

    def taken() -> int:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])  # user and system, of the fields after the name

    time.sleep(2)  # what the last answer left to do
    before = taken()
    time.sleep(seconds)
    return (taken() - before) / os.sysconf("SC_CLK_TCK") / seconds * 1000


def served() -> Figures:
    """How soon the page is there and the model behind it ready, and what the server holds and takes then."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryFile() as log:
        began = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "app.py", "--port", str(port)], cwd=ROOT, stdout=log, stderr=log
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/")
            page = time.perf_counter() - began
            from gradio_client import Client

            client = Client(f"http://127.0.0.1:{port}/", verbose=False)
            asked = time.perf_counter()
            client.predict(QUESTION, api_name="/ask")
            answered = time.perf_counter() - asked
            return {
                "reachable s": page,
                "first answer s": answered,
                "memory MB": _memory(server.pid),
                "processor at rest ms/s": _at_rest(server.pid),
            }
        finally:
            server.terminate()
            server.wait()


def _wait_for(address: str) -> None:
    for _ in range(1_200):
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=60) as page:
            if page.status == 200:
                return
        time.sleep(0.05)
    raise TimeoutError(address)


def _install(name: str, leave_out: frozenset[str] | set[str] = frozenset()) -> float:
    """MB on disk of a distribution and all that it needs, without `leave_out` and what only they need."""
    from packaging.requirements import Requirement

    seen: set[str] = set()
    waiting = [name]
    total = 0
    while waiting:
        each = waiting.pop().lower().replace("_", "-")
        if each in seen or each in leave_out:
            continue
        seen.add(each)
        with contextlib.suppress(metadata.PackageNotFoundError):
            distribution = metadata.distribution(each)
            paths = [Path(str(file.locate())) for file in distribution.files or ()]
            total += sum(path.stat().st_size for path in paths if path.is_file())
            for line in distribution.requires or ():
                needed = Requirement(line)
                if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                    waiting.append(needed.name)
    return total / 1e6


def _show(rows: dict[str, Figures]) -> None:
    names = ("onnxruntime", "sentence-transformers", "torch", "faiss-cpu", "gradio", "numpy")
    head = {
        "machine": f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "versions": {name: metadata.version(name) for name in names},
        "date": date.today().isoformat(),
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", ""),
        "load": list(os.getloadavg()),
    }
    print(head["machine"], head["versions"], sep="\n")
    print(f"{'':44}{'briefqa':>10}{'plain':>10}{'ratio':>8}")
    for name, row in rows.items():
        plain = row.get("plain")
        beside = f"{plain:10.2f}{row['briefqa'] / plain:8.2f}" if plain else ""
        print(f"{name:44}{row['briefqa']:10.2f}{beside}")
    text = json.dumps(head | {"rows": rows}, ensure_ascii=False, indent=1)
    (RESULTS / "speed.json").write_text(text + "\n", "utf-8")


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


COLD_PLAIN = (
    "from briefqa.models.reference import load_reference_model as load;"
    f"load().encode({QUESTION!r}, prompt_name='query')"
)
PARTS: dict[str, Callable[[], Figures]] = {
    "import": lambda: _process("-c", "import briefqa"),
    "import, plain": lambda: _process("-c", "import sentence_transformers"),
    "cold question": lambda: _process("-m", "briefqa", "ask", QUESTION),
    "cold question, plain": lambda: _process("-c", COLD_PLAIN),
    "questions": lambda: _questions(_embed_one()),
    "questions, plain": lambda: _questions(_encode_one()),
    "busy machine": lambda: _busy_questions(_embed_one()),
    "busy machine, plain": lambda: _busy_questions(_encode_one()),
    "eight at once": lambda: _eight(_embed_one()),
    "eight at once, plain": lambda: _eight(_encode_one()),
    "indexing": _indexing,
    "indexing, plain": _indexing_plain,
    "whole answers": _whole_answers,
}

if __name__ == "__main__":
    main()
