"""Documents ↔ the files of a build: texts, originals, boxes and one line of JSON each."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from briefqa.reading.document import Block, BlockKind, Document, Field, Heading
from briefqa.store import builds as store


@dataclass(frozen=True, slots=True)
class Source:
    """A document and the file that it was read from (in the user's folder or in an earlier build)."""

    document: Document
    original: Path


def save(sources: Iterable[Source], folder: Path) -> None:
    """Write documents, in order, into an empty build folder."""
    for name in (store.TEXTS, store.ORIGINALS, store.BOXES):
        (folder / name).mkdir()
    lines = []
    for number, source in enumerate(sources, start=1):
        document = source.document
        stem = f"{number:06}"
        suffix = source.original.suffix.lower()
        (folder / store.TEXTS / f"{stem}.txt").write_bytes(document.text.encode())
        _link_or_copy(source.original, folder / store.ORIGINALS / f"{stem}{suffix}")
        if document.boxes is not None:
            np.save(folder / store.BOXES / f"{stem}.npy", document.boxes)
        line = _to_json(document) | {"original": f"{stem}{suffix}"}
        lines.append(json.dumps(line, ensure_ascii=False) + "\n")
    (folder / store.DOCUMENTS).write_bytes("".join(lines).encode())


def load(build: Path) -> list[Source]:
    """Read what `save` wrote; boxes stay on disk until they are used."""
    sources = []
    lines = (build / store.DOCUMENTS).read_text("utf-8").split("\n")
    for number, line in enumerate(filter(None, lines), start=1):
        record = json.loads(line)
        stem = f"{number:06}"
        boxes = build / store.BOXES / f"{stem}.npy"
        document = _from_json(
            record,
            text=(build / store.TEXTS / f"{stem}.txt").read_bytes().decode(),
            boxes=np.load(boxes, mmap_mode="r", allow_pickle=False) if boxes.is_file() else None,
        )
        sources.append(Source(document, build / store.ORIGINALS / record["original"]))
    return sources


_ELSEWHERE = {"text", "boxes"}


def _to_json(document: Document) -> dict[str, Any]:
    record = {
        each.name: getattr(document, each.name) for each in fields(document) if each.name not in _ELSEWHERE
    }
    return record | {
        "metadata": dict(document.metadata),
        "blocks": [[block.start, block.end, block.kind.value] for block in document.blocks],
        "headings": [asdict(heading) for heading in document.headings],
        "fields": [asdict(each) for each in document.fields],
    }


def _from_json(record: dict[str, Any], text: str, boxes: Any) -> Document:
    known = {name: record[name] for name in ("id", "title", "sha256", "metadata", "pages_inferred")}
    return Document(
        **known,
        text=text,
        boxes=boxes,
        blocks=tuple(Block(start, end, BlockKind(kind)) for start, end, kind in record["blocks"]),
        headings=tuple(Heading(**heading) for heading in record["headings"]),
        fields=tuple(Field(**each) for each in record["fields"]),
        page_starts=tuple(record["page_starts"]),
        ocr_pages=tuple(record["ocr_pages"]),
        names=tuple(record["names"]),
    )


def _link_or_copy(source: Path, target: Path) -> None:
    """Files of earlier builds never change, so a link will do; the user's own files are copied."""
    if source.parent.name == store.ORIGINALS:
        try:
            os.link(source, target)
        except OSError:
            pass
        else:
            return
    shutil.copyfile(source, target)
