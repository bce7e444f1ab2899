"""The files of an index: which texts they hold, and documents ↔ JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from briefqa.reading.document import Block, BlockKind, Document, Field, Heading, YearPart
from briefqa.reading.editions import with_successors
from briefqa.reading.table_spans import TableSpan


@dataclass(frozen=True, slots=True)
class Source:
    """A document and the file that it was read from (in the user's folder or in an earlier build).

    `record`: the document as an earlier build tells it, see `document_record`; empty if none does.
    """

    document: Document
    original: Path
    record: bytes = b""


def distinct(sources: Iterable[Source]) -> tuple[Document, ...]:
    """One document for each text, in the order of their ids: the first id has it, the others are its `names`.

    All the files stay in the index, so that a text is there as long as one of them has it.
    """
    documents: dict[str, Document] = {}
    names: dict[str, list[str]] = {}
    for source in sorted(sources, key=lambda each: each.document.id):
        document = source.document
        if document.text in documents:
            names[document.text].append(document.id)
        else:
            documents[document.text], names[document.text] = document, []
    titles = Counter(_squeezed(document.title) for document in documents.values())
    return with_successors(
        [
            replace(document, names=tuple(names[text]), shares_title=titles[_squeezed(document.title)] > 1)
            for text, document in documents.items()
        ]
    )


def _squeezed(title: str) -> str:
    return "".join(title.split())


_KINDS = {kind.value: kind for kind in BlockKind}
# Stored apart from the record or only where there are any, or told by the other documents.
_ELSEWHERE = {"parts", "text", "boxes", "names", "shares_title", "newest", "repealed_by"}


def document_record(document: Document) -> dict[str, Any]:
    """The document as JSON, without its text and boxes."""
    record = {
        each.name: getattr(document, each.name) for each in fields(document) if each.name not in _ELSEWHERE
    }
    if document.parts:  # few have any
        record["parts"] = [asdict(part) for part in document.parts]
    return record | {
        "metadata": dict(document.metadata),
        "blocks": [[block.start, block.end, block.kind.value] for block in document.blocks],
        "headings": [asdict(heading) for heading in document.headings],
        "fields": [asdict(each) for each in document.fields],
        "tables": [table.to_json() for table in document.tables],
    }


def document_head(document: Document) -> str:
    """What the document says of itself, as JSON, without its text: for `head_of`."""
    return json.dumps(
        {
            "id": document.id,
            "title": document.title,
            "metadata": dict(document.metadata),
            "parts": [asdict(part) for part in document.parts],
        },
        ensure_ascii=False,
    )


def head_of(record: str) -> Document:
    """The document of a record that `document_head` made, without text and blocks.

    Raises:
        ValueError, TypeError, KeyError: it is none.
    """
    said = json.loads(record)
    document = Document(
        said["id"],
        said["title"],
        text="",
        sha256="",
        metadata=said["metadata"],
        blocks=(),
        parts=tuple(YearPart(**part) for part in said["parts"]),
    )
    _check(document)
    return document


def document_of(record: Mapping[str, Any], text: str, boxes: Any) -> Document:
    """The document of a record that `document_record` made.

    Raises:
        ValueError, TypeError, KeyError: it is none, or points beyond the text.
    """
    known = {name: record[name] for name in ("id", "title", "sha256", "metadata", "pages_inferred")}
    document = Document(
        **known,
        text=text,
        boxes=boxes,
        blocks=tuple(Block(start, end, _KINDS[kind]) for start, end, kind in record["blocks"]),
        headings=tuple(Heading(**heading) for heading in record["headings"]),
        parts=tuple(YearPart(**part) for part in record.get("parts", ())),
        fields=tuple(Field(**each) for each in record["fields"]),
        tables=tuple(TableSpan.from_json(each) for each in record.get("tables", ())),
        page_starts=tuple(record["page_starts"]),
        ocr_pages=tuple(record["ocr_pages"]),
    )
    _check(document)
    return document


def _check(document: Document) -> None:
    """Raise ValueError unless names are texts, places lie in the text, and tables among the blocks."""
    texts = [document.id, document.title, document.sha256, *document.metadata, *document.metadata.values()]
    if not all(isinstance(each, str) for each in texts):
        raise ValueError("a name of it is no text")
    length, count = len(document.text), len(document.blocks)
    spans = [(each.start, each.end) for each in document.blocks]
    spans += [(each.start, each.end) for each in document.headings]
    spans += [(start, start) for start in document.page_starts]
    if not all(0 <= start <= end <= length for start, end in spans):
        raise ValueError(f"a part of {document.id!r} lies outside of its text")
    if not all(0 <= table.first <= table.last <= count for table in document.tables):
        raise ValueError(f"a table of {document.id!r} lies outside of its blocks")
    if document.boxes is not None and document.boxes.shape != (length, 4):
        raise ValueError(f"the boxes of {document.id!r} are not those of its text")
