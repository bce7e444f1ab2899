"""Questions with known answers → the figures of `briefqa eval`.

Two forms of question sets are read. A file holds one question a line about the documents of an
index: {"id", "question", "answerable", "quotes"}; a passage is right when it holds one of the
quotes, white space apart. A folder holds corpus.jsonl {id, title, text}, queries.jsonl
{id, text} and qrels.tsv (query, passage, 1): its passages are indexed as they are, one a document.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from briefqa.errors import InputError
from briefqa.evaluation.metrics import auroc, mean_reciprocal_rank, precision_recall, recall_at
from briefqa.index import Index
from briefqa.models.embedding import Embedder, open_embedder
from briefqa.models.late import TokenIndex
from briefqa.question.parsing import parse_question
from briefqa.reading.document import Block, BlockKind, Document
from briefqa.retrieval.candidates import Ranked
from briefqa.retrieval.ranking import rank
from briefqa.splitting.units import Units
from briefqa.store.searchable import Searchable, searched_texts

DEPTHS = (1, 3, 5, 10)
LEGS: dict[str, Callable[[Ranked], float]] = {
    "dense": lambda each: each.scores.cosine,
    "lexical": lambda each: each.scores.coverage,
    "fused": lambda each: each.scores.total,
}
OnQuestion = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class LegReport:
    """One way of ranking on one set: recall at 1, 3, 5, 10 and MRR@10.

    The single legs order the candidates of the fused search; benchmarks/measure/ranking.py orders all.
    """

    recall: dict[int, float]
    mrr: float


@dataclass(frozen=True, slots=True)
class RefusalReport:
    """How well "not found" is said: of questions without an answer, over all questions.

    `refused_answerable` counts true questions that were refused; `auroc` is of the confidence.
    """

    unanswerable: int
    precision: float
    recall: float
    auroc: float
    refused_answerable: int


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """Figures of one question set; latencies in milliseconds, model loaded."""

    name: str
    passages: int
    answerable: int
    legs: dict[str, LegReport]
    first_quote_right: float | None
    refusal: RefusalReport | None
    latency_p50: float
    latency_p95: float
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetQuestion:
    """One line of a question file."""

    id: str
    text: str
    answerable: bool
    quotes: tuple[str, ...]


def read_questions(path: Path) -> list[SetQuestion]:
    """The questions of a file.

    Raises:
        InputError: the file is missing or a line is not a question.
    """
    questions: dict[object, SetQuestion] = {}
    for number, line in enumerate(_lines(path), start=1):
        try:
            record = json.loads(line)
            text, quotes = record["question"], tuple(record.get("quotes", ()))
            answerable = bool(record.get("answerable", bool(quotes)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                f"Line {number} of {str(path)!r} is not a question ({error}); "
                'each line must be an object with "question", "answerable" and "quotes".'
            ) from error
        # Of the verdicts on one question the last counts, "" takes it back; a set may use an id twice.
        name = str(record.get("id", number))
        key = name if "verdict" in record else number
        if record.get("verdict") == "":
            questions.pop(key, None)
        else:
            questions[key] = SetQuestion(name, text, answerable, quotes)
    if not questions:
        raise InputError(f"{str(path)!r} holds no question.")
    return list(questions.values())


def evaluate_file(path: Path, index: Index, done: OnQuestion) -> EvaluationReport:
    """Ask every question of a file.

    Raises:
        InputError: the file cannot be used.
    """
    questions = read_questions(path)
    index.load_model()
    ranks: dict[str, list[int | None]] = {leg: [] for leg in LEGS}
    quotes_right, answers, latencies, wrong = [], [], [], []
    for number, question in enumerate(questions):
        began = time.perf_counter()
        answer = index.ask(question.text)
        latencies.append(time.perf_counter() - began)
        answers.append(answer)
        if question.answerable:
            found = index.ranking(question.text)
            wanted = [_squeezed(quote) for quote in question.quotes]
            for leg, by_rank in _ranks(
                found,
                lambda number: _holds(index.passage_text(number), wanted),  # noqa: B023
            ).items():
                ranks[leg].append(by_rank)
            first = answer.citations[0].quote if answer.citations else ""
            quotes_right.append(_holds(first, wanted))
            if not quotes_right[-1]:
                wrong.append(question.id)
        elif answer.found:
            wrong.append(question.id)
        done(number + 1, len(questions))
    return EvaluationReport(
        name=path.stem,
        passages=index.info["counts"]["passages"],
        answerable=len(quotes_right),
        legs=_leg_reports(ranks),
        first_quote_right=float(np.mean(quotes_right)) if quotes_right else None,
        refusal=_refusal(
            [question.answerable for question in questions],
            [answer.found for answer in answers],
            [answer.confidence for answer in answers],
        ),
        latency_p50=_milliseconds(latencies, 0.5),
        latency_p95=_milliseconds(latencies, 0.95),
        wrong=tuple(wrong),
    )


def evaluate_folder(folder: Path, done: OnQuestion, *, model: str | None = None) -> EvaluationReport:
    """Search every question of a folder among the folder's own passages.

    Raises:
        InputError: one of the three files is missing or malformed.
    """
    documents, queries, right = read_folder(folder)
    embedder = open_embedder(model, fetch=model is not None)
    index = in_memory(documents, embedder)
    ids = [document.id for document in documents]
    ranks: dict[str, list[int | None]] = {leg: [] for leg in LEGS}
    latencies, wrong = [], []
    for number, (query_id, text) in enumerate(queries):
        began = time.perf_counter()
        ranked = rank(index, parse_question(text), embedder.embed_question(text))
        latencies.append(time.perf_counter() - began)
        wanted = right[query_id]
        found = _ranks(ranked, lambda passage: ids[passage] in wanted)  # noqa: B023
        for leg, by_rank in found.items():
            ranks[leg].append(by_rank)
        if found["fused"] != 1:
            wrong.append(query_id)
        done(number + 1, len(queries))
    return EvaluationReport(
        name=folder.name,
        passages=len(documents),
        answerable=len(queries),
        legs=_leg_reports(ranks),
        first_quote_right=None,
        refusal=None,
        latency_p50=_milliseconds(latencies, 0.5),
        latency_p95=_milliseconds(latencies, 0.95),
        wrong=tuple(wrong),
    )


def read_folder(
    folder: Path,
) -> tuple[list[Document], list[tuple[str, str]], dict[str, set[str]]]:
    """Documents, (query id, question) and query id → ids of the right passages.

    Raises:
        InputError: one of the three files is missing or malformed.
    """
    try:
        corpus = [json.loads(line) for line in _lines(folder / "corpus.jsonl")]
        queries = [json.loads(line) for line in _lines(folder / "queries.jsonl")]
        right: dict[str, set[str]] = {}
        for line in _lines(folder / "qrels.tsv"):
            query, passage, _grade = line.split("\t")
            right.setdefault(query, set()).add(passage)
        documents = [whole_document(each["id"], each.get("title", ""), each["text"]) for each in corpus]
        return documents, [(each["id"], each["text"]) for each in queries if each["id"] in right], right
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"The question set {str(folder)!r} is malformed ({error}); it needs corpus.jsonl "
            "{id, title, text}, queries.jsonl {id, text} and qrels.tsv (query, passage, 1)."
        ) from error


def whole_document(document_id: str, title: str, text: str) -> Document:
    """A document of one paragraph."""
    block = Block(0, len(text), BlockKind.TEXT)
    return Document(document_id, title, text, "", {}, (block,))


def in_memory(documents: Sequence[Document], embedder: Embedder) -> Searchable:
    """An index over documents of one passage each, without files."""
    units = Units.whole(documents)
    passages, sentences = texts = searched_texts(units)
    vectors, tokens = embedder.embed_sentences(sentences)
    return Searchable.of(units, texts, embedder.embed_passages(passages), vectors, TokenIndex.of(tokens))


def _ranks(ranked: Sequence[Ranked], is_right: Callable[[int], bool]) -> dict[str, int | None]:
    """For each leg the rank of the first right passage."""
    right = {each.passage for each in ranked if is_right(each.passage)}
    ranks: dict[str, int | None] = {}
    for leg, score in LEGS.items():
        order = sorted(ranked, key=lambda each: (-score(each), each.passage))
        places = (place for place, each in enumerate(order, start=1) if each.passage in right)
        ranks[leg] = next(places, None)
    return ranks


def _leg_reports(ranks: dict[str, list[int | None]]) -> dict[str, LegReport]:
    return {
        leg: LegReport({k: recall_at(found, k) for k in DEPTHS}, mean_reciprocal_rank(found))
        for leg, found in ranks.items()
    }


def _refusal(
    answerable: Sequence[bool], found: Sequence[bool], confidence: Sequence[float]
) -> RefusalReport | None:
    unanswerable = [not each for each in answerable]
    if not any(unanswerable):
        return None
    refused = [not each for each in found]
    precision, recall = precision_recall(refused, unanswerable)
    wrongly = sum(no and yes for no, yes in zip(refused, answerable, strict=True))
    return RefusalReport(sum(unanswerable), precision, recall, auroc(confidence, answerable), wrongly)


def _holds(text: str, wanted: Iterable[str]) -> bool:
    squeezed = _squeezed(text)
    return any(quote in squeezed for quote in wanted)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _milliseconds(seconds: Sequence[float], quantile: float) -> float:
    return float(np.quantile(seconds, quantile) * 1000)


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text("utf-8").split("\n") if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The question set lacks a readable {str(path)!r} ({error}).") from error
