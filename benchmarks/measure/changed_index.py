"""A small index that is changed over and over, and what it may hold; no model is needed to lose a file.

The texts are real, the vectors come from a hash.
"""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import briefqa
from briefqa.answering.answer import Answer
from briefqa.building import changes
from briefqa.models.token_codes import CODE
from briefqa.reading.files import read_document
from briefqa.store import builds, manifest
from briefqa.store.build import stored_sources

Texts = dict[str, str]
KINDS = ("build", "add", "add", "remove", "rollback", "export", "import", "verdict")


class HashedEmbedder:
    """Unit vectors from a digest of the text, in no time."""

    name, dimension, digest, precision, direction = "hashed", 16, "hashed", "float32", None

    def embed_passages(self, texts: Sequence[str], done: Callable[[int], None] | None = None) -> Any:
        rows = np.array(
            [list(hashlib.sha256(text.encode()).digest()[:16]) for text in texts], np.float32
        ).reshape(-1, 16)
        if done is not None:
            done(len(texts))
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)

    def embed_queries(self, texts: Sequence[str]) -> Any:
        return self.embed_passages(texts)

    def embed_sentences(self, texts: Sequence[str], done: Callable[[int], None] | None = None) -> Any:
        return self.embed_passages(texts, done), [np.ones((2, CODE), np.uint8) for _ in texts]


@contextmanager
def hashed_model() -> Iterator[None]:
    """Build with `HashedEmbedder` inside."""
    embedder, before = HashedEmbedder(), changes.open_embedder
    changes.open_embedder = lambda *_, **__: embedder  # type: ignore[assignment,return-value]
    try:
        yield
    finally:
        changes.open_embedder = before


@dataclass(frozen=True, slots=True)
class Change:
    """One change to try: its kind, its work, and what the index holds after it."""

    kind: str
    work: Callable[[], object]
    after: Texts


class Room:
    """A folder with sources and an index of them, what the index may hold, and what was written of it."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self.chance, self.root = chance, root
        self.docs, self.index, self.exports = root / "docs", root / "index", root / "exports"
        self.docs.mkdir(parents=True)
        self.exports.mkdir()
        self._exported: dict[Path, Texts] = {}
        self._verdicts: list[str] = []  # questions whose verdicts were kept
        self._rated = ""
        for number in range(4):
            self._write(number)
        briefqa.build_index(self.docs, self.index)
        first = self.exports / "first.briefqa"
        briefqa.export_index(first, self.index)
        self._exported[first] = texts_of(self.index)

    def _write(self, number: int) -> Path:
        path = self.docs / f"{number}.txt"
        figure = self.chance.randrange(10**6)
        path.write_text(
            f"第{number}号通知\n\n一、总则\n\n本县有{figure}座桥。去年新增{number}座。\n", "utf-8"
        )
        return path

    def next_change(self, kinds: Sequence[str] = KINDS) -> Change:
        """A change to try, drawn by chance."""
        kind = self.chance.choice(kinds)
        number, held = self.chance.randrange(6), texts_of(self.index)
        whole = sorted(self._exported, key=str)
        if kind == "add":
            path = self._write(number)
            return Change(kind, lambda: briefqa.add_documents(path, self.index), held | _read([path]))
        if kind == "remove" and len(held) > 2:
            name = self.chance.choice(sorted(held))
            rest = {each: text for each, text in held.items() if each != name}
            return Change(kind, lambda: briefqa.remove_documents(name, self.index), rest)
        if kind == "rollback" and (name := builds.previous_build(self.index)):
            sources = stored_sources(self.index / "builds" / name)
            before = {each.document.id: each.document.text for each in sources}
            return Change(kind, lambda: briefqa.rollback(self.index), before)
        if kind == "export":
            return Change(kind, self._exporting(self.exports / f"{number}.briefqa", held), held)
        if kind == "import" and whole:
            file = self.chance.choice(whole)
            return Change(kind, lambda: briefqa.import_index(file, self.index), self._exported[file])
        if kind == "verdict":
            return Change(kind, self._rating(f"第{self.chance.randrange(10**6)}问"), held)
        self._write(number)
        texts = _read(sorted(self.docs.iterdir()))
        return Change("build", lambda: briefqa.build_index(self.docs, self.index), texts)

    def _exporting(self, file: Path, held: Texts) -> Callable[[], object]:
        file.unlink(missing_ok=True)
        self._exported.pop(file, None)

        def work() -> None:
            file.unlink(missing_ok=True)  # of a trial
            briefqa.export_index(file, self.index)

        self._expected = file, held
        return work

    def _rating(self, question: str) -> Callable[[], object]:
        from briefqa.ui.chat.feedback import record  # Gradio comes with it, which forks later have to copy
        from briefqa.ui.chat.turns import Rating, Turn

        self._rated = question
        turn = Turn(question, Answer(question, False, 0.0, "", (), (), "", question))
        return lambda: record(self.index, turn, Rating.WRONG, text_of=lambda document: "")

    def check_written(self, change: Change, came_through: bool) -> str:
        """What is wrong with exported files and verdicts after a change was tried; "" if nothing."""
        if change.kind == "verdict":
            return self._check_verdicts(came_through)
        if change.kind != "export":
            return ""
        file, held = self._expected
        if not file.exists():
            return "an export that was done is not there" if came_through else ""
        with tempfile.TemporaryDirectory() as folder:
            try:
                briefqa.import_index(file, Path(folder) / "index")
            except Exception as error:
                return f"an exported file is not whole: {error}"
            if texts_of(Path(folder) / "index") != held:
                return "an exported file holds other documents"
        self._exported[file] = held
        return ""

    def _check_verdicts(self, came_through: bool) -> str:
        path = self.index / "feedback.jsonl"
        lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []  # the last may be half a line
        try:
            kept = [json.loads(line)["question"] for line in lines]
        except (ValueError, KeyError):
            return "a verdict is damaged"
        if came_through or self._rated in kept:
            self._verdicts.append(self._rated)
        return "" if kept == self._verdicts else "a verdict is gone"


def _read(paths: Sequence[Path]) -> Texts:
    return {path.name: read_document(path, path.name).document.text for path in paths}


def texts_of(index: Path) -> Texts:
    """The documents of an index, opened as a reader does."""
    with briefqa.open_index(index) as opened:
        return {document.id: document.text for document in opened.documents}


def check_whole(index: Path, allowed: Sequence[Texts]) -> str:
    """What is wrong with an index that must hold one of the `allowed` sets of documents; "" if nothing."""
    try:
        held = texts_of(index)
        damaged = briefqa.verify(index)
    except Exception as error:
        return f"does not open: {type(error).__name__}: {error}"
    if damaged:
        return f"damaged: {damaged}"
    if held not in allowed:
        return "holds other documents"
    live, before = builds.current_build(index), builds.previous_build(index)
    if before == live.name:
        return "PREVIOUS is CURRENT"
    if before and manifest.damaged_files(live.with_name(before)):
        return "the build to go back to is damaged"
    return ""
