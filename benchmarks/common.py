"""What the benchmarks share: question sets as indexes, with every embedding kept on disk."""

from __future__ import annotations

import hashlib
import os
import platform
import random
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from opencc import OpenCC

from briefqa.dense import DenseIndex
from briefqa.embedding import SentenceEmbedder, open_embedder
from briefqa.evaluation import read_folder
from briefqa.lexical import LexicalIndex
from briefqa.names import NameKind, chinese_names
from briefqa.questions import Question, parse_question
from briefqa.ranking import Searchable
from briefqa.units import Units

SHARED = Path(os.environ.get("BRIEFQA_SHARED", Path(__file__).parents[2] / "shared"))
CACHE = Path(__file__).parent / ".cache"
SETS = ("xquad-zh", "xquad-en2zh", "cmrc2018-trial", "drcd-dev")


@dataclass(frozen=True)
class QuestionSet:
    """A public set as an index: question i is answered by the passages in `right[i]` (numbers)."""

    name: str
    index: Searchable
    texts: list[str]
    questions: list[Question]
    vectors: np.ndarray  # float32 (questions, dimension)
    right: list[frozenset[int]]


def load_set(name: str, *, simplified_questions: bool = False) -> QuestionSet:
    """A set of the shared folder; its embeddings are made once and kept."""
    documents, queries, right = read_folder(SHARED / "eval" / name)
    units = Units.whole(documents)
    passages = [units.searched_passage(number) for number in range(len(units.passages))]
    sentences = [units.sentence_text(number) for number in range(len(units.sentences))]
    simplify = OpenCC("t2s").convert if simplified_questions else str
    texts = [simplify(text) for _, text in queries]
    numbers = {document.id: number for number, document in enumerate(documents)}
    index = Searchable(
        units,
        DenseIndex.build(embedded(passages, "passages")),
        LexicalIndex.build(passages),
        embedded(sentences, "passages").astype(np.float16),
        units.years(),
    )
    return QuestionSet(
        name + ("-simplified" if simplified_questions else ""),
        index,
        texts,
        [parse_question(text) for text in texts],
        embedded(texts, "queries"),
        [frozenset(numbers[each] for each in right[query]) for query, _ in queries],
    )


def embedded(texts: Sequence[str], kind: str) -> np.ndarray:
    """Vectors of `texts`, float32 (texts, dimension), from the cache if it has them."""
    CACHE.mkdir(exist_ok=True)
    key = hashlib.sha256("\0".join([kind, "1", *texts]).encode()).hexdigest()[:24]
    path = CACHE / f"{key}.npy"
    if not path.exists():
        embedder = open_embedder()
        assert isinstance(embedder, SentenceEmbedder)
        make = embedder.embed_queries if kind == "queries" else embedder.embed_passages
        np.save(path, make(list(texts)))
    return np.load(path)


def without(index: Searchable, removed: frozenset[int]) -> tuple[Searchable, np.ndarray]:
    """The index as if some passages had never been in it: their words gone, and a mask of the rest."""
    allowed = np.ones(len(index.units.passages), dtype=bool)
    allowed[list(removed)] = False
    texts = [index.units.searched_passage(number) if keep else "" for number, keep in enumerate(allowed)]
    lexical = LexicalIndex.build(texts)
    return Searchable(index.units, index.dense, lexical, index.sentence_vectors, index.years), allowed


def near_miss(question: str, absent: Sequence[tuple[NameKind, str]], rng: random.Random) -> str | None:
    """The question with one slot changed (a year, else a name); None when it has no slot."""
    parsed = parse_question(question)
    slots = [condition for condition in parsed.conditions if condition.text in question]
    if not slots:
        return None
    slot = rng.choice(slots)
    if slot.year:
        other = str(slot.year + rng.choice([-7, -4, 4, 6, 9]))
        return question.replace(str(slot.year), other, 1)
    if slot.name is not None:
        others = [text for kind, text in absent if kind is slot.name.kind and text not in question]
        return question.replace(slot.text, rng.choice(others), 1) if others else None
    return None


def names_of(texts: Sequence[str]) -> list[tuple[NameKind, str]]:
    """All names in the texts, each once, sorted."""
    return sorted({(name.kind, name.text) for text in texts for name in chinese_names(text)})


def machine() -> str:
    """Machine and versions, a line for the head of a report."""
    packages = ("sentence-transformers", "torch", "faiss-cpu", "numpy")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    cpu = platform.processor() or platform.machine()
    return f"{cpu}, {os.cpu_count()} cores, Python {platform.python_version()}; {versions}"
