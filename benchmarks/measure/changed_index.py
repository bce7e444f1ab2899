"""A small index that is changed over and over, and what it may hold; no model is needed to lose a file.

The texts are real, the vectors come from a hash.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

import briefqa
from briefqa.building import changes
from briefqa.models.token_codes import CODE
from briefqa.reading.files import read_document
from briefqa.store import builds, manifest
from briefqa.store.build import stored_sources

Texts = dict[str, str]


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


class Room:
    """A folder with sources and an index of them, and what the index may hold."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self.chance = chance
        self.docs, self.index = root / "docs", root / "index"
        self.docs.mkdir(parents=True)
        for number in range(4):
            self._write(number)
        briefqa.build_index(self.docs, self.index)

    def _write(self, number: int) -> Path:
        path = self.docs / f"{number}.txt"
        figure = self.chance.randrange(10**6)
        path.write_text(
            f"第{number}号通知\n\n一、总则\n\n本县有{figure}座桥。去年新增{number}座。\n", "utf-8"
        )
        return path

    def next_change(self) -> tuple[Callable[[], object], Texts]:
        """A change to try, drawn by chance, and what the index holds after it."""
        kind = self.chance.choice(("build", "add", "add", "remove", "rollback"))
        number, held = self.chance.randrange(6), texts_of(self.index)
        if kind == "add":
            path = self._write(number)
            return lambda: briefqa.add_documents(path, self.index), held | _read([path])
        if kind == "remove" and len(held) > 2:
            name = self.chance.choice(sorted(held))
            rest = {each: text for each, text in held.items() if each != name}
            return lambda: briefqa.remove_documents(name, self.index), rest
        if kind == "rollback" and (name := builds.previous_build(self.index)):
            sources = stored_sources(self.index / "builds" / name)
            before = {each.document.id: each.document.text for each in sources}
            return lambda: briefqa.rollback(self.index), before
        self._write(number)
        return lambda: briefqa.build_index(self.docs, self.index), _read(sorted(self.docs.iterdir()))


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
