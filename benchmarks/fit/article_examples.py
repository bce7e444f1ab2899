"""What the reader learns from encyclopedias: reading comprehension (shared/train) in windows of sentences.

Some of the questions are translated to English (articles_en.tsv.gz). Windows without an answer: the answer's
window without the answer's sentence, and another window of the article.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.common import BENCHMARK_SETS, SHARED
from benchmarks.fit.reader_examples import Example, is_held_out, text_without

from briefqa.splitting.passages import split_sentences

ENGLISH = BENCHMARK_SETS / "reader" / "articles_en.tsv.gz"
TRAIN = ("drcd-test", "cmrc2018-dev")
WINDOW = 260  # characters of a window


def article_examples(name: str, seed: int = 0) -> Iterator[Example]:
    """The windows of a set of shared/train."""
    rng = random.Random(seed)
    with gzip.open(ENGLISH, "rt", encoding="utf-8") as lines:
        english = dict(line.rstrip("\n").split("\t") for line in lines)
    with gzip.open(SHARED / "train" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, record in enumerate(map(json.loads, lines)):
            pieces = list(_windows(record["context"]))
            for at, each in enumerate(record["questions"]):
                group = f"{name}#{number}#{at}"
                yield from _of_article(record, each, pieces, group, rng)
                if group in english:
                    translated = each | {"question": english[group]}
                    yield from _of_article(record, translated, pieces, group, rng, "en")


def _of_article(
    record: dict[str, Any],
    asked: dict[str, Any],
    pieces: Sequence[tuple[int, int]],
    group: str,
    rng: random.Random,
    language: str = "zh",
) -> Iterator[Example]:
    text, title = record["context"], record["title"]
    start, end = asked["start"], asked["start"] + len(asked["answer"])
    own = next((piece for piece in pieces if piece[0] <= start < piece[1]), None)
    if own is None:
        return
    held_out = is_held_out(group.rsplit("#", 1)[0])
    window = text[own[0] : own[1]]
    span = (start - own[0], min(end, own[1]) - own[0])
    spans = next(
        (((each.start, each.end),) for each in split_sentences(window) if each.start <= span[0] < each.end),
        (span,),
    )

    def example(words: str, evidence: tuple[tuple[int, int], ...]) -> Example:
        return Example(asked["question"], title, words, evidence, "article", language, group, held_out)

    yield example(window, spans)
    if rest := text_without(window, spans):
        yield example(rest, ())
    others = [piece for piece in pieces if piece is not own]
    if others and rng.random() < 0.5:
        yield example(text[slice(*rng.choice(others))], ())


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Whole sentences packed to `WINDOW` characters."""
    start = end = 0
    for sentence in split_sentences(text):
        if sentence.end - start > WINDOW and end > start:
            yield start, end
            start = sentence.start
        end = sentence.end
    if end > start:
        yield start, end
