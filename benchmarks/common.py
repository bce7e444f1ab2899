"""What the benchmarks share: question sets as indexes, with every embedding kept on disk."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from opencc import OpenCC

from briefqa.evaluation.question_sets import read_folder
from briefqa.models.embedding import EmbeddedQuestion, open_embedder
from briefqa.models.late import TokenIndex, question_tokens
from briefqa.models.onnx_graph import Arithmetic
from briefqa.models.token_codes import packed
from briefqa.question.name_conditions import NameCondition
from briefqa.question.parsing import Question, parse_question
from briefqa.question.year_conditions import DocumentYearCondition, YearCondition
from briefqa.reading.files import find_files, read_document
from briefqa.splitting.units import Units
from briefqa.store.lexical import LexicalIndex
from briefqa.store.searchable import Searchable, searched_texts
from briefqa.text.names import NameKind, chinese_names

SHARED = Path(os.environ.get("BRIEFQA_SHARED", Path(__file__).parents[2] / "shared"))
PACKAGE_DATA = Path(__file__).parents[1] / "src" / "briefqa" / "data"
CACHE = Path(__file__).parent / ".cache"
BENCHMARK_SETS = Path(__file__).parent / "sets"
RESULTS = Path(os.environ.get("BRIEFQA_RESULTS", Path(__file__).parent / "results"))
POLICY = BENCHMARK_SETS / "policy"
REPORTS = SHARED / "corpus" / "gov_work_reports_txt"
# What `policy_sets` reads.
POLICY_DATA = (POLICY / "questions.jsonl", POLICY / "documents", REPORTS)
# Which domain a document of sets/policy is of; the others there are reports.
DOMAINS = {"notices": ("云塘区", "澄州市"), "briefs": ("江淮智库", "领航内参", "以人为尺")}
Arrays = dict[str, np.ndarray]
SETS = ("xquad-zh", "xquad-en2zh", "cmrc2018-trial", "drcd-dev")


@dataclass(frozen=True)
class QuestionSet:
    """A set as an index: question i is answered by the passages in `right[i]` (numbers).

    `quotes[i]`: the evidence, white space left out, where the set marks it; one of them is enough.
    """

    name: str
    index: Searchable
    texts: list[str]
    questions: list[Question]
    embedded: list[EmbeddedQuestion]
    right: list[frozenset[int]]
    quotes: Sequence[Sequence[str]] = ()


def write_results(benchmark: str, part: str, figures: Mapping[str, object]) -> None:
    """Keep a part's figures in results/<benchmark>.json, with machine and date; other parts stay."""
    path = RESULTS / f"{benchmark}.json"
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
    kept[part] = {"machine": machine(), "date": date.today().isoformat()} | figures
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")


def load_set(name: str, *, simplified_questions: bool = False) -> QuestionSet:
    """A set of the shared folder; its embeddings are made once and kept."""
    documents, queries, right = read_folder(SHARED / "eval" / name)
    units = Units.whole(documents)
    simplify = OpenCC("t2s").convert if simplified_questions else str
    texts = [simplify(text) for _, text in queries]
    numbers = {document.id: number for number, document in enumerate(documents)}
    return QuestionSet(
        name + ("-simplified" if simplified_questions else ""),
        searchable(units),
        texts,
        [parse_question(text) for text in texts],
        embedded_questions(texts),
        [frozenset(numbers[each] for each in right[query]) for query, _ in queries],
    )


def searchable(units: Units) -> Searchable:
    """An index without files over units; its embeddings are made once and kept."""
    passages, sentences = texts = searched_texts(units)
    kept = _kept("passages", passages, lambda: {"vectors": open_embedder().embed_passages(passages)})
    return Searchable.of(units, texts, kept["vectors"], *_sentences(sentences))


def _sentences(texts: Sequence[str]) -> tuple[np.ndarray, TokenIndex]:
    def make() -> Arrays:
        vectors, tokens = open_embedder().embed_sentences(texts)
        index = TokenIndex.of(tokens)
        return {"vectors": vectors.astype(np.float16), "tokens": index.codes, "starts": index.starts}

    kept = _kept("sentences", texts, make)
    states = kept["tokens"]
    if states.dtype == np.int8:  # kept by an earlier version, in 8 bits
        states = packed(states / 256)
    return kept["vectors"], TokenIndex(states, kept["starts"])


