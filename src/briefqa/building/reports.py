"""What a build tells of itself."""

from __future__ import annotations

from dataclasses import dataclass

from briefqa.reading.files import Reading


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """How one document was read; page numbers are 1-based."""

    id: str
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
    def of(cls, reading: Reading) -> DocumentReport:
        """The report of a file that was read."""
        document = reading.document
        return cls(
            id=document.id,
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


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build read, left out and embedded.

    `documents` are those read from files in this run; `skipped` are (path, reason);
    `duplicates` are (id, id of the document that has the same text) of files read in this run;
    `near_duplicates` are pairs of ids in the whole index of which one shares 80 % of its sentences
    with the other. `document_count`, `passages` and `sentences` count the whole index, a text once;
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
    embedded: int
    reused: int
    seconds: float
