"""Files → documents, and what is to be said about each file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from briefqa.building.reports import DocumentReport
from briefqa.errors import DocumentError, EmptyCorpusError
from briefqa.progress import OnProgress, Progress, Stage
from briefqa.reading.files import find_files, read_document
from briefqa.store.corpus import Source

Sources = str | Path | Sequence[str | Path]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The documents of the given files, a report of each, and (path, reason) of files left out."""

    sources: tuple[Source, ...] = ()
    reports: tuple[DocumentReport, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()


def gather(sources: Sources, tell: OnProgress) -> Gathered:
    """Read all files of `sources`.

    Raises:
        InputError: a path does not exist.
        EmptyCorpusError: no file could be read.
    """
    paths = [Path(sources)] if isinstance(sources, str | Path) else [Path(each) for each in sources]
    files, skipped = find_files(paths)
    read, reports = [], []
    for number, (document_id, path) in enumerate(files):
        tell(Progress(Stage.READ, number, len(files), document_id))
        try:
            reading = read_document(path, document_id, on_page=_page_counter(document_id, tell))
        except DocumentError as error:
            skipped.append((document_id, str(error)))
            continue
        read.append(Source(reading.document, path))
        reports.append(DocumentReport.of(reading))
    tell(Progress(Stage.READ, len(files), len(files)))
    if not read:
        raise EmptyCorpusError(_nothing(skipped))
    return Gathered(tuple(read), tuple(reports), tuple(skipped))


def _page_counter(document_id: str, tell: OnProgress) -> Callable[[int, int], None]:
    return lambda done, total: tell(Progress(Stage.PAGES, done, total, document_id))


def _nothing(skipped: Sequence[tuple[str, str]]) -> str:
    if not skipped:
        return "The given folder holds no files; give one with documents."
    path, reason = skipped[0]
    more = f" (and {len(skipped) - 1} more)" if len(skipped) > 1 else ""
    return f"None of the given files could be read: {path!r}: {reason}{more}"