def policy_sets(folder: Path = POLICY) -> list[QuestionSet]:
    """The questions of policy/ or of a set made like it, each document an index of its own."""
    lines = (folder / "questions.jsonl").read_text("utf-8").splitlines()
    by_document: dict[str, list[dict[str, Any]]] = {}
    for record in map(json.loads, lines):
        by_document.setdefault(record["document"], []).append(record)
    folders = (folder / "documents", REPORTS)
    return [
        _policy_set(next(folder / name for folder in folders if (folder / name).exists()), records)
        for name, records in by_document.items()
    ]


def _policy_set(path: Path, records: Sequence[dict[str, Any]]) -> QuestionSet:
    units = Units.split([read_document(path, path.name).document])
    texts = [record["question"] for record in records]
    passages = ["".join(units.passage_text(number).split()) for number in range(len(units.passages))]
    right = [
        frozenset(
            n for n, passage in enumerate(passages) if any(quote in passage for quote in record["quotes"])
        )
        for record in records
    ]
    questions = [parse_question(text) for text in texts]
    embedded = embedded_questions(texts)
    quotes = [record["quotes"] for record in records]
    return QuestionSet(path.name, searchable(units), texts, questions, embedded, right, quotes)


def collection_sets() -> dict[str, QuestionSet]:
    """Domain → the questions of policy/collection.jsonl, over one index of all of shared/corpus/mixed."""
    files, _ = find_files([SHARED / "corpus" / "mixed"])
    units = Units.split([read_document(path, document_id).document for document_id, path in files])
    names = [Path(document.id).name for document in units.documents]
    passages = ["".join(units.passage_text(number).split()) for number in range(len(units.passages))]
    holders = [names[int(row["document"])] for row in units.passages]
    index = searchable(units)
    by_domain: dict[str, list[dict[str, Any]]] = {}
    for record in map(json.loads, (POLICY / "collection.jsonl").read_text("utf-8").splitlines()):
        by_domain.setdefault(f"collection: {record['domain']}", []).append(record)
    return {
        domain: QuestionSet(
            domain,
            index,
            [record["question"] for record in records],
            [parse_question(record["question"]) for record in records],
            embedded_questions([record["question"] for record in records]),
            [
                frozenset(
                    number
                    for number, passage in enumerate(passages)
                    if holders[number] in record["documents"]
                    and any(quote in passage for quote in record["quotes"])
                )
                for record in records
            ],
        )
        for domain, records in by_domain.items()
    }


def domain_sets() -> dict[str, list[QuestionSet]]:
    """Domain → its sets of policy questions: reports, notices and briefs, each document an index of its own;
    then pages, notices and laws of a collection."""
    found: dict[str, list[QuestionSet]] = {"reports": [], "briefs": [], "notices": []}
    for questions in policy_sets():
        of = next((name for name, starts in DOMAINS.items() if questions.name.startswith(starts)), "reports")
        found[of].append(questions)
    return found | {name: [questions] for name, questions in collection_sets().items()}


def article_sets(questions: QuestionSet, count: int) -> list[QuestionSet]:
    """Single articles of a public set as indexes, each with its own questions and a few of others."""
    index = questions.index
    articles: dict[str, list[int]] = {}
    for number, document in enumerate(index.units.documents):
        articles.setdefault(document.title, []).append(number)
    rng = random.Random(0)
    long = [passages for passages in articles.values() if len(passages) >= 3]
    made = []
    for passages in rng.sample(long, min(count, len(long))):
        own = [n for n, right in enumerate(questions.right) if right & set(passages)][:20]
        others = rng.sample([n for n, right in enumerate(questions.right) if not right & set(passages)], 6)
        place = {passage: at for at, passage in enumerate(passages)}
        chosen = own + others
        made.append(
            QuestionSet(
                questions.name,
                _of_passages(index, passages),
                [questions.texts[n] for n in chosen],
                [questions.questions[n] for n in chosen],
                [questions.embedded[n] for n in chosen],
                [frozenset(place[p] for p in questions.right[n] if p in place) for n in chosen],
            )
        )
    return made


