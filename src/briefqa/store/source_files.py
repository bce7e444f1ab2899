"""The files of a build that hold its documents; those that the build before has too are linked."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np

from briefqa.reading.document import Document
from briefqa.store.corpus import Source, document_record
from briefqa.store.documents import Corpus
from briefqa.store.links import Links

DOCUMENTS = "documents.jsonl"
CORPUS = "corpus.json"
TEXTS = "texts"
ORIGINALS = "originals"
BOXES = "boxes"


def write_sources(
    sources: Sequence[Source], distinct: Sequence[Document], folder: Path, links: Links
) -> None:
    """Write what is kept of the documents of a build.

    Args:
        sources: all of them, in the order of their ids.
        distinct: one for each text, see `briefqa.store.corpus.distinct`.
        folder: the build's.
        links: those of the build.
    """
    for name in (TEXTS, ORIGINALS, BOXES):
        (folder / name).mkdir()
    encoded, originals = [], []
    for number, source in enumerate(sources, start=1):
        document, original = source.document, f"{number:06}{source.original.suffix.lower()}"
        build, stem = source.original.parent.parent if source.record else None, _number_of(source)
        if not links.link(build, f"{ORIGINALS}/{source.original.name}", f"{ORIGINALS}/{original}"):
            shutil.copyfile(source.original, folder / ORIGINALS / original)
        text = f"{TEXTS}/{number:06}.txt"
        if not links.link(build, f"{TEXTS}/{stem}.txt", text):
            (folder / text).write_bytes(document.text.encode())
        boxes = f"{BOXES}/{number:06}.npy"
        if document.boxes is not None and not links.link(build, f"{BOXES}/{stem}.npy", boxes):
            np.save(folder / boxes, document.boxes)
        record = source.record or json.dumps(document_record(document), ensure_ascii=False).encode() + b"\n"
        encoded.append(record)
        originals.append(original)
    (folder / DOCUMENTS).write_bytes(b"".join(encoded))
    starts = [0, *accumulate(map(len, encoded))]
    digests = [hashlib.sha256(each).hexdigest() for each in encoded]
    corpus = Corpus.of([each.document.id for each in sources], originals, starts, digests, distinct)
    (folder / CORPUS).write_bytes(corpus.to_json())


def _number_of(source: Source) -> str:
    """Under which number a build holds it, see `Corpus`: its text too."""
    return source.original.name.partition(".")[0]
