"""Files → documents, and what is to be said about each file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from briefqa.errors import DocumentError, EmptyCorpusError
from briefqa.progress import OnProgress, Progress, Stage
from briefqa.reading.naming import Origins, absolute_path, readable_name
from briefqa.store.corpus import Source

if TYPE_CHECKING:
    from briefqa.building.cluster import ClusterReading
    from briefqa.reading.files import FileReading

Sources = str | Path | Sequence[str | Path]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The documents of the given files.

    Attributes:
        sources: the documents, sorted by id.
        readings: how each was read.
        skipped: (path, reason) of files left out.
        roots: absolute paths of the folders that were given.
    """

    sources: tuple[Source, ...] = ()
    readings: tuple[FileReading, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    roots: tuple[str, ...] = ()


def gather(
    sources: Sources, known: Origins, tell: OnProgress, cluster: ClusterReading | None = None
) -> Gathered:
    """Read all files of `sources`, named beside what is `known` of the index; here, or on a cluster.

    Raises:
        InputError: a path does not exist.
        EmptyCorpusError: no file could be read.
    """
    # They import all readers: only when there are files to read.
    from briefqa.building.reading_apart import ReadingProcess
    from briefqa.reading.files import find_files

    paths = [Path(sources)] if isinstance(sources, str | Path) else [Path(each) for each in sources]
    files, skipped = find_files(paths, known)
    read, readings = [], []
    with cluster or ReadingProcess() as process:
        process.expect(files)
        for number, (document_id, path) in enumerate(files):
            tell(Progress(Stage.READ, number, len(files), document_id))
            try:
                reading = process.read(path, document_id, on_page=_page_counter(document_id, tell))
            except DocumentError as error:
                skipped.append((document_id, str(error).replace(path.name, readable_name(path.name))))
                continue
            read.append(Source(reading.document, path))
            readings.append(reading)
    tell(Progress(Stage.READ, len(files), len(files)))
    if not read:
        raise EmptyCorpusError(_nothing(skipped))
    roots = tuple(str(each.resolve()) for each in paths if each.is_dir() and not known.passes(each / "_"))
    return Gathered(tuple(read), tuple(readings), tuple(skipped), roots)


def origins_after(known: Origins, gathered: Gathered, kept: Iterable[str]) -> Origins:
    """Where the documents come from when `gathered` has been added to the `kept` ids of a `known` index."""
    files = {document_id: known.files.get(document_id, "") for document_id in kept}
    inherits = bool(files)
    for source in gathered.sources:
        passes = known.passes(source.original)
        inherits |= passes
        document_id = source.document.id
        files[document_id] = known.files.get(document_id, "") if passes else absolute_path(source.original)
    roots = {*gathered.roots, *(known.roots if inherits else ())}
    inner = {root for root in roots for other in roots - {root} if Path(root).is_relative_to(other)}
    return Origins(tuple(sorted(roots - inner)), files)


def _page_counter(document_id: str, tell: OnProgress) -> Callable[[int, int], None]:
    return lambda done, total: tell(Progress(Stage.PAGES, done, total, document_id))


def _nothing(skipped: Sequence[tuple[str, str]]) -> str:
    if not skipped:
        return "The given folder holds no files; give one with documents."
    path, reason = skipped[0]
    more = f" (and {len(skipped) - 1} more)" if len(skipped) > 1 else ""
    return f"None of the given files could be read: {path!r}: {reason}{more}"
