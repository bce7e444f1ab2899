"""Random inputs to all that reads what comes from outside: nothing but our own errors, in bounded time.

    python benchmarks/measure/fuzz.py [--inputs 100000] [--only questions]

Inputs are made by hypothesis, from pieces that mean something to the code; files are whole ones with bytes
changed, cut, doubled and put in. Each target gets its share of the inputs; of each the slowest is told, and
by how much the process grew for the one that took most memory. A whole run writes results/fuzz.json.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.measure.fuzzed_files import seeds, spoiled, spoiled_docx, vector_seeds, words
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from briefqa import BriefQAError
from briefqa.answering.jsonable import to_json
from briefqa.question.followups import complete
from briefqa.question.limits import check_count, checked_history, checked_question
from briefqa.question.parsing import parse_question
from briefqa.reading.files import read_document
from briefqa.splitting.units import Units
from briefqa.store.build import stored_sources
from briefqa.store.dense import DenseIndex
from briefqa.store.manifest import FORMAT, read_manifest, sealed
from briefqa.store.origins import read_origins
from briefqa.ui.chat.turns import turn_from
from briefqa.ui.source.places import span_of
from briefqa.ui.web import login, policy
from briefqa.ui.web.hosts import Hosts, is_from_here

SLOWEST = 10.0  # seconds that one input may take on a busy machine
MOST_MEMORY = 500.0  # MB by which the process may grow for one input, of some kilobytes


@dataclass(frozen=True, slots=True)
class Target:
    """What is fed, with what, and which share of the inputs it gets."""

    inputs: st.SearchStrategy[Any]
    feed: Callable[[Any], object]
    share: float


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def _embed(texts: Sequence[str]) -> Any:
    rows = [list(hashlib.sha256(text.encode("utf-8", "replace")).digest()) for text in texts]
    vectors = np.array(rows, np.float32).reshape(-1, 32) - 127.5
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _parse(text: str) -> None:
    question = parse_question(text)
    assert all(question.text[slot.start : slot.end] == slot.text for slot in question.slots)


def _complete(given: tuple[str, list[str]]) -> None:
    checked = checked_question(given[0])
    parse_question(complete(checked, checked_history(given[1]), _embed))


def _check(value: object) -> None:
    for check in (checked_question, checked_history, check_count):
        try:
            check(value)
        except BriefQAError as error:
            str(error).encode()


def _reader(room: Path, suffix: str) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        path = room / f"甲{suffix}"
        path.write_bytes(data)
        reading = read_document(path, path.name)
        units = Units.split([reading.document])
        assert all(units.passage_text(number) for number in range(len(units.passages)))

    return read


# -- the index -----------------------------------------------------------------------------------


def _manifest(room: Path) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        (room / "manifest.json").write_bytes(data)
        read_manifest(room)
        stored_sources(room)

    return read


def _vectors(room: Path) -> Callable[[tuple[bytes, bytes]], None]:
    def read(data: tuple[bytes, bytes]) -> None:
        path = room / "passages.faiss"
        path.write_bytes(data[0])
        path.with_name(f"{path.name}.cells").write_bytes(data[1])
        try:
            index = DenseIndex.load(path)
        except ValueError:
            return
        index.names_only_its_own()
        index.search(np.ones(index.dimension, np.float32), 5)

    return read


def _origins(room: Path) -> Callable[[Any], None]:
    def read(value: Any) -> None:
        (room / "SOURCES").write_text(json.dumps({"0" * 16: value}), "utf-8")
        read_origins(room, "0" * 16)

    return read


def _sealed_json(changes: Mapping[str, Any]) -> bytes:
    usual = {
        "format": FORMAT,
        "model": {"name": "m", "dimension": 2, "digest": "d"},
        "settings": {},
        "counts": {},
        "documents": {},
        "files": {},
        "precision": "",
        "probe": [],
        "direction": [],
        "rounded_files": {},
        "sizes": {},
    }
    try:
        value = sealed({**usual, **changes})
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except (ValueError, UnicodeEncodeError):
        return b"{}"


def _from_browser(value: Any) -> None:
    turn = turn_from(value)
    if turn is not None:
        assert turn_from(to_json(turn)) == turn
    span_of(str(value))
    _ = [policy.is_open("GET", str(value)), Hosts("127.0.0.1").admits(str(value), "127.0.0.1")]
    is_from_here({"origin": str(value), "host": str(value)}, "POST")
    login.form(str(value).encode("utf-8", "replace"))
    login.basic({"authorization": f"Basic {value}"})
    login.secret_in({"cookie": str(value)})


_TURN = {"question": "问", "state": "done", "answer": None, "error": "", "build": "", "documents": []}
turns = st.lists(
    st.one_of(
        json_values, st.dictionaries(st.sampled_from(sorted(_TURN)), json_values).map(lambda d: _TURN | d)
    ),
    max_size=4,
)


def targets(room: Path) -> dict[str, Target]:
    """Everything that is fed, by name; `room` is a folder for files."""
    whole = seeds()
    keys = [
        "format",
        "model",
        "documents",
        "files",
        "rounded_files",
        "sizes",
        "precision",
        "probe",
        "direction",
    ]
    manifests = st.dictionaries(st.sampled_from(keys), json_values, max_size=4).map(_sealed_json)
    readers = {
        f"read {suffix}": Target(
            spoiled_docx(data) | spoiled(data) if suffix == ".docx" else spoiled(data),
            _reader(room, suffix),
            0.06,
        )
        for suffix, data in whole.items()
    }
    flat, cells = vector_seeds()
    vectors = st.tuples(spoiled(flat), st.just(cells)) | st.tuples(st.just(flat), spoiled(cells))
    return {
        "questions": Target(words, _parse, 0.3),
        "follow-ups": Target(st.tuples(words, st.lists(words, max_size=7)), _complete, 0.15),
        "arguments": Target(json_values | words, _check, 0.1),
        "manifests": Target(st.one_of(manifests, manifests.flatmap(spoiled)), _manifest(room), 0.05),
        "origins": Target(json_values, _origins(room), 0.03),
        "vectors": Target(vectors, _vectors(room), 0.02),
        "from a browser": Target(turns | json_values | words, _from_browser, 0.05),
        **readers,
    }


class Memory:
    """By how many MB this process grew at most since `begin`; 0 where the system does not tell."""

    _STATUS, _FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")

    def __init__(self) -> None:
        self._before = 0.0
        self._told = self._FORGET.exists()

    def begin(self) -> None:
        """Forget the greatest size that the process has had."""
        if self._told:
            self._FORGET.write_text("5")
            self._before = self._now("VmRSS")

    def grown(self) -> float:
        """The greatest size since then above that of then."""
        return max(0.0, self._now("VmHWM") - self._before) if self._told else 0.0

    def _now(self, name: str) -> float:
        line = next(each for each in self._STATUS.read_text().splitlines() if each.startswith(name))
        return int(line.split()[1]) / 1024


def fuzz(name: str, target: Target, inputs: int) -> tuple[int, float, float, str]:
    """Feed a target; returns (inputs, seconds of the slowest, MB of the largest, what was wrong)."""
    gc.collect()  # what is let go of meanwhile would hide what an input takes
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)
    count, slowest, largest, wrong, memory = 0, 0.0, 0.0, "", Memory()

    @given(target.inputs)
    @settings(
        max_examples=inputs,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
    )
    def feed(value: Any) -> None:
        nonlocal count, slowest, largest
        memory.begin()
        began = time.process_time()
        try:
            target.feed(value)
        except BriefQAError as error:
            if "\n" in str(error):
                raise AssertionError(f"more than one line: {error}") from error
        finally:
            count += 1
            slowest = max(slowest, time.process_time() - began)
            largest = max(largest, memory.grown())

    try:
        feed()
    except BaseException as error:
        notes = "; ".join(getattr(error, "__notes__", []))
        wrong = f"{type(error).__name__}: {str(error)[:200]} {notes[:400]}"
    if slowest > SLOWEST:
        wrong = wrong or f"an input took {slowest:.1f} s"
    if largest > MOST_MEMORY:
        wrong = wrong or f"an input took {largest:.0f} MB"
    return count, slowest, largest, wrong


def main() -> int:
    from benchmarks.common import write_results  # heavy, and not wanted by the tests

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    total, failed = 0, 0
    figures: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, target in targets(Path(folder)).items():
            if options.only not in name:
                continue
            count, slowest, largest, wrong = fuzz(name, target, max(int(options.inputs * target.share), 1))
            took = {"slowest_s": round(slowest, 2), "largest_mb": round(largest)}
            figures[name] = {"inputs": count, **took, "wrong": wrong}
            total, failed = total + count, failed + bool(wrong)
            told = f"{count:,} inputs, slowest {slowest:.2f} s, largest {largest:.0f} MB"
            print(f"{name}: {told}; {wrong or 'nothing foreign'}", flush=True)
    if not options.only:
        write_results("fuzz", "inputs", {"in all": total, **figures})
    print(f"{total:,} inputs, {failed} targets with failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
