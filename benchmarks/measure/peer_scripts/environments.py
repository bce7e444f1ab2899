"""The libraries that are compared, and the environment of each: pinned versions, torch for the CPU."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common import CACHE

ROOT = Path(__file__).parents[3]
TORCH = "torch==2.13.0"
ENGINE = (TORCH, "sentence-transformers==6.2.0", "transformers==5.24.0")
LANGCHAIN = ("langchain-classic==1.0.8", "langchain-community==0.4.2", "langchain-huggingface==1.2.3")
LLAMAINDEX = (
    "llama-index-core==0.14.25",
    "llama-index-retrievers-bm25==0.8.0",
    "llama-index-embeddings-huggingface==0.8.0",
)
FAISS, JIEBA = "faiss-cpu==1.15.1", "jieba==0.42.1"
MADE_FROM = "made-from.txt"  # in an environment: what it was made from, once it is whole


class NotMeasuredError(Exception):
    """A library could not be installed; the message says why."""


@dataclass(frozen=True)
class Peer:
    """A library: what pip installs for it, and how its BM25 may cut Chinese, as it does by itself first."""

    name: str
    requirements: tuple[str, ...]
    tokens: tuple[str, ...] = ("default",)
    path: str = ""  # where its code lies, if not in the environment

    @property
    def folder(self) -> Path:
        return CACHE / "peers" / self.name

    @property
    def python(self) -> Path:
        return self.folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


PEERS = (
    Peer("briefqa", ("-c", str(ROOT / "constraints.txt"), str(ROOT)), path=str(ROOT / "src")),
    Peer("txtai", (*ENGINE, "txtai==9.14.0", FAISS), ("default", "bigrams")),
    Peer(
        "langchain",
        (*ENGINE, *LANGCHAIN, FAISS, "rank-bm25==0.2.2", JIEBA),
        ("default", "jieba"),
    ),
    Peer(
        "llamaindex",
        (*ENGINE, *LLAMAINDEX),
        ("default", "bigrams"),
    ),
    Peer("lancedb", (*ENGINE, "lancedb==0.40.0"), ("default", "icu")),
)


def installed(peer: Peer) -> float:
    """The MB of a library's environment, which is made if it is not there.

    Raises:
        NotMeasuredError: pip cannot install it, or would take CUDA libraries.
    """
    made = peer.folder / "venv" / MADE_FROM
    if not made.exists() or made.read_text("utf-8") != made_from(peer):
        print(f"installing {peer.name}", flush=True)
        shutil.rmtree(made.parent, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", made.parent], check=True)
        _refuse_cuda(peer)
        _pip(peer, "--no-compile", *peer.requirements)
        made.write_text(made_from(peer), "utf-8")
    return _megabytes(made.parent)


def made_from(peer: Peer) -> str:
    """The requirements of a library, with what they refer to."""
    text = "\n".join(peer.requirements)
    return text + (ROOT / "constraints.txt").read_text("utf-8") if "-c" in peer.requirements else text


def versions() -> dict[str, dict[str, str]]:
    """Library → package → version, of the packages that are named here."""
    pins = [pin.partition("==")[0] for peer in PEERS for pin in peer.requirements if "==" in pin]
    named = {*pins, "onnxruntime", "numpy"}
    code = (
        "import json, sys; from importlib.metadata import distributions as found;"
        "print(json.dumps({each.metadata['Name'].lower(): each.version for each in found()}))"
    )
    held = {}
    for peer in PEERS:
        if peer.python.exists():
            done = subprocess.run([peer.python, "-I", "-c", code], capture_output=True, text=True, check=True)
            pairs = json.loads(done.stdout).items()
            held[peer.name] = {name: version for name, version in pairs if name in named}
    return held


def _refuse_cuda(peer: Peer) -> None:
    would = json.loads(_pip(peer, "--dry-run", "--report", "-", TORCH))
    if any(each["metadata"]["name"].startswith("nvidia-") for each in would["install"]):
        raise NotMeasuredError(
            f"pip would take {TORCH} with CUDA libraries; let it find the CPU build (README, Other machines)."
        )


def _pip(peer: Peer, *arguments: str) -> str:
    command = [str(peer.python), "-m", "pip", "install", "--quiet", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise NotMeasuredError("pip says: " + done.stderr.strip()[-500:])
    return done.stdout


def _megabytes(folder: Path) -> float:
    """MB of the files below, without pip and without compiled Python, which comes with use."""
    paths = (path for path in folder.rglob("*") if path.suffix != ".pyc" and "pip" not in path.parts)
    files = (path for path in paths if path.is_file())
    return sum(path.lstat().st_size for path in files) / 1e6
