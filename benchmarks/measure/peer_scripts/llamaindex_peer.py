"""LlamaIndex: its own vector store and BM25 (bm25s) in a QueryFusionRetriever, reciprocal ranks."""

from __future__ import annotations

from llama_index.core import Settings, StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever

# Pairs of neighbouring Han characters, and whole words of other scripts, found at each place of the text.
PAIRS = r"(?=([\u4e00-\u9fff]{2}|(?<![^\W\u4e00-\u9fff])[^\W\u4e00-\u9fff]+))"
PATTERNS = {"default": {}, "bigrams": {"token_pattern": PAIRS}}


def _embedding(model: str) -> HuggingFaceEmbedding:
    prompts = {"query_instruction": "query: ", "text_instruction": "passage: "}
    return HuggingFaceEmbedding(model_name=model, device="cpu", **prompts)


def indexer(model: str, tokens: str):
    """A function that indexes (id, text) pairs and saves them."""
    embedding = _embedding(model)

    def index(passages: list[tuple[str, str]], folder: str) -> None:
        nodes = [TextNode(id_=name, text=text) for name, text in passages]
        VectorStoreIndex(nodes, embed_model=embedding).storage_context.persist(folder)
        BM25Retriever.from_defaults(nodes=nodes, **PATTERNS[tokens]).persist(f"{folder}/words")

    return index


def opened(folder: str, model: str, tokens: str):
    """A function from question and count to the ids of the best passages."""
    Settings.llm = MockLLM()  # the fusion asks for one, also where it has nothing to write
    storage = StorageContext.from_defaults(persist_dir=folder)
    index = load_index_from_storage(storage, embed_model=_embedding(model))
    words = BM25Retriever.from_persist_dir(f"{folder}/words")
    words.similarity_top_k = min(10, len(words.corpus))
    words.token_pattern = PATTERNS[tokens].get("token_pattern", words.token_pattern)  # it is not kept
    fusion = QueryFusionRetriever(
        [index.as_retriever(similarity_top_k=10), words],
        mode="reciprocal_rerank",
        similarity_top_k=10,
        num_queries=1,
        use_async=False,
    )
    return lambda question, count: [found.node.node_id for found in fusion.retrieve(question)[:count]]