def _of_passages(index: Searchable, passages: Sequence[int]) -> Searchable:
    units = Units.whole([index.units.documents[number] for number in passages])
    rows = [row for number in passages for row in index.units.sentences_of(number)]
    tokens = TokenIndex.of([index.tokens.of_sentence(row) for row in rows])
    vectors = index.dense.vectors()[passages], index.sentence_vectors[rows]
    return Searchable.of(units, searched_texts(units), *vectors, tokens)


def embedded_questions(texts: Sequence[str]) -> list[EmbeddedQuestion]:
    """The questions as the search embeds them; made once and kept."""
    if not texts:
        return []

    def make() -> Arrays:
        embedder = open_embedder()
        found = [embedder.embed_question(text) for text in texts]
        return {
            "vectors": np.array([each.vector for each in found]),
            "tokens": np.concatenate([each.tokens.vectors for each in found]),
            "spans": np.concatenate([each.tokens.spans for each in found]),
            "counts": np.array([len(each.tokens.spans) for each in found]),
        }

    kept = _kept("questions", texts, make)
    ends = np.cumsum(kept["counts"])
    return [
        EmbeddedQuestion(
            vector,
            question_tokens(
                text, kept["tokens"][end - count : end], kept["spans"][end - count : end].tolist()
            ),
        )
        for text, vector, count, end in zip(texts, kept["vectors"], kept["counts"], ends, strict=True)
    ]


def _kept(kind: str, texts: Sequence[str], make: Callable[[], dict[str, np.ndarray]]) -> Arrays:
    CACHE.mkdir(exist_ok=True)
    embedder = open_embedder()
    made_by = (kind, embedder.digest, "" if kind == "questions" else embedder.precision)
    scales = (PACKAGE_DATA / "int8_scales.npz").read_bytes() if made_by[2] == Arithmetic.INT8 else b""
    key = hashlib.sha256("\0".join([*made_by, *texts]).encode() + scales).hexdigest()[:24]
    path = CACHE / f"{key}.npz"
    if not path.exists():
        np.savez(path, **make())
    with np.load(path) as stored:
        return dict(stored)


def without(index: Searchable, removed: frozenset[int]) -> tuple[Searchable, np.ndarray]:
    """The index as if some passages had never been in it: their words gone, and a mask of the rest."""
    allowed = np.ones(len(index.units.passages), dtype=bool)
    allowed[list(removed)] = False
    texts = [index.units.searched_passage(number) if keep else "" for number, keep in enumerate(allowed)]
    lexical = LexicalIndex.build(texts)
    return replace(index, lexical=lexical), allowed


def near_miss(question: str, absent: Sequence[tuple[NameKind, str]], rng: random.Random) -> str | None:
    """The question with one slot changed (a year, else a name); None when it has no slot."""
    parsed = parse_question(question)
    slots = [condition for condition in parsed.conditions if condition.text in question]
    if not slots:
        return None
    slot = rng.choice(slots)
    if isinstance(slot, YearCondition | DocumentYearCondition):
        other = str(slot.year + rng.choice([-7, -4, 4, 6, 9]))
        return question.replace(str(slot.year), other, 1)
    if isinstance(slot, NameCondition):
        others = [text for kind, text in absent if kind is slot.name.kind and text not in question]
        return question.replace(slot.text, rng.choice(others), 1) if others else None
    return None


def names_of(texts: Sequence[str]) -> list[tuple[NameKind, str]]:
    """All names in the texts, each once, sorted."""
    return sorted({(name.kind, name.text) for text in texts for name in chinese_names(text)})


def machine() -> str:
    """Machine and versions, a line for the head of a report."""
    packages = ("onnxruntime", "sentence-transformers", "torch", "faiss-cpu", "numpy")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    cpu = platform.processor() or platform.machine()
    return f"{cpu}, {os.cpu_count()} cores, Python {platform.python_version()}; {versions}"
