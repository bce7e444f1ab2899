"""A build in a folder → collections on a server."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path

import numpy as np

from briefqa.progress import OnProgress, Progress, Stage
from briefqa.remote.ledger import Stored
from briefqa.remote.pieces import BuildHeading, first_pieces, laid_out, piece_rows
from briefqa.remote.server import MOST_YEARS, NUMBERS, Kind, Row, Server
from briefqa.remote.words import word_rows
from briefqa.store.build import Build
from briefqa.store.lexical import LexicalIndex
from briefqa.store.manifest import MANIFEST
from briefqa.store.searchable import Searchable

_SENT_AT_ONCE = {Kind.PASSAGES: 256, Kind.WORDS: 4_096, Kind.FILES: 128}  # rows; a few MB
NO_TERM = 2**32 - 2  # of a passage without words: a server takes no empty vector of terms


def upload(
    server: Server, build: Build, stored: Stored, others: Mapping[str, Path], tell: OnProgress
) -> None:
    """Write a build that is whole into new collections; `others`: files that lie beside it, by their names.

    Raises:
        ServerError: the server does not take all of it.
    """
    parts, manifest_size = build.searchable, (build.folder / MANIFEST).stat().st_size
    count, dimension = len(parts.units.passages), parts.dense.dimension
    for kind in (Kind.PASSAGES, Kind.WORDS, Kind.FILES):
        server.make(stored.collection(kind), kind, dimension if kind is Kind.PASSAGES else 2, count)
    other_sizes = {name: path.stat().st_size for name, path in others.items()}
    sizes = laid_out(build.manifest, manifest_size, other_sizes)
    first = first_pieces(sizes)
    pieces = chain.from_iterable(
        piece_rows(others.get(name, build.folder / name), first[name]) for name in sizes
    )
    total = sum(sizes.values())
    sent = 0
    sums: dict[str, tuple[int, int]] = {}
    for kind, rows in (
        (Kind.PASSAGES, passage_rows(parts)),
        (Kind.WORDS, word_rows(parts.lexical, parts.catalogue)),
        (Kind.FILES, pieces),
    ):
        for batch in _batches(rows, _SENT_AT_ONCE[kind]):
            server.insert(stored.collection(kind), batch)
            sums[kind.value] = added_up(batch, kind, *sums.get(kind.value, (0, 0)))
            sent += sum(len(row.get("data", "")) for row in batch) * 3 // 4
            tell(Progress(Stage.WRITE, min(sent, total), total))
        server.finish(stored.collection(kind))
    server.insert(stored.collection(Kind.FILES), [BuildHeading(manifest_size, other_sizes, sums).to_row()])
    server.finish(stored.collection(Kind.FILES))


def passage_rows(parts: Searchable) -> Iterator[Row]:
    """The passages as rows: vector, terms, years, and where their text and their sentences lie."""
    units, years = parts.units, _years(parts)
    vectors = parts.dense.vectors()
    for number, terms in enumerate(_terms(parts.lexical)):
        row, sentences = units.passages[number], units.sentences_of(number)
        yield {
            "id": number,
            "vector": vectors[number],
            "terms": terms or {NO_TERM: 1.0},
            "years": years[number][:MOST_YEARS],
            "document": int(row["document"]),
            "start": int(row["start"]),
            "stop": int(row["end"]),
            "first": sentences.start,
            "last": sentences.stop,
        }


def _years(parts: Searchable) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for row in parts.years:
        found[int(row["passage"])].append(int(row["year"]))
    return found


def _terms(lexical: LexicalIndex) -> Iterator[dict[int, float]]:
    """Of each passage the rows of its terms with their weights."""
    order = np.argsort(lexical.passages, kind="stable")
    rows = np.repeat(np.arange(len(lexical.rows)), np.diff(lexical.starts))[order]
    weights = lexical.weights[order]
    ends = np.searchsorted(lexical.passages[order], np.arange(lexical.count), "right")
    start = 0
    for end in ends.tolist():
        yield dict(zip(rows[start:end].tolist(), weights[start:end].tolist(), strict=True))
        start = end


def added_up(rows: Iterable[Row], kind: Kind, count: int = 0, total: int = 0) -> tuple[int, int]:
    """How many rows there are with those before them, and the sum of their digests, in whatever order."""
    for row in rows:
        total = (total + int.from_bytes(_digest(row, kind), "big")) % 2**256
        count += 1
    return count, total


def _digest(row: Row, kind: Kind) -> bytes:
    if kind is Kind.FILES:
        return hashlib.sha256(f"{row['id']} {row['data']}".encode()).digest()
    numbers = [row["id"], *(row[name] for name in NUMBERS[kind])]
    digest = hashlib.sha256(np.array(numbers, "<i8").tobytes())
    if kind is Kind.PASSAGES:
        terms = sorted((int(key), float(value)) for key, value in row["terms"].items())
        digest.update(np.array(row["vector"], "<f4").tobytes())
        digest.update(np.array(terms, "<f8").tobytes())
        digest.update(np.array(sorted(row["years"]), "<i8").tobytes())
    return digest.digest()


def _batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch
