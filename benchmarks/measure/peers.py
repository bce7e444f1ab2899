"""briefqa beside txtai, LangChain, LlamaIndex and LanceDB: same model, same passages, own environments.

    python benchmarks/measure/peers.py [--peer NAME …] [--set NAME …] [--rounds 3] [--sample N] [--fresh]

Environments of pinned versions with torch for the CPU, and the packaged model as a folder that
sentence-transformers loads, are made once under benchmarks/.cache/peers. Ranking comes first: it does not
depend on how busy the machine is, so each text is embedded once for all libraries (but briefqa, which has its
own engine). Then times and memory, each in a process of its own, the libraries by turns; the middle of the
rounds counts. What was measured is kept: a run goes on where the last one stopped. Writes results/peers.json
and peers.png.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common import CACHE, RESULTS, SETS, SHARED, load_set
from benchmarks.measure.peer_scripts.environments import PEERS, NotMeasuredError, Peer, installed
from benchmarks.measure.peer_scripts.question_set import figures_of, first_passages, passages_of, questions_of
from benchmarks.measure.peer_scripts.remembered import embed_missing
from benchmarks.measure.peer_scripts.report import report

from briefqa.retrieval.ranking import rank

FOLDER = CACHE / "peers"
RUN = Path(__file__).parent / "peer_scripts" / "run.py"
TIMED_SET = "xquad-zh"
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
Figures = dict[str, float]
Part = dict[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    names = [peer.name for peer in PEERS]
    parser.add_argument("--peer", nargs="+", choices=names, default=names)
    parser.add_argument(
        "--set", nargs="*", choices=SETS, default=list(SETS), help="to rank on; none with no name"
    )
    parser.add_argument("--rounds", type=int, default=3, help="of the times; 0 measures ranking only")
    parser.add_argument("--timed", type=int, default=100, help="so many passages are indexed for the rate")
    parser.add_argument("--sample", type=int, default=0, help="only so many passages of a set, to try it out")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured before")
    options = parser.parse_args()
    run = Run(options.sample, options.fresh)
    peers = [peer for peer in PEERS if peer.name in options.peer and run.install(peer)]
    for name in options.set:
        run.embed(name, peers)
        for peer in peers:
            parts = run.ranking_parts(peer, name)
            if peer.name == "briefqa":
                run.rank_briefqa(name, parts)
            else:
                run.measure(peer, parts)
    for number in range(options.rounds):
        for peer in peers:
            run.time(peer, number, options.timed)
    report(run.kept.figures, FOLDER if options.sample else RESULTS)


@dataclass(frozen=True)
class Kept:
    """What was measured, in a file that is written after each measurement."""

    path: Path
    figures: dict[str, Figures]

    @classmethod
    def read(cls, path: Path, fresh: bool) -> Kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        return cls(path, {} if fresh or not path.exists() else json.loads(path.read_text("utf-8")))

    def add(self, key: str, figures: Figures) -> None:
        self.figures[key] = figures
        aside = self.path.with_suffix(".new")
        aside.write_text(json.dumps(self.figures, ensure_ascii=False, indent=1), "utf-8")
        aside.replace(self.path)
        print(key, {name: round(value, 3) for name, value in figures.items()}, flush=True)


class Run:
    """One comparison: what it measures, what it already knows, and where its files lie."""

    def __init__(self, sample: int, fresh: bool) -> None:
        self.sample = sample
        self.kept = Kept.read(FOLDER / f"measured{sample or ''}.json", fresh)
        self.model, self.vectors = FOLDER / "model", FOLDER / f"vectors{sample or ''}.npz"
        if not (self.model / "modules.json").exists():
            from benchmarks.measure.peer_scripts.saved_model import save_packaged_model

            save_packaged_model(self.model)

    def install(self, peer: Peer) -> bool:
        """Make the environment of a library; False, and a line that says why, where that fails."""
        try:
            size = installed(peer)
        except (NotMeasuredError, OSError, subprocess.CalledProcessError) as error:
            print(f"{peer.name} is left out: {error}", flush=True)
            return False
        self.kept.add(f"install|{peer.name}|", {"MB": size})
        return True

    def set_folder(self, name: str, count: int) -> Path:
        """The folder of a set, or of its first `count` passages and their questions; 0 means all."""
        whole = SHARED / "eval" / name
        return first_passages(whole, count, FOLDER / "samples" / f"{name}-{count}") if count else whole

    def embed(self, name: str, peers: list[Peer]) -> None:
        """Embed the texts of a set, if a library is still to be ranked on it."""
        if any(self.ranking_parts(peer, name) for peer in peers if peer.name != "briefqa"):
            folder = self.set_folder(name, self.sample)
            passages, questions = passages_of(folder), questions_of(folder)
            texts = [f"passage: {text}" for _, text in passages] + [f"query: {text}" for text, _ in questions]
            embed_missing(self.vectors, self.model, texts)

    def ranked(self, peer: Peer, name: str, tokens: str) -> Path:
        """The folder of the index with which a library is ranked."""
        return peer.folder / f"ranked-{name}-{tokens}{self.sample or ''}"

    def ranking_parts(self, peer: Peer, name: str) -> list[Part]:
        """What is still to be ranked of a set."""
        parts = [
            {
                "key": f"ranking|{peer.name}|{tokens}|{name}",
                "task": "ranking",
                "set": str(self.set_folder(name, self.sample)),
                "index": str(self.ranked(peer, name, tokens)),
                "tokens": tokens,
            }
            for tokens in peer.tokens
        ]
        return [part for part in parts if part["key"] not in self.kept.figures]

    def rank_briefqa(self, name: str, parts: list[Part]) -> None:
        """Rank with the embeddings that all benchmarks share; whole sets only."""
        if parts and not self.sample:
            held = load_set(name)
            asked = zip(held.questions, held.embedded, held.right, strict=True)
            found = [
                ([each.passage for each in rank(held.index, question, embedded)], right)
                for question, embedded, right in asked
            ]
            self.kept.add(parts[0]["key"], figures_of(found))

    def time(self, peer: Peer, number: int, count: int) -> None:
        """One round of a library as it is by itself: a new process opens an index, answers, then indexes."""
        whole = self.set_folder(TIMED_SET, self.sample)
        index = self.ranked(peer, TIMED_SET, "default")
        some = self.set_folder(TIMED_SET, self.sample or count)
        serving = {"task": "serving", "set": str(whole), "index": str(index), "tokens": "default"}
        indexing = serving | {"task": "indexing", "set": str(some), "index": str(peer.folder / "timed")}
        if not index.exists():  # the ranking of briefqa leaves none
            self.measure(peer, [serving | {"task": "indexing", "key": f"prepared|{peer.name}"}])
        parts = [part | {"key": f"{part['task']}|{peer.name}|{number}"} for part in (serving, indexing)]
        self.measure(peer, [part for part in parts if part["key"] not in self.kept.figures])

    def measure(self, peer: Peer, parts: list[Part]) -> None:
        """Measure the parts in one process and keep the figures of each; says so where one fails."""
        if not parts:
            return
        given = {"model": str(self.model), "vectors": str(self.vectors), "parts": parts, "began": time.time()}
        command = [str(peer.python), str(RUN), peer.name, json.dumps(given)]
        environment = os.environ | OFFLINE | {"PYTHONPATH": peer.path}
        environment.setdefault("OMP_NUM_THREADS", "1")  # torch's threads collapse beside another busy process
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8") as errors,
            subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
            ) as child,
        ):
            for line in child.stdout or ():
                if line.startswith('{"key"'):
                    figures = json.loads(line)
                    self.kept.add(figures.pop("key"), figures | {"load": os.getloadavg()[0]})
            if child.wait():
                errors.seek(0)
                print(
                    f"{peer.name} failed at {parts[0]['task']}: {errors.read().strip()[-1_500:]}", flush=True
                )


if __name__ == "__main__":
    main()
