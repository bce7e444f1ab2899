"""The three changes of an index: read, split, embed what is new, write aside, switch.

Nothing in the live build is touched until the new one is whole; an error, a raise from the
progress callback or a kill leaves the last good build answering.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from briefqa.building.gathering import Gathered, Sources, gather, origins_after
from briefqa.building.keeping import kept_sources
from briefqa.building.making import Maker
from briefqa.building.reports import BuildReport, document_reports
from briefqa.errors import BriefQAError, EmptyCorpusError, InputError
from briefqa.models.embedding import Embedder, open_embedder
from briefqa.progress import OnProgress, Progress, Stage, silent
from briefqa.reading.naming import Origins
from briefqa.remote.anywhere import anywhere
from briefqa.splitting.near_duplicates import near_duplicates
from briefqa.splitting.units import Units
from briefqa.store.builds import changing, current_build, staging
from briefqa.store.checked import CheckedBuild
from briefqa.store.corpus import Source
from briefqa.store.manifest import built_with, read_manifest
from briefqa.store.origins import read_origins
from briefqa.store.unfinished import UnfinishedVectors
from briefqa.store.vectors import require_model

if TYPE_CHECKING:
    from briefqa.building.cluster import ClusterReading


@anywhere
def build_index(
    sources: Sources,
    index_dir: str | Path = "index",
    *,
    model: str | None = None,
    progress: OnProgress | None = None,
    cluster: str | None = None,
) -> BuildReport:
    """Replace what the index holds by the documents in `sources` (files or folders).

    Args:
        sources: a path or a list of paths; folders are read with all their subfolders.
        index_dir: the index's folder; made if it is not there.
        model: name or folder of a sentence-transformers model; None keeps the packaged one.
        progress: is told how far the work is; raising from it cancels.
        cluster: tcp://HOST:PORT of a Dask scheduler whose workers read and embed; None does it here.

    Raises:
        InputError: a path does not exist.
        EmptyCorpusError: no file could be read; the index stays as it was.
        IndexBusyError: another process is changing the index.
        StorageError: the disk is full, or refuses to be read or written; the index stays as it was.
        ModelUnavailableError: the model cannot be loaded.
    """
    work = _Work(Path(index_dir), progress or silent)
    with changing(work.folder):
        held = work.origins_before()
        spread = work.spread(cluster, lambda: open_embedder(model, fetch=model is not None))
        gathered = gather(sources, Origins(passing=held.passing), work.tell, spread)
        origins = origins_after(held, gathered, ())
        embedder = open_embedder(model, fetch=model is not None)
        return work.commit(gathered.sources, gathered, origins, embedder, spread=spread)


@anywhere
def add_documents(
    sources: Sources,
    index_dir: str | Path = "index",
    *,
    progress: OnProgress | None = None,
    cluster: str | None = None,
) -> BuildReport:
    """Add documents to the index; a file that is there already replaces what it was.

    A file below a folder that the index was built from has its id below that folder. Files of the same
    name from different folders both stay; one gets the name of its folder in front. Only texts that the
    index does not hold yet are embedded.

    Raises:
        IndexNotFoundError: there is no index to add to.
        IndexMismatchError: the index's model is no longer the one that it was built with.
        IndexCorruptError: documents that would stay are damaged, and so are their originals.
        EmptyCorpusError: none of the files could be read.
    """
    work = _Work(Path(index_dir), progress or silent)
    with changing(work.folder):
        live = current_build(work.folder)
        embedder = _embedder_of(live)
        ids = list(read_manifest(live)["documents"])
        known = work.origins_before(ids)
        spread = work.spread(cluster, lambda: embedder)
        gathered = gather(sources, known, work.tell, spread)
        new = {source.document.id: source for source in gathered.sources}
        origins = origins_after(known, gathered, ids)
        with staging(work.folder) as aside:
            held, checked = kept_sources(live, new.keys(), aside)
            both = [*(held | new).values()]
            return work.commit(both, gathered, origins, embedder, checked=checked, spread=spread)


@anywhere
def remove_documents(
    document_ids: str | Iterable[str],
    index_dir: str | Path = "index",
    *,
    progress: OnProgress | None = None,
) -> BuildReport:
    """Take documents out of the index; they no longer answer, but `rollback` can bring them back.

    A text that another document has too stays, under that one's id.

    Raises:
        InputError: an id is not in the index.
        IndexCorruptError: documents that would stay are damaged, and so are their originals.
        EmptyCorpusError: nothing would be left.
    """
    ids = {document_ids} if isinstance(document_ids, str) else set(document_ids)
    work = _Work(Path(index_dir), progress or silent)
    with changing(work.folder):
        live = current_build(work.folder)
        embedder = _embedder_of(live)
        held = read_manifest(live)["documents"].keys()
        if unknown := sorted(ids - held):
            raise InputError(
                f"The index holds no document {unknown[0]!r}; "
                f"see the list with: briefqa info --index {work.folder}"
            )
        if not held - ids:
            raise EmptyCorpusError(
                "Removing these documents would leave the index empty; "
                "build it from other documents instead: briefqa build FOLDER"
            )
        with staging(work.folder) as aside:
            kept, checked = kept_sources(live, ids, aside)
            origins = origins_after(work.origins_before(), Gathered(), kept)
            removed = tuple(sorted(ids))
            return work.commit([*kept.values()], Gathered(), origins, embedder, removed, checked)


@dataclass(frozen=True, slots=True)
class _Work:
    """One change of an index."""

    folder: Path
    tell: OnProgress
    began: float = field(default_factory=time.monotonic)

    def origins_before(self, held: Iterable[str] = ()) -> Origins:
        """Where the documents of the live build came from; of all of `held`, if only that it is not known."""
        try:
            known = read_origins(self.folder, current_build(self.folder).name)
        except BriefQAError:
            known = Origins()
        passing = str(self.folder.resolve())
        return replace(known, files=dict.fromkeys(held, "") | dict(known.files), passing=passing)

    def spread(self, cluster: str | None, embedder: Callable[[], Embedder]) -> ClusterReading | None:
        """The cluster that reads and embeds; None when this machine does."""
        if cluster is None:
            return None
        from briefqa.building.cluster import ClusterReading  # all readers, and Dask

        made_with = embedder()
        try:
            manifest = read_manifest(current_build(self.folder))
            known = manifest["documents"] if manifest["model"]["digest"] == made_with.digest else {}
        except BriefQAError:
            known = {}
        return ClusterReading(cluster, made_with, self.folder, known)

    def commit(
        self,
        sources: Sequence[Source],
        gathered: Gathered,
        origins: Origins,
        embedder: Embedder,
        removed: tuple[str, ...] = (),
        checked: CheckedBuild | None = None,
        spread: ClusterReading | None = None,
    ) -> BuildReport:
        """Make a build of `sources` the live one; one that was `checked` before hands over what it says."""
        before = self._digests_before()
        sources = sorted(sources, key=lambda source: source.document.id)
        unfinished = UnfinishedVectors(self.folder, embedder) if spread is None else spread.unfinished
        with unfinished.giving_way():
            made = Maker(self.folder, embedder, unfinished, self.tell).make(sources, origins, checked)
        unfinished.clear()
        self.tell(Progress(Stage.WRITE, 1, 1))
        units, marks = made.searchable.units, made.searchable.marks
        reports = document_reports(gathered.readings, before, units.documents)
        return BuildReport(
            build_id=made.build_id,
            documents=reports,
            removed=removed,
            skipped=gathered.skipped,
            duplicates=_duplicates(units, {report.id for report in reports}),
            near_duplicates=near_duplicates(units, marks.said),
            document_count=len(units.documents),
            passages=len(units.passages),
            sentences=len(units.sentences),
            precision=made.precision,
            embedded=made.embedded,
            reused=marks.distinct() - made.embedded,
            seconds=time.monotonic() - self.began,
        )

    def _digests_before(self) -> dict[str, str]:
        try:
            return dict(read_manifest(current_build(self.folder))["documents"])
        except BriefQAError:
            return {}


def _duplicates(units: Units, read: set[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, document.id)
        for document in units.documents
        for name in document.names
        if name in read or document.id in read
    )


def _embedder_of(live: Path) -> Embedder:
    """The model that a build was made with.

    Raises:
        IndexMismatchError: the model of that name gives other vectors now.
    """
    manifest = read_manifest(live)
    expected = built_with(manifest)
    embedder = open_embedder(expected.name, manifest.get("direction", ()))
    require_model(expected, embedder)
    return embedder
