"""LanceDB: vectors compared one by one and its own full-text index, reciprocal ranks (`hybrid`).

Chinese words come from ICU, which it carries; the dictionary of its `jieba/default` would have to be fetched.
"""

from __future__ import annotations

import lancedb
from lancedb.index import FTS
from sentence_transformers import SentenceTransformer


def indexer(model: str, tokens: str):
    """A function that indexes (id, text) pairs and saves them."""
    encoder = SentenceTransformer(model, device="cpu")
    words = FTS() if tokens == "default" else FTS(base_tokenizer=tokens)

    def index(passages: list[tuple[str, str]], folder: str) -> None:
        vectors = encoder.encode([text for _, text in passages], prompt_name="passage")
        rows = [
            {"id": name, "text": text, "vector": vector}
            for (name, text), vector in zip(passages, vectors, strict=True)
        ]
        table = lancedb.connect(folder).create_table("passages", rows, mode="overwrite")
        table.create_index("text", config=words)

    return index


def opened(folder: str, model: str, tokens: str):
    """A function from question and count to the ids of the best passages."""
    encoder = SentenceTransformer(model, device="cpu")
    table = lancedb.connect(folder).open_table("passages")

    def search(question: str, count: int) -> list[str]:
        vector = encoder.encode(question, prompt_name="query")
        found = table.search(query_type="hybrid").vector(vector).text(question).limit(count)
        return [row["id"] for row in found.to_list()]

    return search
