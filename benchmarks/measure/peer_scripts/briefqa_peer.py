"""briefqa through its public functions; each passage is a document."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import briefqa


def indexer(model: str, tokens: str):
    """A function that indexes (id, text) pairs and saves them; the first line of a text is its title."""
    from briefqa.models.embedding import open_embedder

    open_embedder()

    def index(passages: list[tuple[str, str]], folder: str) -> None:
        with TemporaryDirectory() as sources:
            for name, text in passages:
                title, _, body = text.partition("\n")
                head = f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\n\n"
                Path(sources, f"{name}.md").write_text(head + body, "utf-8")
            briefqa.build_index(sources, folder)

    return index


def opened(folder: str, model: str, tokens: str):
    """A function from question and count to the ids of the best passages."""
    index = briefqa.open_index(folder)

    def search(question: str, count: int) -> list[str]:
        found = [Path(hit.passage.document_id).stem for hit in index.search(question, count)]
        return list(dict.fromkeys(found))

    return search
