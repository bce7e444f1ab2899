"""Whether an index on a Milvus server ranks as one in a folder: MRR@10 of both on public sets.

    python benchmarks/measure/backends.py xquad-zh xquad-en2zh --questions 300

A Milvus Lite is started on 127.0.0.1 for it. The reader is left out, for it reads what either of them has
found. Also printed: how often the ten first are the same, the time of this processor for a question on both,
and what a passage takes on the server's disk.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.common import QuestionSet, load_set, write_results

from briefqa.models.embedding import open_embedder
from briefqa.models.fingerprint import fingerprint
from briefqa.progress import silent
from briefqa.remote.address import address_of
from briefqa.remote.ledger import Ledger, Stored
from briefqa.remote.opened_remote import RemoteBuild
from briefqa.remote.server import Server
from briefqa.remote.upload import upload
from briefqa.retrieval.ranking import rank
from briefqa.store.build import Build
from briefqa.store.corpus import Source

ROOT = Path(__file__).parents[2]
DEPTH = 10


def main() -> None:
    """Send each set to the server, ask both, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", metavar="SET", help="a folder of ../shared/eval")
    parser.add_argument(
        "--questions", type=int, default=10**9, help="at most that many of each, drawn evenly"
    )
    options = parser.parse_args()
    for name in options.sets:
        with tempfile.TemporaryDirectory() as room, _served(Path(room)) as (build, stored):
            figures = _compare(build, stored, load_set(name), options.questions)
            size = sum(each.stat().st_size for each in Path(room, "milvus").rglob("*") if each.is_file())
            figures["kB a passage on the server's disk"] = round(size / 1e3 / figures["passages"], 1)
        print(name, figures)
        write_results("backends", name, figures)


@contextmanager
def _served(room: Path) -> Iterator[tuple[Path, str]]:
    """A folder for a build, and the address of a server."""
    command = [sys.executable, str(ROOT / "tests" / "milvus_server.py"), f"{room}/milvus", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield room / "build", f"milvus://127.0.0.1:{int(server.stdout.readline())}/measured"
    finally:
        server.kill()
        server.wait()


def _sent(questions: QuestionSet, folder: Path, url: str) -> RemoteBuild:
    """The set as a build on the server."""
    sources = []
    (folder.parent / "texts").mkdir()
    for number, document in enumerate(questions.index.units.documents):
        original = folder.parent / "texts" / f"{number}.txt"
        original.write_text(document.text, "utf-8")
        sources.append(Source(document, original))
    embedder, units = open_embedder(), questions.index.units
    facts = {
        "model": {"name": embedder.name, "dimension": embedder.dimension, "digest": embedder.digest},
        "counts": {"passages": len(units.passages), "sentences": len(units.sentences)},
    }
    made = {"precision": embedder.precision, "probe": fingerprint(embedder).probe, "direction": []}
    folder.mkdir()
    build_id = Build.write(folder, sources, questions.index, facts, made)
    folder = folder.rename(folder.with_name(build_id))
    address = address_of(url)
    assert address is not None
    server = Server(address)
    ledger, stored = Ledger(server), Stored(address.name, build_id, 1)
    with ledger.changing():
        upload(server, Build.open(folder), stored, {}, silent)
        ledger.switch(stored)
    return RemoteBuild(server, *ledger.read_live())


def _compare(folder: Path, url: str, questions: QuestionSet, most: int) -> dict[str, float]:
    began = time.process_time()
    remote = _sent(questions, folder, url)
    figures: dict[str, float] = {"s to send, processor": round(time.process_time() - began, 1)}
    step = max(len(questions.texts) // most, 1)
    asked = range(0, len(questions.texts), step)
    reciprocal, seconds, same = {"folder": 0.0, "server": 0.0}, {"folder": 0.0, "server": 0.0}, 0
    for at in asked:
        question, embedded = questions.questions[at], questions.embedded[at]
        found = {}
        for place in reciprocal:
            began = time.process_time()
            if place == "folder":
                ranked = [each.passage for each in rank(questions.index, question, embedded)[:DEPTH]]
            else:
                seen = remote.seen_by(question, embedded, None)
                ranked = [seen.number(each.passage) for each in rank(seen.parts, question, embedded)[:DEPTH]]
            seconds[place] += time.process_time() - began
            right = (1 / rank_ for rank_, each in enumerate(ranked, 1) if each in questions.right[at])
            reciprocal[place] += next(right, 0.0)
            found[place] = ranked
        same += found["folder"] == found["server"]
    remote.release()
    figures |= {"questions": len(asked), "passages": len(questions.index.units.passages)}
    for place in reciprocal:
        figures[f"{place}: MRR@10"] = round(reciprocal[place] / len(asked), 4)
        figures[f"{place}: ms a question, processor"] = round(1e3 * seconds[place] / len(asked), 1)
    return figures | {"the same ten in the same order": same}


if __name__ == "__main__":
    main()
