"""txtai: dense vectors in FAISS and BM25 in SQLite, summed (`hybrid`)."""

from __future__ import annotations

from txtai import Embeddings

TOKENIZERS = {"default": None, "bigrams": {"ngrams": 2}}


def indexer(model: str, tokens: str):
    """A function that indexes (id, text) pairs and saves them."""
    words = TOKENIZERS[tokens]
    scoring = {"method": "bm25", "terms": True, "normalize": True} | ({"tokenizer": words} if words else {})
    keywords = {"scoring": scoring} if words else {"hybrid": True}
    embeddings = Embeddings(path=model, method="sentence-transformers", gpu=False, **keywords)

    def index(passages: list[tuple[str, str]], folder: str) -> None:
        embeddings.index(passages)
        embeddings.save(folder)

    return index


def opened(folder: str, model: str, tokens: str):
    """A function from question and count to the ids of the best passages."""
    embeddings = Embeddings()
    embeddings.load(folder)
    return lambda question, count: [str(found) for found, _ in embeddings.search(question, count)]
