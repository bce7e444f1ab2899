"""What a build tells of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from briefqa.reading.document import Document

if TYPE_CHECKING:  # it imports all readers
    from briefqa.reading.files import FileReading


class Change(StrEnum):
    """What a file that was read did to the index."""

    ADDED = "added"  # its id is new
    REPLACED = "replaced"  # the id held other bytes before
    UNCHANGED = "unchanged"  # the id held the same bytes
    DUPLICATE = "duplicate"  # another id has the same text and stands for both


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """How one document was read, and what that changed; page numbers are 1-based."""

    id: str
    change: Change
    title: str
    characters: int
    pages: int
    pages_inferred: bool
    headings: int
    removed_lines: int
    ocr_pages: tuple[int, ...]
    empty_pages: tuple[int, ...]
    suspect_pages: tuple[int, ...]
    warnings: tuple[str, ...]

    @classmethod
    def of(cls, reading: FileReading, change: Change) -> DocumentReport:
        """The report of a file that was read."""
        document = reading.document
        return cls(
            id=document.id,
            change=change,
            title=document.title,
            characters=len(document.text),
            pages=len(document.page_starts),
            pages_inferred=document.pages_inferred,
            headings=len(document.headings),
            removed_lines=reading.removed_lines,
            ocr_pages=document.ocr_pages,
            empty_pages=reading.empty_pages,
            suspect_pages=reading.suspect_pages,
            warnings=reading.warnings,
        )


def document_reports(
    readings: Sequence[FileReading], before: Mapping[str, str], documents: Sequence[Document]
) -> tuple[DocumentReport, ...]:
    """A report of each file that was read.

    Args:
        readings: what was read.
        before: id → digest of each file that the index held before.
        documents: what it holds now.
    """
    second = {name for document in documents for name in document.names}

    def change(document: Document) -> Change:
        if document.id in second:
            return Change.DUPLICATE
        if document.id not in before:
            return Change.ADDED
        return Change.UNCHANGED if before[document.id] == document.sha256 else Change.REPLACED

    return tuple(DocumentReport.of(reading, change(reading.document)) for reading in readings)


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build read, left out and embedded.

    `documents` are those read from files in this run; `skipped` are (path, reason);
    `duplicates` are (id, id of the document that has the same text) of which one was read in this run;
    `near_duplicates` are pairs of ids in the whole index of which one shares 80 % of its sentences
    with the other. `document_count`, `passages` and `sentences` count the whole index, a text once;
    `precision` is the arithmetic in which they were embedded, chosen by a short trial of the machine;
    `embedded` counts texts that were run through the model, `reused` those whose vectors were kept.
    """

    build_id: str
    documents: tuple[DocumentReport, ...]
    removed: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]
    duplicates: tuple[tuple[str, str], ...]
    near_duplicates: tuple[tuple[str, str], ...]
    document_count: int
    passages: int
    sentences: int
    precision: str
    embedded: int
    reused: int
    seconds: float
