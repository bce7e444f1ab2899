"""LangChain: FAISS and BM25 (rank-bm25) in an EnsembleRetriever, reciprocal ranks.

Only the vectors can be kept: BM25 is made again from the documents whenever an index is opened.
"""

from __future__ import annotations

from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings


def _embeddings(model: str) -> HuggingFaceEmbeddings:
    return HuggingFaceEmbeddings(
        model_name=model,
        model_kwargs={"device": "cpu"},
        encode_kwargs={"prompt_name": "passage"},
        query_encode_kwargs={"prompt_name": "query"},
    )


def indexer(model: str, tokens: str):
    """A function that indexes (id, text) pairs and saves them."""
    embeddings = _embeddings(model)

    def index(passages: list[tuple[str, str]], folder: str) -> None:
        documents = [Document(page_content=text, metadata={"id": name}) for name, text in passages]
        FAISS.from_documents(documents, embeddings).save_local(folder)
        _words(documents, tokens, 1)

    return index


def opened(folder: str, model: str, tokens: str):
    """A function from question and count to the ids of the best passages."""
    store = FAISS.load_local(folder, _embeddings(model), allow_dangerous_deserialization=True)
    documents = [store.docstore.search(name) for name in store.index_to_docstore_id.values()]
    words = _words(documents, tokens, 10)
    ensemble = EnsembleRetriever(
        retrievers=[words, store.as_retriever(search_kwargs={"k": 10})], weights=[0.5, 0.5], id_key="id"
    )
    return lambda question, count: [found.metadata["id"] for found in ensemble.invoke(question)[:count]]


def _words(documents: list[Document], tokens: str, count: int) -> BM25Retriever:
    if tokens == "default":
        return BM25Retriever.from_documents(documents, k=count)
    import jieba

    return BM25Retriever.from_documents(documents, k=count, preprocess_func=jieba.lcut)
