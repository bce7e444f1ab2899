"""A build is made aside, and opened as a reader opens it, before it becomes the live one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from briefqa.building.indexing import indexed, warn_ungrown
from briefqa.errors import IndexCorruptError, StorageError
from briefqa.models.embedding import Embedder
from briefqa.models.fingerprint import fingerprint
from briefqa.progress import OnProgress, Progress, Stage
from briefqa.reading.naming import Origins
from briefqa.splitting.passages import MAX_CHARACTERS, TARGET_CHARACTERS
from briefqa.splitting.units import Units
from briefqa.store.build import Build
from briefqa.store.builds import publish, writing
from briefqa.store.checked import CheckedBuild
from briefqa.store.corpus import Source, distinct
from briefqa.store.lexical import K1, B
from briefqa.store.origins import write_origins
from briefqa.store.rules import rules_digest
from briefqa.store.searchable import Searchable
from briefqa.store.unfinished import UnfinishedVectors
from briefqa.store.vectors import LiveBuild, UnitVectors, live_build


class UnopenableBuildError(IndexCorruptError):
    """A new build cannot be opened, and so does not become the live one."""


@dataclass(frozen=True, slots=True)
class MadeBuild:
    """A build that is live now.

    Attributes:
        build_id: its id.
        searchable: what it holds.
        precision: in which its vectors were made.
        embedded: how many texts were embedded for it.
    """

    build_id: str
    searchable: Searchable
    precision: str
    embedded: int


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes builds of an index.

    Attributes:
        folder: the index's folder.
        embedder: the model.
        unfinished: keeps what is embedded until the build is live.
        tell: is told how far the work is.
    """

    folder: Path
    embedder: Embedder
    unfinished: UnfinishedVectors
    tell: OnProgress

    def make(self, sources: Sequence[Source], origins: Origins, checked: CheckedBuild | None) -> MadeBuild:
        """Make a build of `sources`, in the order of their ids, the live one.

        Args:
            sources: the documents.
            origins: where they come from.
            checked: what was found out about the live build, if more of it than vectors is taken over.

        Raises:
            UnopenableBuildError: the new build cannot be opened; the index stays as it was.
        """
        live = live_build(self.folder, self.embedder, checked)
        try:
            return self._made(sources, origins, live)
        except UnopenableBuildError as error:  # the live build was written so: nothing of it is taken over
            if live.gives_nothing:
                raise
            warn_ungrown(error)
            return self._made(sources, origins, LiveBuild.nothing())

    def _made(self, sources: Sequence[Source], origins: Origins, live: LiveBuild) -> MadeBuild:
        vectors = UnitVectors(self.embedder, live.vectors, self.unfinished, self.tell)
        searchable = indexed(distinct(sources), vectors, live.searchable)
        self.tell(Progress(Stage.WRITE, 0, 1))
        precision = vectors.precision(live.searchable is not None)
        facts = _facts(self.embedder, searchable.units)
        made_here = {"precision": precision, **_made_by(self.embedder)}
        with writing(self.folder) as aside:
            with _unopenable_if_it_fails():
                build_id = Build.write(aside, sources, searchable, facts, made_here)
                Build.open(aside)
            write_origins(self.folder, build_id, origins)
            publish(self.folder, aside, build_id, Build.open)
        return MadeBuild(build_id, searchable, precision, vectors.embedded)


@contextmanager
def _unopenable_if_it_fails() -> Iterator[None]:
    try:
        yield
    except (OSError, MemoryError, StorageError):
        raise
    except Exception as error:  # what a hostile build handed on can fail in any way
        reason = (str(error) or type(error).__name__).splitlines()[0][:200]
        raise UnopenableBuildError(
            f"The new build cannot be opened ({reason}), so the index stays as it is; "
            "build it again with: briefqa build FOLDER"
        ) from error


def _made_by(embedder: Embedder) -> dict[str, Any]:
    return {
        "probe": fingerprint(embedder).probe,
        "rules": rules_digest(),
        "direction": [] if embedder.direction is None else embedder.direction.tolist(),
    }


def _facts(embedder: Embedder, units: Units) -> dict[str, Any]:
    return {
        "model": {"name": embedder.name, "dimension": embedder.dimension, "digest": embedder.digest},
        "settings": {"passage_characters": [TARGET_CHARACTERS, MAX_CHARACTERS], "bm25": [K1, B]},
        "counts": {
            "documents": len(units.documents),
            "passages": len(units.passages),
            "sentences": len(units.sentences),
        },
    }
