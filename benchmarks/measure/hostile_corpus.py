"""Lists of documents that somebody made to do harm: for `hostile`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from briefqa.store.builds import current_build

Spoil = Callable[[Path], None]


def corpus_lists(resealed: Spoil) -> dict[str, Spoil]:
    """What each does → how an index is made so; `resealed` makes its checksums agree again."""

    def of_corpus(change: Callable[[dict[str, Any]], Any]) -> Spoil:
        def spoil(index: Path) -> None:
            path = current_build(index) / "corpus.json"
            record = json.loads(path.read_text("utf-8"))
            change(record)
            path.write_text(json.dumps(record), "utf-8")
            resealed(index)

        return spoil

    def first(**values: Any) -> Spoil:
        return of_corpus(lambda corpus: corpus["texts"][0].update(values))

    return {
        "a newest edition that is a list": first(newest=[1]),
        "a repeal that is a number": first(repealed_by=7),
        "names that are numbers": first(names=[1, 2]),
        "a shared title that is text": first(shares_title="x"),
        "a file between two": first(file=0.5),
        "a file that is true": first(file=True),
        "a length that is text": first(length="9"),
        "a negative length": first(length=-5),
        "a huge length": first(length=10**400),
        "one text twice": of_corpus(lambda corpus: corpus["texts"].append(corpus["texts"][0])),
        "no texts": of_corpus(lambda corpus: corpus.update(texts=[])),
        "ids that are lists": of_corpus(lambda corpus: corpus.update(ids=[[each] for each in corpus["ids"]])),
        "records that go backwards": of_corpus(lambda corpus: corpus["starts"].reverse()),
        "records before the first": of_corpus(
            lambda corpus: corpus.update(starts=[-9] * len(corpus["starts"]))
        ),
        "the name of another": first(names=["x.txt"]),
        "originals in another order": of_corpus(lambda corpus: corpus["originals"].reverse()),
        "an original of many": of_corpus(lambda corpus: corpus.update(originals=["../CURRENT"] * 4)),
    }
