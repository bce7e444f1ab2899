"""Measures one library; run by `peers.py` with the Python of the library's own environment.

    python run.py PEER '{"model": …, "vectors": …, "began": …, "parts": [{"key": …, "task": …, "set": …, …}]}'

Prints a line of JSON, {"key": …, figure: …}, for each part as soon as it is measured.
"""

from __future__ import annotations

import importlib
import json
import resource
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from question_set import DEPTH, figures_of, passages_of, questions_of

ASKED = 100
Figures = dict[str, float]
Search = Callable[[str, int], list[str]]


def main() -> None:
    peer, given = sys.argv[1], json.loads(sys.argv[2])
    for part in given["parts"]:
        figures = TASKS[part["task"]](peer, part, given)
        print(json.dumps({"key": part["key"]} | figures, ensure_ascii=False), flush=True)


def ranking(peer: str, part: dict[str, str], given: dict[str, Any]) -> Figures:
    """hit@1, hit@5 and MRR@10 over all questions of the set."""
    from remembered import remember

    remember(Path(given["vectors"]))
    folder = Path(part["set"])
    library = importlib.import_module(f"{peer}_peer")
    shutil.rmtree(part["index"], ignore_errors=True)
    library.indexer(given["model"], part["tokens"])(passages_of(folder), part["index"])
    return _ranking(library.opened(part["index"], given["model"], part["tokens"]), questions_of(folder))


def _ranking(search: Search, questions: list[tuple[str, set[str]]]) -> Figures:
    return figures_of([(search(text, DEPTH), right) for text, right in questions])


def indexing(peer: str, part: dict[str, str], given: dict[str, Any]) -> Figures:
    """Passages a second from texts to a saved index, the model loaded."""
    library, passages = importlib.import_module(f"{peer}_peer"), passages_of(Path(part["set"]))
    shutil.rmtree(part["index"], ignore_errors=True)
    index = library.indexer(given["model"], part["tokens"])
    began, cpu = time.perf_counter(), time.process_time()
    index(passages, part["index"])
    return {
        "passages/s": len(passages) / (time.perf_counter() - began),
        "passages per s of processor": len(passages) / (time.process_time() - cpu),
    }


def serving(peer: str, part: dict[str, str], given: dict[str, Any]) -> Figures:
    """From the start of this process to the first answer of a saved index, then a hundred questions."""
    questions = questions_of(Path(part["set"]))
    asked = questions[:: max(1, len(questions) // ASKED)][:ASKED]
    cpu = time.process_time()
    library = importlib.import_module(f"{peer}_peer")
    figures = {"import: s of processor": time.process_time() - cpu}
    search = library.opened(part["index"], given["model"], part["tokens"])
    search(asked[-1][0], DEPTH)
    figures |= {"cold start: s": time.time() - given["began"]}
    figures |= {"cold start: s of processor": time.process_time()}
    figures |= _questions(search, [text for text, _ in asked])
    figures |= {"peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    return figures | {f"{name} of those asked": value for name, value in _ranking(search, asked[:30]).items()}


def _questions(search: Search, texts: list[str]) -> Figures:
    times, cpu = [], time.process_time()
    for text in texts:
        began = time.perf_counter()
        search(text, DEPTH)
        times.append((time.perf_counter() - began) * 1000)
    return {
        "question: p50 ms": statistics.median(times),
        "question: p95 ms": statistics.quantiles(times, n=20)[-1],
        "question: ms of processor": (time.process_time() - cpu) * 1000 / len(texts),
    }


TASKS = {"ranking": ranking, "indexing": indexing, "serving": serving}

if __name__ == "__main__":
    main()
