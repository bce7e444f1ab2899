"""Make the basis in which token states are kept (src/briefqa/data/token_basis.npz).

    python benchmarks/fit/fit_token_basis.py

The means and main axes (principal components) of the packaged model's token states: of sentences from the
yearly reports and from a public set, and of the parallel questions that the package carries.
"""

from __future__ import annotations

import random

import numpy as np
from benchmarks.common import PACKAGE_DATA, SHARED, machine

from briefqa.evaluation.question_sets import read_folder
from briefqa.models.embedding import PACKAGED
from briefqa.models.late import Basis
from briefqa.models.reference import load_reference_model
from briefqa.models.sentence import SentenceEmbedder
from briefqa.models.token_codes import WIDTH
from briefqa.reading.document import Document
from briefqa.reading.files import read_document
from briefqa.splitting.passages import split_sentences

SENTENCES = 3_000  # of each source
SHARES = (0.7, 0.15, 0.15)  # of sentences, Chinese questions, English questions


class _Raw(Basis):
    """Keeps states as they are, to learn from."""

    def of_sentence(self, states: np.ndarray) -> np.ndarray:  # type: ignore[override]
        return unit(states)

    def of_question(self, states: np.ndarray) -> np.ndarray:
        return unit(states)


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def sentences(documents: list[Document]) -> list[str]:
    found = [each.text for document in documents for each in split_sentences(document.text)]
    return random.Random(0).sample(found, min(SENTENCES, len(found)))


def main() -> None:
    print(machine())
    nothing = np.zeros(0, np.float32)
    embedder = SentenceEmbedder(load_reference_model(), PACKAGED, _Raw(nothing, nothing, nothing))
    folder = SHARED / "corpus" / "gov_work_reports_txt"
    reports = [read_document(path, path.name).document for path in sorted(folder.iterdir())]
    public = read_folder(SHARED / "eval" / "cmrc2018-trial")[0]
    _, states = embedder.embed_sentences([*sentences(reports), *sentences(public)])
    passage_states = np.concatenate(states).astype(np.float32)
    lines = (PACKAGE_DATA / "parallel_questions.tsv").read_text("utf-8").splitlines()
    sides = zip(*(line.split("\t") for line in lines), strict=True)
    questions = [
        np.concatenate([embedder.embed_question(text).tokens.vectors for text in side]) for side in sides
    ]
    query_mean = np.mean([each.mean(axis=0) for each in questions], axis=0)
    passage_mean = passage_states.mean(axis=0)
    centred = [passage_states - passage_mean, *(each - each.mean(axis=0) for each in questions)]
    covariance = sum(share * (rows.T @ rows) / len(rows) for share, rows in zip(SHARES, centred, strict=True))
    values, vectors = np.linalg.eigh(covariance)
    axes = vectors[:, ::-1][:, :WIDTH]
    kept = values[::-1][:WIDTH].sum() / values.sum()
    print(f"{sum(map(len, centred)):,} tokens; {WIDTH} of {len(values)} axes keep {kept:.3f}")
    np.savez(
        PACKAGE_DATA / "token_basis.npz",
        query_mean=query_mean.astype(np.float16),
        passage_mean=passage_mean.astype(np.float16),
        axes=axes.astype(np.float16),
    )


if __name__ == "__main__":
    main()
